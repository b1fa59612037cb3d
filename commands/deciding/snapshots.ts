import { deserialize, serialize } from 'node:v8';
import { categoryOf, type Recorded, type StreamName } from '../../domain/eventLog.ts';
import type { SnapshotStore } from '../ports/snapshot.ts';
import type { Loaded } from './loadedStream.ts';

export type SnapshotLimits = {
  /** A shorter stream is read. */
  readonly eventsMin: number;
  /** A state of n bytes is worth writing again after n / this many events, so that writing it stays a small part of them. */
  readonly bytesPerEvent: number;
};

const snapshotLimits: SnapshotLimits = { eventsMin: 1_000, bytesPerEvent: 50 };

const longLived: ReadonlySet<string> = new Set(['stock', 'credit', 'numbering', 'period', 'edi']);

/** Does the stream live, and grow, as long as the business does, or hold the accruals of a whole month? All others end. */
export const isLongLived = (stream: StreamName): boolean => longLived.has(categoryOf(stream));

type Kept = Pick<Loaded, 'state' | 'revision' | 'position' | 'recordedAt' | 'done'>;

/** What the cache of streams asks for. Nothing here throws: without a snapshot the log is read. */
export type Snapshots = {
  /** What was kept of the stream, not yet held against the log. */
  readonly of: (stream: StreamName) => Promise<Loaded | undefined>;
  /** To be told of every state that is as new as the log; writes it down once in a while, beside the work. */
  readonly offer: (stream: StreamName, loaded: Loaded) => void;
};

export const noSnapshots: Snapshots = { of: async () => undefined, offer: () => {} };

/** Does the log hold at the state's place the event that the state ends with? A log that was set back does not. */
export const endsWith = ({ revision, position, recordedAt }: Loaded, event: Recorded): boolean =>
  event.revision === revision && event.position === position && event.recordedAt === recordedAt;

/** States are plain data with big integers and maps, which the structured clone format keeps exactly. */
export const keepSnapshots = (
  store: SnapshotStore,
  report: (error: unknown) => void,
  limits: SnapshotLimits = snapshotLimits,
): Snapshots => {
  const saving = new Set<StreamName>();

  const of: Snapshots['of'] = async (stream) => {
    if (!isLongLived(stream)) return undefined;
    try {
      const found = await store.latest(stream);
      if (found === undefined) return undefined;
      const kept = deserialize(found.body) as Kept;
      const nextAfter = found.revision + Math.ceil(found.body.byteLength / limits.bytesPerEvent);
      return { ...kept, snapshotFrom: Math.max(nextAfter, found.revision + limits.eventsMin) };
    } catch (error) {
      report(error);
      return undefined;
    }
  };

  const offer: Snapshots['offer'] = (stream, loaded) => {
    if (loaded.revision < Math.max(loaded.snapshotFrom, limits.eventsMin) || saving.has(stream)) return;
    if (!isLongLived(stream)) return;
    const { state, revision, position, recordedAt, done } = loaded;
    const kept: Kept = { state, revision, position, recordedAt, done };
    const body = serialize(kept);
    loaded.snapshotFrom = revision + Math.max(limits.eventsMin, Math.ceil(body.byteLength / limits.bytesPerEvent));
    saving.add(stream);
    void store
      .save(stream, { revision, position, body })
      .catch(report)
      .finally(() => saving.delete(stream));
  };

  return { of, offer };
};
