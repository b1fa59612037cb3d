import type { AllocationCommand } from '../allocation/commands.ts';
import {
  type AllocatedLine,
  type AllocationState,
  linesInOrder,
  nothingOpen,
  refusedNodes,
} from '../allocation/state.ts';
import { nodesHolding } from '../allocation/together.ts';
import { shipDateFor, todayAt } from '../availability/shipping.ts';
import { addDays } from '../calendar.ts';
import { businessUnitOf, type Catalog, itemOf, nodeOf, nodesOf } from '../masterData/catalog.ts';
import { decimal, decimalText, extend, majorText, minorText, quotientDecimal } from '../money.ts';
import type { OrderAccepted } from '../order/events.ts';
import { lineAmounts } from '../pricing/lineAmounts.ts';
import { qtyText } from '../quantity.ts';

// Which of what no stock covers a supplier delivers to the customer (spec 4.6: `dropship`, when SHORTAGE_ONLY), and at which
// margin. It comes before the backorder in the chain of what is tried on a shortage.

type Route = Extract<AllocationCommand, { readonly type: 'RouteToDropShip' }>;
export type RoutedLine = Route['lines'][number];

export type DropShipRoutes = {
  /** Supplier → what it is to deliver. */
  readonly bySupplier: ReadonlyMap<string, readonly RoutedLine[]>;
  /** Lines that a supplier could deliver, but not at the margin that the business unit asks for. */
  readonly belowMargin: ReadonlySet<string>;
};

export const nothingRouted: DropShipRoutes = { bySupplier: new Map(), belowMargin: new Set() };

type Candidate = { readonly line: AllocatedLine; readonly supplier: string; readonly unitCost: string };

/** Who delivers an item straight to customers, and for how much; undefined: nobody does now. */
export const supplierOf = (
  catalog: Catalog,
  bu: string,
  itemId: string,
): Pick<Candidate, 'supplier' | 'unitCost'> | undefined => {
  const item = itemOf(catalog, bu, itemId);
  // A kit is put together here, of components.
  if (item?.kind !== 'STOCK' || item.dropship === null) return undefined;
  const { supplierNode: supplier, unitCost } = item.dropship;
  const node = nodeOf(catalog, bu, supplier);
  return node?.kind === 'SUPPLIER' && node.active ? { supplier, unitCost } : undefined;
};

const candidateOf = (catalog: Catalog, state: AllocationState, line: AllocatedLine): Candidate | undefined => {
  const found = line.unsourced > 0n ? supplierOf(catalog, state.started?.bu ?? '', line.item) : undefined;
  return found === undefined || refusedNodes(state).has(found.supplier) ? undefined : { line, ...found };
};

/** What may not be split comes from the supplier only whole: nothing of the line is anywhere else. */
const isWhole = (catalog: Catalog, state: AllocationState, { line }: Candidate): boolean => {
  const suppliers = nodesOf(catalog, state.started?.bu ?? '').filter(({ kind }) => kind === 'SUPPLIER');
  const elsewhere = nodesHolding(
    state,
    line,
    suppliers.map(({ node }) => node),
  );
  return line.backordered === 0n && elsewhere.size === 0;
};

const openElsewhere = (line: AllocatedLine): boolean =>
  [line.backordered, line.reserved, line.allocated, line.dropship].some((amount) => amount > nothingOpen.unsourced);

/** An order that ships complete comes from one supplier or from none: nothing of it is anywhere else. */
const isComplete = (state: AllocationState, candidates: readonly Candidate[]): boolean =>
  new Set(candidates.map(({ supplier }) => supplier)).size === 1 &&
  linesInOrder(state).every(
    (line) => !openElsewhere(line) && (line.unsourced === 0n || candidates.some((each) => each.line === line)),
  );

/** Which lines suppliers could deliver, whatever the margin. Looks at nothing but the state, so that it costs an order that stock covers nothing. */
export const dropShipCandidates = (catalog: Catalog, state: AllocationState): readonly Candidate[] => {
  const all = linesInOrder(state).flatMap((line) => candidateOf(catalog, state, line) ?? []);
  if (state.started?.shipComplete === true) return isComplete(state, all) ? all : [];
  return state.started?.allowSplit === false ? all.filter((each) => isWhole(catalog, state, each)) : all;
};

const percentPlaces = 2;

/** In per cent of what the customer pays; goods that are given away have lost all of their cost. */
const marginPctOf = (net: bigint, cost: bigint): string =>
  net === 0n ? '-100' : decimalText(quotientDecimal((net - cost) * 100n, net, percentPlaces));

