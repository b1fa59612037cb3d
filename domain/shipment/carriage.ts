import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { qty, qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type {
  CarrierCode,
  CarrierStatusRecorded,
  ShipmentConfirmed,
  ShipmentDelivered,
  ShipmentEvent,
} from './events.ts';
import type { LossEvent, LostGoods } from './lossEvents.ts';
import { foundAgain, goodsOnTheirWay, takenGoods } from './losses.ts';
import { evolveLosses, freeGoods, lostOf, spanOf } from './lossState.ts';
import type { Planned } from './parts.ts';
import { headOf } from './parts.ts';
import type { Carriage, ShipmentState } from './state.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;
type Outcome = readonly ShipmentEvent[] | Refusal;

/** A carrier repeats what it told lately. An older one that comes again is late and changes nothing. */
const factsMax = 500;

/** What only goods do that are there. */
const moving: readonly CarrierCode[] = [
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'AVAILABLE_FOR_PICKUP',
  'RETURNING',
  'DELIVERED',
];

const isBefore = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);

/** The same fact again is no event; undefined: it is new. */
const repeated = ({ facts }: Carriage, id: string, contentSha256: string): Outcome | undefined => {
  const known = facts.find((fact) => fact.id === id);
  if (known === undefined) return undefined;
  return known.contentSha256 === contentSha256
    ? []
    : refuse('BUSINESS_KEY_REUSED', `${id} was recorded before with other content.`, { id });
};

/** Everything that arrives; undefined: all that left is lost. */
const delivered = (
  plan: Planned,
  state: ShipmentState,
  of: Pick<ShipmentDelivered['data'], 'deliveryId' | 'contentSha256' | 'deliveredAt' | 'proof'>,
): ShipmentDelivered | undefined => {
  const lines = state.lines.flatMap(({ lineId, shipmentLineId, item, confirmed }) => {
    const there = confirmed - lostOf(state, shipmentLineId);
    return there > 0n ? [{ lineId, shipmentLineId, item, qty: qtyText(there) }] : [];
  });
  if (lines.length === 0) return undefined;
  const earns = !state.voided && state.confirmations.some(({ revenuePolicy }) => revenuePolicy === 'ON_DELIVERY');
  return { type: 'ShipmentDelivered', data: { ...headOf(plan), ...of, ...(earns ? { earns: true } : {}), lines } };
};

const hasArrived = ({ arrived: parcels }: Carriage, parcel: string): boolean =>
  parcels.some(({ tracking }) => tracking === parcel);

/** Whether with this everything has arrived that left and is not lost: a parcel that is named is one of those that the confirmations named. */
const isLast = ({ tracking, carriage, losses }: ShipmentState, parcel: string | undefined): boolean =>
  parcel === undefined ||
  tracking.every(
    (each) =>
      each === parcel ||
      hasArrived(carriage, each) ||
      losses.some((loss) => loss.tracking === each && loss.kind === 'LOST' && !loss.found),
  );

/** When the last of the parcels arrived, in whatever order that is told. */
const lastOf = ({ arrived: before }: Carriage, at: string): string =>
  before.reduce((last, each) => (isBefore(last, each.at) ? each.at : last), at);

/** What is known to be in a parcel; of several whose cartons nobody told there is no telling, nor which kits a component breaks. */
const goodsIn = (state: ShipmentState, parcel: string | undefined): readonly LostGoods[] => {
  if (parcel === undefined || (state.tracking.length === 1 && state.tracking[0] === parcel))
    return goodsOnTheirWay(state);
  const goods: LostGoods[] = [];
  for (const { tracking, confirmationId, lines } of state.cartons) {
    if (tracking !== parcel || confirmationId === null) continue;
    for (const { lineId, item, qty: text } of lines) {
      let left = qty(text);
      for (const { shipmentLineId } of state.lines.filter((line) => line.lineId === lineId && line.item === item)) {
        const taken = [...takenGoods(state), ...goods.map(spanOf)];
        const found = freeGoods(state, taken, { shipmentLineId, confirmationId, amount: left });
        left = found.reduce((rest, each) => rest - qty(each.qty), left);
        goods.push(...found);
      }
    }
  }
  return goods;
};

/** What is told of all parcels is told of each. */
const isOf = (known: string | null, parcel: string | undefined): boolean =>
  known === null || parcel === undefined || known === parcel;

/** The parcel, or all of them, moved later than that. */
const movedSince = ({ moved, deliveredAt }: Carriage, at: string, parcel: string | undefined): boolean =>
  deliveredAt !== null || moved.some(({ tracking, at: last }) => isOf(tracking, parcel) && isBefore(at, last));

type Told = Omit<Of<'RecordTracking'>, 'type'>;

