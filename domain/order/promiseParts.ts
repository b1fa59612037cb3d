import { dropShipReservation } from '../allocation/dropShip.ts';
import type { Pick } from '../allocation/events.ts';
import type { Day } from '../calendar.ts';
import type { RecordedDomainEvent } from '../events.ts';
import { minQty, qty, qtyText } from '../quantity.ts';

/** Goods that are reserved for the line, at the warehouse or not, or on order with a supplier who sends them. */
export type ReservedPart = {
  readonly reservationId: string;
  readonly node: string;
  readonly qty: string;
  readonly shipDate: Day;
  /** A supplier sends them straight to the customer, at this margin in per cent of the price. */
  readonly dropShip?: { readonly unitCost: string; readonly marginPct: string };
};

/** A place in a queue. Dates are null while nothing is known to cover it. */
export type WaitingPart = {
  readonly node: string;
  readonly qty: string;
  /** The day on which goods for it are available. */
  readonly expectedDate: Day | null;
  readonly shipDate: Day | null;
  /** Set when the date comes from the item's lead time and not from announced supply. */
  readonly leadTimeDays: number | null;
};

/** Goods that left. The date stays the one that was promised for them, so that promise and fact can be compared. */
export type ShippedPart = {
  readonly shipmentId: string;
  readonly node: string;
  readonly qty: string;
  readonly shipDate: Day;
};

/** What an order line has been promised, part by part; plain data that can be stored. Quantities are integer text. */
export type PromiseParts = {
  readonly reserved: readonly ReservedPart[];
  readonly waiting: readonly WaitingPart[];
  readonly shipped: readonly ShippedPart[];
  /** Of the latest decision: events that were recorded without a date take theirs from here. */
  readonly picks: readonly { readonly node: string; readonly shipDate: Day }[];
};

export const nothingPromised: PromiseParts = { reserved: [], waiting: [], shipped: [], picks: [] };

export type Part = { readonly qty: string };

/** Takes up to `amount` out of the parts that fit, first ones first. */
export const take = <P extends Part>(parts: readonly P[], amount: bigint, fits: (part: P) => boolean = () => true) => {
  const kept: P[] = [];
  const taken: P[] = [];
  let left = amount;
  for (const part of parts) {
    const share = fits(part) ? minQty(left, qty(part.qty)) : 0n;
    left -= share;
    if (share > 0n) taken.push({ ...part, qty: qtyText(share) });
    if (share < qty(part.qty)) kept.push({ ...part, qty: qtyText(qty(part.qty) - share) });
  }
  return { kept, taken, left };
};

/** The place at `node` first, then the others, as the allocation does it. */
const unqueue = (waiting: readonly WaitingPart[], amount: bigint, node: string): readonly WaitingPart[] => {
  const here = take(waiting, amount, (part) => part.node === node);
  return take(here.kept, here.left).kept;
};

const unreserve = (parts: PromiseParts, reservationId: string, amount: bigint): PromiseParts => ({
  ...parts,
  reserved: take(parts.reserved, amount, (part) => part.reservationId === reservationId).kept,
});

type Apply = (parts: PromiseParts) => PromiseParts;
export type PromiseMove = { readonly lineId: string; readonly apply: Apply };

type Of<T extends RecordedDomainEvent['type']> = Extract<RecordedDomainEvent, { readonly type: T }>;

const decided = (picks: readonly Pick[]): Apply => {
  const dates = picks.map(({ node, shipDate }) => ({ node, shipDate }));
  return (parts) => ({ ...parts, picks: dates });
};

/** Without a date of its own: that of the decision it follows; goods for a waiting line are there, so it is today. */
const reserve =
  ({ data, metadata }: Of<'AllocationReserved'>): Apply =>
  (parts) => {
    const { reservationId, node, qty: amount, from } = data;
    const decision = from === 'UNSOURCED' ? parts.picks.find((pick) => pick.node === node) : undefined;
    const shipDate = data.shipDate ?? decision?.shipDate ?? metadata.occurredAt.slice(0, 10);
    return {
      ...parts,
      reserved: [...parts.reserved, { reservationId, node, qty: amount, shipDate }],
      waiting: from === 'BACKORDERED' ? unqueue(parts.waiting, qty(amount), node) : parts.waiting,
    };
  };

const backorder =
  ({ data }: Of<'LineBackordered'>): Apply =>
  (parts) => {
    const { node, qty: amount, expectedDate, shipDate = expectedDate, leadTimeDays = null } = data;
    return { ...parts, waiting: [...parts.waiting, { node, qty: amount, expectedDate, shipDate, leadTimeDays }] };
  };

