import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { makeSealing, type Sealing, settle } from '../commands/evidence/sealing.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let sealing: Sealing;
let eventId: string;
let position: string;
let journalId: string;
let sizes: readonly number[];

const stock = 'stock-ACME.DC-EAST.BRG-6204';
const period = new Date().toISOString().slice(0, 7).replace('-', '');

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  call(api, 'GET', path, { role: 'auditor', headers });

const makeExport = (scope: object = { kind: 'period', ledger: 'PRIMARY', period }) =>
  call(api, 'POST', '/v1/audit/exports', { role: 'auditor', body: { bu: 'ACME', scope } });

const adjust = async () => {
  const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', uom: 'EA' };
  const send = (body: object) =>
    call(api, 'POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: { ...place, ...body, reference: randomUUID() },
    });
  await send({ kind: 'RECEIPT', qty: '7', unitCost: '6.00' });
  const answer = await send({ kind: 'ADJUSTMENT', qty: '-5', reason: 'COUNT' });
  return (answer.body.receipt as { readonly position: string }).position;
};

const seal = async (): Promise<void> => {
  sealing.minutesLater();
  await settle(sealing.sealer());
};

beforeAll(async () => {
  api = await makeRealApi();
  sealing = await makeSealing(api.database, api.log);
  await adjust();
  await seal();
  position = await adjust();
  const events = await get('/v1/audit/events?type=StockAdjusted', { 'x-min-position': position });
  eventId = (events.body.items as readonly { readonly eventId: string }[]).at(-1)?.eventId ?? '';
  const { body } = await get('/v1/gl-journals?bu=ACME&limit=500', { 'x-min-position': position });
  const journals = body.items as readonly { readonly journalId: string; readonly sourceEventId: string }[];
  journalId = journals.find(({ sourceEventId }) => sourceEventId === eventId)?.journalId ?? '';
  await seal();
  await adjust();
  await seal();
  sizes = (await sealing.tree.checkpointsAfter(-1, 100)).map(({ checkpoint }) => checkpoint.treeSize);
  expect(sizes.length).toBe(3);
  await sql`alter table log.event disable trigger all`.execute(api.database.db);
  await sql`grant update, delete on log.event to current_user`.execute(api.database.db);
});
afterAll(async () => {
  await api.close();
  await sealing.close();
});

/** Asks while one table is damaged, and puts it back. */
const whileDamaged = async (table: string, change: RawBuilder<unknown>, ask: () => Promise<void>): Promise<void> => {
  const { db } = api.database;
  await sql`create table kept as select * from ${sql.table(table)}`.execute(db);
  try {
    await change.execute(db);
    await ask();
  } finally {
    await sql`delete from ${sql.table(table)}`.execute(db);
    await sql`insert into ${sql.table(table)} select * from kept`.execute(db);
    await sql`drop table kept`.execute(db);
  }
};

const proofs = () => [`/v1/audit/proofs/events/${eventId}`, `/v1/audit/proofs/gl-lines/${journalId}:1`];

const expectDamage = async (paths: readonly string[], told: RegExp): Promise<void> => {
  for (const path of paths) {
    const { status, body } = await get(path);
    expect([path, status, body.code]).toEqual([path, 409, 'EVIDENCE_DAMAGED']);
    expect(body.detail).toMatch(told);
  }
};

const damagedIn = async (query = '') => {
  const { status, body } = await get(`/v1/audit/checkpoints${query}`);
  expect(status).toBe(200);
  const revisions = (body.items as readonly { readonly revision: number }[]).map(({ revision }) => revision);
  const damaged = body.damaged as readonly object[];
  return { revisions, damaged, nextCursor: body.nextCursor };
};

