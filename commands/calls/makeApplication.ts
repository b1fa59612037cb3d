import type { Application } from '../application.ts';
import { reservationCalls } from '../reservations/reservationCalls.ts';
import { understood } from '../reservations/reservationContent.ts';
import { approvalCalls } from './approvals.ts';
import { unknownBooks } from './books.ts';
import type { AppPorts } from './callPorts.ts';
import { cancelChecks } from './cancelledLines.ts';
import { orderKey, submitOrder } from './capture.ts';
import { carrierCalls } from './carrierFacts.ts';
import { previewCall } from './changePreviews.ts';
import { changeCalls, changeChecks } from './changes.ts';
import { correctionCalls } from './corrections.ts';
import { costCalls } from './costCorrections.ts';
import { countChecks } from './countContent.ts';
import { creditMemoCalls } from './creditMemos.ts';
import { depositCalls } from './deposits.ts';
import { dropShipCalls } from './dropShips.ts';
import { orderViolations } from './examinedOrder.ts';
import { financeCalls } from './finance.ts';
import { lossCalls } from './losses.ts';
import { masterDataCalls } from './masterData.ts';
import { cancelOrder, orderHolds, releaseHold } from './orders.ts';
import { overshipmentCalls } from './overshipments.ts';
import { ownershipCalls } from './ownership.ts';
import { packCalls, packChecks } from './packing.ts';
import { periodCalls } from './periods.ts';
import { policyCalls } from './policies.ts';
import { rebuildCalls } from './rebuilds.ts';
import { repriceCalls } from './reprices.ts';
import { returnCalls } from './returns.ts';
import { settlementCalls } from './settlements.ts';
import { shipmentCalls, shipmentLineViolations } from './shipments.ts';
import { snapshotChecks } from './snapshotContent.ts';
import { stockCalls } from './stock.ts';
import { stockChecks } from './stockContent.ts';
import { stockCountCalls } from './stockCounts.ts';
import { stockSnapshotCalls } from './stockSnapshots.ts';
import { substituteCall, substituteCheck } from './substitutes.ts';
import { supplyCalls } from './supplies.ts';
import { supplyChecks } from './supplyContent.ts';
import { taxDifferenceCalls } from './taxDifferences.ts';
import { transferCalls } from './transfers.ts';
import { voidShipment } from './voids.ts';

/** The write side as its callers see it. */
export const makeApplication = (ports: AppPorts): Application => ({
  contentChecks: {
    order: orderViolations(ports),
    shipmentLines: shipmentLineViolations(ports),
    books: unknownBooks(ports),
    ...cancelChecks(ports),
    ...changeChecks(ports),
    ...substituteCheck(ports),
    reservation: async (input) => (await understood(ports, input)).violations,
    ...stockChecks(ports),
    ...countChecks(ports),
    ...snapshotChecks(ports),
    ...supplyChecks(ports),
    ...packChecks(ports),
  },
  canClaim: ports.executor.executeClaiming !== undefined,
  orderKey: orderKey(ports),
  submitOrder: submitOrder(ports),
  cancelOrder: cancelOrder(ports),
  ...changeCalls(ports),
  ...substituteCall(ports),
  ...previewCall(ports),
  ...repriceCalls(ports, approvalCalls(ports)),
  orderHolds: orderHolds(ports),
  releaseHold: releaseHold(ports),
  voidShipment: voidShipment(ports),
  ...stockCalls(ports),
  ...stockCountCalls(ports),
  ...stockSnapshotCalls(ports),
  ...supplyCalls(ports),
  ...shipmentCalls(ports),
  ...packCalls(ports),
  ...carrierCalls(ports),
  ...lossCalls(ports),
  ...returnCalls(ports),
  ...dropShipCalls(ports),
  ...financeCalls(ports),
  ...correctionCalls(ports),
  ...creditMemoCalls(ports, approvalCalls(ports)),
  ...depositCalls(ports),
  ...transferCalls(ports),
  ...settlementCalls(ports, approvalCalls(ports)),
  ...costCalls(ports, approvalCalls(ports)),
  ...taxDifferenceCalls(ports, approvalCalls(ports)),
  ...overshipmentCalls(ports, approvalCalls(ports)),
  ...reservationCalls(ports),
  ...periodCalls(ports, approvalCalls(ports)),
  ...masterDataCalls(ports),
  ...policyCalls(ports, approvalCalls(ports)),
  ...approvalCalls(ports),
  ...ownershipCalls(ports),
  ...rebuildCalls(ports, approvalCalls(ports)),
});
