import { expect } from '@jest/globals';
import { journalIdFor } from '../../projections/glStaging/journalId.ts';
import { receive, release, ship } from '../projections/fulfilmentHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { append, type Body, project, startedHistory } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

export type Row = Readonly<Record<string, string | number | boolean | null>>;
type Answer = Body & { readonly items: readonly Row[]; readonly totals: readonly Row[] };

export const bu = 'ACME';
const idOf = (n: number): string => `01JD000000000000000000000${n}`;
export const [done, first, second, gone, waiting] = [idOf(1), idOf(2), idOf(3), idOf(4), idOf(5)];

const expectSupply = (log: MemoryLog, supplyId: string, qty: string, availableDate: string) =>
  log.append('stock-ACME.DC-EAST.BRG-6204', 'SupplyExpected', {
    ...{ bu, node: 'DC-EAST', item: 'BRG-6204', supplyId, type: 'PO', qty, availableDate },
  });

/** The ERP takes the journal of an invoice. */
const acknowledge = (log: MemoryLog, invoiceId: string) => {
  const issued = log.events.find(({ type, stream }) => type === 'InvoiceIssued' && stream.endsWith(invoiceId));
  const journalId = journalIdFor(issued?.eventId ?? '', 'T03', 'PRIMARY');
  const key = { bu, ledger: 'PRIMARY', batchId: 'PRIMARY-202611-0001' };
  const journal = { journalId, accountingDate: '2026-11-23', templateId: 'T03', documentRef: 'd', orderId: null };
  const stream = 'glbatch-ACME.PRIMARY-202611-0001';
  log.append(stream, 'GlBatchSealed', {
    ...{ ...key, period: '202611', sequence: 1, controlTotals: [], merkleRoot: 'm', contentSha256: 's' },
    ...{ throughPosition: '1', journals: [{ ...journal, invoiceId, currency: 'USD', lines: [] }] },
  });
  log.append(stream, 'GlBatchExported', { ...key, erpSystem: 'sim-erp', fileSha256: 'f' });
  const journals = [{ journalId, erpDocument: '1900004711' }];
  log.append(stream, 'GlBatchAcknowledged', { ...key, erpSystem: 'sim-erp', journals });
};

/** Accepted, and nothing was found for it yet. */
const acceptOnly = (log: MemoryLog, orderId: string) => {
  const whole = createMemoryLog();
  placeOrder(whole, orderId);
  const sourced = whole.events.findIndex(({ type }) => type === 'SourcingDecided');
  for (const { stream, type, data } of whole.events.slice(0, sourced))
    log.append(stream, type as 'OrderSubmitted', data as Parameters<typeof log.append<'OrderSubmitted'>>[2]);
};

/** Orders in every state of the way, stock that cost something and stock that did not, and money that was paid. */
export const makeOperations = async () => {
  const api = await makeTestApi();
  const log = startedHistory();
  playGoldenOrder(log, done);
  receive(log, '7', 'first');
  placeOrder(log, first);
  release(log, first, 1, '7');
  receive(log, '7', 'second');
  placeOrder(log, second);
  // Left and not invoiced yet: its cost is deferred.
  receive(log, '7', 'gone');
  placeOrder(log, gone);
  release(log, gone, 1, '7');
  ship(log, gone, 1, '7', '4200');
  acceptOnly(log, waiting);
  acknowledge(log, `${done}-i1`);
  // Goods that cost nothing, and a count of a later day.
  const free = { bu, node: 'DC-WEST', item: 'BRG-6204', currency: 'USD', unitCost: '0', status: 'SELLABLE' } as const;
  log.append('stock-ACME.DC-WEST.BRG-6204', 'StockReceived', { ...free, reference: 'free', qty: '4' });
  const count = {
    ...free,
    node: 'DC-EAST',
    unitCost: '6.00',
    reference: 'count',
    reason: 'COUNT',
    itemGroup: 'BEARING',
  };
  const later = { occurredAt: '2026-11-25T08:00:00.000Z' };
  log.append('stock-ACME.DC-EAST.BRG-6204', 'StockAdjusted', { ...count, qty: '-2', cost: '1200' }, later);
  // Of two invoices, 102.14 and 37.35, somebody paid; somebody else owes for something that is not ours, and has paid in advance.
  const figure = { bu, asOf: '2026-11-24T08:00:00.000Z', receivables: '0', contains: [] };
  const synchronise = (customer: string, currency: string, openAr: string) =>
    log.append(`credit-ACME.${customer}`, 'ExposureSynchronised', { ...figure, customer, currency, openAr });
  synchronise('C-1001', 'USD', '5000');
  synchronise('C-1002', 'USD', '700');
  synchronise('C-1002', 'EUR', '-50');
  expectSupply(log, 'PO-1', '4', '2026-12-05');
  expectSupply(log, 'PO-2', '4', '2026-12-20');
  await append(api, log, 0);
  await project(api);
  return api;
};

export const getAnswer = async (api: TestApi, path: string): Promise<Answer> => {
  const { status, body } = await call(api, 'GET', path, { role: 'auditor' });
  expect({ path, status }).toEqual({ path, status: 200 });
  return body as Answer;
};

export const sum = (rows: readonly Row[], name: string): bigint =>
  rows.reduce((total, row) => total + BigInt(String(row[name] ?? '0')), 0n);

export const daysSince = (day: string): number =>
  Math.round((Date.parse(new Date().toISOString().slice(0, 10)) - Date.parse(day)) / 86_400_000);
