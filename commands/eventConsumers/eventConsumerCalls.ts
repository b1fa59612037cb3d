import { type EventConsumerCommand, eventConsumerDecider } from '../../domain/eventConsumer/eventConsumer.ts';
import type { ConsumedPlace } from '../../domain/eventConsumer/events.ts';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, customerOf } from '../../domain/masterData/catalog.ts';
import type { NoticeType } from '../../domain/webhook/notices.ts';
import type { Outcome, Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { findStream } from '../calls/findStream.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { invalid, refusedAs, violation } from '../outcome.ts';
import type { CommandContext, EventConsumerPlaces } from '../ports.ts';

export type RegisterInput = {
  readonly bu: string;
  readonly name: string;
  /** Null: all there are. */
  readonly types: readonly NoticeType[] | null;
  /** Whose orders; null: everybody's. */
  readonly customers: readonly string[] | null;
  readonly after: ConsumedPlace;
  /** How many the business unit has. */
  readonly existing: number;
};

export type Registered = Omit<RegisterInput, 'existing'> & { readonly consumerId: string };

export type OfConsumer = { readonly consumerId: string; readonly bu: string };
type Asked = OfConsumer & WithRevision & { readonly reason: string };
type Changed = { readonly consumerId: string };

export type EventConsumerCalls = {
  readonly registerEventConsumer: (input: RegisterInput, context: CommandContext) => Promise<Outcome<Registered>>;
  readonly resetEventConsumer: (
    input: Asked & { readonly after: ConsumedPlace },
    context: CommandContext,
  ) => Promise<Outcome<Changed>>;
  readonly deleteEventConsumer: (input: Asked, context: CommandContext) => Promise<Outcome<Changed>>;
  /** Undefined: there is none. */
  readonly eventConsumer: (consumerId: string) => Promise<
    | {
        readonly bu: string;
        readonly customers: readonly string[] | null;
        readonly isDeleted: boolean;
        /** Of its stream. */
        readonly revision: number;
      }
    | undefined
  >;
  readonly acknowledgeEvents: EventConsumerPlaces['acknowledge'];
};

export type EventConsumerPorts = Pick<AppPorts, 'executor' | 'catalog'> & { readonly places: EventConsumerPlaces };

/** Soft, against a client gone wild: each is looked at whenever somebody asks how far they are. */
const consumersMax = 100;

const eventConsumerStream = ({ consumerId, bu }: OfConsumer) =>
  streamName(eventConsumerDecider.category, bu, consumerId);

const wrongIn = ({ catalog }: EventConsumerPorts, { bu, customers }: RegisterInput): readonly Violation[] => {
  const known = catalog.current();
  if (businessUnitOf(known, bu) === undefined)
    return [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)];
  const unknown = customers?.find((customer) => customerOf(known, bu, customer) === undefined);
  return unknown === undefined ? [] : [violation('/soldTo', 'CUSTOMER_UNKNOWN', `${bu} has no customer ${unknown}.`)];
};

export const eventConsumerCalls = (ports: EventConsumerPorts): EventConsumerCalls => {
  const change = async (
    { consumerId, bu, ifMatch }: OfConsumer & WithRevision,
    command: EventConsumerCommand,
    context: CommandContext,
  ): Promise<Outcome<Changed>> => {
    const work = { decider: eventConsumerDecider, stream: eventConsumerStream({ consumerId, bu }), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ consumerId }));
  };
  return {
    registerEventConsumer: async ({ existing, ...input }, context) => {
      const violations = wrongIn(ports, { existing, ...input });
      if (violations.length > 0) return invalid(violations);
      const { bu } = input;
      if (existing >= consumersMax)
        return refusedAs('CONSUMERS_MAX', `${bu} has ${existing} consumers: delete those that nobody needs.`);
      const about = { consumerId: derivedUlid(`event consumer:${context.commandId}`), ...input };
      const command = { type: 'RegisterEventConsumer', ...about, by: context.actor.id } as const;
      const work = { decider: eventConsumerDecider, stream: eventConsumerStream(about), command };
      return carryOut(ports.executor, work, context, () => about);
    },
    resetEventConsumer: ({ consumerId, bu, after, reason, ...condition }, context) => {
      const of = { consumerId, bu };
      const command = { type: 'ResetEventConsumer', ...of, after, reason, by: context.actor.id } as const;
      return change({ ...of, ...condition }, command, context);
    },
    deleteEventConsumer: ({ consumerId, bu, reason, ...condition }, context) => {
      const of = { consumerId, bu };
      const command = { type: 'DeleteEventConsumer', ...of, reason, by: context.actor.id } as const;
      return change({ ...of, ...condition }, command, context);
    },
    eventConsumer: async (consumerId) => {
      const found = await findStream(ports, eventConsumerDecider, consumerId);
      if (found === undefined || found.state.consumer === null) return undefined;
      const { bu, revision } = found;
      const { consumer, isDeleted } = found.state;
      return { bu, customers: consumer.customers, isDeleted, revision };
    },
    acknowledgeEvents: ports.places.acknowledge,
  };
};
