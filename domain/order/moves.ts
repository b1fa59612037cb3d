import type { DomainEvent } from '../events.ts';
import { maxQty, minQty, qty } from '../quantity.ts';
import type { OpenBuckets } from './events.ts';
import { absorb, type LineBuckets, type OpenQuantities, openQty } from './quantities.ts';

/** One change of one order line's quantities. */
export type BucketMove = {
  readonly orderId: string;
  readonly lineId: string;
  readonly apply: (b: LineBuckets) => LineBuckets;
};

// A shipment is recorded in its own stream before the allocation hears of it. What the allocation still did in between
// may therefore name a bucket that the shipment has already emptied here. Every move below is written so that the line
// ends where the allocation's own stream ends, nothing falls below zero, and Q1 holds after each single event.

/** Goods that were taken out of a bucket by an earlier shipment are taken out of what is open now instead. */
const takeAbsorbed = (b: LineBuckets, missing: bigint): LineBuckets => {
  if (missing === 0n) return b;
  const { from, rest } = absorb(b, missing);
  const allocated = b.allocated - from.allocated;
  return {
    ...b,
    unsourced: b.unsourced - from.unsourced,
    backordered: b.backordered - from.backordered,
    reserved: b.reserved - from.reserved,
    allocated,
    picked: minQty(b.picked, allocated),
    overshipped: b.overshipped + rest,
  };
};

const move =
  (from: keyof OpenQuantities, to: keyof OpenQuantities, amount: bigint) =>
  (b: LineBuckets): LineBuckets => {
    const there = minQty(amount, b[from]);
    const moved = { ...b, [from]: b[from] - there };
    const arrived = { ...moved, [to]: moved[to] + amount };
    return takeAbsorbed({ ...arrived, picked: minQty(b.picked, arrived.allocated) }, amount - there);
  };

const ship =
  (amount: bigint, excess: bigint) =>
  (b: LineBuckets): LineBuckets => {
    const own = minQty(amount - excess, b.allocated);
    const left = {
      ...b,
      allocated: b.allocated - own,
      picked: b.picked - minQty(b.picked, own),
      shipped: b.shipped + amount,
    };
    return takeAbsorbed(left, amount - own);
  };

/** Goods of a purchase order come out of what suppliers were ordered, and what is beyond it out of whatever is open. */
const dropShip =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => {
    const own = minQty(amount, b.dropship);
    return takeAbsorbed({ ...b, dropship: b.dropship - own, shipped: b.shipped + amount }, amount - own);
  };

const takeBackGift =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => ({ ...b, gifted: b.gifted - amount });

const voidShipped =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => {
    const over = minQty(amount, b.overshipped - b.gifted);
    return {
      ...b,
      shipped: b.shipped - amount,
      overshipped: b.overshipped - over,
      unsourced: b.unsourced + amount - over,
    };
  };

/** What was given away covers nothing that is wanted: what it had been taken for is open again. */
const give =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => {
    const gifted = b.gifted + amount;
    const missing = maxQty(0n, gifted - b.overshipped);
    return { ...b, gifted, overshipped: b.overshipped + missing, unsourced: b.unsourced + missing };
  };

const cancel =
  (from: OpenBuckets) =>
  (b: LineBuckets): LineBuckets => {
    const names = ['unsourced', 'backordered', 'reserved', 'allocated', 'dropship'] as const;
    let next = b;
    let missing = 0n;
    for (const name of names) {
      const asked = qty(from[name] ?? '0');
      const there = minQty(asked, b[name]);
      missing += asked - there;
      next = { ...next, [name]: b[name] - there, cancelled: next.cancelled + asked };
    }
    return takeAbsorbed({ ...next, picked: minQty(next.picked, next.allocated) }, missing);
  };

const place =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => ({ ...b, ordered: b.ordered + amount, unsourced: b.unsourced + amount });

/** A pick message that comes after its shipment's confirmation finds nothing allocated and changes nothing. */
const pick =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => ({ ...b, picked: minQty(b.picked + amount, b.allocated) });

/**
 * The allocation has heard of goods that its release did not hold, and says what is open now. It took them out of the
 * buckets that it knew; here they were taken out of those of an earlier moment. As long as more facts are under way the
 * two differ in how much is open, and the allocation's word on the last of them settles it.
 */
const agree =
  (open: OpenBuckets) =>
  (b: LineBuckets): LineBuckets => {
    const [unsourced, backordered] = [qty(open.unsourced), qty(open.backordered)];
    const [reserved, allocated] = [qty(open.reserved), qty(open.allocated)];
    const dropship = qty(open.dropship ?? '0');
    if (unsourced + backordered + reserved + allocated + dropship !== openQty(b)) return b;
    return { ...b, unsourced, backordered, reserved, allocated, dropship, picked: minQty(b.picked, allocated) };
  };

const invoice =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => ({ ...b, invoiced: b.invoiced + amount });

