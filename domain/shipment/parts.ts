import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { minQty } from '../quantity.ts';
import type { Plan, ShipmentLine } from './state.ts';

export type Planned = Plan;

/** What every event of a shipment repeats. */
export const headOf = ({ shipmentId, orderId, bu, node }: Planned) => ({ shipmentId, orderId, bu, node });

export type Part = { readonly line: ShipmentLine; readonly qty: bigint };

/** Spreads `amount` of one order line over the parts of the shipment that have room for it, in the order of `lines`. */
export const partsOf = (
  lines: readonly ShipmentLine[],
  lineId: string,
  amount: bigint,
  roomOf: (line: ShipmentLine) => bigint,
): { readonly parts: readonly Part[]; readonly rest: bigint } => {
  const parts: Part[] = [];
  let rest = amount;
  for (const line of lines) {
    if (line.lineId !== lineId) continue;
    const qty = minQty(rest, roomOf(line));
    if (qty <= 0n) continue;
    parts.push({ line, qty });
    rest -= qty;
  }
  return { parts, rest };
};

export const unknownLine = (
  lines: readonly ShipmentLine[],
  named: readonly { readonly lineId: string; readonly component?: string }[],
): Refusal | undefined => {
  const known = new Map(lines.map((line) => [line.lineId, line]));
  const unknown = named.flatMap(({ lineId, component }) => {
    const line = known.get(lineId);
    if (component === undefined) return line === undefined ? [lineId] : [];
    return line?.components?.some(({ item }) => item === component) === true ? [] : [`${lineId}/${component}`];
  });
  return unknown.length === 0
    ? undefined
    : refuse('LINE_UNKNOWN', `The shipment has no line ${unknown.join(', ')}.`, { lineIds: unknown });
};
