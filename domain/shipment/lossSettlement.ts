import { saidOf } from '../ledger/revenuePolicy.ts';
import { minor, minorText } from '../money.ts';
import { partialCost, partialCosts } from '../pricing/lineAmounts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { LossCommand } from './lossCommands.ts';
import type { Beyond, LossEvent, LostGoods, SettledLoss } from './lossEvents.ts';
import { type Loss, settledOf } from './lossState.ts';
import type { Planned } from './parts.ts';
import { headOf } from './parts.ts';
import type { ConfirmationLine, Overshipment, ShipmentState } from './state.ts';

type Settle = Extract<LossCommand, { readonly type: 'SettleLoss' }>;

/** Goods [begin, end) of what one confirmation sent of one line, and how the order had come to them. */
type Kind = { readonly begin: bigint; readonly end: bigint; readonly beyond?: Overshipment };

/** What is beyond the order first: what is there serves the order before anything else. */
const kindsOf = (state: ShipmentState, line: ConfirmationLine): readonly Kind[] => {
  const { confirmationId, lineId, shipmentLineId } = line;
  const sent = qty(line.qty);
  const beyond = state.overshipments.find(
    ({ found }) => found.confirmationId === confirmationId && found.lineId === lineId,
  );
  const part = beyond?.found.parts.find((each) => each.shipmentLineId === shipmentLineId);
  if (beyond === undefined || part === undefined) return [{ begin: 0n, end: sent }];
  const ordered = sent - qty(part.qty);
  return [
    { begin: ordered, end: sent, beyond },
    { begin: 0n, end: ordered },
  ];
};

/** Lost goods of one line and confirmation that are all ordered or all beyond the order. */
export type LossPart = {
  readonly line: ConfirmationLine;
  readonly kind: Kind;
  readonly amount: bigint;
  /** Of the same kind no invoice bills, or is billed and lost, already. */
  readonly before: { readonly unbilled: bigint; readonly billed: bigint };
  /** Of the same kind is there after this loss and all that were settled before it. */
  readonly rest: bigint;
};

const grouped = (goods: readonly LostGoods[]): readonly (LostGoods & { readonly amount: bigint })[] => {
  const sums = new Map<string, LostGoods & { readonly amount: bigint }>();
  for (const each of goods) {
    const key = `${each.shipmentLineId} ${each.confirmationId}`;
    sums.set(key, { ...each, amount: (sums.get(key)?.amount ?? 0n) + qty(each.qty) });
  }
  return [...sums.values()];
};

/** What becomes of a loss that is about to be settled. */
export const lossParts = (state: ShipmentState, { goods }: Pick<Loss, 'goods'>): readonly LossPart[] =>
  grouped(goods).flatMap(({ shipmentLineId, confirmationId, amount }) => {
    const line = state.confirmedLines.find(
      (each) => each.shipmentLineId === shipmentLineId && each.confirmationId === confirmationId,
    );
    let left = amount;
    return (line === undefined ? [] : kindsOf(state, line)).flatMap((kind): readonly LossPart[] => {
      if (line === undefined) return [];
      const before = settledOf(state, { shipmentLineId, confirmationId, beyond: kind.beyond !== undefined });
      const there = kind.end - kind.begin - before.unbilled - before.billed;
      const size = minQty(left, there);
      left -= size;
      return size === 0n ? [] : [{ line, kind, amount: size, before, rest: there - size }];
    });
  });

/** The cost of goods [begin + from, begin + from + amount) of those that the line sent (R6). */
export const costWithin = ({ line, kind }: Pick<LossPart, 'line' | 'kind'>, from: bigint, amount: bigint): bigint =>
  partialCost(minor(line.cost), qty(line.qty), kind.begin + from, amount);

/** The same of each component of a kit. */
export const costsWithin = ({ line, kind }: Pick<LossPart, 'line' | 'kind'>, from: bigint, amount: bigint) =>
  partialCosts(
    (line.components ?? []).map(({ costOfKits }) => minor(costOfKits)),
    qty(line.qty),
    kind.begin + from,
    amount,
  );

const byComponent = (part: LossPart, from: bigint, amount: bigint): Pick<SettledLoss, 'components'> => {
  const { components = [] } = part.line;
  if (components.length === 0) return {};
  const shares = costsWithin(part, from, amount);
  return {
    components: components.map(({ item, itemGroup }, index) => ({
      ...{ item, ...(itemGroup === undefined ? {} : { itemGroup }) },
      cost: minorText(shares[index] ?? 0n),
    })),
  };
};

const beyondOf = ({ kind }: LossPart): Pick<SettledLoss, 'beyond' | 'given'> => {
  if (kind.beyond === undefined) return {};
  const { found, resolution } = kind.beyond;
  const beyond: Beyond = resolution?.outcome ?? 'UNDECIDED';
  if (beyond !== 'GIFT') return { beyond };
  const { soldTo, channel, customerGroup, region } = found;
  return { beyond, given: { soldTo, channel, customerGroup, ...(region === undefined ? {} : { region }) } };
};

/** What no invoice bills is counted from the last one of its kind: what invoices bill is counted from the first, so both together are the cost that left. */
const settledPart = (state: ShipmentState, { billed }: Settle, part: LossPart): SettledLoss => {
  const { line, kind, amount, before } = part;
  const { shipmentLineId, confirmationId, lineId, item, itemGroup } = line;
  const on = billed.find(
    (each) =>
      each.shipmentLineId === shipmentLineId &&
      each.confirmationId === confirmationId &&
      (each.beyond ?? false) === (kind.beyond !== undefined),
  );
  const unbilled = amount - qty(on?.qty ?? '0');
  const from = kind.end - kind.begin - before.unbilled - unbilled;
  const cost = costWithin(part, from, unbilled);
  const left = state.confirmations.find((each) => each.confirmationId === confirmationId);
  return {
    ...{ shipmentLineId, lineId, item, ...(itemGroup === undefined ? {} : { itemGroup }), confirmationId },
    ...{ ...saidOf(left?.revenuePolicy), ...beyondOf(part) },
    ...{ unbilledQty: qtyText(unbilled), unbilledCost: minorText(cost), ...byComponent(part, from, unbilled) },
    ...{ billedQty: qtyText(amount - unbilled), ...(on === undefined ? {} : { invoiceId: on.invoiceId }) },
    ...(on?.unearned === true ? { unearned: true } : {}),
  };
};

export const settleLoss = (command: Settle, plan: Planned, state: ShipmentState, loss: Loss): readonly LossEvent[] => {
  const { lossId, outcome, liability } = loss;
  if (loss.settled !== null || loss.found || outcome === null || state.currency === null) return [];
  const lines = lossParts(state, loss).map((part) => settledPart(state, command, part));
  const data = { ...headOf(plan), lossId, outcome, liability, currency: state.currency, lines };
  return [{ type: 'ShipmentLossSettled', data }];
};
