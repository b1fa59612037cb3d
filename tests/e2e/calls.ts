import { randomUUID } from 'node:crypto';
import type { Client } from '../../api/client.ts';
import { eventually } from './service.ts';

// The contract's shapes as a channel, a warehouse and an auditor read them (spec 07).

export type List<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };
type OrderLine = {
  readonly lineId: string;
  readonly item: string;
  readonly status: string;
  readonly ordered: string;
  readonly unsourced: string;
  readonly backordered: string;
  readonly reserved: string;
  readonly allocated: string;
  readonly picked: string;
  readonly dropship: string;
  readonly shipped: string;
  readonly overshipped: string;
  readonly cancelled: string;
  readonly invoiced: string;
};
type Release = {
  readonly releaseId: string;
  readonly shipmentId: string;
  readonly node: string;
  readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
};
export type Order = {
  readonly orderId: string;
  readonly status: string;
  readonly revision: number;
  readonly erpNumber: string | null;
  readonly totals: Readonly<Record<string, string>>;
  readonly holds: readonly { readonly holdId: string; readonly type: string }[];
  readonly lines: readonly OrderLine[];
  readonly releases: readonly Release[];
};
export type Invoice = {
  readonly invoiceId: string;
  readonly number: string | null;
  readonly orderId: string;
  readonly state: string;
  readonly totals: Readonly<Record<string, string>>;
};
type JournalLine = {
  readonly lineNo: number;
  readonly role: string;
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
};
export type Journal = {
  readonly journalId: string;
  readonly templateId: string;
  readonly state: string;
  readonly erpDocument: string | null;
  readonly batchId: string | null;
  readonly sourcePosition: string;
  readonly lines: readonly JournalLine[];
};
export type TrialBalance = {
  readonly items: readonly {
    readonly account: string;
    readonly role: string;
    readonly debit: string;
    readonly credit: string;
    readonly closing: string;
  }[];
  readonly totalDebit: string;
  readonly totalCredit: string;
};
export type Position = {
  readonly node: string;
  readonly onHand: string;
  readonly available: string;
  readonly allocated: string;
  readonly reserved: string;
  readonly backordered: string;
};

export const thisPeriod = (): string => new Date().toISOString().slice(0, 7).replace('-', '');

export const receive = (
  client: Client,
  qty: string,
  item = 'BRG-6204',
  node = 'DC-EAST',
  reference: string = randomUUID(),
) =>
  client.send<{ receipt: { position: string } }>('warehouse', 'POST', '/v1/stock-movements', {
    bu: 'ACME',
    node,
    item,
    kind: 'RECEIPT',
    qty,
    uom: 'EA',
    unitCost: '6.00',
    reference,
  });

export const orderBody = (qty: string, over: Readonly<Record<string, unknown>> = {}) => ({
  bu: 'ACME',
  channel: 'portal',
  customerPo: `PO-${randomUUID()}`,
  soldTo: 'C-1001',
  shipTo: { id: 'MAIN' },
  currency: 'USD',
  requestedDate: new Date(Date.now() + 8 * 86_400_000).toISOString().slice(0, 10),
  shipComplete: false,
  allowSplit: true,
  allowSubstitute: false,
  charges: [] as { code: string; amount: string }[],
  lines: [{ lineId: '10', item: 'BRG-6204', qty, uom: 'EA' }],
  ...over,
});

export const submit = (client: Client, body: unknown, key?: string) =>
  client.send<Order & { receipt: { position: string } }>('channel', 'POST', '/v1/orders', body, key);

export const readOrder = (client: Client, orderId: string) => client.get<Order>('channel', `/v1/orders/${orderId}`);
export const invoicesOf = (client: Client, orderId: string) =>
  client.get<List<Invoice>>('finance', `/v1/invoices?orderId=${orderId}`);
/** Waits until there are some: an order is complete in one read model before its invoice is in another. */
export const firstInvoicesOf = (client: Client, orderId: string): Promise<List<Invoice>> =>
  eventually(
    () => invoicesOf(client, orderId),
    ({ items }) => items.length > 0,
    60_000,
  );
export const journalsOf = (client: Client, orderId: string) =>
  client.get<List<Journal>>('finance', `/v1/gl-journals?orderId=${orderId}&limit=500`);
export const trialBalance = (client: Client) =>
  client.get<TrialBalance>('finance', `/v1/trial-balance?bu=ACME&ledger=PRIMARY&period=${thisPeriod()}`);

/** A warehouse confirms what an order shows as released, at once. */
export const confirm = (
  client: Client,
  orderId: string,
  release: Release,
  qty: string,
  confirmationId: string = randomUUID(),
) =>
  client.send('warehouse', 'POST', `/v1/shipments/${release.shipmentId}/confirmations`, {
    confirmationId,
    shippedAt: new Date().toISOString(),
    lines: [{ orderId, lineId: release.lines[0]?.lineId, qty, uom: 'EA' }],
  });

/** Q1 of spec 4.4, and nothing below zero. */
export const equationHolds = (line: OrderLine): boolean => {
  const q = (text: string) => BigInt(text);
  const open = q(line.unsourced) + q(line.backordered) + q(line.reserved) + q(line.allocated) + q(line.dropship);
  const all = [
    line.unsourced,
    line.backordered,
    line.reserved,
    line.allocated,
    line.shipped,
    line.cancelled,
    line.invoiced,
  ].map(q);
  return (
    q(line.ordered) === open + q(line.shipped) - q(line.overshipped) + q(line.cancelled) &&
    all.every((value) => value >= 0n)
  );
};

export const closingOf = (balance: TrialBalance, role: string): bigint =>
  balance.items.filter((row) => row.role === role).reduce((sum, row) => sum + BigInt(row.closing), 0n);
