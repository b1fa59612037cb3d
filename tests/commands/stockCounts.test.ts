import { describe, expect, test } from '@jest/globals';
import type { StockCountInput } from '../../commands/calls/countContent.ts';
import { stockCountCalls } from '../../commands/calls/stockCounts.ts';
import type { Executor } from '../../commands/handle.ts';
import { confirm, eventsOf, ofType, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, releases, submit, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

// The world's clock stands at 15:00.
inNewUnits('SC');

const [noon, half, late] = ['12:00', '14:30', '14:45'].map((time) => `2026-11-23T${time}:00.000Z`) as [
  string,
  string,
  string,
];

const received = (qty: string, reference: string, occurredAt = noon, item = 'BRG-6204') => {
  const input = { bu, node: 'DC-EAST', item, kind: 'RECEIPT', qty, uom: 'EA', unitCost: '6.00', reference } as const;
  return must(world.app().recordStockMovement(input, world.as('warehouse', { occurredAt })));
};

const countOf = (counted: string, changes: Partial<StockCountInput> = {}): StockCountInput => ({
  ...{ bu, node: 'DC-EAST', countId: 'CC-1', countedAt: half },
  lines: [{ item: 'BRG-6204', counted, uom: 'EA' }],
  ...changes,
});

const count = (counted: string, changes: Partial<StockCountInput> = {}) =>
  world.app().recordStockCount(countOf(counted, changes), world.as('warehouse'));

const bearings = () => stockAt(world, bu, 'DC-EAST', 'BRG-6204');
const adjustments = async () => ofType(await eventsOf(world, bu), 'StockAdjusted').map(({ data }) => data.qty);
const countsTold = async () => ofType(await eventsOf(world, bu), 'StockCounted');

/** The calls over an executor of which a test has something happen before or after each command. */
const callsWith = (execute: (real: Executor['execute']) => Executor['execute']) => {
  const real = world.executor();
  const { executeClaiming: _claiming, ...executor } = real;
  const { log: store, claims, catalog, clock } = world;
  return stockCountCalls({ executor: { ...executor, execute: execute(real.execute) }, store, claims, catalog, clock });
};

describe('a count of several items', () => {
  const lines = [
    { item: 'BRG-6204', counted: '95', believed: '100', uom: 'EA' },
    { item: 'BRG-6205', counted: '2', uom: 'BX' },
    { item: 'BRG-6205', counted: '1', status: 'DAMAGED', uom: 'EA' },
  ] as const;

  test('adjusts each to what was found, dated at the count, and says so', async () => {
    await received('100', 'R1');
    await received('24', 'R2', noon, 'BRG-6205');
    expect(await must(count('', { lines }))).toEqual({
      countId: 'CC-1',
      lines: [
        {
          ...{ item: 'BRG-6204', status: 'SELLABLE', counted: '95', booked: '100', believed: '100' },
          ...{ adjusted: '-5', superseded: false },
        },
        {
          ...{ item: 'BRG-6205', status: 'SELLABLE', counted: '24', booked: '24', believed: null },
          ...{ adjusted: '0', superseded: false },
        },
        {
          ...{ item: 'BRG-6205', status: 'DAMAGED', counted: '1', booked: '0', believed: null },
          ...{ adjusted: '1', superseded: false },
        },
      ],
    });
    expect(await bearings()).toMatchObject({ onHand: 95n, available: 95n });
    const adjusted = ofType(await eventsOf(world, bu), 'StockAdjusted');
    expect(adjusted.map(({ data, metadata }) => [data.reason, data.itemGroup, metadata.occurredAt])).toEqual(
      adjusted.map(() => ['COUNT', 'BEARING', half]),
    );
  });

  test('is answered again, also when it was killed in the middle; other content is another count', async () => {
    await received('100', 'R1');
    let executed = 0;
    const killed = callsWith((real) => async (...args) => {
      const done = await real(...args);
      executed += 1;
      if (executed === 1) throw new Killed('after the first item');
      return done;
    });
    const input = countOf('', { lines });
    await expect(killed.recordStockCount(input, world.as('warehouse'))).rejects.toThrow(Killed);
    expect(await countsTold()).toHaveLength(1);
    world.restart();
    const first = await world.app().recordStockCount(input, world.as('warehouse'));
    expect(await countsTold()).toHaveLength(2);
    const positions = (await eventsOf(world, bu)).map(({ position }) => String(position));
    expect(first).toMatchObject({ kind: 'done', receipt: { position: positions.at(-1) } });
    expect(await world.app().recordStockCount(input, world.as('warehouse'))).toEqual(first);
    expect(await adjustments()).toHaveLength(3);
    const other = countOf('', { lines: lines.slice(1) });
    expect(await world.app().recordStockCount(other, world.as('warehouse'))).toMatchObject({
      kind: 'refused',
      refusal: { refused: 'BUSINESS_KEY_REUSED' },
    });
  });

  test('is recorded once when it is sent ten times at once', async () => {
    await received('100', 'R1');
    const answers = await Promise.all(Array.from({ length: 10 }, () => must(count('', { lines }))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await countsTold()).toHaveLength(2);
  });
});

describe('what moves around a count', () => {
  test('afterwards stays moved', async () => {
    await received('100', 'R1');
    await received('20', 'R2', late);
    expect(await must(count('95'))).toMatchObject({ lines: [{ booked: '100', adjusted: '-5' }] });
    expect(await bearings()).toMatchObject({ onHand: 115n });
  });

  test('beforehand and told of later does not move twice, and is no loss', async () => {
    await received('10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    await must(count('4'));
    expect(await bearings()).toMatchObject({ onHand: 4n, allocated: 10n, available: 0n });
    // It left at 14:00.
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    await world.settle();
    expect(await adjustments()).toEqual(['-6', '6']);
    expect(await bearings()).toMatchObject({ onHand: 4n, allocated: 4n });
  });

  test('and never left after all was found where it lies', async () => {
    await received('10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    // No invoice stands in the way of the void.
    world.partners.behaviour.down.add('tax');
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]));
    await world.settle(5);
    expect(await must(count('10'))).toMatchObject({ lines: [{ booked: '0', adjusted: '10' }] });
    await must(world.app().voidShipment({ shipmentId, reason: 'ANOTHER_TRUCK' }, world.as('warehouse')));
    await world.settle(5);
    expect(await adjustments()).toEqual(['10', '-10']);
    expect(await bearings()).toMatchObject({ onHand: 10n });
    // Of the same instant, so it says what the books had then.
    expect(await must(count('10', { countId: 'CC-2' }))).toMatchObject({ lines: [{ booked: '10', superseded: true }] });
  });

  test('while it is recorded is counted in', async () => {
    await received('100', 'R1');
    let told = false;
    const meanwhile = callsWith((real) => async (...args) => {
      if (!told) {
        told = true;
        await received('7', 'R2');
      }
      return real(...args);
    });
    const counted = await must(meanwhile.recordStockCount(countOf('107'), world.as('warehouse')));
    expect(counted).toMatchObject({ lines: [{ booked: '107', adjusted: '0' }] });
  });

  test('is found far behind the end of a long stream', async () => {
    await received('100', 'R1');
    for (let index = 0; index < 300; index += 1) await received('1', `L${index}`, late);
    expect(await must(count('98'))).toMatchObject({ lines: [{ booked: '100', adjusted: '-2' }] });
    expect(await bearings()).toMatchObject({ onHand: 398n });
  });
});

describe('a count that finds less than is promised', () => {
  test('sends back to sourcing what cannot be met', async () => {
    world.partners.behaviour.down.add('erp');
    await received('10', 'R1');
    const { orderId } = await submit();
    await world.settle(4);
    await must(count('6'));
    await world.settle(8);
    expect(await bearings()).toMatchObject({ sellable: 6n, reserved: 6n, backordered: 4n });
    expect(await bucketsOf(orderId)).toMatchObject([{ reserved: 6n, backordered: 4n }]);
  });

  test('and one that finds more serves who waits', async () => {
    await received('10', 'R1');
    const { orderId } = await submit({ lines: [{ lineId: '10', item: 'BRG-6204', qty: '12', uom: 'EA' }] });
    await world.settle();
    await must(count('13'));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 12n, backordered: 0n }]);
    expect(await bearings()).toMatchObject({ onHand: 13n, available: 1n });
  });
});

