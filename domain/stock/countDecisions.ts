import { qty } from '../quantity.ts';
import { adjustmentOf } from './adjustment.ts';
import type { StockAdjusted, StockCounted, StockEvent, StockStatus } from './events.ts';
import { countKey } from './keys.ts';
import type { Of } from './movementDecisions.ts';
import { type Place, placeOf } from './place.ts';
import { recall } from './recent.ts';
import type { Cut, StockState } from './state.ts';

// A count says what was there at one instant, its cut. What moved after the cut moved from what was found, and what had
// moved before it was found or missed already, whenever somebody tells of it.

const countReason = 'COUNT';

/** Has a count of the same or a later instant been recorded? Then this one tells nothing new of what is there now. */
const isSuperseded = ({ cuts }: StockState, status: StockStatus, countedAt: string): boolean => {
  const last = cuts[status];
  return last !== undefined && Date.parse(countedAt) <= Date.parse(last.at);
};

/** Both found and missing goods are taken at the present cost, which a count does not change. */
const presentCost = ({ cost }: StockState, currency: string) => ({
  unitCost: cost?.unitCost ?? '0',
  currency: cost?.currency ?? currency,
});

/** A fact. What differs from the books as they were at the cut is adjusted, each status by itself. */
export const recordCount = (command: Of<'RecordCount'>, state: StockState): readonly StockEvent[] => {
  const { countId, countedAt, itemGroup, currency } = command;
  if (recall(state.seen, countKey(countId)) !== undefined) return [];
  const counts: StockCounted['data']['counts'] = command.counts.map((each) => ({
    ...each,
    ...(isSuperseded(state, each.status, countedAt) ? { superseded: true as const } : {}),
  }));
  const adjusted = counts.flatMap(({ status, counted, booked, superseded }) => {
    const difference = qty(counted) - qty(booked);
    if (superseded || difference === 0n) return [];
    const about = { reference: countId, status, reason: countReason, itemGroup, count: { countId, counted, booked } };
    return [adjustmentOf(command, difference, about, presentCost(state, currency))];
  });
  const of = { ...placeOf(command), countId, countedAt, ...(itemGroup === undefined ? {} : { itemGroup }) };
  return [{ type: 'StockCounted', data: { ...of, counts } }, ...adjusted];
};

type Moved = { readonly at: string | undefined; readonly status: StockStatus };

/** The last count of this status, when it was made at `at` or later: it found what moved by then moved. */
export const countSince = ({ cuts }: StockState, { at, status }: Moved): Cut | undefined => {
  const cut = cuts[status];
  return cut === undefined || at === undefined || Date.parse(at) > Date.parse(cut.at) ? undefined : cut;
};

/**
 * Goods that moved by `at` and are told of after a count of a later instant: the count found them moved, and adjusted the
 * books for it as for a loss or a find. What it adjusted for them is taken back, or they would move twice.
 */
export const countedBefore = (
  place: Place,
  state: StockState,
  moved: Moved & { readonly qty: bigint },
  currency: string,
): readonly StockAdjusted[] => {
  const cut = countSince(state, moved);
  if (cut === undefined || moved.at === undefined) return [];
  const { countId, itemGroup } = cut;
  const count = { countId, movedAt: moved.at };
  const about = { reference: countId, status: moved.status, reason: countReason, itemGroup, count };
  return [adjustmentOf(place, -moved.qty, about, presentCost(state, currency))];
};
