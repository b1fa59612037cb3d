import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { DataOf } from '../../domain/events.ts';
import { glBatchId } from '../../domain/ledger/sealing.ts';
import { slaBoard } from '../../projections/exceptions/slas.ts';
import { watchedCases } from '../../projections/exceptions/watch.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { heldAndCancelled } from './eventfulHistory.ts';
import { confirm, issue, receive, release, ship } from './fulfilmentHistory.ts';
import { draftInvoice, firstInvoice } from './invoiceHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
const accounts = ['AR_TRADE', 'SALES_DISCOUNT', 'COGS', 'REVENUE_PRODUCT', 'REVENUE_FREIGHT', 'TAX_PAYABLE'];

describe('O-12 clocks of what waits', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  const released = (orderId: string): void => {
    receive(log, '7', `rcpt-${orderId}`);
    placeOrder(log, orderId);
    release(log, orderId, 1, '7');
  };

  const accepted = (orderId: string): void => {
    const of = { orderId, bu: 'ACME', node: 'DC-EAST', releaseId: `${orderId}-rel1`, shipmentId: `${orderId}-s1` };
    log.append(`allocation-ACME.${orderId}`, 'WarehouseAccepted', { ...of, warehouseReference: 'WO-1' });
  };

  const withFreight = (orderId: string, currency: string): void => {
    released(orderId);
    issue(log, orderId, 1, '7', '4200');
    confirm(log, orderId, 1, '7', '4200', undefined, { amount: '1200', currency });
  };

  /** As many as run, by class. */
  const running = async (): Promise<Readonly<Record<string, number>>> => {
    await catchUpAll(database.db, log);
    const board = await slaBoard(database.db, 'ACME');
    return Object.fromEntries(board.map((row) => [row.sla, row.running]));
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    defineMasterData(log);
    publishAccounts(log, [...accounts, 'DEFERRED_COGS', 'INVENTORY']);
    openPeriod(log, '202610');
    openPeriod(log);
  });
  afterAll(() => database.close());

  test('nothing runs where nothing waits, and every service level is told', async () => {
    expect(await running()).toEqual({
      ...{ ORDER_HELD: 0, ALLOCATION_STUCK: 0, WAREHOUSE_SILENT: 0, CONFIRMATION_LATE: 0, INVOICE_WAITING: 0 },
      OVERSHIPMENT_OPEN: 0,
      TRANSFER_DIFFERENCE: 0,
      ...{ TAX_MISMATCH: 0, JOURNALS_UNSEALED: 0, BATCH_UNACKNOWLEDGED: 0, JOURNALS_UNMAPPED: 0, JOURNALS_HELD: 0 },
      ...{ JOURNALS_REJECTED: 0, DEAD_LETTER: 0, FEED_STALE: 0, RECONCILIATION_BREAK: 0, SUPPLY_LATE: 0 },
      ...{ DOCUMENT_UNACKNOWLEDGED: 0, DOCUMENT_REJECTED: 0, STOP_UNANSWERED: 0, LOSS_OPEN: 0 },
    });
  });

  test('orders that are held, or wait for goods or their warehouse', async () => {
    placeOrder(log, 'HELD');
    heldAndCancelled(log, 'HELD');
    released('SILENT');
    released('SLOW');
    accepted('SLOW');
    placeOrder(log, 'STUCK');
    const more = { orderId: 'STUCK', bu: 'ACME', lineId: '10', item: 'BRG-6204', node: 'DC-EAST' };
    const lost = { ...more, reservationId: 'STUCK-r1', qty: '7', from: 'RESERVED', cause: 'MISSING' } as const;
    log.append('allocation-ACME.STUCK', 'AllocationReservationLost', lost);
    expect(await running()).toMatchObject({
      ...{ ORDER_HELD: 1, ALLOCATION_STUCK: 1, WAREHOUSE_SILENT: 1, CONFIRMATION_LATE: 1 },
    });
  });

  test('P-13: goods set aside that their warehouse does not confirm in time are an exception, until it does', async () => {
    const silent = async (): Promise<readonly string[]> => {
      await running();
      const { breaches } = await watchedCases(database.db, 100);
      return breaches.flatMap((each) => (each.class === 'WAREHOUSE_SILENT' ? [each.objectId] : []));
    };
    expect(await silent()).toEqual(['SILENT-s1']);
    accepted('SILENT');
    expect(await silent()).toEqual([]);
  });

  test('a warehouse that was asked to stop goods and says nothing, once that is long', async () => {
    const payload = { orderId: 'SLOW', changeId: 'C', releaseId: 'SLOW-rel1', shipmentId: 'SLOW-s1', node: 'DC-EAST' };
    const stop = (
      hours: number,
    ) => sql`insert into ops.outbox (intent_id, process, key, bu, step, lane, delay_ms, payload,
        cause_event_id, cause_position, correlation_id, priority, attempts, due_at, failed_at, first_failed_at, trouble, error_class, error_detail)
      values (${`stop-${hours}`}, 'order-to-cash', 'SLOW', 'ACME', 'stopRelease', ${`stop-${hours}`}, 0, ${JSON.stringify(payload)},
        'E', '1', 'C', 1, 9, now(), now(), now() - make_interval(mins => ${60 * hours}), 'WAITING', 'NotYet', 'no 945 yet')`;
    await stop(0).execute(database.db);
    expect(await running()).toMatchObject({ STOP_UNANSWERED: 0 });
    await stop(5).execute(database.db);
    expect(await running()).toMatchObject({ STOP_UNANSWERED: 1, DEAD_LETTER: 0 });
    const { breaches } = await watchedCases(database.db, 100);
    expect(breaches).toContainEqual(
      expect.objectContaining({
        ...{ class: 'STOP_UNANSWERED', objectKind: 'shipment', objectId: 'SLOW-s1', orderId: 'SLOW', node: 'DC-EAST' },
        bu: 'ACME',
      }),
    );
    await sql`update ops.outbox set done_at = now()`.execute(database.db);
    expect(await running()).toMatchObject({ STOP_UNANSWERED: 0 });
  });

  test('invoices that are not issued, and a contract warehouse’s messages', async () => {
    released('UNBILLED');
    ship(log, 'UNBILLED', 1, '7', '4200');
    draftInvoice(log, 'UNBILLED', 1, firstInvoice);
    const theirs = {
      ...({ bu: 'ACME', node: '3PL', name: 'Theirs', kind: '3PL', priority: 2 } as const),
      ...{ region: 'US-EAST', timeZone: 'UTC' },
      ...{ cutOff: '15:00', workingDays: [1], handlingDays: 0, transitDays: 2, inboundDays: 1 },
    };
    log.append('node-ACME.3PL', 'NodeDefined', { ...theirs, version: 1, active: true });
    // One that never told anything has been silent since it was defined.
    expect(await running()).toMatchObject({ INVOICE_WAITING: 1, FEED_STALE: 1 });
    log.append('node-ACME.3PL', 'NodeDefined', { ...theirs, version: 2, active: false });
    expect(await running()).toMatchObject({ INVOICE_WAITING: 1, FEED_STALE: 0 });
  });

  test('a supply whose day is over, until it comes, is put off or cancelled', async () => {
    const announced = (supplyId: string, availableDate: string) => ({
      ...({ bu: 'ACME', node: 'DC-EAST', item: 'BELT-A42', supplyId, type: 'PO', qty: '4', availableDate } as const),
    });
    const stock = 'stock-ACME.DC-EAST.BELT-A42';
    for (const supplyId of ['PO-1', 'PO-2', 'PO-3'])
      log.append(stock, 'SupplyExpected', announced(supplyId, '2020-01-02'));
    log.append(stock, 'SupplyExpected', announced('PO-4', '2099-01-02'));
    expect(await running()).toMatchObject({ SUPPLY_LATE: 3 });
    log.append(stock, 'SupplyRescheduled', announced('PO-1', '2099-01-02'));
    const place = { bu: 'ACME', node: 'DC-EAST', item: 'BELT-A42' };
    log.append(stock, 'SupplyCancelled', { ...place, supplyId: 'PO-2', reason: 'NO' });
    expect(await running()).toMatchObject({ SUPPLY_LATE: 1 });
    const received = { reference: 'GR', qty: '4', status: 'SELLABLE', unitCost: '1', currency: 'USD' } as const;
    log.append(stock, 'StockReceived', { ...place, ...received, supplyId: 'PO-3' });
    expect(await running()).toMatchObject({ SUPPLY_LATE: 0 });
  });

  test('a supply’s day is over by the clock of the node that it is to come to', async () => {
    const node = 'DC-WEST';
    const site = log.events.find(({ type }) => type === 'NodeDefined')?.data as DataOf<'NodeDefined'>;
    log.append(`node-ACME.${node}`, 'NodeDefined', { ...site, node, name: node, timeZone: 'America/Los_Angeles' });
    const of = { bu: 'ACME', node, item: 'BELT-A42', supplyId: 'PO-5' };
    const expected = { ...of, type: 'PO', qty: '4', availableDate: '2020-01-02' } as const;
    log.append(`stock-ACME.${node}.BELT-A42`, 'SupplyExpected', expected);
    await running();
    const late = async () =>
      (await watchedCases(database.db, 100)).breaches.filter((each) => each.class === 'SUPPLY_LATE');
    expect((await late()).map(({ since }) => new Date(since).toISOString())).toEqual(['2020-01-03T08:00:00.000Z']);
    log.append(`stock-ACME.${node}.BELT-A42`, 'SupplyCancelled', { ...of, reason: 'NO' });
    await running();
    expect(await late()).toEqual([]);
  });

  test('B-14 journals: one clock for each thing to be mended, however many journals it stops', async () => {
    withFreight('UNMAPPED-1', 'USD');
    withFreight('UNMAPPED-2', 'USD');
    publishAccounts(log, undefined, 2);
    withFreight('FOREIGN', 'ZAR');
    expect(await running()).toMatchObject({ JOURNALS_UNMAPPED: 2, JOURNALS_HELD: 1, JOURNALS_UNSEALED: 1 });
    const { rows } = await sql<{
      readonly roles: string;
    }>`select distinct p ->> 'role' as roles from rm.gl_journal_state s
      cross join lateral jsonb_array_elements(s.problems) p where s.state = 'UNMAPPED' order by 1`.execute(database.db);
    expect(rows.map(({ roles }) => roles)).toEqual(['FREIGHT_ACCRUAL', 'FREIGHT_EXPENSE']);

    const { journals, sequence } = await sealableJournals(database.db, books);
    const batchId = glBatchId(books.ledger, books.period, sequence);
    const of = { bu: books.bu, ledger: books.ledger, batchId };
    const hashes = { controlTotals: [], merkleRoot: 'm', contentSha256: 's', throughPosition: '1' };
    log.append(`glbatch-ACME.${batchId}`, 'GlBatchSealed', { ...books, ...of, sequence, journals, ...hashes });
    expect(await running()).toMatchObject({ BATCH_UNACKNOWLEDGED: 1, JOURNALS_UNSEALED: 0 });

    const refused = journals.map(({ journalId }) => ({ journalId, code: 'LOCKED', detail: 'no' }));
    log.append(`glbatch-ACME.${batchId}`, 'GlEntriesRejected', { ...of, erpSystem: 'sim-erp', journals: refused });
    expect(journals.length).toBeGreaterThan(1);
    expect(await running()).toMatchObject({ JOURNALS_REJECTED: 1, JOURNALS_UNMAPPED: 2, BATCH_UNACKNOWLEDGED: 0 });
  });

  test('documents that a partner does not acknowledge in the hours agreed, or rejects, until they are sent again', async () => {
    const whose = { bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001' };
    const made = (
      controlNumber: number,
      more: { readonly acknowledgeWithinHours?: number; readonly resends?: number },
    ) => {
      const { resends: again, ...hours } = more;
      const resends = again && { documentId: `D${again}`, controlNumber: again, reason: 'it never arrived' };
      log.append('edi-ACME.NORDBUY', 'PartnerDocumentMade', {
        ...{ ...whose, documentId: `D${controlNumber}`, controlNumber, kind: '855', functionalId: 'PR', ...hours },
        ...{ acknowledges: true, orderId: 'ORDER', reference: 'PO', payloadSha256: 'a'.repeat(64) },
        ...(resends && { resends }),
      });
    };
    const said = (acknowledgedGroup: string, status: string): void => {
      log.append(`inbox-ACME.NORDBUY.${acknowledgedGroup}${status}`, 'AcknowledgementReceived', {
        ...{ ...whose, interchange: acknowledgedGroup, place: '1.1', group: '1', set: '0001', kind: '997' },
        ...{ functionalId: 'PR', acknowledgedGroup, status, sets: [] },
      });
    };
    // The log is of last November; so many hours are not over before long.
    for (const [controlNumber, hours] of [1, 1, 1, 10_000_000].entries())
      made(controlNumber + 1, { acknowledgeWithinHours: hours });
    made(5, {});
    said('2', 'R');
    said('3', 'A');
    expect(await running()).toMatchObject({ DOCUMENT_UNACKNOWLEDGED: 1, DOCUMENT_REJECTED: 1 });
    made(6, { acknowledgeWithinHours: 10_000_000, resends: 1 });
    made(7, { acknowledgeWithinHours: 10_000_000, resends: 2 });
    expect(await running()).toMatchObject({ DOCUMENT_UNACKNOWLEDGED: 0, DOCUMENT_REJECTED: 0 });
  });

  test('differences with a partner that take a person: one for each kind at a place, and none that heals by itself', async () => {
    const run = { bu: 'ACME', pair: 'stock', runId: 'RUN' } as const;
    const [stream, place] = ['recon-ACME.stock.RUN', { node: 'DC-EAST', orderId: null, ours: '10', theirs: '9' }];
    log.append(stream, 'ReconciliationStarted', { ...run, system: 'wms', requestedBy: null });
    const differs = (item: string, name: 'QUANTITY' | 'MISSING_HERE' | 'TIMING', isAsked = false): void => {
      const of = { ...run, breakId: item };
      const moneyAtRisk = { amount: '600', currency: 'USD' };
      const object = { kind: 'stock-position', id: item };
      log.append(stream, 'ReconciliationBreakFound', { ...of, ...place, item, object, difference: '-1', moneyAtRisk });
      const fix = isAsked ? ('RESEND_REQUESTED' as const) : null;
      log.append(stream, 'ReconciliationBreakExplained', {
        ...{ ...of, class: name, cause: 'COUNTS_DIFFER', fix, references: [] },
      });
    };
    differs('SOON', 'TIMING');
    differs('ASKED', 'MISSING_HERE', true);
    expect(await running()).toMatchObject({ RECONCILIATION_BREAK: 0 });
    for (const item of ['A', 'B']) differs(item, 'QUANTITY');
    differs('C', 'MISSING_HERE');
    expect(await running()).toMatchObject({ RECONCILIATION_BREAK: 2 });
    const { breaches } = await watchedCases(database.db, 100);
    expect(breaches).toContainEqual(
      expect.objectContaining({
        ...{ class: 'RECONCILIATION_BREAK', objectKind: 'reconciliation', objectId: 'stock.QUANTITY.DC-EAST' },
        ...{ node: 'DC-EAST', amount: '1200', currency: 'USD' },
      }),
    );
    for (const breakId of ['A', 'B']) log.append(stream, 'ReconciliationBreakHealed', { ...run, breakId });
    expect(await running()).toMatchObject({ RECONCILIATION_BREAK: 1 });
  });

  test('what is stuck, of the business unit that it names and of the service itself', async () => {
    const letter = (stream: string) => sql`insert into ops.dead_letter
      (projection, lane_key, position, event_id, event_type, stream, revision, error_class, detail, attempts, first_seen_at, last_seen_at, blocked_count)
      values ('orders', ${stream}, '1', gen_random_uuid(), 'X', ${stream}, 0, 'E', 'D', 1, now(), now(), 0)`;
    await letter('order-ACME.HELD').execute(database.db);
    await letter('rebuild-operations.X').execute(database.db);
    await sql`insert into ops.stuck (consumer, lane_key, item, kind, what, payload_ref, error_class, detail, attempts, blocked_count)
      values ('crm-quotes:crm:ACME', 'quote:ACME:q', 'q', 'STUCK', 'QUOTE', '{"bu":"ACME"}', 'E', 'D', 1, 0)`.execute(
      database.db,
    );
    expect(await running()).toMatchObject({ DEAD_LETTER: 2 });
    const own = await slaBoard(database.db, 'operations');
    expect(own.map(({ sla, running: count }) => [sla, count])).toContainEqual(['DEAD_LETTER', 1]);
    expect(await slaBoard(database.db, undefined, { bus: ['OTHER'] })).toEqual([]);
  });
});
