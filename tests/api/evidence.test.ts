import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Bundle } from '../../domain/evidence/bundle.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import type { Checkpoint } from '../../domain/evidence/checkpoint.ts';
import { fromHex, isConsistent } from '../../domain/evidence/merkle.ts';
import { tools } from '../domain/evidence/goldenBundle.ts';
import { sha256 } from '../domain/evidence/tree.ts';
import { adjust, found, get, journalOf, seal, withEvidence } from './evidenceApi.ts';
import { evidenceExports } from './evidenceExports.ts';
import { api } from './fileApi.ts';
import { flippedBytes } from './flippedBytes.ts';
import { call } from './testApi.ts';

withEvidence();

describe('proofs over HTTP', () => {
  test('are not to be had before a checkpoint covers the event, and the answer says when to ask again', async () => {
    const { eventId } = await adjust();
    const early = await get(`/v1/audit/proofs/events/${eventId}`);
    expect([early.status, early.body.code, early.headers['retry-after']]).toEqual([409, 'EVENT_NOT_SEALED', '10']);
    expect((await get('/v1/audit/consistency?from=1')).body.code).toBe('EVENT_NOT_SEALED');
    await seal();
    const proof = await get(`/v1/audit/proofs/events/${eventId}`);
    expect(proof.status).toBe(200);
    expect(await found(proof.body)).toEqual([]);
    const unsealed = await call(api, 'GET', `/v1/audit/proofs/events/${randomUUID()}`, { role: 'auditor' });
    expect(unsealed.status).toBe(404);
  });

  test('of a GL line hold journal, event, rules and proofs, and the verifier posts it again', async () => {
    const { eventId, position } = await adjust();
    const journalId = await journalOf(eventId, position);
    await seal();
    const way = await get(`/v1/audit/lineage?root=gl-line:${journalId}:1`);
    expect(way.body.proof).toBe(`/v1/audit/proofs/gl-lines/${journalId}:1`);
    const answer = await get(String(way.body.proof), {}, 'finance');
    expect(answer.status).toBe(200);
    const bundle = answer.body as unknown as Bundle;
    expect(bundle.journal?.lines.map(({ role, debit, credit }) => `${role} ${debit} ${credit}`)).toEqual([
      'SHRINKAGE 3000 0',
      'INVENTORY 0 3000',
    ]);
    expect(bundle.policyEvents.length).toBeGreaterThanOrEqual(4);
    expect(bundle.evaluatorSha256).toBe((await api.deps.evidence.verifier()).sha256);
    const verdict = await checkBundle(bundle, tools);
    expect(verdict.findings).toEqual([]);
    for (const none of [`${journalId}:9`, `${journalId}`, `${randomUUID()}:1`])
      expect((await get(`/v1/audit/proofs/gl-lines/${none}`)).status).toBe(404);
  });

  test('of a corrected line hold the correction and the fact behind it', async () => {
    const { eventId, position } = await adjust();
    const old = await journalOf(eventId, position);
    const path = `/v1/gl-journals/${old}/restagings`;
    const restaged = await call(api, 'POST', path, { role: 'finance', body: { reason: 'account was missing' } });
    const { supersededBy, receipt } = restaged.body as { supersededBy: string; receipt: { position: string } };
    await get(`/v1/gl-journals/${supersededBy}`, { 'x-min-position': receipt.position });
    await seal();
    const { status, body } = await get(`/v1/audit/proofs/gl-lines/${supersededBy}:1`);
    expect(status).toBe(200);
    const types = (body as unknown as Bundle).events.map(({ leaf }) => (JSON.parse(leaf) as { type: string }).type);
    expect(types).toEqual(expect.arrayContaining(['StockAdjusted', 'GlRestageRequested']));
    expect(await found(body)).toEqual([]);
  });

  test('checkpoints are listed page by page, and each later one begins with each earlier one', async () => {
    await adjust();
    await seal();
    await adjust();
    await seal();
    const seen: Checkpoint[] = [];
    for (let cursor: unknown = '', round = 0; cursor !== null && round < 20; round += 1) {
      const { status, body } = await get(
        `/v1/audit/checkpoints?limit=2${cursor === '' ? '' : `&cursor=${String(cursor)}`}`,
      );
      expect(status).toBe(200);
      seen.push(...(body.items as Checkpoint[]));
      cursor = body.nextCursor;
    }
    expect(seen.length).toBeGreaterThanOrEqual(4);
    const sizes = seen.map(({ treeSize }) => treeSize);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    for (const from of sizes) {
      const { status, body } = await get(`/v1/audit/consistency?from=${from}`);
      expect(status).toBe(200);
      const proof = body as unknown as {
        readonly from: Checkpoint;
        readonly to: Checkpoint;
        readonly path: readonly string[];
      };
      expect(proof.to.treeSize).toBe(sizes.at(-1));
      const growth = {
        from,
        fromRoot: fromHex(proof.from.root),
        to: proof.to.treeSize,
        toRoot: fromHex(proof.to.root),
        path: proof.path.map(fromHex),
      };
      expect(isConsistent(sha256, growth)).toBe(true);
    }
    const [first = 0, second = 0] = sizes;
    expect((await get(`/v1/audit/consistency?from=${first}&to=${second}`)).status).toBe(200);
    for (const query of [`from=${second}&to=${first}`, `from=${first + 1_000_000}`, `from=0`, 'from=x', ''])
      expect([query, (await get(`/v1/audit/consistency?${query}`)).status]).toEqual([query, 422]);
    expect((await get('/v1/audit/checkpoints?cursor=xx')).status).toBe(400);
  });

  test('the verifier is handed out as a file, without credentials', async () => {
    const { sha256: hash, program, page } = await api.deps.evidence.verifier();
    const file = await supertest(api.app).get('/verifier/throughline-verify.mjs').expect(200);
    expect(file.text ?? file.body.toString()).toBe(program);
    expect(file.headers).toMatchObject({
      'x-verifier-sha256': hash,
      'content-disposition': 'attachment; filename="throughline-verify.mjs"',
    });
    expect((await supertest(api.app).get('/verifier/throughline-verify.html').expect(200)).text).toBe(page);
  });
});

evidenceExports();
flippedBytes();
