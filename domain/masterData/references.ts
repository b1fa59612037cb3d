import { businessUnitOf, type Catalog, customerOf, itemOf, nodeOf, ownedAt, priceListOf } from './catalog.ts';
import { expectThat } from './checks.ts';
import type {
  AccountMapPublished,
  CustomerDefined,
  IntercompanyPublished,
  ItemDefined,
  NodeDefined,
  PostingRulesPublished,
  PriceListDefined,
} from './events.ts';
import type { DefinitionOf, Violation } from './violation.ts';

// What a definition says about other master data. Definitions of one business unit may arrive in any sensible order:
// unit, nodes, items, price lists, customers, policies.

type Found = readonly Violation[];

/** Every definition but the business unit's own. */
export const buReference = (bu: string, catalog: Catalog): Found =>
  expectThat(businessUnitOf(catalog, bu) !== undefined, ['bu'], 'BU_UNKNOWN', `There is no business unit ${bu}.`);

/** A kit is made of stocked items that exist; kits inside kits are not known. What stands for an item is stocked, too. A drop-ship supplier is a node. */
export const itemReferences = (item: DefinitionOf<ItemDefined>, catalog: Catalog): Found => [
  ...buReference(item.bu, catalog),
  ...item.components.flatMap((component, index) => {
    const known = itemOf(catalog, item.bu, component.item);
    const where = ['components', index, 'item'] as const;
    if (known === undefined) return expectThat(false, where, 'ITEM_UNKNOWN', `There is no item ${component.item}.`);
    return expectThat(known.kind === 'STOCK', where, 'KIT_IN_KIT', `${component.item} is a kit itself.`);
  }),
  ...(item.substitutes ?? []).flatMap((substitute, index) => {
    const known = itemOf(catalog, item.bu, substitute.item);
    const where = ['substitutes', index, 'item'] as const;
    if (known === undefined) return expectThat(false, where, 'ITEM_UNKNOWN', `There is no item ${substitute.item}.`);
    return expectThat(known.kind === 'STOCK', where, 'KIT_NOT_SUBSTITUTED', `${substitute.item} is a kit.`);
  }),
  ...supplierReference(item, catalog),
];

const supplierReference = (item: DefinitionOf<ItemDefined>, catalog: Catalog): Found => {
  if (item.dropship === null) return [];
  const node = nodeOf(catalog, item.bu, item.dropship.supplierNode);
  const detail = `${item.dropship.supplierNode} is not a supplier node.`;
  return expectThat(node?.kind === 'SUPPLIER', ['dropship', 'supplierNode'], 'NODE_UNKNOWN', detail);
};

export const customerReferences = (customer: DefinitionOf<CustomerDefined>, catalog: Catalog): Found => {
  const { bu, billTo, priceListId } = customer;
  const billToKnown = billTo === customer.customer || customerOf(catalog, bu, billTo) !== undefined;
  const priceListKnown = priceListOf(catalog, bu, priceListId) !== undefined;
  return [
    ...buReference(bu, catalog),
    ...expectThat(billToKnown, ['billTo'], 'CUSTOMER_UNKNOWN', `There is no customer ${billTo}.`),
    ...expectThat(priceListKnown, ['priceListId'], 'PRICE_LIST_UNKNOWN', `There is no price list ${priceListId}.`),
  ];
};

export const priceListReferences = (list: DefinitionOf<PriceListDefined>, catalog: Catalog): Found => [
  ...buReference(list.bu, catalog),
  ...list.prices.flatMap((entry, index) => {
    const known = itemOf(catalog, list.bu, entry.item) !== undefined;
    return expectThat(known, ['prices', index, 'item'], 'ITEM_UNKNOWN', `There is no item ${entry.item}.`);
  }),
];

/** Account map and posting rules speak of the business unit's own ledger. */
export const ledgerReference = (
  policy: DefinitionOf<AccountMapPublished> | DefinitionOf<PostingRulesPublished>,
  catalog: Catalog,
): Found => {
  const unit = businessUnitOf(catalog, policy.bu);
  if (unit === undefined) return buReference(policy.bu, catalog);
  const detail = `The ledger of ${policy.bu} is ${unit.ledger}.`;
  return expectThat(unit.ledger === policy.ledger, ['ledger'], 'LEDGER_UNKNOWN', detail);
};

/** No supplier keeps goods of another business unit of ours: what it sends is bought from it. */
export const nodeReferences = ({ bu, node, kind }: DefinitionOf<NodeDefined>, catalog: Catalog): Found => {
  const { owner } = ownedAt(catalog, { bu, node });
  const detail = `The goods at ${node} are ${owner}'s, so it is no supplier.`;
  return [
    ...buReference(bu, catalog),
    ...expectThat(owner === undefined || kind !== 'SUPPLIER', ['kind'], 'NODE_OWNED', detail),
  ];
};

/**
 * Owners are business units with books in the same currency, for there are no rates between them. A node is given to an owner
 * before it is defined: of one that was there, goods may be on hand that the seller has paid for.
 */
export const intercompanyReferences = (
  { bu, owners, nodes }: DefinitionOf<IntercompanyPublished>,
  catalog: Catalog,
): Found => {
  const seller = businessUnitOf(catalog, bu);
  if (seller === undefined) return buReference(bu, catalog);
  return [
    ...owners.flatMap(({ owner }, index) => {
      const where = ['owners', index, 'owner'] as const;
      const unit = businessUnitOf(catalog, owner);
      if (unit === undefined) return expectThat(false, where, 'BU_UNKNOWN', `There is no business unit ${owner}.`);
      const detail = `The books of ${owner} are in ${unit.currency}, those of ${bu} in ${seller.currency}; goods are sold between books in one currency only.`;
      return expectThat(unit.currency === seller.currency, where, 'CURRENCY_DIFFERS', detail);
    }),
    ...nodes.flatMap(({ node, owner }, index) => {
      const isNew = nodeOf(catalog, bu, node) === undefined || ownedAt(catalog, { bu, node }).owner === owner;
      const detail = `${node} is a node of ${bu} whose goods are its own; goods of ${owner} have a node of their own, which is defined after this.`;
      return expectThat(isNew, ['nodes', index, 'node'], 'NODE_IN_USE', detail);
    }),
  ];
};
