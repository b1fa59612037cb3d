import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Role } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { makeInboundCalls } from '../../api/wiring/edi.ts';
import { createCatalogFollower } from '../../commands/catalogFollower.ts';
import { keepPayload, sha256OfBytes } from '../../commands/edi/payloads.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor, executorLimits } from '../../commands/handle.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { noSnapshots } from '../../commands/snapshots.ts';
import { addDays } from '../../domain/calendar.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { byService } from './claimingApi.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { call, keyOf, keys } from './testApi.ts';

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
});
afterAll(() => api.close());

const bytesOf = async (sha256: string, role: Role = 'auditor') =>
  supertest(api.app)
    .get(`/v1/audit/payloads/${sha256}`)
    .set('authorization', `Bearer ${keyOf(role)}`)
    .set('accept', 'application/octet-stream')
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(null, Buffer.concat(chunks)));
    });

describe('payloads (B-18)', () => {
  const bytes = Buffer.from([...Buffer.from('ISA*00*Größe~'), 0xe9, 0x00, 0xff, 0x0d, 0x0a]);
  const keep = (customer = 'C-1001') =>
    keepPayload({ payloads: createPayloadStore(api.database.pool), vault: api.vault }, bytes, {
      ...{ bu: 'ACME', soldTo: customer, mediaType: 'application/edi-x12' },
    });

  test('a message is kept once, sealed, and comes out byte for byte', async () => {
    const sha256 = await keep();
    expect(await keep()).toBe(sha256);
    expect(sha256).toBe(sha256OfBytes(bytes));
    const { rows } = await api.database.pool.query('select content from ops.payload where sha256 = $1', [sha256]);
    expect(rows).toEqual([{ content: expect.stringMatching(/^⟦sealed:1\|customer:ACME\.C-1001\|/) }]);
    const told = await call(api, 'GET', `/v1/audit/payloads/${sha256}`, { role: 'auditor' });
    expect(told.body).toMatchObject({ sha256, soldTo: 'C-1001', size: bytes.length });
    expect(Buffer.from(String(told.body.content), 'base64')).toEqual(bytes);
    const raw = await bytesOf(sha256);
    expect([raw.status, raw.headers['content-disposition'], raw.body]).toEqual([200, 'attachment', bytes]);
  });

  test('it ends with the erasure of its customer, its hash does not, and it can come again', async () => {
    const sha256 = await keep('C-1002');
    const subject = 'customer:ACME.C-1002';
    await api.keys.destroy(subject, 1);
    api.vault.forget(subject);
    await api.database.pool.query(`delete from ops.payload where sha256 = $1 and sold_to <> 'C-1002'`, [sha256]);
    const told = await call(api, 'GET', `/v1/audit/payloads/${sha256}`, { role: 'auditor' });
    expect(told.body).toMatchObject({ sha256, content: '[erased]' });
    const raw = await bytesOf(sha256);
    expect([raw.status, JSON.parse(raw.body.toString()).code]).toEqual([410, 'PAYLOAD_ERASED']);
    await keep('C-1002');
    expect((await bytesOf(sha256)).body).toEqual(bytes);
  });

  test('what nobody sent is not there', async () => {
    const nothing = await call(api, 'GET', `/v1/audit/payloads/${'0'.repeat(64)}`, { role: 'finance' });
    expect(nothing.status).toBe(404);
    expect((await call(api, 'GET', '/v1/audit/payloads/zz', { role: 'finance' })).status).toBe(404);
  });
});

const today = new Date().toISOString().slice(0, 10);
const wanted = addDays(today, 5);
const x12 = (day: string): string => day.replaceAll('-', '');
let numbers = 0;
const number = (): string => {
  numbers += 1;
  return String(numbers).padStart(9, '0');
};

type Set = readonly string[];
const order = (po: string, ...lines: readonly string[]): Set => [
  ...['ST*850*0001', `BEG*00*SA*${po}**${x12(today)}`, `DTM*002*${x12(wanted)}`, 'N1*ST**92*DOCK7'],
  ...lines,
  `CTT*${lines.length}`,
];
const line = (item = '4711', qty = '10', price = '12.5'): string => `PO1*10*${qty}*EA*${price}**BP*${item}`;

/** One group of such sets, with the counts that it has. */
const interchange = (control: string, sets: readonly Set[], functionalId = 'PO'): string =>
  [
    `ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*${control}*0*P*>`,
    `GS*${functionalId}*NORDBUY*ACMESUPPLY*20261123*0800*${Number(control)}*X*004010`,
    ...sets.flatMap((set, index) => {
      const st = set[0]?.replace(/0001$/, String(index + 1).padStart(4, '0')) ?? '';
      return [st, ...set.slice(1), `SE*${set.length + 1}*${String(index + 1).padStart(4, '0')}`];
    }),
    `GE*${sets.length}*${Number(control)}`,
    `IEA*1*${control}`,
  ]
    .map((segment) => `${segment}~\n`)
    .join('');

