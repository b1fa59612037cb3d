import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { sha256OfBytes } from '../../commands/edi/payloads.ts';
import {
  acknowledgementOf,
  defineNordbuy,
  interchange,
  line,
  nextNumber,
  orderSet,
  sendRaw,
  today,
  wanted,
  x12,
} from './ediMessages.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { call, keys } from './testApi.ts';

/** Of a gateway that speaks for another customer. */
const otherGateway: Principal = {
  ...{ tenant: 'default', id: 'gateway-1002', kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: ['C-1002'], nodes: 'all' },
};

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({
    authenticate: async (token) => (token === 'gateway-1002' ? otherGateway : byKey(token)),
  });
  await defineNordbuy(api);
});
afterAll(() => api.close());

describe('POST /v1/inbound-documents', () => {
  test('the same interchange twice is one order and two 997s (S-14)', async () => {
    const number = nextNumber();
    const text = interchange(number, [orderSet('PO-EDI-1', line())]);
    const first = await sendRaw(api, text, 'edi-1');
    expect(first.body).toMatchObject({
      ...{ partner: 'NORDBUY', soldTo: 'C-1001', repeated: false, payloadSha256: sha256OfBytes(Buffer.from(text)) },
      sets: [{ place: '1.1', kind: '850', state: 'ORDER', customerPo: 'PO-EDI-1', holds: [] }],
    });
    const again = await sendRaw(api, text, 'edi-2');
    expect(again.body).toMatchObject({
      repeated: true,
      sets: [{ state: 'ORDER', orderId: first.body.sets[0].orderId }],
    });
    expect(again.body.acknowledgement.documentId).not.toBe(first.body.acknowledgement.documentId);
    expect(await acknowledgementOf(api, first.body)).toContain(
      `AK1*PO*${Number(number)}~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~`,
    );
    const [controlOne, controlTwo] = await Promise.all(
      [first.body, again.body].map((body) => acknowledgementOf(api, body)),
    );
    expect(controlOne?.slice(90, 99)).toBe('000000001');
    expect(controlTwo?.slice(90, 99)).toBe('000000002');
    const replayed = await sendRaw(api, text, 'edi-2');
    expect([replayed.headers['idempotency-replayed'], replayed.text]).toEqual(['true', again.text]);
  });

  test('an order by EDI is the order that REST would have made (P-02)', async () => {
    const set = [...orderSet('PO-EDI-2', line('4711', '10', '12.50')), 'SAC*C*D240***1500'];
    const sent = await sendRaw(api, interchange(nextNumber(), [set]), 'edi-p02');
    const { orderId } = sent.body.sets[0];
    const body = {
      ...samples.submitOrder?.body,
      ...{ channel: 'edi', customerPo: 'PO-REST-2', requestedDate: wanted },
      lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA', requestedPrice: '12.50' }],
    };
    const rest = await call(api, 'POST', '/v1/orders', { role: 'channel', body });
    const eventsOf = async (id: unknown) => {
      const found: { readonly type: string; readonly data: object; readonly source: object }[] = [];
      for await (const { type, data, metadata } of api.log.read(`order-ACME.${id}` as never))
        found.push({ type, data: data as object, source: metadata.source });
      return found;
    };
    const [byEdi, byRest] = [await eventsOf(orderId), await eventsOf(rest.body.orderId)];
    const canonical = (events: typeof byEdi) =>
      events.map(({ type, data }) => ({
        ...{ type, data: { ...data, orderId: '', customerPo: '', contentSha256: '', acceptedAt: '' } },
      }));
    expect(canonical(byEdi)).toEqual(canonical(byRest));
    expect(byEdi[0]?.source).toEqual({
      ...{ system: 'edi', channel: 'edi', partnerId: 'NORDBUY', payloadSha256: sent.body.payloadSha256 },
      mappingVersion: 'NORDBUY@1 ITEM@1 SHIP_TO@1 CHARGE@1',
    });
  });

  test('lineage goes from the bytes to the order (O-13)', async () => {
    const sent = await sendRaw(api, interchange(nextNumber(), [orderSet('PO-EDI-3', line())]), 'edi-o13');
    const { position } = sent.body.receipt;
    const root = `payload:${sent.body.payloadSha256}`;
    const { body } = await call(api, 'GET', `/v1/audit/lineage?root=${root}&direction=both`, {
      role: 'auditor',
      headers: { 'x-min-position': position },
    });
    const nodes = (body.nodes as { readonly id: string; readonly type: string }[]).map(({ id, type }) => [type, id]);
    expect(nodes).toEqual(
      expect.arrayContaining([
        ['PAYLOAD', root],
        ['ORDER', `order:${sent.body.sets[0].orderId}`],
      ]),
    );
  });

  test('a purchase order again is repeated, and with other content it is held (S-14)', async () => {
    const first = await sendRaw(api, interchange(nextNumber(), [orderSet('PO-EDI-4', line())]), 'edi-4a');
    const same = await sendRaw(api, interchange(nextNumber(), [orderSet('PO-EDI-4', line())]), 'edi-4b');
    expect(same.body.sets).toMatchObject([{ state: 'REPEATED', orderId: first.body.sets[0].orderId }]);
    expect(await acknowledgementOf(api, same.body)).toContain('AK5*A~');
    const changed = await sendRaw(api, interchange(nextNumber(), [orderSet('PO-EDI-4', line('4711', '99'))]), 'edi-4c');
    expect(changed.body.sets).toMatchObject([{ state: 'ORDER', holds: ['POSSIBLE_DUPLICATE_PO'] }]);
  });

  test('one set is rejected with segment and element, the others become orders', async () => {
    const sets = [
      orderSet('PO-EDI-5', line()),
      orderSet('PO-EDI-6', line('NOPE'), 'PO1*20*1.5*EA***BP*4711'),
      orderSet('PO-EDI-7', line('NOPE')),
      orderSet('P'.repeat(23), line()),
    ];
    const { status, body } = await sendRaw(api, interchange(nextNumber(), sets), 'edi-5');
    expect(status).toBe(201);
    expect(body.sets).toMatchObject([
      { state: 'ORDER' },
      {
        ...{ state: 'REJECTED', orderId: null, customerPo: 'PO-EDI-6', setErrors: ['5'] },
        errors: [{ code: 'NUMERIC_FORMAT', segment: 'PO1', segmentNo: 6, elementNo: 2, x12Code: '6' }],
      },
      {
        state: 'REJECTED',
        errors: [{ code: 'ITEM_UNKNOWN', segmentNo: 5, elementNo: 7, detail: 'There is no item NOPE.' }],
      },
      {
        state: 'REJECTED',
        errors: [{ code: 'SIZE_INVALID', segment: 'BEG', segmentNo: 2, elementNo: 3, x12Code: '5' }],
      },
    ]);
    const text = await acknowledgementOf(api, body);
    expect(text).toContain('AK2*850*0001~\nAK5*A~\nAK2*850*0002~\nAK3*PO1*6**8~\nAK4*2*330*6~\nAK5*R*5~');
    expect(text).toContain('AK2*850*0003~\nAK3*PO1*5**8~\nAK4*7*234*7~\nAK5*R*5~\n');
    expect(text).toContain('AK2*850*0004~\nAK3*BEG*2**8~\nAK4*3*324*5~\nAK5*R*5~\nAK9*P*4*4*1~');
    const { rows } = await api.database.pool.query(`select content from ops.payload where sha256 = $1`, [
      body.payloadSha256,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('a control number with other content is refused, and nothing is recorded', async () => {
    const control = nextNumber();
    await sendRaw(api, interchange(control, [orderSet('PO-EDI-8', line())]), 'edi-8a');
    const head = await api.log.head();
    const other = await sendRaw(api, interchange(control, [orderSet('PO-EDI-9', line())]), 'edi-8b');
    expect([other.status, other.body.code]).toEqual([409, 'CONTROL_NUMBER_REUSED']);
    expect(await api.log.head()).toBe(head);
  });

  test('the same interchange ten times at once is one order and ten answers', async () => {
    const text = interchange(nextNumber(), [orderSet('PO-EDI-10', line()), orderSet('PO-EDI-11', line())]);
    const answers = await Promise.all(Array.from({ length: 10 }, (_none, at) => sendRaw(api, text, `edi-10-${at}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.sets))).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.acknowledgement.documentId)).size).toBe(10);
    const numbersGiven: number[] = [];
    for await (const { data } of api.log.read('edi-ACME.NORDBUY' as never))
      numbersGiven.push((data as { readonly controlNumber: number }).controlNumber);
    expect(numbersGiven).toEqual(numbersGiven.map((_number, at) => at + 1));
  });

  test('the sample of the guide is an order of the demonstration’s partner, on any day (E-02)', async () => {
    const sample = await readFile(new URL('../../docs/edi/850.edi', import.meta.url), 'utf8');
    const text = sample.replaceAll('YYYYMMDD', x12(today)).replaceAll('YYMMDD', x12(today).slice(2));
    const { body } = await sendRaw(api, text, 'edi-sample');
    expect(body).toMatchObject({
      ...{ partner: 'LAKESHORE', soldTo: 'C-2001' },
      sets: [{ state: 'ORDER', customerPo: `LS-${x12(today).slice(2)}-001`, holds: [], unused: [] }],
    });
  });

  test('who speaks for another customer neither sends nor reads it, and leaves no trace (O-32)', async () => {
    const text = interchange(nextNumber(), [orderSet('PO-EDI-13', line())]);
    const ours = await sendRaw(api, text, 'edi-13');
    const head = await api.log.head();
    const body = {
      content: Buffer.from(interchange(nextNumber(), [orderSet('PO-EDI-14', line())])).toString('base64'),
    };
    const theirs = await call(api, 'POST', '/v1/inbound-documents', { token: 'gateway-1002', body });
    expect([theirs.status, theirs.body.code]).toEqual([403, 'PARTNER_SCOPE']);
    const path = `/v1/audit/payloads/${ours.body.payloadSha256}`;
    expect((await call(api, 'GET', path, { token: 'gateway-1002' })).status).toBe(404);
    expect(await api.log.head()).toBe(head);
  });

  test('a body that is neither JSON nor bytes is not read', async () => {
    const other = await sendRaw(api, '<order/>', 'edi-xml', 'application/xml');
    expect([other.status, other.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect((await sendRaw(api, '', 'edi-empty')).status).toBe(400);
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -30), 'INTERCHANGE_INVALID'],
    ['nested', (text: string) => text.replace('GE*1', `${text.slice(0, 107)}GE*1`), 'INTERCHANGE_INVALID'],
    ['two in one', (text: string) => text + text, 'INTERCHANGE_INVALID'],
    ['no X12', () => '{"bu":"ACME"}', 'INTERCHANGE_INVALID'],
    ['a wrong count in IEA', (text: string) => text.replace('IEA*1', 'IEA*2'), 'INTERCHANGE_INVALID'],
    ['a test', (text: string) => text.replace('*0*P*>', '*0*T*>'), 'INTERCHANGE_INVALID'],
    ['of nobody', (text: string) => text.replace('123456789  ', '987654321  '), 'PARTNER_UNKNOWN'],
  ])('an interchange that is %s is refused whole and not kept', async (what, spoil, code) => {
    const head = await api.log.head();
    const text = spoil(interchange(nextNumber(), [orderSet(`PO-${what}`, line())]));
    const { status, body } = await sendRaw(api, text, `edi-bad-${what.replaceAll(' ', '-')}`, 'text/plain');
    expect([status, (body.errors as readonly { readonly code: string }[])[0]?.code]).toEqual([422, code]);
    expect(await api.log.head()).toBe(head);
    const { rows } = await api.database.pool.query('select from ops.payload where sha256 = $1', [
      sha256OfBytes(Buffer.from(text)),
    ]);
    expect(rows).toEqual([]);
  });
});
