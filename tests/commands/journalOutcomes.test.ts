import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Erp, JournalOutcome } from '../../commands/partnerPorts.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { NotYet } from '../../commands/workers/dispatcher.ts';
import { troubleOf } from '../../commands/workers/trouble.ts';
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

const itemOf = (batchId: string, step: 'exportBatch' | 'collectOutcomes'): OutboxItem => ({
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
