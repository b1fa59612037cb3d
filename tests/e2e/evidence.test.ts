import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Journal, journalsOf, orderBody, receive, submit } from './calls.ts';
import { eventually, type RunningService, removeDataDir, startService, usedDataDir } from './service.ts';

type Ran = { readonly code: number; readonly out: string };

const run = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env.PATH ?? '', ...env }, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out: out + err }),
    );
  });

describe('evidence, as an auditor gets it from the running product', () => {
  let service: RunningService;
  let dataDir: string;
  let away: string;
  let journals: readonly Journal[];
  let orderId: string;
  const settings = { SEAL_SECONDS: '1' };
  const cli = (...args: readonly string[]): Promise<Ran> =>
    run([join(import.meta.dirname, '../../api/cli.js'), ...args], away, { DATA_DIR: dataDir });

  beforeAll(async () => {
    dataDir = await usedDataDir();
    away = await mkdtemp(join(tmpdir(), 'auditor-'));
    service = await startService(dataDir, settings);
    await receive(service.client, '10');
    ({ orderId } = await submit(service.client, orderBody('10')));
    const posted = await eventually(
      () => journalsOf(service.client, orderId),
      ({ items }) => items.some(({ templateId }) => templateId === 'T03'),
      60_000,
    );
    journals = posted.items;
  });
  afterAll(async () => {
    await service?.stop();
    await removeDataDir(dataDir);
    await rm(away, { recursive: true, force: true });
  });

  /** The answer once a checkpoint covers what is asked for. */
  const sealed = (path: string) =>
    eventually(
      () =>
        service.client
          .get<{ readonly checkpoint?: object }>('auditor', path)
          .catch((error: unknown) => ({ error: String(error) })),
      (answer) => 'checkpoint' in answer,
      60_000,
    );

  test('every line of the shipment and of the invoice verifies in a folder that has only the verifier', async () => {
    const program = await (await fetch(`${service.url}/verifier/throughline-verify.mjs`)).text();
    await writeFile(join(away, 'verify.mjs'), program);
    const key = createPublicKey(await readFile(join(dataDir, 'signing-key.pem')));
    await writeFile(join(away, 'key.pem'), key.export({ type: 'spki', format: 'pem' }));
    for (const { journalId, lines } of journals) {
      for (const { lineNo } of lines) {
        const bundle = await sealed(`/v1/audit/proofs/gl-lines/${journalId}:${lineNo}`);
        await writeFile(join(away, 'bundle.json'), JSON.stringify(bundle));
        const { code, out } = await run(['verify.mjs', 'bundle.json', '--key', 'key.pem'], away);
        expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^VERIFIED/) });
      }
    }
    await writeFile(
      join(away, 'bad.json'),
      (await readFile(join(away, 'bundle.json'), 'utf8')).replace('\\"qty\\":\\"10\\"', '\\"qty\\":\\"11\\"'),
    );
    expect(await run(['verify.mjs', 'bad.json'], away)).toMatchObject({
      code: 1,
      out: expect.stringContaining('EVENT_NOT_SEALED'),
    });
  });

  test('an order is exported at the terminal and verified there', async () => {
    const made = await cli('export', '--bu', 'ACME', '--order', orderId, '--out', 'order.json');
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining(`${journals.length} journals`) });
    expect(await cli('verify', 'order.json', '--public-key', 'key.pem')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^VERIFIED/),
    });
    expect(await cli('verify', 'order.json')).toMatchObject({
      code: 7,
      out: expect.stringMatching(/^AGREES WITH ITSELF/),
    });
    expect(await run(['verify.mjs', 'order.json', '--key', 'key.pem'], away)).toMatchObject({ code: 0 });
  });

  test('killed and started again it seals on, and the whole log is what its checkpoints outside say', async () => {
    await service.kill9();
    service = await startService(dataDir, settings);
    await receive(service.client, '1');
    const log = await eventually(
      async () =>
        JSON.parse((await cli('verify', 'log', '--json')).out) as {
          verified: boolean;
          checkpointsOutside: number;
          unsealed: { events: number };
        },
      ({ checkpointsOutside, unsealed }) => checkpointsOutside >= 2 && unsealed.events <= 2,
      60_000,
    );
    expect(log).toMatchObject({ verified: true, findings: [] });
  });

  test('one byte that is flipped in the database is named by verify log', async () => {
    const { database } = JSON.parse(await readFile(join(dataDir, 'address.json'), 'utf8')) as {
      readonly database: string;
    };
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query('alter table log.event disable trigger all');
    await client.query('grant update on log.event to current_user');
    const flip = `update log.event set data = replace(data, '"soldTo":"C-1001"', '"soldTo":"C-1002"') where type = 'OrderSubmitted' returning position`;
    const position = String((await client.query<{ position: string }>(flip)).rows[0]?.position);
    await client.end();
    const { code, out } = await cli('verify', 'log');
    expect(code).toBe(1);
    expect(out).toContain(
      `EVENT_EDITED: OrderSubmitted (order-ACME.${orderId}@0, position ${position.padStart(20, '0')})`,
    );
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/^o2c_checkpoint_age_seconds \d/m);
  });
});
