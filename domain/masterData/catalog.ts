import { type LateSupplyRules, usualLateSupply } from '../availability/lateSupply.ts';
import { localClock } from '../calendar.ts';
import type { RevenuePolicy } from '../ledger/revenuePolicy.ts';
import { type OrderedMap, valueAt, valuesOf, withEntry } from '../stock/orderedMap.ts';
import type {
  BusinessUnitDefined,
  CustomerDefined,
  IntercompanyPublished,
  ItemDefined,
  LateSupplyPublished,
  MasterDataEvent,
  NodeDefined,
  PostingRulesPublished,
  PriceListDefined,
  TaxCodesPublished,
} from './events.ts';
import type { CrossReferenceDefined, PartnerDefined } from './partnerEvents.ts';

/**
 * The newest version of everything that is looked up, folded from master data events. Never changed in place: an older one stays
 * what it was. Account maps and templates are not here: a posting takes those in force at its position (`ledger/policy.ts`).
 */
export type Catalog = {
  readonly items: OrderedMap<ItemDefined['data']>;
  readonly customers: OrderedMap<CustomerDefined['data']>;
  readonly nodes: OrderedMap<NodeDefined['data']>;
  readonly priceLists: OrderedMap<PriceListDefined['data']>;
  readonly businessUnits: OrderedMap<BusinessUnitDefined['data']>;
  readonly taxCodes: OrderedMap<TaxCodesPublished['data']>;
  readonly lateSupply: OrderedMap<LateSupplyPublished['data']>;
  readonly intercompany: OrderedMap<IntercompanyPublished['data']>;
  readonly revenuePolicies: OrderedMap<Pick<PostingRulesPublished['data'], 'bu' | 'version' | 'revenuePolicy'>>;
  readonly partners: OrderedMap<PartnerDefined['data']>;
  readonly crossReferences: OrderedMap<CrossReferenceDefined['data']>;
};

export const emptyCatalog: Catalog = {
  items: null,
  customers: null,
  nodes: null,
  priceLists: null,
  businessUnits: null,
  taxCodes: null,
  lateSupply: null,
  intercompany: null,
  revenuePolicies: null,
  partners: null,
  crossReferences: null,
};

/** Neither part may hold a slash: both are codes. */
const keyOf = (bu: string, id: string): string => `${bu}/${id}`;

type Versioned = { readonly bu: string; readonly version: number };

/** An event that is read again, or late, does not bring an old version back. */
const newest = <D extends Versioned>(map: OrderedMap<D>, key: string, data: D): OrderedMap<D> => {
  const known = valueAt(map, key);
  return known !== undefined && known.version >= data.version ? map : withEntry(map, key, data);
};

/**
 * Addresses and contacts are sealed, some hundred bytes each, and nothing looks them up here: of a hundred thousand customers
 * they would be more than all the rest.
 */
const withoutPeople = ({ contacts: _, ...customer }: CustomerDefined['data']): CustomerDefined['data'] =>
  customer.shipTos.some(({ address }) => address !== undefined)
    ? { ...customer, shipTos: customer.shipTos.map(({ id, region }) => ({ id, region })) }
    : customer;

/** Events of any other type leave the catalogue as it is, so that a whole feed can be folded. */
export const applyToCatalog = (
  catalog: Catalog,
  event: MasterDataEvent | { readonly type: string; readonly data: unknown },
): Catalog => {
  const known = event as MasterDataEvent;
  const { bu } = known.data ?? {};
  switch (known.type) {
    case 'ItemDefined':
      return { ...catalog, items: newest(catalog.items, keyOf(bu, known.data.item), known.data) };
    case 'CustomerDefined': {
      const { customer } = known.data;
      return { ...catalog, customers: newest(catalog.customers, keyOf(bu, customer), withoutPeople(known.data)) };
    }
    case 'NodeDefined':
      return { ...catalog, nodes: newest(catalog.nodes, keyOf(bu, known.data.node), known.data) };
    case 'PriceListDefined':
      return { ...catalog, priceLists: newest(catalog.priceLists, keyOf(bu, known.data.priceListId), known.data) };
    case 'BusinessUnitDefined':
      return { ...catalog, businessUnits: newest(catalog.businessUnits, bu, known.data) };
    case 'TaxCodesPublished':
      return { ...catalog, taxCodes: newest(catalog.taxCodes, bu, known.data) };
    case 'LateSupplyPublished':
      return { ...catalog, lateSupply: newest(catalog.lateSupply, bu, known.data) };
    case 'IntercompanyPublished':
      return { ...catalog, intercompany: newest(catalog.intercompany, bu, known.data) };
    case 'PostingRulesPublished': {
      const { version, revenuePolicy } = known.data;
      return { ...catalog, revenuePolicies: newest(catalog.revenuePolicies, bu, { bu, version, revenuePolicy }) };
    }
    case 'PartnerDefined':
      return { ...catalog, partners: newest(catalog.partners, keyOf(bu, known.data.partner), known.data) };
    case 'CrossReferenceDefined': {
      const key = keyOf(bu, `${known.data.partner}.${known.data.kind}`);
      return { ...catalog, crossReferences: newest(catalog.crossReferences, key, known.data) };
    }
    default:
      return catalog;
  }
};

