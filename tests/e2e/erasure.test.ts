import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { filesHolding, tablesHolding } from '../support/holding.ts';
import { throughline } from '../support/throughline.ts';
import { invoicesOf, orderBody, receive, submit } from './calls.ts';
import { eventually, type RunningService, removeDataDir, startService, usedDataDir } from './service.ts';

const dueText = 'select count(*)::int as n from ops.outbox where done_at is null and due_at <= now()';

// Words that nobody else writes.
const [whoVoids, whoCancels] = ['Ottokar Zwirnlein', 'Philomena Quast'];

describe('a customer is erased from the running product', () => {
  let service: RunningService;
  let dataDir: string;
  let away: string;
  let orderId: string;
  let invoiceId: string;
  let pool: pg.Pool;
  const settings = { SEAL_SECONDS: '1' };
  const cli = (...args: readonly string[]) => throughline(args, { DATA_DIR: dataDir });
  const bundleFile = (name: string): string => join(away, name);

  beforeAll(async () => {
    dataDir = await usedDataDir();
    away = await mkdtemp(join(tmpdir(), 'auditor-'));
    service = await startService(dataDir, settings);
    const { database } = JSON.parse(await readFile(join(dataDir, 'address.json'), 'utf8')) as {
      readonly database: string;
    };
    pool = new pg.Pool({ connectionString: database });
    await receive(service.client, '7');
    ({ orderId } = await submit(service.client, orderBody('10')));
    const { items } = await eventually(
      () => invoicesOf(service.client, orderId),
      (found) => found.items.some(({ state }) => state === 'TAX_COMMITTED'),
      60_000,
    );
    invoiceId = items[0]?.invoiceId ?? '';
    await service.client.send('finance', 'POST', `/v1/invoices/${invoiceId}/voids`, {
      reason: `${whoVoids} sent it back`,
    });
    await service.client.send('channel', 'POST', `/v1/orders/${orderId}/cancellations`, {
      reason: `${whoCancels} has died`,
    });
  });
  afterAll(async () => {
    await pool?.end();
    await service?.stop();
    await removeDataDir(dataDir);
    await rm(away, { recursive: true, force: true });
  });

  const timeline = (role: 'channel' | 'ops') =>
    service.client.get<object>(role, `/v1/orders/${orderId}/timeline`).then((answer) => JSON.stringify(answer));

  const exported = (file: string) =>
    eventually(
      () => cli('export', '--bu', 'ACME', '--order', orderId, '--out', bundleFile(file)),
      ({ code }) => code === 0,
      60_000,
    );

  test('what was written about it is shown to those who may read it and lies nowhere', async () => {
    const shown = await eventually(
      () => timeline('channel'),
      (text) => [`${whoVoids} sent it back`, `cancelled`].every((part) => text.includes(part)),
      60_000,
    );
    expect(shown).toContain(`${whoCancels} has died`);
    expect(await timeline('ops')).not.toMatch(/Zwirnlein|Quast/);
    // Until every process has done what follows from it: intents, messages and answers carry it along.
    await eventually(
      async () => (await pool.query<{ n: number }>(dueText)).rows[0]?.n,
      (waiting) => waiting === 0,
      60_000,
    );
    for (const word of [whoVoids, whoCancels]) expect(await tablesHolding(pool, word)).toEqual([]);
    expect((await tablesHolding(pool, orderId)).length).toBeGreaterThan(5);
    // What partners were sent is what the simulated ones keep: neither the words nor their sealed form.
    const partners = join(dataDir, 'simulators');
    expect((await filesHolding(partners, invoiceId)).length).toBeGreaterThan(0);
    for (const word of [whoVoids, whoCancels, '⟦sealed:']) expect(await filesHolding(partners, word)).toEqual([]);
    expect((await stat(join(dataDir, 'master-keys'))).mode & 0o777).toBe(0o600);
  });

  test('after the erasure nobody reads it, and proofs made before and after it verify', async () => {
    await exported('before.json');
    const asked = await cli('erase', 'ACME', 'C-1001', '--ground', 'SUBJECT_REQUEST', '--reference', 'DSR-17');
    expect({ code: asked.code, err: asked.err }).toMatchObject({ code: 4, err: expect.stringContaining('second') });
    const [approval] = (await service.client.get<{ items: { approvalId: string }[] }>('admin', '/v1/approvals')).items;
    const agreed = await cli(
      'approve',
      approval?.approvalId ?? '',
      '--as',
      'admin2',
      '--reason',
      'the letter is genuine',
    );
    expect({ code: agreed.code, err: agreed.err }).toMatchObject({ code: 0 });
    const done = await cli('erase', 'ACME', 'C-1001', '--ground', 'SUBJECT_REQUEST', '--reference', 'DSR-17');
    expect({ code: done.code, out: done.out, err: done.err }).toMatchObject({
      code: 0,
      out: expect.stringContaining('Erased'),
    });
    const shown = await timeline('channel');
    expect(shown).toContain('[erased]');
    expect(shown).not.toMatch(/Zwirnlein|Quast/);
    await exported('after.json');
    const key = createPublicKey(await readFile(join(dataDir, 'signing-key.pem')));
    await writeFile(bundleFile('key.pem'), key.export({ type: 'spki', format: 'pem' }));
    for (const file of ['before.json', 'after.json']) {
      expect(await cli('verify', bundleFile(file), '--public-key', bundleFile('key.pem'))).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^VERIFIED/),
      });
      expect(await readFile(bundleFile(file), 'utf8')).not.toMatch(/Zwirnlein|Quast/);
    }
    expect(await cli('verify', 'log')).toMatchObject({ code: 0 });
  });

  test('a read model that is made again afterwards is identical', async () => {
    const rebuilt = await cli('rebuild', 'orders', '--reason', 'after the erasure', '--as', 'ops');
    expect({ code: rebuilt.code, out: rebuilt.out, err: rebuilt.err }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/identical/i),
    });
  });

  test('one byte that is flipped in a sealed box is named, in a bundle and in the log', async () => {
    const bundle = await readFile(bundleFile('before.json'), 'utf8');
    const word = /⟦sealed:1\|[^⟧]*\|reason\|/.exec(bundle)?.[0] ?? 'there is none';
    const at = bundle.indexOf(word) + word.length;
    const flipped = `${bundle.slice(0, at)}${bundle[at] === 'A' ? 'B' : 'A'}${bundle.slice(at + 1)}`;
    await writeFile(bundleFile('flipped.json'), flipped);
    const verdict = await cli('verify', bundleFile('flipped.json'));
    expect(verdict).toMatchObject({ code: 1, out: expect.stringContaining('EVENT_NOT_SEALED') });
    await pool.query('alter table log.event disable trigger all');
    await pool.query('grant update on log.event to current_user');
    // The last letter of the box but one holds six whole bits: another letter is another byte.
    const { rows } = await pool.query<{ stream: string }>(
      `update log.event set data = regexp_replace(data, '(.)(.⟧)', case when data ~ 'A.⟧' then 'B' else 'A' end || '\\2')
       where type = 'InvoiceVoided' returning stream`,
    );
    expect(rows).toHaveLength(1);
    const log = await cli('verify', 'log');
    expect(log).toMatchObject({
      code: 1,
      out: expect.stringContaining(`EVENT_EDITED: InvoiceVoided (${rows[0]?.stream}@`),
    });
  });
});