const isBelow = (marginPct: string, minMarginPct: string): boolean => {
  const [margin, floor] = [decimal(marginPct), decimal(minMarginPct)];
  const scale = Math.max(margin.scale, floor.scale);
  const digits = ({ digits: value, scale: places }: typeof margin) => value * 10n ** BigInt(scale - places);
  return digits(margin) < digits(floor);
};

/** What a supplier's goods are sold for and cost, minor units. */
const marginOf = (
  amount: bigint,
  sold: Pick<OrderAccepted['data']['lines'][number], 'unitPrice' | 'discounts'> | undefined,
  unitCost: string,
  currency: string,
) => {
  const { net } = lineAmounts(amount, sold?.unitPrice ?? '0', sold?.discounts ?? [], currency);
  const cost = extend(amount, decimal(unitCost), currency);
  return { net, cost, marginPct: marginPctOf(net, cost) };
};

/** Does so much of a line, delivered by a supplier at this cost, leave the margin that the business unit asks for? */
export const keepsMargin = (
  catalog: Catalog,
  bu: string,
  amount: bigint,
  sold: Pick<OrderAccepted['data']['lines'][number], 'unitPrice' | 'discounts'>,
  unitCost: string,
  currency: string,
): boolean => {
  const minMarginPct = businessUnitOf(catalog, bu)?.dropShip?.minMarginPct;
  return minMarginPct === undefined || !isBelow(marginOf(amount, sold, unitCost, currency).marginPct, minMarginPct);
};

/** When a supplier's goods can leave, by the item's lead time. `at`: RFC 3339. */
export const supplierDates = (
  catalog: Catalog,
  bu: string,
  itemId: string,
  supplier: string,
  at: string,
): { readonly leadTimeDays?: number; readonly shipDate?: string } => {
  const leadTimeDays = itemOf(catalog, bu, itemId)?.leadTimeDays ?? null;
  const node = nodeOf(catalog, bu, supplier);
  if (leadTimeDays === null || node === undefined) return {};
  const shipDate = shipDateFor(node, at, addDays(todayAt(node, at), leadTimeDays));
  return shipDate === null ? { leadTimeDays } : { leadTimeDays, shipDate };
};

const routedLine = (
  candidate: Candidate,
  order: OrderAccepted['data'],
  dates: { readonly shipDate?: string; readonly leadTimeDays?: number },
): RoutedLine => {
  const { line, supplier, unitCost } = candidate;
  const { lineId, unsourced } = line;
  const sold = order.lines.find((each) => each.lineId === lineId);
  const { net, cost, marginPct } = marginOf(unsourced, sold, unitCost, order.currency);
  const [sells, costs] = [majorText(net, order.currency), majorText(cost, order.currency)];
  const leaving = dates.shipDate === undefined ? '' : `, leaving by ${dates.shipDate}`;
  return {
    lineId,
    qty: qtyText(unsourced),
    unitCost,
    ...dates,
    margin: { net: minorText(net), cost: minorText(cost), marginPct },
    explanation: [
      `No stock covers ${unsourced}: ${supplier} sends them straight to the customer${leaving}.`,
      `They sell for ${sells} and cost ${costs} ${order.currency}, a margin of ${marginPct} %.`,
    ],
  };
};

/** Everything that is unsourced and that suppliers may deliver now. `at`: RFC 3339. */
export const dropShipRoutes = (
  catalog: Catalog,
  state: AllocationState,
  order: OrderAccepted['data'],
  at: string,
): DropShipRoutes => {
  const minMarginPct = businessUnitOf(catalog, order.bu)?.dropShip?.minMarginPct;
  const bySupplier = new Map<string, RoutedLine[]>();
  const belowMargin = new Set<string>();
  for (const candidate of dropShipCandidates(catalog, state)) {
    const routed = routedLine(
      candidate,
      order,
      supplierDates(catalog, order.bu, candidate.line.item, candidate.supplier, at),
    );
    if (minMarginPct !== undefined && isBelow(routed.margin.marginPct, minMarginPct)) belowMargin.add(routed.lineId);
    else bySupplier.set(candidate.supplier, [...(bySupplier.get(candidate.supplier) ?? []), routed]);
  }
  // What ships complete only does not leave in part because the rest is too dear.
  return order.shipComplete && belowMargin.size > 0
    ? { bySupplier: new Map(), belowMargin }
    : { bySupplier, belowMargin };
};
