import { type Event, isRefusal, type Refusal } from '../domain/decider.ts';
import type { NewEvent, StreamName } from '../domain/eventLog.ts';
import { envelop } from './metadata.ts';
import type { CommandContext } from './ports.ts';
import type { AnyDecider, Done, Loaded } from './streamCache.ts';

/** What somebody waits for: the outcome of a command, or only to see the state. */
export type Request =
  | {
      readonly kind: 'execute';
      readonly command: unknown;
      readonly context: CommandContext;
      readonly ifMatch: number | undefined;
      readonly isNew: boolean;
      readonly atLeast: string | undefined;
    }
  | { readonly kind: 'load'; readonly atLeast: string | undefined };

/** What will be answered once the batch is durable. Revisions are −1 for an empty stream. */
export type Plan =
  | {
      readonly kind: 'append';
      readonly events: readonly NewEvent[];
      readonly revision: number;
      readonly state: unknown;
    }
  /** Another command of the same batch has this id. */
  | { readonly kind: 'same'; readonly as: Plan }
  | { readonly kind: 'known'; readonly done: Done; readonly state: unknown }
  | { readonly kind: 'nothing'; readonly revision: number; readonly state: unknown }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly state: unknown }
  | { readonly kind: 'mismatch'; readonly revision: number }
  | { readonly kind: 'seen'; readonly state: unknown; readonly revision: number }
  | { readonly kind: 'failed'; readonly error: unknown };

export type Decided = {
  readonly plans: readonly Plan[];
  readonly events: readonly NewEvent[];
  readonly state: unknown;
};

type Running = { state: unknown; revision: number; readonly events: NewEvent[]; readonly planned: Map<string, Plan> };

type Execute = Extract<Request, { kind: 'execute' }>;

const decideOne = (
  decider: AnyDecider,
  stream: StreamName,
  loaded: Loaded,
  running: Running,
  request: Execute,
): Plan => {
  const done = loaded.done.get(request.context.commandId);
  if (done !== undefined) return { kind: 'known', done: { ...done }, state: running.state };
  const same = running.planned.get(request.context.commandId);
  if (same !== undefined) return { kind: 'same', as: same };
  const { revision } = running;
  if (request.ifMatch !== undefined && request.ifMatch !== revision) return { kind: 'mismatch', revision };
  const outcome: readonly Event[] | Refusal = decider.decide(request.command, running.state);
  if (isRefusal(outcome)) return { kind: 'refused', refusal: outcome, state: running.state };
  if (outcome.length === 0) return { kind: 'nothing', revision, state: running.state };
  const events = envelop(stream, outcome, request.context);
  // Nothing of `running` changes before all of this command has succeeded.
  running.state = events.reduce((state, event) => decider.evolve(state, event), running.state);
  running.revision += events.length;
  running.events.push(...events);
  return { kind: 'append', events, revision: running.revision, state: running.state };
};

const planOf = (decider: AnyDecider, stream: StreamName, loaded: Loaded, running: Running, request: Request): Plan => {
  if (request.kind === 'load') return { kind: 'seen', state: running.state, revision: running.revision };
  try {
    const plan = decideOne(decider, stream, loaded, running, request);
    if (plan.kind === 'append') running.planned.set(request.context.commandId, plan);
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
  const running: Running = { state: loaded.state, revision: loaded.revision, events: [], planned: new Map() };
  const plans: Plan[] = [];
  for (const request of requests) {
    if (running.events.length >= eventsMax) break;
    plans.push(planOf(decider, stream, loaded, running, request));
  }
  return { plans, events: running.events, state: running.state };
};