const credit =
  (amount: bigint) =>
  (b: LineBuckets): LineBuckets => ({ ...b, credited: b.credited + amount });

/**
 * What one event does to the quantities of order lines, in the event's line order. Exactly the events of spec 4.4 move
 * anything; every other event answers with nothing. Pure and total.
 */
export const bucketMoves = (event: Pick<DomainEvent, 'type' | 'data'>): readonly BucketMove[] => {
  const typed = event as DomainEvent;
  const { orderId } = typed.data as { readonly orderId: string };
  const one = (lineId: string, apply: BucketMove['apply']): readonly BucketMove[] => [{ orderId, lineId, apply }];
  switch (typed.type) {
    case 'OrderSubmitted':
      return typed.data.lines.map((line) => ({ orderId, lineId: line.lineId, apply: place(qty(line.qty)) }));
    case 'OrderLineAdded':
      return one(typed.data.lineId, place(qty(typed.data.line.qty)));
    case 'OrderLineChanged':
      return one(typed.data.lineId, place(qty(typed.data.addedQty)));
    case 'AllocationReserved':
      return one(
        typed.data.lineId,
        move(typed.data.from === 'UNSOURCED' ? 'unsourced' : 'backordered', 'reserved', qty(typed.data.qty)),
      );
    case 'LineBackordered':
      return one(typed.data.lineId, move('unsourced', 'backordered', qty(typed.data.qty)));
    case 'AllocationReservationLost':
      return one(
        typed.data.lineId,
        move(typed.data.from === 'RESERVED' ? 'reserved' : 'backordered', 'unsourced', qty(typed.data.qty)),
      );
    case 'LineRoutedToDropShip':
      return one(typed.data.lineId, move('unsourced', 'dropship', qty(typed.data.qty)));
    case 'LineReturnedFromDropShip':
      return one(typed.data.lineId, move('dropship', 'unsourced', qty(typed.data.qty)));
    case 'AllocationReleased':
      return typed.data.lines.map((line) => ({
        orderId,
        lineId: line.lineId,
        apply: move('reserved', 'allocated', qty(line.qty)),
      }));
    case 'WarehouseRefused':
      return typed.data.lines.map((line) => ({
        orderId,
        lineId: line.lineId,
        apply: move('allocated', 'unsourced', qty(line.qty)),
      }));
    case 'AllocationShorted':
      return one(typed.data.lineId, move('allocated', 'unsourced', qty(typed.data.shortQty)));
    case 'ItemsPicked':
      return typed.data.lines.map((line) => ({ orderId, lineId: line.lineId, apply: pick(qty(line.qty)) }));
    case 'ShipmentConfirmed':
      return typed.data.lines.map((line) => ({
        orderId,
        lineId: line.lineId,
        apply: typed.data.kind === 'DROPSHIP' ? dropShip(qty(line.qty)) : ship(qty(line.qty), qty(line.excess)),
      }));
    case 'AllocationReopened': {
      const { lossId, lines } = typed.data;
      return lines.flatMap(({ lineId, qty: amount, gifted = '0', open }) => {
        const lost = (b: LineBuckets) => voidShipped(qty(amount))(takeBackGift(qty(gifted))(b));
        const back = lossId === undefined ? [] : [{ orderId, lineId, apply: lost }];
        return open === undefined ? back : [...back, { orderId, lineId, apply: agree(open) }];
      });
    }
    case 'AllocationDemandAdded':
    case 'AllocationFulfilled':
      return typed.data.lines.flatMap(({ lineId, open }) =>
        open === undefined ? [] : [{ orderId, lineId, apply: agree(open) }],
      );
    case 'OvershipmentGifted': {
      const { lineId, open } = typed.data;
      return open === undefined ? [] : one(lineId, agree(open));
    }
    case 'OvershipmentResolved':
      return typed.data.outcome === 'GIFT' ? one(typed.data.lineId, give(qty(typed.data.excess))) : [];
    case 'ShipmentVoided': {
      const gifts = (typed.data.resolutions ?? []).filter(({ outcome }) => outcome === 'GIFT');
      return [
        ...gifts.map(({ lineId, excess }) => ({ orderId, lineId, apply: takeBackGift(qty(excess)) })),
        ...typed.data.lines.map((line) => ({ orderId, lineId: line.lineId, apply: voidShipped(qty(line.qty)) })),
      ];
    }
    case 'OrderLineCancelled':
      return one(typed.data.lineId, cancel(typed.data.from));
    case 'InvoiceIssued':
      return typed.data.lines.map((line) => ({ orderId, lineId: line.orderLineId, apply: invoice(qty(line.qty)) }));
    case 'InvoiceVoided':
      return typed.data.issued.lines.map((line) => ({
        orderId,
        lineId: line.orderLineId,
        apply: invoice(-qty(line.qty)),
      }));
    case 'CreditMemoIssued':
      return typed.data.lines.map((line) => ({ orderId, lineId: line.orderLineId, apply: credit(qty(line.qty)) }));
    default:
      return [];
  }
};
