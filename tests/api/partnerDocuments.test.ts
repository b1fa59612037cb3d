import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import { makeDocument } from '../../commands/edi/makeDocument.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor } from '../../commands/handle.ts';
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

const make = (documentId: string, kind: string, soldTo = 'C-1001') =>
  makeDocument(
    { executor: createExecutor(api.log), vault: api.vault, payloads: createPayloadStore(api.database.pool) },
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
      write: (controlNumber) => `ISA*${controlNumber}*${documentId}~`,
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
}, 60_000);
afterAll(() => api.close());

const list = async (query: string, token = 'theirs') => {
  const headers = { 'x-min-position': `${await api.log.head()}` };
  const { body } = await call(api, 'GET', `/v1/partner-documents?${query}`, { token, headers });
  return (body.items as readonly { documentId: string }[]).map(({ documentId }) => documentId);
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
    const { body } = await supertest(api.app)
      .get(path)
      .set('authorization', 'Bearer theirs')
      .set('accept', 'application/octet-stream')
      .buffer(true);
    expect(`${body}`).toBe(`ISA*2*${ids[1]}~`);
    expect((await call(api, 'GET', path, { token: 'others' })).status).toBe(404);
    expect((await call(api, 'GET', path, { token: keyOf('auditor') })).status).toBe(200);
  });
});
