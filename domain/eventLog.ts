import type { Event } from './decider.ts';

/** `category-<bu>.<id>`; the category has no hyphen. Built only by `streamName`. */
export type StreamName = string & { readonly __brand: 'StreamName' };

/** Opaque place in the whole log; sorts as text. */
export type Position = string & { readonly __brand: 'Position' };

export type Actor = {
  readonly kind: 'USER' | 'SYSTEM' | 'PARTNER';
  readonly id: string;
  readonly onBehalfOf?: string;
  readonly roles: readonly string[];
};

/** Who, why and from where: travels beside every event and never takes part in a decision. */
export type Metadata = {
  readonly schemaVersion: number;
  /** When it happened in the world, RFC 3339 UTC. */
  readonly occurredAt: string;
  readonly commandId: string;
  readonly $correlationId: string;
  readonly $causationId: string;
  readonly actor: Actor;
  readonly source: {
    readonly system: string;
    readonly channel?: string;
    readonly partnerId?: string;
    readonly payloadSha256?: string;
    readonly mappingVersion?: string;
  };
  readonly partition: {
    readonly bu: string;
    readonly region?: string;
    readonly node?: string;
    readonly channel?: string;
  };
  /** Versions of the policies that decided this event, e.g. `{ pricing: 3 }`. */
  readonly policy?: Readonly<Record<string, number>>;
  readonly reason?: { readonly code: string; readonly text?: string; readonly approvalId?: string };
  readonly traceparent?: string;
};

type Enveloped<E extends Event> = E & { readonly eventId: string; readonly metadata: Metadata };

/**
 * An event ready to be appended. `eventId` is UUIDv5(command id, index): a retry carries the same id. `follows` says that
 * the event before it in the append is the one before it of the same command: no log holds its id but behind that one's,
 * so that a log may tell by the first id of a command whether it knows the others.
 */
export type NewEvent<E extends Event = Event> = Enveloped<E> & { readonly follows?: true };

/** An event as the log holds it. `recordedAt` is set by the store under its own order and never falls. */
export type Recorded<E extends Event = Event> = Enveloped<E> & {
  readonly stream: StreamName;
  readonly revision: number;
  readonly position: Position;
  readonly recordedAt: string;
};

/** The revision the writer saw: the last event's, starting at 0. Never "any". */
export type Expected = number | 'no-stream';

/** `revision` and `position` are those of the last event of the batch. `duplicate`: this very batch was in the log before. */
export type Appended = {
  readonly kind: 'appended';
  readonly revision: number;
  readonly position: Position;
  readonly recordedAt: string;
  readonly duplicate: boolean;
};

export type Conflict = { readonly kind: 'conflict'; readonly actual: Expected };

/** One of several appends that belong together. */
export type Append = {
  readonly stream: StreamName;
  readonly expected: Expected;
  readonly events: readonly [NewEvent, ...NewEvent[]];
};

/**
 * What became of one of several. `withheld`: nothing was wrong with it, but with another one, so none was written.
 * `reused`: an event id of it belongs to another event in the log.
 */
export type AppendedTogether = Appended | Conflict | { readonly kind: 'withheld' } | { readonly kind: 'reused' };

/** One ordered stream per aggregate. */
export type EventStore = {
  /** Events of one stream in order, from `fromRevision` (default 0), with bounded memory. An unknown stream is empty. Throws `LogUnavailable`. */
  readonly read: (stream: StreamName, fromRevision?: number) => AsyncIterable<Recorded>;
  /**
   * All events or none. Resolves only when durable. An unknown outcome is resolved inside the adapter by repeating the identical batch.
   * Throws `LogUnavailable`, `AppendTooLarge`.
   */
  readonly append: (
    stream: StreamName,
    expected: Expected,
    events: readonly [NewEvent, ...NewEvent[]],
  ) => Promise<Appended | Conflict>;
  /**
   * All of these appends or none, in the log in this order, answered in this order. A stream may come again when it goes
   * on where its last append ends. Absent where the log has no transaction over streams: nothing may rest on it. Throws as `append`.
   */
  readonly appendTogether?: (appends: readonly Append[]) => Promise<readonly AppendedTogether[]>;
  /** Where positions have no gaps: the place before the last `count` events up to `position`. Absent elsewhere. */
  readonly before?: (position: Position, count: number) => Position | 'start';
};

/** Only streams of these categories, e.g. `['order', 'stock']`. Absent: everything. */
export type FeedFilter = { readonly categories: readonly string[] };

/** Everything, in one order, nothing missed, nothing inverted. */
export type EventFeed = {
  /** At most `limit` events strictly after `position`, in log order. `throughPosition` is how far the log was examined, also over filtered stretches. */
  readonly readAfter: (
    position: Position | 'start',
    limit: number,
    filter?: FeedFilter,
  ) => Promise<{ readonly events: readonly Recorded[]; readonly throughPosition: Position | 'start' }>;
  /**
   * As `readAfter`, but events of these types are passed over where they lie. A short page means that there is no more.
   * Absent where the log cannot do it: whoever reads passes over them.
   */
  readonly readAfterWithout?: (
    position: Position | 'start',
    limit: number,
    types: readonly string[],
  ) => Promise<{ readonly events: readonly Recorded[]; readonly throughPosition: Position | 'start' }>;
  /** Resolves when something may have been appended, or after a bounded wait, or when `signal` aborts. A hint: the reader reads again in any case. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  /** The position of the last event in the log. */
  readonly head: () => Promise<Position | 'start'>;
};

/** More than this log takes in one append, whatever is tried: nothing was sent. */
export class AppendTooLarge extends RangeError {
  override readonly name = 'AppendTooLarge';
}

/** The log cannot be reached or will not take more now. Nothing was decided from this; `retryAfterSeconds` is advice for the caller. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
  readonly retryAfterSeconds: number;
  constructor(detail: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(detail, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

/** An event that lies in the log and whose text is none any more: somebody emptied or cut it. */
export class EventUnreadable extends SyntaxError {
  override readonly name = 'EventUnreadable';
  readonly position: string;
  constructor({
    eventId,
    stream,
    revision,
    position,
  }: Record<'eventId' | 'stream' | 'position', string> & { revision: number }) {
    super(`Event ${eventId} of the log, ${stream}@${revision} at position ${position}, cannot be read any more.`);
    this.position = position;
  }
}

const streamPattern = /^[a-z][a-z0-9]*-[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_:@-]+)+$/;
const streamLengthMax = 240;

/** Builds and checks a stream name. Throws `RangeError`: a bad part is a bug in the caller, who validates input at the edge. */
export const streamName = (category: string, bu: string, ...id: readonly string[]): StreamName => {
  const name = `${category}-${[bu, ...id].join('.')}`;
  if (name.length > streamLengthMax || !streamPattern.test(name)) throw new RangeError(`not a stream name: ${name}`);
  return name as StreamName;
};

export const categoryOf = (stream: StreamName): string => stream.slice(0, stream.indexOf('-'));
