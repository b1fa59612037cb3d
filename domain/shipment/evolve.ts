import { saidOf } from '../ledger/revenuePolicy.ts';
import { maxQty, minQty, qty } from '../quantity.ts';
import { arrived, leftAgain, tracked } from './carriage.ts';
import type { PlannedLine, ShipmentConfirmed, ShipmentEvent } from './events.ts';
import { evolveLosses } from './lossState.ts';
import { foundOvershipment, resolvedOvershipment } from './overshipments.ts';
import { claimed, freed } from './returnSpans.ts';
import type { PackedCarton, ShipmentLine, ShipmentState } from './state.ts';
import { openOf, withShipmentLineIds } from './state.ts';

const plannedLines = (lines: readonly PlannedLine[]): readonly ShipmentLine[] =>
  withShipmentLineIds(lines).map(({ shipmentLineId, lineId, item, reservationId, qty: planned, components }) => ({
    shipmentLineId,
    lineId,
    item,
    reservationId,
    planned: qty(planned),
    confirmed: 0n,
    excess: 0n,
    shorted: 0n,
    reduced: 0n,
    picked: 0n,
    ...(components && {
      components: components.map((one) => ({ item: one.item, per: qty(one.qty), left: 0n, picked: 0n })),
    }),
  }));

type Part = { readonly lineId: string; readonly reservationId: string; readonly qty: string };

/** Applies `change` to the line that each part names. `picked` never exceeds what is still to leave. */
const changed = <P extends Part>(
  lines: readonly ShipmentLine[],
  parts: readonly P[],
  change: (line: ShipmentLine, part: P) => ShipmentLine,
): readonly ShipmentLine[] => {
  const byPart = new Map(parts.map((part) => [`${part.lineId} ${part.reservationId}`, part]));
  return lines.map((line) => {
    const part = byPart.get(`${line.lineId} ${line.reservationId}`);
    if (part === undefined) return line;
    const next = change(line, part);
    return { ...next, picked: minQty(next.picked, openOf(next)) };
  });
};

/** Counts what a fact says of the components of a kit. */
const counted = (
  line: ShipmentLine,
  name: 'left' | 'picked',
  parts: readonly { readonly item: string; readonly qty: string }[] = [],
): Pick<ShipmentLine, 'components'> => {
  if (line.components === undefined) return {};
  const more = new Map(parts.map((part) => [part.item, qty(part.qty)]));
  return { components: line.components.map((one) => ({ ...one, [name]: one[name] + (more.get(one.item) ?? 0n) })) };
};

/** Cartons that leave with a confirmation are its own from then on. */
export const withLeft = (
  packed: readonly PackedCarton[],
  { confirmationId, cartons = [] }: Pick<ShipmentConfirmed['data'], 'confirmationId' | 'cartons'>,
): readonly PackedCarton[] => {
  const left = new Set(cartons.map(({ cartonId }) => cartonId));
  return packed.map((carton) => (left.has(carton.cartonId) ? { ...carton, confirmationId } : carton));
};

const confirmed = (state: ShipmentState, data: ShipmentConfirmed['data']): ShipmentState => {
  const { confirmationId, contentSha256, currency, soldTo, shippedAt } = data;
  return {
    ...state,
    currency,
    soldTo,
    tracking: [...new Set([...state.tracking, ...data.tracking])],
    carriage: { ...state.carriage, deliveredAt: leftAgain(state.carriage.deliveredAt, data) },
    lines: changed(state.lines, data.lines, (line, part) => ({
      ...line,
      confirmed: line.confirmed + qty(part.qty),
      excess: line.excess + qty(part.excess),
      picked: maxQty(0n, line.picked - qty(part.qty)),
      ...counted(line, 'left', part.components),
    })),
    confirmedLines: [...state.confirmedLines, ...data.lines.map((line) => ({ ...line, confirmationId }))],
    confirmations: [
      ...state.confirmations,
      { confirmationId, contentSha256, shippedAt, ...saidOf(data.revenuePolicy) },
    ],
    cartons: withLeft(state.cartons, data),
  };
};

/** Total and without effects on `state`. */
export const evolveShipment = (state: ShipmentState, event: ShipmentEvent): ShipmentState => {
  switch (event.type) {
    case 'ShipmentPlanned': {
      const { lines, ...plan } = event.data;
      return { ...state, plan, lines: plannedLines(lines) };
    }
    case 'ItemsPicked': {
      const { lines, pickId } = event.data;
      const next = changed(state.lines, lines, (line, part) => ({
        ...line,
        picked: line.picked + qty(part.qty),
        ...counted(line, 'picked', part.components),
      }));
      return { ...state, lines: next, pickIds: [...state.pickIds, pickId] };
    }
    case 'ItemsPacked': {
      const { packId, contentSha256, cartons } = event.data;
      const packed = cartons.map((carton) => ({ ...carton, confirmationId: null }));
      const packs = [...state.packs, { packId, contentSha256 }];
      return { ...state, packs, cartons: [...state.cartons, ...packed] };
    }
    case 'ShipmentConfirmed':
      return confirmed(state, event.data);
    case 'ShipmentShorted': {
      const { lines, shortageId } = event.data;
      const next = changed(state.lines, lines, (line, part) => ({ ...line, shorted: line.shorted + qty(part.qty) }));
      return { ...state, lines: next, shortageIds: [...state.shortageIds, shortageId] };
    }
    case 'ShipmentReduced': {
      const { lines, changeId } = event.data;
      const next = changed(state.lines, lines, (line, part) => ({ ...line, reduced: line.reduced + qty(part.qty) }));
      return { ...state, lines: next, changeIds: [...state.changeIds, changeId] };
    }
    case 'ShipmentVoided':
      return { ...state, voided: true };
    case 'CarrierStatusRecorded':
      return { ...state, carriage: tracked(state.carriage, event.data) };
    case 'ShipmentDelivered':
      return { ...state, carriage: arrived(state.carriage, event.data) };
    case 'ShipmentReturnClaimed':
      return claimed(state, event.data);
    case 'ShipmentReturnFreed':
      return freed(state, event.data);
    case 'OvershipmentFound':
      return { ...state, overshipments: foundOvershipment(state, event) };
    case 'OvershipmentResolved':
      return { ...state, overshipments: resolvedOvershipment(state, event) };
    case 'ShipmentLost':
    case 'ShipmentDamaged':
    case 'ShipmentLossDecided':
    case 'ShipmentLossSettled':
    case 'ShipmentLossReassigned':
    case 'ShipmentLossCredited':
    case 'ShipmentFound':
      return evolveLosses(state, event);
    // Follows from the confirmation beside it, which carries the excess.
    case 'ShipmentOvershipped':
      return state;
  }
};
