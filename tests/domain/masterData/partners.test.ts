import { describe, expect, test } from '@jest/globals';
import { applyToCatalog, type Catalog } from '../../../domain/masterData/catalog.ts';
import { partnerDecider } from '../../../domain/masterData/masterData.ts';
import type { CrossReferenceDefined, PartnerDefined } from '../../../domain/masterData/partnerEvents.ts';
import {
  crossReferenceOf,
  crossReferenceReferences,
  crossReferenceViolations,
  partnerReferences,
  partnersOfCustomer,
  partnersOfPair,
  partnerViolations,
  wordsOf,
} from '../../../domain/masterData/partners.ts';
import type { DefinitionOf, Violation } from '../../../domain/masterData/violation.ts';
import { demoCatalog } from './world.ts';

const partner: DefinitionOf<PartnerDefined> = {
  ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', active: true, usage: 'P', x12Version: '004010' },
  them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
  us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
  ...{ sends: ['855'], acknowledges: true },
  orders: { channel: 'edi', shipTo: 'MAIN', leadDays: null, pricesCount: true },
};
const items: DefinitionOf<CrossReferenceDefined> = {
  ...{ bu: 'ACME', partner: 'NORDBUY', kind: 'ITEM' },
  entries: [
    { theirs: '4711', ours: 'BRG-6204' },
    { theirs: '4711-B', ours: 'BRG-6204' },
  ],
};

const codes = (found: readonly Violation[]) => found.map(({ pointer, code }) => `${pointer} ${code}`);
const defined = (catalog: Catalog, one: DefinitionOf<PartnerDefined> = partner): Catalog =>
  applyToCatalog(catalog, { type: 'PartnerDefined', data: { ...one, version: 1 } });

describe('EDI partners', () => {
  test('a plan by which one is told of stock is checked, with the nodes that it may see', () => {
    const told = (everyMinutes: number, changesAfterMinutes: number | null, nodes: readonly string[] | null) => {
      const planned = { ...partner, stockAdvice: { everyMinutes, changesAfterMinutes, nodes } };
      return codes([...partnerViolations(planned), ...partnerReferences(planned, demoCatalog)]);
    };
    expect(told(15, 1, ['DC-EAST'])).toEqual([]);
    expect(told(10_080, null, null)).toEqual([]);
    expect(told(14, 0, ['NOPE', 'NOPE'])).toEqual([
      '/stockAdvice/everyMinutes OUT_OF_RANGE',
      '/stockAdvice/changesAfterMinutes OUT_OF_RANGE',
      '/stockAdvice/nodes/1 DUPLICATE',
      '/stockAdvice/nodes/0 NODE_UNKNOWN',
      '/stockAdvice/nodes/1 NODE_UNKNOWN',
    ]);
  });

  test('a version of X12 may have the word of an industry behind it', () => {
    const codesOf = (x12Version: string) => codes(partnerViolations({ ...partner, x12Version }));
    for (const good of ['004010', '004010VICS', '005010UCS']) expect(codesOf(good)).toEqual([]);
    for (const bad of ['00401', '004010VICSXXX', '004010 VICS', '004010*'])
      expect(codesOf(bad)).toEqual(['/x12Version FORMAT_INVALID']);
  });

  test('one speaks for a customer that exists, under interchange ids that nobody else has', () => {
    expect(codes([...partnerViolations(partner), ...partnerReferences(partner, demoCatalog)])).toEqual([]);
    const other = { ...partner, partner: 'OTHER', soldTo: 'C-9', orders: { ...partner.orders, shipTo: null } };
    expect(codes(partnerReferences(other, defined(demoCatalog)))).toEqual([
      '/soldTo CUSTOMER_UNKNOWN',
      '/them/id DUPLICATE',
    ]);
    expect(codes(partnerReferences(partner, defined(demoCatalog)))).toEqual([]);
    expect(codes(partnerReferences({ ...partner, bu: 'NOPE' }, demoCatalog))).toEqual(['/bu BU_UNKNOWN']);
    const elsewhere = { ...partner, orders: { ...partner.orders, shipTo: 'MOON' } };
    expect(codes(partnerReferences(elsewhere, demoCatalog))).toEqual(['/orders/shipTo SHIP_TO_UNKNOWN']);
  });

  test('its ids hold nothing that could end an element or a segment', () => {
    const odd = { qualifier: '0', id: 'A*B', application: 'X~' };
    expect(codes(partnerViolations({ ...partner, them: odd, x12Version: '4010' }))).toEqual([
      '/them/qualifier FORMAT_INVALID',
      '/them/id FORMAT_INVALID',
      '/them/application FORMAT_INVALID',
      '/x12Version FORMAT_INVALID',
    ]);
  });

  test('it never speaks for another customer: its documents are about one', () => {
    const outcome = partnerDecider.decide(
      { type: 'Define', definition: { ...partner, soldTo: 'C-1002' } },
      { current: { ...partner, version: 1 } },
    );
    expect(outcome).toMatchObject({ data: { violations: [{ pointer: '/soldTo', code: 'FIXED_FOR_EVER' }] } });
  });

  test('it is found by the ids of an envelope, and by its customer', () => {
    const catalog = defined(demoCatalog);
    expect(partnersOfPair(catalog, partner)).toMatchObject([{ partner: 'NORDBUY', version: 1 }]);
    expect(partnersOfPair(catalog, { them: partner.us, us: partner.them })).toEqual([]);
    expect(partnersOfCustomer(catalog, 'ACME', 'C-1001')).toHaveLength(1);
    expect(partnersOfCustomer(catalog, 'ACME', 'C-1002')).toEqual([]);
  });

  test('a cross-reference names what exists, each of their words once, and is read both ways', () => {
    expect(codes(crossReferenceReferences(items, demoCatalog))).toEqual(['/partner PARTNER_UNKNOWN']);
    const wrong = { ...items, entries: [...items.entries, { theirs: '4711', ours: 'NOPE' }] };
    expect(codes(crossReferenceViolations(wrong))).toEqual(['/entries/2/theirs DUPLICATE']);
    expect(codes(crossReferenceReferences(wrong, defined(demoCatalog)))).toEqual(['/entries/2/ours ITEM_UNKNOWN']);
    const shipTos = { ...items, kind: 'SHIP_TO', entries: [{ theirs: 'DOCK 7', ours: 'MOON' }] } as const;
    expect(codes(crossReferenceReferences(shipTos, defined(demoCatalog)))).toEqual(['/entries/0/ours SHIP_TO_UNKNOWN']);
    const catalog = applyToCatalog(demoCatalog, { type: 'CrossReferenceDefined', data: { ...items, version: 1 } });
    const { ours, theirs } = wordsOf(crossReferenceOf(catalog, 'ACME', 'NORDBUY', 'ITEM')?.entries ?? []);
    expect([ours.get('4711-B'), theirs.get('BRG-6204')]).toEqual(['BRG-6204', '4711']);
    expect(crossReferenceOf(catalog, 'ACME', 'NORDBUY', 'UOM')).toBeUndefined();
  });
});
