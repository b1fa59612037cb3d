import type { Recorded } from '../eventLog.ts';
import { canonicalJson } from './canonicalJson.ts';

/** An event as an auditor holds it: parsed from the very text that was hashed. */
export type LeafContent = Pick<
  Recorded,
  'position' | 'stream' | 'revision' | 'eventId' | 'type' | 'recordedAt' | 'metadata' | 'data'
> & { readonly schemaVersion: number };

/**
 * What a leaf hashes: envelope and data as the log gives them back, in canonical JSON (RFC 8785). Two logs that store the
 * same event in other bytes give one leaf. Throws `RangeError` for what JSON cannot hold exactly.
 */
export const leafText = (event: Recorded): string => {
  const { position, stream, revision, eventId, type, recordedAt, metadata, data } = event;
  const { schemaVersion } = metadata;
  return canonicalJson({
    position,
    stream,
    revision,
    eventId,
    type,
    schemaVersion,
    recordedAt,
    metadata,
    data,
  } satisfies LeafContent);
};
