import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMemoryLog } from '../projections/memoryLog.ts';
import { append, project } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const goldenData = (type: string): never =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../golden/events/${type}.v1.golden.json`), 'utf8')).data as never;

/** One stream of each kind that is written, with the event that it begins with. */
const kinds = [
  ['order-ACME.S1', 'OrderSubmitted'],
  ['allocation-ACME.S1', 'AllocationStarted'],
  ['stock-ACME.DC-EAST.S1', 'StockReceived'],
  ['shipment-ACME.S1', 'ShipmentPlanned'],
  ['invoice-ACME.S1', 'InvoiceDrafted'],
  ['numbering-ACME.S1', 'NumberAssigned'],
  ['credit-ACME.S1', 'CreditLimitSet'],
  ['period-ACME.PRIMARY.202611', 'PeriodOpened'],
  ['glbatch-ACME.S1', 'GlBatchSealed'],
  ['item-ACME.S1', 'ItemDefined'],
  ['customer-ACME.S1', 'CustomerDefined'],
  ['node-ACME.S1', 'NodeDefined'],
  ['pricelist-ACME.S1', 'PriceListDefined'],
  ['partner-ACME.S1', 'PartnerDefined'],
  ['xref-ACME.S1.ITEM', 'CrossReferenceDefined'],
  ['bu-ACME.profile', 'BusinessUnitDefined'],
  ['policy-ACME.accounts', 'AccountMapPublished'],
  ['policy-ACME.posting', 'PostingRulesPublished'],
  ['policy-ACME.taxcodes', 'TaxCodesPublished'],
  ['policy-ACME.latesupply', 'LateSupplyPublished'],
  ['policy-ACME.intercompany', 'IntercompanyPublished'],
  ['approval-operations.S1', 'ApprovalRequested'],
  ['replay-operations.S1', 'ReplayRequested'],
  ['rebuild-operations.orders', 'RebuildRequested'],
  ['pm-o2c.S1', 'IntentsIssued'],
] as const;

describe('GET /v1/audit/state', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await makeTestApi();
    const log = createMemoryLog();
    for (const [stream, type] of kinds) log.append(stream, type, goldenData(type));
    await append(api, log, 0);
    await project(api);
  });

  afterAll(() => api.close());

  const get = (query: string) => call(api, 'GET', `/v1/audit/state?${query}`, { role: 'auditor' });

  test.each(kinds)('folds %s', async (stream, type) => {
    const { status, body } = await get(`stream=${stream}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { stream, lastEvent: { type, revision: 0 } } });
    expect(Object.keys(body.state as object).length).toBeGreaterThan(0);
  });

  test.each([
    'policy-ACME.constructor',
    'policy-ACME.toString',
    'pm-constructor.S1',
    'constructor-ACME.S1',
    'evidence-ACME.S1',
    'order-ACME',
    'order-ACME.',
    'order-ACME..S1',
  ])('%s is nobody’s state: 404', async (stream) => {
    expect(await get(`stream=${stream}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  test.each([
    '',
    'stream=',
    'stream=__proto__',
    `stream=order-ACME.${'x'.repeat(240)}`,
    'stream=order-ACME.S1%00',
    "stream=order-ACME.S1'--",
    'stream=order-ACME.S1&stream=order-ACME.S2',
    'stream[]=order-ACME.S1',
    'stream=order-ACME.S1&position=-1',
    'stream=order-ACME.S1&position=1e3',
    'stream=order-ACME.S1&position=1.2.3',
    `stream=order-ACME.S1&position=${'9'.repeat(61)}`,
    'stream=order-ACME.S1&position=1&position=2',
    'stream=order-ACME.S1&other=1',
  ])('%s is 422', async (query) => {
    expect((await get(query)).status).toBe(422);
  });
});
