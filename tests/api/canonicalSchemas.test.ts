import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { z } from 'zod';
import { openInterchange } from '../../adapters/edi/inbound/envelope.ts';
import { addressOfSchema, canonicalSchemas, publishedSchema } from '../../api/reference/canonicalSchemas.ts';
import type { OrderMapping } from '../../commands/ports.ts';
import { published } from '../support/publishedSchemas.ts';
import { samples } from './samples.ts';
import { schemaBreaks } from './schemaBreaks.ts';
import { makeTestApi, type TestApi } from './testApi.ts';

const folder = join(import.meta.dirname, '../golden/schemas');

describe('B-01 canonical documents', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await makeTestApi();
  });
  afterAll(() => api.close());

  test('O-23 each names its owner and says what it is', () => {
    expect(canonicalSchemas.filter(({ owner, meaning }) => owner.trim() === '' || meaning.trim() === '')).toEqual([]);
    expect(canonicalSchemas.map(({ name, version }) => `${name}/${version}`)).toEqual(
      expect.arrayContaining(['sales-order/1']),
    );
  });

  test.each(
    canonicalSchemas.map((each) => [addressOfSchema(each), each] as const),
  )('%s is published, to anybody', async (address, canonical) => {
    const answer = await supertest(api.app).get(address);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(publishedSchema(canonical));
    expect(answer.body).toMatchObject({ $id: address, 'x-owner': canonical.owner, description: canonical.meaning });
  });

  test('another version or name is not there, and the list has those that are', async () => {
    for (const address of ['/v1/schemas/sales-order/2', '/v1/schemas/constructor/1', '/v1/schemas/sales-order/01'])
      expect((await supertest(api.app).get(address)).status).toBe(404);
    const { body } = await supertest(api.app).get('/v1/schemas');
    expect(body.items.map(({ href }: { readonly href: string }) => href)).toEqual(
      canonicalSchemas.map(addressOfSchema),
    );
  });
});

describe('O-24 a version that was published', () => {
  test('is kept as it was published, and every one that was is still there', () => {
    const names = canonicalSchemas.map(({ name, version }) => `${name}.${version}.golden.json`);
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
  });

  test.each(
    canonicalSchemas.map((each) => [addressOfSchema(each), each] as const),
  )('%s breaks nobody who goes by it', (_, canonical) => {
    const { name, version, direction } = canonical;
    expect(schemaBreaks(published(name, version), publishedSchema(canonical), direction)).toEqual([]);
  });
});

describe('what breaks a schema', () => {
  const before = {
    type: 'object',
    properties: {
      id: { type: 'string', maxLength: 5, pattern: '^A' },
      kind: { type: 'string', enum: ['A', 'B'] },
      lines: { type: 'array', items: { type: 'object', properties: { qty: { type: 'string' } }, required: ['qty'] } },
    },
    required: ['id'],
  };
  const changed = (change: object) => ({ ...before, properties: { ...before.properties, ...change } });
  const kind = { type: 'string' };

  test.each<[string, object, readonly ('in' | 'out')[]]>([
    ['a property is gone', { ...before, properties: { id: before.properties.id } }, ['in', 'out']],
    ['another type', changed({ id: { type: 'integer' } }), ['in', 'out']],
    ['a narrower limit', changed({ id: { ...before.properties.id, maxLength: 4 } }), ['in', 'out']],
    ['a new limit', changed({ kind: { ...before.properties.kind, maxLength: 1 } }), ['in', 'out']],
    ['another pattern', changed({ id: { ...before.properties.id, pattern: '^B' } }), ['in', 'out']],
    ['a value is gone', changed({ kind: { ...kind, enum: ['A'] } }), ['in', 'out']],
    ['deep within', changed({ lines: { type: 'array', items: { type: 'object', properties: {} } } }), ['in', 'out']],
    ['it is closed', { ...before, additionalProperties: false }, ['in', 'out']],
    ['more is required', { ...before, required: ['id', 'kind'] }, ['in']],
    ['less is sure', { ...before, required: [] }, ['out']],
    ['a value more', changed({ kind: { ...kind, enum: ['A', 'B', 'C'] } }), []],
    ['a wider limit', changed({ id: { ...before.properties.id, maxLength: 6 } }), []],
    ['a property more', changed({ note: { type: 'string' } }), []],
    ['other words', { ...before, description: 'more clearly' }, []],
  ])('%s', (_, after, breaks) => {
    for (const direction of ['in', 'out'] as const)
      expect([direction, schemaBreaks(before, after, direction).length > 0]).toEqual([
        direction,
        breaks.includes(direction),
      ]);
  });
});

describe('P-02 whatever channel an order comes by', () => {
  const order = canonicalSchemas.find(({ name }) => name === 'sales-order');
  const schema = z.fromJSONSchema(published('sales-order') as Parameters<typeof z.fromJSONSchema>[0]);
  const partner: OrderMapping['partner'] = {
    ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', active: true, version: 1, usage: 'P', x12Version: '004010' },
    them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
    us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
    ...{ sends: [], acknowledges: true },
    orders: { channel: 'edi', shipTo: 'MAIN', leadDays: 3, pricesCount: true },
  };
  const mapping: OrderMapping = {
    ...{ partner, currency: 'USD', version: 'NORDBUY@1', conversionOf: () => undefined },
    words: {
      ITEM: new Map([['4711', 'BRG-6204']]),
      SHIP_TO: new Map(),
      UOM: new Map(),
      CHARGE: new Map([['D240', 'FREIGHT']]),
    },
  };

  test('over REST, it is the canonical document', () => {
    expect(order).toBeDefined();
    expect(schema.safeParse(samples.submitOrder?.body).error).toBeUndefined();
    expect(schema.safeParse({ ...(samples.submitOrder?.body as object), lines: [] }).success).toBe(false);
    expect(schema.safeParse({ ...(samples.submitOrder?.body as object), colour: 'red' }).success).toBe(false);
  });

  test('as an 850, it is made into the canonical document', () => {
    const segments = [
      'BEG*00*SA*PO-7001**20261123',
      'CUR*BY*USD',
      'DTM*002*20261201',
      'SAC*C*D240***1500',
      'PO1*10*10*EA*12.50**BP*4711',
    ];
    const text = [
      'ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*000000017*0*P*>',
      'GS*PO*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010',
      ...['ST*850*0001', ...segments, `SE*${segments.length + 2}*0001`, 'GE*1*17', 'IEA*1*000000017'],
    ];
    const opened = openInterchange(Buffer.from(text.map((each) => `${each}~\n`).join('')));
    if (!('groups' in opened)) throw new Error(JSON.stringify(opened));
    const { body, errors } = opened.order('1.1', mapping);
    expect(errors).toEqual([]);
    expect(schema.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({ customerPo: 'PO-7001', charges: [{ code: 'FREIGHT', amount: '1500' }] });
  });
});
