import { payInAdvance } from '../projections/depositHistory.ts';
import { playEventfulOrders } from '../projections/eventfulHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { draftInvoice, firstInvoice, issuedInvoice } from '../projections/invoiceHistory.ts';
import type { MemoryLog } from '../projections/memoryLog.ts';
import { authoriseBack } from '../projections/returnHistory.ts';
import { append, ask, type Body, project, startedHistory } from './asOfReports.ts';
import { makeTestApi, type TestApi } from './testApi.ts';

export type Row = Readonly<Record<string, string | number | boolean | null>>;
export type ReportAnswer = Body & {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly items: readonly Row[];
  readonly totals: readonly Row[] | null;
  readonly nextCursor: string | null;
  readonly knowsThePast: boolean;
};

export const orderIds = [
  '01JD0000000000000000000001',
  '01JD0000000000000000000002',
  '01JD0000000000000000000003',
] as const;

/** Two lines and their freight on one invoice, and the void of another one in the next period. */
const twoLinesAndAVoid = (log: MemoryLog): void => {
  const [orderId, voided] = ['O-TWO', orderIds[0]];
  const issued = issuedInvoice(orderId, 1, firstInvoice);
  const [line] = issued.lines;
  if (line === undefined) throw new Error('an invoice has a line');
  const other = { ...line, invoiceLineId: '2', orderLineId: '20', shipmentLineId: '20', tax: '0' };
  draftInvoice(log, orderId, 1, firstInvoice);
  log.append(`invoice-ACME.${issued.invoiceId}`, 'InvoiceIssued', {
    ...issued,
    lines: [line, other],
    totals: { gross: '17500', discount: '1400', charges: '1500', tax: '664', total: '18264' },
  });
  const first = issuedInvoice(voided, 1, firstInvoice);
  const { invoiceId, bu, number } = first;
  const issuedEvent = log.events.find(({ type, stream }) => type === 'InvoiceIssued' && stream.endsWith(invoiceId));
  log.append('period-ACME.PRIMARY.202612', 'PeriodOpened', {
    ...{ bu, ledger: 'PRIMARY', period: '202612', firstDay: '2026-12-01', lastDay: '2026-12-31' },
  });
  log.append(`invoice-ACME.${invoiceId}`, 'InvoiceVoided', {
    ...{ invoiceId, orderId: voided, bu, number, voidDate: '2026-12-02', reason: 'wrong address' },
    ...{ issuedEventId: issuedEvent?.eventId ?? '', issued: first },
  });
};

/** A service over orders that went different ways, an invoice of two lines, and a void in the next period. */
export const makeReported = async (changes: Parameters<typeof makeTestApi>[0] = {}): Promise<TestApi> => {
  const api = await makeTestApi(changes);
  const log = startedHistory();
  for (const id of orderIds) playGoldenOrder(log, id);
  playEventfulOrders(log);
  twoLinesAndAVoid(log);
  authoriseBack(log, orderIds[1]);
  payInAdvance(log, orderIds[2]);
  log.append('credit-ACME.C-1001', 'ExposureSynchronised', {
    ...{ bu: 'ACME', customer: 'C-1001', currency: 'USD', openAr: '25000', asOf: '2026-11-24T08:00:00.000Z' },
  });
  await append(api, log, 0);
  await project(api);
  return api;
};

export const readReport = async (api: TestApi, path: string): Promise<ReportAnswer> =>
  (await ask(api, `/v1/reports/${path}`)) as ReportAnswer;

export const sum = (rows: readonly Row[], name: string): bigint =>
  rows.reduce((total, row) => total + BigInt(String(row[name] ?? '0')), 0n);
