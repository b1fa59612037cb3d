import type { Decider, Event } from '../domain/decider.ts';
import type { Appended, EventStore, NewEvent, Recorded, StreamName } from '../domain/eventLog.ts';
import { toDomain } from './codec.ts';
import type { Opened } from './opening.ts';

/** A decider whose types are forgotten: the cache holds streams of every kind. */
export type AnyDecider = Decider<unknown, unknown, Event>;

/** Where the events of one command lie in their stream. The events themselves are read again when somebody asks. */
export type Done = { from: number; to: number; position: string; recordedAt: string };

export type Loaded = {
  state: unknown;
  /** −1 while the stream is empty. */
  revision: number;
  position: string;
  recordedAt: string;
  /** The last commands with events, oldest first. */
  readonly done: Map<string, Done>;
  weight: number;
};

const rememberedCommandsMax = 200;
const everything = Number.POSITIVE_INFINITY;

const empty = (decider: AnyDecider): Loaded => ({
  state: decider.initial,
  revision: -1,
  position: '',
  recordedAt: '',
  done: new Map(),
  weight: 1,
});

const remember = (loaded: Loaded, commandId: string, revision: number, position: string, recordedAt: string): void => {
  const known = loaded.done.get(commandId);
  if (known !== undefined) {
    known.to = revision;
    known.position = position;
    return;
  }
  loaded.done.set(commandId, { from: revision, to: revision, position, recordedAt });
  if (loaded.done.size <= rememberedCommandsMax) {
    loaded.weight += 1;
    return;
  }
  for (const oldest of loaded.done.keys()) {
    loaded.done.delete(oldest);
    return;
  }
};

/** A rough measure of what an event adds to a state: the entries of its lists, e.g. order lines. */
const weightOf = (data: unknown): number => {
  if (typeof data !== 'object' || data === null) return 0;
  return Object.values(data).reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
};

/** Takes in what was appended on top of `loaded`, whose new state the caller has computed already. */
export const advance = (loaded: Loaded, state: unknown, events: readonly NewEvent[], appended: Appended): void => {
  for (const { metadata, data } of events) {
    loaded.revision += 1;
    loaded.weight += weightOf(data);
    remember(loaded, metadata.commandId, loaded.revision, appended.position, appended.recordedAt);
  }
  loaded.state = state;
  loaded.position = appended.position;
  loaded.recordedAt = appended.recordedAt;
};

/** Reads what the log has beyond `loaded`, one event at a time: the length of the stream costs time, not memory. */
const catchUp = async (store: EventStore, decider: AnyDecider, stream: StreamName, loaded: Loaded): Promise<Loaded> => {
  for await (const recorded of store.read(stream, loaded.revision + 1)) {
    loaded.state = decider.evolve(loaded.state, toDomain(recorded));
    loaded.weight += weightOf(recorded.data);
    loaded.revision = recorded.revision;
    loaded.position = recorded.position;
    loaded.recordedAt = recorded.recordedAt;
    remember(loaded, recorded.metadata.commandId, recorded.revision, recorded.position, recorded.recordedAt);
  }
  return loaded;
};

/** `isCurrent`: nobody else wrote to the stream, as far as this process has seen the log. */
type Held = { readonly loaded: Loaded; readonly counted: number; readonly isCurrent: boolean };

export type StreamCacheLimits = { readonly streamsMax: number; readonly weightMax: number };

/**
 * States of the streams used last. A state here may be older than the log, never different from it: only what is
 * certainly in the log was folded, and `drop` forgets a stream whose last append had an unknown outcome.
 */
export const createStreamCache = (store: EventStore, limits: StreamCacheLimits) => {
  const streams = new Map<StreamName, Held>();
  /** Streams that are being read or written, and the newest revision of each that passed by meanwhile. */
  const attended = new Map<StreamName, number>();
  let weight = 0;

  const drop = (stream: StreamName): void => {
    weight -= streams.get(stream)?.counted ?? 0;
    streams.delete(stream);
  };

  /** Just read or written, and nothing newer passed by since that began. */
  const isNewest = (stream: StreamName, { revision }: Loaded): boolean =>
    (attended.get(stream) ?? everything) <= revision;

  /** Makes `stream` the most recently used one and lets go of the oldest ones beyond the limits. */
  const keep = (stream: StreamName, loaded: Loaded, isCurrent = isNewest(stream, loaded)): void => {
    drop(stream);
    streams.set(stream, { loaded, counted: loaded.weight, isCurrent });
    weight += loaded.weight;
    for (const oldest of streams.keys()) {
      if (oldest === stream || (streams.size <= limits.streamsMax && weight <= limits.weightMax)) return;
      drop(oldest);
    }
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
      const loaded = await catchUp(store, decider, stream, held?.loaded ?? empty(decider));
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
    weight = 0;
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
