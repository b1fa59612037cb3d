import { totalmem } from 'node:os';
import type { ServerSettings } from './folder.ts';

const mebibyte = 2 ** 20;
/** Pages of the log's indexes that appends and reads come back to. Memory is taken as pages are used, so a small log takes little. */
const buffersMiB = { least: 256, most: 2_048 };
const buffersShareOfMemory = 1 / 8;

/** A container's limit counts, not the machine around it. */
const memoryBytes = (): number => {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
};

/** For a server beside the service on a machine with so much memory. */
export const sharedBuffersMiB = (memory: number): number =>
  Math.min(buffersMiB.most, Math.max(buffersMiB.least, Math.floor((memory * buffersShareOfMemory) / mebibyte)));

/**
 * Sane for a laptop that also runs the service; durability is left on. Event ids are spread over their whole index, so the
 * first append that comes to a page after a checkpoint writes all of it to the write-ahead log: checkpoints are rare, and
 * the pages are not compressed. This server knows only pglz, which spends longer on a page of ids than the disk does and
 * makes it hardly smaller.
 */
export const defaultSettings = (): ServerSettings => ({
  max_connections: 100,
  shared_buffers: `${sharedBuffersMiB(memoryBytes())}MB`,
  max_wal_size: '4GB',
  wal_compression: 'off',
  checkpoint_timeout: '30min',
  random_page_cost: 1.1,
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
  log_timezone: 'UTC',
});
