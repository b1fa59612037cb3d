import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { composedId } from '../ids.ts';
import { qty, qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type { ShipmentEvent, ShipmentShorted } from './events.ts';
import { kitPicks, kitsShort, piecesOf, recipeOfLine, withMissing } from './kitStops.ts';
import { voidedResolutions } from './overshipments.ts';
import type { Part, Planned } from './parts.ts';
import { headOf, partsOf, unknownLine } from './parts.ts';
import type { ShipmentLine, ShipmentState } from './state.ts';
import { openOf } from './state.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;
type Outcome = readonly ShipmentEvent[] | Refusal;

/** Quantities by order line; a line that is named twice counts twice. Pieces of kits are counted by themselves. */
const totals = (
  lines: readonly { readonly lineId: string; readonly component?: string; readonly qty: string }[],
): ReadonlyMap<string, bigint> => {
  const byLine = new Map<string, bigint>();
  for (const line of lines) {
    if (line.component === undefined && qty(line.qty) > 0n)
      byLine.set(line.lineId, (byLine.get(line.lineId) ?? 0n) + qty(line.qty));
  }
  return byLine;
};

const lineOf = ({ line: { lineId, item, reservationId }, qty: amount }: Part) => ({
  lineId,
  item,
  reservationId,
  qty: qtyText(amount),
});

/** The parts that `amounts` fall on. What will not leave is taken from the last parts, since the first ones leave first. */
const fallingOn = (
  lines: readonly ShipmentLine[],
  amounts: ReadonlyMap<string, bigint>,
  roomOf: (line: ShipmentLine) => bigint,
): readonly Part[] => [...amounts].flatMap(([lineId, amount]) => partsOf(lines, lineId, amount, roomOf).parts);

/** Counts up to what is still to leave and not picked yet; anything more shows when the goods leave. */
export const recordPick = (command: Of<'RecordPick'>, plan: Planned, state: ShipmentState): Outcome => {
  if (state.pickIds.includes(command.pickId)) return [];
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided; nothing is to be picked for it.');
  const unknown = unknownLine(state.lines, command.lines);
  if (unknown !== undefined) return unknown;
  const parts = fallingOn(state.lines, totals(command.lines), (line) => openOf(line) - line.picked);
  const kits = [...piecesOf(command.lines)].flatMap(([lineId, pieces]) => kitPicks(state.lines, lineId, pieces));
  const lines = [...parts.map(lineOf), ...kits];
  if (lines.length === 0) return [];
  return [{ type: 'ItemsPicked', data: { ...headOf(plan), pickId: command.pickId, lines } }];
};

const shorted = (
  plan: Planned,
  shortageId: string,
  parts: readonly Part[],
  causeOf: (lineId: string) => string,
  pieces: ReturnType<typeof piecesOf> = new Map(),
): ShipmentShorted => ({
  type: 'ShipmentShorted',
  data: {
    ...headOf(plan),
    shortageId,
    releaseId: plan.releaseId,
    lines: withMissing(parts, pieces).map(({ part, missing }) => ({
      ...lineOf(part),
      cause: causeOf(part.line.lineId),
      ...recipeOfLine(part.line),
      ...(missing === undefined ? {} : { missing }),
    })),
  },
});

/** The first line that calls more short than is still planned. */
const tooShort = (state: ShipmentState, amounts: ReadonlyMap<string, bigint>): Refusal | undefined => {
  for (const [lineId, amount] of amounts) {
    const { rest } = partsOf(state.lines, lineId, amount, openOf);
    if (rest === 0n) continue;
    const open = qtyText(amount - rest);
    const detail = `Line ${lineId} has ${open} still planned; ${amount} cannot be short.`;
    return refuse('SHORT_EXCEEDS_OPEN', detail, { lineId, open, requested: qtyText(amount) });
  }
  return undefined;
};

export const reportShort = (command: Of<'ReportShort'>, plan: Planned, state: ShipmentState): Outcome => {
  if (state.shortageIds.includes(command.shortageId)) return [];
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided; nothing of it can be short.');
  const pieces = piecesOf(command.lines);
  const kits = [...pieces].map(([lineId, missing]) => [lineId, kitsShort(state.lines, lineId, missing)] as const);
  const amounts = new Map([...totals(command.lines), ...kits]);
  const refusal = unknownLine(state.lines, command.lines) ?? tooShort(state, amounts);
  if (refusal !== undefined) return refusal;
  const parts = fallingOn(state.lines.toReversed(), amounts, openOf);
  if (parts.length === 0) return [];
  const causes = new Map(command.lines.toReversed().map((line) => [line.lineId, line.cause]));
  return [shorted(plan, command.shortageId, parts, (lineId) => causes.get(lineId) ?? '', pieces)];
};

/** The warehouse stopped this much; what left meanwhile stays gone, so no more is taken than is still planned. */
export const reduce = (command: Of<'Reduce'>, plan: Planned, state: ShipmentState): Outcome => {
  const { changeId } = command;
  if (state.changeIds.includes(changeId)) return [];
  const unknown = unknownLine(state.lines, command.lines);
  if (unknown !== undefined) return unknown;
  const parts = fallingOn(state.lines.toReversed(), totals(command.lines), openOf);
  if (parts.length === 0) return [];
  const kind = plan.kind === 'DROPSHIP' ? { kind: plan.kind } : {};
  return [{ type: 'ShipmentReduced', data: { ...headOf(plan), ...kind, changeId, lines: parts.map(lineOf) } }];
};

/**
 * Everything that left is taken back on paper, with a full copy of what was confirmed. What was still planned is called
 * short in the same append: otherwise it would stay allocated to a shipment that no longer stands. It is not missing.
 */
export const voidShipment = (command: Of<'VoidShipment'>, plan: Planned, state: ShipmentState): Outcome => {
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided before; it can be voided once.');
  if (state.confirmedLines.length === 0 || state.currency === null) {
    return refuse('SHIPMENT_NOT_CONFIRMED', 'Nothing of this shipment has left, so there is nothing to void.');
  }
  const { deliveredAt } = state.carriage;
  if (deliveredAt !== null) {
    return refuse('SHIPMENT_DELIVERED', `The goods arrived at ${deliveredAt}; they come back as a return.`, {
      deliveredAt,
    });
  }
  if (plan.kind === 'DROPSHIP') {
    const detail = 'A supplier sent these goods; what it did not send it has to say itself.';
    return refuse('SHIPMENT_DROPSHIPPED', detail, { poId: plan.releaseId });
  }
  const lost = state.losses.find(({ found, settled }) => !found || settled !== null);
  if (lost !== undefined) {
    const detail = `Goods of this shipment are lost or damaged (${lost.lossId}), so they have left.`;
    return refuse('SHIPMENT_LOST', detail, { lossId: lost.lossId });
  }
  const [returned] = state.returnSpans;
  if (returned !== undefined) {
    return refuse('SHIPMENT_RETURNED', `Goods of this shipment are in return ${returned.rmaId}.`, {
      rmaId: returned.rmaId,
    });
  }
  const open = state.lines.filter((line) => openOf(line) > 0n).map((line) => ({ line, qty: openOf(line) }));
  const short = shorted(plan, composedId(plan.shipmentId, 'void'), open, () => 'SHIPMENT_VOIDED');
  const rest: ShipmentEvent = { ...short, data: { ...short.data, goodsInPlace: true } };
  const voided: ShipmentEvent = {
    type: 'ShipmentVoided',
    data: {
      ...headOf(plan),
      reason: command.reason,
      currency: state.currency,
      confirmationIds: state.confirmations.map((confirmation) => confirmation.confirmationId),
      lines: state.confirmedLines,
      ...(command.confirmed === undefined ? {} : { confirmed: command.confirmed }),
      ...voidedResolutions(command, state),
    },
  };
  return open.length === 0 ? [voided] : [rest, voided];
};
