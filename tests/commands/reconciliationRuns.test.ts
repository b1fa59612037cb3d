import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import { reconciliationStream } from '../../commands/reconciliation/execute.ts';
import type { ComparedPair } from '../../commands/reconciliation/ports.ts';
import { strike } from '../adapters/http/peer.ts';
import { eventsOf, ofType } from './facts.ts';
import { createReconciliationRig, type ReconciliationRig } from './reconciliationRig.ts';

let rig: ReconciliationRig;
beforeAll(async () => {
  rig = await createReconciliationRig();
});
afterAll(() => rig.close());

describe('a run that cannot compare', () => {
  const lost = async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    await rig.shelve(bu, 'BRG-6204', '-1', 'gone');
    expect(await rig.compared(bu)).toMatchObject({ found: 1 });
    return bu;
  };
  const away = async () => {
    throw new PartnerUnavailable('wms', 'away');
  };

  test('ends as incomplete, says why, and takes nothing for healed', async () => {
    const bu = await lost();
    const ends: [Partial<Parameters<typeof rig.stockPair>[0]>, string][] = [
      [{ isPaused: () => true }, 'PAUSED'],
      [{ warehouse: { ...rig.warehouse, isThrough: () => false } }, 'FEED_BEHIND'],
      [{ caughtUp: async () => false }, 'READ_MODEL_BEHIND'],
      [{ stockAfter: away }, 'PARTNER_AWAY'],
    ];
    for (const [changes, reason] of ends)
      expect(await rig.compared(bu, rig.stockPair(changes))).toMatchObject({
        ...{ state: 'INCOMPLETE', reason, healed: 0, standing: 1 },
        breaks: [{ state: 'HEALING' }],
      });
    await strike(rig.url, { mode: 'fail', times: 20, operation: 'inventoryReport', status: 503 });
    expect(await rig.compared(bu)).toMatchObject({ state: 'INCOMPLETE', reason: 'PARTNER_AWAY' });
    await fetch(`${rig.url}/control/faults`, { method: 'DELETE' });
    expect(await rig.compared(bu)).toMatchObject({ state: 'COMPLETE', standing: 1 });
  });

  test('that was killed in the middle is begun again and says nothing twice', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    await rig.shelve(bu, 'BRG-6204', '-1', 'gone');
    const run = await rig.ask(bu);
    const real = rig.stockPair();
    const dying: ComparedPair = { ...real, explaining: async () => () => Promise.reject(new Error('killed')) };
    await expect(rig.reconciler({ pairs: [dying] }).step(rig.signal)).rejects.toThrow('killed');
    const killedAtEnd = rig.world.executor();
    let calls = 0;
    const execute: typeof killedAtEnd.execute = (...args) => {
      calls += 1;
      return calls === 2 ? Promise.reject(new Error('killed')) : killedAtEnd.execute(...args);
    };
    await expect(rig.reconciler({ executor: { execute } }).step(rig.signal)).rejects.toThrow('killed');
    await Promise.all([rig.reconciler().step(rig.signal), rig.reconciler().step(rig.signal)]);
    const told = [];
    for await (const { type } of rig.world.log.read(reconciliationStream(run))) told.push(type);
    expect(told).toEqual([
      'ReconciliationStarted',
      'ReconciliationBreakFound',
      'ReconciliationBreakExplained',
      'ReconciliationCompleted',
    ]);
  });

  test('because it breaks off each time is ended at last, and the pair is compared by the next one', async () => {
    const bu = await lost();
    const run = await rig.ask(bu);
    const broken: ComparedPair = { ...rig.stockPair(), compare: () => Promise.reject(new RangeError('no figure')) };
    const looking = rig.reconciler({ pairs: [broken] });
    for (let n = 0; n < 10; n += 1) await expect(looking.step(rig.signal)).rejects.toThrow('no figure');
    expect(await rig.taken(run)).toMatchObject({ state: 'INCOMPLETE', reason: 'FAILED', healed: 0, standing: 1 });
    expect(await rig.compared(bu)).toMatchObject({ state: 'COMPLETE', reason: null, standing: 1 });
  });

  test('for which a later one waits is not taken', async () => {
    const bu = await rig.unit();
    const runs = [await rig.ask(bu), await rig.ask(bu)];
    await rig.reconciler().step(rig.signal);
    const states = [];
    for (const run of runs) states.push((await rig.taken(run)).state);
    expect(states).toEqual(['SUPERSEDED', 'COMPLETE']);
  });
});

describe('the schedule', () => {
  test('begins a run when the last one is long enough ago, once for all who look, and sooner while something heals', async () => {
    const bu = await rig.unit();
    let nowMs = Date.parse(rig.world.clock());
    const clock = () => new Date(nowMs).toISOString();
    const ports = { clock, businessUnits: () => [bu], everyMs: 900_000 };
    const two = [rig.reconciler(ports), rig.reconciler(ports)];
    const runs = async (): Promise<number> => {
      await Promise.all(two.map(({ step }) => step(rig.signal)));
      return ofType(await eventsOf(rig.world, bu), 'ReconciliationCompleted').length;
    };
    expect(await runs()).toBe(0);
    nowMs += 60_000;
    expect(await runs()).toBe(1);
    nowMs += 60_000;
    expect(await runs()).toBe(1);
    nowMs += 900_000;
    await rig.shelve(bu, 'BRG-6204', '1', 'found');
    expect(await runs()).toBe(2);
    nowMs += 61_000;
    expect(await runs()).toBe(3);
    expect(await reconcilerByHand(bu)).toBe(3);
  });

  test('one pair that fails keeps no other from being compared, and one that its partner cannot be asked for does not begin', async () => {
    const bu = await rig.unit();
    let nowMs = Date.parse(rig.world.clock());
    const clock = () => new Date(nowMs).toISOString();
    const stock = rig.stockPair();
    const failing: ComparedPair = { ...stock, pair: 'orders', compare: () => Promise.reject(new Error('broken')) };
    const silent: ComparedPair = { ...stock, pair: 'journals', canAsk: () => false };
    const pairs = [failing, silent, stock];
    const looking = rig.reconciler({ clock, pairs, businessUnits: () => [bu], everyMs: 900_000 });
    nowMs += 60_000;
    for (let n = 0; n < 2; n += 1) await expect(looking.step(rig.signal)).rejects.toThrow('broken');
    const events = await eventsOf(rig.world, bu);
    expect(ofType(events, 'ReconciliationStarted').map(({ data }) => data.pair)).toEqual(['orders', 'stock']);
    expect(ofType(events, 'ReconciliationCompleted').map(({ data }) => data.pair)).toEqual(['stock']);
  });

  /** Nothing begins by itself where nobody wants it. */
  const reconcilerByHand = async (bu: string): Promise<number> => {
    await rig.reconciler({ businessUnits: () => [bu] }).step(rig.signal);
    return ofType(await eventsOf(rig.world, bu), 'ReconciliationCompleted').length;
  };
});
