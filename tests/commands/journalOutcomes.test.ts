import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StagedLine } from '../../commands/calls/callPorts.ts';
import type { Erp, JournalOutcome } from '../../commands/partnerPorts.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { NotYet } from '../../commands/workers/dispatcher.ts';
import { troubleOf } from '../../commands/workers/trouble.ts';
import { streamName } from '../../domain/eventLog.ts';
import { type ShadowCommand, shadowDecider } from '../../domain/shadow/shadow.ts';
import { shadowOf } from '../projections/shadowHistory.ts';
import { eventsOf, ofType } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
const bu = 'BOOKS';

beforeAll(async () => {
  world = await createWorld();
  await world.newBusinessUnit(bu);
});
afterAll(() => world.close());

const journal = (journalId: string) => ({
  ...{ journalId, accountingDate: '2026-11-23', templateId: 'T15', documentRef: 'COUNT', currency: 'USD' },
  ...{ orderId: null, invoiceId: null },
  lines: [
    { lineNo: 1, account: '1200', debit: '100', credit: '0' },
    { lineNo: 2, account: '5100', debit: '0', credit: '100' },
  ],
});

const itemOf = (batchId: string, step: 'exportBatch' | 'collectOutcomes' | 'simulateBatch'): OutboxItem => ({
  ...{ intentId: `${batchId}:${step}`, step, partner: 'erp', payload: { bu, batchId } },
  ...{ lane: `glbatch:${bu}:${batchId}:erp`, delayMs: 0, process: 'glexport', key: `${bu}:${batchId}` },
  ...{ bu, priority: 3, attempts: 1, causeEventId: 'cause', causePosition: '1', correlationId: 'correlation' },
});

const posted = (journalId: string): JournalOutcome => ({ journalId, outcome: 'ACKNOWLEDGED', erpDocument: 'JE-1' });

