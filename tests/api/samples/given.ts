// What the requests of the samples name, and what they are made of.

export const anOrderId = '01JD0000000000000000000001';
export const aShipmentId = '01JD0000000000000000000002';
export const anApprovalId = '01JD0000000000000000000003';
export const aPeriodId = 'ACME.PRIMARY.202611';
export const aRebuildId = 'orders-v2';
export const aReportRunId = '01JD0000000000000000000008';
export const aReplayId = '01JD0000000000000000000006';
export const aSubscriptionId = '01JD0000000000000000000011';
export const aConsumerId = '01JD0000000000000000000457';
export const anRmaId = '01JD0000000000000000000021';
export const aTransferId = '01JD0000000000000000000477';
export const aPoId = '01JD0000000000000000000031';
export const aCallId = '4f9a6f0e-53c5-4d4b-9a53-0d3f5b1c2a66';
export const aDeliveryId = '01JD0000000000000000000014';
export const aReservationId = '01JD0000000000000000000028';
export const aCaseId = '01JD0000000000000000000029';
export const aReconciliationId = '01JD0000000000000000000355';
export const aSimulationId = '01JD0000000000000000000444';
export const aPromotionId = '01JD0000000000000000000461';
export const anImportId = '01JD0000000000000000000458';
export const aSampleId = '01JD0000000000000000000390';
/** As the recorded event has it. */
export const aDifferenceKey = 'ACCOUNT_DIFFERS|5000|510000/CC-EAST/-|500100/CC-EAST/-';
export const orderLine = (lineId: string) => ({ lineId, item: 'BRG-6204', qty: '10', uom: 'EA' });
export const confirmed = { orderId: anOrderId, lineId: '10', qty: '7' };
export const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };
export const inForce = { activeFrom: '2020-01-01', activeTo: null };
