import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { accruableGoods, accrualStatement } from '../../projections/accruals/queries.ts';
import { unbilledLines } from '../../projections/accruals/unbilled.ts';
import { reportPage } from '../../projections/reports/page.ts';
import type { ReportFilter } from '../../projections/reports/report.ts';
import { shippedNotInvoicedReport } from '../../projections/reports/shippedNotInvoiced.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accrue, softClose, three } from './accrualHistory.ts';
import { catchUpAll } from './caughtUp.ts';
import { voidShipment } from './eventfulHistory.ts';
import { fillBackorder, receive, release, ship } from './fulfilmentHistory.ts';
import { draftInvoice, firstInvoice, invoice, issuedInvoice, secondInvoice, withdrawDraft } from './invoiceHistory.ts';
import { openBooks, openPeriod } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const shipSeven = (log: MemoryLog, orderId: string): void => {
  receive(log, '7', `rcpt-${orderId}`);
  placeOrder(log, orderId);
  release(log, orderId, 1, '7');
  ship(log, orderId, 1, '7', '4200');
};

const issue = (log: MemoryLog, orderId: string, issueDate: string): void => {
  log.append(`invoice-ACME.${orderId}-i1`, 'InvoiceIssued', {
    ...issuedInvoice(orderId, 1, firstInvoice),
    issueDate,
  });
};

const voidInvoice = (log: MemoryLog, orderId: string): void => {
  const issued = log.events.find(({ type, stream }) => type === 'InvoiceIssued' && stream.endsWith(`${orderId}-i1`));
  log.append(`invoice-ACME.${orderId}-i1`, 'InvoiceVoided', {
    ...{ invoiceId: `${orderId}-i1`, orderId, bu: 'ACME', number: `INV-${orderId}-1`, voidDate: '2026-11-24' },
    ...{ reason: 'WRONG', issuedEventId: issued?.eventId ?? '', issuedPosition: issued?.position ?? '' },
    issued: issuedInvoice(orderId, 1, firstInvoice),
  });
};

