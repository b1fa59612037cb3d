import type { RecordedDomainEvent } from '../events.ts';
import type { AcceptedLine } from '../order/events.ts';
import { nothingPromised, type PromiseParts, promiseMoves } from '../order/promiseParts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';

/** Part of a line that a customer is told of. `shipDate`: null is not known yet. */
export type AcknowledgedPart = {
  readonly outcome: 'SHIPS' | 'BACKORDERED' | 'REJECTED';
  readonly qty: string;
  readonly shipDate: string | null;
};

/** Parts of what was ordered of a line; together they are all of it. */
export type AcknowledgedLine = { readonly lineId: string; readonly parts: readonly AcknowledgedPart[] };

export type Acknowledged = {
  readonly lines: readonly AcknowledgedLine[];
  /** Of every line it is known where all of it comes from, or that it has to wait. */
  readonly isSourced: boolean;
};

type Dated = { readonly qty: string; readonly shipDate: string | null };

const promises = (events: readonly RecordedDomainEvent[]): ReadonlyMap<string, PromiseParts> => {
  const byLine = new Map<string, PromiseParts>();
  for (const { lineId, apply } of events.flatMap(promiseMoves))
    byLine.set(lineId, apply(byLine.get(lineId) ?? nothingPromised));
  return byLine;
};

/** One part for each day, no more than `most` altogether. */
const byDay = (dated: readonly Dated[], most: bigint): ReadonlyMap<string | null, bigint> => {
  const days = new Map<string | null, bigint>();
  let left = most;
  for (const { qty: amount, shipDate } of dated) {
    const share = minQty(left, qty(amount));
    left -= share;
    if (share > 0n) days.set(shipDate, (days.get(shipDate) ?? 0n) + share);
  }
  return days;
};

const sumOf = (days: ReadonlyMap<string | null, bigint>): bigint => [...days.values()].reduce((a, b) => a + b, 0n);

const partsOf = (outcome: AcknowledgedPart['outcome'], days: ReadonlyMap<string | null, bigint>) =>
  [...days].map(([shipDate, amount]): AcknowledgedPart => ({ outcome, qty: qtyText(amount), shipDate }));

/**
 * What becomes of each line of an order, by what happened to its allocation (`events`: that stream, in its order) and by how
 * much of it was cancelled. What nothing was decided about is accepted without a day.
 */
export const acknowledgedLines = (
  accepted: readonly AcceptedLine[],
  cancelledOf: (lineId: string) => bigint,
  events: readonly RecordedDomainEvent[],
): Acknowledged => {
  const promised = promises(events);
  let isSourced = true;
  const lines = accepted.map(({ lineId, qty: ordered }) => {
    const { reserved, waiting } = promised.get(lineId) ?? nothingPromised;
    const rejected = minQty(qty(ordered), cancelledOf(lineId));
    const wanted = qty(ordered) - rejected;
    const ships = byDay(reserved, wanted);
    const waits = byDay(waiting, wanted - sumOf(ships));
    const open = wanted - sumOf(ships) - sumOf(waits);
    isSourced &&= open === 0n;
    const none = (amount: bigint): ReadonlyMap<null, bigint> => new Map(amount > 0n ? [[null, amount]] : []);
    const parts = [
      ...partsOf('SHIPS', ships),
      ...partsOf('SHIPS', none(open)),
      ...partsOf('BACKORDERED', waits),
      ...partsOf('REJECTED', none(rejected)),
    ];
    return { lineId, parts };
  });
  return { lines, isSourced };
};
