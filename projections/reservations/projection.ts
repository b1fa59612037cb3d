import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { ReservationEvent } from '../../domain/reservation/events.ts';
import type { ChannelPurpose } from '../../domain/stock/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, required, type Sets } from '../projection.ts';

/** `ORDERED`: nothing is left, and an order has some of it. */
type PartState = 'OPEN' | 'EXPIRED' | 'RELEASED' | 'ORDERED';

export type ReservationRow = Reflects & {
  readonly reservation_id: string;
  readonly channel: string;
  readonly sold_to: string;
  readonly purpose: ChannelPurpose;
  /** Open while a part holds something; then `ORDERED` when an order has any of it, else what became of the last part. */
  readonly state: PartState;
  readonly need_date: string;
  /** When the first of its open parts expires; of those that are not open, as it was last. */
  readonly expires_at: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly baseUom: string;
    readonly fullQtyDate: string | null;
  }[];
  readonly made_at: string;
  readonly created_position: string;
  readonly revision: number;
};

export type PartRow = Reflects & {
  readonly reservation_id: string;
  readonly part_id: string;
  readonly line_id: string;
  readonly node: string;
  readonly item: string;
  readonly qty: string;
  readonly held: string;
  readonly ordered: string;
  readonly state: PartState;
  readonly expires_at: string;
  readonly order_ids: readonly string[];
};

type ReservationRows = { readonly reservations: ReservationRow; readonly parts: PartRow };
type ReservationSets = Sets<ReservationRows>;
type OfReservation = Extract<RecordedDomainEvent, { type: ReservationEvent['type'] }>;

type Told = RecordedOf<'StockReserved' | 'ReservationExtended' | 'ReservationReleased' | 'ReservationExpired'>;

/** Part ids begin with the reservation's own. */
const ownerOf = (partId: string): string => partId.slice(0, Math.max(0, partId.indexOf(':')));

/** The part of a channel's reservation that an event is about; undefined: it is about an order's own goods. */
const partIn = ({ data }: Told): string | undefined => {
  if ('takenFrom' in data && data.takenFrom !== undefined) return data.takenFrom;
  return data.purpose === undefined || data.purpose === 'ORDER' ? undefined : data.reservationId;
};

const isReservationEvent = (event: RecordedDomainEvent): event is OfReservation =>
  event.type === 'ChannelReservationMade' ||
  event.type === 'ChannelReservationExtended' ||
  event.type === 'ChannelReservationReleased';

const ownersIn = (event: RecordedDomainEvent): readonly string[] => {
  if (isReservationEvent(event)) return [event.data.reservationId];
  const part = partIn(event as Told);
  return part === undefined ? [] : [ownerOf(part)];
};

const standing = (parts: readonly PartRow[]): Pick<ReservationRow, 'state'> & { readonly expires_at?: string } => {
  const open = parts.filter(({ state }) => state === 'OPEN');
  const wasOrdered = parts.some(({ state }) => state === 'ORDERED');
  const last = parts.reduce<PartRow | undefined>(
    (a, b) => (a === undefined || b.position > a.position ? b : a),
    undefined,
  );
  if (open.length === 0) return { state: wasOrdered ? 'ORDERED' : (last?.state ?? 'RELEASED') };
  // Rows of an earlier batch come back in the database's own spelling.
  const first = Math.min(...open.map(({ expires_at }) => Date.parse(expires_at)));
  return { state: 'OPEN', expires_at: new Date(first).toISOString() };
};

/** The stock positions speak before the reservation is recorded, and those of one that was given up speak alone. */
const follow = (event: RecordedDomainEvent, { reservations, parts }: ReservationSets, owner: string): void => {
  const row = reservations.get(owner);
  if (row !== undefined) reservations.put({ ...row, ...standing(parts.inGroup(owner)), ...reflecting(event) });
};

