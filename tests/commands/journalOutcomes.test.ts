import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NotYet } from '../../commands/dispatcher.ts';
import type { Erp, JournalOutcome } from '../../commands/partnerPorts.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { runStep } from '../../commands/steps/runStep.ts';
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

const posted = (journalId: string): JournalOutcome => ({ journalId, outcome: 'ACKNOWLEDGED', erpDocument: 'JE-1' });

test('an ERP that has answered for some journals of a batch is asked again until it has answered for all', async () => {
  world.sealed.next = { journals: [journal('J1'), journal('J2')], sequence: 1, throughPosition: '1' };
  const { batchId } = await must(
    world.app().sealGlBatch({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')),
  );
  const item: OutboxItem = {
    ...{ intentId: `${bu}:collectOutcomes`, step: 'collectOutcomes', partner: 'erp', payload: { bu, batchId } },
    ...{ lane: `glbatch:${bu}:${batchId}:erp`, delayMs: 0, process: 'glexport', key: `${bu}:${batchId}` },
    ...{ bu, priority: 3, attempts: 1, causeEventId: 'cause', causePosition: '1', correlationId: 'correlation' },
  };
  const collect = (journals: readonly JournalOutcome[]) => {
    const erp: Erp = { ...world.partners.erp, journalOutcomes: async () => ({ kind: 'done', journals }) };
    const { catalog, clock, log: store } = world;
    return runStep({ executor: world.executor(), store, catalog, clock, ...world.partners, erp }, item);
  };

  await expect(collect([posted('J1')])).rejects.toThrow(NotYet);
  await collect([posted('J1'), { journalId: 'J2', outcome: 'REJECTED', code: 'ACCOUNT_CLOSED', detail: '1200' }]);
  await collect([posted('J1'), posted('J2')]);

  const events = await eventsOf(world, bu);
  const acknowledged = ofType(events, 'GlBatchAcknowledged').flatMap(({ data }) => data.journals);
  const rejected = ofType(events, 'GlEntriesRejected').flatMap(({ data }) => data.journals);
  expect(acknowledged.map(({ journalId }) => journalId)).toEqual(['J1', 'J2']);
  expect(rejected.map(({ journalId }) => journalId)).toEqual(['J2']);
});
