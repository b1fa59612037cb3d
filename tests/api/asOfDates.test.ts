import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../api/reference/openapi.ts';
import { routes } from '../../api/routes.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { openPeriod } from '../projections/masterDataHistory.ts';
import { append, project, startedHistory } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const orderId = '01JD0000000000000000000001';

/** The goods left and were invoiced on 23 November; November was closed then, so all of it is posted on 1 December. */
describe('validAsOf, where business date and accounting date are in different months', () => {
  let api: TestApi;
  const log = startedHistory();
  openPeriod(log, '202612');
  const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;
  const throughPosition = log.events.at(-1)?.position ?? '';
  log.append('period-ACME.PRIMARY.202611', 'PeriodClosed', {
    ...{ ...books, checklistSha256: 'c', trialBalanceSha256: 't', throughPosition },
  });
  playGoldenOrder(log, orderId);

  beforeAll(async () => {
    api = await makeTestApi();
    await append(api, log, 0);
    await project(api);
  });

  afterAll(() => api.close());

  const get = async (path: string) => (await call(api, 'GET', path, { role: 'auditor' })).body;
  const count = async (path: string) => ((await get(path)).items as readonly unknown[]).length;
  const [november, december] = ['2026-11-30', '2026-12-01'];
  // The order is submitted when it is recorded, whatever its goods' dates are.
  const today = () => new Date().toISOString().slice(0, 10);

  test.each([
    ['/v1/gl-journals?bu=ACME', november, december],
    ['/v1/trial-balance?bu=ACME', november, december],
    ['/v1/invoices?bu=ACME', '2026-11-22', '2026-11-23'],
  ])('%s has nothing by %s and something by %s', async (path, none, some) => {
    expect(await count(`${path}&validAsOf=${none}`)).toBe(0);
    expect(await count(`${path}&validAsOf=${some}`)).toBeGreaterThan(0);
  });

  test.each([
    ['/v1/tie-outs?bu=ACME&period=999912', 200],
    ['/v1/tie-outs?bu=ACME&validAsOf=0001-01-01', 200],
    ['/v1/tie-outs?bu=ACME&period=000001', 422],
    ['/v1/gl-journals?bu=ACME&period=000001', 422],
    ['/v1/tie-outs?bu=ACME&validAsOf=0000-01-01', 422],
    ['/v1/trial-balance?bu=ACME&validAsOf=0000-12-31', 422],
    ['/v1/invoices?bu=ACME&validAsOf=0000-01-01', 422],
    ['/v1/orders?bu=ACME&knownAsOf=0000-01-01T00:00:00Z', 422],
  ])('%s is answered with %i at the ends of the calendar', async (path, status) => {
    expect((await call(api, 'GET', path, { role: 'auditor' })).status).toBe(status);
  });

  test('orders go by the day on which they were submitted', async () => {
    const submitted = String((await get(`/v1/orders/${orderId}`)).submittedAt).slice(0, 10);
    const before = new Date(Date.parse(submitted) - 86_400_000).toISOString().slice(0, 10);
    expect(submitted <= today()).toBe(true);
    expect(await count(`/v1/orders?bu=ACME&validAsOf=${before}`)).toBe(0);
    expect(await count(`/v1/orders?bu=ACME&validAsOf=${submitted}`)).toBe(1);
    expect((await call(api, 'GET', `/v1/orders/${orderId}?validAsOf=${before}`, { role: 'auditor' })).status).toBe(404);
  });

  test('a tie-out explains by the end of November what is posted in December', async () => {
    const pairs = (await get(`/v1/tie-outs?bu=ACME&validAsOf=${november}`)).items as readonly {
      readonly pair: string;
      readonly gl: string;
      readonly unexplained: string;
      readonly explained: readonly { readonly reason: string }[];
    }[];
    const receivables = pairs.find(({ pair }) => pair === 'AR');
    expect(receivables).toMatchObject({ subledger: '13949', gl: '0', unexplained: '0' });
    expect(receivables?.explained.map(({ reason }) => reason)).toEqual(['POSTED_IN_LATER_PERIOD']);
    const later = (await get(`/v1/tie-outs?bu=ACME&validAsOf=${december}`)).items as typeof pairs;
    expect(later.find(({ pair }) => pair === 'AR')).toMatchObject({ subledger: '13949', gl: '13949', explained: [] });
  });

  test('the lineage keeps goods and documents and leaves out what is posted later', async () => {
    const types = async (day: string) =>
      new Set(
        (
          (await get(`/v1/audit/lineage?root=order:${orderId}&validAsOf=${day}`)).nodes as readonly { type: string }[]
        ).map(({ type }) => type),
      );
    expect((await types(november)).has('GL_LINE')).toBe(false);
    expect((await types(november)).has('INVOICE_LINE')).toBe(true);
    expect((await types(december)).has('GL_LINE')).toBe(true);
  });

  test('the description of every report says which date counts', () => {
    const document = openApiDocument(routes, [], '1') as unknown as {
      readonly paths: Readonly<
        Record<
          string,
          { readonly get?: { readonly parameters?: readonly { name: string; schema: { description?: string } }[] } }
        >
      >;
    };
    const said = Object.entries(document.paths).flatMap(([path, { get: question }]) =>
      (question?.parameters ?? [])
        .filter(({ name }) => name === 'validAsOf')
        .map(({ schema }) => [path, schema.description?.replace('Only what is dated up to this day, by ', '')]),
    );
    expect(Object.fromEntries(said)).toEqual({
      '/v1/orders': 'the day, in UTC, on which the order was submitted.',
      '/v1/orders/{orderId}': 'the day, in UTC, on which the order was submitted.',
      '/v1/invoices': 'the issue date of the invoice.',
      '/v1/invoices/{invoiceId}': 'the issue date of the invoice.',
      '/v1/credit-memos': 'the issue date of the credit memo.',
      '/v1/credit-memos/{creditMemoId}': 'the issue date of the credit memo.',
      '/v1/gl-journals': 'the accounting date of the journal.',
      '/v1/gl-journals/{journalId}': 'the accounting date of the journal.',
      '/v1/gl-lines': 'the accounting date of the journal.',
      '/v1/gl-batches/{batchId}': 'the day, in UTC, on which the batch was sealed.',
      '/v1/trial-balance': 'the accounting date of the journal.',
      '/v1/tie-outs': 'the accounting date of the journal on one side and the day of the document on the other.',
      '/v1/tie-outs/{pair}/items':
        'the accounting date of the journal on one side and the day of the document on the other.',
      '/v1/audit/lineage': 'the accounting date of what is posted; goods and documents stay.',
      '/v1/audit/actors/{actorId}/actions': 'the day, in UTC, on which it was recorded.',
      '/v1/audit/duties/conflicts': 'the day, in UTC, on which it was recorded.',
      '/v1/accounting-periods': 'the first day of the period.',
      '/v1/accounting-periods/{periodId}': 'the first day of the period.',
      '/v1/accounting-periods/{periodId}/readiness': 'the first day of the period.',
      '/v1/payments': 'the day, where the business unit is, on which it was paid.',
      '/v1/payments/{paymentId}': 'the day, where the business unit is, on which it was paid.',
      '/v1/audit/samples': 'the day, in UTC, on which it was drawn.',
      '/v1/audit/samples/{sampleId}': 'the day, in UTC, on which it was drawn.',
      '/v1/shadow-ledgers/{bu}': 'the day on which the batch was sealed.',
      '/v1/shadow-ledgers/{bu}/batches': 'the day on which the batch was sealed.',
      '/v1/shadow-ledgers/{bu}/comparison': 'the day on which the batch was sealed.',
      '/v1/reports/{name}': 'the date that the catalogue names for the report.',
    });
  });
});