const made = (event: RecordedOf<'ChannelReservationMade'>, { reservations, parts }: ReservationSets): void => {
  const { reservationId, bu, channel, soldTo, purpose, needDate, expiresAt, lines } = event.data;
  reservations.put({
    ...{ reservation_id: reservationId, bu, channel, sold_to: soldTo, purpose, need_date: needDate },
    ...{ expires_at: expiresAt, ...standing(parts.inGroup(reservationId)) },
    lines: lines.map(({ parts: _, ...line }) => line),
    ...{ made_at: event.recordedAt, created_position: event.position, revision: event.revision },
    ...reflecting(event),
  });
};

const asked = (event: OfReservation, { reservations }: ReservationSets): void => {
  const { reservationId } = event.data;
  const row = required(reservations.get(reservationId), `reservation ${reservationId}`);
  reservations.put({ ...row, revision: event.revision, ...reflecting(event) });
};

const change = (
  event: Told,
  rows: ReservationSets,
  partId: string,
  changed: (row: PartRow) => Partial<PartRow>,
): void => {
  const owner = ownerOf(partId);
  const row = rows.parts.get(owner, partId);
  if (row === undefined) return;
  rows.parts.put({ ...row, ...changed(row), ...reflecting(event) });
  follow(event, rows, owner);
};

const reserved = (event: RecordedOf<'StockReserved'>, rows: ReservationSets): void => {
  const { reservationId, lineId, node, item, qty, expiresAt, takenFrom, orderId } = event.data;
  if (takenFrom !== undefined) {
    change(event, rows, takenFrom, ({ ordered, order_ids }) => ({
      ordered: (BigInt(ordered) + BigInt(qty)).toString(),
      order_ids: [...new Set([...order_ids, orderId])].sort(),
    }));
    return;
  }
  if (partIn(event) === undefined || expiresAt === null) return;
  rows.parts.put({
    ...{ reservation_id: ownerOf(reservationId), part_id: reservationId, line_id: lineId, node, item, qty, held: qty },
    ...{ ordered: '0', state: 'OPEN', expires_at: expiresAt, order_ids: [], bu: buOf(event) },
    ...reflecting(event),
  });
  follow(event, rows, ownerOf(reservationId));
};

const less = (
  event: RecordedOf<'ReservationReleased' | 'ReservationExpired'>,
  rows: ReservationSets,
  end: Exclude<PartState, 'OPEN'>,
): void => {
  const part = partIn(event);
  if (part === undefined) return;
  change(event, rows, part, ({ held, state, ordered }) => {
    const left = BigInt(held) - BigInt(event.data.qty);
    return { held: left.toString(), state: left > 0n ? state : ordered === '0' ? end : 'ORDERED' };
  });
};

/** What channels set aside before there are orders. Events of orders' own goods are passed over by a glance at them. */
export const reservations = defineProjection<ReservationRows>({
  name: 'reservations',
  version: 1,
  tables: {
    reservations: {
      name: 'channel_reservation',
      columns: [
        ...(['reservation_id', 'channel', 'sold_to', 'purpose', 'state', 'need_date', 'expires_at', 'lines'] as const),
        ...(['made_at', 'created_position', 'revision'] as const),
        ...reflects,
      ],
      key: ['reservation_id'],
      group: 'reservation_id',
    },
    parts: {
      name: 'channel_reservation_part',
      columns: [
        ...(['reservation_id', 'part_id', 'line_id', 'node', 'item', 'qty', 'held', 'ordered', 'state'] as const),
        ...(['expires_at', 'order_ids'] as const),
        ...reflects,
      ],
      key: ['reservation_id', 'part_id'],
      group: 'reservation_id',
    },
  },
  needs: { reservations: ownersIn, parts: ownersIn },
  laneOf: (event) => `reservation:${ownersIn(event)[0] ?? ''}`,
  on: {
    ChannelReservationMade: made,
    ChannelReservationExtended: asked,
    ChannelReservationReleased: asked,
    StockReserved: reserved,
    ReservationExtended: (event, rows) =>
      change(event, rows, event.data.reservationId, () => ({ expires_at: event.data.expiresAt })),
    ReservationReleased: (event, rows) => less(event, rows, event.data.cause === 'TAKEN_OVER' ? 'ORDERED' : 'RELEASED'),
    ReservationExpired: (event, rows) => less(event, rows, 'EXPIRED'),
  },
});
