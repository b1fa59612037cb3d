import { describe, expect, test } from '@jest/globals';
import { type AdvisableStock, advisedPlaces, advisedStock } from '../../../domain/edi/advisedStock.ts';
import { applyToCatalog, type Catalog } from '../../../domain/masterData/catalog.ts';
import type { PartnerDefined } from '../../../domain/masterData/partnerEvents.ts';
import { demoCatalog } from '../masterData/world.ts';

const partner: PartnerDefined['data'] = {
  ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', active: true, usage: 'P', x12Version: '004010', version: 1 },
  them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
  us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
  ...{ sends: ['846'], acknowledges: true },
  orders: { channel: 'edi', shipTo: 'MAIN', leadDays: null, pricesCount: true },
};
const listing = (...items: readonly string[]): Catalog =>
  applyToCatalog(demoCatalog, {
    type: 'CrossReferenceDefined',
    data: {
      ...{ bu: 'ACME', partner: 'NORDBUY', kind: 'ITEM', version: 1 },
      entries: items.map((ours) => ({ theirs: `NB-${ours}`, ours })),
    },
  });

const at = (node: string, item: string, free: bigint, more: Partial<AdvisableStock> = {}): AdvisableStock => ({
  ...{ node, item, free, queuedBackorders: 0n, position: '00000000000000000005' },
  ...more,
});
const told = (catalog: Catalog, stock: readonly AdvisableStock[], after: string | null = null, of = partner) =>
  advisedStock(advisedPlaces(catalog, of), stock, after).map(({ node, lines }) => [
    node,
    ...lines.map(({ item, qty }) => `${item} ${qty}`),
  ]);

describe('what a partner may see of stock', () => {
  test('is what it lists, at nodes that can supply from stock, and nothing of anybody else’s', () => {
    const { items, nodes, stocked } = advisedPlaces(listing('BRG-6204', 'KIT-SEAL', 'KIT-SEAL'), partner);
    expect(items.map(({ item }) => item)).toEqual(['BRG-6204', 'KIT-SEAL']);
    expect(stocked).toEqual(['BRG-6204', 'SEAL-RING', 'GREASE-50']);
    expect(nodes.map(({ node }) => node)).toContain('DC-EAST');
    expect(nodes.every(({ kind }) => kind !== 'SUPPLIER')).toBe(true);
    expect(advisedPlaces(demoCatalog, partner)).toMatchObject({ items: [], stocked: [] });
  });

  test('is at the nodes that were agreed alone', () => {
    const agreed = { ...partner, stockAdvice: { everyMinutes: 60, changesAfterMinutes: null, nodes: ['DC-WEST'] } };
    const stock = [at('DC-EAST', 'BRG-6204', 4n), at('DC-WEST', 'BRG-6204', 7n)];
    expect(advisedPlaces(listing('BRG-6204'), agreed).nodes.map(({ node }) => node)).toEqual(['DC-WEST']);
    expect(told(listing('BRG-6204'), stock, null, agreed)).toEqual([['DC-WEST', 'BRG-6204 7']]);
  });

  test('is what could be ordered: nothing that older orders wait for, and never less than nothing', () => {
    const stock = [
      at('DC-EAST', 'BRG-6204', 10n, { queuedBackorders: 4n }),
      at('DC-WEST', 'BRG-6204', -3n),
      at('DC-EAST', 'BELT-A42', 2n, { queuedBackorders: 9n }),
    ];
    expect(told(listing('BRG-6204', 'BELT-A42'), stock)).toEqual([
      ['DC-EAST', 'BELT-A42 0', 'BRG-6204 6'],
      ['DC-WEST', 'BRG-6204 0'],
    ]);
  });

  test('is of a kit how many could be made at a node that has all of it', () => {
    const stock = [at('DC-EAST', 'SEAL-RING', 9n), at('DC-EAST', 'GREASE-50', 7n), at('DC-WEST', 'SEAL-RING', 9n)];
    expect(told(listing('KIT-SEAL'), stock)).toEqual([['DC-EAST', 'KIT-SEAL 4']]);
  });

  test('is of changes the items that changed, at every node, and kits by what they are made of', () => {
    const later = { position: '00000000000000000009' };
    const stock = [
      at('DC-EAST', 'BRG-6204', 4n, later),
      at('DC-WEST', 'BRG-6204', 7n),
      at('DC-EAST', 'BELT-A42', 2n),
      at('DC-EAST', 'SEAL-RING', 9n, later),
      at('DC-EAST', 'GREASE-50', 7n),
    ];
    expect(told(listing('BRG-6204', 'BELT-A42', 'KIT-SEAL'), stock, '00000000000000000005')).toEqual([
      ['DC-EAST', 'BRG-6204 4', 'KIT-SEAL 4'],
      ['DC-WEST', 'BRG-6204 7'],
    ]);
    expect(told(listing('BRG-6204', 'BELT-A42'), stock, '00000000000000000009')).toEqual([]);
  });
});
