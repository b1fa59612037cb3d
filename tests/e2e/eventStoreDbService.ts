import { join } from 'node:path';
import { type ServerProcess, startServerProcess } from '../support/eventstoredb/serverProcess.ts';
import { type RunningService, removeDataDir, startService } from './service.ts';

/** The whole product with its log behind the EventStoreDB protocol; the server is a process of its own. */
export const startAll = async (dataDir: string, mode: 'auto' | 'manual', port?: number) => {
  const file = join(dataDir, 'eventstoredb.log');
  const log = await startServerProcess({ file, ...(port !== undefined && { port }) });
  try {
    return { log, service: await startService(dataDir, { SIM_WMS: mode, EVENTSTORE_URL: log.connectionString }) };
  } catch (error) {
    await log.stop();
    throw error;
  }
};

export const stopAll = async (dataDir: string, service: RunningService, log: ServerProcess): Promise<void> => {
  await service?.stop();
  await log?.stop();
  await removeDataDir(dataDir);
};
