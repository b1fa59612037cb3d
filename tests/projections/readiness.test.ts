import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { glBatchId } from '../../domain/ledger/sealing.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { type Blocker, closeReadiness } from '../../projections/periods/readiness.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accrue, softClose } from './accrualHistory.ts';
import { catchUpAll } from './caughtUp.ts';
import { confirm, issue, receive, release, ship } from './fulfilmentHistory.ts';
import { commitTax, draftInvoice, firstInvoice, invoice } from './invoiceHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
const withoutFreight = ['AR_TRADE', 'SALES_DISCOUNT', 'COGS', 'REVENUE_PRODUCT', 'REVENUE_FREIGHT', 'TAX_PAYABLE'];

describe('what keeps a period from being closed', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  const released = (orderId: string): void => {
    receive(log, '7', `rcpt-${orderId}`);
    placeOrder(log, orderId);
    release(log, orderId, 1, '7');
  };

  const withFreight = (orderId: string, currency: string): void => {
    released(orderId);
    issue(log, orderId, 1, '7', '4200');
    confirm(log, orderId, 1, '7', '4200', undefined, { amount: '1200', currency });
  };

  const readiness = async (knownAsOf?: string) => {
    await catchUpAll(database.db, log);
    const view = await closeReadiness(database.db, books, undefined, { knownAsOf });
    if (view === undefined) throw new Error('there is no such period');
    return view;
  };

  const listed = async (knownAsOf?: string) =>
    (await readiness(knownAsOf)).blockers.map(({ class: name, count, amounts }) => [
      name,
      count,
      amounts.map(({ currency, amount }) => `${amount} ${currency}`).join(', '),
    ]);

  const without = (rows: Awaited<ReturnType<typeof listed>>, ...names: readonly string[]) =>
    rows.filter(([name]) => !names.includes(String(name)));

  const tellBatch = async (type: 'GlEntriesRejected' | 'GlBatchAcknowledged', sequence: number): Promise<void> => {
    const batchId = glBatchId(books.ledger, books.period, sequence);
    const sealed = log.events.findLast((event) => event.type === 'GlBatchSealed');
    const { journals } = sealed?.data as { readonly journals: readonly { readonly journalId: string }[] };
    const of = { bu: books.bu, ledger: books.ledger, batchId, erpSystem: 'sim-erp' };
    if (type === 'GlEntriesRejected') {
      const refused = journals.map(({ journalId }) => ({ journalId, code: 'LOCKED', detail: 'no' }));
      log.append(`glbatch-ACME.${batchId}`, type, { ...of, journals: refused });
    } else {
      const taken = journals.map(({ journalId }, n) => ({ journalId, erpDocument: `${sequence}-${n}` }));
      log.append(`glbatch-ACME.${batchId}`, type, { ...of, journals: taken });
    }
  };

  const seal = async (): Promise<number> => {
    await catchUpAll(database.db, log);
    const { journals, sequence } = await sealableJournals(database.db, books);
    const batchId = glBatchId(books.ledger, books.period, sequence);
    const hashes = { controlTotals: [], merkleRoot: 'm', contentSha256: 's', throughPosition: '1' };
    log.append(`glbatch-ACME.${batchId}`, 'GlBatchSealed', { ...books, batchId, sequence, journals, ...hashes });
    return sequence;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    defineMasterData(log);
    publishAccounts(log, [...withoutFreight, 'DEFERRED_COGS', 'INVENTORY', 'UNBILLED_RECEIVABLE']);
    openPeriod(log, '202610');
    openPeriod(log);
    withFreight('UNMAPPED', 'USD');
    publishAccounts(log, undefined, 2);
    withFreight('HELD', 'ZAR');
    released('UNBILLED');
    ship(log, 'UNBILLED', 1, '7', '4200');
    draftInvoice(log, 'UNBILLED', 1, firstInvoice);
    released('TAXED');
    ship(log, 'TAXED', 1, '7', '4200');
    invoice(log, 'TAXED', 1, firstInvoice);
  });

  afterAll(() => database.close());

  const ledgerBlockers = [
    ['JOURNALS_UNMAPPED', 1, '1200 USD'],
    ['JOURNALS_HELD', 1, '1200 ZAR'],
  ];
  const goodsAndTax = [
    ['SHIPPED_NOT_INVOICED', 1, '8050 USD'],
    ['TAX_NOT_COMMITTED', 1, '664 USD'],
  ];

  test('each kind that is planted once is listed once, with its amount, its owner and what to do', async () => {
    const { state, ready, blockers, accrualForecast } = await readiness();
    expect([state, ready]).toEqual(['OPEN', false]);
    expect(await listed()).toEqual([
      ['NOT_SOFT_CLOSED', 1, ''],
      ['NEXT_PERIOD_NOT_OPEN', 1, ''],
      ['PREVIOUS_PERIOD_NOT_CLOSED', 1, ''],
      ...ledgerBlockers,
      ['JOURNALS_NOT_SEALED', 5, '31914 USD'],
      ...goodsAndTax,
    ]);
    const blocker = (name: string): Blocker | undefined => blockers.find((each) => each.class === name);
    expect(blocker('JOURNALS_UNMAPPED')).toMatchObject({
      ...{ must: true, owner: 'finance', oldest: '2026-11-23' },
      items: [{ what: 'ACCOUNT_UNMAPPED', day: '2026-11-23', currency: 'USD', amount: '1200' }],
    });
    expect(blocker('SHIPPED_NOT_INVOICED')).toMatchObject({
      ...{ must: false, owner: 'finance' },
      items: [{ id: 'UNBILLED-s1/10', what: 'UNBILLED', amount: '8050' }],
    });
    expect(accrualForecast).toEqual([
      {
        ...{ currency: 'USD', lines: 1, gross: '8750', discount: '700', net: '8050', cost: '4200' },
        ...{ accruedNet: '0', accruedCost: '0' },
      },
    ]);
  });

  test('what only the present can tell: open approvals, and work that would post into the period', async () => {
    const about = {
      bu: 'operations',
      duty: 'REPLAY',
      payloadSha256: 'p',
      summary: 's',
      link: '/v1',
      limit: null,
    } as const;
    for (const [approvalId, kind, id, aboutBu] of [
      ['A1', 'replay', 'R1', undefined],
      ['A2', 'accounting-period', 'OTHER.PRIMARY.202611', undefined],
      ['A3', 'policy', 'ACME.accounts', 'ACME'],
      ['A4', 'policy', 'OTHER.accounts', 'OTHER'],
    ] as const) {
      log.append(`approval-operations.${approvalId}`, 'ApprovalRequested', {
        ...{ ...about, approvalId, subject: { kind, id }, requestedBy: 'kim', involved: [], reason: 'r' },
        ...(aboutBu !== undefined && { aboutBu }),
        expiresAt: '2999-01-01T00:00:00.000Z',
      });
    }
    for (const [projection, stream] of [
      ['gl_staging', 'shipment-ACME.S1'],
      ['timeline', 'order-ACME.O1'],
      ['gl_staging', 'shipment-ACME-2.S2'],
    ]) {
      await sql`insert into ops.dead_letter (projection, lane_key, position, event_id, event_type, stream, revision, error_class, detail, attempts,
        first_seen_at, last_seen_at) values (${projection}, ${stream}, '9', ${crypto.randomUUID()}, 'ShipmentConfirmed', ${stream}, 0, 'TypeError', 'd', 1,
        '2026-11-25T00:00:00Z', '2026-11-25T00:00:00Z')`.execute(database.db);
    }
    // What a subscriber does not take keeps no books open.
    await sql`insert into rm.webhook (subscription_id, url, state, automatic, secret_id, subscribed_by, subscribed_at, created_position, revision, bu,
      position, updated_at) values ('W', 'https://hooks.example/', 'ACTIVE', false, 'S', 'kim', now(), '', 0, 'ACME', '', now())`.execute(
      database.db,
    );
    await sql`insert into ops.webhook_delivery (delivery_id, subscription_id, bu, order_id, type, position, place, body, state, attempts, due_at,
      created_at) values ('D', 'W', 'ACME', 'O1', 'ORDER_HELD', '9', 0, '{}', 'STUCK', 10, 'infinity', now())`.execute(
      database.db,
    );
    // Nor does a document that no partner can be sent.
    await sql`insert into ops.unmade_document (document_id, bu, lane_key, event_id, what, stream, revision, position, error_class, detail, attempts,
      due_at) values ('U', 'ACME', 'edi:ACME.NORDBUY:O1', 'E', 'InvoiceIssued', 'invoice-ACME.I1', 0, '9', 'RangeError', 'd', 1, now())`.execute(
      database.db,
    );
    const now = await listed();
    expect(now.slice(-2)).toEqual([
      ['OPEN_APPROVALS', 2, ''],
      ['STUCK_WORK', 1, ''],
    ]);
    const head = log.events.at(-1)?.position ?? '';
    expect(await listed(head)).toEqual(without(now, 'OPEN_APPROVALS', 'STUCK_WORK'));
    await sql`delete from ops.dead_letter`.execute(database.db);
    for (const [approvalId, kind, id] of [
      ['A1', 'replay', 'R1'],
      ['A3', 'policy', 'ACME.accounts'],
    ] as const)
      log.append(`approval-operations.${approvalId}`, 'ApprovalDenied', {
        ...{ approvalId, bu: 'operations', subject: { kind, id }, payloadSha256: 'p', deniedBy: 'lee', reason: 'r' },
      });
    expect(await listed()).toEqual(without(now, 'OPEN_APPROVALS', 'STUCK_WORK'));
  });

  test('what differs with partners and takes a person: journals of the period are in the way, goods and orders are a hint', async () => {
    const before = await listed();
    const differs = (
      ...[pair, breakId, objectId, takesPerson = true, cause = 'AMOUNTS_DIFFER']: readonly [
        pair: 'stock' | 'journals',
        breakId: string,
        objectId: string,
        takesPerson?: boolean,
        cause?: 'AMOUNTS_DIFFER' | 'DOCUMENT_DIFFERS',
      ]
    ): void => {
      const run = { bu: 'ACME', pair, runId: `RUN-${pair}` };
      const stream = `recon-ACME.${pair}.RUN-${pair}`;
      if (!log.events.some((event) => event.stream === stream))
        log.append(stream, 'ReconciliationStarted', { ...run, system: 'x', requestedBy: null });
      log.append(stream, 'ReconciliationBreakFound', {
        ...{ ...run, breakId, object: { kind: pair === 'stock' ? 'stock-position' : 'journal', id: objectId } },
        ...{ node: null, item: null, orderId: null, ours: '2', theirs: null, difference: null },
        moneyAtRisk: { amount: '700', currency: 'USD' },
      });
      log.append(stream, 'ReconciliationBreakExplained', {
        ...{ ...run, breakId, class: takesPerson ? 'AMOUNT' : 'TIMING', cause, fix: null, references: [] },
      });
    };
    differs('journals', 'B1', 'PRIMARY-202611-0001/J1');
    differs('journals', 'B2', 'PRIMARY-202611-0001/J2', false);
    differs('journals', 'B3', 'PRIMARY-202610-0001/J3');
    differs('stock', 'B4', 'DC-EAST/BRG-6204');
    differs('journals', 'B5', 'PRIMARY-202611-0001/J5', true, 'DOCUMENT_DIFFERS');
    const now = await listed();
    expect(without(now, 'JOURNALS_NOT_RECONCILED', 'PARTNERS_DISAGREE')).toEqual(before);
    expect(now.slice(-2)).toEqual([
      ['JOURNALS_NOT_RECONCILED', 1, '700 USD'],
      ['PARTNERS_DISAGREE', 2, '1400 USD'],
    ]);
    expect((await readiness()).blockers.slice(-2)).toMatchObject([
      { must: true, owner: 'finance', items: [{ id: 'B1', what: 'journal PRIMARY-202611-0001/J1' }] },
      {
        ...{ must: false, owner: 'ops' },
        items: [
          { id: 'B4', what: 'stock-position DC-EAST/BRG-6204' },
          { id: 'B5', what: 'journal PRIMARY-202611-0001/J5' },
        ],
      },
    ]);
    // The checklist of a close asks for what it waits for, and has no hints: asked again later it is the same.
    expect(await listed(log.events.at(-1)?.position)).toEqual(before);
    const head = log.events.at(-1)?.position;
    const checklist = await closeReadiness(database.db, books, undefined, { knownAsOf: head, alsoPresent: true });
    expect(checklist?.blockers.map(({ class: name }) => name)).toContain('JOURNALS_NOT_RECONCILED');
    expect(checklist?.blockers.map(({ class: name }) => name)).not.toContain('PARTNERS_DISAGREE');
    for (const [pair, breakId] of [
      ['journals', 'B1'],
      ['journals', 'B2'],
      ['journals', 'B3'],
      ['stock', 'B4'],
      ['journals', 'B5'],
    ] as const)
      log.append(`recon-ACME.${pair}.RUN-${pair}`, 'ReconciliationBreakHealed', {
        ...{ bu: 'ACME', pair, runId: `RUN-${pair}`, breakId },
      });
    expect(await listed()).toEqual(before);
  });

  test('a batch counts as one until the ERP answers, and what it refuses comes back', async () => {
    const open = await listed();
    const sequence = await seal();
    expect(without(await listed(), 'BATCHES_UNACKNOWLEDGED')).toEqual(without(open, 'JOURNALS_NOT_SEALED'));
    expect(await listed()).toContainEqual(['BATCHES_UNACKNOWLEDGED', 1, '31914 USD']);
    await tellBatch('GlEntriesRejected', sequence);
    expect(await listed()).toContainEqual(['JOURNALS_REJECTED', 5, '31914 USD']);
    await tellBatch('GlBatchAcknowledged', await seal());
    expect(await listed()).toEqual(without(open, 'JOURNALS_NOT_SEALED'));
  });

  test('after the soft close nothing of the day is in the way any more, and the accrual has to be recorded', async () => {
    openPeriod(log, '202612');
    commitTax(log, 'TAXED', 1, '664');
    softClose(log);
    expect(await listed()).toEqual([
      ['PREVIOUS_PERIOD_NOT_CLOSED', 1, ''],
      ...ledgerBlockers,
      ['SHIPPED_NOT_INVOICED', 1, '8050 USD'],
      ['ACCRUALS_NOT_RECORDED', 2, '8050 USD'],
    ]);
    const soFar = await listed();
    for (const { eventId, position } of log.events.filter(({ type }) => type === 'ShipmentConfirmed'))
      await sql`insert into ops.outbox (intent_id, process, key, bu, step, lane, delay_ms, payload, cause_event_id, cause_position,
        correlation_id, due_at, done_at) values (${`${eventId}:afterConfirm`}, 'o2c', 'O', 'ACME', 'afterConfirm', 'O', 0, '{}', ${eventId},
        ${position}, 'c', now(), now())`.execute(database.db);
    expect([soFar.at(-1), (await listed()).at(-1)]).toEqual([
      ['ACCRUALS_NOT_RECORDED', 2, '8050 USD'],
      ['ACCRUALS_NOT_RECORDED', 1, '8050 USD'],
    ]);
    accrue(log, 'UNBILLED', 1, { qty: '7', gross: '8750', discount: '700', cost: '4200' });
    expect(without(await listed(), 'JOURNALS_NOT_SEALED')).toEqual([
      ['PREVIOUS_PERIOD_NOT_CLOSED', 1, ''],
      ...ledgerBlockers,
      ['SHIPPED_NOT_INVOICED', 1, '8050 USD'],
    ]);
    expect((await readiness()).accrualForecast).toMatchObject([
      { net: '8050', accruedNet: '8050', accruedCost: '4200' },
    ]);
  });

  test('two ways to one sum that disagree are in the way with what nobody can explain', async () => {
    await sql`update rm_subledgers_v1.subledger_entry set amount = amount + 5 where pair = 'AR' and kind = 'ISSUED'`.execute(
      database.db,
    );
    expect(await listed()).toContainEqual(['TIE_OUT_UNEXPLAINED', 1, '5 USD']);
    // What is missing elsewhere does not make up for it.
    await sql`update rm_subledgers_v1.subledger_entry set amount = amount - 5 where pair = 'DEFERRED_COGS' and kind = 'SHIPPED'
      and document = (select min(document) from rm_subledgers_v1.subledger_entry where pair = 'DEFERRED_COGS' and kind = 'SHIPPED')`.execute(
      database.db,
    );
    expect(await listed()).toContainEqual(['TIE_OUT_UNEXPLAINED', 2, '10 USD']);
  });

  test('a period that nobody opened, or that somebody may not see, is not there', async () => {
    expect(await closeReadiness(database.db, { ...books, period: '202701' })).toBeUndefined();
    expect(await closeReadiness(database.db, books, { bus: ['OTHER'] })).toBeUndefined();
  });
});
