import { type Event, isRefusal, type Refusal } from '../../domain/decider.ts';
import type { Appended, NewEvent, StreamName } from '../../domain/eventLog.ts';
import { envelop } from '../metadata.ts';
import type { AnsweredClaim, CommandContext } from '../ports.ts';
import type { AnyDecider, Done, Loaded } from './loadedStream.ts';
import type { AnyOpening, Opened } from './opening.ts';

/** Keys that are claimed by the append of what a command came to. Undefined: that must not be written. */
export type AnyClaims = (
  came: Pick<Extract<Plan, { readonly kind: 'append' }>, 'events' | 'state' | 'revision'>,
) => readonly AnsweredClaim[] | undefined;

/** What somebody waits for: the outcome of a command, or only to see the state. */
export type Request =
  | {
      readonly kind: 'execute';
      readonly command: unknown;
      readonly context: CommandContext;
      readonly ifMatch: number | undefined;
      readonly isNew: boolean;
      readonly atLeast: string | undefined;
      /** A new stream that stands or falls with this command. */
      readonly opening?: AnyOpening;
      readonly claims?: AnyClaims;
    }
  | { readonly kind: 'load'; readonly atLeast: string | undefined; readonly isNew: boolean };

/** What will be answered once the batch is durable. Revisions are −1 for an empty stream. */
export type Plan =
  | {
      readonly kind: 'append';
      readonly events: readonly NewEvent[];
      readonly revision: number;
      readonly state: unknown;
      readonly claims?: AnyClaims;
      readonly claimed?: readonly AnsweredClaim[];
    }
  /** Another command of the same batch has this id. */
  | { readonly kind: 'same'; readonly as: Plan }
  | { readonly kind: 'known'; readonly done: Done; readonly state: unknown }
  | { readonly kind: 'nothing'; readonly revision: number; readonly state: unknown }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly state: unknown }
  | { readonly kind: 'mismatch'; readonly revision: number }
  | { readonly kind: 'seen'; readonly state: unknown; readonly revision: number }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** What it came to, together with the stream that it opens. */
  | {
      readonly kind: 'opens';
      readonly plan: Plan;
      readonly opened: Opened;
      readonly written?: Appended;
      readonly claimed?: readonly AnsweredClaim[];
    }
  /** It may have run before, so that what it opens may be there, or its key is taken: nothing was written for it. */
  | { readonly kind: 'apart' };

export type Decided = {
  readonly plans: readonly Plan[];
  readonly events: readonly NewEvent[];
  readonly state: unknown;
};

type Running = {
  state: unknown;
  revision: number;
  /** Events of this stream and of those that are opened beside it. */
  size: number;
  readonly events: NewEvent[];
  readonly planned: Map<string, Plan>;
};

type Execute = Extract<Request, { kind: 'execute' }>;

/** What one command comes to; nothing of `running` changes. */
const decideOne = (
  decider: AnyDecider,
  stream: StreamName,
  loaded: Loaded,
  running: Running,
  request: Execute,
): Plan => {
  const { commandId } = request.context;
  const done = loaded.done.get(commandId);
  if (done !== undefined) return { kind: 'known', done: { ...done }, state: running.state };
  const same = running.planned.get(commandId);
  if (same !== undefined) return { kind: 'same', as: same };
  const { revision } = running;
  if (request.ifMatch !== undefined && request.ifMatch !== revision) return { kind: 'mismatch', revision };
  const outcome: readonly Event[] | Refusal = decider.decide(request.command, running.state);
  if (isRefusal(outcome)) return { kind: 'refused', refusal: outcome, state: running.state };
  if (outcome.length === 0) return { kind: 'nothing', revision, state: running.state };
  const events = envelop(stream, outcome, request.context);
  const state = events.reduce((before, event) => decider.evolve(before, event), running.state);
  return { kind: 'append', events, revision: revision + events.length, state };
};

/** With the stream that the command opens. A command that may have run before may have opened it. */
const withOpened = (plan: Plan, opening: AnyOpening): Plan => {
  switch (plan.kind) {
    case 'append':
      return { kind: 'opens', plan, opened: opening({ kind: 'done', events: plan.events }) };
    case 'nothing':
      return { kind: 'opens', plan, opened: opening({ kind: 'done', events: [] }) };
    case 'refused':
      return { kind: 'opens', plan, opened: opening(plan) };
    case 'known':
    case 'same':
      return { kind: 'apart' };
    default:
      return plan;
  }
};

/** With the keys that its append claims. A command that may have run before has its keys, or somebody else has them. */
const withClaims = (plan: Plan, claims: AnyClaims): Plan => {
  if (plan.kind === 'append') return { ...plan, claims };
  return plan.kind === 'known' || plan.kind === 'same' ? { kind: 'apart' } : plan;
};

/** Stands or falls with more than its own events: with a stream that it opens, or with keys. */
export const isTogether = (plan: Plan): boolean =>
  plan.kind === 'opens' || (plan.kind === 'append' && plan.claims !== undefined);

const take = (running: Running, commandId: string, plan: Plan): void => {
  if (plan.kind === 'opens') {
    running.size += plan.opened.before.length + plan.opened.after.length;
    take(running, commandId, plan.plan);
  } else if (plan.kind === 'append') {
    running.state = plan.state;
    running.revision = plan.revision;
    running.size += plan.events.length;
    running.events.push(...plan.events);
    running.planned.set(commandId, plan);
  }
};

const planOf = (decider: AnyDecider, stream: StreamName, loaded: Loaded, running: Running, request: Request): Plan => {
  if (request.kind === 'load') return { kind: 'seen', state: running.state, revision: running.revision };
  try {
    const decided = decideOne(decider, stream, loaded, running, request);
    const { opening, claims } = request;
    const claiming = claims === undefined ? decided : withClaims(decided, claims);
    const plan = opening === undefined ? claiming : withOpened(claiming, opening);
    // Nothing of `running` changes before all of this command has succeeded.
    take(running, request.context.commandId, plan);
    return plan;
  } catch (error) {
    return { kind: 'failed', error };
  }
};

/** An append stays below the largest one that a log takes, unless a single command is larger. */
const eventsMax = 400;

/**
 * Decides commands one after the other, each against what the earlier ones would leave behind, so that all their
 * events can be appended at once. A command whose decision throws fails alone. Plans may be fewer than requests: the
 * rest belongs to the next append.
 */
export const decideBatch = (
  decider: AnyDecider,
  stream: StreamName,
  loaded: Loaded,
  requests: readonly Request[],
): Decided => {
  const running: Running = { state: loaded.state, revision: loaded.revision, size: 0, events: [], planned: new Map() };
  const plans: Plan[] = [];
  for (const request of requests) {
    if (running.size >= eventsMax) break;
    plans.push(planOf(decider, stream, loaded, running, request));
  }
  return { plans, events: running.events, state: running.state };
};
