import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type { CarrierStatusRecorded, ShipmentConfirmed, ShipmentDelivered, ShipmentEvent } from './events.ts';
import type { Planned } from './parts.ts';
import { headOf } from './parts.ts';
import type { Carriage, ShipmentState } from './state.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;
type Outcome = readonly ShipmentEvent[] | Refusal;

/** A carrier repeats what it told lately. An older one that comes again is late and changes nothing. */
const factsMax = 500;

const isBefore = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);

/** The same fact again is no event; undefined: it is new. */
const repeated = ({ facts }: Carriage, id: string, contentSha256: string): Outcome | undefined => {
  const known = facts.find((fact) => fact.id === id);
  if (known === undefined) return undefined;
  return known.contentSha256 === contentSha256
    ? []
    : refuse('BUSINESS_KEY_REUSED', `${id} was recorded before with other content.`, { id });
};

const delivered = (
  plan: Planned,
  { lines, confirmations, voided }: ShipmentState,
  of: Pick<ShipmentDelivered['data'], 'deliveryId' | 'contentSha256' | 'deliveredAt' | 'proof'>,
): ShipmentDelivered => ({
  type: 'ShipmentDelivered',
  data: {
    ...headOf(plan),
    ...of,
    ...(!voided && confirmations.some(({ revenuePolicy }) => revenuePolicy === 'ON_DELIVERY') ? { earns: true } : {}),
    lines: lines
      .filter(({ confirmed }) => confirmed > 0n)
      .map(({ lineId, shipmentLineId, item, confirmed }) => ({
        lineId,
        shipmentLineId,
        item,
        qty: qtyText(confirmed),
      })),
  },
});

/** Whether with this everything has arrived that left: a parcel that is named is one of those that the confirmations named. */
const isLast = ({ tracking, carriage }: ShipmentState, parcel: string | undefined): boolean =>
  parcel === undefined ||
  tracking.every((each) => each === parcel || carriage.arrived.some((one) => one.tracking === each));

/** When the last of the parcels arrived, in whatever order that is told. */
const lastOf = ({ arrived: before }: Carriage, at: string): string =>
  before.reduce((last, each) => (isBefore(last, each.at) ? each.at : last), at);

/** A status is never older than the one before it: what comes late is recorded and changes nothing (S-15). */
export const recordTracking = (command: Of<'RecordTracking'>, plan: Planned, state: ShipmentState): Outcome => {
  const { type: _type, ...told } = command;
  const { trackingEventId, contentSha256, code, at, tracking } = told;
  const { carriage } = state;
  const known = repeated(carriage, trackingEventId, contentSha256);
  if (known !== undefined) return known;
  const isLate = carriage.deliveredAt !== null || (carriage.newestAt !== null && isBefore(at, carriage.newestAt));
  const late = isLate ? ({ late: true } as const) : {};
  const recorded: CarrierStatusRecorded = {
    type: 'CarrierStatusRecorded',
    data: { ...headOf(plan), ...told, ...late },
  };
  const hasLeft = state.confirmedLines.length > 0;
  const isDelivery = code === 'DELIVERED' && hasLeft && carriage.deliveredAt === null && isLast(state, tracking);
  if (!isDelivery) return [recorded];
  return [
    recorded,
    delivered(plan, state, { deliveryId: trackingEventId, contentSha256, deliveredAt: lastOf(carriage, at) }),
  ];
};

export const recordDelivery = (command: Of<'RecordDelivery'>, plan: Planned, state: ShipmentState): Outcome => {
  const { type: _type, ...told } = command;
  const known = repeated(state.carriage, told.deliveryId, told.contentSha256);
  if (known !== undefined) return known;
  if (state.confirmedLines.length === 0)
    return refuse('SHIPMENT_NOT_CONFIRMED', 'Nothing of this shipment has left, so nothing can have arrived.');
  return [delivered(plan, state, told)];
};

const withFact = ({ facts }: Carriage, id: string, contentSha256: string): Carriage['facts'] =>
  facts.at(-1)?.id === id ? facts : [...facts, { id, contentSha256 }].slice(-factsMax);

export const tracked = (carriage: Carriage, data: CarrierStatusRecorded['data']): Carriage => ({
  ...carriage,
  facts: withFact(carriage, data.trackingEventId, data.contentSha256),
  newestAt: data.late ? carriage.newestAt : data.at,
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
