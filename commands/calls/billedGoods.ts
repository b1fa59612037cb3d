import { streamName } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import type { InvoiceIssued } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { ulidOfUuid } from '../../domain/orderToCash/documentIds.ts';
import { qty } from '../../domain/quantity.ts';
import type { Sale } from '../../domain/shipment/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import { toDomain } from '../codec.ts';
import type { AppPorts } from './callPorts.ts';
import type { FoundStream } from './findStream.ts';

export type Confirmed = RecordedOf<'ShipmentConfirmed'>;

export const confirmationsOf = async (
  { store }: Pick<AppPorts, 'store'>,
  { stream }: Pick<FoundStream<unknown>, 'stream'>,
): Promise<readonly Confirmed[]> => {
  const found: Confirmed[] = [];
  for await (const recorded of store.read(stream)) {
    if (recorded.type === 'ShipmentConfirmed') found.push(toDomain(recorded) as Confirmed);
  }
  return found;
};

/** The invoices of these confirmations that stand; an invoice takes its id from the confirmation it bills. */
export const standingInvoices = async function* (
  { executor }: Pick<AppPorts, 'executor'>,
  bu: string,
  confirmations: readonly Confirmed[],
) {
  for (const { eventId } of confirmations) {
    const { state } = await executor.load(invoiceDecider, streamName('invoice', bu, ulidOfUuid(eventId)));
    if (state.issued !== null && !state.voided) yield state.issued;
  }
};

/** The shipments whose goods an invoice bills. */
export const billedShipments = (
  { executor }: Pick<AppPorts, 'executor'>,
  { bu, lines }: Pick<InvoiceIssued['data'], 'bu' | 'lines'>,
): Promise<readonly ShipmentState[]> =>
  Promise.all(
    [...new Set(lines.map(({ shipmentId }) => shipmentId))].map(async (shipmentId) => {
      const { state } = await executor.load(shipmentDecider, streamName('shipment', bu, shipmentId));
      return state;
    }),
  );

/** What of each shipment line stands on invoices, and how the first of them sold it; null: nothing is billed. */
export const billedGoods = async (
  ports: Pick<AppPorts, 'executor' | 'store'>,
  shipment: Pick<FoundStream<unknown>, 'stream' | 'bu'>,
): Promise<{ readonly sale: Sale | null; readonly billed: ReadonlyMap<string, bigint> }> => {
  const billed = new Map<string, bigint>();
  let sale: Sale | null = null;
  for await (const { channel, customerGroup, shipTo, lines } of standingInvoices(
    ports,
    shipment.bu,
    await confirmationsOf(ports, shipment),
  )) {
    const { region } = shipTo;
    sale ??= { channel, customerGroup, ...(region === undefined ? {} : { region }) };
    for (const line of lines) billed.set(line.shipmentLineId, (billed.get(line.shipmentLineId) ?? 0n) + qty(line.qty));
  }
  return { sale, billed };
};