test('I-04: what was not understood of an answer is somebody’s work, and the rest is recorded, once', async () => {
  world.sealed.next = { journals: [journal('K1'), journal('K2')], sequence: 3, throughPosition: '3' };
  const { batchId } = await must(
    world.app().sealGlBatch({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')),
  );
  const collect = (journals: readonly JournalOutcome[], notUnderstood?: string) => {
    const answer = { kind: 'done', journals, ...(notUnderstood !== undefined && { notUnderstood }) } as const;
    const erp: Erp = { ...world.partners.erp, journalOutcomes: async () => answer };
    const { catalog, clock, log: store } = world;
    const erps = { of: () => erp, named: () => undefined };
    const ports = { executor: world.executor(), store, catalog, clock, ...world.partners, erps };
    return runStep(ports, itemOf(batchId, 'collectOutcomes'));
  };
  const bad = 'row 2 of B.ack is not understood';

  for (const _ of ['first', 'after a restart']) {
    const failure = await collect([posted('K1')], bad).catch((error: unknown) => troubleOf(error));
    expect(failure).toEqual({ kind: 'STUCK', class: 'ROW_NOT_UNDERSTOOD', detail: `erp: ${bad}` });
  }
  await collect([posted('K1'), posted('K2')]);

  const events = (await eventsOf(world, bu)).filter(({ data }) => 'batchId' in data && data.batchId === batchId);
  expect(
    ofType(events, 'GlBatchAcknowledged').map(({ data }) => data.journals.map(({ journalId }) => journalId)),
  ).toEqual([['K1'], ['K2']]);
});

test('a batch stays with the ERP that took it when its business unit moves to another, and is not sent there', async () => {
  world.sealed.next = { journals: [journal('J9')], sequence: 2, throughPosition: '2' };
  const { batchId } = await must(
    world.app().sealGlBatch({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')),
  );
  const asked: string[] = [];
  const erpOf = (system: string): Erp => ({
    ...world.partners.erp,
    system,
    importJournals: async () => {
      asked.push(`${system} imports`);
      return { kind: 'imported', fileSha256: 'f' };
    },
    journalOutcomes: async () => {
      asked.push(`${system} tells`);
      return { kind: 'done', journals: [posted('J9')] };
    },
  });
  const [old, young] = [erpOf('old'), erpOf('young')];
  const run = (step: 'exportBatch' | 'collectOutcomes', erp: Erp, named: readonly Erp[]) => {
    const erps = { of: () => erp, named: (system: string) => named.find((each) => each.system === system) };
    const { catalog, clock, log: store } = world;
    return runStep(
      { executor: world.executor(), store, catalog, clock, ...world.partners, erps },
      itemOf(batchId, step),
    );
  };

  await run('exportBatch', old, [old]);
  await run('exportBatch', young, [old, young]);
  await expect(run('collectOutcomes', young, [young])).rejects.toThrow(
    `old took batch ${batchId}, and no ERP of that name is configured`,
  );
  await run('collectOutcomes', young, [old, young]);

  expect(asked).toEqual(['old imports', 'old tells']);
  const events = (await eventsOf(world, bu)).filter(({ data }) => 'batchId' in data && data.batchId === batchId);
  expect(events.map(({ type }) => type)).toEqual(['GlBatchSealed', 'GlBatchExported', 'GlBatchAcknowledged']);
  expect(ofType(events, 'GlBatchAcknowledged')[0]?.data.erpSystem).toBe('old');
});

test('an ERP that has answered for some journals of a batch is asked again until it has answered for all', async () => {
  world.sealed.next = { journals: [journal('J1'), journal('J2')], sequence: 1, throughPosition: '1' };
  const { batchId } = await must(
    world.app().sealGlBatch({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')),
  );
  const item = itemOf(batchId, 'collectOutcomes');
  const collect = (journals: readonly JournalOutcome[]) => {
    const erp: Erp = { ...world.partners.erp, journalOutcomes: async () => ({ kind: 'done', journals }) };
    const { catalog, clock, log: store } = world;
    const erps = { of: () => erp, named: () => undefined };
    return runStep({ executor: world.executor(), store, catalog, clock, ...world.partners, erps }, item);
  };

  await expect(collect([posted('J1')])).rejects.toThrow(NotYet);
  await collect([posted('J1'), { journalId: 'J2', outcome: 'REJECTED', code: 'ACCOUNT_CLOSED', detail: '1200' }]);
  await collect([posted('J1'), posted('J2')]);

  const events = (await eventsOf(world, bu)).filter(({ data }) => 'batchId' in data && data.batchId === batchId);
  const acknowledged = ofType(events, 'GlBatchAcknowledged').flatMap(({ data }) => data.journals);
  const rejected = ofType(events, 'GlEntriesRejected').flatMap(({ data }) => data.journals);
  expect(acknowledged.map(({ journalId }) => journalId)).toEqual(['J1', 'J2']);
  expect(rejected.map(({ journalId }) => journalId)).toEqual(['J2']);
});

const tellShadow = async (command: ShadowCommand): Promise<void> => {
  const stream = streamName(shadowDecider.category, bu, 'PRIMARY');
  const executed = await world.executor().execute(shadowDecider, stream, command, world.as('admin'));
  expect(executed.kind).toBe('done');
};

const sealOf = async (period: string, journalId: string, sequence: number): Promise<string> => {
  const accountingDate = `${period.slice(0, 4)}-${period.slice(4)}-02`;
  world.sealed.next = { journals: [{ ...journal(journalId), accountingDate }], sequence, throughPosition: '9' };
  const sealed = await must(world.app().sealGlBatch({ bu, ledger: 'PRIMARY', period }, world.as('finance')));
  return sealed.batchId;
};

const staged = (journalId: string): readonly StagedLine[] =>
  ['INVENTORY', 'SHRINKAGE'].map((role, index) => ({
    ...{ journalId, lineNo: index + 1, role, dimensions: { node: 'DC-EAST' }, orderId: 'O-1', orderLineId: '10' },
  }));

/** The new chart has shrinkage in the account of scrap. */
const defineShadow = async (): Promise<void> => {
  const { version: _, contentSha256, definedBy, ...definition } = shadowOf({ bu, cleanDays: 1 });
  const accountRules = definition.accountRules.map((rule) =>
    rule.value === '510000' ? { ...rule, value: '511000' } : rule,
  );
  const all = { ...definition, accountRules, workingDays: [1, 2, 3, 4, 5, 6, 7] };
  const of = { contentSha256, by: definedBy, today: '2026-11-20', routed: 'old' };
  await tellShadow({ type: 'DefineShadow', definition: all, ...of });
};

const shadowEvents = async () => ofType(await eventsOf(world, bu), 'ShadowBatchCompared');

test('M-02 a batch goes to its ERP whatever the shadow is waiting for, and is compared once, with the lines behind a difference', async () => {
  await defineShadow();
  const batchId = await sealOf('202611', 'S1', 4);
  const imported: string[] = [];
  const erp: Erp = {
    ...world.partners.erp,
    importJournals: async (batch) => {
      imported.push(batch.batchId);
      return { kind: 'imported', fileSha256: 'f' };
    },
  };
  const { catalog, clock, log: store } = world;
  const erps = { of: () => erp, named: () => undefined };
  const run = (step: 'exportBatch' | 'simulateBatch', lines: () => Promise<readonly StagedLine[]>) => {
    const ports = { executor: world.executor(), store, catalog, clock, ...world.partners, erps, stagedLines: lines };
    return runStep(ports, itemOf(batchId, step));
  };
  const away = new Error('the staging ledger is away');
  await expect(run('simulateBatch', () => Promise.reject(away))).rejects.toBe(away);
  await expect(run('simulateBatch', async () => [])).rejects.toThrow(NotYet);
  await run('exportBatch', async () => []);
  expect([imported, await shadowEvents()]).toEqual([[batchId], []]);

  // Killed after its command, and run again.
  for (const _ of ['first', 'again']) await run('simulateBatch', async () => staged('S1'));
  const [only, ...others] = await shadowEvents();
  expect(others).toEqual([]);
  expect(only?.data).toMatchObject({ batchId, system: 'cloud', version: 1, sequence: 4, journals: 1 });
  expect(only?.data.rows).toMatchObject([
    {
      ...{ account: '5100', kinds: ['ACCOUNT_DIFFERS'], debit: '0', credit: '100', simulated: { account: '511000' } },
      lines: [{ journalId: 'S1', lineNo: 2, orderId: 'O-1', orderLineId: '10' }],
    },
    { account: '1200', kinds: [], debit: '100', credit: '0', lines: [] },
  ]);
});

test('M-02 after a cut-over batches of its period and later ones go to the new ERP, earlier ones to the old, and a missing one waits', async () => {
  const [{ data } = { data: null }] = await shadowEvents();
  const key = data?.rows.find(({ kinds }) => kinds.length > 0)?.key ?? '';
  await tellShadow({ type: 'ExplainDifference', key, until: '2099-12-31', reason: 'as it is to be', by: 'kim' });
  const people = { approvalId: 'A', approvedBy: 'sam', by: 'kim', reason: 'clean' };
  const when = { from: 'old', effectiveDate: '2026-12-01', uncompared: [], lastPeriod: '202611' };
  await tellShadow({ type: 'CutOver', ...when, ...people });
  const [before, after] = [await sealOf('202611', 'S2', 5), await sealOf('202612', 'S3', 1)];

  const taken: string[] = [];
  const erpOf = (system: string): Erp => ({
    ...world.partners.erp,
    system,
    importJournals: async (batch) => {
      taken.push(`${system} ${batch.batchId}`);
      return { kind: 'imported', fileSha256: 'f' };
    },
  });
  const { catalog, clock, log: store } = world;
  const run = (batchId: string, step: 'exportBatch' | 'simulateBatch', names: readonly string[]) => {
    const named = (system: string) => (names.includes(system) ? erpOf(system) : undefined);
    const erps = { of: () => erpOf('routed'), named };
    const stagedLines = async ([journalId = '']: readonly string[]) => staged(journalId);
    const ports = { executor: world.executor(), store, catalog, clock, ...world.partners, erps, stagedLines };
    return runStep(ports, itemOf(batchId, step));
  };
  await expect(run(after, 'exportBatch', ['old'])).rejects.toThrow('no ERP of that name is configured');
  await run(after, 'exportBatch', ['old', 'cloud']);
  await run(before, 'exportBatch', ['old', 'cloud']);
  expect(taken).toEqual([`cloud ${after}`, `old ${before}`]);

  for (const batchId of [before, after]) await run(batchId, 'simulateBatch', []);
  expect((await shadowEvents()).map((event) => event.data.batchId)).toEqual([data?.batchId, before]);
});
