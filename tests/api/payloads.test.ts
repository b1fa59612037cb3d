import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { keepPayload, sha256OfBytes } from '../../commands/edi/payloads.ts';
import { removeOldPayloads } from '../../commands/edi/removePayloads.ts';
import { createExecutor } from '../../commands/handle.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { bytesOf } from './ediMessages.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

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
    const raw = await bytesOf(api, sha256);
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
    const raw = await bytesOf(api, sha256);
    expect([raw.status, JSON.parse(raw.body.toString()).code]).toEqual([410, 'PAYLOAD_ERASED']);
    await keep('C-1002');
    expect((await bytesOf(api, sha256)).body).toEqual(bytes);
  });

  test('what nobody sent is not there', async () => {
    const nothing = await call(api, 'GET', `/v1/audit/payloads/${'0'.repeat(64)}`, { role: 'finance' });
    expect(nothing.status).toBe(404);
    expect((await call(api, 'GET', '/v1/audit/payloads/zz', { role: 'finance' })).status).toBe(404);
  });
});

describe('retention of payloads (O-27)', () => {
  const keepDays = 730;
  const now = '2026-11-23T08:00:00.000Z';

  const store = async (text: string, storedAt: string): Promise<string> => {
    const ports = { payloads: createPayloadStore(api.database.pool), vault: api.vault };
    const whose = { bu: 'ACME', soldTo: 'C-1001', mediaType: 'application/edi-x12' };
    const sha256 = await keepPayload(ports, Buffer.from(text), whose);
    await api.database.pool.query('update ops.payload set stored_at = $2 where sha256 = $1', [sha256, storedAt]);
    return sha256;
  };
  const ports = () => ({
    ...{ executor: createExecutor(api.log), payloads: createPayloadStore(api.database.pool), keepDays },
    clock: () => now,
  });
  const removals = async () => {
    const found: { readonly bytes: number; readonly payloads: readonly { readonly sha256: string }[] }[] = [];
    for await (const { data } of api.log.read('retention-ACME.payloads' as never)) found.push(data as never);
    return found;
  };
  const readAs = (sha256: string) => call(api, 'GET', `/v1/audit/payloads/${sha256}`, { role: 'auditor' });
  const isKept = async (sha256: string): Promise<boolean> => (await readAs(sha256)).status === 200;

  test('what was kept long enough is removed, the log says what that was, and it may come again', async () => {
    const old = await store('old', '2024-11-23T07:59:59Z');
    const young = await store('young', '2024-11-23T08:00:01Z');
    expect(await removeOldPayloads(ports())).toBe(1);
    expect([await isKept(old), await isKept(young)]).toEqual([false, true]);
    expect(await removals()).toMatchObject([
      { storedBefore: '2024-11-23T08:00:00.000Z', bytes: 3, payloads: [{ sha256: old, soldTo: 'C-1001' }] },
    ]);
    expect(await removeOldPayloads(ports())).toBe(0);
    expect(await removals()).toHaveLength(1);
    // Whoever asks for it is told so, and not that there never was any.
    const { status, body } = await readAs(old);
    expect([status, body]).toMatchObject([
      410,
      { code: 'PAYLOAD_EXPIRED', size: 3, mediaType: 'application/edi-x12', removedAt: expect.stringMatching(/^20/) },
    ]);
    const raw = await bytesOf(api, old);
    expect([raw.status, JSON.parse(raw.body.toString()).code]).toEqual([410, 'PAYLOAD_EXPIRED']);
    const { rows } = await api.database.pool.query('select content from ops.payload where sha256 = $1', [old]);
    expect(rows).toEqual([{ content: '[erased]' }]);
    await store('old', now);
    expect(String((await bytesOf(api, old)).body)).toBe('old');
  });

  test('whoever is killed before the bytes are gone goes on, and says nothing twice', async () => {
    const old = await store('killed', '2024-01-01T00:00:00Z');
    const payloads = { ...ports().payloads, remove: () => Promise.reject(new LogUnavailable('killed')) };
    await expect(removeOldPayloads({ ...ports(), payloads })).rejects.toThrow('killed');
    expect(await isKept(old)).toBe(true);
    await Promise.all([removeOldPayloads(ports()), removeOldPayloads(ports())]);
    expect([await isKept(old), (await removals()).length]).toEqual([false, 2]);
  });

  test('what comes again is as young as on its first day', async () => {
    const again = await store('again', '2024-01-01T00:00:00Z');
    const found = await ports().payloads.storedBefore(now, 10);
    expect(found.map(({ sha256 }) => sha256)).toContain(again);
    await keepPayload({ payloads: ports().payloads, vault: api.vault }, Buffer.from('again'), {
      ...{ bu: 'ACME', soldTo: 'C-1001', mediaType: 'application/edi-x12' },
    });
    await ports().payloads.remove('ACME', [{ sha256: again, soldTo: 'C-1001' }], now);
    expect(await isKept(again)).toBe(true);
  });

  test('thousands are removed in events of a bounded size, and of each business unit by itself', async () => {
    await api.database.pool.query(
      `insert into ops.payload (sha256, bu, sold_to, media_type, size, content, stored_at)
       select lpad(n::text, 64, '0'), case when n % 2 = 0 then 'ACME' else 'NORD' end, 'C-1001', 'text/plain', 1, '', '2023-01-01'
       from generate_series(1, 1200) n`,
    );
    expect(await removeOldPayloads(ports())).toBe(1200);
    const sizes = (await removals()).map(({ payloads }) => payloads.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    expect(sizes.slice(2).reduce((sum, size) => sum + size, 0)).toBe(600);
  });
});
