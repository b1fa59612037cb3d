import { growingId, spreadId } from './ids.ts';

export const customersCount = 500;
export const itemsCount = 200;

export const customerOf = (n: number): string => `C-${2_000 + (n % customersCount)}`;
export const itemOf = (n: number): string => `ITEM-${n % itemsCount}`;
/** Each item lies in one of two warehouses. */
export const nodeOf = (item: number): string => (item % itemsCount < itemsCount / 2 ? 'DC-EAST' : 'DC-WEST');

/** Amounts in minor units, as text: 12.50 each, 8 % off, cost 6.00, taxed with 8.25 %. */
export type LinePlan = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly gross: string;
  readonly discount: string;
  readonly net: string;
  readonly cost: string;
  readonly tax: string;
  readonly reservationId: string;
};

export type OrderPlan = {
  readonly n: number;
  readonly orderId: string;
  readonly customer: string;
  readonly customerPo: string;
  readonly node: string;
  readonly releaseId: string;
  readonly shipmentId: string;
  readonly confirmationId: string;
  readonly invoiceId: string;
  readonly lines: readonly LinePlan[];
  readonly gross: string;
  readonly discount: string;
  readonly tax: string;
  /** Of the goods and freight, before tax. */
  readonly net: string;
  readonly total: string;
  /** One order in ten has been released and not shipped yet. */
  readonly staysOpen: boolean;
};

export const freight = '1500';
export const requestedDate = '2026-12-10';
export const shipDate = '2026-11-30';
export const shipTo = { id: 'MAIN', region: 'US-CA-SANTA-CLARA' } as const;

const half = itemsCount / 2;

const linePlan = (n: number, index: number, orderId: string): LinePlan => {
  const qty = 1 + ((n + index) % 9);
  const net = qty * 1_150;
  // All lines of an order come from the warehouse of its first one.
  const side = n % 2 === 0 ? 0 : half;
  return {
    lineId: String((index + 1) * 10),
    item: itemOf(side + ((n * 7 + index * 13) % half)),
    qty: String(qty),
    gross: String(qty * 1_250),
    discount: String(qty * 100),
    net: String(net),
    cost: String(qty * 600),
    tax: String(Math.round((net * 825) / 10_000)),
    reservationId: `${orderId}:1:${(index + 1) * 10}`,
  };
};

const sum = (lines: readonly LinePlan[], name: 'gross' | 'discount' | 'net' | 'tax'): number =>
  lines.reduce((total, line) => total + Number(line[name]), 0);

/** Everything about order `n`, always the same. One to three lines. */
export const planOrder = (n: number): OrderPlan => {
  const orderId = growingId(n);
  const lines = Array.from({ length: 1 + (n % 3) }, (_, index) => linePlan(n, index, orderId));
  const net = sum(lines, 'net') + Number(freight);
  const releaseId = spreadId(n, 3);
  return {
    n,
    orderId,
    customer: customerOf(n * 11),
    customerPo: `PO-${n}`,
    node: nodeOf(n % 2 === 0 ? 0 : half),
    releaseId,
    shipmentId: spreadId(n, 4),
    confirmationId: `${releaseId}-1`,
    invoiceId: spreadId(n, 5),
    lines,
    gross: String(sum(lines, 'gross')),
    discount: String(sum(lines, 'discount')),
    tax: String(sum(lines, 'tax')),
    net: String(net),
    total: String(net + sum(lines, 'tax')),
    staysOpen: n % 10 === 9,
  };
};
