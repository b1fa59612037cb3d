import { afterAll, beforeAll, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { permissions } from '../../api/permissions.ts';
import { routes } from '../../api/routes.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let examples: ReadonlyMap<string, object>;

type Operation = {
  readonly operationId: string;
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly example?: object } } };
};
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

beforeAll(async () => {
  api = await makeRealApi();
  const { paths } = JSON.parse((await supertest(api.app).get('/v1/openapi.json').expect(200)).text) as Document;
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  examples = new Map(
    operations.flatMap(({ operationId, requestBody }) => {
      const example = requestBody?.content['application/json'].example;
      return example === undefined ? [] : [[operationId, example] as const];
    }),
  );
}, 60_000);
afterAll(() => api.close());

const routeOf = (operation: string) => routes.find((each) => each.operation === operation);

test('every body that the reference shows has the form that its route takes', () => {
  expect(examples.size).toBe(8);
  for (const [operation, body] of examples)
    expect([operation, routeOf(operation)?.body?.safeParse(body).success]).toEqual([operation, true]);
});

test.each([
  ['recordStockMovement', 201],
  ['expectSupply', 201],
  ['checkAvailability', 200],
  ['submitOrder', 201],
] as const)('the demonstration distributor takes that of %s as it is', async (operation, status) => {
  const [role] = permissions[operation];
  const headers = operation === 'checkAvailability' ? { 'x-min-position': await api.log.head() } : {};
  const body = examples.get(operation);
  const answer = await call(api, 'POST', routeOf(operation)?.path ?? '', { role, body, headers });
  expect([answer.status, answer.body.errors, answer.body.holds ?? []]).toEqual([status, undefined, []]);
});
