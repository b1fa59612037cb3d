import type { Appended, EventStore, Recorded, StreamName } from '../../domain/eventLog.ts';
import { type AnyDecider, advance, empty, type Loaded, take } from './loadedStream.ts';
import { memorySize } from './memorySize.ts';
import type { Opened } from './opening.ts';
import { endsWith, isLongLived, noSnapshots, type Snapshots } from './snapshots.ts';
import { createStateRoom, type RoomLimits } from './stateRoom.ts';

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

/** Documents are soon done with and short to read again; accounts, which live on, are neither. */
export type StreamCacheLimits = { readonly accounts: RoomLimits; readonly documents: RoomLimits };

/** A state of n bytes is measured once in n / this many events, so that measuring stays a small part of them. */
const measuredBytesPerEvent = 2_000;
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
  const accounts = createStateRoom<Held>(limits.accounts);
  const documents = createStateRoom<Held>(limits.documents);
  /** Streams that are being read or written, and the newest revision of each that passed by meanwhile. */
  const attended = new Map<StreamName, number>();

  const roomOf = (stream: StreamName) => (isLongLived(stream) ? accounts : documents);
  const heldOf = (stream: StreamName): Held | undefined => roomOf(stream).get(stream);
  const drop = (stream: StreamName): void => roomOf(stream).drop(stream);

  /** Just read or written, and nothing newer passed by since that began. */
  const isNewest = (stream: StreamName, { revision }: Loaded): boolean =>
    (attended.get(stream) ?? everything) <= revision;

  const keep = (stream: StreamName, loaded: Loaded, isCurrent = isNewest(stream, loaded)): void => {
    snapshots.offer(stream, loaded);
    const known = heldOf(stream);
    const isMeasured = known !== undefined && loaded.revision < known.measureFrom;
    const { bytes, measureFrom } = isMeasured ? known : measured(loaded);
    roomOf(stream).put(stream, { loaded, bytes, measureFrom, isCurrent });
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
    const held = heldOf(stream);
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
    const known = heldOf(stream);
    if (known === undefined || known.loaded.revision >= revision) return;
    // An append of our own passes by before it is answered: dropped, a large state would be measured anew each time.
    if (seen === undefined) drop(stream);
    else roomOf(stream).put(stream, { ...known, isCurrent: false });
  };

  /** The tail begins anew: what passed by in between is not known. */
  const forget = (): void => {
    accounts.clear();
    documents.clear();
    for (const stream of attended.keys()) attended.set(stream, everything);
  };

  const isCurrent = (stream: StreamName): boolean => heldOf(stream)?.isCurrent ?? false;

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
  };
};
