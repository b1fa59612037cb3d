import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { wholeOf } from '../kit.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import type { Carton, CartonLine } from './cartonEvents.ts';
import type { ShipmentCommand } from './commands.ts';
import type { ConfirmedLine, ShipmentEvent } from './events.ts';
import type { Planned } from './parts.ts';
import { headOf, unknownLine } from './parts.ts';
import type { PackedCarton, ShipmentLine, ShipmentState } from './state.ts';
import { openOf } from './state.ts';

type Pack = Extract<ShipmentCommand, { readonly type: 'RecordPack' }>;
type Goods = Pick<CartonLine, 'lineId' | 'item' | 'qty'>;

const goodsKey = ({ lineId, item }: Pick<Goods, 'lineId' | 'item'>): string => `${lineId} ${item}`;

const summed = (goods: readonly Goods[]): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const each of goods) sums.set(goodsKey(each), (sums.get(goodsKey(each)) ?? 0n) + qty(each.qty));
  return sums;
};

const twiceIn = (values: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.has(value) || !seen.add(value)))];
};

const cartonsOf = ({ lines }: ShipmentState, { cartons }: Pack): readonly Carton[] => {
  const items = new Map(lines.map(({ lineId, item }) => [lineId, item]));
  return cartons.map((carton) => ({
    ...carton,
    lines: carton.lines.map(({ component, ...line }) => ({ ...line, item: component ?? items.get(line.lineId) ?? '' })),
  }));
};

/**
 * A carton and a piece with a number of its own are packed once, and no two cartons have one SSCC. What was packed with one
 * number twice before that was refused is in nobody's way.
 */
const packedTwice = (before: readonly Carton[], packed: readonly Carton[]): Refusal | undefined => {
  const cartons = [...before, ...packed];
  const cartonIds = twiceIn(cartons.map(({ cartonId }) => cartonId));
  if (cartonIds.length > 0) {
    return refuse('CARTON_PACKED', `Carton ${cartonIds.join(', ')} was packed before.`, { cartonIds });
  }
  const labels = new Set(packed.map(({ sscc }) => sscc));
  const ssccs = twiceIn(cartons.flatMap(({ sscc }) => sscc ?? [])).filter((sscc) => labels.has(sscc));
  if (ssccs.length > 0) {
    return refuse('CARTON_PACKED', `SSCC ${ssccs.join(', ')} would be on two cartons.`, { ssccs });
  }
  const pieces = cartons.flatMap(({ lines }) =>
    lines.flatMap(({ item, serials }) => serials.map((serial) => `${item} ${serial}`)),
  );
  const serials = twiceIn(pieces);
  return serials.length === 0
    ? undefined
    : refuse('SERIAL_PACKED', `${serials.join(', ')} would be in two cartons.`, { serials });
};

/** What may be in cartons: what is still to leave and what has left, in excess too, because that is a fact. */
const roomOf = (lines: readonly ShipmentLine[]): ReadonlyMap<string, bigint> => {
  const room = new Map<string, bigint>();
  const add = (key: string, amount: bigint) => room.set(key, (room.get(key) ?? 0n) + amount);
  for (const line of lines) {
    const whole = openOf(line) + line.confirmed;
    if (line.components === undefined) add(goodsKey(line), whole);
    else
      for (const { item, per, left } of line.components)
        add(goodsKey({ lineId: line.lineId, item }), maxQty(whole * per, left));
  }
  return room;
};

const tooMuch = (lines: readonly ShipmentLine[], packed: readonly Goods[]): Refusal | undefined => {
  const room = roomOf(lines);
  for (const [key, amount] of summed(packed)) {
    const most = room.get(key) ?? 0n;
    if (amount <= most) continue;
    const [lineId = '', item = ''] = key.split(' ');
    const detail = `${amount} ${item} of line ${lineId} would be in cartons; ${most} are to leave with the shipment.`;
    return refuse('PACK_EXCEEDS_PLANNED', detail, { lineId, item, most: qtyText(most), packed: qtyText(amount) });
  }
  return undefined;
};

/** Once per `packId`. What is packed beyond what is planned shows when it leaves, and can be packed then. */
export const recordPack = (command: Pack, plan: Planned, state: ShipmentState): readonly ShipmentEvent[] | Refusal => {
  const { packId, contentSha256 } = command;
  const known = state.packs.find((pack) => pack.packId === packId);
  if (known?.contentSha256 === contentSha256) return [];
  if (known !== undefined) {
    return refuse('BUSINESS_KEY_REUSED', `Pack ${packId} was recorded before with other content.`, { packId });
  }
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided; nothing is to be packed for it.');
  const unknown = unknownLine(
    state.lines,
    command.cartons.flatMap(({ lines }) => lines),
  );
  if (unknown !== undefined) return unknown;
  const cartons = cartonsOf(state, command);
  const refusal =
    packedTwice(state.cartons, cartons) ??
    tooMuch(
      state.lines,
      [...state.cartons, ...cartons].flatMap(({ lines }) => lines),
    );
  return refusal ?? [{ type: 'ItemsPacked', data: { ...headOf(plan), packId, contentSha256, cartons } }];
};

/**
 * The cartons that leave with a confirmation, in the order in which they were packed: those of which all is among what it
 * says has left. Nobody says which cartons these are, and a carton leaves whole.
 */
export const cartonsLeaving = (
  packed: readonly PackedCarton[],
  confirmed: readonly ConfirmedLine[],
): readonly Carton[] => {
  const left = summed(
    confirmed.flatMap(({ lineId, item, qty: amount, components }) =>
      components === undefined
        ? [{ lineId, item, qty: amount }]
        : components.map((one) => ({ lineId, item: one.item, qty: one.qty })),
    ),
  );
  const leaving: Carton[] = [];
  for (const { confirmationId, ...carton } of packed) {
    const content = summed(carton.lines);
    if (confirmationId !== null || [...content].some(([key, amount]) => (left.get(key) ?? 0n) < amount)) continue;
    for (const [key, amount] of content) left.set(key, (left.get(key) ?? 0n) - amount);
    leaving.push(carton);
  }
  return leaving;
};

type Line = {
  readonly lineId: string;
  readonly item: string;
  readonly open: bigint;
  readonly components?: readonly { readonly item: string; readonly per: bigint }[] | undefined;
};

/** How much of what is still to leave of each line lies in cartons; of a kit how many are whole there. */
export const packedOf = (cartons: readonly PackedCarton[], lines: readonly Line[]): readonly bigint[] => {
  const here = summed(cartons.flatMap((carton) => (carton.confirmationId === null ? carton.lines : [])));
  return lines.map(({ lineId, item, open, components }) => {
    const parts = components ?? [{ item, per: 1n }];
    const there = parts.map((part) => ({
      per: part.per,
      there: here.get(goodsKey({ lineId, item: part.item })) ?? 0n,
    }));
    const packed = minQty(open, wholeOf(there));
    // Of two reservations of one order line, what is in the first one's cartons is not in the second one's.
    for (const part of parts) {
      const key = goodsKey({ lineId, item: part.item });
      here.set(key, (here.get(key) ?? 0n) - packed * part.per);
    }
    return packed;
  });
};
