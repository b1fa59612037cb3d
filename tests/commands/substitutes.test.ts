import { beforeEach, expect, test } from '@jest/globals';
import type { SubstituteLineInput } from '../../commands/calls/inputs.ts';
import { inParallel } from '../../commands/inParallel.ts';
import type { Substitute } from '../../domain/masterData/substitutes.ts';
import { checkEquation } from '../../domain/order/quantities.ts';
import { confirm, eventsOf, exposure, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { countingKills } from './kills.ts';
import { bu, bucketsOf, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('SU');

beforeEach(() => {
  delete world.between.execute;
});

const half: Substitute = {
  ...{ item: 'BRG-6205', ratio: { num: '1', den: '2' }, direction: 'ONE_WAY', priceRule: 'LOWER_OF_BOTH' },
};

/** From now on that is what stands for BRG-6204. */
const define = async (substitutes: readonly Substitute[], unit = bu): Promise<void> => {
  const known = ofType(await eventsOf(world, unit), 'ItemDefined').find(({ data }) => data.item === 'BRG-6204');
  const { version: _version, ...item } = known?.data ?? ({} as never);
  await must(world.app().defineItem({ ...item, substitutes }, world.as('admin')));
  await world.catalog.ready();
};

const asked = (orderId: string, changes: Partial<SubstituteLineInput> = {}): SubstituteLineInput => ({
  ...{ orderId, lineId: '10', item: 'BRG-6205', newLineId: '11', qty: '4', uom: 'EA', reason: 'SHORT' },
  ...{ consent: { reference: 'call of today' }, ...changes },
});

const substitute = (orderId: string, changes: Partial<SubstituteLineInput> = {}) =>
  world.app().substituteLine(asked(orderId, changes), world.as('channel'));

/** Six of ten are with the warehouse, four wait for stock. */
const short = async (): Promise<string> => {
  await define([half]);
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R1');
  const { orderId } = await submit();
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 6n, backordered: 4n }]);
  return orderId;
};

const ship = async (orderId: string, lineId: string, qty: string): Promise<void> => {
  const release = (await releases()).find(({ lines }) => lines.some((each) => each.lineId === lineId));
  await must(confirm(world, release?.shipmentId ?? '', orderId, `C${lineId}`, [{ lineId, qty }]));
  await world.settle();
};

const problemsOf = async (orderId: string) => (await bucketsOf(orderId)).flatMap(checkEquation);

test('B-02 after a partial shipment what is short is stopped, and its substitute is sourced, shipped and billed', async () => {
  const orderId = await short();
  await receive(world, bu, 'DC-EAST', 'BRG-6205', '8', 'R2');
  await ship(orderId, '10', '6');
  await must(substitute(orderId));
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([
    { ordered: 10n, shipped: 6n, cancelled: 4n, backordered: 0n, unsourced: 0n },
    { ordered: 2n, allocated: 2n, cancelled: 0n },
  ]);
  expect((await orderAt(world, bu, orderId)).lines.map(({ originLineId }) => originLineId)).toEqual([null, '10']);
  expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n });
  const [last] = world.partners.seen.orderChanges.filter((each) => each.orderId === orderId).slice(-1);
  expect(last?.lines.map(({ lineId, qty }) => [lineId, qty])).toEqual([
    ['10', '6'],
    ['11', '2'],
  ]);
  await ship(orderId, '11', '2');
  const billed = ofType(await eventsOf(world, bu), 'InvoiceIssued').flatMap(({ data }) => data.lines);
  expect(billed.map(({ orderLineId, qty, net }) => [orderLineId, qty, net])).toEqual([
    ['10', '6', '6900'],
    ['11', '2', '2613'],
  ]);
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
  expect(await problemsOf(orderId)).toEqual([]);
  expect(world.problems).toEqual([]);
});

test('of two that want the same goods at once one gets them, and the other is told', async () => {
  const orderId = await short();
  await Promise.all([must(substitute(orderId)), must(substitute(orderId, { newLineId: '12' }))]);
  await world.settle();
  const [old, ...others] = await bucketsOf(orderId);
  expect(old).toMatchObject({ ordered: 10n, cancelled: 4n, allocated: 6n });
  expect(others).toMatchObject([{ ordered: 2n }]);
  const refused = ofType(await eventsOf(world, bu), 'OrderLineChangeRefused');
  expect(refused.map(({ data }) => data.reason)).toEqual(['NOT_SUBSTITUTABLE']);
  expect(ofType(await eventsOf(world, bu), 'OrderLineSubstituted')).toHaveLength(1);
  expect(await problemsOf(orderId)).toEqual([]);
  expect(world.problems).toEqual([]);
});

test('asked for again under the same id it is the same change, whatever master data say by then', async () => {
  const orderId = await short();
  const context = world.as('channel');
  const first = await must(world.app().substituteLine(asked(orderId), context));
  await world.settle();
  await define([]);
  expect(await must(world.app().substituteLine(asked(orderId), context))).toEqual(first);
  expect(ofType(await eventsOf(world, bu), 'OrderLineChangeRequested')).toHaveLength(1);
  expect(await substitute(orderId, { newLineId: '12', qty: '2' })).toMatchObject({
    violations: [{ pointer: '/item', code: 'SUBSTITUTE_UNKNOWN' }],
  });
});

