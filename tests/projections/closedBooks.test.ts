import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { sealHashes } from '../../commands/calls/finance.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { glBatchDecider } from '../../domain/ledger/glBatch.ts';
import { periodDecider } from '../../domain/ledger/period.ts';
import { glBatchId, sealContent } from '../../domain/ledger/sealing.ts';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { invoices } from '../../projections/invoices/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { rebuildById } from '../../projections/rebuild/queries.ts';
import type { DifferenceReport, ExpectedChange } from '../../projections/rebuild/report.ts';
import { catchUp } from '../../projections/runner.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks, openPeriod } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { contextFor, createRebuildService, type RebuildService } from './rebuildService.ts';
import { appendEvents, storeEvents } from './storedHistory.ts';

const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;
const periodStream = `period-ACME.PRIMARY.${books.period}` as StreamName;

/** Everything that can differ in a read model, so that nothing but sealed books can be unexpected. */
const anything = ({ tables }: Projection): readonly ExpectedChange[] =>
  tables.flatMap((table) => (['CHANGED', 'ONLY_LIVE', 'ONLY_NEW'] as const).map((kind) => ({ table, kind })));

const spoiling = (projection: Projection, spoil: (event: RecordedDomainEvent) => RecordedDomainEvent): Projection => ({
  ...projection,
  apply: (batch, into) => projection.apply(batch.map(spoil), into),
});

const wrongCost = spoiling(glStaging, (event) =>
  event.type === 'ShipmentConfirmed'
    ? { ...event, data: { ...event.data, lines: event.data.lines.map((line) => ({ ...line, cost: '100' })) } }
    : event,
);

const wrongTotal = spoiling(invoices, (event) =>
  event.type === 'InvoiceIssued'
    ? {
        ...event,
        data: {
          ...event.data,
          totals: { ...event.data.totals, total: '1' },
          lines: event.data.lines.map((line) => ({ ...line, net: '1' })),
        },
      }
    : event,
);

