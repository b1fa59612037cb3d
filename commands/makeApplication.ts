import { approvalCalls } from './appApprovals.ts';
import { orderKey, submitOrder } from './appCapture.ts';
import { changeCalls, changeChecks } from './appChanges.ts';
import { correctionCalls } from './appCorrections.ts';
import { creditMemoCalls } from './appCreditMemos.ts';
import { depositCalls } from './appDeposits.ts';
import { dropShipCalls } from './appDropShips.ts';
import { financeCalls } from './appFinance.ts';
import type { Application } from './application.ts';
import { masterDataCalls } from './appMasterData.ts';
import { cancelOrder, orderHolds, releaseHold } from './appOrders.ts';
import { periodCalls } from './appPeriods.ts';
import { policyCalls } from './appPolicies.ts';
import type { AppPorts } from './appPorts.ts';
import { rebuildCalls } from './appRebuilds.ts';
import { repriceCalls } from './appReprices.ts';
import { returnCalls } from './appReturns.ts';
import { settlementCalls } from './appSettlements.ts';
import { shipmentCalls, shipmentLineViolations } from './appShipments.ts';
import { stockCalls } from './appStock.ts';
import { stockCountCalls } from './appStockCounts.ts';
import { supplyCalls } from './appSupplies.ts';
import { voidShipment } from './appVoids.ts';
import { unknownBooks } from './books.ts';
import { carrierCalls } from './carrierFacts.ts';
import { previewCall } from './changePreviews.ts';
import { countChecks } from './countContent.ts';
import { orderViolations } from './examinedOrder.ts';
import { ownershipCalls } from './ownership.ts';
import { packCalls, packChecks } from './packing.ts';
import { reservationCalls } from './reservations/reservationCalls.ts';
import { understood } from './reservations/reservationContent.ts';
import { stockChecks } from './stockContent.ts';
import { supplyChecks } from './supplyContent.ts';

/** The write side as its callers see it. */
export const makeApplication = (ports: AppPorts): Application => ({
  contentChecks: {
    order: orderViolations(ports),
    shipmentLines: shipmentLineViolations(ports),
    books: unknownBooks(ports),
    ...changeChecks(ports),
    reservation: async (input) => (await understood(ports, input)).violations,
    ...stockChecks(ports),
    ...countChecks(ports),
    ...supplyChecks(ports),
    ...packChecks(ports),
  },
  canClaim: ports.executor.executeClaiming !== undefined,
  orderKey: orderKey(ports),
  submitOrder: submitOrder(ports),
  cancelOrder: cancelOrder(ports),
  ...changeCalls(ports),
  ...previewCall(ports),
  ...repriceCalls(ports, approvalCalls(ports)),
  orderHolds: orderHolds(ports),
  releaseHold: releaseHold(ports),
  voidShipment: voidShipment(ports),
  ...stockCalls(ports),
  ...stockCountCalls(ports),
  ...supplyCalls(ports),
  ...shipmentCalls(ports),
  ...packCalls(ports),
  ...carrierCalls(ports),
  ...returnCalls(ports),
  ...dropShipCalls(ports),
  ...financeCalls(ports),
  ...correctionCalls(ports),
  ...creditMemoCalls(ports, approvalCalls(ports)),
  ...depositCalls(ports),
  ...settlementCalls(ports, approvalCalls(ports)),
  ...reservationCalls(ports),
  ...periodCalls(ports, approvalCalls(ports)),
  ...masterDataCalls(ports),
  ...policyCalls(ports, approvalCalls(ports)),
  ...approvalCalls(ports),
  ...ownershipCalls(ports),
  ...rebuildCalls(ports, approvalCalls(ports)),
});
