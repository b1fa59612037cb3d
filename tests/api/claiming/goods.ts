import { newUlid } from '../../../commands/eventIds.ts';
import { type ClaimingApi, sampleBody, taken, written } from '../claimingApi.ts';
import { confirmation, planned } from './requests.ts';
import type { ClaimingRoutes } from './row.ts';

/** A return of two of one line, and what happened to it since. */
const authorisedReturn = async (api: ClaimingApi, ...then: readonly (readonly [string, object])[]): Promise<string> => {
  const rmaId = newUlid();
  const events = [['ReturnAuthorised', {}] as const, ...then];
  await written(
    api,
    `return-ACME.${rmaId}`,
    events.map(([type, data]) => [type, { ...data, rmaId }]),
  );
  return rmaId;
};

/** A purchase order for three of one line, and what was said of it since. */
const placedDropShip = async (api: ClaimingApi, ...then: readonly (readonly [string, object])[]): Promise<string> => {
  const poId = newUlid();
  const events = [['DropShipPlaced', {}] as const, ...then];
  await written(
    api,
    `dropship-ACME.${poId}`,
    events.map(([type, data]) => [type, { ...data, poId }]),
  );
  return poId;
};

/** All that left with a shipment is lost. */
const lost = async (api: ClaimingApi): Promise<string> => {
  const { shipmentId, ...prepared } = await confirmation(api);
  await taken(api, 'confirmShipment', prepared);
  const { lines: _all, ...told } = sampleBody('recordLoss');
  const path = `/v1/shipments/${shipmentId}/losses`;
  await taken(api, 'recordLoss', { path, body: { ...told, at: new Date().toISOString() } });
  return `${path}/LOSS-1`;
};

/** Of goods on their way, and back. */
export const goodsRoutes = {
  confirmShipment: { prepare: confirmation, events: ['ShipmentConfirmed'], reads: 3, keys: 2 },
  reportShortage: {
    prepare: async (api) => {
      const { shipmentId, lines } = await planned(api);
      const short = lines.map((line) => ({ ...line, cause: 'NOT_FOUND' }));
      return { path: `/v1/shipments/${shipmentId}/shortages`, body: { lines: short } };
    },
    ...{ events: ['ShipmentShorted'], reads: 1 },
  },
  voidShipment: {
    prepare: async (api) => {
      const { shipmentId, ...prepared } = await confirmation(api);
      await taken(api, 'confirmShipment', prepared);
      return { path: `/v1/shipments/${shipmentId}/voids`, body: sampleBody('voidShipment') };
    },
    ...{ events: ['ShipmentShorted', 'ShipmentVoided'], reads: 3 },
  },
  recordPack: {
    prepare: async (api) => {
      const { shipmentId, lines } = await planned(api);
      const cartons = [{ cartonId: 'C-1', lines }];
      return { path: `/v1/shipments/${shipmentId}/packs`, body: { packId: `PK-${shipmentId}`, cartons } };
    },
    ...{ events: ['ItemsPacked'], reads: 1 },
  },
  recordTracking: {
    prepare: async (api) => {
      const { shipmentId } = await planned(api);
      const body = { ...sampleBody('recordTracking'), at: new Date().toISOString() };
      return { path: `/v1/shipments/${shipmentId}/tracking-events`, body };
    },
    ...{ events: ['CarrierStatusRecorded'], reads: 1 },
  },
  recordDelivery: {
    prepare: async (api) => {
      const { shipmentId, ...prepared } = await confirmation(api);
      await taken(api, 'confirmShipment', prepared);
      const body = { ...sampleBody('recordDelivery'), deliveredAt: new Date().toISOString() };
      return { path: `/v1/shipments/${shipmentId}/deliveries`, body };
    },
    ...{ events: ['ShipmentDelivered'], reads: 1 },
  },
  recordLoss: {
    prepare: async (api) => {
      const { shipmentId, ...prepared } = await confirmation(api);
      await taken(api, 'confirmShipment', prepared);
      const { lines: _all, ...body } = sampleBody('recordLoss');
      return { path: `/v1/shipments/${shipmentId}/losses`, body: { ...body, at: new Date().toISOString() } };
    },
    ...{ events: ['ShipmentLost'], reads: 1 },
  },
  decideLoss: {
    prepare: async (api) => ({ path: `${await lost(api)}/decisions`, body: sampleBody('decideLoss') }),
    ...{ events: ['ShipmentLossDecided'], reads: 1 },
  },
  reassignLoss: {
    prepare: async (api) => ({ path: `${await lost(api)}/reassignments`, body: sampleBody('reassignLoss') }),
    ...{ events: ['ShipmentLossReassigned'], reads: 1 },
  },
  recordFound: {
    prepare: async (api) => ({ path: `${await lost(api)}/findings`, body: { at: new Date().toISOString() } }),
    ...{ events: ['ShipmentFound'], reads: 1 },
  },
  recordReturnReceipt: {
    prepare: async (api) => {
      const receivedAt = new Date().toISOString();
      const body = { ...sampleBody('recordReturnReceipt'), receivedAt };
      return { path: `/v1/returns/${await authorisedReturn(api)}/receipts`, body };
    },
    ...{ events: ['ReturnReceived', 'ReturnReceived'], reads: 1 },
  },
  inspectReturn: {
    prepare: async (api) => {
      const inspectedAt = new Date().toISOString();
      const rmaId = await authorisedReturn(api, ['ReturnReceived', {}]);
      return { path: `/v1/returns/${rmaId}/inspections`, body: { ...sampleBody('inspectReturn'), inspectedAt } };
    },
    ...{ events: ['ReturnInspected'], reads: 1 },
  },
  closeReturn: {
    prepare: async (api) => ({
      path: `/v1/returns/${await authorisedReturn(api)}/closures`,
      body: sampleBody('closeReturn'),
    }),
    ...{ events: ['ReturnClosed'], reads: 1 },
  },
  acknowledgeDropShip: {
    prepare: async (api) => ({
      path: `/v1/dropship-orders/${await placedDropShip(api)}/acknowledgements`,
      body: sampleBody('acknowledgeDropShip'),
    }),
    ...{ events: ['DropShipAcknowledged', 'DropShipRefused'], reads: 1 },
  },
  recordDropShipNotice: {
    prepare: async (api) => ({
      path: `/v1/dropship-orders/${await placedDropShip(api)}/shipments`,
      body: { ...sampleBody('recordDropShipNotice'), shippedAt: new Date().toISOString() },
    }),
    ...{ events: ['DropShipConfirmed'], reads: 1 },
  },
  matchSupplierBill: {
    prepare: async (api) => ({
      path: `/v1/dropship-orders/${await placedDropShip(api, ['DropShipConfirmed', {}])}/bills`,
      body: { ...sampleBody('matchSupplierBill'), billDate: new Date().toISOString().slice(0, 10) },
    }),
    ...{ events: ['SupplierBillMatched'], reads: 1 },
  },
} satisfies ClaimingRoutes;
