import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { z } from 'zod';
import { selectable } from '../../api/request/selection.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { readBack, submitOrder } from './realCalls.ts';
import { call } from './testApi.ts';

let api: RealApi;
let submitted: Answered;
let orderId = '';
const count = 50;

beforeAll(async () => {
  api = await makeRealApi();
  const lines = Array.from({ length: count }, (_, index) => ({
    lineId: `${index + 1}`,
    item: 'BRG-6204',
    qty: '10',
    uom: 'EA',
  }));
  submitted = await submitOrder(api, { lines });
  orderId = String(submitted.body.orderId);
});
afterAll(() => api.close());

const get = (path: string) => call(api, 'GET', path, { headers: readBack(submitted) });

/** What an app on a telephone shows of an order. */
const mobile = [
  ...['orderId', 'status', 'customerPo', 'currency', 'promisedDate', 'totals', 'erpNumber', 'holds.type', 'flags'],
  ...['lines.lineId', 'lines.item', 'lines.status', 'lines.promisedDate', 'lines.unitPrice', 'lines.ordered'],
  ...['lines.backordered', 'lines.shipped', 'lines.cancelled', 'releases.status', 'releases.lines.qty'],
].join(',');

describe('S-13 fields that a caller names', () => {
  test('an order of 50 lines is under 20 kB with those of a mobile app, and holds what the whole one does', async () => {
    const path = `/v1/orders/${orderId}`;
    const [whole, some] = [await get(path), await get(`${path}?fields=${mobile}`)];
    expect(whole.text.length).toBeGreaterThan(20_000);
    expect(Buffer.byteLength(some.text)).toBeLessThan(20_000);
    const { asOfPosition, lagMs, ...shown } = some.body;
    expect([typeof asOfPosition, typeof lagMs, some.headers.etag]).toEqual(['string', 'number', whole.headers.etag]);
    expect(whole.body).toMatchObject(shown);
    expect(Object.keys(shown)).toEqual([...new Set(mobile.split(',').map((name) => name.split('.')[0]))]);
    const lines = shown.lines as readonly object[];
    expect(lines).toHaveLength(count);
    expect(Object.keys(lines[0] ?? {})).toEqual([
      ...['lineId', 'item', 'status', 'promisedDate', 'unitPrice', 'ordered', 'backordered', 'shipped', 'cancelled'],
    ]);
  });

  test('of a list, those of its items; where it goes on is told as well', async () => {
    const second = await submitOrder(api);
    const list = await call(api, 'GET', '/v1/orders?limit=1&fields=orderId,%20lines.entered.qty', {
      headers: readBack(second),
    });
    expect(list.body).toEqual({
      items: [{ orderId: second.body.orderId, lines: [{ entered: { qty: '10' } }] }],
      ...{ nextCursor: expect.any(String), asOfPosition: expect.any(String), lagMs: expect.any(Number) },
    });
    const told = await get('/v1/orders?limit=1&fields=orderId,report.position,report.rowCount');
    expect(told.body.report).toEqual({ position: expect.any(String), rowCount: 1 });
    const next = await get(`/v1/orders?limit=1&fields=orderId&cursor=${String(list.body.nextCursor)}`);
    expect(next.body.items).toEqual([{ orderId }]);
  });

  test('also of an earlier time, and of the timeline', async () => {
    const { position } = submitted.body.receipt as { readonly position: string };
    const then = await get(`/v1/orders/${orderId}?knownAsOf=${position}&fields=status,report.position`);
    expect(then.body).toMatchObject({ status: submitted.body.status, report: { position } });
    expect(Object.keys(then.body).sort()).toEqual(['asOfPosition', 'lagMs', 'report', 'status']);
    const { body } = await get(`/v1/orders/${orderId}/timeline?fields=type&limit=1`);
    expect(body.items).toEqual([{ type: 'OrderSubmitted' }]);
  });

  test('a name that is none is a 400 that says which, and what there is', async () => {
    const answer = await get(`/v1/orders/${orderId}?fields=orderId,colour,lines.item,lines.itm,status.code,__proto__`);
    expect([answer.status, answer.body.code]).toEqual([400, 'FIELDS_UNKNOWN']);
    const [{ pointer, detail } = { pointer: '', detail: '' }, ...more] = answer.body.errors as {
      readonly pointer: string;
      readonly detail: string;
    }[];
    expect([pointer, more]).toEqual(['/query/fields', []]);
    expect(detail).toContain('There is no field "colour", "lines.itm", "status.code", "__proto__".');
    expect(detail).toMatch(/There are: orderId, bu, .*lines/);
    expect(detail).toMatch(/In lines there are: lineId, originLineId, item, /);
    expect(detail).toContain('Nothing is in status.');
  });

  test.each([
    '',
    ',',
    'orderId,',
    '.',
    'lines.',
    'lines..item',
    'toString',
    'lines.length',
  ])('fields=%s is a 400, too', async (fields) => {
    const answer = await get(`/v1/orders/${orderId}?fields=${fields}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'FIELDS_UNKNOWN']);
  });

  test('comes together with what else is wrong, and an order that is not there stays so', async () => {
    const answer = await get('/v1/orders?fields=colour&status=OPENED&bu=NOWHERE');
    expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    const pointers = (answer.body.errors as readonly { readonly pointer: string }[]).map(({ pointer }) => pointer);
    expect([...pointers].sort()).toEqual(['/query/bu', '/query/fields', '/query/status']);
    const missing = await get('/v1/orders/01JD0000000000000000000009?fields=orderId');
    expect(missing.status).toBe(404);
    expect((await get(`/v1/orders/${orderId}?fields=${'orderId,'.repeat(300)}orderId`)).body.code).toBe('SIZE_INVALID');
    expect((await get(`/v1/orders/${orderId}/promise?fields=orderId`)).body.code).toBe('UNKNOWN_PROPERTY');
  });

  test('is in the OpenAPI document, with the form of what is answered', async () => {
    const { body } = await supertest(api.app).get('/v1/openapi.json');
    for (const path of [
      '/v1/orders',
      '/v1/orders/{orderId}',
      '/v1/orders/{orderId}/documents',
      '/v1/invoices',
      '/v1/shipments',
    ]) {
      const { parameters, responses } = body.paths[path].get;
      expect(parameters).toContainEqual(
        expect.objectContaining({
          ...{ name: 'fields', in: 'query', required: false },
          schema: expect.objectContaining({
            type: 'string',
            description: expect.stringContaining('`orderId,lines.item`'),
          }),
        }),
      );
      const { anyOf } = responses['200'].content['application/json'].schema;
      const [whole, selected] = anyOf as readonly { readonly required: readonly string[] }[];
      expect(whole?.required.length).toBeGreaterThan(2);
      expect(selected?.required.filter((name) => !['items', 'nextCursor'].includes(name)).sort()).toEqual([
        ...['asOfPosition', 'lagMs'],
      ]);
    }
  });
});

describe('a selection', () => {
  const freshness = { asOfPosition: z.string(), lagMs: z.number() };
  const answer = z.object({
    ...{ id: z.string(), note: z.string().nullable() },
    place: z.object({ x: z.string(), deep: z.object({ y: z.string() }).nullable() }).exactOptional(),
    choice: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), left: z.string(), both: z.object({ one: z.string() }) }),
      z.object({ kind: z.literal('b'), right: z.string(), both: z.object({ two: z.string() }) }),
    ]),
    words: z.record(z.string(), z.string()),
    ...freshness,
  });
  const { parameter, select, answer: selected } = selectable(answer);
  const form = selected();
  const body = {
    ...{ id: '1', note: null, place: { x: '2', deep: null }, words: { hi: '4' } },
    choice: { kind: 'b', right: '3', both: { two: '5' } },
    ...{ asOfPosition: '9', lagMs: 0 },
  };
  const kept = { asOfPosition: '9', lagMs: 0 };
  const of = (fields: string) => select(body, parameter.parse(fields));

  test.each<[string, object]>([
    ['id', { id: '1' }],
    ['note,id', { note: null, id: '1' }],
    ['place.x', { place: { x: '2' } }],
    ['place.deep.y', { place: { deep: null } }],
    ['place.x,place', { place: body.place }],
    ['place,place.x', { place: body.place }],
    ['choice.left,choice.kind', { choice: { kind: 'b' } }],
    ['choice.right', { choice: { right: '3' } }],
    ['choice.both.one,choice.both.two', { choice: { both: { two: '5' } } }],
    ['words', { words: { hi: '4' } }],
    ['lagMs', {}],
  ])('%s', (fields, expected) => {
    expect(of(fields)).toEqual({ ...expected, ...kept });
    expect(form.safeParse(of(fields)).success).toBe(true);
  });

  test('what is not there is not made up', () => {
    const { place: _, ...without } = body;
    expect(select(without, parameter.parse('place.x,id'))).toEqual({ id: '1', ...kept });
  });

  test('what is in a dictionary cannot be named', () => {
    expect(parameter.safeParse('words.hi').success).toBe(false);
  });
});
