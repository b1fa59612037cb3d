import type { ShipmentCommand } from '../../domain/shipment/commands.ts';
import type { CarrierCode } from '../../domain/shipment/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { FactPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import type { WithRevision } from './inputs.ts';
import { findPlanned } from './plannedShipment.ts';

type OfShipment = { readonly shipmentId: string };
type Answered = Promise<Outcome<OfShipment>>;

export type TrackingInput = OfShipment & {
  readonly trackingEventId: string;
  readonly code: CarrierCode;
  readonly at: string;
  readonly tracking?: string;
  readonly place?: string;
};

export type DeliveryInput = OfShipment & {
  readonly deliveryId: string;
  readonly deliveredAt: string;
  readonly proof?: { readonly name?: string; readonly reference?: string };
};

/** What carriers tell of a shipment: facts, which are recorded whatever was known before. */
export type CarrierCalls = {
  readonly recordTracking: (input: TrackingInput & WithRevision, context: CommandContext) => Answered;
  readonly recordDelivery: (input: DeliveryInput & WithRevision, context: CommandContext) => Answered;
};

type Fact = {
  readonly id: string;
  readonly command: ShipmentCommand;
  readonly at: string;
  /** The field that says when. */
  readonly pointer: string;
};

const record = async (
  ports: FactPorts,
  { shipmentId, ifMatch }: OfShipment & { readonly ifMatch: number | undefined },
  { id, command, at, pointer }: Fact,
  context: CommandContext,
): Answered => {
  const found = await findPlanned(ports, shipmentId);
  if (found === undefined) return noSuch('shipment', shipmentId);
  const isKnown = found.state.carriage.facts.some((fact) => fact.id === id);
  const untimely = isKnown ? undefined : claimedTimeViolation(pointer, at, ports.clock());
  if (untimely !== undefined) return invalid([untimely]);
  const work = { decider: shipmentDecider, stream: found.stream, command, ifMatch };
  return carryOut(ports.executor, work, { ...context, occurredAt: at }, () => ({ shipmentId }));
};

export const carrierCalls = (ports: FactPorts): CarrierCalls => ({
  recordTracking: ({ shipmentId, ifMatch, ...told }, context) => {
    const command = { type: 'RecordTracking', ...told, contentSha256: contentSha256(told) } as const;
    const fact = { id: told.trackingEventId, command, at: told.at, pointer: '/at' };
    return record(ports, { shipmentId, ifMatch }, fact, context);
  },
  recordDelivery: ({ shipmentId, ifMatch, ...told }, context) => {
    const command = { type: 'RecordDelivery', ...told, contentSha256: contentSha256(told) } as const;
    const fact = { id: told.deliveryId, command, at: told.deliveredAt, pointer: '/deliveredAt' };
    return record(ports, { shipmentId, ifMatch }, fact, context);
  },
});