export const itemOf = (catalog: Catalog, bu: string, item: string): ItemDefined['data'] | undefined =>
  valueAt(catalog.items, keyOf(bu, item));

export const itemsOf = (catalog: Catalog, bu: string): readonly ItemDefined['data'][] =>
  [...valuesOf(catalog.items)].filter((data) => data.bu === bu);

export const customerOf = (catalog: Catalog, bu: string, customer: string): CustomerDefined['data'] | undefined =>
  valueAt(catalog.customers, keyOf(bu, customer));

export const nodeOf = (catalog: Catalog, bu: string, node: string): NodeDefined['data'] | undefined =>
  valueAt(catalog.nodes, keyOf(bu, node));

export const priceListOf = (catalog: Catalog, bu: string, id: string): PriceListDefined['data'] | undefined =>
  valueAt(catalog.priceLists, keyOf(bu, id));

export const businessUnitOf = (catalog: Catalog, bu: string): BusinessUnitDefined['data'] | undefined =>
  valueAt(catalog.businessUnits, bu);

export const taxCodesOf = (catalog: Catalog, bu: string): TaxCodesPublished['data'] | undefined =>
  valueAt(catalog.taxCodes, bu);

/** The rules in force; version 0: none were ever published, and these are the usual ones. */
export const lateSupplyOf = (catalog: Catalog, bu: string): LateSupplyRules & { readonly version: number } =>
  valueAt(catalog.lateSupply, bu) ?? usual;

const usual = { ...usualLateSupply, version: 0 };

type NodeOf = { readonly bu: string; readonly node: string };

/** The business unit that goods at the node belong to, as a stock command says it; nothing where that is its own. */
export const ownedAt = (catalog: Catalog, { bu, node }: NodeOf): { readonly owner?: string } => {
  const owner = valueAt(catalog.intercompany, bu)?.nodes.find((each) => each.node === node)?.owner;
  return owner === undefined ? {} : { owner };
};

/** Who owns the goods of the node, and what they add to their cost for goods that leave at `at`; undefined: they are the seller's. */
export const intercompanyTermsOf = (
  catalog: Catalog,
  place: NodeOf,
  at: string,
): { readonly owner: string; readonly markupPct: string } | undefined => {
  const { owner } = ownedAt(catalog, place);
  const unit = businessUnitOf(catalog, place.bu);
  if (owner === undefined || unit === undefined) return undefined;
  const { day } = localClock(at, unit.timeZone);
  const agreed = valueAt(catalog.intercompany, place.bu)?.owners.find((each) => each.owner === owner)?.prices ?? [];
  const prices = [...agreed].sort((a, b) => (a.from < b.from ? -1 : 1));
  const price = prices.findLast(({ from }) => from <= day) ?? prices[0];
  return price && { owner, markupPct: price.markupPct };
};

/** For what leaves now. */
export const revenuePolicyOf = (catalog: Catalog, bu: string): RevenuePolicy =>
  valueAt(catalog.revenuePolicies, bu)?.revenuePolicy ?? 'ON_INVOICE';

export const businessUnits = (catalog: Catalog): readonly BusinessUnitDefined['data'][] => [
  ...valuesOf(catalog.businessUnits),
];

/** Best first: by priority, then code, so that every choice among them is deterministic. */
export const nodesOf = (catalog: Catalog, bu: string): readonly NodeDefined['data'][] =>
  [...valuesOf(catalog.nodes)]
    .filter((data) => data.bu === bu)
    .sort((a, b) => a.priority - b.priority || (a.node < b.node ? -1 : 1));
