import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../../domain/calendar.ts';
import { demoCustomers } from '../../domain/masterData/demo.ts';
import { tablesHolding } from '../support/holding.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

const today = new Date().toISOString().slice(0, 10);

const positionOf = (answer: Answered): string => (answer.body.receipt as { readonly position: string }).position;

const submit = async (soldTo = 'C-1001'): Promise<string> => {
  const lines = [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }];
  const order = { bu: 'ACME', channel: 'portal', customerPo: `PO-${randomUUID()}`, soldTo, shipTo: { id: 'MAIN' } };
  const body = { ...order, currency: 'USD', requestedDate: addDays(today, 8), lines };
  const answer = await call(api, 'POST', '/v1/orders', { body });
  expect(answer.status).toBe(201);
  return answer.body.orderId as string;
};

const cancel = async (orderId: string, reason: string, key = randomUUID()): Promise<Answered> => {
  const lines = [{ lineId: '10', qty: '1' }];
  return call(api, 'POST', `/v1/orders/${orderId}/cancellations`, { body: { reason, lines }, key });
};

/** An order with a cancellation that gives a reason, as read models know it. */
const cancelled = async (reason: string, soldTo?: string) => {
  const orderId = await submit(soldTo);
  const answer = await cancel(orderId, reason);
  expect(answer.status).toBe(202);
  const headers = { 'x-min-position': positionOf(answer) };
  return { orderId, path: `/v1/orders/${orderId}/changes/${answer.body.changeId as string}`, headers };
};

type Role = 'channel' | 'finance' | 'auditor' | 'ops' | 'warehouse' | 'admin';

const reasonFor = async (
  role: Role,
  { path, headers }: { readonly path: string; readonly headers: Readonly<Record<string, string>> },
): Promise<unknown> => (await call(api, 'GET', path, { role, headers })).body.reason;

const erase = (customer: string, token = keys.admin): Promise<Answered> =>
  call(api, 'POST', `/v1/data-subjects/ACME/${customer}/erasures`, { token, body: { ground: 'SUBJECT_REQUEST' } });

/** Both admins want it. */
const erased = async (customer: string, carriesOut = keys.admin): Promise<Answered> => {
  const asked = await erase(customer);
  expect([asked.status, asked.body.code]).toEqual([409, 'APPROVAL_REQUIRED']);
  const { approvalId, payloadSha256 } = asked.body as { readonly approvalId: string; readonly payloadSha256: string };
  const decide = (token: string): Promise<Answered> =>
    call(api, 'POST', `/v1/approvals/${approvalId}/decisions`, {
      ...{ token, body: { decision: 'GRANT', payloadSha256, reason: 'the letter is genuine' } },
    });
  const headers = { 'x-min-position': await api.log.head() };
  const shown = await call(api, 'GET', `/v1/approvals/${approvalId}`, { role: 'auditor', headers });
  expect(shown.body).toMatchObject({ duty: 'PERSONAL_ERASURE', aboutBu: 'ACME' });
  expect((await decide(keys.admin)).body.code).toBe('SOD_VIOLATION');
  expect((await decide(keys.ops)).body.code).toBe('SOD_VIOLATION');
  expect((await decide(keys.admin2)).status).toBe(201);
  const answer = await erase(customer, carriesOut);
  expect(answer.status).toBe(201);
  return answer;
};

/** Each test erases a customer of its own. */
const defineCustomer = async (customer: string, name = 'Quiet Ltd'): Promise<Answered> => {
  const { customer: _id, bu: _bu, ...rest } = demoCustomers[0] as (typeof demoCustomers)[number];
  const body = { ...rest, name };
  return call(api, 'PUT', `/v1/customers/ACME/${customer}`, { role: 'admin', body });
};

