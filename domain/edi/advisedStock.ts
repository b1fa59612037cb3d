import { byPriority, ineligibility } from '../availability/shipping.ts';
import type { NodeStock } from '../availability/sourcing.ts';
import { openDesk, usableFor } from '../availability/sourcingDesk.ts';
import { type Catalog, itemOf, nodesOf } from '../masterData/catalog.ts';
import type { ItemDefined, NodeDefined } from '../masterData/events.ts';
import { stockAdviceNodesMax } from '../masterData/partnerEvents.ts';
import { crossReferenceOf, type Partner } from '../masterData/partners.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';

/** One position in base units, before anything is set aside for backorders, and the event that changed it last. */
export type AdvisableStock = Pick<NodeStock, 'item' | 'node' | 'free' | 'queuedBackorders'> & {
  readonly position: string;
};

/** What can be had at a node, in base units. */
export type AdvisedNode = {
  readonly node: string;
  readonly lines: readonly { readonly item: string; readonly baseUom: string; readonly qty: string }[];
};

/** Items that the partner lists, and the nodes that it may see. */
export type AdvisedPlaces = {
  readonly items: readonly ItemDefined['data'][];
  readonly nodes: readonly NodeDefined['data'][];
  /** Of the items themselves or, of kits, of what they are made of. */
  readonly stocked: readonly string[];
};

const recipeOf = ({ components }: ItemDefined['data']) =>
  components.map((one) => ({ item: one.item, per: qty(one.qty) }));

/** What an item is made of; of itself, when it is no kit. */
const goodsOf = (item: ItemDefined['data']): readonly { readonly item: string }[] =>
  item.kind === 'KIT' ? recipeOf(item) : [item];

const asked = (item: ItemDefined['data']) =>
  item.kind === 'KIT' ? { item: item.item, components: recipeOf(item) } : { item: item.item };

/**
 * A partner sees what it can order: active items of its own cross-reference, at the nodes that were agreed (all, where none were)
 * and can supply from stock.
 */
export const advisedPlaces = (catalog: Catalog, { bu, partner, stockAdvice }: Partner): AdvisedPlaces => {
  const listed = crossReferenceOf(catalog, bu, partner, 'ITEM')?.entries ?? [];
  const items = [...new Set(listed.map(({ ours }) => ours))]
    .sort()
    .flatMap((item) => itemOf(catalog, bu, item) ?? [])
    .filter(({ active }) => active);
  const agreed = stockAdvice?.nodes ?? null;
  const nodes = nodesOf(catalog, bu)
    .filter((node) => ineligibility(node) === null && (agreed === null || agreed.includes(node.node)))
    .sort(byPriority)
    .slice(0, stockAdviceNodesMax);
  return { items, nodes, stocked: [...new Set(items.flatMap(goodsOf).map(({ item }) => item))] };
};

/**
 * What each node could give now, by the rules by which orders are sourced: what older orders wait for is not to be had. Of changes
 * (`changedAfter`) those items alone whose stock, or whose components', changed behind that position, at all nodes. A node where
 * an item never was says nothing of it.
 */
export const advisedStock = (
  { items, nodes }: Pick<AdvisedPlaces, 'items' | 'nodes'>,
  stock: readonly AdvisableStock[],
  changedAfter: string | null,
): readonly AdvisedNode[] => {
  const touched = new Set(stock.flatMap(({ item, position }) => (position > (changedAfter ?? '') ? [item] : [])));
  const known = new Set(stock.map(({ item, node }) => `${node}/${item}`));
  const desk = openDesk({ nodes, lines: items.map(asked), stock: stock.map((row) => ({ ...row, supplies: [] })) });
  const told = items
    .filter((item) => goodsOf(item).some((one) => touched.has(one.item)))
    .map((item) => ({ item, goods: goodsOf(item), usable: usableFor(desk, asked(item)) }));
  return nodes.flatMap(({ node }) => {
    const here = told
      .filter(({ goods }) => goods.every((one) => known.has(`${node}/${one.item}`)))
      .map(({ item: { item, baseUom }, usable }) => ({
        item,
        baseUom,
        qty: qtyText(maxQty(0n, usable.get(node) ?? 0n)),
      }));
    return here.length === 0 ? [] : [{ node, lines: here }];
  });
};
