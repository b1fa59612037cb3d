import { type Refusal, refuse } from '../decider.ts';
import { cumulativePart, decimal, extend } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import type { DropShipCommand } from './commands.ts';
import type { DropShipEvent, DropShipPlaced } from './events.ts';
import type { DropShipLineState, DropShipState, Told } from './state.ts';

export type Of<T extends DropShipCommand['type']> = Extract<DropShipCommand, { readonly type: T }>;
export type Outcome = readonly DropShipEvent[] | Refusal;
export type Placed = DropShipPlaced['data'];

/** What every event of a purchase order repeats. */
export const headOf = ({ poId, bu, orderId, supplier }: Placed) => ({ poId, bu, orderId, supplier });

/** What was told before under this id: again, or something else. Undefined: it is new. */
export const repeated = (known: readonly Told[], id: string, contentSha256: string): Outcome | undefined => {
  const before = known.find((each) => each.id === id);
  if (before === undefined) return undefined;
  return before.contentSha256 === contentSha256
    ? []
    : refuse('BUSINESS_KEY_REUSED', `${id} was recorded before with other content.`, { id });
};

export type Asked<P> = { readonly line: DropShipLineState; readonly qty: bigint; readonly part: P };

/** One entry per line, in the order of the message; what is named twice counts twice. `LINE_UNKNOWN` for a line that was never ordered. */
export const askedOf = <P extends { readonly lineId: string; readonly qty: string }>(
  state: DropShipState,
  parts: readonly P[],
  merged: (a: P, b: P) => P = (a) => a,
): readonly Asked<P>[] | Refusal => {
  const byLine = new Map<string, Asked<P>>();
  const unknown: string[] = [];
  for (const part of parts) {
    const line = state.lines.find(({ lineId }) => lineId === part.lineId);
    if (line === undefined) {
      unknown.push(part.lineId);
      continue;
    }
    const before = byLine.get(part.lineId);
    const sum = qtyText((before?.qty ?? 0n) + qty(part.qty));
    const whole = before === undefined ? part : merged(before.part, part);
    byLine.set(part.lineId, { line, qty: qty(sum), part: whole });
  }
  const detail = `The purchase order has no line ${unknown.join(', ')}.`;
  if (unknown.length > 0) return refuse('LINE_UNKNOWN', detail, { lineIds: unknown });
  return [...byLine.values()].filter((asked) => asked.qty > 0n);
};

/** R6: what `amount` more of a line cost after `from`, minor units. However it is split, the parts add up. */
export const costOf = ({ unitCost }: DropShipLineState, currency: string, from: bigint, amount: bigint): bigint =>
  cumulativePart((total) => extend(total, decimal(unitCost), currency), from, amount);
