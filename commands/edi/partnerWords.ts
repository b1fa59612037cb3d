import { type Catalog, itemOf } from '../../domain/masterData/catalog.ts';
import { crossReferenceOf, type Partner, wordsOf } from '../../domain/masterData/partners.ts';
import type { PartnerWords } from '../ports.ts';

/** What a partner calls things of ours, as its cross-references say now. */
export const partnerWords = (catalog: Catalog, { bu, partner }: Partner): PartnerWords => {
  const theirs = (kind: Parameters<typeof crossReferenceOf>[3]): ReadonlyMap<string, string> =>
    wordsOf(crossReferenceOf(catalog, bu, partner, kind)?.entries ?? []).theirs;
  const [items, uoms, shipTos, charges] = [theirs('ITEM'), theirs('UOM'), theirs('SHIP_TO'), theirs('CHARGE')];
  const uom = (ours: string): string => uoms.get(ours) ?? ours;
  return {
    item: (ours) => items.get(ours) ?? ours,
    uom,
    baseUomOf: (item) => uom(itemOf(catalog, bu, item)?.baseUom ?? 'EA'),
    shipTo: (ours) => shipTos.get(ours) ?? ours,
    charge: (ours) => charges.get(ours),
  };
};