describe('a rebuild that would change books which were reported', () => {
  let service: RebuildService;
  let stop: () => Promise<void>;
  let log: MemoryLog;

  beforeEach(async () => {
    service = await createRebuildService();
    log = createMemoryLog();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    openPeriod(log, '202612');
    await storeEvents(service.database, log.events);
    stop = service.startWorker(projections);
  });

  afterEach(async () => {
    await stop();
    await service.close();
  });

  const reportOf = async (rebuildId: string): Promise<DifferenceReport> => {
    const difference = (await rebuildById(service.db, rebuildId))?.difference;
    if (difference == null) throw new Error(`${rebuildId} has no report`);
    return difference;
  };

  const closePeriod = async (): Promise<void> => {
    const soft = { type: 'SoftClosePeriod', ...books, next: 'OPEN', reason: 'r' } as const;
    await service.executor.execute(periodDecider, periodStream, soft, contextFor('fin'));
    const previous = { status: 'NONE', revision: -1 } as const;
    const begin = { type: 'BeginClose', ...books, previous, by: 'fin', reason: 'r' } as const;
    await service.executor.execute(periodDecider, periodStream, begin, contextFor('fin'));
    const throughPosition = await service.log.head();
    const hashes = { checklistSha256: 'c', trialBalanceSha256: 't' } as const;
    const command = {
      type: 'ClosePeriod',
      ...books,
      ...hashes,
      throughPosition,
      seenRevision: 2,
      by: 'fin',
      reason: 'r',
    } as const;
    const closed = await service.executor.execute(periodDecider, periodStream, command, contextFor('fin'));
    expect(closed.kind).toBe('done');
  };

  const reopenPeriod = async (): Promise<void> => {
    const command = {
      type: 'ReopenPeriod',
      ...books,
      next: 'OPEN',
      approvalId: 'a',
      approvedRevision: (await service.executor.load(periodDecider, periodStream)).revision,
      reason: 'a late bill',
      by: 'fin',
    } as const;
    await service.executor.execute(periodDecider, periodStream, command, contextFor('fin'));
  };

  const sealBatch = async (): Promise<void> => {
    await catchUp(service.source, wrongCost);
    const { journals, sequence, throughPosition } = await sealableJournals(service.db, books);
    const batchId = glBatchId(books.ledger, books.period, sequence);
    const content = sealContent(journals, sealHashes);
    const command = { type: 'SealBatch', ...books, batchId, sequence, ...content } as const;
    const stream = `glbatch-ACME.${batchId}` as StreamName;
    const sealed = await service.executor.execute(
      glBatchDecider,
      stream,
      { ...command, throughPosition: throughPosition ?? '' },
      contextFor('fin'),
    );
    expect(sealed.kind).toBe('done');
  };

  /** Its journals lie in December or, where November still takes them, in no batch. */
  const orderAfterwards = async (): Promise<void> => {
    const known = log.events.length;
    playGoldenOrder(log, 'O2');
    await appendEvents(service.log, log.events.slice(known));
  };

  const costsShown = async (orderId: string): Promise<readonly string[]> => {
    const { rows } = await sql<{ debit: string }>`select l.debit::text as debit from rm.gl_line l
      join rm.gl_journal j using (journal_id) where j.order_id = ${orderId} and j.template_id = 'T02' and l.debit > 0
      order by j.source_position`.execute(service.db);
    return rows.map(({ debit }) => debit);
  };

  test.each([
    ['in a closed period', closePeriod],
    ['in a sealed batch', sealBatch],
  ])('%s is unexpected although all of it was declared, and takes a second person', async (_where, seal) => {
    await seal();
    await orderAfterwards();
    await catchUp(service.source, wrongCost);
    await service.request(glStaging, anything(glStaging));
    await service.until('gl_staging-v2', 'REFUSED');
    const report = await reportOf('gl_staging-v2');
    const lines = report.tables.find(({ table }) => table === 'gl_line');
    expect(report.class).toBe('unexpected');
    expect(lines).toMatchObject({ changed: 8, sealed: 4, expected: 4 });
    const orderOf = async (journalId: string | undefined) =>
      (
        await sql<{ id: string }>`select order_id as id from rm.gl_journal where journal_id = ${journalId}`.execute(
          service.db,
        )
      ).rows[0]?.id;
    for (const { key, sealed } of lines?.samples ?? [])
      expect([await orderOf(key.journal_id), sealed]).toEqual([sealed ? 'O1' : 'O2', sealed]);

    const swap = (actor: string) =>
      service.calls.swapRebuild({ rebuildId: 'gl_staging-v2', reason: 'as declared' }, contextFor(actor));
    const asked = await swap('kim');
    expect(asked).toMatchObject({ kind: 'refused', refusal: { refused: 'APPROVAL_REQUIRED' } });
    expect(await service.phaseOf('gl_staging-v2')).toBe('REFUSED');
    expect((await liveBuild(service.db, glStaging)).number).toBe(1);
    expect(await costsShown('O1')).toEqual(['100', '100']);

    const { approvalId = '', payloadSha256 = '' } = (asked.kind === 'refused' ? asked.refusal.data : {}) as Record<
      string,
      string
    >;
    const decision = { approvalId, payloadSha256, decision: 'GRANT', reason: 'told the auditor' } as const;
    expect(await service.calls.decideApproval(decision, contextFor('kim'))).toMatchObject({
      refusal: { refused: 'SOD_VIOLATION' },
    });
    expect(await service.calls.decideApproval(decision, contextFor('lee'))).toMatchObject({ kind: 'done' });
    expect(await swap('kim')).toMatchObject({ kind: 'done' });
    await service.until('gl_staging-v2', 'SWAPPED');
    expect(await costsShown('O1')).toEqual(['4200', '1800']);
  });

  test('in a period that was closed and reopened is expected, as declared', async () => {
    await closePeriod();
    await reopenPeriod();
    await catchUp(service.source, wrongCost);
    await service.request(glStaging, anything(glStaging));
    await service.until('gl_staging-v2', 'AWAITING_SWAP');
    expect((await reportOf('gl_staging-v2')).class).toBe('expected');
  });

  test('an invoice and its lines lie in the period of their issue date', async () => {
    await catchUp(service.source, glStaging);
    await closePeriod();
    await catchUp(service.source, glStaging);
    await catchUp(service.source, wrongTotal);
    await service.request(invoices, anything(invoices));
    await service.until('invoices-v2', 'REFUSED');
    const { tables } = await reportOf('invoices-v2');
    expect(tables).toMatchObject([
      { table: 'invoice', changed: 2, sealed: 2, expected: 0 },
      { table: 'invoice_line', changed: 2, sealed: 2, expected: 0 },
    ]);
    await service.calls.abortRebuild({ rebuildId: 'invoices-v2', reason: 'not now' }, contextFor('kim'));
    await reopenPeriod();
    await catchUp(service.source, glStaging);
    await catchUp(service.source, wrongTotal);
    await service.request(invoices, anything(invoices));
    await service.until('invoices-v3', 'AWAITING_SWAP');
  });
});
