import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Operation } from '../../api/permissions.ts';
import { permissions, type Role } from '../../api/permissions.ts';
import type { Route } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import type { Answered } from './conformance.ts';
import { orderLine } from './samples/given.ts';
import { samples } from './samples.ts';
import { type CallOptions, call, makeTestApi, type TestApi } from './testApi.ts';

type Json = Readonly<Record<string, unknown>>;

const takers = routes.filter((route) => route.body !== undefined);

const sampleOf = (operation: Operation): { readonly path: string; readonly body: Json } => {
  const sample = samples[operation];
  if (sample === undefined) throw new Error(`${operation} has no sample: add one, so that it is attacked too`);
  return sample;
};

const roleOf = (route: Route): Role => permissions[route.operation][0];

let api: TestApi;
let head: Awaited<ReturnType<TestApi['log']['head']>>;
beforeAll(async () => {
  const desk = { take: async () => [], wanted: async () => undefined, answer: async () => true };
  api = await makeTestApi({ agents: { desk, systems: ['erp'] } });
  head = await api.log.head();
});
afterAll(() => api.close());
beforeEach(() => {
  api.fake.calls.length = 0;
});
// Nothing of all this may be in the log.
afterEach(async () => expect(await api.log.head()).toBe(head));

/** Sends it, and holds it to the promise: a 4xx problem document and no effect. */
const attack = async (route: Route, options: CallOptions): Promise<Answered> => {
  const answer = await call(api, route.method === 'put' ? 'PUT' : 'POST', sampleOf(route.operation).path, {
    role: roleOf(route),
    ...options,
  });
  expect({ status: Math.floor(answer.status / 100), text: answer.text }).toMatchObject({ status: 4 });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|select |insert /i);
  expect(api.fake.calls).toEqual([]);
  return answer;
};

const codesOf = (answer: Answered): readonly string[] =>
  ((answer.body.errors ?? []) as { readonly code: string }[]).map((error) => error.code);

/** Every text, number and flag in a body, by JSON pointer, with a copy of the body in which it is something else. */
const spoiled = (
  body: unknown,
  replace: (value: unknown) => unknown,
  path = '',
): readonly { readonly pointer: string; readonly body: unknown }[] => {
  if (Array.isArray(body)) {
    return body.flatMap((item, index) =>
      spoiled(item, replace, `${path}/${index}`).map((found) => ({ ...found, body: body.with(index, found.body) })),
    );
  }
  if (typeof body === 'object' && body !== null) {
    return Object.entries(body).flatMap(([name, value]) =>
      spoiled(value, replace, `${path}/${name}`).map((found) => ({ ...found, body: { ...body, [name]: found.body } })),
    );
  }
  return [{ pointer: path, body: replace(body) }];
};

/** By JSON pointer. */
const textsIn = (value: unknown, path = ''): readonly string[] => {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => textsIn(item, `${path}/${name}`));
};

const everyText = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => everyText(item, text));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, everyText(item, text)]));
};

