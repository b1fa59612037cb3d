import type { Decider, Event, Refusal } from '../domain/decider.ts';
import {
  categoryOf,
  type EventStore,
  type NewEvent,
  type Position,
  type Recorded,
  type StreamName,
} from '../domain/eventLog.ts';
import type { AnyClaims, Request } from './deciding/decideBatch.ts';
import type { AnyDecider } from './deciding/loadedStream.ts';
import { createMailboxes } from './deciding/mailbox.ts';
import type { AnyOpening, Opening } from './deciding/opening.ts';
import { openReceipt } from './deciding/openPlace.ts';
import type { StreamReader } from './deciding/readStream.ts';
import type { Waiting } from './deciding/settle.ts';
import { noSnapshots, type Snapshots } from './deciding/snapshots.ts';
import type { StreamCacheLimits } from './deciding/streamCache.ts';
import { createStreamWriter } from './deciding/streamWriter.ts';
import { type SealDecided, sealNothing } from './personal/sealDecided.ts';
import type { AnsweredClaim, ClaimingAppends, CommandContext, Receipt } from './ports.ts';

export type Executed<S = unknown, E extends Event = Event> =
  | {
      readonly kind: 'done';
      /** What this command wrote; empty when nothing had to happen. */
      readonly events: readonly NewEvent<E>[];
      /** The position is that of the append: everything of this command lies at or before it. */
      readonly receipt: Receipt;
      /** After this command; after later ones too when the command had been executed before. */
      readonly state: S;
      /** The command had been executed before. */
      readonly duplicate: boolean;
      /** The keys that its append claimed: as they were stored, their places still open. */
      readonly claimed?: readonly AnsweredClaim[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly state: S }
  /** −1: the stream is empty. */
  | { readonly kind: 'revisionMismatch'; readonly current: number };

export type LoadOptions = {
  /**
   * What the caller knows of reflects the log up to here, and so must the answer. A state that this process holds is
   * then as good as the log once it is that new; absent, the log is read.
   */
  readonly atLeast?: string | undefined;
  /**
   * Nothing was ever written to this stream as far as the caller knows. A command reads it only if the log says otherwise;
   * a load takes an unknown one for empty, so the caller must act on it by such a command.
   */
  readonly isNew?: boolean;
};

export type ExecuteOptions = LoadOptions & { readonly ifMatch?: number | undefined };

export type Done<S, E extends Event> = Extract<Executed<S, E>, { readonly kind: 'done' }>;

/** The command may have run before, a key is taken or no key may be claimed for what it comes to: nothing was written now. */
type Apart = { readonly kind: 'apart' };

/** What a command came to together with the stream that it opened. */
export type ExecutedWith<S, E extends Event, O, OE extends Event> =
  | {
      readonly kind: 'opened';
      readonly executed: Executed<S, E>;
      readonly opened: {
        readonly state: O;
        readonly events: readonly NewEvent<OE>[];
        readonly receipt: Receipt;
        /** As they were stored, their places still open. */
        readonly claimed: readonly AnsweredClaim[];
      };
    }
  | Apart;

/** Position and time are those of the last event, empty while there is none; revision −1 then. */
export type LoadedStream<S> = {
  readonly state: S;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
};

/** Loads, folds, decides and appends. All commands of one stream that wait together are appended together. */
export type Executor = {
  /** Throws `LogUnavailable`, `UnknownEvent`, and whatever a faulty decider throws. */
  readonly execute: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    context: CommandContext,
    options?: ExecuteOptions,
  ) => Promise<Executed<S, E>>;
  /**
   * Executes a command and opens a new stream beside it, in one append: all of it is in the log or nothing. Absent where
   * the log cannot. Throws as `execute`.
   */
  readonly executeWith?: <S, C, E extends Event, O, OE extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    context: CommandContext,
    opening: Opening<O, OE, E>,
  ) => Promise<ExecutedWith<S, E, O, OE>>;
  /**
   * Executes a command whose append claims keys. `claims` makes them of what it came to, with a receipt whose place is open;
   * pure, because it is asked again when the command is decided again. Undefined: nothing may be written. Absent where the
   * log has no transaction in common with the keys; then openings cannot claim either. Throws as `execute`.
   */
  readonly executeClaiming?: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    context: CommandContext,
    claims: (done: Done<S, E>) => readonly AnsweredClaim[] | undefined,
    options?: Pick<ExecuteOptions, 'ifMatch' | 'atLeast'>,
  ) => Promise<Executed<S, E> | Apart>;
  /** The state as the log has it now, also when another instance wrote last, or at least as of `atLeast`. Throws as `execute`. */
  readonly load: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    options?: LoadOptions,
  ) => Promise<LoadedStream<S>>;
};