describe('personal text', () => {
  test('is nowhere in the database, and is shown to those who may read it', async () => {
    const word = 'Wilhelmina-Zuckerrohr';
    const change = await cancelled(`${word} moved to "Oslo"`);
    expect(await reasonFor('channel', change)).toBe(`${word} moved to "Oslo"`);
    for (const role of ['finance', 'auditor', 'admin'] as const)
      expect(await reasonFor(role, change)).toBe(`${word} moved to "Oslo"`);
    for (const role of ['ops', 'warehouse'] as const) expect(await reasonFor(role, change)).toBe('[personal]');
    expect(await tablesHolding(api.database.pool, word)).toEqual([]);
    // The search finds what is there.
    expect((await tablesHolding(api.database.pool, change.orderId)).length).toBeGreaterThan(3);
  });

  test('is opened inside the sentences that rows are made of', async () => {
    const { orderId, headers } = await cancelled('Ada asked by telephone');
    const timeline = (role: Role) => call(api, 'GET', `/v1/orders/${orderId}/timeline`, { role, headers });
    expect((await timeline('channel')).text).toContain('asked for: Ada asked by telephone.');
    expect((await timeline('ops')).text).toContain('asked for: [personal].');
  });

  test('is opened where the lineage says why something was decided', async () => {
    const customerPo = `PO-${randomUUID()}`;
    const lines = [{ lineId: '10', item: 'BRG-6204', qty: '1', uom: 'EA' }];
    const order = {
      bu: 'ACME',
      channel: 'portal',
      customerPo,
      soldTo: 'C-1001',
      shipTo: { id: 'MAIN' },
      currency: 'USD',
    };
    const first = { ...order, requestedDate: addDays(today, 8), lines };
    await call(api, 'POST', '/v1/orders', { body: first });
    const held = await call(api, 'POST', '/v1/orders', { body: { ...first, requestedDate: addDays(today, 9) } });
    const [hold] = held.body.holds as readonly { readonly holdId: string }[];
    const released = await call(api, 'POST', `/v1/orders/${held.body.orderId as string}/hold-releases`, {
      body: { holdId: hold?.holdId, reason: 'Ada "wants" both' },
    });
    expect(released.status).toBe(201);
    const headers = { 'x-min-position': positionOf(released) };
    const reasons = async (role: Role, beside = ''): Promise<readonly string[]> => {
      const path = `/v1/audit/lineage?root=order:${held.body.orderId as string}${beside}`;
      const { decisions } = (await call(api, 'GET', path, { role, headers })).body as {
        readonly decisions: readonly { readonly type: string; readonly reason: string | null }[];
      };
      return decisions.flatMap(({ type, reason }) => (reason === null ? [] : [`${type} ${reason}`]));
    };
    const shown = (why: string) => ['OrderHeld POSSIBLE_DUPLICATE_PO', `OrderHoldReleased ${why}`];
    expect(await reasons('auditor')).toEqual(shown('Ada "wants" both'));
    expect(await reasons('auditor', `&knownAsOf=${positionOf(released)}`)).toEqual(shown('[personal]'));
  });

  test('a name that is sent again is no new version, a new name is', async () => {
    const versions: unknown[] = [];
    for (const name of ['Rosa Klebb', 'Rosa Klebb', 'Rosa Kleb'])
      versions.push((await defineCustomer('C-NAMED', name)).body.version);
    expect(versions).toEqual([1, 1, 2]);
    expect(await tablesHolding(api.database.pool, 'Rosa Kleb')).toEqual([]);
  });

  test('contacts and addresses that are sent again are no new version, and are told to those who may read them', async () => {
    const { customer: _id, bu: _bu, ...rest } = demoCustomers[0] as (typeof demoCustomers)[number];
    const path = '/v1/customers/ACME/C-PEOPLE';
    const put = (phone: string): Promise<Answered> => {
      const shipTos = [{ id: 'MAIN', region: 'US-NY', address: '1 Pier Road, New York' }];
      const contacts = [{ name: 'Ada Ray', email: 'ada@bay.example', phone }];
      return call(api, 'PUT', path, { role: 'admin', body: { ...rest, shipTos, contacts } });
    };
    const versions = [await put('555-0100'), await put('555-0100'), await put('555-0101')];
    expect(versions.map(({ body }) => body.version)).toEqual([1, 1, 2]);
    const headers = { 'x-min-position': positionOf(versions[2] as Answered) };
    const told = async (role: Role) => (await call(api, 'GET', path, { role, headers })).body.definition;
    expect(await told('finance')).toMatchObject({
      shipTos: [{ address: '1 Pier Road, New York' }],
      contacts: [{ name: 'Ada Ray', email: 'ada@bay.example', phone: '555-0101' }],
    });
    expect(await told('ops')).toMatchObject({ contacts: [{ name: '[personal]', phone: '[personal]' }] });
    for (const text of ['Pier Road', 'Ada Ray', '555-0101'])
      expect(await tablesHolding(api.database.pool, text)).toEqual([]);
  });

  test('nobody can send what would be opened for others', async () => {
    const { orderId } = await cancelled('a secret');
    const events = await api.log.read(`order-ACME.${orderId}` as never);
    const words: string[] = [];
    for await (const { data } of events) words.push(...(JSON.stringify(data).match(/⟦[^⟧]*⟧/g) ?? []));
    expect(words.length).toBeGreaterThan(0);
    const answer = await cancel(orderId, words[0] as string);
    expect([answer.status, JSON.stringify(answer.body.errors)]).toEqual([422, expect.stringContaining('TEXT_INVALID')]);
  });

  test('every answer that shows it is written down for auditors, others are not', async () => {
    await defineCustomer('C-WATCHED');
    const change = await cancelled('she is ill', 'C-WATCHED');
    await reasonFor('ops', change);
    await reasonFor('finance', change);
    const path = `/v1/audit/personal-reads?bu=ACME&day=${today}&subject=customer:ACME.C-WATCHED`;
    const reads = async () => (await call(api, 'GET', path, { role: 'auditor' })).body.items as readonly object[];
    for (let tries = 0; (await reads()).length === 0 && tries < 2_000; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await reads()).toEqual([
      expect.objectContaining({ by: 'key:finance', roles: ['finance'], operation: 'readOrderChange', times: 1 }),
    ]);
  });
});

