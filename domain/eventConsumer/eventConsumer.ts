import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { ConsumedPlace, EventConsumerEvent, EventConsumerRegistered } from './events.ts';

type Id = { readonly consumerId: string; readonly bu: string };

/** `by`: who asks. */
export type EventConsumerCommand = Id & { readonly by: string } & (
    | ({ readonly type: 'RegisterEventConsumer' } & Omit<EventConsumerRegistered['data'], keyof Id | 'registeredBy'>)
    | { readonly type: 'ResetEventConsumer'; readonly after: ConsumedPlace; readonly reason: string }
    | { readonly type: 'DeleteEventConsumer'; readonly reason: string }
  );

export type EventConsumerState = {
  readonly consumer: Pick<EventConsumerRegistered['data'], 'bu' | 'customers'> | null;
  readonly isDeleted: boolean;
};

/** An id is used once; what is deleted only stays deleted. A reset has its effect again, because much was acknowledged since the last one. */
const decide = (
  command: EventConsumerCommand,
  { consumer, isDeleted }: EventConsumerState,
): readonly EventConsumerEvent[] | Refusal => {
  const { consumerId, bu, by } = command;
  const of = { consumerId, bu };
  if (command.type === 'RegisterEventConsumer') {
    if (consumer !== null) return [];
    const { name, types, customers, after } = command;
    return [{ type: 'EventConsumerRegistered', data: { ...of, name, types, customers, after, registeredBy: by } }];
  }
  if (consumer === null) return refuse('NOT_FOUND', `There is no consumer ${consumerId}.`);
  const { reason } = command;
  if (command.type === 'DeleteEventConsumer')
    return isDeleted ? [] : [{ type: 'EventConsumerDeleted', data: { ...of, reason, deletedBy: by } }];
  if (isDeleted) return refuse('CONSUMER_DELETED', `Consumer ${consumerId} is deleted.`);
  return [{ type: 'EventConsumerReset', data: { ...of, after: command.after, reason, resetBy: by } }];
};

const evolve = (state: EventConsumerState, event: EventConsumerEvent): EventConsumerState => {
  switch (event.type) {
    case 'EventConsumerRegistered': {
      const { bu, customers } = event.data;
      return { consumer: { bu, customers }, isDeleted: false };
    }
    case 'EventConsumerReset':
      return state;
    case 'EventConsumerDeleted':
      return { ...state, isDeleted: true };
  }
};

/** Stream `eventconsumer-<bu>.<consumerId>`: who reads the stream of events under a name. How far it has come is not an event. */
export const eventConsumerDecider: Decider<EventConsumerState, EventConsumerCommand, EventConsumerEvent> = {
  category: 'eventconsumer',
  initial: { consumer: null, isDeleted: false },
  decide,
  evolve,
};