describe.each(takers.map((route) => [route.operation, route] as const))('%s', (operation, route) => {
  test('takes its sample, so that what follows attacks something that works', async () => {
    const answer = await call(api, route.method === 'put' ? 'PUT' : 'POST', sampleOf(operation).path, {
      role: roleOf(route),
      body: sampleOf(operation).body,
    });
    // A check reads an empty database; these commands first look there for what they are about.
    const looksFirst = [
      ...['releaseHold', 'requestReplay', 'requestRebuild', 'exportEvidence', 'cancelSimulation', 'cancelImport'],
      ...['restageGlJournal', 'reverseGlJournal', 'repostGlJournal', 'drawAuditSample'],
    ].includes(operation);
    const expected = operation === 'checkAvailability' ? 422 : looksFirst ? 404 : route.status;
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: expected });
  });

  test('refuses every value in another type', async () => {
    let count = 0;
    const wrong = (): unknown => {
      count += 1;
      return count % 2 === 0 ? { not: 'this' } : ['nor this'];
    };
    for (const { pointer, body } of spoiled(sampleOf(operation).body, wrong)) {
      const answer = await attack(route, { body });
      expect(`${pointer}: ${answer.status}`).toBe(`${pointer}: 422`);
    }
  });

  test('refuses numbers where money and quantities are text, and says NUMERIC_FORMAT', async () => {
    const numeric = /(qty|amount|unitCost|unitPrice|limit|ratePct|num|den)$/;
    for (const { pointer, body } of spoiled(sampleOf(operation).body, () => 12.5)) {
      const answer = await attack(route, { body });
      expect(answer.status).toBe(422);
      if (!numeric.test(pointer)) continue;
      // A check reads the empty database, which knows no business unit, and says so beside; a command says only this.
      const isCheck = operation === 'checkAvailability';
      expect({ pointer, code: answer.body.code, codes: [...codesOf(answer)].sort() }).toEqual({
        pointer,
        code: isCheck ? 'VALIDATION_FAILED' : 'NUMERIC_FORMAT',
        codes: isCheck ? ['BU_UNKNOWN', 'NUMERIC_FORMAT'] : ['NUMERIC_FORMAT'],
      });
    }
  });

  test('refuses NUL, lone surrogates and control characters, and names every text that has them', async () => {
    const { body } = sampleOf(operation);
    const texts = textsIn(body);
    for (const hostile of ['a\u0000b', 'a\ud800b', 'a\u001b[31mb', 'line\nbreak']) {
      if (texts.length === 0) continue;
      const answer = await attack(route, { body: everyText(body, hostile) });
      const errors = answer.body.errors as readonly { readonly pointer: string; readonly code: string }[];
      const found = errors.flatMap(({ pointer, code }) => (code === 'TEXT_INVALID' ? [pointer] : []));
      expect(new Set(found)).toEqual(new Set(texts));
    }
  });

  test('refuses a hundred thousand characters in any text', async () => {
    const { body } = sampleOf(operation);
    const long = 'x'.repeat(100_000);
    for (const each of spoiled(body, (value) => (typeof value === 'string' ? long : value))) {
      if (!JSON.stringify(each.body).includes(long)) continue;
      expect(`${each.pointer} ${(await attack(route, { body: each.body })).status}`).toBe(`${each.pointer} 422`);
    }
  });

  test('refuses properties that nobody asked for, also those of prototypes', async () => {
    const text = JSON.stringify(sampleOf(operation).body);
    for (const name of [
      'recordedAt',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'a\\u0000',
    ]) {
      const answer = await attack(route, { raw: `{"${name}":{"isAdmin":true},${text.slice(1)}` });
      expect(answer.status).toBe(422);
      if (name !== 'a\\u0000') expect(codesOf(answer)).toContain('UNKNOWN_PROPERTY');
    }
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
  });

  test('refuses what is not one JSON object', async () => {
    for (const raw of [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '12',
      'true',
      '{}{}',
      "{'a':1}",
      '{"a":1,}',
      '\ufeff{',
      '{"a":NaN}',
    ]) {
      const answer = await attack(route, { raw });
      expect([400, 422]).toContain(answer.status);
    }
    expect((await attack(route, { raw: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) })).body.code).toBe(
      'MALFORMED_JSON',
    );
  });

  test('refuses deep nesting, a property given twice, and bodies over 1 MiB', async () => {
    expect((await attack(route, { raw: '['.repeat(45_000) + ']'.repeat(45_000) })).body.code).toBe('BODY_TOO_DEEP');
    expect((await attack(route, { raw: `${'{"a":'.repeat(21)}1${'}'.repeat(21)}` })).body.code).toBe('BODY_TOO_DEEP');
    expect((await attack(route, { raw: '{"bu":"ACME","b\\u0075":"OTHER"}' })).body.code).toBe('DUPLICATE_PROPERTY');
    const large = await attack(route, {
      raw: JSON.stringify({ ...sampleOf(operation).body, pad: 'x'.repeat(1_100_000) }),
    });
    expect(large.status).toBe(413);
  });

  test('refuses other content types and compressed bodies', async () => {
    const raw = JSON.stringify(sampleOf(operation).body);
    for (const type of [
      // What takes bytes as they are takes text.
      ...(route.rawBody === undefined ? ['text/plain'] : ['application/xml']),
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ]) {
      expect(`${type} ${(await attack(route, { raw, headers: { 'content-type': type } })).status}`).toBe(`${type} 415`);
    }
    expect((await attack(route, { raw, headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  });

  // The engine is asked about the invoice of the address when the body names none of its credit memos.
  if (operation !== 'requestTaxCheck')
    test('names every violation of an empty body at once', async () => {
      const answer = await attack(route, { raw: '{}' });
      expect(answer.status).toBe(422);
      expect(codesOf(answer)).toContain('REQUIRED');
      // A rule about two fields of which one is needed speaks beside them.
      const others = operation === 'requestReplay' ? ['VALUE_INVALID'] : [];
      expect(codesOf(answer).filter((code) => code !== 'REQUIRED')).toEqual(others);
    });
});

describe('orders', () => {
  const submit = takers.find((route) => route.operation === 'submitOrder');
  if (submit === undefined) throw new Error('no route takes orders');
  const { body } = sampleOf('submitOrder');

  test('2,001 lines are one too many; 2,000 are taken', async () => {
    const lines = Array.from({ length: 2_001 }, (_, index) => orderLine(String(index + 1)));
    const answer = await attack(submit, { body: { ...body, lines } });
    expect(answer.body.errors).toEqual([{ pointer: '/lines', code: 'SIZE_INVALID', detail: expect.any(String) }]);
    const taken = await call(api, 'POST', '/v1/orders', { body: { ...body, lines: lines.slice(1) } });
    expect(taken.status).toBe(201);
  });

  test('the same line id twice, a day that does not exist and a bad currency come back together', async () => {
    const answer = await attack(submit, {
      body: { ...body, currency: 'usd', requestedDate: '2026-02-30', lines: [orderLine('10'), orderLine('10')] },
    });
    expect(answer.body.code).toBe('VALIDATION_FAILED');
    expect(answer.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/currency', code: 'FORMAT_INVALID' }),
        expect.objectContaining({ pointer: '/requestedDate', code: 'DATE_INVALID' }),
        expect.objectContaining({ pointer: '/lines/1/lineId', code: 'DUPLICATE_LINE' }),
      ]),
    );
  });

  test.each([
    ['0', 'QTY_NOT_POSITIVE'],
    ['-1', 'QTY_NOT_POSITIVE'],
    ['1.5', 'NUMERIC_FORMAT'],
    ['-1.5', 'NUMERIC_FORMAT'],
    ['', 'NUMERIC_FORMAT'],
    [' 1', 'NUMERIC_FORMAT'],
    ['007', 'NUMERIC_FORMAT'],
  ])('a quantity of "%s" is %s', async (qty, code) => {
    const answer = await attack(submit, { body: { ...body, lines: [{ ...orderLine('10'), qty }] } });
    expect(answer.body.errors).toEqual([{ pointer: '/lines/0/qty', code, detail: expect.any(String) }]);
  });

  test('a place has one code, however wrong it is: what is no date is not said to be no day as well', async () => {
    const answer = await attack(submit, { body: { ...body, requestedDate: 'tomorrow' } });
    expect(answer.body.errors).toEqual([
      { pointer: '/requestedDate', code: 'FORMAT_INVALID', detail: expect.any(String) },
    ]);
  });

  test('no more than 100 violations are listed, however many there are', async () => {
    const lines = Array.from({ length: 2_000 }, () => ({ lineId: '', item: '', qty: 1, uom: '' }));
    const answer = await attack(submit, { body: { ...body, lines } });
    expect((answer.body.errors as unknown[]).length).toBe(100);
  });
});

