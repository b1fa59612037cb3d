import type { DomainEvent } from '../../../domain/events.ts';
import { backordering, giving, releasing, reserving } from './samples.ts';
import { type createWorld, type Move, planned, shipmentHeader } from './world.ts';

type Living = ReturnType<typeof createWorld>;
type Play = (world: Living, move: Move) => void;

const pickOf = <T>(from: readonly T[], which: number): T | undefined => from[which % Math.max(1, from.length)];
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const reserve: Play = (world, { which, qty, late }) => {
  const lineId = pickOf(world.lineIds, which) ?? '';
  const node = qty % 2 === 0 ? 'DC-EAST' : 'DC-WEST';
  world.command(
    reserving(world.nextId('R'), String(qty + 1), {
      ...{ lineId, node, from: late ? 'BACKORDERED' : 'UNSOURCED' },
      closed: which % 5 === 0 ? ['DC-WEST'] : [],
    }),
  );
};

const queue: Play = (world, { which, qty }) => {
  world.command(backordering(String(qty + 1), qty % 2 === 0 ? 'DC-EAST' : 'DC-WEST', pickOf(world.lineIds, which)));
};

const release: Play = (world) => {
  const hardened = world.openReservations().map((reservation) => reservation.reservationId);
  planned(world, world.command(releasing(world.nextId('A'), ...hardened)));
};

const pick: Play = (world, { which, qty }) => {
  const parcel = pickOf(world.parcels, which);
  if (parcel === undefined || parcel.planned === 0n) return;
  const amount = min(BigInt(qty + 1), parcel.planned).toString();
  const lines = [{ lineId: parcel.lineId, item: 'BRG-6204', qty: amount, reservationId: 'R' }];
  world.apply({ type: 'ItemsPicked', data: { ...shipmentHeader(parcel), pickId: world.nextId('P'), lines } });
};

const confirm: Play = (world, { which, qty, late }) => {
  const parcel = pickOf(world.parcels, which);
  if (parcel === undefined) return;
  const amount = BigInt(qty + 1);
  const own = min(amount, parcel.planned);
  parcel.planned -= own;
  parcel.confirmed += amount;
  const { lineId, releaseId } = parcel;
  const confirmationId = world.nextId('C');
  const line = {
    lineId,
    shipmentLineId: lineId,
    item: 'BRG-6204',
    reservationId: 'R',
    qty: amount.toString(),
    excess: (amount - own).toString(),
    lots: [],
    serials: [],
    unitCost: '6.00',
    cost: '0',
  };
  world.apply({
    type: 'ShipmentConfirmed',
    data: {
      ...shipmentHeader(parcel),
      confirmationId,
      contentSha256: '',
      releaseId,
      soldTo: 'C-1001',
      shippedAt: '2026-11-24T12:00:00.000Z',
      tracking: [],
      currency: 'USD',
      lines: [line],
    },
  });
  world.soon(late, () =>
    world.command({ type: 'RecordFulfilment', releaseId, confirmationId, lines: [{ lineId, qty: line.qty }] }),
  );
};

const short: Play = (world, { which, qty, late }) => {
  const parcel = pickOf(world.parcels, which);
  if (parcel === undefined || parcel.planned === 0n) return;
  const amount = min(BigInt(qty + 1), parcel.planned);
  parcel.planned -= amount;
  const { lineId, releaseId } = parcel;
  const shortageId = world.nextId('S');
  const lines = [{ lineId, qty: amount.toString(), cause: 'NOT_FOUND' }];
  world.soon(late, () => world.command({ type: 'RecordShort', releaseId, shortageId, lines }));
};

const refuse: Play = (world, { which }) => {
  const parcel = pickOf(world.parcels, which);
  if (parcel === undefined) return;
  for (const other of world.parcels) if (other.releaseId === parcel.releaseId) other.planned = 0n;
  world.command({ type: 'RecordWarehouseRefused', releaseId: parcel.releaseId, code: 'CLOSED' });
};

