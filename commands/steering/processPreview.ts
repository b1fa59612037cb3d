import { isRefusal } from '../../domain/decider.ts';
import type { EventFeed, EventStore, Position, StreamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { Process } from '../../domain/orderToCash/process.ts';
import { toDomain } from '../codec.ts';
import { eventAt } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';
import type { HeldItem } from '../ports/lane.ts';
import type { PreviewedMessage } from '../ports/replay.ts';
import { troubleOf } from '../workers/trouble.ts';
import type { IntendedStep } from './producedAlready.ts';
import type { Foreseen } from './workerRepair.ts';

type Ports = {
  readonly executor: Pick<Executor, 'load'>;
  readonly store: Pick<EventStore, 'read'>;
  readonly feed: Pick<EventFeed, 'readAfter'>;
  readonly producedAlready: (steps: readonly IntendedStep[]) => Promise<readonly PreviewedMessage[]>;
};

const pageEventsMax = 1_000;
const pagesMax = 20;

/** The event at the head and those of its key behind it, as far as a bounded look at the log finds them. */
const waitingEvents = async (
  ports: Ports,
  process: Process,
  key: string,
  head: HeldItem,
): Promise<readonly RecordedDomainEvent[]> => {
  const { stream, revision } = head.payloadRef;
  // The place comes out of the log itself, by way of the worker.
  const first = await eventAt(ports.store, stream as StreamName, Number(revision));
  if (first === undefined) return [];
  const found = [toDomain(first)];
  let from: Position | 'start' = first.position;
  for (let page = 0; page < pagesMax && found.length <= head.blockedCount; page += 1) {
    const { events, throughPosition } = await ports.feed.readAfter(from, pageEventsMax, {
      categories: process.categories,
    });
    found.push(...events.map(toDomain).filter((event) => process.keyOf(event) === key));
    if (events.length < pageEventsMax) break;
    from = throughPosition;
  }
  return found;
};

/** Decides event after event, each on what the one before it would have left, and records nothing. */
const decided = <State>({ decider }: Process<State>, from: State, events: readonly RecordedDomainEvent[]) => {
  let state = from;
  const steps: IntendedStep[] = [];
  for (const [applied, event] of events.entries()) {
    try {
      const issued = decider.decide(event, state);
      if (isRefusal(issued)) continue;
      const intents = issued.flatMap(({ data }) => data.intents);
      for (const { intentId: id, step, payload } of intents)
        steps.push({ id, step, payload, attempts: 0, running: false });
      state = issued.reduce(decider.evolve, state);
    } catch (error) {
      const { class: errorClass, detail } = troubleOf(error);
      return { applied, error: { class: errorClass, detail }, steps };
    }
  }
  return { applied: events.length, error: null, steps };
};

/** What the process would want done for the events that wait. */
export const previewProcess =
  (ports: Ports) =>
  <State>(process: Process<State>) =>
  async (key: string, [head]: readonly HeldItem[]): Promise<Foreseen> => {
    if (head === undefined) return { applied: 0, error: null, messages: [] };
    const { state } = await ports.executor.load(process.decider, process.streamOf(key));
    const events = await waitingEvents(ports, process as Process, key, head);
    const { steps, ...told } = decided(process, state, events);
    return { ...told, messages: await ports.producedAlready(steps) };
  };
