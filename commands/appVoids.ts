import { streamName } from '../domain/eventLog.ts';
import type { RecordedOf } from '../domain/events.ts';
import { invoiceDecider } from '../domain/invoice/invoice.ts';
import { ulidOfUuid } from '../domain/orderToCash/documentIds.ts';
import { shipmentDecider } from '../domain/shipment/shipment.ts';
import type { Application } from './application.ts';
import type { AppPorts } from './appPorts.ts';
import { carryOut } from './carryOut.ts';
import { toDomain } from './codec.ts';
import { type FoundStream, findStream } from './findStream.ts';
import { refusedAs } from './outcome.ts';

type Confirmed = RecordedOf<'ShipmentConfirmed'>;

const confirmationsOf = async (
  { store }: AppPorts,
  { stream }: FoundStream<unknown>,
): Promise<readonly Confirmed[]> => {
  const found: Confirmed[] = [];
  for await (const recorded of store.read(stream)) {
    if (recorded.type === 'ShipmentConfirmed') found.push(toDomain(recorded) as Confirmed);
  }
  return found;
};

/** The first invoice of these confirmations that stands; an invoice takes its id from the confirmation it bills. */
const standingInvoice = async ({ executor }: AppPorts, bu: string, confirmations: readonly Confirmed[]) => {
  for (const { eventId } of confirmations) {
    const invoiceId = ulidOfUuid(eventId);
    const { state } = await executor.load(invoiceDecider, streamName('invoice', bu, invoiceId));
    if (state.issued !== null && !state.voided) return { invoiceId, number: state.issued.number };
  }
  return undefined;
};

/**
 * Takes back on paper what a shipment confirmed. Refused while an invoice of it stands (spec 4.8, T12); an invoice that
 * is still a draft is not issued any more once its shipment is voided.
 */
export const voidShipment =
  (ports: AppPorts): Application['voidShipment'] =>
  async ({ shipmentId, reason, ifMatch }, context) => {
    const found = await findStream(ports, shipmentDecider, shipmentId);
    if (found === undefined) return refusedAs('NOT_FOUND', `There is no shipment ${shipmentId}.`);
    const confirmations = await confirmationsOf(ports, found);
    const invoice = await standingInvoice(ports, found.bu, confirmations);
    if (invoice !== undefined) {
      return refusedAs('SHIPMENT_INVOICED', `Invoice ${invoice.number} bills this shipment; void it first.`, invoice);
    }
    const confirmed = confirmations.map(({ data, eventId, position }) => ({
      confirmationId: data.confirmationId,
      eventId,
      position,
    }));
    const command = { type: 'VoidShipment', reason, confirmed } as const;
    const work = { decider: shipmentDecider, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ shipmentId }));
  };
