import type { Appended, EventStore, Recorded, StreamName } from '../domain/eventLog.ts';
import { type AnyDecider, advance, empty, type Loaded, take } from './loadedStream.ts';
import { memorySize } from './memorySize.ts';
import type { Opened } from './opening.ts';
import { endsWith, noSnapshots, type Snapshots } from './snapshots.ts';

/** Reads what the log has beyond `loaded`, one event at a time: the length of the stream costs time, not memory. */
const catchUp = async (store: EventStore, decider: AnyDecider, stream: StreamName, loaded: Loaded): Promise<Loaded> => {
  for await (const recorded of store.read(stream, loaded.revision + 1)) take(decider, loaded, recorded);
  return loaded;
};

/** From the snapshot on when the log still holds the event that it ends with, otherwise from the first event. */
const fromSnapshot = async (
  store: EventStore,
  decider: AnyDecider,
  stream: StreamName,
  kept: Loaded,
): Promise<Loaded> => {
  let isFirst = true;
  for await (const recorded of store.read(stream, kept.revision)) {
    if (!isFirst) take(decider, kept, recorded);
    else if (!endsWith(kept, recorded)) break;
    else isFirst = false;
  }
  return isFirst ? catchUp(store, decider, stream, empty(decider)) : kept;
};

const everything = Number.POSITIVE_INFINITY;

/**
 * `bytes` is measured again at revision `measureFrom`. `isCurrent`: nobody else wrote to the stream, as far as this process
 * has seen the log.
 */
type Held = {
  readonly loaded: Loaded;
  readonly bytes: number;
  readonly measureFrom: number;
  readonly isCurrent: boolean;
};

export type StreamCacheLimits = { readonly streamsMax: number; readonly bytesMax: number };

/** A state of n bytes is measured once in n / this many events, so that measuring stays a small part of them. */
const measuredBytesPerEvent = 10_000;
const bytesPerCommand = 200;

const measured = ({ state, done, revision }: Loaded): Pick<Held, 'bytes' | 'measureFrom'> => {
  const bytes = memorySize(state) + done.size * bytesPerCommand;
  return { bytes, measureFrom: revision + Math.ceil(bytes / measuredBytesPerEvent) };
};

/**
 * States of the streams used last. A state here may be older than the log, never different from it: only what is
 * certainly in the log was folded, and `drop` forgets a stream whose last append had an unknown outcome.
 */
export const createStreamCache = (store: EventStore, limits: StreamCacheLimits, snapshots: Snapshots = noSnapshots) => {
  const streams = new Map<StreamName, Held>();
  /** Streams that are being read or written, and the newest revision of each that passed by meanwhile. */
  const attended = new Map<StreamName, number>();
  let bytesHeld = 0;

  const drop = (stream: StreamName): void => {
    bytesHeld -= streams.get(stream)?.bytes ?? 0;
    streams.delete(stream);
  };

  /** Just read or written, and nothing newer passed by since that began. */
  const isNewest = (stream: StreamName, { revision }: Loaded): boolean =>
    (attended.get(stream) ?? everything) <= revision;

  /** Makes `stream` the most recently used one and lets go of the oldest ones beyond the limits. */
  const keep = (stream: StreamName, loaded: Loaded, isCurrent = isNewest(stream, loaded)): void => {
    snapshots.offer(stream, loaded);
    const known = streams.get(stream);
    const isMeasured = known !== undefined && loaded.revision < known.measureFrom;
    const { bytes, measureFrom } = isMeasured ? known : measured(loaded);
    drop(stream);
    streams.set(stream, { loaded, bytes, measureFrom, isCurrent });
    bytesHeld += bytes;
    for (const oldest of streams.keys()) {
      if (oldest === stream || (streams.size <= limits.streamsMax && bytesHeld <= limits.bytesMax)) return;
      drop(oldest);
    }
  };

  const firstRead = async (decider: AnyDecider, stream: StreamName): Promise<Loaded> => {
    const kept = await snapshots.of(stream);
    return kept === undefined
      ? catchUp(store, decider, stream, empty(decider))
      : fromSnapshot(store, decider, stream, kept);
  };

  /**
   * `read`: reads the log even when the state is known, because another instance may have written. `assume`: takes an
   * unknown stream for empty; an append then says whether it is. Throws `LogUnavailable`, `UnknownEvent`.
   */
  const load = async (
    decider: AnyDecider,
    stream: StreamName,
    want: 'read' | 'known' | 'assume',
  ): Promise<{ readonly loaded: Loaded; readonly fresh: boolean }> => {
    const held = streams.get(stream);
    if (held === undefined && want === 'assume') return { loaded: empty(decider), fresh: false };
    if (held !== undefined && want !== 'read') {
      keep(stream, held.loaded, held.isCurrent);
      return { loaded: held.loaded, fresh: false };
    }
    try {
      const loaded = await (held === undefined
        ? firstRead(decider, stream)
        : catchUp(store, decider, stream, held.loaded));
      keep(stream, loaded);
      return { loaded, fresh: true };
    } catch (error) {
      drop(stream);
      throw error;
    }
  };

  /** A stream that was just written for the first time. */
  const opened = ({ decider, stream, state, before, after }: Opened, appended: Appended): void => {
    const loaded = empty(decider as AnyDecider);
    advance(loaded, state, [...before, ...after], appended);
    keep(stream, loaded);
  };

  /** Between these two calls, events of `stream` that pass by are held against what is kept. */
  const attend = (stream: StreamName): void => {
    attended.set(stream, -1);
  };
  /** As `attend`, for a stream outside its mailbox: false when its mailbox attends to it already. */
  const attendNew = (stream: StreamName): boolean => {
    if (attended.has(stream)) return false;
    attend(stream);
    return true;
  };
  const leave = (stream: StreamName): void => {
    attended.delete(stream);
  };

  /** An event passed by on the tail of the log. */
  const passed = ({ stream, revision }: Recorded): void => {
    const seen = attended.get(stream);
    if (seen !== undefined && seen < revision) attended.set(stream, revision);
    const known = streams.get(stream);
    if (known !== undefined && known.loaded.revision < revision) drop(stream);
  };

  /** The tail begins anew: what passed by in between is not known. */
  const forget = (): void => {
    streams.clear();
    bytesHeld = 0;
    for (const stream of attended.keys()) attended.set(stream, everything);
  };

  const isCurrent = (stream: StreamName): boolean => streams.get(stream)?.isCurrent ?? false;

  return {
    load,
    keep,
    opened,
    drop,
    attend,
    attendNew,
    leave,
    passed,
    forget,
    isCurrent,
    size: (): number => streams.size,
  };
};

export type StreamCache = ReturnType<typeof createStreamCache>;
