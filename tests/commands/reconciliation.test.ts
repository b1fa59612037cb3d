import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openReleasesOf } from '../../projections/reconciliations/stock.ts';
import { byHand, strike } from '../adapters/http/peer.ts';
import { eventsOf, line, ofType, orderInput, stockAt } from './facts.ts';
import { createReconciliationRig, type ReconciliationRig } from './reconciliationRig.ts';
import { must } from './world.ts';

let rig: ReconciliationRig;
beforeAll(async () => {
  rig = await createReconciliationRig();
});
afterAll(() => rig.close());

const released = async (bu: string, count: number): Promise<readonly string[]> => {
  for (let n = 1; n <= count; n += 1) {
    const lines = [line('10', 'BRG-6204', '2')];
    await must(
      rig.world
        .app()
        .submitOrder(orderInput(bu, { customerPo: `${bu}-${n}`, charges: [], lines }), rig.world.as('channel')),
    );
  }
  await rig.settle();
  return ofType(await eventsOf(rig.world, bu), 'AllocationReleased').map(({ data }) => data.releaseId);
};

const ship = (releaseId: string) => byHand(rig.url, '/control/ship', { releaseId });

/** It happens there, and nobody is told. */
const shipUnheard = async (releaseId: string): Promise<void> => {
  await strike(rig.url, { mode: 'lose', operation: 'messages', match: releaseId });
  await ship(releaseId);
};

const onHand = async (bu: string) => (await stockAt(rig.world, bu, 'DC-EAST', 'BRG-6204')).onHand;

