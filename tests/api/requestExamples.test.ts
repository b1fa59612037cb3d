import { afterAll, beforeAll, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { seedDemonstration } from '../../api/demo/seed.ts';
import { permissions } from '../../api/permissions.ts';
import { routes } from '../../api/routes.ts';
import { addDays, periodOf } from '../../domain/calendar.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let examples: ReadonlyMap<string, object>;
let parameters: readonly Parameter[];

type Parameter = { readonly name: string; readonly required: boolean; readonly in: string; readonly example?: string };
type Operation = {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  /** Some take bytes as they are. */
  readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly example?: object } } };
};
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

beforeAll(async () => {
  api = await makeRealApi();
  const { paths } = JSON.parse((await supertest(api.app).get('/v1/openapi.json').expect(200)).text) as Document;
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  parameters = operations.flatMap((operation) => operation.parameters);
  examples = new Map(
    operations.flatMap(({ operationId, requestBody }) => {
      const example = requestBody?.content['application/json']?.example;
      return example === undefined ? [] : [[operationId, example] as const];
    }),
  );
});
afterAll(() => api.close());

const routeOf = (operation: string) => routes.find((each) => each.operation === operation);

test('every body that the reference shows has the form that its route takes', () => {
  expect(examples.size).toBe(39);
  for (const [operation, body] of examples)
    expect([operation, routeOf(operation)?.body?.safeParse(body).success]).toEqual([operation, true]);
});

test('every header that must be sent is shown with a value that is taken', async () => {
  const needed = parameters.filter((parameter) => parameter.in === 'header' && parameter.required);
  expect(new Set(needed.map(({ name }) => name))).toEqual(new Set(['Idempotency-Key']));
  expect(needed.filter(({ example }) => example === undefined)).toEqual([]);
  const [first] = needed;
  const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6205' };
  const body = { ...place, kind: 'RECEIPT', qty: '1', uom: 'EA', unitCost: '6.00', reference: 'GR-1' };
  const sent = { role: 'warehouse', key: first?.example ?? '', body } as const;
  expect((await call(api, 'POST', '/v1/stock-movements', sent)).status).toBe(201);
});

test.each([
  ['recordStockMovement', 201],
  ['expectSupply', 201],
  ['checkAvailability', 200],
  ['submitOrder', 201],
  ['reserve', 201],
  ['subscribeWebhook', 201],
  ['registerEventConsumer', 201],
] as const)('the demonstration distributor takes that of %s as it is', async (operation, status) => {
  const [role] = permissions[operation];
  const headers = operation === 'checkAvailability' ? { 'x-min-position': await api.log.head() } : {};
  const body = examples.get(operation);
  const answer = await call(api, 'POST', routeOf(operation)?.path ?? '', { role, body, headers });
  expect([answer.status, answer.body.errors, answer.body.holds ?? []]).toEqual([status, undefined, []]);
});

test('what changes of an order would come to is told of the order as it is, and nothing is written', async () => {
  const body = { ...examples.get('submitOrder'), customerPo: 'PO-PREVIEW' };
  const { orderId } = (await call(api, 'POST', '/v1/orders', { role: 'channel', body })).body;
  const head = await api.log.head();
  const preview = (wishes: object | undefined) =>
    call(api, 'POST', `/v1/orders/${orderId}/change-previews`, {
      ...{ role: 'channel', body: wishes, headers: { 'x-min-position': head } },
    });
  const answer = await preview(examples.get('previewOrderChange'));
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  expect(answer.body).toMatchObject({
    ...{ orderId, currency: 'USD', credit: { outcome: 'GRANTED' } },
    lines: [
      { lineId: '10', before: '10', after: '12', promise: { item: 'BRG-6204', qty: '2' } },
      { lineId: '30', before: '0', after: '2', net: { before: '0' }, promise: { item: 'BELT-A42', qty: '2' } },
    ],
  });
  const less = await preview({ changes: [{ lineId: '10', qty: '4', uom: 'EA' }] });
  expect(less.body).toMatchObject({ credit: { outcome: 'NOT_NEEDED' }, lines: [{ after: '4', promise: null }] });
  expect((await preview({ changes: [{ lineId: '77', qty: '4', uom: 'EA' }] })).body.code).toBe('LINE_UNKNOWN');
  expect(
    (await preview({ lines: [{ lineId: '30', item: 'NO-SUCH', qty: '1', uom: 'EA' }] })).body.errors,
  ).toMatchObject([{ pointer: '/lines/0/item', code: 'ITEM_UNKNOWN' }]);
  expect(await api.log.head()).toBe(head);
});

test('the promise of an order is told in sentences, whether plain language is asked for or not', async () => {
  const body = { ...examples.get('submitOrder'), customerPo: 'PO-PLAIN' };
  const { orderId, receipt } = (await call(api, 'POST', '/v1/orders', { role: 'channel', body })).body;
  const headers = { 'x-min-position': (receipt as { readonly position: string }).position };
  const ask = (query: string) =>
    call(api, 'GET', `/v1/orders/${orderId}/promise${query}`, { role: 'channel', headers });
  const said = ({ body: { lines } }: Awaited<ReturnType<typeof ask>>) =>
    (lines as readonly { readonly explanation: readonly string[] }[]).flatMap(({ explanation }) => explanation);
  expect(said(await ask('?lang=plain')).length).toBeGreaterThan(0);
  expect(said(await ask('?lang=plain'))).toEqual(said(await ask('')));
  const errors = async (query: string) => (await ask(query)).body.errors;
  expect(await errors('?lang=latin')).toMatchObject([{ pointer: '/query/lang', code: 'VALUE_INVALID' }]);
  expect(await errors('?lang=plain&lang=plain')).toMatchObject([{ detail: 'This parameter is given more than once.' }]);
});

test('whoever starts the demonstration again in a later month finds the period of that day open', async () => {
  const { application, claims } = api.deps;
  const later = addDays(new Date().toISOString().slice(0, 10), 40);
  const startedAgain = () => seedDemonstration({ application, claims, clock: () => `${later}T08:00:00.000Z` });
  const before = await api.log.head();
  expect([await startedAgain(), await startedAgain()]).toEqual(['there already', 'there already']);
  expect(await api.typesSince(before)).toEqual(['PeriodOpened']);
  const headers = { 'x-min-position': await api.log.head() };
  const periods = await call(api, 'GET', '/v1/accounting-periods?bu=ACME&limit=1', { role: 'finance', headers });
  expect(periods.body.items).toMatchObject([{ period: periodOf(later), state: 'OPEN' }]);
});