describe('a checkpoint of the database', () => {
  const isEmpty = /^Checkpoint 1 of the database, over \d+ events, is empty\. Its event is at position \d{20}\.$/;

  test('that was emptied is named wherever it is needed, and in the list of the others', async () => {
    const empty = sql`update evidence.checkpoint set checkpoint = '' where revision = 1`;
    await whileDamaged('evidence.checkpoint', empty, async () => {
      const [first, second] = sizes;
      const consistency = [`from=${second}`, `from=${first}&to=${second}`];
      await expectDamage([...consistency.map((query) => `/v1/audit/consistency?${query}`), ...proofs()], isEmpty);
      expect(await makeExport()).toMatchObject({ status: 201 });
      const { revisions, damaged } = await damagedIn();
      expect(revisions).toEqual([0, 2]);
      expect(damaged).toEqual([
        { firstRevision: 1, lastRevision: 1, position: expect.any(String), detail: expect.stringMatching(isEmpty) },
      ]);
    });
  });

  test('that is no checkpoint any more is named', async () => {
    const edit = sql`update evidence.checkpoint set checkpoint = '{"treeSize":1' where revision = 2`;
    await whileDamaged('evidence.checkpoint', edit, async () => {
      const told = /^Checkpoint 2 of the database, over \d+ events, cannot be read as one\. Its event is at/;
      await expectDamage([`/v1/audit/consistency?from=${sizes[0]}`, ...proofs()], told);
      const made = await makeExport();
      expect(made).toMatchObject({ status: 409, body: { code: 'EVIDENCE_DAMAGED' } });
      expect((await damagedIn()).revisions).toEqual([0, 1]);
    });
  });

  test('that is missing is named by the list, also page by page and at its end, and by who asks for it', async () => {
    const missing = sql`delete from evidence.checkpoint where revision >= 1`;
    await whileDamaged('evidence.checkpoint', missing, async () => {
      const told = /^Checkpoint 1 of the log at position \d{20} is not in the database any more\.$/;
      await expectDamage([`/v1/audit/consistency?from=${sizes[1]}`, ...proofs()], told);
      expect(await makeExport()).toMatchObject({ status: 409, body: { code: 'EVIDENCE_DAMAGED' } });
      const { revisions, damaged } = await damagedIn();
      expect(revisions).toEqual([0]);
      expect(damaged).toMatchObject([{ firstRevision: 1, lastRevision: null }]);
    });
    await whileDamaged('evidence.checkpoint', sql`delete from evidence.checkpoint where revision = 1`, async () => {
      expect(await damagedIn()).toMatchObject({ revisions: [0, 2], damaged: [{ firstRevision: 1, lastRevision: 1 }] });
      const page = await damagedIn('?limit=1');
      expect(page).toMatchObject({ revisions: [0], damaged: [] });
      const next = await damagedIn(`?limit=1&cursor=${page.nextCursor}`);
      expect(next).toMatchObject({
        revisions: [2],
        damaged: [{ firstRevision: 1, lastRevision: 1 }],
        nextCursor: null,
      });
      await expectDamage([`/v1/audit/consistency?from=${sizes[1]}`], /^Checkpoint 1 of the log at position/);
    });
    await whileDamaged('evidence.checkpoint', sql`delete from evidence.checkpoint`, async () => {
      await expectDamage([`/v1/audit/consistency?from=${sizes[1]}`, ...proofs()], /^Checkpoint 0 of the log at/);
      expect(await damagedIn()).toMatchObject({ revisions: [], damaged: [{ firstRevision: 0, lastRevision: null }] });
    });
    expect(await damagedIn()).toMatchObject({ revisions: [0, 1, 2], damaged: [] });
  });
});

describe('what the proofs are made of', () => {
  test('is told when the tree has lost it', async () => {
    for (const [table, change] of [
      ['evidence.leaf_page', sql`update evidence.leaf_page set event_ids = '{}'`],
      ['evidence.leaf_page', sql`delete from evidence.leaf_page`],
    ] as const)
      await whileDamaged(table, change, () => expectDamage(proofs(), /^The tree has read the log beyond event/));
    const gone = sql`delete from evidence.tile`;
    await whileDamaged('evidence.tile', gone, () => expectDamage(proofs(), /^The tree cannot be read: tile/));
  });

  test('is told when an event of the log was emptied', async () => {
    const told = new RegExp(
      `^Event ${eventId} of the log, ${stock}@\\d+ at position \\d{20}, cannot be read any more\\.$`,
    );
    for (const column of ['data', 'metadata']) {
      const change = sql`update log.event set ${sql.ref(column)} = '' where event_id = ${eventId}::uuid`;
      await whileDamaged('log.event', change, async () => {
        await expectDamage([`/v1/audit/events/${eventId}`, `/v1/audit/state?stream=${stock}`, ...proofs()], told);
        const made = await makeExport();
        expect(made).toMatchObject({
          status: 409,
          body: { code: 'EVIDENCE_DAMAGED', detail: expect.stringMatching(told) },
        });
      });
    }
  });

  test('is told when an event of the log says nothing that its stream could be folded from', async () => {
    const change = sql`update log.event set data = 'null' where event_id = ${eventId}::uuid`;
    await whileDamaged('log.event', change, async () => {
      const state = await get(`/v1/audit/state?stream=${stock}`);
      expect(state).toMatchObject({ status: 409, body: { code: 'LANE_BLOCKED', eventId, stream: stock } });
      expect((await get(`/v1/audit/events/${eventId}`)).status).toBe(200);
      expect((await get(`/v1/audit/proofs/events/${eventId}`)).status).toBe(200);
    });
  });

  test('is told when an export that was kept is none any more', async () => {
    const made = await makeExport();
    const path = `/v1/audit/exports/${(made.body as { exportId: string }).exportId}`;
    for (const text of ['', 'null', '{"format":'])
      await whileDamaged('evidence.export', sql`update evidence.export set bundle = ${text}`, () =>
        expectDamage([path], /^The bundle of this export is not what was kept any more/),
      );
    expect((await get(path)).status).toBe(200);
  });
});