test('what cannot be substituted is refused with the reason, and nothing is taken', async () => {
  await define([half, { ...half, item: 'BELT-A42', ratio: { num: '3', den: '1' }, priceRule: 'KEEP_ORIGINAL_PRICE' }]);
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R1');
  const lines = [line('10', 'BRG-6204', '10'), line('20', 'KIT-SEAL', '2'), line('30', 'MOTOR-1HP', '2')];
  const { orderId } = await submit({ lines });
  await world.settle();
  const before = (await eventsOf(world, bu)).length;
  const told = async (changes: Partial<SubstituteLineInput>) => {
    const outcome = await substitute(orderId, changes);
    if (outcome.kind === 'refused') return [outcome.refusal.refused, outcome.refusal.data?.qty];
    return outcome.kind === 'invalid' ? outcome.violations.map(({ pointer, code }) => `${pointer} ${code}`) : [];
  };
  expect(await told({ qty: '10' })).toEqual(['NOT_SUBSTITUTABLE', '4']);
  expect(await told({ qty: '3' })).toEqual(['/qty RATIO_NOT_DIVISIBLE']);
  expect(await told({ uom: 'PALLET' })).toEqual(['/uom UOM_UNKNOWN']);
  expect(await told({ item: 'BELT-A42' })).toEqual(['/item PRICE_NOT_CONVERTIBLE']);
  expect(await told({ lineId: '20' })).toEqual(['/item KIT_NOT_SUBSTITUTED']);
  expect(await told({ lineId: '30' })).toEqual(['/item SUBSTITUTE_UNKNOWN']);
  expect(await told({ lineId: '99' })).toEqual(['LINE_UNKNOWN', undefined]);
  expect(await told({ newLineId: '20' })).toEqual(['LINE_EXISTS', undefined]);
  const { consent: _consent, ...silent } = asked(orderId);
  expect(await world.app().substituteLine(silent, world.as('channel'))).toMatchObject({
    refusal: { refused: 'CONSENT_REQUIRED' },
  });
  expect(await eventsOf(world, bu)).toHaveLength(before);
});

test('what comes to more waits for credit while the old line stays, and is there when there is room', async () => {
  await define([{ ...half, ratio: { num: '2', den: '1' }, priceRule: 'SUBSTITUTE_LIST_PRICE' }]);
  const { orderId } = await submit();
  await world.settle();
  const limited = async (limit: bigint) => {
    const credit = { bu, customer: 'C-1001', limit: `${limit}`, currency: 'USD' };
    await must(world.app().setCreditLimit(credit, world.as('finance')));
  };
  await limited(11_500n);
  await must(substitute(orderId));
  await world.settle();
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: ['CREDIT'] });
  expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 10n, cancelled: 0n, backordered: 10n }]);
  expect(await exposure(world, bu, 'C-1001')).toBe(11_500n);
  await limited(100_000n);
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ cancelled: 4n, backordered: 6n }, { ordered: 8n }]);
  // Six at 12.50 and eight at 14.20, less 8 per cent each.
  expect(await exposure(world, bu, 'C-1001')).toBe(6_900n + 10_451n);
  expect(world.problems).toEqual([]);
});

test('of an order that is cancelled while a line is being substituted nothing is delivered', async () => {
  const orderId = await short();
  let isDone = false;
  world.between.execute =
    (real): Execute =>
    async (decider, stream, command, context, options) => {
      if (!isDone && (command as { readonly type?: string }).type === 'RecordCancel') {
        isDone = true;
        await must(world.app().cancelOrder({ orderId, reason: 'NO_NEED' }, world.as('channel')));
      }
      return real(decider, stream, command, context, options);
    };
  await must(substitute(orderId));
  await world.settle();
  expect(isDone).toBe(true);
  expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 10n, cancelled: 10n }]);
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true });
  expect(await exposure(world, bu, 'C-1001')).toBe(0n);
  expect(world.problems).toEqual([]);
});

test('killed after any of its commands a substitution is done once', async () => {
  const { executed, execute, unitsKilledAfterEach } = countingKills();
  const orders = new Map<string, string>();
  const play = async (units: readonly string[]): Promise<void> => {
    await inParallel(units, 10, async (unit) => {
      await world.newBusinessUnit(unit);
      await define([half], unit);
      await receive(world, unit, 'DC-EAST', 'BRG-6205', '8', 'R1');
      orders.set(unit, (await must(world.app().submitOrder(orderInput(unit), world.as('channel')))).orderId);
    });
    await world.settle();
    world.between.execute = execute;
    await inParallel(units, 10, async (unit) => {
      await must(substitute(orders.get(unit) ?? ''));
    });
    await world.settle(units.length * 20);
    delete world.between.execute;
  };
  const ends = async (unit: string) => {
    const { lines } = await orderAt(world, unit, orders.get(unit) ?? '');
    const stock = await stockAt(world, unit, 'DC-EAST', 'BRG-6204');
    return { lines, stock, exposed: await exposure(world, unit, 'C-1001') };
  };
  await play(['SUWHOLE']);
  const [whole, units] = [await ends('SUWHOLE'), unitsKilledAfterEach(executed.get('SUWHOLE') ?? 0)];
  expect(whole.lines.map(({ buckets }) => buckets)).toMatchObject([
    { cancelled: 4n, backordered: 6n },
    { allocated: 2n },
  ]);
  await play(units);
  for (const unit of units) expect([unit, await ends(unit)]).toEqual([unit, whole]);
  expect(world.problems.filter((problem) => !(problem instanceof Killed))).toEqual([]);
});
