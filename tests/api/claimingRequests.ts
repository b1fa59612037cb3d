import { randomUUID } from 'node:crypto';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import type { Operation } from '../../api/permissions.ts';
import { journalIdFor } from '../../commands/calls/journalId.ts';
import { toDomain } from '../../commands/codec.ts';
import { eventAt } from '../../commands/deciding/readStream.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { addDays } from '../../domain/calendar.ts';
import type { Position, StreamName } from '../../domain/eventLog.ts';
import { demoItems } from '../../domain/masterData/demo.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { deadLetters } from '../../projections/stuck.ts';
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

// Requests that were never sent, after whatever must be there before them.

const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };

export const order = (): Prepared => ({ path: '/v1/orders', body: orderOf() });

export const orderId = async (api: ClaimingApi): Promise<string> =>
  String((await taken(api, 'submitOrder', order())).body.orderId);

/** An order of an item that another one stands for. */
export const substitutable = async (api: ClaimingApi): Promise<string> => {
  const { bu: _bu, item, ...known } = demoItems[0] ?? ({} as never);
  const terms = { direction: 'ONE_WAY', priceRule: 'SUBSTITUTE_LIST_PRICE', ratio: { num: '1', den: '1' } };
  const body = { ...known, substitutes: [{ item: 'BRG-6205', ...terms }] };
  await taken(api, 'defineItem', { path: `/v1/items/ACME/${item}`, body });
  return orderId(api);
};

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

/** `disputeId`: it is disputed. */
export const anInvoice = async (api: ClaimingApi, disputeId?: string): Promise<string> => {
  const invoiceId = newUlid();
  await written(api, `invoice-ACME.${invoiceId}`, [
    ['InvoiceDrafted', { invoiceId }],
    ['InvoiceIssued', { invoiceId }],
    ...(disputeId === undefined ? [] : [['InvoiceDisputed', { invoiceId, disputeId }] as const]),
  ]);
  return invoiceId;
};

export const issuedInvoice = async (api: ClaimingApi): Promise<Prepared> => {
  const invoiceId = await anInvoice(api);
  return { path: `/v1/invoices/${invoiceId}/voids`, body: sampleBody('voidInvoice') };
};

export const heldDeposit = async (api: ClaimingApi): Promise<string> => {
  const orderId = newUlid();
  const depositId = `${orderId}-1`;
  await written(api, `deposit-ACME.${orderId}`, [['DepositReceived', { depositId, orderId }]]);
  return depositId;
};

/** A return of two of one line, and what happened to it since. */
export const authorisedReturn = async (
  api: ClaimingApi,
  ...then: readonly (readonly [string, object])[]
): Promise<string> => {
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
export const placedDropShip = async (
  api: ClaimingApi,
  ...then: readonly (readonly [string, object])[]
): Promise<string> => {
  const poId = newUlid();
  const events = [['DropShipPlaced', {}] as const, ...then];
  await written(
    api,
    `dropship-ACME.${poId}`,
    events.map(([type, data]) => [type, { ...data, poId }]),
  );
  return poId;
};

/** A journal of an invoice that nobody sealed, as the read models know it. */
export const stagedJournal = async (api: ClaimingApi): Promise<Prepared> => {
  const invoiceId = newUlid();
  const stream = `invoice-ACME.${invoiceId}` as StreamName;
  await written(api, stream, [['InvoiceIssued', { invoiceId }]]);
  for (const projection of projections.filter(({ name }) => ['gl_staging', 'event_index'].includes(name)))
    await catchUp({ db: api.database.db, feed: api.log, decode: toDomain }, projection);
  const issued = await eventAt(api.log, stream, 0);
  const journalId = journalIdFor(issued?.eventId ?? '', 'T03', 'PRIMARY');
  return { path: `/v1/gl-journals/${journalId}/restagings`, body: sampleBody('restageGlJournal') };
};

/** A rebuild of a read model of its own. */
export const rebuild =
  (noun: string, ...then: readonly (readonly [string, object])[]) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const projection = `model_${String(next()).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))}`;
    const about = { projection, rebuildId: `${projection}-v2` };
    const events = [['RebuildRequested', {}] as const, ...then];
    await written(
      api,
      `rebuild-operations.${projection}`,
      events.map(([type, data]) => [type, { ...data, ...about }]),
    );
    return { path: `/v1/ops/rebuilds/${about.rebuildId}/${noun}`, body: { reason: 'looked at all of it' } };
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

/** A business unit whose shadow ledger has found a difference. */
export const shadowedUnit = async (api: ClaimingApi): Promise<string> => {
  const bu = await unit(api);
  await written(api, `shadow-${bu}.PRIMARY`, [
    ['ShadowLedgerDefined', { bu }],
    ['ShadowBatchCompared', { bu }],
  ]);
  return bu;
};

export const definition = (operation: Operation, folder: string) => async () => ({
  path: `/v1/${folder}${folder === 'business-units' ? '' : '/ACME'}/NEW${next()}`,
  body: sampleBody(operation),
});

export const customer = async (): Promise<Prepared> => {
  const code = `NEW${next()}`;
  const body = { ...sampleBody('defineCustomer'), billTo: code, priceListId: 'LIST-USD', contract: null };
  return { path: `/v1/customers/ACME/${code}`, body };
};

export const partner = async (): Promise<Prepared> => {
  const code = `EDI${next()}`;
  const body = { ...sampleBody('definePartner'), them: { qualifier: 'ZZ', id: code, application: code } };
  return { path: `/v1/partners/ACME/${code}`, body };
};

export const crossReference = async (api: ClaimingApi): Promise<Prepared> => {
  const prepared = await partner();
  await taken(api, 'definePartner', prepared);
  return {
    path: `${prepared.path.replace('partners', 'cross-references')}/ITEM`,
    body: sampleBody('defineCrossReference'),
  };
};

/** First held or slowed down by `first`, if that is to be undone. */
export const steered =
  (operation: Operation, keyOf: () => string, noun: string, first?: readonly [Operation, string]) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const key = keyOf();
    if (first !== undefined) await taken(api, first[0], { path: `${key}/${first[1]}`, body: sampleBody(first[0]) });
    return { path: `${key}/${noun}`, body: sampleBody(operation) };
  };

