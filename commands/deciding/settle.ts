import type { NewEvent, StreamName } from '../../domain/eventLog.ts';
import { toDomain } from '../codec.ts';
import type { Plan, Request } from './decideBatch.ts';
import type { AnyDecider, Done, Loaded } from './loadedStream.ts';
import { readThrough, type StreamReader } from './readStream.ts';

/** Somebody who waits for a plan to become durable. */
export type Waiting = {
  readonly decider: AnyDecider;
  readonly stream: StreamName;
  readonly request: Request;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** Reads the events of a command that was executed before, if they are not known by heart. */
const eventsOf = async (
  store: StreamReader,
  stream: StreamName,
  { from, to }: Done,
  commandId: string,
): Promise<readonly NewEvent[]> => {
  const known = store.recent?.(stream)?.slice(from, to + 1) ?? [];
  if (known.length === to + 1 - from)
    return known.filter(({ metadata }) => metadata.commandId === commandId).map(toDomain);
  const events: NewEvent[] = [];
  for await (const recorded of readThrough(store, stream, from, to)) {
    if (recorded.metadata.commandId === commandId) events.push(toDomain(recorded));
  }
  return events;
};

const outcomeOf = async (
  store: StreamReader,
  waiting: Waiting,
  plan: Plan,
  loaded: Loaded,
  duplicate: boolean,
): Promise<unknown> => {
  const { stream, request } = waiting;
  const commandId = request.kind === 'execute' ? request.context.commandId : '';
  switch (plan.kind) {
    case 'seen':
      return { state: plan.state, revision: plan.revision, position: loaded.position, recordedAt: loaded.recordedAt };
    case 'refused':
      return { kind: 'refused', refusal: plan.refusal, state: plan.state };
    case 'mismatch':
      return { kind: 'revisionMismatch', current: plan.revision };
    case 'failed':
      throw plan.error;
    case 'apart':
      return { kind: 'apart' };
    case 'opens': {
      if (plan.written === undefined) throw new Error(`${plan.opened.stream} was not written`);
      const { stream: newStream, before, after, state } = plan.opened;
      const { revision, position, recordedAt } = plan.written;
      const receipt = { commandId: before[0].metadata.commandId, stream: newStream, revision, position, recordedAt };
      const opened = { state, events: [...before, ...after], receipt, claimed: plan.claimed ?? [] };
      return { kind: 'opened', executed: await outcomeOf(store, waiting, plan.plan, loaded, false), opened };
    }
    case 'same':
      return outcomeOf(store, waiting, plan.as, loaded, true);
    case 'known': {
      const { to: revision, position, recordedAt } = plan.done;
      const events = await eventsOf(store, stream, plan.done, commandId);
      const receipt = { commandId, stream, revision, position, recordedAt };
      return { kind: 'done', events, receipt, state: plan.state, duplicate: true };
    }
    default: {
      const { events, claimed } = plan.kind === 'append' ? plan : { events: [], claimed: undefined };
      const { position, recordedAt } = loaded;
      const receipt = { commandId, stream, revision: plan.revision, position, recordedAt };
      return { kind: 'done', events, receipt, state: plan.state, duplicate, ...(claimed !== undefined && { claimed }) };
    }
  }
};

/** Answers `waiting` with what its plan came to. Never throws: a failure is the answer of the one who waits. */
export const settle = (store: StreamReader, waiting: Waiting, plan: Plan, loaded: Loaded): Promise<void> =>
  outcomeOf(store, waiting, plan, loaded, false).then(waiting.resolve, waiting.reject);
