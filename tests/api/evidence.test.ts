import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import supertest from 'supertest';
import type { Bundle } from '../../domain/evidence/bundle.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import type { Checkpoint } from '../../domain/evidence/checkpoint.ts';
import { fromHex, isConsistent } from '../../domain/evidence/merkle.ts';
import { partsOf } from '../../domain/evidence/parts.ts';
import { makeSealing, type Sealing, settle } from '../commands/evidence/sealing.ts';
import { tools } from '../domain/evidence/goldenBundle.ts';
import { sha256 } from '../domain/evidence/tree.ts';
import { orderOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let sealing: Sealing;
beforeAll(async () => {
  api = await makeRealApi();
  sealing = await makeSealing(api.database, api.log);
}, 60_000);
afterAll(async () => {
  await api.close();
  await sealing.close();
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}, role: 'auditor' | 'finance' = 'auditor') =>
  call(api, 'GET', path, { role, headers });

/** A count that finds five pieces less: T15, SHRINKAGE against INVENTORY. */
const adjust = async (): Promise<{ readonly position: string; readonly eventId: string }> => {
  const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };
  const send = (body: object) => call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body });
  const reference = randomUUID();
  await send({ ...place, kind: 'RECEIPT', qty: '7', uom: 'EA', unitCost: '6.00', reference: randomUUID() });
  const answer = await send({ ...place, kind: 'ADJUSTMENT', qty: '-5', uom: 'EA', reason: 'COUNT', reference });
  expect(answer.status).toBe(201);
  const { position } = answer.body.receipt as { readonly position: string };
  const events = await get(`/v1/audit/events?type=StockAdjusted`, { 'x-min-position': position });
  const items = events.body.items as readonly { readonly eventId: string; readonly position: string }[];
  return { position, eventId: items.at(-1)?.eventId ?? '' };
};

const journalOf = async (eventId: string, position: string): Promise<string> => {
  const { body } = await get('/v1/gl-journals?bu=ACME&limit=500', { 'x-min-position': position });
  const items = body.items as readonly { readonly journalId: string; readonly sourceEventId: string }[];
  return items.find(({ sourceEventId }) => sourceEventId === eventId)?.journalId ?? '';
};

const seal = async (): Promise<void> => {
  sealing.minutesLater();
  await settle(sealing.sealer());
};

const tamper = async (...statements: readonly RawBuilder<unknown>[]): Promise<void> => {
  await sql`alter table log.event disable trigger all`.execute(api.database.db);
  await sql`grant update, delete on log.event to current_user`.execute(api.database.db);
  for (const statement of statements) await statement.execute(api.database.db);
};

const found = async (body: unknown): Promise<readonly string[]> =>
  (await checkBundle(body, tools)).findings.map(({ code, detail }) => `${code} ${detail}`);

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

