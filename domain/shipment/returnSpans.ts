import { divideRounded, type Minor, minor } from '../money.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import type { ReturnablePart, ShipmentReturnClaimed, ShipmentReturnFreed } from './events.ts';
import { lostSpans } from './lossState.ts';
import type { GoodsSpan, ReturnSpan, ShipmentState } from './state.ts';

type Range = { readonly from: bigint; readonly to: bigint };

const ofLine = (state: ShipmentState, shipmentLineId: string): readonly ReturnSpan[] =>
  state.returnSpans.filter((span) => span.shipmentLineId === shipmentLineId).sort((a, b) => (a.from < b.from ? -1 : 1));

/** Goods of a shipment line that are in returns. */
export const inReturns = (state: ShipmentState, shipmentLineId: string): bigint =>
  ofLine(state, shipmentLineId).reduce((sum, { from, to }) => sum + to - from, 0n);

/** What one confirmation sent of each line: the place of its first goods, and how many of them are in returns. */
export const sentBy = (state: ShipmentState, confirmationId: string) => {
  const places = new Map<string, bigint>();
  return state.confirmedLines.flatMap(({ shipmentLineId, qty: size, confirmationId: by }) => {
    const begin = places.get(shipmentLineId) ?? 0n;
    const end = begin + qty(size);
    places.set(shipmentLineId, end);
    if (by !== confirmationId) return [];
    const inIt = ofLine(state, shipmentLineId).map(({ from, to }) => maxQty(0n, minQty(to, end) - maxQty(from, begin)));
    return [{ shipmentLineId, leftFromQty: qtyText(begin), inReturns: inIt.reduce((sum, each) => sum + each, 0n) }];
  });
};

/** Of a line what nothing can come back of: it is in a return, or lost. */
const taken = (state: ShipmentState, shipmentLineId: string): readonly GoodsSpan[] =>
  [...state.returnSpans, ...lostSpans(state)]
    .filter((span) => span.shipmentLineId === shipmentLineId)
    .sort((a, b) => (a.from < b.from ? -1 : 1));

/** The first `amount` goods that are in no return and not lost, in the order in which they left. */
const firstFree = (state: ShipmentState, shipmentLineId: string, end: bigint, amount: bigint): readonly Range[] => {
  const found: Range[] = [];
  let at = 0n;
  let left = amount;
  for (const { from, to } of [...taken(state, shipmentLineId), { from: end, to: end }]) {
    const size = minQty(left, from - at);
    if (size > 0n) found.push({ from: at, to: at + size });
    left -= maxQty(0n, size);
    at = to;
  }
  return found;
};

/** Which goods a return of `amount` is about, with the cost that each confirmation gave them. */
export const partsToReturn = (
  state: ShipmentState,
  shipmentLineId: string,
  amount: bigint,
): readonly ReturnablePart[] => {
  const left = state.confirmedLines.filter((line) => line.shipmentLineId === shipmentLineId);
  const end = left.reduce((sum, line) => sum + qty(line.qty), 0n);
  const free = firstFree(state, shipmentLineId, end, amount);
  let start = 0n;
  return left.flatMap(({ qty: leftQty, cost: leftCost, unitCost, owned }) => {
    const [begin, stop] = [start, start + qty(leftQty)];
    start = stop;
    return free.flatMap((range): readonly ReturnablePart[] => {
      const from = maxQty(range.from, begin);
      const size = minQty(range.to, stop) - from;
      if (size <= 0n) return [];
      const sizes = { fromQty: qtyText(from), qty: qtyText(size), leftFromQty: qtyText(begin) };
      const theirs =
        owned === undefined ? {} : { owned: { bu: owned.bu, unitCost: owned.unitCost, leftCost: owned.cost } };
      return [{ ...sizes, unitCost, leftQty, leftCost, ...theirs }];
    });
  });
};

/** What goods [from, to) of a part cost; counted from its own first one. Over all parts of a confirmation the sum is exact. */
export const costOfPart = (part: Omit<ReturnablePart, 'unitCost' | 'owned'>, from: bigint, to: bigint): Minor => {
  const offset = qty(part.fromQty) - qty(part.leftFromQty);
  const upTo = (units: bigint): Minor => divideRounded(minor(part.leftCost) * (offset + units), qty(part.leftQty));
  return upTo(to) - upTo(from);
};

export const claimed = (
  state: ShipmentState,
  { rmaId, authorisedBy, lines }: ShipmentReturnClaimed['data'],
): ShipmentState => ({
  ...state,
  returns: [...state.returns, { rmaId, authorisedBy, freed: false }],
  returnSpans: [
    ...state.returnSpans,
    ...lines.flatMap(({ shipmentLineId, parts }) =>
      parts.map(({ fromQty, qty: size }) => {
        const from = qty(fromQty);
        return { rmaId, shipmentLineId, from, to: from + qty(size) };
      }),
    ),
  ],
});

/** The last goods of the return first: those before them came back. */
const without = (spans: readonly ReturnSpan[], amount: bigint): readonly ReturnSpan[] => {
  let left = amount;
  return spans
    .toReversed()
    .flatMap((span) => {
      const gone = minQty(left, span.to - span.from);
      left -= gone;
      return span.to - gone > span.from ? [{ ...span, to: span.to - gone }] : [];
    })
    .toReversed();
};

export const freed = (state: ShipmentState, { rmaId, lines }: ShipmentReturnFreed['data']): ShipmentState => {
  const amounts = new Map(lines.map(({ shipmentLineId, qty: amount }) => [shipmentLineId, qty(amount)]));
  const isFreed = (span: ReturnSpan): boolean => span.rmaId === rmaId && amounts.has(span.shipmentLineId);
  const kept = [...amounts].flatMap(([shipmentLineId, amount]) =>
    without(
      ofLine(state, shipmentLineId).filter((span) => span.rmaId === rmaId),
      amount,
    ),
  );
  return {
    ...state,
    returns: state.returns.map((each) => (each.rmaId === rmaId ? { ...each, freed: true } : each)),
    returnSpans: [...state.returnSpans.filter((span) => !isFreed(span)), ...kept],
  };
};
