import { describe, expect, test } from '@jest/globals';
import { contentSha256 } from '../../commands/canonicalJson.ts';
import { forkLog } from '../../commands/simulation/forkLog.ts';
import { usualLateSupply } from '../../domain/availability/lateSupply.ts';
import type { SimulationResult } from '../../domain/simulation/comparison.ts';
import type { SimulationQuestion } from '../../domain/simulation/events.ts';
import type { FigureName } from '../../domain/simulation/figures.ts';
import { type SimulatedRange, simulationVersion } from '../../domain/simulation/fork.ts';
import type { SimulatedPolicy } from '../../domain/simulation/policy.ts';
import { confirm, line, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

// The product itself makes the log, step by step; then it is run again.

inNewUnits('SIM');

const item = 'BRG-6204';
const unchanged: SimulatedPolicy = { kind: 'SAFETY_STOCK', rules: [{ percent: '100' }] };

const questionOf = (policy: SimulatedPolicy, range: SimulatedRange): SimulationQuestion => ({
  ...{ businessUnit: bu, range, policy, policySha256: contentSha256(policy), simulationVersion },
});

const everything = async (after = '0'): Promise<SimulatedRange> => ({
  ...{ kind: 'POSITIONS', after, through: await world.log.head() },
});

const simulate = async (policy: SimulatedPolicy, range?: SimulatedRange): Promise<SimulationResult> => {
  const result = await forkLog(
    world.log,
    questionOf(policy, range ?? (await everything())),
    async () => {},
    () => false,
  );
  if (result === undefined) throw new Error('it was stopped');
  return result;
};

type Side = 'logged' | 'baseline' | 'fork';
const figuresOf = ({ figures }: SimulationResult, side: Side) =>
  Object.fromEntries(figures.map((one) => [one.figure, one[side].value]));
const modelledOf = ({ figures }: SimulationResult, side: Side, name: FigureName) =>
  figures.find(({ figure }) => figure === name)?.[side].modelled;

let numbers = 0;
const order = async (changes: Parameters<typeof submit>[0]) => {
  numbers += 1;
  const { orderId } = await submit({ customerPo: `PO-SIM-${numbers}`, ...changes });
  await world.settle();
  return orderId;
};

const stock = async (node: string, qty: string, of = item) => {
  numbers += 1;
  await receive(world, bu, node, of, qty, `R-${numbers}`);
  await world.settle();
};

const safety = async (node: string, qty: string) => {
  await must(world.app().setSafetyStock({ bu, node, item, qty }, world.as('ops')));
  await world.settle();
};

const ship = async (orderId: string, qty: string) => {
  const release = (await releases()).find((one) => one.orderId === orderId);
  numbers += 1;
  const lines = [{ lineId: '10', qty }];
  await must(confirm(world, release?.shipmentId ?? '', orderId, `C-${numbers}`, lines));
  await world.settle();
};

/** Splits, waits, is filled, moves to where stock comes, ships and is cancelled in part. */
const trade = async () => {
  await stock('DC-EAST', '10');
  await stock('DC-WEST', '5');
  const first = await order({ lines: [line('10', item, '6')] });
  await order({ lines: [line('10', item, '6')] });
  const short = await order({ lines: [line('10', item, '7')] });
  await ship(first, '6');
  await stock('DC-EAST', '2');
  await order({ lines: [line('10', item, '3')], allowSplit: false });
  const less = { orderId: short, reason: 'NO_NEED', lines: [{ lineId: '10', qty: '1' }] };
  await must(world.app().cancelOrder(less, world.as('channel')));
  await world.settle();
  await stock('DC-WEST', '4');
};

/** Goods that are withheld, and others that slip while somebody waits for them; then they come. */
const slip = async () => {
  await safety('DC-EAST', '10');
  await stock('DC-EAST', '10');
  const supply = { bu, node: 'DC-EAST', item, supplyId: 'PO-1' };
  const announced = { ...supply, type: 'PO', qty: '10', uom: 'EA', availableDate: '2099-01-12' } as const;
  await must(world.app().expectSupply(announced, world.as('warehouse')));
  await order({ lines: [line('10', item, '6')] });
  await must(world.app().rescheduleSupply({ ...supply, availableDate: '2099-02-16' }, world.as('warehouse')));
  await world.settle();
};

describe('a stretch of the log that is run again', () => {
  test('with the same policy is to the last figure what it was, decided again or not', async () => {
    await trade();
    const found = await simulate(unchanged);
    expect(figuresOf(found, 'fork')).toEqual(figuresOf(found, 'baseline'));
    expect(figuresOf(found, 'baseline')).toEqual(figuresOf(found, 'logged'));
    expect(figuresOf(found, 'logged')).toMatchObject({ lines: '4', orders: '4', fillRateLines: '50.00' });
    expect(found.linesDiffering).toBe(0);
    expect(modelledOf(found, 'fork', 'lines')).toBe(0);
  });

  test('holds the same of kits and of orders that ship complete', async () => {
    await stock('DC-EAST', '2', 'SEAL-RING');
    await stock('DC-EAST', '4', 'GREASE-50');
    await stock('DC-EAST', '3');
    await order({ lines: [line('10', 'KIT-SEAL', '2')] });
    await order({ lines: [line('10', item, '2'), line('20', 'SEAL-RING', '1')], shipComplete: true });
    await stock('DC-EAST', '20', 'SEAL-RING');
    await stock('DC-EAST', '20', 'GREASE-50');
    const found = await simulate(unchanged);
    expect(figuresOf(found, 'baseline')).toEqual(figuresOf(found, 'logged'));
    expect(figuresOf(found, 'fork')).toEqual(figuresOf(found, 'baseline'));
    expect(figuresOf(found, 'logged')).toMatchObject({ orders: '2', lines: '3' });
  });

  test('with doubled safety stock promises less from stock and has more wait', async () => {
    await safety('DC-EAST', '3');
    await trade();
    const found = await simulate({ kind: 'SAFETY_STOCK', rules: [{ node: 'DC-EAST', percent: '200' }] });
    const [before, after] = [figuresOf(found, 'baseline'), figuresOf(found, 'fork')];
    expect(Number(after.unitsReserved)).toBeLessThan(Number(before.unitsReserved));
    expect(Number(after.unitsBackordered)).toBeGreaterThan(Number(before.unitsBackordered));
    expect(Number(after.fillRateUnits)).toBeLessThan(Number(before.fillRateUnits));
    expect(found.linesDiffering).toBeGreaterThan(0);
    expect(found.samples[0]).toMatchObject({ item, lineId: '10' });
    expect(modelledOf(found, 'fork', 'lines')).toBe(found.linesDiffering);
    expect(modelledOf(found, 'baseline', 'lines')).toBe(0);
  });

  test('asks nodes in another order, and none that is said to be closed', async () => {
    await stock('DC-EAST', '10');
    await stock('DC-WEST', '10');
    await order({ lines: [line('10', item, '6')] });
    const west = await simulate({ kind: 'SOURCING', nodes: [{ node: 'DC-WEST', priority: 0 }] });
    expect(west.samples).toMatchObject([
      { baseline: [{ node: 'DC-EAST', qty: '6' }], fork: [{ node: 'DC-WEST', qty: '6' }] },
    ]);
    const closed = await simulate({
      kind: 'SOURCING',
      nodes: ['DC-EAST', 'DC-WEST', '3PL-SOUTH'].map((node) => ({ node, active: false })),
    });
    expect(closed.samples).toMatchObject([{ fork: [], forkOpen: '6' }]);
    expect(figuresOf(closed, 'fork')).toMatchObject({ linesInFull: '0', unitsOpen: '6', shipments: '0' });
  });

  test('does not split what is said to stay whole', async () => {
    await stock('DC-EAST', '6');
    await stock('DC-WEST', '4');
    await order({ lines: [line('10', item, '10')] });
    const found = await simulate({ kind: 'SPLITS', allowSplit: false });
    expect(figuresOf(found, 'baseline')).toMatchObject({ splitRate: '100.00', shipments: '2', unitsBackordered: '0' });
    expect(figuresOf(found, 'fork')).toMatchObject({ splitRate: '0.00', shipments: '1', unitsBackordered: '4' });
  });

  test('E-04 promises what the product promised, and serves who would be late from what is withheld where that is the policy', async () => {
    await slip();
    const same = await simulate({ kind: 'LATE_SUPPLY', lateLines: 'WAIT', cushionDays: 0 });
    expect(figuresOf(same, 'baseline')).toEqual(figuresOf(same, 'logged'));
    expect(figuresOf(same, 'fork')).toEqual(figuresOf(same, 'baseline'));
    expect(figuresOf(same, 'logged')).toMatchObject({ unitsOpen: '6' });
    expect(Number(figuresOf(same, 'logged').promiseDays)).toBeGreaterThan(10_000);
    const cushioned = figuresOf(await simulate({ kind: 'LATE_SUPPLY', cushionDays: 7 }), 'fork');
    expect(Number(cushioned.promiseDays)).toBe(Number(figuresOf(same, 'logged').promiseDays) + 7);
    const served = await simulate({ kind: 'LATE_SUPPLY', lateLines: 'USE_SAFETY_STOCK' });
    expect(figuresOf(served, 'fork')).toMatchObject({ unitsOpen: '0', linesInFull: '1' });
    expect(modelledOf(served, 'fork', 'linesInFull')).toBe(1);
  });

  test('E-04 goes as the log went where the log had the policy, version after version', async () => {
    const policy = { bu, ...usualLateSupply, lateLines: 'USE_SAFETY_STOCK' } as const;
    await must(world.app().publishLateSupply(policy, world.as('admin')));
    await slip();
    const found = await simulate({ kind: 'LATE_SUPPLY', lateLines: 'USE_SAFETY_STOCK' });
    expect(figuresOf(found, 'baseline')).toEqual(figuresOf(found, 'logged'));
    expect(figuresOf(found, 'fork')).toEqual(figuresOf(found, 'baseline'));
    expect(figuresOf(found, 'logged')).toMatchObject({ unitsOpen: '0' });
    const waiting = await simulate({ kind: 'LATE_SUPPLY', lateLines: 'WAIT' });
    expect(figuresOf(waiting, 'fork')).toMatchObject({ unitsOpen: '6' });
  });

  test('begins where the range begins, with what was there by then', async () => {
    await stock('DC-EAST', '10');
    await order({ lines: [line('10', item, '6')] });
    const after = await world.log.head();
    await order({ lines: [line('10', item, '3')] });
    await stock('DC-EAST', '1');
    const rules = [{ node: 'DC-EAST', item, qty: '2' }];
    const found = await simulate({ kind: 'SAFETY_STOCK', rules }, await everything(after));
    expect(figuresOf(found, 'baseline')).toMatchObject({ lines: '1', unitsReserved: '3', unitsBackordered: '0' });
    expect(figuresOf(found, 'fork')).toMatchObject({
      lines: '1',
      unitsReserved: '2',
      unitsBackordered: '1',
      unitsOpen: '0',
    });
  });

  test('sends what left in the log as soon as it has it', async () => {
    await stock('DC-EAST', '6');
    const orderId = await order({ lines: [line('10', item, '6')] });
    await ship(orderId, '6');
    const policy: SimulatedPolicy = { kind: 'SAFETY_STOCK', rules: [{ node: 'DC-EAST', qty: '6' }] };
    expect(figuresOf(await simulate(policy), 'fork')).toMatchObject({ linesInFull: '0', unitsOpen: '6' });
    await stock('DC-EAST', '6');
    const found = await simulate(policy);
    expect(figuresOf(found, 'fork')).toMatchObject({ linesInFull: '1', unitsOpen: '0', fillRateLines: '0.00' });
    expect(figuresOf(found, 'baseline')).toEqual(figuresOf(found, 'logged'));
  });

  test('is the same answer whenever it is asked, and writes nothing', async () => {
    await trade();
    const range = await everything();
    const policy: SimulatedPolicy = { kind: 'SAFETY_STOCK', rules: [{ qty: '1' }] };
    const first = contentSha256(await simulate(policy, range));
    expect(await world.log.head()).toBe(range.kind === 'POSITIONS' && range.through);
    await stock('DC-EAST', '50');
    await order({ lines: [line('10', item, '6')] });
    expect(contentSha256(await simulate(policy, range))).toBe(first);
    expect(contentSha256(await simulate(policy))).not.toBe(first);
  });
});
