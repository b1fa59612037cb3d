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

export type Billing = {
  readonly confirmations: readonly Confirmed[];
  readonly resolutions: readonly RecordedOf<'OvershipmentResolved'>[];
};

/** What of a shipment invoices bill: what was confirmed, and goods beyond the order that somebody decided to bill. */
export const billingOf = async (
  { store }: Pick<AppPorts, 'store'>,
  { stream }: Pick<FoundStream<unknown>, 'stream'>,
): Promise<Billing> => {
  const confirmations: Confirmed[] = [];
  const resolutions: RecordedOf<'OvershipmentResolved'>[] = [];
  for await (const recorded of store.read(stream)) {
    if (recorded.type === 'ShipmentConfirmed') confirmations.push(toDomain(recorded) as Confirmed);
    if (recorded.type === 'OvershipmentResolved')
      resolutions.push(toDomain(recorded) as RecordedOf<'OvershipmentResolved'>);
  }
  return { confirmations, resolutions };
};

/** The decisions by which goods beyond the order are billed. */
export const billedResolutions = ({ resolutions }: Billing) =>
  resolutions.filter(({ data }) => data.outcome === 'BILL');

/** The invoices of a shipment that stand; an invoice takes its id from the confirmation it bills, or from the decision to bill more. */
export const standingInvoices = async function* (
  { executor }: Pick<AppPorts, 'executor'>,
  bu: string,
  billing: Billing,
) {
  for (const { eventId } of [...billing.confirmations, ...billedResolutions(billing)]) {
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
    await billingOf(ports, shipment),
  )) {
    const { region } = shipTo;
    sale ??= { channel, customerGroup, ...(region === undefined ? {} : { region }) };
    for (const line of lines) billed.set(line.shipmentLineId, (billed.get(line.shipmentLineId) ?? 0n) + qty(line.qty));
  }
  return { sale, billed };
};
