import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '../../../domain/decider.ts';
import { type AdvisedGoods, advisedFacts, withoutStopped } from '../../../domain/edi/advisedGoods.ts';
import type { ShipmentLine } from '../../../domain/shipment/state.ts';

const line = (lineId: string, item: string, planned: bigint, changes: Partial<ShipmentLine> = {}): ShipmentLine => ({
  ...{ shipmentLineId: lineId, lineId, item, reservationId: `R-${lineId}`, planned },
  ...{ confirmed: 0n, excess: 0n, shorted: 0n, reduced: 0n, picked: 0n },
  ...changes,
});
const goods = (item: string, asked: bigint, shipped: bigint, changes: Partial<AdvisedGoods> = {}): AdvisedGoods => ({
  ...{ lineId: null, item, asked, shipped, status: shipped < asked ? 'CP' : 'CC', code: null, lots: [], serials: [] },
  ...changes,
});
const factsOf = (lines: readonly ShipmentLine[], ...advised: readonly AdvisedGoods[]) => {
  const facts = advisedFacts(lines, advised);
  if (isRefusal(facts)) throw new Error(facts.detail);
  return facts;
};
const kit = line('30', 'KIT-1', 4n, {
  components: [
    { item: 'RING-1', per: 5n, left: 0n, picked: 0n },
    { item: 'GREASE-1', per: 1n, left: 0n, picked: 0n },
  ],
});

describe('what a shipping advice says of a shipment', () => {
  test('an item on two lines fills the first one first, and what is too much left with the last', () => {
    const lines = [line('10', 'BRG', 5n), line('20', 'BRG', 3n)];
    expect(factsOf(lines, goods('BRG', 8n, 7n)).shipped).toMatchObject([
      { lineId: '10', qty: '5' },
      { lineId: '20', qty: '2' },
    ]);
    expect(factsOf(lines, goods('BRG', 8n, 9n)).shipped).toMatchObject([
      { lineId: '10', qty: '5' },
      { lineId: '20', qty: '4' },
    ]);
    expect(factsOf(lines, goods('BRG', 3n, 3n, { lineId: '20' })).shipped).toMatchObject([{ lineId: '20', qty: '3' }]);
  });

  test('one of a split shipment is told of what is left for it', () => {
    const half = line('10', 'BRG', 10n, { confirmed: 6n });
    expect(factsOf([half], goods('BRG', 10n, 4n))).toMatchObject({ shipped: [{ qty: '4' }], notShipped: [] });
  });

  test('a difference is short for the reason it has, unless more is to come', () => {
    const lines = [line('10', 'BRG', 10n)];
    expect(factsOf(lines, goods('BRG', 10n, 6n)).notShipped).toEqual([{ lineId: '10', qty: '4', cause: 'CP' }]);
    expect(factsOf(lines, goods('BRG', 10n, 0n, { status: 'DS', code: '07' }))).toMatchObject({
      shipped: [],
      notShipped: [{ qty: '10', cause: '07' }],
    });
    for (const status of ['BP', 'BO', 'SS', 'PS', 'NS', 'ED'])
      expect(factsOf(lines, goods('BRG', 10n, 6n, { status })).notShipped).toEqual([]);
  });

  test('lots and cartons of one line are one confirmation, and their differences no shortage', () => {
    const [one, two] = ['003456789012345670', '003456789012345687'];
    const facts = factsOf(
      [line('10', 'BRG', 10n)],
      goods('BRG', 10n, 6n, { lots: ['L1'], serials: ['S1'], carton: { sscc: one } }),
      goods('BRG', 10n, 4n, { lots: ['L2'], carton: { sscc: two, tracking: 'T2' } }),
    );
    expect(facts).toEqual({
      shipped: [{ lineId: '10', qty: '10', lots: ['L1', 'L2'], serials: ['S1'] }],
      cartons: [
        { cartonId: one, sscc: one, lines: [{ lineId: '10', qty: '6', lots: ['L1'], serials: ['S1'] }] },
        { cartonId: two, sscc: two, tracking: 'T2', lines: [{ lineId: '10', qty: '4', lots: ['L2'], serials: [] }] },
      ],
      notShipped: [],
    });
  });

  test('serial numbers go with their pieces where there is one for each', () => {
    const lines = [line('10', 'BRG', 1n), line('20', 'BRG', 2n)];
    expect(factsOf(lines, goods('BRG', 3n, 3n, { serials: ['A', 'B', 'C'] })).shipped).toMatchObject([
      { lineId: '10', serials: ['A'] },
      { lineId: '20', serials: ['B', 'C'] },
    ]);
  });

  test('a kit is known by its components', () => {
    expect(factsOf([kit], goods('RING-1', 20n, 15n), goods('GREASE-1', 4n, 4n))).toMatchObject({
      shipped: [
        { lineId: '30', component: 'RING-1', qty: '15' },
        { lineId: '30', component: 'GREASE-1', qty: '4' },
      ],
      notShipped: [{ lineId: '30', component: 'RING-1', qty: '5' }],
    });
  });

  test('what the release does not have is refused with what to do', () => {
    expect(
      advisedFacts([line('10', 'BRG', 1n)], [goods('NUT', 1n, 1n), goods('BRG', 1n, 1n, { lineId: '99' })]),
    ).toMatchObject({
      refused: 'LINE_UNKNOWN',
      detail: expect.stringContaining('no NUT, BRG of line 99: map the item'),
    });
  });
});

describe('what did not leave because somebody asked for that', () => {
  test('is stopped as far as it was asked, and the rest is short', () => {
    const short = [{ lineId: '10', qty: '7', cause: 'CP' }];
    const asked = [
      { changeId: 'A', lines: [{ lineId: '10', qty: '3' }] },
      { changeId: 'B', lines: [{ lineId: '10', qty: '2' }] },
    ];
    expect(withoutStopped([line('10', 'BRG', 10n)], short, asked)).toEqual({
      stopped: asked,
      short: [{ lineId: '10', qty: '2', cause: 'CP' }],
    });
    expect(withoutStopped([line('10', 'BRG', 10n)], [{ lineId: '10', qty: '1', cause: 'CP' }], asked)).toEqual({
      stopped: [{ changeId: 'A', lines: [{ lineId: '10', qty: '1' }] }],
      short: [],
    });
  });

  test('of a kit as many are stopped as all of its components say', () => {
    const notShipped = [
      { lineId: '30', component: 'RING-1', qty: '11', cause: 'CP' },
      { lineId: '30', component: 'GREASE-1', qty: '3', cause: 'CP' },
    ];
    expect(withoutStopped([kit], notShipped, [{ changeId: 'A', lines: [{ lineId: '30', qty: '4' }] }])).toEqual({
      stopped: [{ changeId: 'A', lines: [{ lineId: '30', qty: '2' }] }],
      short: [
        { lineId: '30', component: 'RING-1', qty: '1', cause: 'CP' },
        { lineId: '30', component: 'GREASE-1', qty: '1', cause: 'CP' },
      ],
    });
  });
});