/** The order hears of it by `OrderLineCancelled`, with the allocation's figures. */
const cancelled = (world: Living, changeId: string, events: readonly DomainEvent[]): void => {
  for (const event of events) {
    if (event.type !== 'AllocationReleasedBack') continue;
    const { orderId, lineId, from } = event.data;
    const cancelledQty = Object.values(from).reduce((sum, text) => sum + BigInt(text), 0n);
    if (cancelledQty === 0n) continue;
    const data = { orderId, changeId, lineId, cancelledQty: cancelledQty.toString(), from, reason: 'r' };
    world.apply({ type: 'OrderLineCancelled', data });
  }
};

const stop = (world: Living, changeId: string, lineId: string, releaseId: string, asked: string): void => {
  const parcel = world.parcels.find((candidate) => candidate.releaseId === releaseId && candidate.lineId === lineId);
  if (parcel === undefined) throw new Error('a release without a shipment is to be stopped');
  const reduced = min(BigInt(asked), parcel.planned);
  parcel.planned -= reduced;
  const stopped = [{ releaseId, lineId, qty: reduced.toString() }];
  cancelled(world, changeId, world.command({ type: 'Deallocate', changeId, lines: [], stopped }));
};

const cancel: Play = (world, { which, qty, late }) => {
  const changeId = world.nextId('X');
  const lineId = pickOf(world.lineIds, which) ?? '';
  const events = world.command(giving(changeId, String(qty + 1), lineId));
  cancelled(world, changeId, events);
  for (const event of events) {
    if (event.type !== 'AllocationReleasedBack') continue;
    for (const { releaseId, qty: asked } of event.data.toStop) {
      world.soon(late, () => stop(world, changeId, lineId, releaseId, asked));
    }
  }
};

const lose: Play = (world, { which, qty }) => {
  const found = pickOf(world.openReservations(), which);
  if (found === undefined) return;
  const { lineId, reservationId } = found;
  world.command({ type: 'RecordReservationLost', lineId, reservationId, qty: String(qty + 1), cause: 'OVERCOMMITTED' });
};

const unqueue: Play = (world, { which, qty }) => {
  world.command({
    type: 'UnqueueBackorder',
    lines: [{ lineId: pickOf(world.lineIds, which) ?? '', qty: String(qty + 1) }],
    cause: 'MOVED',
  });
};

const bill: Play = (world, { which }) => {
  const lineId = pickOf(world.lineIds, which) ?? '';
  const { shipped, ordered, cancelled: gone, invoiced } = world.bucketsOf(lineId);
  const owed = min(shipped, ordered - gone) - invoiced;
  if (owed <= 0n) return;
  const lines = [{ orderLineId: lineId, qty: owed.toString() }];
  world.apply({ type: 'InvoiceIssued', data: { orderId: 'O', lines } as never });
};

const voidInvoice: Play = (world, { which }) => {
  const lineId = pickOf(world.lineIds, which) ?? '';
  const { invoiced } = world.bucketsOf(lineId);
  if (invoiced === 0n) return;
  const lines = [{ orderLineId: lineId, qty: invoiced.toString() }];
  world.apply({ type: 'InvoiceVoided', data: { orderId: 'O', issued: { lines } } as never });
};

/** Refused by the shipment while an invoice stands, so only unbilled goods can come back. */
const voidShipment: Play = (world, { which }) => {
  const parcel = pickOf(world.parcels, which);
  if (parcel === undefined || parcel.confirmed === 0n || !world.settled()) return;
  const { lineId, confirmed } = parcel;
  const { shipped, invoiced } = world.bucketsOf(lineId);
  if (invoiced > shipped - confirmed) return;
  parcel.confirmed = 0n;
  const lines = [{ lineId, qty: confirmed.toString() }];
  world.apply({ type: 'ShipmentVoided', data: { ...shipmentHeader(parcel), lines } as never });
  world.command({ type: 'ReopenShipped', shipmentId: world.nextId('V'), lines });
};

/** Frequent things are named more than once. */
export const plays: readonly Play[] = [
  reserve,
  reserve,
  reserve,
  queue,
  release,
  release,
  pick,
  confirm,
  confirm,
  short,
  refuse,
  cancel,
  lose,
  unqueue,
  bill,
  voidInvoice,
  voidShipment,
  (world) => world.settle(),
];
