import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createControls } from '../../adapters/postgres/controls.ts';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { createUnmadeDocuments } from '../../adapters/postgres/unmadeDocuments.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import { makeDocument } from '../../commands/edi/makeDocument.ts';
import { discardsOfUnmade } from '../../commands/edi/unmadeDocuments.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor } from '../../commands/handle.ts';
import { createDiscarding } from '../../commands/inbox/warehouseDiscards.ts';
import { createDiscardRunner } from '../../commands/steering/discardRunner.ts';
import { inboxDecider } from '../../domain/edi/inbox.ts';
import { streamName } from '../../domain/eventLog.ts';
import { documentAnswer } from '../../projections/partnerDocuments/queries.ts';
import { contextOf } from '../commands/commandContext.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keyOf, keys } from './testApi.ts';

const gateway = (customers: readonly string[]) => ({
  ...{ tenant: 'default', id: 'gateway', kind: 'PARTNER' as const, roles: ['channel' as const] },
  ...{ businessUnits: ['ACME'], customers, nodes: 'all' as const },
});

let api: RealApi;
const orderId = newUlid();
const ids = [newUlid(), newUlid(), newUlid()] as const;

const interchangeOf = (documentId: string, controlNumber: number): string => {
  const padded = `${controlNumber}`.padStart(9, '0');
  const isa = 'ISA*00*          *00*          *ZZ*ACMESUPPLY     *01*123456789      *261123*0800*U*00401*';
  const group = [
    `GS*PR*ACMESUPPLY*NORDBUY*20261123*0800*${controlNumber}*X*004010`,
    'ST*855*0001',
    `BAK*00*AD*${documentId}`,
  ];
  return [`${isa}${padded}*0*P*>`, ...group, 'SE*3*0001', `GE*1*${controlNumber}`, `IEA*1*${padded}`, ''].join('~\n');
};

const make = (documentId: string, kind: string, soldTo = 'C-1001', hours?: number) =>
  makeDocument(
    {
      executor: createExecutor(api.log),
      store: api.log,
      vault: api.vault,
      payloads: createPayloadStore(api.database.pool),
    },
    {
      ...{
        bu: 'ACME',
        partner: soldTo === 'C-1001' ? 'NORDBUY' : 'TERN',
        soldTo,
        documentId,
        kind,
        functionalId: 'PR',
      },
      ...{ orderId, reference: 'PO-7001', acknowledges: true },
      ...(hours !== undefined && { acknowledgeWithinHours: hours }),
      write: (controlNumber) => interchangeOf(documentId, controlNumber),
    },
    contextOf(newUlid()),
  );

beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  const gateways: Readonly<Record<string, ReturnType<typeof gateway>>> = {
    theirs: gateway(['C-1001']),
    others: gateway(['C-1002']),
  };
  api = await makeRealApi({ authenticate: async (token) => gateways[token] ?? byKey(token) });
  await make(ids[0], '855');
  await make(ids[1], '856');
  await make(ids[2], '855', 'C-1002');
});
afterAll(() => api.close());

const list = async (query: string, token = 'theirs') => {
  const headers = { 'x-min-position': `${await api.log.head()}` };
  const { body } = await call(api, 'GET', `/v1/partner-documents?${query}`, { token, headers });
  return (body.items as readonly { documentId: string }[]).map(({ documentId }) => documentId);
};

const bytesOf = async (documentId: string): Promise<string> => {
  const { body } = await supertest(api.app)
    .get(`/v1/partner-documents/${documentId}`)
    .set('authorization', 'Bearer theirs')
    .set('accept', 'application/octet-stream')
    .buffer(true);
  return `${body}`;
};

