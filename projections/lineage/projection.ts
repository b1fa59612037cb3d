import { dropShipReservation } from '../../domain/allocation/dropShip.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { booksOf } from '../../domain/ledger/intercompany.ts';
import { defineProjection, orderIdOf } from '../projection.ts';
import {
  allocationFulfilled,
  allocationReserved,
  allocationShorted,
  costCorrected,
  lineAdded,
  lineRaised,
  lineRepriced,
  lineSubstituted,
  orderPriced,
  orderSubmitted,
  releasedBack,
  reservationLost,
  returnedFromDropShip,
  routedToDropShip,
  shipmentConfirmed,
  shipmentPlanned,
  shipmentVoided,
  stockAdjusted,
  warehouseRefused,
} from './goods.ts';
import { ids } from './graph.ts';
import { componentIds } from './kits.ts';
import { goodsFound, goodsLost, lossCredited, lossLineIds } from './losses.ts';
import { creditMemoIssued, invoiceIssued, invoiceVoided } from './money.ts';
import { returnInspected } from './owners.ts';
import { returnAuthorised, returnCredited, returnReceived } from './returns.ts';
import { type LineageRows, lineageTables } from './tables.ts';
import { stockTransferred, transferClosed } from './transfers.ts';

const ofShipmentLines = (
  event: RecordedDomainEvent & { type: 'ShipmentConfirmed' | 'ShipmentVoided' },
): readonly string[] => [
  ids.shipment(event.data.shipmentId),
  ...event.data.lines.flatMap((line) => [
    ids.shipmentLine(event.data.shipmentId, line.shipmentLineId),
    ids.reservation(line.reservationId),
  ]),
  ...componentIds(event),
];

/** Their journals lead to the event. */
const ofOwners = (event: RecordedDomainEvent): readonly string[] =>
  booksOf(event).length > 1 ? [ids.stockMovement(event.eventId)] : [];

/** Every node whose own row or whose inbound edges the event may change. */
const touched = (event: RecordedDomainEvent): readonly string[] => {
  switch (event.type) {
    case 'OrderSubmitted': {
      const { orderId, bu, soldTo, customerPo, lines } = event.data;
      const { payloadSha256 } = event.metadata.source;
      const payload = payloadSha256 === undefined ? [] : [ids.payload(payloadSha256)];
      return [
        ids.order(orderId),
        ids.customerPo(bu, soldTo, customerPo),
        ...payload,
        ...lines.map((line) => ids.orderLine(orderId, line.lineId)),
      ];
    }
    case 'OrderPriced':
      return [
        ids.order(event.data.orderId),
        ...event.data.lines.map((line) => ids.orderLine(event.data.orderId, line.lineId)),
      ];
    case 'OrderLineAdded':
    case 'OrderLineChanged':
    case 'OrderLineRepriced':
      return [ids.order(event.data.orderId), ids.orderLine(event.data.orderId, event.data.lineId)];
    case 'OrderLineSubstituted':
      return [ids.orderLine(event.data.orderId, event.data.newLineId)];
    case 'AllocationReserved':
    case 'LineRoutedToDropShip':
    case 'LineReturnedFromDropShip':
    case 'AllocationReservationLost':
    case 'AllocationShorted':
      return [ids.reservation(event.data.reservationId)];
    case 'WarehouseRefused':
      return event.data.lines.map((line) => ids.reservation(line.reservationId));
    case 'AllocationReleasedBack': {
      const { reservations, poId, lineId } = event.data;
      const ordered = poId === undefined ? [] : [ids.reservation(dropShipReservation(poId, lineId))];
      return [...reservations.map((each) => ids.reservation(each.reservationId)), ...ordered];
    }
    case 'AllocationFulfilled':
      return event.data.lines.flatMap((line) => line.reservations.map((each) => ids.reservation(each.reservationId)));
    case 'ShipmentPlanned':
      return [ids.shipment(event.data.shipmentId)];
    case 'ShipmentConfirmed':
    case 'ShipmentVoided':
      return [...ofShipmentLines(event), ...ofOwners(event)];
    case 'ReturnInspected':
      return ofOwners(event);
    case 'InvoiceIssued':
    case 'InvoiceVoided': {
      const { invoiceId } = event.data;
      const { lines } = event.type === 'InvoiceIssued' ? event.data : event.data.issued;
      return [ids.invoice(invoiceId), ...lines.map((line) => ids.invoiceLine(invoiceId, line.invoiceLineId))];
    }
    case 'CreditMemoIssued':
      return [ids.creditMemo(event.data.creditMemoId)];
    case 'ReturnAuthorised':
    case 'ReturnReceived':
    case 'ReturnCredited':
      return event.data.lines.map((line) => ids.returnLine(event.data.rmaId, line.shipmentLineId ?? ''));
    case 'ShipmentLost':
    case 'ShipmentDamaged':
    case 'ShipmentFound':
      return lossLineIds(event);
    case 'ShipmentLossCredited':
      return [ids.creditMemo(event.data.creditMemoId), ...lossLineIds(event)];
    case 'StockAdjusted':
    case 'CostCorrected':
    case 'StockTransferred':
    case 'TransferClosed':
      return [ids.stockMovement(event.eventId)];
    default:
      return [];
  }
};

/** Goods and documents. What is posted, batched and acknowledged joins the graph from the staging ledger's own tables. */
export const lineageGraph = defineProjection<LineageRows>({
  name: 'lineage',
  version: 1,
  replayIndexes: ['lineage_edge_to'],
  tables: lineageTables,
  needs: { nodes: touched, edges: touched },
  laneOf: (event) => {
    const orderId = orderIdOf(event);
    return orderId === undefined ? event.stream : `order:${orderId}`;
  },
  on: {
    OrderSubmitted: orderSubmitted,
    OrderPriced: orderPriced,
    OrderLineAdded: lineAdded,
    OrderLineChanged: lineRaised,
    OrderLineRepriced: lineRepriced,
    OrderLineSubstituted: lineSubstituted,
    AllocationReserved: allocationReserved,
    AllocationReservationLost: reservationLost,
    LineRoutedToDropShip: routedToDropShip,
    LineReturnedFromDropShip: returnedFromDropShip,
    AllocationShorted: allocationShorted,
    WarehouseRefused: warehouseRefused,
    AllocationReleasedBack: releasedBack,
    AllocationFulfilled: allocationFulfilled,
    ShipmentPlanned: shipmentPlanned,
    ShipmentConfirmed: shipmentConfirmed,
    ShipmentVoided: shipmentVoided,
    InvoiceIssued: invoiceIssued,
    InvoiceVoided: invoiceVoided,
    CreditMemoIssued: creditMemoIssued,
    StockAdjusted: stockAdjusted,
    CostCorrected: costCorrected,
    ShipmentLost: goodsLost,
    ShipmentDamaged: goodsLost,
    ShipmentFound: goodsFound,
    ShipmentLossCredited: lossCredited,
    StockTransferred: stockTransferred,
    TransferClosed: transferClosed,
    ReturnAuthorised: returnAuthorised,
    ReturnInspected: returnInspected,
    ReturnReceived: returnReceived,
    ReturnCredited: returnCredited,
  },
});
