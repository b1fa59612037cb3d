import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { permissions } from '../../api/permissions.ts';
import type { Route } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { addDays } from '../../domain/calendar.ts';
import type { Recorded } from '../../domain/eventLog.ts';
import type { PersonalDataRead } from '../../domain/personal/events.ts';
import { sampleBody, sendTo, written } from './claimingApi.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { anOrderId, aShipmentId } from './samples/given.ts';
import { samples } from './samples.ts';
import { call } from './testApi.ts';

const runs = 1_500;

let api: RealApi;
/** The order that the samples speak of, as it is called here. */
let orderId: string;

/** What the processes would have written: facts about the shipment are taken, and nothing waits for it to be planned. */
const release = async (): Promise<void> => {
  const of = { bu: 'ACME', node: 'DC-EAST', orderId };
  const line = { lineId: '10', item: 'BRG-6204', qty: '10', reservationId: `r-${aShipmentId}` };
  const released = { ...of, shipmentId: aShipmentId, releaseId: aShipmentId, lines: [line] };
  await written(api, `allocation-ACME.${orderId}`, [
    ['AllocationStarted', { ...of, lines: [line] }],
    ['AllocationReserved', { ...of, ...line, from: 'UNSOURCED' }],
    ['AllocationReleased', released],
  ]);
  await written(api, `shipment-ACME.${aShipmentId}`, [['ShipmentPlanned', released]]);
};

beforeAll(async () => {
  api = await makeRealApi();
  const body = { ...sampleBody('submitOrder'), requestedDate: addDays(today, 8) };
  const sold = await sendTo(api, 'submitOrder', { path: '/v1/orders', body });
  orderId = String(sold.body.orderId);
  await release();
});
afterAll(() => api.close());

const takers = routes.filter((route) => route.body !== undefined);
const today = new Date().toISOString().slice(0, 10);

/** What a careless or hostile client sends, much of it of the right form but extreme. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    '0',
    '-0',
    '-1',
    '1e5',
    '00',
    '1.5',
    '999999999999999',
    '-999999999999999',
    '9999999999999999999999',
    '999999999999.999999',
    '0.000001',
    'NaN',
    'constructor',
    '__proto__',
    'toString',
    '../..',
    'a.b',
    'a-b',
    'a b',
    '%00',
    '\u0000',
    '\ud800',
    '\u202e',
    'é'.repeat(50),
    'x'.repeat(50),
    'x'.repeat(51),
    '0001-01-01',
    '9999-12-31',
    addDays(today, 400),
    addDays(today, -400),
    '2026-02-30',
    '0000-00-00',
    '9999-12-31T23:59:59.999999999Z',
    'ZZZ',
    [],
    {},
    [[]],
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
);

type Place = readonly (string | number)[];

const placesIn = (body: unknown, path: Place = []): readonly Place[] => {
  if (typeof body !== 'object' || body === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(body).flatMap(([name, value]) =>
      placesIn(value, [...path, Array.isArray(body) ? Number(name) : name]),
    ),
  ];
};

const withAt = (body: unknown, [name, ...rest]: Place, value: unknown): unknown => {
  if (name === undefined) return value;
  if (Array.isArray(body)) return body.with(Number(name), withAt(body[Number(name)], rest, value));
  const object = body as Record<string, unknown>;
  return { ...object, [name]: withAt(object[name], rest, value) };
};

const spoiledRequest = fc.constantFrom(...takers).chain((route) =>
  fc.record({
    route: fc.constant(route),
    changes: fc.array(fc.tuple(fc.constantFrom(...placesIn(samples[route.operation]?.body ?? {})), nasty), {
      minLength: 0,
      maxLength: 2,
    }),
  }),
);

/** Two changes may meet: the second may have lost its place to the first. */
const spoil = (body: unknown, changes: readonly (readonly [Place, unknown])[]): unknown =>
  changes.reduce((spoiled: unknown, [place, value]) => {
    try {
      return withAt(spoiled, place, value);
    } catch {
      return spoiled;
    }
  }, body);

const ofOrder = (lines: unknown): lines is readonly { readonly orderId: string }[] =>
  Array.isArray(lines) && lines.every((line) => 'orderId' in line);

const fresh = (route: Route): unknown => {
  const body: Record<string, unknown> = { ...samples[route.operation]?.body };
  const renew = ['customerPo', 'reference', 'supplyId', 'confirmationId', 'pickId']
    .filter((name) => name in body)
    .map((name) => [name, randomUUID()]);
  return {
    ...body,
    ...Object.fromEntries(renew),
    ...('requestedDate' in body && { requestedDate: addDays(today, 8) }),
    ...('shippedAt' in body && { shippedAt: new Date().toISOString() }),
    ...(ofOrder(body.lines) && { lines: body.lines.map((line) => ({ ...line, orderId })) }),
  };
};

/** What an earlier answer showed of a person is noted a moment later. */
const notesEarlier = ({ type, data }: Recorded, correlationId: string): boolean =>
  type === 'PersonalDataRead' &&
  (data as PersonalDataRead['data']).reads.every((read) => read.correlationId !== correlationId);

test(`I-01 ${runs} spoiled requests to the real write side: never a 5xx, and what is refused leaves no trace`, async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(spoiledRequest, async ({ route, changes }) => {
      const before = await api.log.head();
      const body = spoil(fresh(route), changes);
      const method = route.method === 'put' ? 'PUT' : 'POST';
      const answer = await call(
        api,
        method,
        (samples[route.operation]?.path ?? '').replace(`/orders/${anOrderId}`, `/orders/${orderId}`),
        {
          role: permissions[route.operation][0],
          raw: JSON.stringify(body),
        },
      );
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      expect({ operation: route.operation, text: answer.status < 500 ? '' : answer.text }).toEqual({
        operation: route.operation,
        text: '',
      });
      if (answer.status < 400) return;
      const since = (await api.log.readAfter(before, 100)).events;
      const own = answer.headers['x-correlation-id'] ?? '';
      const traces = since.flatMap((event) => (notesEarlier(event, own) ? [] : [event.type])).join();
      // Who needs a second person has asked for one.
      if (answer.body.code === 'APPROVAL_REQUIRED') expect(['ApprovalRequested', '']).toContain(traces);
      else expect(traces).toBe('');
    }),
    { numRuns: runs },
  );
  expect((seen.get(201) ?? 0) + (seen.get(200) ?? 0)).toBeGreaterThan(runs / 50);
  expect(seen.get(422) ?? 0).toBeGreaterThan(runs / 4);
});

test('whatever was taken in between, every read model could apply it', async () => {
  const head = await api.log.head();
  const list = await call(api, 'GET', '/v1/orders?limit=500', { role: 'ops', headers: { 'x-min-position': head } });
  expect(list.status).toBe(200);
  const { body } = await call(api, 'GET', '/v1/ops/projections', { role: 'ops' });
  const items = body.items as {
    readonly name: string;
    readonly state: string;
    readonly deadLetters: number;
    readonly problem: unknown;
  }[];
  expect(items.filter((item) => item.state !== 'RUNNING' || item.deadLetters > 0 || item.problem !== null)).toEqual([]);
});
