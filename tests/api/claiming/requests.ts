import type { Operation } from '../../../api/permissions.ts';
import { newUlid } from '../../../commands/eventIds.ts';
import {
  type Body,
  byService,
  type ClaimingApi,
  next,
  type Prepared,
  sampleBody,
  taken,
  written,
} from '../claimingApi.ts';
import { orderOf } from '../orders.ts';

// Requests that were never sent, after whatever must be there before them.

export const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };

export const order = (): Prepared => ({ path: '/v1/orders', body: orderOf() });

export const orderId = async (api: ClaimingApi): Promise<string> =>
  String((await taken(api, 'submitOrder', order())).body.orderId);

export const planned = async (api: ClaimingApi) => {
  const [shipmentId, sold] = [newUlid(), await orderId(api)];
  const line = { lineId: '10', item: 'BRG-6204', qty: '10', reservationId: `r-${shipmentId}` };
  const plan = { ...place, orderId: sold, shipmentId, lines: [line] };
  await written(api, `shipment-ACME.${shipmentId}`, [['ShipmentPlanned', plan]]);
  return { shipmentId, lines: [{ orderId: sold, lineId: '10', qty: '7', uom: 'EA' }] };
};

export const confirmation = async (api: ClaimingApi) => {
  const { shipmentId, lines } = await planned(api);
  const shippedAt = new Date().toISOString();
  const body = { ...sampleBody('confirmShipment'), confirmationId: `C-${shipmentId}`, shippedAt };
  const confirmed = lines.map((line) => ({ ...line, lots: [], serials: [] }));
  return { shipmentId, path: `/v1/shipments/${shipmentId}/confirmations`, body: { ...body, lines: confirmed } };
};

export const approval = async (api: ClaimingApi, by = byService()): Promise<Prepared> => {
  const id = `R${next()}`;
  const need = {
    ...{
      duty: 'REBUILD_SWAP' as const,
      subject: { kind: 'rebuild', id },
      payload: { id },
      summary: 'Swap.',
      limit: null,
    },
    ...{ link: `/v1/ops/rebuilds/${id}`, involved: [], reason: 'the fix' },
  };
  const outcome = await api.deps.application.requireApproval(need, by);
  const { approvalId, payloadSha256 } = (outcome.kind === 'refused' ? outcome.refusal.data : {}) as Body;
  const body = { decision: 'GRANT', payloadSha256, reason: 'looked at it' };
  return { path: `/v1/approvals/${approvalId}/decisions`, body };
};

export const expiredApproval = (api: ClaimingApi): Promise<Prepared> =>
  approval(api, { ...byService(), occurredAt: new Date(Date.now() - 7 * 86_400_000).toISOString() });

export const unit = async (api: ClaimingApi): Promise<string> => {
  const bu = `BU${next()}`;
  await taken(api, 'defineBusinessUnit', { path: `/v1/business-units/${bu}`, body: sampleBody('defineBusinessUnit') });
  return bu;
};

export const policy = (operation: Operation, name: string) => async (api: ClaimingApi) => ({
  path: `/v1/policies/${await unit(api)}/${name}`,
  body: sampleBody(operation),
});
