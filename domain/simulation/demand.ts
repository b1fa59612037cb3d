import type { Day } from '../calendar.ts';
import { type OfRecipe, recipeOf } from '../kit.ts';
import type { AcceptedLine, OrderAccepted } from '../order/events.ts';
import { maxQty, minQty, qty } from '../quantity.ts';

/** Where goods of a line come from, and when the last of them can leave there. */
export type Part = { qty: bigint; shipDate: Day | null };

/** What it was told where it waits: when goods for it are there and can leave. Null: nothing that is known covers it. */
export type Wait = {
  readonly expectedDate: Day | null;
  readonly shipDate: Day | null;
  /** The date comes from the item's lead time. */
  readonly leadTimeDays?: number;
};

/** A shipment of the log, whoever sent it, and the day on which the last of it left, where the business unit is. */
export type Departure = { readonly shipmentId: string; readonly qty: bigint; readonly last: Day };

/** Quantities of a kit are whole kits. Changed in place by the one world that it belongs to. */
export type ForkLine = OfRecipe & {
  readonly lineId: string;
  readonly item: string;
  /** What a supplier's margin is reckoned with. */
  readonly sold: Pick<AcceptedLine, 'unitPrice' | 'discounts'>;
  ordered: bigint;
  cancelled: bigint;
  /** Has left a node of ours. */
  left: bigint;
  /** A supplier delivers it. */
  supplied: bigint;
  supplierShipDate: Day | null;
  /** Left in the log when this world had nothing to send for it. */
  missed: bigint;
  /** In the log all of it was delivered, from wherever that came. */
  delivered: boolean;
  /** Reservation id → where it may hold goods for this line; what it really holds is the position's to say. */
  readonly holds: Map<string, { readonly node: string; readonly shipDate: Day | null }>;
  /** Nodes where it may wait; as above. */
  readonly queuedAt: Set<string>;
  readonly leftFrom: Map<string, Part>;
  /** Suppliers that did not want it. */
  readonly refusedBy: Set<string>;
  /** By node. */
  readonly waits: Map<string, Wait>;
  /** The first day on which all of it was to leave; null: none was promised yet. */
  promised: Day | null;
  /** Only in the world that follows the log. */
  departures: readonly Departure[];
  /** What the first decision gave it of what it wanted; null: nothing was decided. */
  first: { readonly demand: bigint; readonly covered: bigint } | null;
};

export type ForkOrder = {
  readonly orderId: string;
  readonly currency: string;
  readonly requestedDate: Day;
  readonly acceptedAt: string;
  readonly allowSplit: boolean;
  readonly shipComplete: boolean;
  /** Accepted in the range: the figures are about these. */
  readonly counted: boolean;
  readonly lines: Map<string, ForkLine>;
};

type Sold = Pick<AcceptedLine, 'lineId' | 'item' | 'qty' | 'unitPrice' | 'discounts'> & OfRecipe;

export const newLine = (line: Sold): ForkLine => ({
  lineId: line.lineId,
  item: line.item,
  ...recipeOf(line),
  sold: { unitPrice: line.unitPrice, discounts: line.discounts },
  ordered: qty(line.qty),
  ...{ cancelled: 0n, left: 0n, supplied: 0n, supplierShipDate: null, missed: 0n, delivered: false, first: null },
  ...{ promised: null, departures: [] },
  waits: new Map(),
  holds: new Map(),
  queuedAt: new Set(),
  leftFrom: new Map(),
  refusedBy: new Set(),
});

export const newOrder = (
  { orderId, currency, requestedDate, acceptedAt, lines }: OrderAccepted['data'],
  wishes: Pick<ForkOrder, 'allowSplit' | 'shipComplete'>,
  counted: boolean,
): ForkOrder => ({
  ...{ orderId, currency, requestedDate, acceptedAt, ...wishes, counted },
  lines: new Map(lines.map((line) => [line.lineId, newLine(line)])),
});

const copyOfLine = (line: ForkLine): ForkLine => ({
  ...line,
  holds: new Map(line.holds),
  queuedAt: new Set(line.queuedAt),
  waits: new Map(line.waits),
  leftFrom: new Map([...line.leftFrom].map(([node, part]) => [node, { ...part }])),
  refusedBy: new Set(line.refusedBy),
});

/** For another world, to be changed there. */
export const copyOfOrder = (order: ForkOrder): ForkOrder => ({
  ...order,
  lines: new Map([...order.lines].map(([lineId, line]) => [lineId, copyOfLine(line)])),
});

/** What one of it takes of its leading item: that by which positions count the line. */
export const leading = ({ item, components }: Pick<ForkLine, 'item' | 'components'>) => {
  const [first] = components ?? [];
  return first === undefined ? { item, per: 1n } : { item: first.item, per: qty(first.qty) };
};

export const wantedOf = ({ ordered, cancelled }: ForkLine): bigint => ordered - cancelled;

/** Neither gone nor with a supplier. */
export const openOf = (line: ForkLine): bigint => maxQty(0n, wantedOf(line) - line.left - line.supplied);

/** What leaves as soon as this world has it. Where a supplier delivers what was missed, nothing has to leave for that. */
export const owedOf = (line: ForkLine): bigint =>
  line.delivered ? openOf(line) : minQty(maxQty(0n, line.missed - line.supplied), openOf(line));

/** Several lines that leave together or not at all. */
export const isTogether = ({ shipComplete, lines }: ForkOrder): boolean => shipComplete && lines.size > 1;

/** It helps this line only together with others, or all components at once, so no position sets goods aside for it. */
export const isHeldIn = (order: ForkOrder, { components }: ForkLine): boolean =>
  isTogether(order) || components !== undefined;