const sendRaw = (text: string, key: string, mediaType = 'application/edi-x12') =>
  supertest(api.app)
    .post('/v1/inbound-documents')
    .set('authorization', `Bearer ${keyOf('channel')}`)
    .set('idempotency-key', key)
    .set('content-type', mediaType)
    .send(Buffer.from(text, 'utf8'));

const acknowledgementOf = async (body: { readonly acknowledgement: { readonly payloadSha256: string } }) =>
  String((await bytesOf(body.acknowledgement.payloadSha256, 'channel')).body);

describe('POST /v1/inbound-documents', () => {
  beforeAll(async () => {
    const define = async (path: string, body: object) => {
      const { status, text } = await call(api, 'PUT', path, { role: 'admin', body });
      if (status !== 200) throw new Error(text);
    };
    await define('/v1/partners/ACME/NORDBUY', samples.definePartner?.body ?? {});
    await define('/v1/cross-references/ACME/NORDBUY/ITEM', { entries: [{ theirs: '4711', ours: 'BRG-6204' }] });
    await define('/v1/cross-references/ACME/NORDBUY/SHIP_TO', { entries: [{ theirs: 'DOCK7', ours: 'MAIN' }] });
    await define('/v1/cross-references/ACME/NORDBUY/CHARGE', { entries: [{ theirs: 'D240', ours: 'FREIGHT' }] });
  });

  test('the same interchange twice is one order and two 997s (S-14)', async () => {
    const text = interchange(number(), [order('PO-EDI-1', line())]);
    const first = await sendRaw(text, 'edi-1');
    expect(first.body).toMatchObject({
      ...{ partner: 'NORDBUY', soldTo: 'C-1001', repeated: false, payloadSha256: sha256OfBytes(Buffer.from(text)) },
      sets: [{ place: '1.1', kind: '850', state: 'ORDER', customerPo: 'PO-EDI-1', holds: [] }],
    });
    const again = await sendRaw(text, 'edi-2');
    expect(again.body).toMatchObject({
      repeated: true,
      sets: [{ state: 'ORDER', orderId: first.body.sets[0].orderId }],
    });
    expect(again.body.acknowledgement.documentId).not.toBe(first.body.acknowledgement.documentId);
    expect(await acknowledgementOf(first.body)).toContain('AK1*PO*1~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~');
    const [controlOne, controlTwo] = await Promise.all([first.body, again.body].map(acknowledgementOf));
    expect(controlOne?.slice(90, 99)).toBe('000000001');
    expect(controlTwo?.slice(90, 99)).toBe('000000002');
    const replayed = await sendRaw(text, 'edi-2');
    expect([replayed.headers['idempotency-replayed'], replayed.text]).toEqual(['true', again.text]);
  });

  test('an order by EDI is the order that REST would have made (P-02)', async () => {
    const set = [...order('PO-EDI-2', line('4711', '10', '12.50')), 'SAC*C*D240***1500'];
    const sent = await sendRaw(interchange(number(), [set]), 'edi-p02');
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
    const sent = await sendRaw(interchange(number(), [order('PO-EDI-3', line())]), 'edi-o13');
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
    const first = await sendRaw(interchange(number(), [order('PO-EDI-4', line())]), 'edi-4a');
    const same = await sendRaw(interchange(number(), [order('PO-EDI-4', line())]), 'edi-4b');
    expect(same.body.sets).toMatchObject([{ state: 'REPEATED', orderId: first.body.sets[0].orderId }]);
    expect(await acknowledgementOf(same.body)).toContain('AK5*A~');
    const changed = await sendRaw(interchange(number(), [order('PO-EDI-4', line('4711', '99'))]), 'edi-4c');
    expect(changed.body.sets).toMatchObject([{ state: 'ORDER', holds: ['POSSIBLE_DUPLICATE_PO'] }]);
  });

  test('one set is rejected with segment and element, the others become orders', async () => {
    const sets = [
      order('PO-EDI-5', line()),
      order('PO-EDI-6', line('NOPE'), 'PO1*20*1.5*EA***BP*4711'),
      order('PO-EDI-7', line('NOPE')),
    ];
    const { status, body } = await sendRaw(interchange(number(), sets), 'edi-5');
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
    ]);
    const text = await acknowledgementOf(body);
    expect(text).toContain('AK2*850*0001~\nAK5*A~\nAK2*850*0002~\nAK3*PO1*6**8~\nAK4*2*330*6~\nAK5*R*5~');
    expect(text).toContain('AK2*850*0003~\nAK3*PO1*5**8~\nAK4*7*234*7~\nAK5*R*5~\nAK9*P*3*3*1~');
    const { rows } = await api.database.pool.query(`select content from ops.payload where sha256 = $1`, [
      body.payloadSha256,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('a control number with other content is refused, and nothing is recorded', async () => {
    const control = number();
    await sendRaw(interchange(control, [order('PO-EDI-8', line())]), 'edi-8a');
    const head = await api.log.head();
    const other = await sendRaw(interchange(control, [order('PO-EDI-9', line())]), 'edi-8b');
    expect([other.status, other.body.code]).toEqual([409, 'CONTROL_NUMBER_REUSED']);
    expect(await api.log.head()).toBe(head);
  });

  test('the same interchange ten times at once is one order and ten answers', async () => {
    const text = interchange(number(), [order('PO-EDI-10', line()), order('PO-EDI-11', line())]);
    const answers = await Promise.all(Array.from({ length: 10 }, (_none, at) => sendRaw(text, `edi-10-${at}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.sets))).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.acknowledgement.documentId)).size).toBe(10);
    const numbersGiven: number[] = [];
    for await (const { data } of api.log.read('edi-ACME.NORDBUY' as never))
      numbersGiven.push((data as { readonly controlNumber: number }).controlNumber);
    expect(numbersGiven).toEqual(numbersGiven.map((_number, at) => at + 1));
  });

  test('what a partner says of what it was sent is recorded, and not acknowledged', async () => {
    const set = ['ST*997*0001', 'AK1*PR*12', 'AK2*855*0001', 'AK3*PO1*4**8', 'AK4*2*330*6', 'AK5*R*5', 'AK9*R*1*1*0'];
    const control = number();
    const { body } = await sendRaw(interchange(control, [set], 'FA'), 'edi-12');
    expect(body).toMatchObject({ acknowledgement: null, sets: [{ kind: '997', state: 'ACKNOWLEDGEMENT' }] });
    const said: object[] = [];
    for await (const event of api.log.read(`inbox-ACME.NORDBUY.${control}` as never))
      if (event.type === 'AcknowledgementReceived') said.push(event.data as object);
    expect(said).toMatchObject([
      {
        ...{ functionalId: 'PR', acknowledgedGroup: '12', status: 'R' },
        sets: [{ kind: '855', set: '0001', status: 'R', detail: expect.stringMatching(/^⟦sealed:/) }],
      },
    ]);
  });

  test('the sample of the README is an order of the demonstration’s partner, on any day (E-02)', async () => {
    const sample = await readFile(new URL('../../docs/edi/850.edi', import.meta.url), 'utf8');
    const text = sample.replaceAll('YYYYMMDD', x12(today)).replaceAll('YYMMDD', x12(today).slice(2));
    const { body } = await sendRaw(text, 'edi-sample');
    expect(body).toMatchObject({
      ...{ partner: 'LAKESHORE', soldTo: 'C-2001' },
      sets: [{ state: 'ORDER', customerPo: `LS-${x12(today).slice(2)}-001`, holds: [], unused: [] }],
    });
  });

  test('an 860 asks its order for changes, once, and what is refused keeps none of the others', async () => {
    await sendRaw(interchange(number(), [order('PO-EDI-860', line(), 'PO1*20*5*EA*12.5**BP*4711')]), 'edi-860-order');
    const sets = [
      ['ST*860*0001', `BCH*04*SA*PO-EDI-860***${x12(today)}`, 'POC*10*QI*12**EA', 'POC*20*DI', 'POC*99*DI', 'CTT*3'],
      ['ST*860*0001', `BCH*01*SA*PO-NOBODY***${x12(today)}`],
    ];
    const text = interchange(number(), sets, 'PC');
    const first = await sendRaw(text, 'edi-860');
    expect(first.body).toMatchObject({
      sets: [
        {
          ...{ kind: '860', state: 'CHANGE', customerPo: 'PO-EDI-860' },
          changes: [
            { kind: 'CANCEL', lineId: '20', refusal: null },
            { kind: 'CANCEL', lineId: '99', refusal: 'LINE_UNKNOWN' },
            { kind: 'QTY', lineId: '10', qty: '12', uom: 'EA', refusal: null },
          ],
        },
        { state: 'REJECTED', errors: [{ code: 'NOT_FOUND', segment: 'BCH', elementNo: 3 }] },
      ],
    });
    expect(await acknowledgementOf(first.body)).toContain('AK2*860*0001~\nAK5*A~\nAK2*860*0002~\nAK3*BCH*2**8~');
    expect((await sendRaw(text, 'edi-860-again')).body).toMatchObject({ repeated: true, sets: first.body.sets });
    const { orderId } = first.body.sets[0];
    const asked: string[] = [];
    for await (const { type } of api.log.read(`order-ACME.${orderId}` as never)) asked.push(type);
    expect(asked.filter((type) => /ChangeRequested|CancelRequested/.test(type))).toEqual([
      ...['OrderLineCancelRequested', 'OrderLineChangeRequested'],
    ]);
  });

  test('a TA1 needs no group and is recorded once, as often as it comes', async () => {
    const control = number();
    const isa = interchange(control, []).split('~')[0];
    const text = `${isa}~\nTA1*000000001*261123*0800*R*006~\nIEA*0*${control}~\n`;
    const first = await sendRaw(text, 'edi-ta1');
    expect(first.body).toMatchObject({
      ...{ acknowledgement: null, groups: [] },
      sets: [{ place: '0.1', kind: 'TA1', state: 'ACKNOWLEDGEMENT' }],
    });
    expect((await sendRaw(text, 'edi-ta1-again')).body).toMatchObject({ repeated: true, sets: first.body.sets });
    const events: object[] = [];
    for await (const { type, data } of api.log.read(`inbox-ACME.NORDBUY.${control}` as never))
      events.push({ type, data });
    expect(events).toMatchObject([
      { type: 'InterchangeReceived' },
      {
        type: 'AcknowledgementReceived',
        data: { functionalId: null, acknowledgedGroup: '000000001', status: 'R', noteCode: '006', sets: [] },
      },
      ...[{ type: 'InterchangeAcknowledged' }, { type: 'InterchangeRepeated' }, { type: 'InterchangeAcknowledged' }],
    ]);
    const answered = (await api.log.readAfter('start', 1_000)).events.find(
      ({ type }) => type === 'PartnerDocumentMade',
    );
    const { documentId } = answered?.data as { readonly documentId: string };
    const headers = { 'x-min-position': `${await api.log.head()}` };
    const told = await call(api, 'GET', `/v1/partner-documents/${documentId}`, { role: 'ops', headers });
    expect(told.body).toMatchObject({ controlNumber: 1, state: 'REJECTED', acknowledgementDetail: '006' });
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
    const text = spoil(interchange(number(), [order(`PO-${what}`, line())]));
    const { status, body } = await sendRaw(text, `edi-bad-${what.replaceAll(' ', '-')}`, 'text/plain');
    expect([status, (body.errors as readonly { readonly code: string }[])[0]?.code]).toEqual([422, code]);
    expect(await api.log.head()).toBe(head);
    const { rows } = await api.database.pool.query('select from ops.payload where sha256 = $1', [
      sha256OfBytes(Buffer.from(text)),
    ]);
    expect(rows).toEqual([]);
  });

  test('killed after any of its appends, the same request again ends it, once', async () => {
    const seals = sealWith(api.vault);
    const catalog = createCatalogFollower(api.log, () => {});
    await catalog.ready();
    for (let appends = 0; appends < 7; appends += 1) {
      const executor = createExecutor(api.log, {}, executorLimits, noSnapshots, seals);
      let left = appends;
      const dying: typeof executor = {
        ...executor,
        execute: async (...work) => {
          left -= 1;
          if (left < 0) throw new LogUnavailable('killed');
          return executor.execute(...work);
        },
      };
      const { application } = api.deps;
      const parts = [{ pool: api.database.pool, claims: api.deps.claims }, { vault: api.vault }] as const;
      const calls = [dying, executor].map((each) =>
        makeInboundCalls(...parts, { executor: each, store: api.log, catalog, application }),
      );
      const control = number();
      const sets = [order(`PO-KILL-${appends}`, line()), order(`PO-KILL-${appends}-2`, line('NOPE'))];
      const bytes = Buffer.from(interchange(control, sets));
      const context = { ...byService(), commandId: newUlid() };
      const outcomes: unknown[] = [];
      for (const each of calls) {
        const found = await each.identifyInterchange(bytes);
        if (!('partner' in found)) throw new Error(JSON.stringify(found));
        outcomes.push(await each.receiveInterchange(found, context).catch((error: unknown) => error));
      }
      expect(outcomes[1]).toMatchObject({
        kind: 'done',
        value: { repeated: false, sets: [{ state: 'ORDER' }, { state: 'REJECTED' }], acknowledgement: {} },
      });
      const types: string[] = [];
      for await (const { type } of api.log.read(`inbox-ACME.NORDBUY.${control}` as never)) types.push(type);
      expect([appends, types]).toEqual([
        appends,
        ['InterchangeReceived', 'TransactionSetTaken', 'TransactionSetRejected', 'InterchangeAcknowledged'],
      ]);
    }
    const made: { readonly documentId: string; readonly controlNumber: number }[] = [];
    for await (const { data } of api.log.read('edi-ACME.NORDBUY' as never)) made.push(data as never);
    expect(made.map(({ controlNumber }) => controlNumber)).toEqual(made.map((_made, at) => at + 1));
    expect(new Set(made.map(({ documentId }) => documentId)).size).toBe(made.length);
  });

  test('an 860 that is killed after any of its changes asks for each of them once', async () => {
    const catalog = createCatalogFollower(api.log, () => {});
    await catalog.ready();
    const executor = createExecutor(api.log, {}, executorLimits, noSnapshots, sealWith(api.vault));
    const { application } = api.deps;
    for (let asked = 0; asked <= 3; asked += 1) {
      const po = `PO-KILL-860-${asked}`;
      await sendRaw(interchange(number(), [order(po, line(), 'PO1*20*5*EA*12.5**BP*4711')]), `${po}-order`);
      let left = asked;
      const once =
        <Input, Result>(call: (input: Input, context: CommandContext) => Promise<Result>) =>
        async (input: Input, context: CommandContext): Promise<Result> => {
          const done = await call(input, context);
          left -= 1;
          if (left < 0) throw new LogUnavailable('killed');
          return done;
        };
      const dying = {
        ...{ ...application, addLines: once(application.addLines) },
        ...{ changeLine: once(application.changeLine), cancelOrder: once(application.cancelOrder) },
      };
      const bch = `BCH*04*SA*${po}***${x12(today)}`;
      const changes = ['POC*10*QI*12**EA', 'POC*20*DI', 'POC*30*AI*1**EA***BP*4711'];
      const bytes = Buffer.from(interchange(number(), [['ST*860*0001', bch, ...changes, 'CTT*3']], 'PC'));
      const context = { ...byService(), commandId: newUlid() };
      const outcomes: unknown[] = [];
      for (const each of [dying, application]) {
        const parts = [{ pool: api.database.pool, claims: api.deps.claims }, { vault: api.vault }] as const;
        const calls = makeInboundCalls(...parts, { executor, store: api.log, catalog, application: each });
        const found = await calls.identifyInterchange(bytes);
        if (!('partner' in found)) throw new Error(JSON.stringify(found));
        outcomes.push(await calls.receiveInterchange(found, context).catch((error: unknown) => error));
      }
      const refusal = null;
      const set = { state: 'CHANGE', changes: [{ refusal }, { refusal }, { refusal }] };
      expect(outcomes[1]).toMatchObject({ kind: 'done', value: { sets: [set] } });
      const { orderId } = (outcomes[1] as { value: { sets: [{ orderId: string }] } }).value.sets[0];
      const types: string[] = [];
      for await (const { type } of api.log.read(`order-ACME.${orderId}` as never)) types.push(type);
      expect([asked, types.filter((type) => /(Change|Cancel)Requested/.test(type))]).toEqual([
        asked,
        ['OrderLineCancelRequested', 'OrderLineChangeRequested', 'OrderLineChangeRequested'],
      ]);
    }
  });

  test('who speaks for another customer neither sends nor reads it, and leaves no trace (O-32)', async () => {
    const text = interchange(number(), [order('PO-EDI-13', line())]);
    const ours = await sendRaw(text, 'edi-13');
    const head = await api.log.head();
    const body = { content: Buffer.from(interchange(number(), [order('PO-EDI-14', line())])).toString('base64') };
    const theirs = await call(api, 'POST', '/v1/inbound-documents', { token: 'gateway-1002', body });
    expect([theirs.status, theirs.body.code]).toEqual([403, 'PARTNER_SCOPE']);
    const path = `/v1/audit/payloads/${ours.body.payloadSha256}`;
    expect((await call(api, 'GET', path, { token: 'gateway-1002' })).status).toBe(404);
    expect(await api.log.head()).toBe(head);
  });

  test('a body that is neither JSON nor bytes is not read', async () => {
    const other = await sendRaw('<order/>', 'edi-xml', 'application/xml');
    expect([other.status, other.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect((await sendRaw('', 'edi-empty')).status).toBe(400);
  });
});
