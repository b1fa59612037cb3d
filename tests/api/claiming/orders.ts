import { demoItems } from '../../../domain/masterData/demo.ts';
import { type ClaimingApi, sampleBody, taken } from '../claimingApi.ts';
import { order, orderId } from './requests.ts';
import type { ClaimingRoutes } from './row.ts';

/** An order of an item that another one stands for. */
const substitutable = async (api: ClaimingApi): Promise<string> => {
  const { bu: _bu, item, ...known } = demoItems[0] ?? ({} as never);
  const terms = { direction: 'ONE_WAY', priceRule: 'SUBSTITUTE_LIST_PRICE', ratio: { num: '1', den: '1' } };
  const body = { ...known, substitutes: [{ item: 'BRG-6205', ...terms }] };
  await taken(api, 'defineItem', { path: `/v1/items/ACME/${item}`, body });
  return orderId(api);
};

/** Of orders. */
export const ordersRoutes = {
  submitOrder: {
    prepare: async () => order(),
    events: ['OrderSubmitted', 'OrderValidated', 'OrderPriced', 'CreditReserved', 'OrderAccepted'],
    ...{ reads: 0, keys: 2 },
  },
  cancelOrder: {
    prepare: async (api) => ({
      path: `/v1/orders/${await orderId(api)}/cancellations`,
      body: sampleBody('cancelOrder'),
    }),
    ...{ events: ['OrderLineCancelRequested'], reads: 1 },
  },
  cancelOrderLine: {
    prepare: async (api) => ({
      path: `/v1/orders/${await orderId(api)}/lines/10/cancellations`,
      body: sampleBody('cancelOrderLine'),
    }),
    ...{ events: ['OrderLineCancelRequested'], reads: 1 },
  },
  addOrderLines: {
    prepare: async (api) => ({ path: `/v1/orders/${await orderId(api)}/lines`, body: sampleBody('addOrderLines') }),
    ...{ events: ['OrderLineChangeRequested'], reads: 1 },
  },
  changeOrderLine: {
    prepare: async (api) => ({
      path: `/v1/orders/${await orderId(api)}/lines/10/changes`,
      body: sampleBody('changeOrderLine'),
    }),
    ...{ events: ['OrderLineChangeRequested'], reads: 1 },
  },
  substituteOrderLine: {
    prepare: async (api) => ({
      path: `/v1/orders/${await substitutable(api)}/lines/10/substitutions`,
      body: sampleBody('substituteOrderLine'),
    }),
    ...{ events: ['OrderLineChangeRequested'], reads: 2 },
  },
} satisfies ClaimingRoutes;
