import { randomUUID } from 'node:crypto';
import type { Operation } from '../../api/permissions.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { addDays } from '../../domain/calendar.ts';
import {
  type Body,
  byService,
  type ClaimingApi,
  models,
  next,
  type Prepared,
  partners,
  sampleBody,
  taken,
  written,
} from './claimingApi.ts';
import { orderOf } from './orders.ts';

const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };

const order = (): Prepared => ({ path: '/v1/orders', body: orderOf() });

const orderId = async (api: ClaimingApi): Promise<string> =>
  String((await taken(api, 'submitOrder', order())).body.orderId);

const planned = async (api: ClaimingApi) => {
  const [shipmentId, sold] = [newUlid(), await orderId(api)];
  const line = { lineId: '10', item: 'BRG-6204', qty: '10', reservationId: `r-${shipmentId}` };
  const plan = { ...place, orderId: sold, shipmentId, lines: [line] };
  await written(api, `shipment-ACME.${shipmentId}`, [['ShipmentPlanned', plan]]);
  return { shipmentId, lines: [{ orderId: sold, lineId: '10', qty: '7', uom: 'EA' }] };
};

const confirmation = async (api: ClaimingApi) => {
  const { shipmentId, lines } = await planned(api);
  const shippedAt = new Date().toISOString();
  const body = { ...sampleBody('confirmShipment'), confirmationId: `C-${shipmentId}`, shippedAt };
  const confirmed = lines.map((line) => ({ ...line, lots: [], serials: [] }));
  return { shipmentId, path: `/v1/shipments/${shipmentId}/confirmations`, body: { ...body, lines: confirmed } };
};

const issuedInvoice = async (api: ClaimingApi): Promise<Prepared> => {
  const invoiceId = newUlid();
  await written(api, `invoice-ACME.${invoiceId}`, [
    ['InvoiceDrafted', { invoiceId }],
    ['InvoiceIssued', { invoiceId }],
  ]);
  return { path: `/v1/invoices/${invoiceId}/voids`, body: sampleBody('voidInvoice') };
};

/** A rebuild of a read model of its own. */
const rebuild =
  (noun: string, ...then: readonly (readonly [string, object])[]) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const projection = `model_${'x'.repeat(next())}`;
    const about = { projection, rebuildId: `${projection}-v2` };
    const events = [['RebuildRequested', {}] as const, ...then];
    await written(
      api,
      `rebuild-operations.${projection}`,
      events.map(([type, data]) => [type, { ...data, ...about }]),
    );
    return { path: `/v1/ops/rebuilds/${about.rebuildId}/${noun}`, body: { reason: 'looked at all of it' } };
  };

const approval = async (api: ClaimingApi, by = byService()): Promise<Prepared> => {
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

const unit = async (api: ClaimingApi): Promise<string> => {
  const bu = `BU${next()}`;
  await taken(api, 'defineBusinessUnit', { path: `/v1/business-units/${bu}`, body: sampleBody('defineBusinessUnit') });
  return bu;
};

const policy = (operation: Operation, name: string) => async (api: ClaimingApi) => ({
  path: `/v1/policies/${await unit(api)}/${name}`,
  body: sampleBody(operation),
});

const definition = (operation: Operation, folder: string) => async () => ({
  path: `/v1/${folder}${folder === 'business-units' ? '' : '/ACME'}/NEW${next()}`,
  body: sampleBody(operation),
});

const customer = async (): Promise<Prepared> => {
  const code = `NEW${next()}`;
  const body = { ...sampleBody('defineCustomer'), billTo: code, priceListId: 'LIST-USD', contract: null };
  return { path: `/v1/customers/ACME/${code}`, body };
};

/** First held or slowed down by `first`, if that is to be undone. */
const steered =
  (operation: Operation, keyOf: () => string, noun: string, first?: readonly [Operation, string]) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const key = keyOf();
    if (first !== undefined) await taken(api, first[0], { path: `${key}/${first[1]}`, body: sampleBody(first[0]) });
    return { path: `${key}/${noun}`, body: sampleBody(operation) };
  };

const partner = partners.values();
const adapter = (): string => `/v1/ops/adapters/${partner.next().value}`;
const lane = (): string => `/v1/ops/lanes/channel:c${next()}`;
const model = models.values();

const keyedStock = (operation: Operation, path: string): Prepared => ({
  path,
  body: { ...sampleBody(operation), reference: randomUUID() },
});

const received = (): Prepared => keyedStock('recordStockMovement', '/v1/stock-movements');

/** The first receipt sets the cost, and is there. */
const afterReceipt = (prepare: () => Prepared) => async (api: ClaimingApi) => {
  await taken(api, 'recordStockMovement', received());
  return prepare();
};

type Row = {
  /** A request that was never sent, and whatever must be there before it. */
  readonly prepare: (api: ClaimingApi) => Promise<Prepared>;
  /** What is written, in order. */
  readonly events: readonly string[];
  /** How often the log is read before that. */
  readonly reads: number;
  /** The request's own, and a key that lives for ever. */
  readonly keys?: 2;
};

