import { describe, expect, test } from '@jest/globals';
import { checkedAvailability } from '../../api/checkedAvailability.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { usualLateSupply } from '../../domain/availability/lateSupply.ts';
import { demoNodes } from '../../domain/masterData/demo.ts';
import type { Substitute } from '../../domain/masterData/substitutes.ts';
import type { AvailabilityInputs, AvailabilityItem } from '../../projections/inventory/availability.ts';

const half: Substitute = {
  ...{ item: 'B', ratio: { num: '1', den: '2' }, direction: 'BOTH', priceRule: 'LOWER_OF_BOTH' },
  ...{ validFrom: '2026-03-02', validTo: '2026-03-03' },
};

const itemOf = (item: string, available: string, more: Partial<AvailabilityItem> = {}): AvailabilityItem => ({
  ...{ item, active: true, catchWeight: false, baseUom: 'EA', conversions: [], components: null, leadTimeDays: null },
  substitutes: [],
  positions: [
    {
      ...{ node: 'DC-EAST', sellable: available, allocated: '0', reserved: '0', safetyStock: '0', available },
      ...{ days: [], whole: [] },
    },
  ],
  ...more,
});

type Known = Readonly<Record<string, AvailabilityItem>>;

const known: Known = {
  A: itemOf('A', '4', { substitutes: [half] }),
  B: itemOf('B', '3'),
  KIT: itemOf('KIT', '0', { positions: [], components: [{ item: 'A', qty: '1' }] }),
};

/** What is promised, and which items were asked for, statement by statement. */
const check = async (asked: Readonly<Record<string, string>>, items = known, at = '2026-03-02T12:00:00.000Z') => {
  const statements: (readonly string[])[] = [];
  const availabilityInputs = async ({ items: named }: { readonly items: readonly string[] }) => {
    statements.push(named);
    const found = Object.values(items).filter(({ item }) => named.includes(item));
    const saysBoth = ({ substitutes }: AvailabilityItem) =>
      substitutes.some((each) => each.direction === 'BOTH' && named.includes(each.item));
    const inputs: AvailabilityInputs = {
      ...{ buKnown: true, timeZone: 'America/New_York', sites: demoNodes.map((node) => ({ ...node, stale: false })) },
      lateSupply: usualLateSupply,
      untouched: { sellable: '0', allocated: '0', reserved: '0', safetyStock: '0', available: '0' },
      items: new Map(found.map((item) => [item.item, item])),
      mutual: Object.values(items).filter(saysBoth),
    };
    return inputs;
  };
  const lines = Object.entries(asked).map(([item, qty]) => ({ item, qty, uom: 'EA' }));
  const deps = { reads: { availabilityInputs }, clock: () => at } as unknown as Pick<ApiDeps, 'reads' | 'clock'>;
  const checked = await checkedAvailability({ bu: 'ACME', lines }, deps);
  if ('errors' in checked) throw new Error(JSON.stringify(checked.errors));
  const alternatives = checked.promises.map((line) => line.alternatives.map(({ item, qty }) => `${qty} ${item}`));
  return { statements, alternatives };
};

describe('alternatives in an availability check', () => {
  test('take a second statement, for everything, where something is short', async () => {
    expect(await check({ A: '6' })).toEqual({ statements: [['A'], ['A', 'B']], alternatives: [['3 B']] });
    expect(await check({ A: '4' })).toEqual({ statements: [['A']], alternatives: [[]] });
    expect(await check({ KIT: '9', A: '6' })).toEqual({
      ...{
        statements: [
          ['KIT', 'A'],
          ['KIT', 'A', 'B'],
        ],
        alternatives: [[], ['3 B']],
      },
    });
  });

  test('take none where nothing stands for what is short', async () => {
    expect(await check({ B: '9' }, { ...known, A: itemOf('A', '4') })).toEqual({
      ...{ statements: [['B']], alternatives: [[]] },
    });
  });

  test('are found from either side, on the days of the business unit on which they hold', async () => {
    expect((await check({ B: '9' })).alternatives).toEqual([['18 A']]);
    expect((await check({ A: '6' }, known, '2026-03-02T04:59:00.000Z')).alternatives).toEqual([[]]);
    expect((await check({ A: '6' }, known, '2026-03-04T04:59:00.000Z')).alternatives).toEqual([['3 B']]);
    expect((await check({ A: '6' }, known, '2026-03-04T05:01:00.000Z')).alternatives).toEqual([[]]);
  });

  test('are no more than an item could name itself, however many say that they stand for it', async () => {
    const saying = (item: string) => itemOf(item, '1', { substitutes: [{ ...half, item: 'B' }] });
    const many = Array.from({ length: 1_000 }, (_, index) => saying(`X${index}`));
    const { statements, alternatives } = await check(
      { B: '9' },
      { B: itemOf('B', '0'), ...Object.fromEntries(many.map((each) => [each.item, each])) },
    );
    expect([statements.at(-1)?.length, alternatives[0]?.length]).toEqual([21, 20]);
  });

  test('can be ordered', async () => {
    const idle = { ...known, B: itemOf('B', '3', { active: false }) };
    expect((await check({ A: '6' }, idle)).alternatives).toEqual([[]]);
  });
});