/** Everything that waits at the node waits for the same now. */
const redate =
  ({ data }: Of<'PromiseChanged'>): Apply =>
  (parts) => {
    const { node, expectedDate, shipDate = expectedDate, leadTimeDays = null } = data;
    const dated = (part: WaitingPart) =>
      part.node === node ? { ...part, expectedDate, shipDate, leadTimeDays } : part;
    return { ...parts, waiting: parts.waiting.map(dated) };
  };

const lose =
  ({ data }: Of<'AllocationReservationLost'>): Apply =>
  (parts) =>
    data.from === 'RESERVED'
      ? unreserve(parts, data.reservationId, qty(data.qty))
      : { ...parts, waiting: unqueue(parts.waiting, qty(data.qty), data.node) };

/** What has no date is promised nothing yet. */
const route =
  ({ data }: Of<'LineRoutedToDropShip'>): Apply =>
  (parts) => {
    const { reservationId, supplier: node, qty: amount, shipDate, unitCost, margin } = data;
    if (shipDate === undefined) return parts;
    const part = { reservationId, node, qty: amount, shipDate, dropShip: { unitCost, marginPct: margin.marginPct } };
    return { ...parts, reserved: [...parts.reserved, part] };
  };

const giveBack =
  ({ data }: Of<'AllocationReleasedBack'>): Apply =>
  (parts) => {
    const freed = data.reservations.reduce((next, part) => unreserve(next, part.reservationId, qty(part.qty)), parts);
    const waiting = data.queued.reduce((rest, place) => unqueue(rest, qty(place.qty), place.node), freed.waiting);
    const { poId, lineId, from } = data;
    const left = { ...freed, waiting };
    return poId === undefined ? left : unreserve(left, dropShipReservation(poId, lineId), qty(from.dropship ?? '0'));
  };

const ship =
  (shipmentId: string, line: Of<'ShipmentConfirmed'>['data']['lines'][number]): Apply =>
  (parts) => {
    const own = take(parts.reserved, qty(line.qty), (part) => part.reservationId === line.reservationId);
    const left = own.taken.map(({ node, qty: amount, shipDate }) => ({ shipmentId, node, qty: amount, shipDate }));
    return { ...parts, reserved: own.kept, shipped: [...parts.shipped, ...left] };
  };

const bringBack =
  (shipmentId: string, amount: bigint): Apply =>
  (parts) => ({ ...parts, shipped: take(parts.shipped, amount, (part) => part.shipmentId === shipmentId).kept });

/** What one event does to the promises of order lines; every event that is not about a promise answers with nothing. */
export const promiseMoves = (event: RecordedDomainEvent): readonly PromiseMove[] => {
  switch (event.type) {
    case 'SourcingDecided':
      return [{ lineId: event.data.lineId, apply: decided(event.data.picks) }];
    case 'AllocationReserved':
      return [{ lineId: event.data.lineId, apply: reserve(event) }];
    case 'LineBackordered':
      return [{ lineId: event.data.lineId, apply: backorder(event) }];
    case 'PromiseChanged':
      return [{ lineId: event.data.lineId, apply: redate(event) }];
    case 'AllocationReservationLost':
      return [{ lineId: event.data.lineId, apply: lose(event) }];
    case 'LineRoutedToDropShip':
      return [{ lineId: event.data.lineId, apply: route(event) }];
    case 'LineReturnedFromDropShip': {
      const { lineId, reservationId, qty: amount } = event.data;
      return [{ lineId, apply: (parts) => unreserve(parts, reservationId, qty(amount)) }];
    }
    case 'AllocationReleasedBack':
      return [{ lineId: event.data.lineId, apply: giveBack(event) }];
    case 'AllocationShorted': {
      const { lineId, reservationId, shortQty } = event.data;
      return [{ lineId, apply: (parts) => unreserve(parts, reservationId, qty(shortQty)) }];
    }
    case 'WarehouseRefused':
      return event.data.lines.map(({ lineId, reservationId, qty: amount }) => ({
        lineId,
        apply: (parts) => unreserve(parts, reservationId, qty(amount)),
      }));
    case 'ShipmentConfirmed':
      return event.data.lines.map((line) => ({ lineId: line.lineId, apply: ship(event.data.shipmentId, line) }));
    case 'AllocationReopened': {
      const { lossId, shipmentId, lines } = event.data;
      return lossId === undefined
        ? []
        : lines.map(({ lineId, qty: amount }) => ({ lineId, apply: bringBack(shipmentId, qty(amount)) }));
    }
    case 'ShipmentVoided':
      return event.data.lines.map(({ lineId, qty: amount }) => ({
        lineId,
        apply: bringBack(event.data.shipmentId, qty(amount)),
      }));
    default:
      return [];
  }
};
