import { saidOf } from '../../domain/ledger/revenuePolicy.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { Application } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { noSuch, refusedAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { billingOf, standingInvoices } from './billedGoods.ts';
import type { AppPorts } from './callPorts.ts';
import { findStream } from './findStream.ts';
import { notByWarehouse } from './shipmentFacts.ts';

type VoidShipment = Application['voidShipment'];

/** With exactly the confirmations and decisions that were looked at: one that falls in between must be named by the void as well. */
const voidSeen = async (
  ports: AppPorts,
  { shipmentId, reason, ifMatch }: Parameters<VoidShipment>[0],
  context: CommandContext,
): ReturnType<VoidShipment> => {
  const found = await findStream(ports, shipmentDecider, shipmentId);
  if (found === undefined) return noSuch('shipment', shipmentId);
  const refusal = notByWarehouse(found);
  if (refusal !== undefined) return refusal;
  const billing = await billingOf(ports, found);
  for await (const { invoiceId, number } of standingInvoices(ports, found.bu, billing)) {
    const invoice = { invoiceId, number };
    return refusedAs('SHIPMENT_INVOICED', `Invoice ${invoice.number} bills this shipment; void it first.`, invoice);
  }
  const confirmed = billing.confirmations.map(({ data, eventId, position }) => ({
    confirmationId: data.confirmationId,
    eventId,
    position,
    ...saidOf(data.revenuePolicy),
  }));
  const resolved = billing.resolutions.map(({ data, eventId, position }) => ({
    resolutionId: data.resolutionId,
    eventId,
    position,
  }));
  const command = { type: 'VoidShipment', reason, confirmed, resolved } as const;
  const work = { decider: shipmentDecider, stream: found.stream, command, ifMatch: ifMatch ?? found.revision };
  return carryOut(ports.executor, work, context, () => ({ shipmentId }));
};

/** A shipment is confirmed a few times in its life; who meets so many confirmations in a row asks again later. */
const attemptsMax = 8;

/**
 * Takes back on paper what a shipment confirmed. Refused while an invoice of it stands (spec 4.8, T12). One that is still
 * a draft is withdrawn by the process, and one that is issued in this very moment is voided by it.
 */
export const voidShipment =
  (ports: AppPorts): VoidShipment =>
  async (input, context) => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await voidSeen(ports, input, context);
      const isOvertaken = outcome.kind === 'refused' && outcome.refusal.refused === 'REVISION_MISMATCH';
      if (!isOvertaken || input.ifMatch !== undefined || attempt === attemptsMax) return outcome;
    }
  };
