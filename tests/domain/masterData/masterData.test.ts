import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import { applyToCatalog, customerOf, itemOf, nodesOf, taxCodesOf } from '../../../domain/masterData/catalog.ts';
import { demoBusinessUnit, demoItems, demoPriceList, demoTaxCodes } from '../../../domain/masterData/demo.ts';
import { demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import type { ItemDefined } from '../../../domain/masterData/events.ts';
import { itemDecider, postingRulesDecider, taxCodesDecider } from '../../../domain/masterData/masterData.ts';
import { itemReferences, ledgerReference, priceListReferences } from '../../../domain/masterData/references.ts';
import { businessUnitViolations } from '../../../domain/masterData/validateDefinition.ts';
import type { DefinitionOf } from '../../../domain/masterData/violation.ts';
import { eventsOf } from '../invoice/sale.ts';
import { catalogAfter, demoCatalog, demoEvents } from './world.ts';

const [bearing, , , , , , kit] = demoItems as readonly [DefinitionOf<ItemDefined>, ...DefinitionOf<ItemDefined>[]];
if (kit === undefined) throw new Error('the demonstration has no kit');

const define = (definition: DefinitionOf<ItemDefined>, ...before: readonly DefinitionOf<ItemDefined>[]) => {
  const state = before.reduce(
    (at, each) => fold(itemDecider, at, eventsOf(itemDecider.decide({ type: 'Define', definition: each }, at))),
    itemDecider.initial,
  );
  return itemDecider.decide({ type: 'Define', definition }, state);
};

const codesOf = (outcome: ReturnType<typeof define>) => {
  const { violations } = (outcome as { data?: { violations: { pointer: string; code: string }[] } }).data ?? {
    violations: [],
  };
  return violations.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('master data', () => {
  test('a business unit compares orders within two weeks at most, or not at all, by a score of 1 to 100', () => {
    const radar = (windowHours: number, minScorePct: number) =>
      businessUnitViolations({ ...demoBusinessUnit, duplicateRadar: { windowHours, minScorePct } }).map(
        ({ pointer, code }) => `${pointer} ${code}`,
      );
    expect([...radar(0, 1), ...radar(336, 100)]).toEqual([]);
    const [hours, score] = ['/duplicateRadar/windowHours', '/duplicateRadar/minScorePct'];
    expect(radar(337, 0)).toEqual([`${hours} OUT_OF_RANGE`, `${score} OUT_OF_RANGE`]);
    expect(radar(-1, 101)).toEqual([`${hours} OUT_OF_RANGE`, `${score} OUT_OF_RANGE`]);
  });

  test('a definition is a full replacement with the next version, and the same content is no event', () => {
    expect(define(bearing)).toMatchObject([{ type: 'ItemDefined', data: { item: 'BRG-6204', version: 1 } }]);
    expect(define({ ...bearing, description: 'new' }, bearing)).toMatchObject([
      { data: { version: 2, description: 'new' } },
    ]);
    expect(define(Object.fromEntries(Object.entries(bearing).reverse()) as typeof bearing, bearing)).toEqual([]);
  });

  test('the base unit of an item never changes, because quantities were recorded in it', () => {
    expect(codesOf(define({ ...bearing, baseUom: 'KG' }, bearing))).toEqual(['/baseUom FIXED_FOR_EVER']);
  });

  test('every error of a definition is named at once', () => {
    const conversions = [
      { uom: 'BX', num: '0', den: '1' },
      { uom: 'BX', num: '1', den: '-1' },
      { uom: 'EA', num: '1', den: '1' },
    ];
    expect(
      codesOf(
        define({ ...bearing, item: 'A/B', conversions, leadTimeDays: -1, components: [{ item: 'X', qty: '1' }] }),
      ),
    ).toEqual([
      '/item CODE_INVALID',
      '/conversions/0/num NOT_POSITIVE',
      '/conversions/1/den NOT_POSITIVE',
      '/conversions/2/uom DUPLICATE',
      '/conversions/1/uom DUPLICATE',
      '/components NOT_A_KIT',
      '/leadTimeDays OUT_OF_RANGE',
    ]);
    expect(codesOf(define({ ...kit, components: [] }))).toEqual(['/components KIT_EMPTY']);
  });

  test('a policy carries the hash of its content, and publishing the same content again is no event', () => {
    const command = { type: 'Define' as const, definition: demoTaxCodes, contentSha256: 'abc' };
    const events = eventsOf(taxCodesDecider.decide(command, taxCodesDecider.initial));
    expect(events).toMatchObject([{ data: { version: 1, contentSha256: 'abc' } }]);
    expect(taxCodesDecider.decide(command, fold(taxCodesDecider, taxCodesDecider.initial, events))).toEqual([]);
  });

  test('posting rules name known templates, and none without the one that it relieves or reverses', () => {
    const publish = (...templates: readonly string[]) =>
      postingRulesDecider.decide(
        { type: 'Define', definition: { ...demoPostingRules, templates } },
        postingRulesDecider.initial,
      );
    expect(publish('T02', 'T15')).toMatchObject([{ type: 'PostingRulesPublished' }]);
    expect(publish('T02', 'T99', 'T11', 'T02')).toMatchObject({
      refused: 'MASTER_DATA_INVALID',
      data: {
        violations: [
          { pointer: '/templates/3', code: 'DUPLICATE' },
          { pointer: '/templates/1', code: 'TEMPLATE_UNKNOWN' },
          { pointer: '/templates/2', code: 'TEMPLATE_INCOMPLETE' },
        ],
      },
    });
  });

  test('what a definition refers to must exist', () => {
    const codes = (found: readonly { pointer: string; code: string }[]) =>
      found.map(({ pointer, code }) => `${pointer} ${code}`);
    expect(
      codes(
        itemReferences(
          {
            ...kit,
            components: [
              { item: 'NOPE', qty: '1' },
              { item: 'KIT-SEAL', qty: '1' },
            ],
          },
          demoCatalog,
        ),
      ),
    ).toEqual(['/components/0/item ITEM_UNKNOWN', '/components/1/item KIT_IN_KIT']);
    expect(
      codes(itemReferences({ ...bearing, dropship: { supplierNode: 'DC-EAST', unitCost: '1' } }, demoCatalog)),
    ).toEqual(['/dropship/supplierNode NODE_UNKNOWN']);
    expect(
      codes(priceListReferences({ ...demoPriceList, prices: [{ item: 'NOPE', unitPrice: '1' }] }, demoCatalog)),
    ).toEqual(['/prices/0/item ITEM_UNKNOWN']);
    expect(codes(ledgerReference({ ...demoPostingRules, ledger: 'OTHER' }, demoCatalog))).toEqual([
      '/ledger LEDGER_UNKNOWN',
    ]);
  });
});

describe('the catalogue', () => {
  test('it answers with the newest version, by business unit, and an older event does not bring an old one back', () => {
    const catalog = catalogAfter(...demoEvents, {
      type: 'ItemDefined',
      data: { ...bearing, description: 'second', version: 2 },
    });
    const again = applyToCatalog(catalog, { type: 'ItemDefined', data: { ...bearing, version: 1 } });
    expect(itemOf(again, 'ACME', 'BRG-6204')).toMatchObject({ version: 2, description: 'second' });
    expect([itemOf(again, 'OTHER', 'BRG-6204'), customerOf(again, 'ACME', 'C-9'), taxCodesOf(again, 'OTHER')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('applying an event leaves the catalogue before it as it was', () => {
    applyToCatalog(demoCatalog, { type: 'ItemDefined', data: { ...bearing, active: false, version: 9 } });
    expect(itemOf(demoCatalog, 'ACME', 'BRG-6204')).toMatchObject({ version: 1, active: true });
    expect(applyToCatalog(demoCatalog, { type: 'OrderClosed', data: {} })).toBe(demoCatalog);
  });

  test('nodes come by priority', () => {
    expect(nodesOf(demoCatalog, 'ACME').map((node) => node.node)).toEqual([
      'DC-EAST',
      'DC-WEST',
      '3PL-SOUTH',
      'SUP-NORD',
    ]);
  });
});