test('hostile addresses and queries are 4xx too', async () => {
  const paths = [
    '/v1/orders/%00',
    '/v1/orders/%ff',
    '/v1/orders/..%2f..%2fetc',
    `/v1/orders/${'x'.repeat(3_000)}`,
    '/v1/orders?customerPo=a%00b',
    '/v1/orders?limit=0',
    '/v1/orders?limit=501',
    '/v1/orders?limit=1&limit=2',
    '/v1/orders?__proto__=1',
    '/v1/orders?status=OPENED',
    '/v1/orders?cursor=abc',
    '/v1/orders?unknown=1',
    '/v1/orders?bu=%F0%28%8C%28',
    '/v1//orders',
    '/v1/Orders',
  ];
  for (const path of paths) {
    const answer = await call(api, 'GET', path);
    expect(`${path.slice(0, 60)} ${Math.floor(answer.status / 100)}`).toBe(`${path.slice(0, 60)} 4`);
  }
});

test('a name in an address that no text may hold names nothing, and leaves no trace', async () => {
  const { body } = sampleOf('receiveSupply');
  const head = await api.log.head();
  for (const name of ['%00', 'PO%01', '%E2%9F%A6PO%E2%9F%A7']) {
    const answer = await call(api, 'POST', `/v1/supplies/${name}/receipts`, { role: 'warehouse', body });
    expect([name, answer.status]).toEqual([name, 404]);
  }
  expect(api.fake.calls).toEqual([]);
  expect(await api.log.head()).toBe(head);
});
