import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import { unbilledCosts } from './lossCosts.ts';
import type { LossCost, LossEvent, LossLiability, LossOutcome, LostGoods, SettledLoss } from './lossEvents.ts';
import type { GoodsSpan, ShipmentState } from './state.ts';

export type Loss = {
  readonly lossId: string;
  readonly contentSha256: string;
  readonly kind: 'LOST' | 'DAMAGED';
  readonly source: 'CARRIER' | 'PERSON';
  readonly at: string;
  readonly liability: LossLiability;
  /** Null: to be decided. */
  readonly outcome: LossOutcome | null;
  /** The parcel; null: not one of them. */
  readonly tracking: string | null;
  readonly goods: readonly LostGoods[];
  /** Null: what of it was billed is not known yet. */
  readonly settled: readonly SettledLoss[] | null;
  /** Costs that stand with whoever bears it. */
  readonly borne: readonly LossCost[];
  readonly creditMemoIds: readonly string[];
  readonly found: boolean;
};

/** Goods of it do not come: it was not found, or only when it had been settled. */
const stands = ({ found, settled }: Loss): boolean => !found || settled !== null;

export const spanOf = ({ shipmentLineId, fromQty, qty: size }: LostGoods): GoodsSpan => {
  const from = qty(fromQty);
  return { shipmentLineId, from, to: from + qty(size) };
};

/** Where lost goods lie among those of their line; nothing else can become of them. */
export const lostSpans = ({ losses }: Pick<ShipmentState, 'losses'>): readonly GoodsSpan[] =>
  losses.filter(stands).flatMap(({ goods }) => goods.map(spanOf));

const sumOf = <T>(all: readonly T[], amount: (each: T) => string): bigint =>
  all.reduce((sum, each) => sum + qty(amount(each)), 0n);

/** Goods of a shipment line that do not arrive, or not so that they could be used. */
export const lostOf = ({ losses }: Pick<ShipmentState, 'losses'>, shipmentLineId: string): bigint =>
  losses
    .filter(({ found }) => !found)
    .reduce(
      (sum, { goods }) =>
        sum +
        sumOf(
          goods.filter((each) => each.shipmentLineId === shipmentLineId),
          (each) => each.qty,
        ),
      0n,
    );

/** Lost goods of a shipment line that no invoice bills. */
export const unbilledLostOf = ({ losses }: Pick<ShipmentState, 'losses'>, shipmentLineId: string): bigint =>
  losses.reduce(
    (sum, { settled }) =>
      sum +
      sumOf(
        (settled ?? []).filter((each) => each.shipmentLineId === shipmentLineId),
        (each) => each.unbilledQty,
      ),
    0n,
  );

/** What losses that are settled took of one line and confirmation, of what was ordered or of what was beyond it. */
export const settledOf = (
  { losses }: Pick<ShipmentState, 'losses'>,
  of: { readonly shipmentLineId: string; readonly confirmationId: string; readonly beyond: boolean },
): { readonly unbilled: bigint; readonly billed: bigint } => {
  const all = losses
    .flatMap(({ settled }) => settled ?? [])
    .filter((each) => each.shipmentLineId === of.shipmentLineId && each.confirmationId === of.confirmationId)
    .filter((each) => (each.beyond !== undefined) === of.beyond);
  return { unbilled: sumOf(all, (each) => each.unbilledQty), billed: sumOf(all, (each) => each.billedQty) };
};

/** Goods of the confirmation are lost, and what of them was billed is still to be looked at. */
export const unsettledLoss = ({ losses }: Pick<ShipmentState, 'losses'>, confirmationId: string): Loss | undefined =>
  losses.find(
    ({ found, settled, goods }) =>
      !found && settled === null && goods.some((each) => each.confirmationId === confirmationId),
  );

type Free = { readonly from: bigint; readonly to: bigint };

/** The parts of [begin, end) that none of the spans has; `spans` ascend and do not overlap. */
const between = (spans: readonly Free[], begin: bigint, end: bigint): readonly Free[] => {
  const free: Free[] = [];
  let at = begin;
  for (const { from, to } of [...spans, { from: end, to: end }]) {
    const stop = minQty(from, end);
    if (stop > at) free.push({ from: at, to: stop });
    at = maxQty(at, to);
  }
  return free;
};

/** Goods of a line, up to `amount` of them, that are in none of the `taken` spans, in the order in which they left. */
export const freeGoods = (
  state: ShipmentState,
  taken: readonly GoodsSpan[],
  {
    shipmentLineId,
    confirmationId,
    amount,
  }: {
    readonly shipmentLineId: string;
    readonly confirmationId?: string | undefined;
    readonly amount: bigint;
  },
): readonly LostGoods[] => {
  const spans = taken
    .filter((span) => span.shipmentLineId === shipmentLineId)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const found: LostGoods[] = [];
  let begin = 0n;
  let left = amount;
  for (const line of state.confirmedLines) {
    if (line.shipmentLineId !== shipmentLineId) continue;
    const end = begin + qty(line.qty);
    const isMeant = confirmationId === undefined || confirmationId === line.confirmationId;
    for (const { from, to } of isMeant ? between(spans, begin, end) : []) {
      const size = minQty(left, to - from);
      if (size === 0n) continue;
      left -= size;
      const { lineId, item } = line;
      const place = { confirmationId: line.confirmationId, fromQty: qtyText(from), qty: qtyText(size) };
      found.push({ shipmentLineId, lineId, item, ...place });
    }
    begin = end;
  }
  return found;
};

const changed = (state: ShipmentState, lossId: string, change: (loss: Loss) => Loss): ShipmentState => ({
  ...state,
  losses: state.losses.map((loss) => (loss.lossId === lossId ? change(loss) : loss)),
});

export const evolveLosses = (state: ShipmentState, { type, data }: LossEvent): ShipmentState => {
  switch (type) {
    case 'ShipmentLost':
    case 'ShipmentDamaged': {
      const { lossId, contentSha256, at, liability, source, tracking = null, lines } = data;
      const loss: Loss = {
        ...{ lossId, contentSha256, at, liability, source, outcome: null, tracking, goods: lines },
        ...{ kind: type === 'ShipmentLost' ? 'LOST' : 'DAMAGED', settled: null, borne: [] },
        ...{ creditMemoIds: [], found: false },
      };
      return { ...state, losses: [...state.losses, loss] };
    }
    case 'ShipmentLossDecided':
      return changed(state, data.lossId, (loss) => ({ ...loss, outcome: data.outcome }));
    case 'ShipmentLossSettled':
      return changed(state, data.lossId, (loss) => ({
        ...loss,
        settled: data.lines,
        borne: [...loss.borne, ...data.lines.flatMap(unbilledCosts)],
      }));
    case 'ShipmentLossReassigned':
      return changed(state, data.lossId, (loss) => ({ ...loss, liability: data.to }));
    case 'ShipmentLossCredited':
      return changed(state, data.lossId, (loss) => ({
        ...loss,
        borne: [...loss.borne, ...data.lines.map(({ qty: _qty, ...cost }) => cost)],
        creditMemoIds: [...loss.creditMemoIds, data.creditMemoId],
      }));
    case 'ShipmentFound':
      return changed(state, data.lossId, (loss) => ({ ...loss, found: true }));
  }
};
