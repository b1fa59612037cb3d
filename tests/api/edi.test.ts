import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { keepPayload, sha256OfBytes } from '../../commands/edi/payloads.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keyOf } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

const bytesOf = async (sha256: string) =>
  supertest(api.app)
    .get(`/v1/audit/payloads/${sha256}`)
    .set('authorization', `Bearer ${keyOf('auditor')}`)
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