/** The carrier bears what it says it lost, until somebody says otherwise, and somebody decides what becomes of it. */
const lostByCarrier = (plan: Planned, state: ShipmentState, told: Told): readonly LossEvent[] => {
  const { trackingEventId: lossId, contentSha256, code, at, tracking } = told;
  if (code !== 'LOST' && code !== 'DAMAGED') return [];
  const isKnown = state.losses.some((loss) => loss.lossId === lossId);
  const isThere = tracking !== undefined && hasArrived(state.carriage, tracking);
  const isOver = isKnown || isThere || state.voided || movedSince(state.carriage, at, tracking);
  const lines = isOver ? [] : goodsIn(state, tracking);
  if (lines.length === 0) return [];
  const by = { source: 'CARRIER', liability: 'CARRIER' } as const;
  const data = {
    ...{ ...headOf(plan), lossId, contentSha256, at, ...by },
    ...(tracking === undefined ? {} : { tracking }),
    lines,
  };
  return [code === 'LOST' ? { type: 'ShipmentLost', data } : { type: 'ShipmentDamaged', data }];
};

/** What the carrier lost and moves again; what a person told of, a person takes back. */
const foundByCarrier = (plan: Planned, state: ShipmentState, { code, at, tracking }: Told): readonly LossEvent[] => {
  if (!moving.includes(code)) return [];
  return state.losses
    .filter(({ kind, source, found }) => kind === 'LOST' && source === 'CARRIER' && !found)
    .filter((loss) => isOf(loss.tracking, tracking) && !isBefore(at, loss.at))
    .map((loss) => foundAgain(plan, loss, { at, source: 'CARRIER' }));
};

/** A status is never older than the one before it: what comes late is recorded and changes nothing (S-15). */
export const recordTracking = (command: Of<'RecordTracking'>, plan: Planned, state: ShipmentState): Outcome => {
  const { type: _type, ...told } = command;
  const { trackingEventId, contentSha256, at } = told;
  const { carriage } = state;
  const known = repeated(carriage, trackingEventId, contentSha256);
  if (known !== undefined) return known;
  const isLate = carriage.deliveredAt !== null || (carriage.newestAt !== null && isBefore(at, carriage.newestAt));
  const late = isLate ? ({ late: true } as const) : {};
  const recorded: CarrierStatusRecorded = {
    type: 'CarrierStatusRecorded',
    data: { ...headOf(plan), ...told, ...late },
  };
  if (state.confirmedLines.length === 0) return [recorded];
  const losses = [...foundByCarrier(plan, state, told), ...lostByCarrier(plan, state, told)];
  return [recorded, ...losses, ...deliveredBy(plan, losses.reduce(evolveLosses, state), told)];
};

/** DELIVERED of the last parcel. */
const deliveredBy = (plan: Planned, state: ShipmentState, told: Told): readonly ShipmentEvent[] => {
  const { trackingEventId: deliveryId, contentSha256, code, at, tracking } = told;
  if (code !== 'DELIVERED' || state.carriage.deliveredAt !== null || !isLast(state, tracking)) return [];
  const event = delivered(plan, state, { deliveryId, contentSha256, deliveredAt: lastOf(state.carriage, at) });
  return event === undefined ? [] : [event];
};

export const recordDelivery = (command: Of<'RecordDelivery'>, plan: Planned, state: ShipmentState): Outcome => {
  const { type: _type, ...told } = command;
  const known = repeated(state.carriage, told.deliveryId, told.contentSha256);
  if (known !== undefined) return known;
  if (state.confirmedLines.length === 0)
    return refuse('SHIPMENT_NOT_CONFIRMED', 'Nothing of this shipment has left, so nothing can have arrived.');
  const event = delivered(plan, state, told);
  if (event !== undefined) return [event];
  return refuse('SHIPMENT_LOST', 'All that left is lost; what is there after all has been found first.');
};

const withFact = ({ facts }: Carriage, id: string, contentSha256: string): Carriage['facts'] =>
  facts.at(-1)?.id === id ? facts : [...facts, { id, contentSha256 }].slice(-factsMax);

/** Of each parcel the last time: there are no more entries than parcels, and one for all of them. */
const withMoved = (moved: Carriage['moved'], tracking: string | null, at: string): Carriage['moved'] => {
  const before = moved.find((each) => each.tracking === tracking);
  if (before !== undefined && !isBefore(before.at, at)) return moved;
  return [...moved.filter((each) => each !== before), { tracking, at }].slice(-factsMax);
};

export const tracked = (carriage: Carriage, data: CarrierStatusRecorded['data']): Carriage => ({
  ...carriage,
  facts: withFact(carriage, data.trackingEventId, data.contentSha256),
  newestAt: data.late ? carriage.newestAt : data.at,
  moved: moving.includes(data.code) ? withMoved(carriage.moved, data.tracking ?? null, data.at) : carriage.moved,
  arrived:
    data.code === 'DELIVERED' && data.tracking !== undefined
      ? [...carriage.arrived, { tracking: data.tracking, at: data.at }]
      : carriage.arrived,
});

export const arrived = (carriage: Carriage, data: ShipmentDelivered['data']): Carriage => ({
  ...carriage,
  facts: withFact(carriage, data.deliveryId, data.contentSha256),
  deliveredAt: carriage.deliveredAt ?? data.deliveredAt,
});

/** What leaves after the delivery is on its way, and with it the shipment. */
export const leftAgain = (
  deliveredAt: string | null,
  { shippedAt }: Pick<ShipmentConfirmed['data'], 'shippedAt'>,
): string | null => (deliveredAt !== null && isBefore(deliveredAt, shippedAt) ? null : deliveredAt);
