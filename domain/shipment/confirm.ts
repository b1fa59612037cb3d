import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { saidOf } from '../ledger/revenuePolicy.ts';
import { minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type { ConfirmedLine, ShipmentEvent, ShipmentOvershipped } from './events.ts';
import { costAfter, kitsConfirmed, ownedAfter } from './kits.ts';
import { cartonsLeaving } from './packing.ts';
import type { Planned } from './parts.ts';
import { headOf, partsOf, unknownLine } from './parts.ts';
import type { ShipmentState } from './state.ts';
import { openOf } from './state.ts';

type Confirm = Extract<ShipmentCommand, { readonly type: 'ConfirmShipment' }>;
type ConfirmLine = Confirm['lines'][number];

/** One entry per order line, or component of a kit: a line may be reported in several parcels, all from the same stock at the same cost. */
const merged = (lines: readonly ConfirmLine[]): readonly ConfirmLine[] => {
  const byLine = new Map<string, ConfirmLine>();
  for (const line of lines) {
    if (qty(line.qty) <= 0n) continue;
    const key = line.component === undefined ? line.lineId : `${line.lineId}/${line.component}`;
    const known = byLine.get(key);
    const next =
      known === undefined
        ? line
        : {
            ...known,
            qty: qtyText(qty(known.qty) + qty(line.qty)),
            lots: [...known.lots, ...line.lots.filter((lot) => !known.lots.includes(lot))],
            serials: [...known.serials, ...line.serials],
          };
    byLine.set(key, next);
  }
  return [...byLine.values()];
};

const costOf = (state: ShipmentState, shipmentLineId: string, amount: bigint, line: ConfirmLine, currency: string) => {
  const earlier = state.confirmedLines.filter((each) => each.shipmentLineId === shipmentLineId);
  const { unitCost } = line;
  const cost = minorText(costAfter(earlier, amount, unitCost, currency));
  return { unitCost, cost, ...ownedAfter(earlier, amount, line.owned, currency) };
};

/**
 * Spreads one reported line over its planned parts in their order; what is beyond all of them stays with the last one
 * as excess. Serials go along with the quantities; lots are repeated, since nobody said which part came from which.
 */
const confirmedParts = (state: ShipmentState, line: ConfirmLine, currency: string): readonly ConfirmedLine[] => {
  const { parts, rest } = partsOf(state.lines, line.lineId, qty(line.qty), openOf);
  const lastLine = state.lines.filter((planned) => planned.lineId === line.lineId).at(-1);
  const last = parts.at(-1)?.line ?? lastLine;
  const taken =
    rest === 0n || last === undefined
      ? parts
      : [...parts.filter((part) => part.line !== last), { line: last, qty: (parts.at(-1)?.qty ?? 0n) + rest }];
  let serialsUsed = 0;
  return taken.map((part, index) => {
    const from = serialsUsed;
    serialsUsed = index === taken.length - 1 ? line.serials.length : from + Number(part.qty);
    const { lineId, shipmentLineId, item, reservationId } = part.line;
    return {
      lineId,
      shipmentLineId,
      item,
      reservationId,
      qty: qtyText(part.qty),
      excess: qtyText(part.line === last ? rest : 0n),
      lots: line.lots,
      serials: line.serials.slice(from, serialsUsed),
      ...costOf(state, shipmentLineId, part.qty, line, currency),
      ...(line.itemGroup === undefined ? {} : { itemGroup: line.itemGroup }),
    };
  });
};

/** Lines of one kit are taken together, where the first of them is. */
const confirmedLines = (state: ShipmentState, command: Confirm): readonly ConfirmedLine[] => {
  const reported = merged(command.lines);
  const kits = new Set<string>();
  return reported.flatMap((line) => {
    if (line.component === undefined) return confirmedParts(state, line, command.currency);
    if (kits.has(line.lineId)) return [];
    kits.add(line.lineId);
    const parts = state.lines.filter(({ lineId }) => lineId === line.lineId);
    const ofKit = reported.filter(({ lineId }) => lineId === line.lineId);
    return kitsConfirmed(state, parts, ofKit, command.currency);
  });
};

const overshipped = (
  plan: Planned,
  confirmationId: string,
  lines: readonly ConfirmedLine[],
): readonly ShipmentOvershipped[] =>
  lines
    .filter((line) => qty(line.excess) > 0n)
    .map(({ lineId, item, excess }) => ({
      type: 'ShipmentOvershipped',
      data: { ...headOf(plan), confirmationId, lineId, item, excess },
    }));

const repeat = (known: string, command: Confirm): readonly ShipmentEvent[] | Refusal =>
  known === command.contentSha256
    ? []
    : refuse('BUSINESS_KEY_REUSED', `Confirmation ${command.confirmationId} was recorded before with other content.`, {
        confirmationId: command.confirmationId,
      });

/** Goods left: recorded whatever was planned. Only a line that this shipment never had cannot be meant. */
export const confirm = (command: Confirm, plan: Planned, state: ShipmentState): readonly ShipmentEvent[] | Refusal => {
  const { confirmationId, contentSha256, soldTo, shippedAt, carrier, tracking, freightCost, currency } = command;
  const known = state.confirmations.find((confirmation) => confirmation.confirmationId === confirmationId);
  if (known !== undefined) return repeat(known.contentSha256, command);
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided; what leaves now needs a new one.');
  const unknown = unknownLine(state.lines, command.lines);
  if (unknown !== undefined) return unknown;
  const lines = confirmedLines(state, command);
  if (lines.length === 0) return [];
  const cartons = cartonsLeaving(state.cartons, lines);
  const labels = cartons.flatMap((carton) => carton.tracking ?? []);
  const confirmed: ShipmentEvent = {
    type: 'ShipmentConfirmed',
    data: {
      ...headOf(plan),
      ...(plan.kind === 'DROPSHIP' ? { kind: plan.kind } : {}),
      confirmationId,
      contentSha256,
      releaseId: plan.releaseId,
      soldTo,
      shippedAt,
      tracking: [...new Set([...tracking, ...labels])],
      currency,
      ...saidOf(command.revenuePolicy),
      lines,
      ...(carrier === undefined ? {} : { carrier }),
      ...(freightCost === undefined ? {} : { freightCost }),
      ...(cartons.length === 0 ? {} : { cartons }),
    },
  };
  return [confirmed, ...overshipped(plan, confirmationId, lines)];
};
