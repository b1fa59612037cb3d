import { expect, test } from '@jest/globals';
import { inParallel } from '../../commands/inParallel.ts';
import { checkEquation } from '../../domain/order/quantities.ts';
import { addLines, setQty } from './changedOrders.ts';
import { confirm, eventsOf, exposure, line, ofType, orderAt, orderInput, receive } from './facts.ts';
import { countingKills } from './kills.ts';
import { bu, bucketsOf, releases, submit, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

/** Wishes at the same moment as others, as goods that leave, and as the end of the process. */
export const changesUnderFire = (): void => {
  test('two that add at once are both heard, and the same command twice is one', async () => {
    const { orderId } = await submit();
    await world.settle();
    const context = { commandId: '01K4000000000000000000CH01' };
    await Promise.all([
      must(addLines(orderId, [line('30', 'BELT-A42', '1')], context)),
      must(addLines(orderId, [line('30', 'BELT-A42', '1')], context)),
      must(addLines(orderId, [line('40', 'BELT-A42', '1')])),
      must(setQty(orderId, '11')),
    ]);
    await world.settle();
    const state = await orderAt(world, bu, orderId);
    expect(state.lines.map(({ lineId, buckets }) => [lineId, buckets.ordered])).toEqual([
      ['10', 11n],
      ...[...state.lines.slice(1)].map(({ lineId }) => [lineId, 1n]),
    ]);
    expect(state.lines).toHaveLength(3);
  });

  test('goods that leave beyond the order while it is raised are billed as far as it was raised', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '12', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [release] = await releases();
    await must(setQty(orderId, '12'));
    await must(confirm(world, release?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '12' }]));
    await world.settle();
    const [buckets] = await bucketsOf(orderId);
    expect(buckets && checkEquation(buckets)).toEqual([]);
    expect(buckets?.shipped).toBe(12n);
    const billed = ofType(await eventsOf(world, bu), 'InvoiceIssued').flatMap(({ data }) => data.lines);
    expect(billed.reduce((sum, { qty }) => sum + BigInt(qty), 0n)).toBe(12n - (buckets?.overshipped ?? 0n));
    expect(world.problems).toEqual([]);
  });

  test('it is added once when its steps are killed after any of their commands', async () => {
    const { executed, execute, unitsKilledAfterEach } = countingKills();
    const play = async (units: readonly string[]): Promise<void> => {
      const orders = new Map<string, string>();
      await inParallel(units, 10, async (unit) => {
        await world.newBusinessUnit(unit);
        await receive(world, unit, 'DC-EAST', 'BRG-6204', '12', 'R1');
        const { orderId } = await must(world.app().submitOrder(orderInput(unit), world.as('channel')));
        orders.set(unit, orderId);
      });
      await world.settle();
      world.between.execute = execute;
      await inParallel(units, 10, async (unit) => {
        const orderId = orders.get(unit) ?? '';
        await must(addLines(orderId));
        await must(setQty(orderId, '12'));
      });
      await world.settle(units.length * 20);
      delete world.between.execute;
    };
    const ends = async (unit: string) => {
      const events = await eventsOf(world, unit);
      const [
        {
          data: { orderId },
        } = { data: { orderId: '' } },
      ] = ofType(events, 'OrderSubmitted');
      const { status, lines } = await orderAt(world, unit, orderId);
      const demand = ofType(events, 'AllocationDemandAdded').flatMap(({ data }) =>
        data.lines.map(({ qty }) => BigInt(qty)),
      );
      return {
        ...{ status, buckets: lines.map(({ buckets }) => buckets), exposed: await exposure(world, unit, 'C-1001') },
        demand: demand.reduce((sum, qty) => sum + qty, 0n),
      };
    };
    await play(['QUIET']);
    const expected = await ends('QUIET');
    expect(expected).toMatchObject({ demand: 6n, buckets: [{ allocated: 12n }, { ordered: 4n }] });
    const units = unitsKilledAfterEach(executed.get('QUIET') ?? 0);
    await play(units);
    expect(world.problems.filter((problem) => !(problem instanceof Killed))).toEqual([]);
    for (const unit of units) expect({ unit, end: await ends(unit) }).toEqual({ unit, end: expected });
  });
};