describe('exports', () => {
  const make = (scope: object, key = randomUUID()) =>
    call(api, 'POST', '/v1/audit/exports', { role: 'auditor', body: { bu: 'ACME', scope }, key });
  const thisPeriod = new Date().toISOString().slice(0, 7).replace('-', '');
  const ofPeriod = { ledger: 'PRIMARY', period: thisPeriod };

  test('of a period and of a sample are signed, verified offline, and the log says who took them', async () => {
    for (let n = 0; n < 3; n += 1) {
      const { eventId, position } = await adjust();
      await journalOf(eventId, position);
    }
    await seal();
    const key = randomUUID();
    const made = await make({ kind: 'sample', ...ofPeriod, count: 2, seed: 'S1' }, key);
    expect(made.status).toBe(201);
    expect((await make({ kind: 'sample', ...ofPeriod, count: 2, seed: 'S1' }, key)).text).toBe(made.text);
    const { exportId, receipt } = made.body as { exportId: string; receipt: { position: string } };
    const { body } = await get(`/v1/audit/exports/${exportId}`);
    expect(await found(body)).toEqual([]);
    const bundle = body as unknown as Bundle;
    expect(bundle.journals?.length).toBe(2);
    expect(await found({ ...bundle, journals: bundle.journals?.slice(1) })).toEqual([
      'MANIFEST_INVALID The journals are not those that were exported.',
    ]);
    const logged = await get('/v1/audit/events?type=EvidenceExported', { 'x-min-position': receipt.position });
    expect((logged.body.items as readonly object[]).at(-1)).toMatchObject({
      stream: `export-ACME.${exportId}`,
      actor: { id: 'key:auditor' },
    });
    const period = await make({ kind: 'period', ...ofPeriod });
    const whole = await get(`/v1/audit/exports/${(period.body as { exportId: string }).exportId}`);
    expect(await found(whole.body)).toEqual([]);
    expect((whole.body as unknown as Bundle).journals?.length).toBeGreaterThanOrEqual(3);
  });

  test('with one seed are the same sample again, with another one another', async () => {
    const idsOf = async (seed: string): Promise<readonly string[]> => {
      const { body } = await make({ kind: 'sample', ...ofPeriod, count: 2, seed });
      const bundle = (await get(`/v1/audit/exports/${(body as { exportId: string }).exportId}`))
        .body as unknown as Bundle;
      return (bundle.journals ?? []).map(({ journalId }) => journalId);
    };
    const first = await idsOf('A');
    expect(await idsOf('A')).toEqual(first);
    const others = await Promise.all(['B', 'C', 'D', 'E', 'F', 'G'].map(idsOf));
    expect(others.some((ids) => ids.join() !== first.join())).toBe(true);
  });

  test('of a period in parts verify one by one, and together are known to be all or not to be', async () => {
    const parts: Bundle[] = [];
    for (let after: string | undefined; ; ) {
      const scope = { kind: 'period', ...ofPeriod, partJournals: 2, ...(after !== undefined && { after }) };
      const made = await make(scope);
      expect(made.status).toBe(201);
      const { body } = await get(`/v1/audit/exports/${(made.body as { exportId: string }).exportId}`);
      expect(await found(body)).toEqual([]);
      const part = body as unknown as Bundle;
      parts.push(part);
      after = (part.manifest?.content.scope as { readonly next?: string }).next;
      if (after === undefined) break;
    }
    const journals = parts.flatMap((part) => part.journals ?? []);
    const ids = journals.map(({ journalId }) => journalId);
    const whole = await make({ kind: 'period', ...ofPeriod });
    expect(parts.length).toBe(Math.ceil((whole.body as { journals: number }).journals / 2));
    expect(parts.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ids).size).toBe((whole.body as { journals: number }).journals);
    const manifests = parts.flatMap(({ manifest }) => manifest?.content ?? []);
    expect(partsOf([...manifests].reverse())).toMatchObject([{ complete: true }]);
    expect(partsOf(manifests)[0]?.says).toEqual([
      `These ${parts.length} parts are the whole period ${thisPeriod} of ACME, ledger PRIMARY: ${ids.length} journals.`,
    ]);
    for (const missing of manifests.keys())
      expect(partsOf(manifests.filter((_, index) => index !== missing))[0]?.complete ?? false).toBe(false);
    // Whoever has all parts and the seed finds the sample that was drawn from them.
    const { body } = await make({ kind: 'sample', ...ofPeriod, count: 2, seed: 'Q4' });
    const drawn = (await get(`/v1/audit/exports/${(body as { exportId: string }).exportId}`)).body as unknown as Bundle;
    const rank = (id: string): string => createHash('sha256').update(`Q4:${id}`).digest('hex');
    const expected = ids.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, 2);
    expect(drawn.journals?.map(({ journalId }) => journalId)).toEqual(expected);
    expect(drawn.manifest?.content.scope).toMatchObject({ seed: 'Q4', population: ids.length });
    expect((await make({ kind: 'period', ...ofPeriod, after: 'x' })).status).toBe(422);
  });

  test('hold everything that the log held when they were asked for, or are asked for again', async () => {
    const { reference } = await api.database.db.transaction().execute(async (transaction) => {
      // The staging ledger cannot go on.
      await sql`select from ops.projection where name = 'gl_staging' for update`.execute(transaction);
      const body = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', kind: 'ADJUSTMENT', reason: 'COUNT' };
      const reference = randomUUID();
      const adjusted = { ...body, qty: '-1', uom: 'EA', reference };
      expect((await call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body: adjusted })).status).toBe(201);
      await seal();
      expect(await make({ kind: 'period', ...ofPeriod })).toMatchObject({
        status: 503,
        body: { code: 'READ_MODEL_BEHIND' },
      });
      return { reference };
    });
    const made = await make({ kind: 'period', ...ofPeriod });
    const whole = await get(`/v1/audit/exports/${(made.body as { exportId: string }).exportId}`);
    expect(whole.text).toContain(reference);
  });

  test('of an order are of the business unit that it belongs to', async () => {
    const { orderId } = (await call(api, 'POST', '/v1/orders', { role: 'channel', body: orderOf() })).body;
    await seal();
    const scope = { kind: 'order', orderId };
    expect((await make(scope)).status).toBe(201);
    const another = { bu: 'OTHER', scope };
    const refused = await call(api, 'POST', '/v1/audit/exports', { role: 'auditor', body: another });
    expect(refused).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  test('of what is not there are 404, and nobody reads an export that the log does not know', async () => {
    expect((await make({ kind: 'period', ledger: 'PRIMARY', period: '199901' })).status).toBe(404);
    expect((await make({ kind: 'order', orderId: '01JD0000000000000000000001' })).status).toBe(404);
    await api.deps.evidence.exports.keep('01JD0000000000000000000077', 'ACME', '{}');
    expect((await get('/v1/audit/exports/01JD0000000000000000000077')).status).toBe(404);
    expect((await make({ kind: 'sample', ...ofPeriod, count: 0 })).status).toBe(422);
  });
});