describe('reconciliation of goods with the warehouse', () => {
  test('both have the same: nothing differs, at a place that both know', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    await rig.receive(bu, 'BELT-A42', '5', 'R2');
    expect(await rig.compared(bu)).toMatchObject({
      ...{ state: 'COMPLETE', reason: null, compared: 2, found: 0, healed: 0, standing: 0, breaks: [] },
      cut: { theirs: expect.stringMatching(/^\d+$/), ours: expect.any(String), takenAt: expect.any(String) },
    });
  });

  test('E-01 confirmations that never came are all found by one run, come by being asked for, and count once', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '100', 'R1');
    const releases = await released(bu, 12);
    expect(releases).toHaveLength(12);
    const [first = '', second = '', ...others] = releases;
    await shipUnheard(first);
    for (const releaseId of others) await ship(releaseId);
    await shipUnheard(second);
    await rig.settle();
    expect(await onHand(bu)).toBe(80n);

    const found = await rig.compared(bu);
    expect(found).toMatchObject({ state: 'COMPLETE', found: 1, standing: 0 });
    expect(found.breaks).toMatchObject([
      {
        ...{
          state: 'HEALING',
          class: 'MISSING_HERE',
          cause: 'CONFIRMATION_LOST',
          fix: 'RESEND_REQUESTED',
          attempts: 1,
        },
        ...{ object: { kind: 'stock-position', id: 'DC-EAST/BRG-6204' }, ours: '80', theirs: '76', difference: '-4' },
        moneyAtRisk: { amount: '2400', currency: 'USD' },
      },
    ]);
    expect([...(found.breaks[0]?.references ?? [])].sort()).toEqual([first, second].sort());
    await rig.settle();
    expect(await onHand(bu)).toBe(76n);

    const healed = await rig.compared(bu);
    expect(healed).toMatchObject({ state: 'COMPLETE', found: 0, healed: 1, standing: 0 });
    expect(healed.breaks).toMatchObject([{ state: 'HEALED', breakId: found.breaks[0]?.breakId }]);
    expect(ofType(await eventsOf(rig.world, bu), 'StockIssued')).toHaveLength(12);
    expect(await rig.compared(bu)).toMatchObject({ found: 0, healed: 0, standing: 0, breaks: [] });
  });

  test('what is open at many places is asked for at once, and explains its own place only', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    await rig.receive(bu, 'BELT-A42', '4', 'R2');
    const [releaseId = ''] = await released(bu, 1);
    await shipUnheard(releaseId);
    await rig.shelve(bu, 'BELT-A42', '-1', 'gone');
    await rig.settle();
    const asked: number[] = [];
    const pair = rig.stockPair({
      openReleases: (of, places, limit) => {
        asked.push(places.length);
        return openReleasesOf(rig.db, of, places, limit);
      },
    });
    const { breaks } = await rig.compared(bu, pair);
    expect(asked).toEqual([2]);
    expect(Object.fromEntries(breaks.map((one) => [one.item, [one.cause, one.references]]))).toEqual({
      'BRG-6204': ['CONFIRMATION_LOST', [releaseId]],
      'BELT-A42': ['NOT_EXPLAINED_YET', []],
    });
  });

  test('what is under way is no difference: goods that left there after the count, and those whose message is being taken', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    const [first = '', second = ''] = await released(bu, 2);
    await ship(first);
    const pair = rig.stockPair({
      // The inbox has come as far as the count meanwhile, and further.
      inboxCursor: async () => {
        await ship(second);
        await rig.settle();
        return String(await rig.world.checkpoints.read('warehouse-inbox:wms'));
      },
    });
    expect(await rig.compared(bu, pair)).toMatchObject({ state: 'COMPLETE', found: 0, breaks: [] });
    expect(await onHand(bu)).toBe(6n);
  });

  test('what nothing explains is looked at again, then takes a person, and is over when somebody has put it right', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    await rig.receive(bu, 'BELT-A42', '4', 'R2');
    await rig.shelve(bu, 'BRG-6204', '-3', 'stolen');
    await rig.shelve(bu, 'BELT-A42', '-4', 'gone');
    await rig.shelve(bu, 'UNKNOWN-ITEM', '2', 'found');
    const classes = async () => {
      const { breaks } = await rig.compared(bu);
      return Object.fromEntries(breaks.map((one) => [one.item, [one.state, one.class, one.difference]]));
    };
    expect(await classes()).toEqual({
      'BRG-6204': ['HEALING', 'TIMING', '-3'],
      'BELT-A42': ['HEALING', 'TIMING', '-4'],
      'UNKNOWN-ITEM': ['HEALING', 'TIMING', '2'],
    });
    const open = {
      'BRG-6204': ['OPEN', 'QUANTITY', '-3'],
      'BELT-A42': ['OPEN', 'QUANTITY', '-4'],
      'UNKNOWN-ITEM': ['OPEN', 'MISSING_HERE', '2'],
    };
    expect(await classes()).toEqual(open);
    const before = (await eventsOf(rig.world, bu)).length;
    expect(await classes()).toEqual(open);
    // A difference that stands says nothing again.
    const after = (await eventsOf(rig.world, bu)).slice(before).map(({ type }) => type);
    expect(after).toEqual(['ReconciliationStarted', 'ReconciliationCompleted']);
    await rig.shelve(bu, 'BRG-6204', '3', 'found again');
    expect(await rig.compared(bu)).toMatchObject({ found: 0, healed: 1, standing: 2 });
  });

  test('messages that a warehouse no longer has are asked for three times, and then it is somebody’s work', async () => {
    const bu = await rig.unit();
    await rig.receive(bu, 'BRG-6204', '10', 'R1');
    const [releaseId = ''] = await released(bu, 1);
    await shipUnheard(releaseId);
    const forgetful = { ...rig.warehouse, sendAgain: async () => ({ kind: 'promised', messages: 1 }) as const };
    const states = [];
    for (let n = 0; n < 4; n += 1) {
      const { breaks } = await rig.compared(bu, rig.stockPair({ warehouse: forgetful }));
      states.push(breaks.map((one) => [one.state, one.fix, one.attempts]));
    }
    expect(states).toEqual([
      [['HEALING', 'RESEND_REQUESTED', 1]],
      [['HEALING', 'RESEND_REQUESTED', 2]],
      [['HEALING', 'RESEND_REQUESTED', 3]],
      [['OPEN', null, 3]],
    ]);
    await byHand(rig.url, `/api/v1/shipping-orders/${releaseId}/retransmissions`, { requestId: 'by hand' });
    await rig.settle();
    expect(await rig.compared(bu)).toMatchObject({ healed: 1 });
    expect(await onHand(bu)).toBe(8n);
  });
});