const adapters = partners.values();
export const adapter = (): string => `/v1/ops/adapters/${adapters.next().value}`;
export const lane = (): string => `/v1/ops/lanes/channel:c${next()}`;
export const model = models.values();

export const keyedStock = (operation: Operation, path: string): Prepared => ({
  path,
  body: { ...sampleBody(operation), reference: randomUUID() },
});

export const received = (): Prepared => keyedStock('recordStockMovement', '/v1/stock-movements');

/** Of a supply of its own, which is announced; the item has its cost. */
export const ofSupply =
  (operation: Operation, noun: string) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    await taken(api, 'recordStockMovement', received());
    const supplyId = `PO-${next()}`;
    const availableDate = addDays(new Date().toISOString().slice(0, 10), 8);
    await taken(api, 'expectSupply', {
      path: '/v1/supplies',
      body: { ...sampleBody('expectSupply'), supplyId, availableDate },
    });
    return { path: `/v1/supplies/${supplyId}/${noun}`, body: sampleBody(operation) };
  };

/** The first receipt sets the cost, and is there. */
export const afterReceipt = (prepare: () => Prepared) => async (api: ClaimingApi) => {
  await taken(api, 'recordStockMovement', received());
  return prepare();
};

/** A message that the inbox keeps and operators see. */
export const deadLetter = async ({ database: { db } }: ClaimingApi): Promise<Prepared> => {
  const [consumer, laneKey, item] = ['warehouse-inbox:wms', `S${next()}`, 'm1'];
  const message = { kind: 'SHORTED', messageId: item, shipmentId: laneKey, lines: [] };
  await createParkedMessages(db).park(
    consumer,
    [{ laneKey, item, message: JSON.stringify(message), attempts: 5 }],
    await createCheckpoints(db).read(consumer),
    String(next()).padStart(10, '0') as Position,
  );
  await createStuckBoard(db).post(
    consumer,
    [laneKey],
    [
      {
        ...{ laneKey, item, kind: 'STUCK', what: 'SHORTED', position: null, errorClass: 'LINE_UNKNOWN', detail: 'No.' },
        ...{ payloadRef: { system: 'wms', messageId: item }, attempts: 5, blockedCount: 0 },
      },
    ],
  );
  const [found] = (await deadLetters(db, { consumer, laneKey })).items;
  return { path: '/v1/ops/discards', body: { deadLetterIds: [found?.id], reason: 'not ours' } };
};

/** Opens a period of its own and the one behind it. */
const openPeriods = async (api: ClaimingApi): Promise<string> => {
  const year = 2200 + next();
  for (const month of ['01', '02']) {
    const key = { bu: 'ACME', ledger: 'PRIMARY', period: `${year}${month}` };
    await written(api, `period-ACME.PRIMARY.${year}${month}`, [['PeriodOpened', key]]);
  }
  return `ACME.PRIMARY.${year}01`;
};

export const softClose = async (api: ClaimingApi): Promise<Prepared> => ({
  path: `/v1/accounting-periods/${await openPeriods(api)}/soft-closes`,
  body: sampleBody('softCloseAccountingPeriod'),
});

/** A subscription of its own, and a request for it. */
export const webhook =
  (operation: Operation, noun: string, ...then: readonly string[]) =>
  async (api: ClaimingApi, subscriptionId = newUlid()): Promise<Prepared> => {
    const events = ['WebhookSubscribed', ...then].map((type) => [type, { subscriptionId }] as const);
    await written(api, `webhook-ACME.${subscriptionId}`, events);
    return { path: `/v1/webhook-subscriptions/${subscriptionId}/${noun}`, body: sampleBody(operation) };
  };

export const webhookDelivery = async (api: ClaimingApi): Promise<Prepared> => {
  const [subscriptionId, deliveryId, orderId, at] = [newUlid(), newUlid(), newUlid(), new Date().toISOString()];
  await webhook('redeliverWebhook', '')(api, subscriptionId);
  const about = { deliveryId, subscriptionId, bu: 'ACME', orderId, type: 'ORDER_ACCEPTED' };
  const row = { ...about, position: await api.log.head(), place: 0, body: '{}' };
  await createWebhookDeliveries(api.database.db).add([row], at);
  return { path: `/v1/webhook-deliveries/${deliveryId}/redeliveries`, body: sampleBody('redeliverWebhook') };
};

/** A consumer of the event stream of its own, and a request for it. */
export const eventConsumer =
  (operation: Operation, noun: string) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const consumerId = newUlid();
    await written(api, `eventconsumer-ACME.${consumerId}`, [['EventConsumerRegistered', { consumerId }]]);
    return { path: `/v1/event-consumers/${consumerId}/${noun}`, body: sampleBody(operation) };
  };

/** An exception that the watchdog has opened. */
export const openCase =
  (operation: Operation, noun: string) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const caseId = newUlid();
    await written(api, `case-ACME.${caseId}`, [['CaseOpened', { caseId, object: { kind: 'order', id: caseId } }]]);
    return { path: `/v1/ops/exceptions/${caseId}/${noun}`, body: sampleBody(operation) };
  };