describe('goods that were shipped and are on no invoice', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  const november = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
  let softClosedAt = '';

  const report = (filter: ReportFilter, at?: string) =>
    reportPage(database.db, shippedNotInvoicedReport, { filter: { bu: 'ACME', ...filter }, scope: undefined, at });
  const listed = async (filter: ReportFilter, at?: string) =>
    (await report(filter, at)).items.map((row) => [row.shipmentId, row.qty, row.net, row.cost, row.reason]);

  const forecast = async () => {
    const unbilled = sql`(${unbilledLines({ bu: 'ACME', ledger: 'PRIMARY', through: '2026-11-30' })})`;
    return (await accrualStatement(november, unbilled, undefined).execute(database.db)).rows;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    shipSeven(log, 'PARTLY');
    invoice(log, 'PARTLY', 1, firstInvoice);
    fillBackorder(log, 'PARTLY');
    release(log, 'PARTLY', 2, '3');
    ship(log, 'PARTLY', 2, '3', '1800');
    draftInvoice(log, 'PARTLY', 2, secondInvoice);
    shipSeven(log, 'VOIDED');
    invoice(log, 'VOIDED', 1, firstInvoice);
    voidInvoice(log, 'VOIDED');
    shipSeven(log, 'BACK');
    draftInvoice(log, 'BACK', 1, firstInvoice);
    voidShipment(log, 'BACK');
    withdrawDraft(log, 'BACK', 1);
    shipSeven(log, 'NEXT');
    draftInvoice(log, 'NEXT', 1, firstInvoice);
    shipSeven(log, 'BEHIND');
    draftInvoice(log, 'BEHIND', 1, firstInvoice);
    openPeriod(log, '202612');
    softClose(log);
    softClosedAt = log.events.at(-1)?.position ?? '';
    issue(log, 'NEXT', '2026-12-02');
    issue(log, 'BEHIND', '2026-11-30');
    shipSeven(log, 'LATE');
    draftInvoice(log, 'LATE', 1, firstInvoice);
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  const unbilledInNovember = [
    ['BEHIND-s1', '7', '8050', '4200', 'NOT_ISSUED'],
    ['NEXT-s1', '7', '8050', '4200', 'NOT_ISSUED'],
    ['PARTLY-s2', '3', '3450', '1800', 'NOT_ISSUED'],
    ['VOIDED-s1', '7', '8050', '4200', 'INVOICE_VOIDED'],
  ];

  test('at the period end: what was invoiced later or behind the soft close, waits or was voided; not what came back or late', async () => {
    expect(await listed({ period: '202611' })).toEqual(unbilledInNovember);
  });

  test('now: what waits, was voided, or was confirmed after the soft close', async () => {
    expect((await listed({})).map(([shipment]) => shipment)).toEqual(['LATE-s1', 'PARTLY-s2', 'VOIDED-s1']);
    expect((await listed({ from: '2026-12-01' })).map(([shipment]) => shipment)).toEqual(['LATE-s1']);
  });

  test('as known at the soft close it says the same of the period, whatever came later', async () => {
    expect(await listed({ period: '202611' }, softClosedAt)).toEqual(unbilledInNovember);
    expect((await listed({}, softClosedAt)).map(([shipment]) => shipment)).toEqual([
      ...['BEHIND-s1', 'NEXT-s1', 'PARTLY-s2', 'VOIDED-s1'],
    ]);
  });

  test('R09 adds up all rows, and says how old each is and where it leads', async () => {
    const { items, totals } = await report({ period: '202611', limit: 1 });
    expect(items).toMatchObject([
      {
        ...{ bu: 'ACME', ledger: 'PRIMARY', orderId: 'BEHIND', orderLineId: '10', shipmentLineId: '10' },
        ...{ node: 'DC-EAST', customer: 'C-1001', item: 'BRG-6204', shippedOn: '2026-11-23', age: 7 },
        ...{ gross: '8750', discount: '700', accrued: '0', accruedIn: null, reversedIn: null },
      },
    ]);
    expect(totals).toMatchObject([{ currency: 'USD', rows: 4, net: '27600', cost: '14400', accrued: '0' }]);
  });

  test('what is to be accrued comes in pages, in the order of its keys, with what must be known before', async () => {
    const page = (after: string) => accruableGoods(database.db, november, { through: softClosedAt, after, limit: 2 });
    const first = await page('');
    expect(first).toMatchObject({ accrues: true, knownThrough: log.events.at(-1)?.position });
    expect(first.goods.map(({ shipmentId }) => shipmentId)).toEqual(['BEHIND-s1', 'NEXT-s1']);
    expect((await page('NEXT-s1/10')).goods).toEqual([
      {
        ...{ orderId: 'PARTLY', orderLineId: '10', shipmentId: 'PARTLY-s2', shipmentLineId: '10', node: 'DC-EAST' },
        ...{ channel: 'portal', customer: 'C-1001', region: 'US-EAST', item: 'BRG-6204', itemGroup: null },
        ...{ currency: 'USD', qty: '3', gross: '3750', discount: '300', cost: '1800', costs: null },
      },
      expect.objectContaining({ shipmentId: 'VOIDED-s1', gross: '8750' }),
    ]);
    expect((await page('VOIDED-s1/10')).goods).toEqual([]);
  });

  test('whose goods billing has yet to deal with is counted, until each confirmation was answered and the answer carried out', async () => {
    const unanswered = async () =>
      (await accruableGoods(database.db, november, { through: softClosedAt, after: '', limit: 1 })).unanswered;
    const confirmed = log.events.filter(
      ({ type, position }) => type === 'ShipmentConfirmed' && position < softClosedAt,
    );
    expect(await unanswered()).toBe(confirmed.length);
    for (const { eventId, position } of confirmed)
      await sql`insert into ops.outbox (intent_id, process, key, bu, step, lane, delay_ms, payload, cause_event_id, cause_position,
          correlation_id, due_at)
        values (${`${eventId}:afterConfirm`}, 'o2c', 'O', 'ACME', 'afterConfirm', 'O', 0, '{}', ${eventId}, ${position}, 'c', now())`.execute(
        database.db,
      );
    expect(await unanswered()).toBe(confirmed.length);
    await sql`update ops.outbox set done_at = now() where cause_event_id <> ${confirmed[0]?.eventId}`.execute(
      database.db,
    );
    expect(await unanswered()).toBe(1);
  });

  test('the forecast says what is to be accrued, and what stands', async () => {
    const due = { currency: 'USD', lines: 4, gross: '30000', discount: '2400', net: '27600', cost: '14400' };
    expect(await forecast()).toEqual([{ ...due, accruedNet: '0', accruedCost: '0' }]);
    accrue(log, 'PARTLY', 2, three);
    await catchUpAll(database.db, log);
    expect(await forecast()).toEqual([{ ...due, accruedNet: '3450', accruedCost: '1800' }]);
    const { items } = await report({ period: '202611', orderId: 'PARTLY' });
    expect(items).toMatchObject([{ accrued: '3450', accruedIn: '202611', reversedIn: '202612' }]);
  });
});