describe('documents for EDI partners', () => {
  test('a gateway is told what is above the number that it has, and of no other partner', async () => {
    expect(await list('partner=NORDBUY')).toEqual([ids[1], ids[0]]);
    expect(await list('partner=NORDBUY&afterNumber=1')).toEqual([ids[1]]);
    expect(await list(`kind=855&orderId=${orderId}`)).toEqual([ids[0]]);
    expect(await list('', 'others')).toEqual([ids[2]]);
    expect((await call(api, 'GET', '/v1/partner-documents?afterNumber=x', { token: 'theirs' })).status).toBe(422);
  });

  test('and fetches the very bytes of each', async () => {
    const path = `/v1/partner-documents/${ids[1]}`;
    const told = await call(api, 'GET', path, { token: 'theirs' });
    expect(told.body).toMatchObject({ kind: '856', controlNumber: 2, orderId, acknowledges: true });
    expect(await bytesOf(ids[1])).toBe(interchangeOf(ids[1], 2));
    expect((await call(api, 'GET', path, { token: 'others' })).status).toBe(404);
    expect((await call(api, 'GET', path, { token: keyOf('auditor') })).status).toBe(200);
  });

  test('of one whose bytes are not kept any more everything else is told', async () => {
    const documentId = newUlid();
    await make(documentId, '810', 'C-1002');
    await list('', 'others');
    await api.database.pool.query(
      `update ops.payload set content = '[erased]', removed_at = now()
       where sha256 = (select payload_sha256 from rm.partner_document where document_id = $1)`,
      [documentId],
    );
    const path = `/v1/partner-documents/${documentId}`;
    const told = await call(api, 'GET', path, { token: 'others' });
    expect([told.status, told.body]).toMatchObject([
      200,
      { kind: '810', content: '[erased]', removedAt: expect.any(String) },
    ]);
    const bytes = await supertest(api.app)
      .get(path)
      .set('authorization', 'Bearer others')
      .set('accept', 'application/octet-stream');
    expect([bytes.status, bytes.body.code]).toEqual([410, 'PAYLOAD_EXPIRED']);
  });

  const acknowledged = async (number: number, status: string, functionalId: string | null = 'PR') => {
    const interchange = `${900_000_000 + number}`;
    const of = { bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', interchange };
    const set = { kind: '855', set: '0001', status, detail: `AK5*${status}` };
    const about = { place: '1.1', group: '1', set: '0001', kind: functionalId === null ? 'TA1' : '997' };
    const said = { functionalId, acknowledgedGroup: `${number}`, status, sets: functionalId === null ? [] : [set] };
    const executor = createExecutor(api.log);
    const stream = streamName('inbox', 'ACME', 'NORDBUY', interchange);
    const received = { ...of, receptionId: interchange, payloadSha256: 'a'.repeat(64), groups: [] };
    await executor.execute(inboxDecider, stream, { type: 'Receive', data: received }, contextOf(newUlid()));
    const outcome = { type: 'AcknowledgementReceived', data: { ...of, ...about, ...said } } as const;
    await executor.execute(inboxDecider, stream, { type: 'Record', outcome }, contextOf(newUlid()));
  };

  const resend = (documentId: string, key: string, token = keyOf('ops')) =>
    call(api, 'POST', `/v1/partner-documents/${documentId}/resends`, {
      ...{ token, body: { reason: 'it never arrived' }, headers: { 'idempotency-key': key } },
    });

  test('what the partner says of them is shown, and found by it', async () => {
    await acknowledged(1, 'A');
    await acknowledged(2, 'R', null);
    expect(await list('state=ACKNOWLEDGED')).toEqual([ids[0]]);
    expect(await list('state=REJECTED')).toEqual([ids[1]]);
    const { body } = await call(api, 'GET', `/v1/partner-documents/${ids[0]}`, { token: 'theirs' });
    expect(body).toMatchObject({
      ...{ state: 'ACKNOWLEDGED', acknowledgedIn: '900000001', acknowledgementDetail: 'AK5*A', overdue: false },
      ...{ resends: null, resentAs: null },
    });
    expect((await call(api, 'GET', '/v1/partner-documents?state=LOST', { token: 'theirs' })).status).toBe(422);
  });

  test('one without its 997 is overdue when the hours are over that were agreed', async () => {
    const [late, soon] = [newUlid(), newUlid()];
    await make(late, '855', 'C-1001', 0);
    await make(soon, '855', 'C-1001', 24);
    expect(await list('overdue=true')).toEqual([late]);
    expect(await list('overdue=false')).toEqual(expect.not.arrayContaining([late]));
    await acknowledged(3, 'E');
    expect(await list('overdue=true')).toEqual([]);
  });

  test('one is sent again under the next number, once for each key, and each names the other', async () => {
    const again = await resend(ids[1], 'again');
    expect([again.status, again.body]).toMatchObject([201, { controlNumber: 5, resends: ids[1] }]);
    expect((await resend(ids[1], 'again')).text).toBe(again.text);
    const { documentId } = again.body;
    expect(await list('partner=NORDBUY&afterNumber=4')).toEqual([documentId]);
    const read = async (id: unknown) =>
      (await call(api, 'GET', `/v1/partner-documents/${id}`, { token: 'theirs' })).body;
    expect(await read(ids[1])).toMatchObject({ resentAs: documentId, state: 'REJECTED' });
    expect(await read(documentId)).toMatchObject({ resends: ids[1], state: 'SENT', kind: '856', orderId });
    const [before, after] = [await bytesOf(ids[1]), await bytesOf(String(documentId))];
    expect(after).not.toBe(before);
    expect(after.split('\n').slice(2, -3)).toEqual(before.split('\n').slice(2, -3));
    expect(after.slice(90, 99)).toBe('000000005');
    const last = (await api.log.readAfter('start', 1_000)).events.findLast(
      ({ type }) => type === 'PartnerDocumentMade',
    );
    expect(last?.data).toMatchObject({ resends: { documentId: ids[1], controlNumber: 2, reason: 'it never arrived' } });
  });

  test('what the partner says of one is what it says of the last one that it was sent again as', async () => {
    const answerTo = (documentId: string) => documentAnswer(api.database.db, documentId);
    expect([await answerTo(ids[0]), await answerTo(newUlid())]).toEqual(['ACCEPTED', null]);
    const [second] = await list('partner=NORDBUY&afterNumber=4');
    expect(await answerTo(ids[1])).toBe(null);
    const third = await resend(second ?? '', 'once-more');
    expect(third.status).toBe(201);
    expect(await list('partner=NORDBUY&afterNumber=5')).toEqual([third.body.documentId]);
    expect(await answerTo(ids[1])).toBe(null);
    await acknowledged(6, 'A', 'PR');
    await list('');
    expect(await answerTo(ids[1])).toBe('ACCEPTED');
  });

  test('a channel does not send anything again, and what is not there, or whose bytes are erased, cannot be', async () => {
    const before = await list('', keyOf('ops'));
    expect((await resend(ids[0], 'channel', 'theirs')).status).toBe(403);
    expect((await resend(newUlid(), 'nobody')).status).toBe(404);
    await api.database.pool.query(`delete from ops.payload where sold_to = 'C-1002'`);
    const erased = await resend(ids[2], 'erased');
    expect([erased.status, erased.body.code]).toEqual([410, 'PAYLOAD_ERASED']);
    expect(await list('', keyOf('ops'))).toEqual(before);
  });

  test('one that can never be made is discarded, and nothing else of its lane', async () => {
    const unmade = createUnmadeDocuments(api.database.db);
    const laneKey = `edi:ACME.NORDBUY:${orderId}`;
    const setAside = (eventId: string, position: string) =>
      unmade.note(
        {
          ...{
            documentId: newUlid(),
            bu: 'ACME',
            laneKey,
            eventId,
            what: 'OrderAccepted',
            revision: 2,
            position,
            orderId,
          },
          ...{
            stream: streamName('order', 'ACME', orderId),
            errorClass: 'RangeError',
            detail: 'too long',
            attempts: 1,
          },
        },
        60_000,
      );
    await setAside('E-1', '1');
    await setAside('E-2', '2');
    const letters = await call(api, 'GET', '/v1/ops/dead-letters?consumer=partner-documents', { role: 'ops' });
    expect(letters.body.items).toMatchObject([
      { kind: 'STUCK', laneKey, eventId: 'E-1', eventType: 'OrderAccepted', payloadRef: { orderId, revision: 2 } },
      { eventId: 'E-2', blockedCount: 0 },
    ]);
    const [{ id }] = letters.body.items as [{ readonly id: string }];
    const body = { deadLetterIds: [id], reason: 'told by telephone' };
    const discarded = await call(api, 'POST', '/v1/ops/discards', { role: 'ops', body });
    const message = { consumer: 'partner-documents', laneKey, item: 'E-1', messageKind: 'OrderAccepted' };
    expect([discarded.status, discarded.body.messages]).toMatchObject([201, [message]]);
    const discards = createMessageDiscards(api.database.db);
    const onError = (error: unknown): void => {
      throw error;
    };
    const checkpoints = createCheckpoints(api.database.db);
    const runner = createDiscardRunner({ feed: api.log, checkpoints, onError, onStuck: () => {}, discards });
    await runner.step(new AbortController().signal);
    const controls = createControls(api.database.db);
    await controls.step();
    await createDiscarding('partner-documents', { ...discardsOfUnmade(unmade, discards), controls }, () => {})();
    expect((await unmade.ofLane(laneKey)).map(({ item }) => item)).toEqual(['E-2']);
    await unmade.forget({ laneKey, eventId: 'E-2' });
  });

  test('one that cannot be made is looked at before its lane is replayed', async () => {
    const laneKey = `edi:ACME.NORDBUY:${orderId}`;
    const eventId = '5f5d3c36-0a51-4d5c-9a0e-000000000001';
    await createStuckBoard(api.database.db).post(
      'partner-documents',
      [laneKey],
      [
        {
          ...{ laneKey, item: eventId, kind: 'STUCK', what: 'InvoiceIssued', position: '1', payloadRef: {} },
          ...{ errorClass: 'RangeError', detail: 'no place in X12', attempts: 3, blockedCount: 1 },
        },
      ],
    );
    const letters = await call(api, 'GET', '/v1/ops/dead-letters?consumer=partner-documents', { role: 'ops' });
    const deadLetterIds = (letters.body.items as readonly { readonly id: string }[]).map(({ id }) => id);
    const body = { deadLetterIds, dryRun: true, reason: 'the writer is corrected' };
    const dry = await call(api, 'POST', '/v1/ops/replays', { role: 'ops', body });
    expect([dry.status, dry.body.previews]).toMatchObject([
      202,
      [{ consumer: 'partner-documents', laneKey, waitingCount: 2, messages: [{ step: '810', produced: 'UNKNOWN' }] }],
    ]);
  });
});