/** Every command that is one append. */
export const claimingRoutes: Readonly<Partial<Record<Operation, Row>>> = {
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
  recordStockMovement: {
    prepare: afterReceipt(received),
    ...{ events: ['StockReceived'], reads: 0, keys: 2 },
  },
  changeStockStatus: {
    prepare: afterReceipt(() => keyedStock('changeStockStatus', '/v1/stock-status-changes')),
    ...{ events: ['StockStatusChanged'], reads: 0, keys: 2 },
  },
  expectSupply: {
    prepare: async () => ({
      path: '/v1/supplies',
      body: {
        ...sampleBody('expectSupply'),
        supplyId: `PO-${next()}`,
        availableDate: addDays(new Date().toISOString().slice(0, 10), 8),
      },
    }),
    ...{ events: ['SupplyExpected'], reads: 0 },
  },
  setSafetyStock: {
    prepare: async () => ({ path: '/v1/safety-stocks/ACME/DC-EAST/BRG-6204', body: { qty: String(100 + next()) } }),
    ...{ events: ['SafetyStockSet'], reads: 0 },
  },
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
  voidInvoice: { prepare: issuedInvoice, events: ['InvoiceVoided'], reads: 2 },
  sealGlBatch: {
    prepare: async ({ seal }) => {
      seal.sequence += 1;
      return { path: '/v1/gl-batches', body: sampleBody('sealGlBatch') };
    },
    ...{ events: ['GlBatchSealed'], reads: 1 },
  },
  openAccountingPeriod: {
    prepare: async () => ({
      path: '/v1/accounting-periods',
      body: { ...sampleBody('openAccountingPeriod'), period: `${2100 + next()}01` },
    }),
    ...{ events: ['PeriodOpened'], reads: 1 },
  },
  setCreditLimit: {
    prepare: async () => ({
      path: '/v1/credit-accounts/C-1001/limits',
      body: { ...sampleBody('setCreditLimit'), limit: String(500_000_000 + next()) },
    }),
    ...{ events: ['CreditLimitSet'], reads: 0 },
  },
  defineItem: { prepare: definition('defineItem', 'items'), events: ['ItemDefined'], reads: 1 },
  defineCustomer: { prepare: customer, events: ['CustomerDefined'], reads: 1 },
  defineNode: { prepare: definition('defineNode', 'nodes'), events: ['NodeDefined'], reads: 1 },
  definePriceList: { prepare: definition('definePriceList', 'price-lists'), events: ['PriceListDefined'], reads: 1 },
  defineBusinessUnit: {
    prepare: definition('defineBusinessUnit', 'business-units'),
    ...{ events: ['BusinessUnitDefined'], reads: 1 },
  },
  publishAccountMap: {
    prepare: policy('publishAccountMap', 'accounts'),
    ...{ events: ['AccountMapPublished'], reads: 1 },
  },
  publishPostingRules: {
    prepare: policy('publishPostingRules', 'posting'),
    ...{ events: ['PostingRulesPublished'], reads: 1 },
  },
  publishTaxCodes: { prepare: policy('publishTaxCodes', 'tax-codes'), events: ['TaxCodesPublished'], reads: 1 },
  requestRebuild: {
    prepare: async () => ({
      path: `/v1/ops/projections/${model.next().value}/rebuilds`,
      body: { reason: 'the fix of yesterday', expectedChanges: [] },
    }),
    ...{ events: ['RebuildRequested'], reads: 1 },
  },
  swapRebuild: {
    prepare: rebuild('swaps', ['RebuildCompared', { class: 'expected' }]),
    ...{ events: ['RebuildSwapOrdered'], reads: 1 },
  },
  abortRebuild: { prepare: rebuild('aborts'), events: ['RebuildAborted'], reads: 1 },
  rollBackRebuild: {
    prepare: rebuild(
      'rollbacks',
      ['RebuildCompared', { class: 'expected' }],
      ['RebuildSwapOrdered', {}],
      ['ReadModelSwapped', {}],
    ),
    ...{ events: ['RollbackOrdered'], reads: 1 },
  },
  decideApproval: { prepare: (api) => approval(api), events: ['ApprovalGranted'], reads: 0 },
  pauseLane: { prepare: steered('pauseLane', lane, 'pauses'), events: ['WorkPaused'], reads: 1 },
  resumeLane: {
    prepare: steered('resumeLane', lane, 'resumptions', ['pauseLane', 'pauses']),
    ...{ events: ['WorkResumed'], reads: 0 },
  },
  pauseAdapter: { prepare: steered('pauseAdapter', adapter, 'pauses'), events: ['WorkPaused'], reads: 1 },
  resumeAdapter: {
    prepare: steered('resumeAdapter', adapter, 'resumptions', ['pauseAdapter', 'pauses']),
    ...{ events: ['WorkResumed'], reads: 0 },
  },
  limitLane: { prepare: steered('limitLane', lane, 'limits'), events: ['RateLimitSet'], reads: 1 },
  liftLaneLimit: {
    prepare: steered('liftLaneLimit', lane, 'limit-removals', ['limitLane', 'limits']),
    ...{ events: ['RateLimitLifted'], reads: 0 },
  },
};