describe('a count that cannot be meant', () => {
  test('is of an instant long ago or to come, or counts an item twice or a kit', async () => {
    const codesOf = async (changes: Partial<StockCountInput>) => {
      const answer = await count('1', changes);
      return answer.kind === 'invalid' ? answer.violations.map(({ pointer, code }) => `${pointer} ${code}`) : answer;
    };
    expect(await codesOf({ countedAt: '2026-11-16T14:00:00.000Z' })).toEqual(['/countedAt DATE_IN_PAST']);
    expect(await codesOf({ countedAt: '2026-11-23T15:06:00.000Z' })).toEqual(['/countedAt DATE_TOO_FAR']);
    const line = { item: 'BRG-6204', counted: '1', uom: 'EA' };
    const lines = [line, line, { ...line, item: 'KIT-SEAL' }, { ...line, item: 'NOPE' }, { ...line, uom: 'ZZ' }];
    expect(await codesOf({ node: 'SUP-NORD', lines })).toEqual([
      '/node NODE_KEEPS_NO_STOCK',
      ...['/lines/1/item DUPLICATE_LINE', '/lines/2/item KIT_NOT_STOCKED', '/lines/3/item ITEM_UNKNOWN'],
      ...['/lines/4/item DUPLICATE_LINE', '/lines/4/uom UOM_UNKNOWN'],
    ]);
    expect(await countsTold()).toEqual([]);
  });
});
