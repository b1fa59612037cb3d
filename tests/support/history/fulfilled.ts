import { bu, currency, draft, type History, streamOf } from './draft.ts';
import { intent } from './intents.ts';
import { type LinePlan, type OrderPlan, requestedDate, shipDate, shipTo } from './plan.ts';

const hash = 'e4f06b202ba647603001c3d6c04d70f4826f49e20d119208f0ad71ae70138fc7';
const unitCost = '6.00';

const stockStream = (node: string, { item }: LinePlan) => streamOf('stock', node, item);

const sourced = ({ orderId, node }: OrderPlan, { lineId, item, qty }: LinePlan) => ({
  orderId,
  bu,
  decisionId: `${orderId}:1`,
  lineId,
  item,
  demand: qty,
  picks: [{ node, qty, shipDate, peg: 'ON_HAND' as const }],
  shortage: '0',
  policyVersion: 1,
  candidates: [
    { node, priority: 1, available: '1000000', rejectedBy: null },
    { node: '3PL-SOUTH', priority: 3, available: '0', rejectedBy: 'NO_STOCK' },
  ],
  promisedDate: shipDate,
  explanation: [`${node} gives ${qty} of ${qty} from stock, leaving on ${shipDate}.`],
});

/** Sourced and reserved, then handed to the warehouse. */
export function* released(plan: OrderPlan): History {
  const { orderId, node, lines, releaseId, shipmentId } = plan;
  const allocation = streamOf('allocation', orderId);
  const key = { orderId, bu };
  yield [
    draft(allocation, 'AllocationStarted', {
      ...key,
      lines: lines.map(({ lineId, item, qty }) => ({ lineId, item, qty })),
      shipComplete: false,
      allowSplit: true,
      requestedDate,
      acceptedAt: '2026-11-01T00:00:00.000Z',
      shipTo,
      erpGate: true,
    }),
    ...lines.map((line) => draft(allocation, 'SourcingDecided', sourced(plan, line))),
  ];
  for (const line of lines) {
    const { lineId, item, qty, reservationId } = line;
    yield [
      draft(stockStream(node, line), 'StockReserved', {
        ...{ bu, node, item, orderId, lineId, reservationId, qty, needDate: requestedDate },
        ...{ kind: 'SOFT', purpose: 'ORDER', cause: 'REQUEST', expiresAt: null },
      }),
    ];
  }
  yield lines.map(({ lineId, item, qty, reservationId }) =>
    draft(allocation, 'AllocationReserved', {
      ...{ ...key, lineId, item, reservationId, node, qty, from: 'UNSOURCED', shipDate },
    }),
  );
  yield [draft(allocation, 'ErpGateOpened', key)];
  for (const line of lines) {
    const { item, qty, reservationId } = line;
    yield [draft(stockStream(node, line), 'ReservationHardened', { bu, node, item, reservationId, qty })];
  }
  const planned = lines.map(({ lineId, item, qty, reservationId }) => ({ lineId, item, qty, reservationId }));
  const release = { ...key, releaseId, shipmentId, node, lines: planned, shipTo };
  const [given] = yield [draft(allocation, 'AllocationReleased', release)];
  yield [intent(plan, given, 'AllocationReleased', 'planShipment', release)];
  yield [draft(streamOf('shipment', shipmentId), 'ShipmentPlanned', { ...release, kind: 'WAREHOUSE' })];
  const warehouseReference = `WO-${plan.n}`;
  yield [draft(allocation, 'WarehouseAccepted', { ...key, releaseId, shipmentId, node, warehouseReference })];
}

const confirmedLine = ({ lineId, item, qty, cost, reservationId }: LinePlan) => ({
  ...{ lineId, shipmentLineId: lineId, item, reservationId, qty, excess: '0', lots: [], serials: [], unitCost, cost },
  itemGroup: 'GENERAL',
});

/** Picked and shipped in full; the stock is gone. */
export function* shipped(plan: OrderPlan): History {
  const { orderId, node, customer, lines, releaseId, shipmentId, confirmationId } = plan;
  const shipment = streamOf('shipment', shipmentId);
  const key = { shipmentId, orderId, bu, node };
  const pickId = `${releaseId}-P1`;
  const picked = lines.map(({ lineId, item, qty, reservationId }) => ({ lineId, item, qty, reservationId }));
  const [pick] = yield [draft(shipment, 'ItemsPicked', { ...key, pickId, lines: picked })];
  for (const line of lines) {
    const { item, qty, reservationId } = line;
    yield [draft(stockStream(node, line), 'StockPicked', { bu, node, item, reservationId, qty, pickId })];
  }
  const [confirmed] = yield [
    draft(shipment, 'ShipmentConfirmed', {
      ...{ ...key, confirmationId, contentSha256: hash, releaseId, soldTo: customer, currency },
      shippedAt: pick?.recordedAt ?? '',
      carrier: 'SIML',
      tracking: [`1Z${plan.n}`],
      lines: lines.map(confirmedLine),
    }),
  ];
  yield [intent(plan, confirmed, 'ShipmentConfirmed', 'afterConfirm', { confirmationId, lines: picked })];
  for (const line of lines) {
    const { lineId, item, qty, cost, reservationId } = line;
    yield [
      draft(stockStream(node, line), 'StockIssued', {
        ...{ bu, node, item, orderId, lineId, shipmentId, confirmationId, reservationId, qty, fromReservation: qty },
        ...{ lots: [], serials: [], unitCost, cost, currency, costMethod: 'MOVING_AVERAGE' },
      }),
    ];
  }
  const nothing = { unsourced: '0', backordered: '0', reserved: '0' };
  yield [
    draft(streamOf('allocation', orderId), 'AllocationFulfilled', {
      ...{ orderId, bu, releaseId, confirmationId },
      lines: lines.map(({ lineId, item, qty, reservationId }) => ({
        ...{ lineId, item, qty, from: { ...nothing, allocated: qty }, overshipped: '0', reservations: [], queued: [] },
        leftFrom: [{ reservationId, qty }],
      })),
    }),
  ];
  const reference = `${shipmentId}:${confirmationId}`;
  yield lines.map(({ lineId, qty }) =>
    draft(streamOf('order', orderId), 'OrderLineProgressed', {
      orderId,
      lineId,
      shipped: qty,
      invoiced: '0',
      reference,
    }),
  );
}
