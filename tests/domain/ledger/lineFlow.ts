import { type RevenuePolicy, saidOf } from '../../../domain/ledger/revenuePolicy.ts';
import { minor, minorText } from '../../../domain/money.ts';
import type { OrderAccepted } from '../../../domain/order/events.ts';
import { partialCost } from '../../../domain/pricing/lineAmounts.ts';
import { maxQty, minQty, qty } from '../../../domain/quantity.ts';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import type { ConfirmedLine, ShipmentConfirmed } from '../../../domain/shipment/events.ts';
import type { OvershipmentOutcome } from '../../../domain/shipment/overshipmentEvents.ts';
import { shipmentDecider } from '../../../domain/shipment/shipment.ts';
import { shippedOf } from '../../../domain/shipment/shippedItem.ts';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { draftOf } from '../invoice/sale.ts';
import { at, booksIn, type FlowInvoice, invoiceIn, type Known } from './flowBooks.ts';

const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' } as const;
const costMethod = 'MOVING_AVERAGE' as const;

/**
 * The only line of an order in one shipment, and everything that becomes of it, by the deciders of shipment, stock and invoice;
 * what the process does between them is done here.
 */
export const lineFlow = (order: OrderAccepted['data'], ordered: bigint, firstCost: string) => {
  const { currency, orderId, soldTo } = order;
  const { journals, happened } = booksIn(currency);
  const head = { shipmentId: 'SH-1', orderId, bu: place.bu, node: place.node };
  const invoices: FlowInvoice[] = [];
  const confirmed: (Known & { readonly data: ShipmentConfirmed['data'] })[] = [];
  const resolved: (Known & { readonly resolutionId: string })[] = [];
  let [shipment, stock] = [shipmentDecider.initial, stockDecider.initial];
  let [billedUpTo, lateCosts, returnedCost, documents] = [0n, 0n, 0n, 0];

  const tellStock = (command: StockCommand): void => {
    const decided = stockDecider.decide(command, stock);
    for (const event of 'refused' in decided ? [] : decided) {
      stock = stockDecider.evolve(stock, event);
      if (event.type === 'CostCorrected') lateCosts += minor(event.data.amount);
      happened(event);
    }
  };
  const tellShipment = (command: ShipmentCommand) => {
    const decided = shipmentDecider.decide(command, shipment);
    return ('refused' in decided ? [] : decided).map((event) => {
      shipment = shipmentDecider.evolve(shipment, event);
      return { event, ...happened(event) };
    });
  };

  const hasArrived = (): boolean => shipment.carriage.deliveredAt !== null && !shipment.voided;
  /** Behind what was billed of the line before. */
  const bill = (data: ShipmentConfirmed['data'], line: ConfirmedLine, size: bigint, cost: string): void => {
    if (size === 0n) return;
    const left = { ...data, lines: [{ ...line, qty: size.toString(), cost }] };
    const billing = [['10', billedUpTo.toString(), size.toString()]] as const;
    const draft = draftOf(`I-${invoices.length}`, order, left, billing, invoices.length === 0);
    billedUpTo += size;
    const policy = data.revenuePolicy ?? 'ON_INVOICE';
    const invoice = invoiceIn(happened, draft, policy);
    invoices.push(invoice);
    if (policy === 'ON_SHIPMENT' || (policy === 'ON_DELIVERY' && hasArrived())) invoice.earn();
  };

  const received = { ...place, type: 'RecordReceipt', reference: 'R-1', qty: '1000', status: 'SELLABLE' } as const;
  tellStock({ ...received, unitCost: firstCost, currency, costMethod });
  const planned = [{ lineId: '10', item: place.item, qty: ordered.toString(), reservationId: 'r-10' }];
  tellShipment({ type: 'PlanShipment', ...head, releaseId: 'L1', shipTo: { id: 'MAIN' }, lines: planned });

  return {
    ...{ journals, invoices, hasArrived },
    shipment: () => shipment,
    stock: () => stock,
    lateCosts: () => lateCosts,
    returnedCost: () => returnedCost,
    leave: (policy: RevenuePolicy, size: bigint): void => {
      const confirmationId = `C-${confirmed.length}`;
      const { unitCost } = stock.cost ?? { unitCost: firstCost };
      const before = shipment.confirmedLines.reduce((sum, each) => sum + qty(each.qty), 0n);
      const goods = { lineId: '10', qty: size.toString(), lots: [], serials: [], unitCost };
      const [first] = tellShipment({
        ...{ type: 'ConfirmShipment', confirmationId, contentSha256: confirmationId, soldTo, shippedAt: at },
        ...{ tracking: [], currency, lines: [{ ...goods, itemGroup: 'BEARING' }], ...saidOf(policy) },
      });
      if (first?.event.type !== 'ShipmentConfirmed') return;
      const { data } = first.event;
      const [line] = data.lines;
      if (line === undefined) return;
      confirmed.push({ ...first, data });
      const taken = { ...place, orderId, shipmentId: head.shipmentId, confirmationId, reservationId: 'r-10' };
      tellStock({ type: 'Issue', ...taken, ...goods, cost: line.cost, currency, costMethod });
      const wanted = minQty(size, maxQty(0n, ordered - before));
      bill(data, line, wanted, minorText(partialCost(minor(line.cost), size, 0n, wanted)));
      if (wanted === size) return;
      const excess = { lineId: '10', excess: (size - wanted).toString(), allowed: '0', within: false };
      const found = { confirmationId, foundAt: at, channel: 'portal', customerGroup: 'INDUSTRIAL' };
      tellShipment({ type: 'FindOvershipments', ...found, lines: [excess] });
    },
    /** The first of what nobody has decided about. */
    resolve: (outcome: OvershipmentOutcome): void => {
      const open = shipment.overshipments.find(({ resolution }) => resolution === null)?.found;
      if (open === undefined) return;
      const { confirmationId, lineId, excess, cost } = open;
      const said = { resolutionId: `X-${confirmationId}`, resolvedAt: at, consent: 'MAIL-1', limit: '999999999999' };
      const [decision] = tellShipment({ type: 'ResolveOvershipment', confirmationId, lineId, outcome, ...said });
      const { data } = confirmed.find((each) => each.data.confirmationId === confirmationId) ?? {};
      const [line] = data?.lines ?? [];
      if (decision === undefined || data === undefined || line === undefined) return;
      resolved.push({ ...decision, resolutionId: said.resolutionId });
      if (outcome === 'BILL') bill(data, line, qty(excess), cost);
    },
    arrive: (): void => {
      tellShipment({ type: 'RecordDelivery', deliveryId: 'D-1', contentSha256: 'D-1', deliveredAt: at });
      if (hasArrived()) for (const { policy, earn } of invoices) if (policy === 'ON_DELIVERY') earn();
    },
    /** Refused while an invoice stands. */
    voidShipment: (): void => {
      if (invoices.some(({ state }) => state().issued !== null && !state().voided)) return;
      const back = shipment.confirmedLines;
      const named = confirmed.map(({ data: { confirmationId, revenuePolicy }, eventId, position }) => ({
        ...{ confirmationId, eventId, position },
        ...saidOf(revenuePolicy),
      }));
      const taken = tellShipment({ type: 'VoidShipment', reason: 'never left', confirmed: named, resolved });
      if (taken.length === 0) return;
      for (const { withdraw } of invoices) withdraw();
      for (const [index, { qty: size, unitCost, cost }] of back.entries()) {
        const part = { shipmentId: head.shipmentId, lineId: `10:${index}`, leftAt: at };
        tellStock({ ...place, type: 'Reinstate', ...part, qty: size, unitCost, cost, currency });
      }
    },
    /** A late cost of the shipment, as long as it stands. */
    correctCost: (amount: bigint): void => {
      const lines = shippedOf(shipment, place.item);
      if (shipment.voided || lines.length === 0) return;
      documents += 1;
      const { shipmentId } = head;
      const document = { reference: `K-${documents}`, amount: minorText(amount), currency, cause: 'FREIGHT' } as const;
      const about = { kind: 'SHIPMENT', shipmentId, orderId, soldTo, lines } as const;
      tellStock({ ...place, type: 'CorrectCost', ...document, costMethod, about, by: 'lee', limit: '999999999999' });
    },
    /** One piece of an invoice comes back, is looked at and credited. */
    comeBack: (invoice: FlowInvoice): void => {
      const [line] = invoice.state().issued?.lines ?? [];
      const given = invoice.state().credits.reduce((sum, { memo }) => sum + qty(memo.lines[0]?.qty ?? '0'), 0n);
      if (line === undefined || !invoice.credit({ qty: '1' })) return;
      documents += 1;
      const cost = minorText(partialCost(minor(line.cost), qty(line.qty), given, 1n));
      returnedCost += minor(cost);
      const { unitCost } = shipment.confirmedLines[0] ?? { unitCost: firstCost };
      const sale = { channel: 'portal', customerGroup: 'INDUSTRIAL' };
      const goods = { item: place.item, itemGroup: 'BEARING', qty: '1', unitCost, cost, currency };
      const { shipmentId, orderId: ofOrder, bu, node } = head;
      const inspection = { inspectionId: `N-${documents}`, contentSha256: 'n0', inspectedAt: at, inspectedBy: 'kim' };
      const where = { shipmentLineId: '10', lineId: '10', shipmentId, orderId: ofOrder, bu, node };
      const data = {
        rmaId: `RMA-${documents}`,
        ...inspection,
        ...where,
        ...goods,
        soldTo,
        sale,
        disposition: 'RESTOCK',
      };
      const { eventId: inspectionEventId } = happened({ type: 'ReturnInspected', data } as Parameters<
        typeof happened
      >[0]);
      const moved = { rmaId: data.rmaId, inspectionEventId, qty: '1', unitCost, cost, currency };
      tellStock({ ...place, type: 'RecordReturn', ...moved, status: 'SELLABLE', at });
    },
  };
};
