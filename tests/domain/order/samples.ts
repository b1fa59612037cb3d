import type { OrderCommand } from '../../../domain/order/commands.ts';
import { order } from '../../../domain/order/order.ts';
import { scenarios } from './scenario.ts';

export const orderId = '01J0000000000000000000000A';
const discount = { sequence: 1, kind: 'CONTRACT', ratePct: '8' };

type Submit = Extract<OrderCommand, { type: 'SubmitOrder' }>;

const lineOf = (lineId: string, qty: string): Submit['lines'][number] => ({
  lineId,
  item: 'BRG-6204',
  kind: 'STOCK',
  qty,
  baseUom: 'EA',
  entered: { qty, uom: 'EA' },
  conversion: { from: 'EA', to: 'EA', num: '1', den: '1' },
});

const pricedOf = (lineId: string, qty: string) => {
  const gross = BigInt(qty) * 1250n;
  const amount = (gross * 8n) / 100n;
  return {
    lineId,
    unitPrice: '12.50',
    listPrice: '12.50',
    priceSource: 'CONTRACT' as const,
    contractId: 'CT-1',
    discounts: [{ ...discount, amount: amount.toString() }],
    gross: gross.toString(),
    discount: amount.toString(),
    net: (gross - amount).toString(),
  };
};

/** The order of the golden example, or one with the given quantities per line. */
export const submitting = (
  quantities: Readonly<Record<string, string>> = { '10': '10' },
  more: Partial<Submit> = {},
): Submit => {
  const priced = Object.entries(quantities).map(([lineId, qty]) => pricedOf(lineId, qty));
  const sum = (key: 'gross' | 'discount' | 'net') => priced.reduce((total, line) => total + BigInt(line[key]), 0n);
  const totals = {
    gross: String(sum('gross')),
    discount: String(sum('discount')),
    charges: '1500',
    net: String(sum('net') + 1500n),
  };
  return {
    type: 'SubmitOrder',
    orderId,
    bu: 'ACME',
    channel: 'portal',
    customerPo: 'PO-7001',
    soldTo: 'C-1001',
    billTo: 'C-1001',
    shipTo: { id: 'MAIN', region: 'US-TX' },
    currency: 'USD',
    requestedDate: '2026-12-01',
    shipComplete: false,
    allowSplit: true,
    allowSubstitute: false,
    charges: [{ code: 'FREIGHT', amount: '1500' }],
    lines: Object.entries(quantities).map(([lineId, qty]) => lineOf(lineId, qty)),
    contentSha256: 'a'.repeat(64),
    masterData: { 'item:BRG-6204': 1 },
    pricing: { priceListId: 'STD', priceListVersion: 1, lines: priced, totals },
    holds: [],
    ...more,
  };
};

export const acceptedAt = '2026-11-24T10:00:00.000Z';
export const accepting: OrderCommand = { type: 'AcceptOrder', acceptedAt };
export const holding = (holdId: string, holdType: 'CREDIT' | 'MANUAL' | 'ERP_REFUSED' = 'CREDIT'): OrderCommand => ({
  type: 'PlaceHold',
  holdId,
  holdType,
  scope: { kind: 'ORDER' },
  note: 'over the limit',
});
export const releasing = (holdId: string): OrderCommand => ({
  type: 'ReleaseHold',
  holdId,
  reason: 'checked',
  releasedBy: 'finance',
});
export const progress = (reference: string, addShipped: string, addInvoiced: string, lineId = '10'): OrderCommand => ({
  type: 'RecordProgress',
  reference,
  lines: [{ lineId, addShipped, addInvoiced }],
});
export const cancelling = (changeId: string, lines?: readonly { lineId: string; qty: string }[]): OrderCommand => ({
  type: 'RequestCancel',
  changeId,
  reason: 'CUSTOMER',
  ...(lines === undefined ? {} : { lines }),
});

export const none = { unsourced: '0', backordered: '0', reserved: '0', allocated: '0' };

export const given = scenarios(order);