describe('erasure', () => {
  test('needs a second admin, makes the text unreadable everywhere, and is done once', async () => {
    await defineCustomer('C-GONE');
    const change = await cancelled('Otto is in hospital', 'C-GONE');
    expect(await reasonFor('channel', change)).toBe('Otto is in hospital');
    const answer = await erased('C-GONE');
    expect(answer.body).toMatchObject({
      subject: 'customer:ACME.C-GONE',
      keys: [{ generation: 1, destroyedAt: expect.any(String) }],
      erasures: { throughGeneration: 1, requestedBy: 'key:admin', approvedBy: 'key:admin2' },
    });
    for (const role of ['channel', 'finance', 'auditor'] as const)
      expect(await reasonFor(role, change)).toBe('[erased]');
    const head = await api.log.head();
    const again = await erase('C-GONE');
    expect([again.status, await api.typesSince(head)]).toEqual([201, []]);
  });

  test('carried out by who agreed to it is still what the other one asked for', async () => {
    await defineCustomer('C-OTHER');
    await cancelled('Ida moved away', 'C-OTHER');
    const answer = await erased('C-OTHER', keys.admin2);
    expect(answer.body.erasures).toMatchObject({ requestedBy: 'key:admin', approvedBy: 'key:admin2' });
  });

  test('an answer that is given again does not bring it back', async () => {
    await defineCustomer('C-TWICE');
    const orderId = await submit('C-TWICE');
    const key = randomUUID();
    await cancel(orderId, 'Emil is on leave', key);
    await erased('C-TWICE');
    const again = await cancel(orderId, 'Emil is on leave', key);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([202, 'true']);
    expect(again.text).not.toContain('Emil');
  });

  test('what is written afterwards is sealed with a new key, and can be erased too', async () => {
    await defineCustomer('C-BACK');
    const before = await cancelled('first', 'C-BACK');
    await erased('C-BACK');
    const after = await cancelled('second', 'C-BACK');
    expect([await reasonFor('channel', before), await reasonFor('channel', after)]).toEqual(['[erased]', 'second']);
    const answer = await erased('C-BACK');
    expect(answer.body).toMatchObject({ keys: [{ generation: 1 }, { generation: 2 }] });
    expect(await reasonFor('channel', after)).toBe('[erased]');
  });

  test('leaves every row as it was, and the hash of a report', async () => {
    await defineCustomer('C-PAST');
    const { orderId, headers } = await cancelled('Lena broke her arm', 'C-PAST');
    await call(api, 'GET', `/v1/orders/${orderId}/timeline`, { headers });
    const rows = async (): Promise<unknown> => {
      const text = `select c::text as row from rm.order_change c where order_id = $1
        union all select t::text from rm.order_timeline t where order_id = $1 order by 1`;
      return (await api.database.pool.query(text, [orderId])).rows;
    };
    const report = async () =>
      (
        await call(api, 'GET', `/v1/orders/${orderId}?knownAsOf=${headers['x-min-position']}`, {
          role: 'auditor',
          headers,
        })
      ).body.report as { readonly sha256: string };
    const [held, hash] = [await rows(), (await report()).sha256];
    expect(JSON.stringify(held)).toContain('sealed:1|customer:ACME.C-PAST|');
    await erased('C-PAST');
    expect([await rows(), (await report()).sha256]).toEqual([held, hash]);
  });

  test('I-06 leaves the stream of events as it was, which never had a word of it', async () => {
    const [customer, name] = ['C-STREAM', 'Brunhilde Quast'];
    await defineCustomer(customer, name);
    const lines = [{ lineId: '10', item: 'BRG-6204', qty: '1', uom: 'EA' }];
    const po = { bu: 'ACME', channel: 'portal', customerPo: `PO-${randomUUID()}`, soldTo: customer };
    const order = { ...po, shipTo: { id: 'MAIN' }, currency: 'USD', lines };
    const submitOn = (days: number) =>
      call(api, 'POST', '/v1/orders', { body: { ...order, requestedDate: addDays(today, days) } });
    await submitOn(8);
    type Held = { orderId: string; holds: readonly { readonly holdId: string; readonly type: string }[] };
    const { orderId, holds } = (await submitOn(9)).body as Held;
    const duplicate = holds.find(({ type }) => type === 'POSSIBLE_DUPLICATE_PO');
    const body = { holdId: duplicate?.holdId, reason: `${name} wants both` };
    const released = await call(api, 'POST', `/v1/orders/${orderId}/hold-releases`, { body });
    expect(released.body).toMatchObject({ orderId });
    const stream = async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
      const headers = { 'x-min-position': positionOf(released) };
      const answer = await call(api, 'GET', '/v1/event-stream?limit=500', { headers });
      expect([answer.status, answer.text.includes(name), answer.text.includes('sealed:')]).toEqual([200, false, false]);
      const items = answer.body.items as readonly Readonly<Record<string, unknown>>[];
      return items.filter(({ subject }) => subject === orderId);
    };
    const before = await stream();
    expect(before.map(({ id }) => String(id).split(':')[1])).toEqual(
      expect.arrayContaining(['ORDER_HELD', 'ORDER_HOLD_RELEASED']),
    );
    await erased(customer);
    expect(await stream()).toEqual(before);
  });

  test('of a customer about whom nothing was written there is nothing to erase', async () => {
    expect((await erase('C-NOBODY')).status).toBe(404);
    expect((await call(api, 'GET', '/v1/data-subjects/ACME/C-NOBODY', { role: 'auditor' })).status).toBe(404);
  });
});
