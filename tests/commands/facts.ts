import type { SubmitOrderInput } from '../../commands/calls/inputs.ts';
import { toDomain } from '../../commands/codec.ts';
import { allocation } from '../../domain/allocation/allocation.ts';
import { linesInOrder } from '../../domain/allocation/state.ts';
import { credit, exposureOf } from '../../domain/credit/credit.ts';
import { type Position, streamName } from '../../domain/eventLog.ts';
import type { EventType, RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { order } from '../../domain/order/order.ts';
import { orderView } from '../../domain/order/view.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { inventoryPosition } from '../domain/stock/position.ts';
import type { World } from './world.ts';

export const orderInput = (bu: string, changes: Partial<SubmitOrderInput> = {}): SubmitOrderInput => ({
  bu,
  channel: 'portal',
  customerPo: 'PO-7001',
  soldTo: 'C-1001',
  shipTo: { id: 'MAIN' },
  currency: 'USD',
  requestedDate: '2026-12-01',
  shipComplete: false,
  allowSplit: true,
  allowSubstitute: false,
  charges: [{ code: 'FREIGHT', amount: '1500' }],
  lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }],
  ...changes,
});

export const line = (lineId: string, item: string, qty: string) => ({ lineId, item, qty, uom: 'EA' });

type Read = {
  position: Position | 'start';
  readonly byBu: Map<string, RecordedDomainEvent[]>;
  /** One reader at a time. */
  turn: Promise<unknown>;
};
const read = new WeakMap<World, Read>();

const readOn = async (world: World, known: Read): Promise<void> => {
  for (;;) {
    const page = await world.log.readAfter(known.position, 5_000);
    known.position = page.throughPosition;
    for (const event of page.events.map(toDomain)) {
      const unit = event.metadata.partition.bu;
      known.byBu.set(unit, [...(known.byBu.get(unit) ?? []), event]);
    }
    if (page.events.length < 5_000) return;
  }
};

/** Every event of a business unit in log order. What was read before is not read again. */
export const eventsOf = async (world: World, bu: string): Promise<readonly RecordedDomainEvent[]> => {
  const known: Read = read.get(world) ?? { position: 'start', byBu: new Map(), turn: Promise.resolve() };
  read.set(world, known);
  known.turn = known.turn.then(() => readOn(world, known));
  await known.turn;
  return known.byBu.get(bu) ?? [];
};

export const ofType = <T extends EventType>(
  events: readonly RecordedDomainEvent[],
  type: T,
): readonly RecordedOf<T>[] => events.filter((event) => event.type === type) as unknown as readonly RecordedOf<T>[];

export const receive = async (
  { app, as }: World,
  bu: string,
  node: string,
  item: string,
  qty: string,
  reference: string,
) => {
  const input = { bu, node, item, kind: 'RECEIPT', qty, uom: 'EA', unitCost: '6.00', reference } as const;
  const outcome = await app().recordStockMovement(input, as('warehouse'));
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome;
};

export const stockAt = async ({ executor }: World, bu: string, node: string, item: string) => {
  const { state } = await executor().load(stockDecider, streamName('stock', bu, node, item));
  const { onHand, sellable, allocated, picked, reserved, available, backordered } = inventoryPosition(state);
  return { onHand, sellable, allocated, picked, reserved, available, backordered };
};

/** The buckets of one order's lines as allocation and order know them, and its status. */
export const orderAt = async ({ executor }: World, bu: string, orderId: string) => {
  const { state } = await executor().load(order, streamName('order', bu, orderId));
  const allocated = await executor().load(allocation, streamName('allocation', bu, orderId));
  const lines = new Map(linesInOrder(allocated.state).map((each) => [each.lineId, each]));
  const view = orderView(state, (lineId) => lines.get(lineId));
  return {
    status: view?.status,
    holds: view?.holds.map(({ type }) => type),
    lines: view?.lines ?? [],
    totals: view?.totals,
    closed: state.closed,
  };
};

export const exposure = async ({ executor }: World, bu: string, customer: string) => {
  const { state } = await executor().load(credit, streamName('credit', bu, customer));
  return exposureOf(state, 'USD');
};

/** Confirms everything, or `qty`, of a line of a shipment, as a person in the warehouse would. */
export const confirm = async (
  { app, as }: World,
  shipmentId: string,
  orderId: string,
  confirmationId: string,
  lines: readonly { readonly lineId: string; readonly qty: string }[],
) =>
  app().confirmShipment(
    {
      shipmentId,
      confirmationId,
      shippedAt: '2026-11-23T14:00:00.000Z',
      tracking: [],
      lines: lines.map((each) => ({ ...each, orderId, uom: 'EA', lots: [], serials: [] })),
    },
    as('warehouse'),
  );