describe('one byte that is flipped in Postgres', () => {
  let line: string;
  let journalId: string;
  let eventId: string;
  beforeAll(async () => {
    const adjusted = await adjust();
    eventId = adjusted.eventId;
    journalId = await journalOf(eventId, adjusted.position);
    line = `/v1/audit/proofs/gl-lines/${journalId}:1`;
    await seal();
    expect(await found((await get(line)).body)).toEqual([]);
  });

  /** Changes something, looks what the verifier finds, and changes it back. */
  const findsAfter = async (change: RawBuilder<unknown>, back: RawBuilder<unknown>): Promise<readonly string[]> => {
    await tamper(change);
    const { status, body } = await get(line);
    await tamper(back);
    expect(status).toBe(200);
    expect(await found((await get(line)).body)).toEqual([]);
    return found(body);
  };

  test('in an event is named', async () => {
    const edit = (from: string, to: string) =>
      sql`update log.event set data = replace(data, ${from}, ${to}) where event_id = ${eventId}::uuid`;
    const seen = await findsAfter(edit('"qty":"-5"', '"qty":"-4"'), edit('"qty":"-4"', '"qty":"-5"'));
    expect(seen[0]).toMatch(/^EVENT_NOT_SEALED StockAdjusted \(stock-ACME\.DC-EAST\.BRG-6204@\d+, position \d+\)/);
  });

  test('in the metadata of an event is named', async () => {
    const edit = (from: string, to: string) =>
      sql`update log.event set metadata = replace(metadata, ${from}, ${to}) where event_id = ${eventId}::uuid`;
    const seen = await findsAfter(edit('"bu":"ACME"', '"bu":"ACMF"'), edit('"bu":"ACMF"', '"bu":"ACME"'));
    expect(seen[0]).toMatch(/^EVENT_NOT_SEALED StockAdjusted/);
  });

  test('in the envelope of an event is named', async () => {
    const edit = (by: string) =>
      sql`update log.event set recorded_at = recorded_at + ${by}::interval where event_id = ${eventId}::uuid`;
    expect((await findsAfter(edit('1 second'), edit('-1 second')))[0]).toMatch(/^EVENT_NOT_SEALED StockAdjusted/);
  });

  test('in a journal line is named', async () => {
    const edit = (debit: string) =>
      sql`update rm_gl_staging_v1.gl_line set debit = ${debit}::numeric where journal_id = ${journalId} and line_no = 1`;
    await sql`alter table rm_gl_staging_v1.gl_line disable trigger all`.execute(api.database.db);
    expect(await findsAfter(edit('3001'), edit('3000'))).toEqual([
      `JOURNAL_DIFFERS Journal ${journalId} line 1: debit is "3001", the posting rule gives "3000".`,
    ]);
  });

  test('in a rule is named', async () => {
    const edit = (from: string, to: string) =>
      sql`update log.event set data = replace(data, ${from}, ${to}) where stream = 'policy-ACME.accounts' and revision = 0`;
    const { rows } = await sql<{
      account: string;
    }>`select account from rm.gl_line where journal_id = ${journalId} and line_no = 1`.execute(api.database.db);
    const account = rows[0]?.account ?? '';
    const seen = await findsAfter(edit(account, `${account}9`), edit(`${account}9`, account));
    expect(seen[0]).toMatch(/^EVENT_NOT_SEALED AccountMapPublished \(policy-ACME\.accounts@0, position \d+\)/);
    expect(seen.join('\n')).toContain(`line 1: account is "${account}", the posting rule gives "${account}9"`);
  });

  test('in the tree is named, as is a checkpoint that was signed for something else', async () => {
    const flip = sql`update evidence.tile set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1) where level = 0 and number = 0`;
    expect((await findsAfter(flip, flip)).join('\n')).toMatch(/EVENT_NOT_SEALED|HISTORY_REWRITTEN/);
    const edit = (from: string, to: string) =>
      sql`update evidence.checkpoint set checkpoint = replace(checkpoint, ${from}, ${to})`;
    expect((await findsAfter(edit('T08:', 'T07:'), edit('T07:', 'T08:'))).join('\n')).toContain('CHECKPOINT_INVALID');
  });

  test('an event that is gone is told instead of a proof', async () => {
    await tamper(
      sql`create table kept as select * from log.event where event_id = ${eventId}::uuid`,
      sql`delete from log.event where event_id = ${eventId}::uuid`,
    );
    const answer = await get(line);
    await tamper(sql`insert into log.event select * from kept`);
    expect([answer.status, answer.body.code]).toEqual([409, 'EVIDENCE_DAMAGED']);
    expect(answer.body.detail).toContain(eventId);
  });

  test('an event that is gone ends no process, however long the policies take', async () => {
    const { evidence } = api.deps;
    const { policyStreams } = evidence;
    const unseen: unknown[] = [];
    const see = (error: unknown) => void unseen.push(error);
    await tamper(
      sql`create table held as select * from log.event where event_id = ${eventId}::uuid`,
      sql`delete from log.event where event_id = ${eventId}::uuid`,
    );
    process.on('unhandledRejection', see);
    try {
      Object.assign(evidence, { policyStreams: (bu: string) => delay(200).then(() => policyStreams(bu)) });
      expect((await get(line)).body.code).toBe('EVIDENCE_DAMAGED');
      expect(unseen).toEqual([]);
    } finally {
      Object.assign(evidence, { policyStreams });
      process.off('unhandledRejection', see);
      await tamper(sql`insert into log.event select * from held`);
    }
  });
});
