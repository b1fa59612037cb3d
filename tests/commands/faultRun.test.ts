import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newUlid } from '../../commands/eventIds.ts';
import { tellRun } from '../../commands/reconciliation/execute.ts';
import type { ComparedPair } from '../../commands/reconciliation/ports.ts';
import { listReconciliationBreaks } from '../../projections/reconciliations/queries.ts';
import { byHand, strike } from '../adapters/http/peer.ts';
import { createErpRig, type ErpRig } from './erpRig.ts';
import { eventsOf, line, ofType, orderInput, stockAt } from './facts.ts';
import { must } from './world.ts';

/** mulberry32: the same numbers for the same seed, in [0, 1). */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const random = randomFrom(20_261_123);
const perKind = 80;
const onePerCent = (messages: number): number => Math.ceil(messages / 100);
const personsShareMax = 0.05;

let rig: ErpRig;
beforeAll(async () => {
  rig = await createErpRig();
});
afterAll(() => rig.close());

const drawn = <T>(all: readonly T[], count: number): readonly T[] => {
  const left = [...all];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0] as T);
};

/** One run of each pair, and what is not over after it. */
const round = async (bu: string, pairs: readonly ComparedPair[]) => {
  const ports = { executor: rig.world.executor(), clock: rig.world.clock };
  for (const { pair } of pairs) {
    const run = { bu, pair, runId: newUlid() };
    await tellRun(ports, { type: 'StartReconciliation', ...run, system: 'x', requestedBy: null }, 'started');
  }
  await rig.reconciler({ pairs }).step(rig.signal);
  await rig.settle();
  await rig.follow();
  const { items } = await listReconciliationBreaks(rig.db, { bu, limit: 500 });
  return items;
};

/** What a journal comes to, in major units of a currency of two places. */
const amountOf = (journalId: string): string => {
  const journal = rig.world.sealed.next.journals.find((one) => one.journalId === journalId);
  const cents = journal?.lines.reduce((sum, { debit }) => sum + BigInt(debit), 0n) ?? 0n;
  return (Number(cents) / 100).toFixed(2);
};

const shipAll = async (bu: string) => {
  const orderIds: string[] = [];
  await rig.receive(bu, 'BRG-6204', String(perKind), 'R1');
  for (let n = 1; n <= perKind; n += 1) {
    const lines = [line('10', 'BRG-6204', '1')];
    const input = orderInput(bu, { customerPo: `PO-${n}`, charges: [], lines });
    orderIds.push((await must(rig.world.app().submitOrder(input, rig.world.as('channel')))).orderId);
  }
  await rig.settle();
  const releases = ofType(await eventsOf(rig.world, bu), 'AllocationReleased').map(({ data }) => data);
  expect(releases).toHaveLength(perKind);
  const silent = drawn(releases, onePerCent(perKind));
  for (const { releaseId: match } of silent) await strike(rig.url, { mode: 'lose', operation: 'messages', match });
  for (const { releaseId } of releases) await byHand(rig.url, '/control/ship', { releaseId });
  await rig.settle();
  const unheard = new Set(silent.map(({ orderId }) => orderId));
  return { orderIds, shipped: orderIds.filter((orderId) => !unheard.has(orderId)) };
};

/** The ERP refuses some, posts them after all, and says nothing of it. */
const postAll = async (bu: string): Promise<number> => {
  await rig.postJournals(bu, perKind);
  const { batchId, journalIds } = await rig.seal(bu);
  const late = drawn(journalIds, onePerCent(journalIds.length));
  for (const match of late)
    await strike(rig.erpUrl, { mode: 'refuse', operation: 'postJournal', match, code: 'PeriodLocked' });
  await rig.answered(bu, journalIds.length);
  for (const journalId of late) await rig.post(bu, batchId, journalId, [[`JE-LATE-${journalId}`, amountOf(journalId)]]);
  return late.length;
};

test('E-01 of hundreds of messages of which 1 % are lost, all that differs is found in one cycle, and at most 5 % takes a person', async () => {
  const bu = newUlid();
  await rig.world.newBusinessUnit(bu);
  await rig.openBooks(bu);
  const { orderIds, shipped } = await shipAll(bu);
  const lost = drawn(shipped, onePerCent(perKind));
  for (const match of lost) await strike(rig.erpUrl, { mode: 'lose', operation: 'orderStatus', match });
  await rig.tellAll();
  const late = await postAll(bu);

  const pairs = [rig.stockPair(), rig.ordersPair(), rig.journalsPair()];
  const found = await round(bu, pairs);
  const foundBy = (pair: string): number => found.filter((one) => one.pair === pair).length;
  expect({ stock: foundBy('stock'), orders: foundBy('orders'), journals: foundBy('journals') }).toEqual({
    ...{ stock: 1, orders: lost.length, journals: late },
  });
  await rig.tellAll();
  await round(bu, pairs);
  const left = await round(bu, pairs);
  const persons = left.filter(({ state }) => state === 'OPEN').length;
  expect(persons / found.length).toBeLessThanOrEqual(personsShareMax);

  // Nothing was counted twice on the way.
  const events = await eventsOf(rig.world, bu);
  expect(ofType(events, 'StockIssued')).toHaveLength(perKind);
  expect((await stockAt(rig.world, bu, 'DC-EAST', 'BRG-6204')).onHand).toBe(0n);
  const acknowledged = ofType(events, 'GlBatchAcknowledged').flatMap(({ data }) => data.journals);
  expect(new Set(acknowledged.map(({ journalId }) => journalId)).size).toBe(acknowledged.length);
  await rig.tellAll();
  const held = (await rig.book.orders(bu, orderIds, rig.signal)) ?? [];
  expect(held.map(({ lines }) => lines.map((one) => one.shipped))).toEqual(Array(perKind).fill(['1']));
}, 240_000);