/** What an executor needs to know of the log besides its own streams. */
export type LogObserver = {
  /** To be told of every page of the log, in order, before anybody acts on it. */
  readonly observe: (page: ObservedPage) => void;
  /** Resolves when states held here reflect `position`, or after a bounded wait: whoever asks for more reads the log. */
  readonly reach: (position: string) => Promise<void>;
};

export type ObservedPage = {
  readonly after: Position | 'start';
  readonly events: readonly Recorded[];
  readonly through: Position | 'start';
};

export type ExecutorObserver = {
  readonly onAppend?: (facts: {
    readonly category: string;
    readonly commands: number;
    readonly events: number;
    readonly elapsedMs: number;
  }) => void;
  readonly onConflict?: (facts: { readonly category: string }) => void;
};

export type ExecutorLimits = StreamCacheLimits & {
  /** Commands decided together. */
  readonly batchMax: number;
  /** Commands that may wait for one stream; the next one is `LogUnavailable`. */
  readonly waitingMax: number;
  readonly attemptsMax: number;
};

export const executorLimits: ExecutorLimits = {
  batchMax: 256,
  waitingMax: 4_000,
  // Credit accounts hold every open order: this is room for some 200,000 of them.
  accounts: { streamsMax: 20_000, bytesMax: 36 * 2 ** 20 },
  documents: { streamsMax: 6_000, bytesMax: 8 * 2 ** 20 },
  attemptsMax: 12,
};

/** The executor of this instance; two in one process would not share their mailboxes and only cost conflicts. */
export const createExecutor = (
  store: EventStore & ClaimingAppends & StreamReader,
  observer: ExecutorObserver = {},
  limits: ExecutorLimits = executorLimits,
  snapshots: Snapshots = noSnapshots,
  seal: SealDecided = sealNothing,
): Executor & LogObserver => {
  const writer = createStreamWriter(store, observer, limits, snapshots, seal);
  const mailboxes = createMailboxes<Waiting>({
    handle: (_stream, batch) => writer.write(batch),
    fail: (waiting, error) => waiting.reject(error),
    batchMax: limits.batchMax,
    waitingMax: limits.waitingMax,
  });

  const post = <Outcome>(decider: unknown, stream: StreamName, request: Request): Promise<Outcome> =>
    new Promise<Outcome>((resolve, reject) => {
      const known = decider as AnyDecider;
      if (known.category !== categoryOf(stream)) throw new RangeError(`${stream} is no stream of ${known.category}`);
      mailboxes.post(stream, {
        decider: known,
        stream,
        request,
        resolve: resolve as (outcome: unknown) => void,
        reject,
      });
    });

  const executeWith: NonNullable<Executor['executeWith']> = (decider, stream, command, context, opening) =>
    post(decider, stream, {
      kind: 'execute',
      command,
      context,
      ifMatch: undefined,
      isNew: false,
      atLeast: undefined,
      opening: opening as unknown as AnyOpening,
    });

  const executeClaiming: NonNullable<Executor['executeClaiming']> = (
    decider,
    stream,
    command,
    context,
    claims,
    { ifMatch, atLeast } = {},
  ) =>
    post(decider, stream, {
      ...{ kind: 'execute', command, context, ifMatch, isNew: false, atLeast },
      claims: (({ events, state, revision }) => {
        const receipt = openReceipt({ commandId: context.commandId, stream, revision });
        return (claims as (done: Done<unknown, Event>) => ReturnType<AnyClaims>)({
          ...{ kind: 'done', events, receipt, state, duplicate: false },
        });
      }) satisfies AnyClaims,
    });

  return {
    execute: (decider, stream, command, context, options = {}) => {
      if (context.claims !== undefined) throw new RangeError(`nothing may be written to ${stream} without its keys`);
      return post(decider, stream, {
        ...{ kind: 'execute', command, context },
        ...{ ifMatch: options.ifMatch, isNew: options.isNew ?? false, atLeast: options.atLeast },
      });
    },
    ...(store.appendTogether !== undefined && { executeWith }),
    ...(store.appendClaiming !== undefined && { executeClaiming }),
    load: (decider, stream, { atLeast, isNew = false } = {}) => post(decider, stream, { kind: 'load', atLeast, isNew }),
    observe: writer.observe,
    reach: writer.reach,
  };
};
