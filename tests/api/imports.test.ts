import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readCsv } from '../../adapters/csv/readCsv.ts';
import { createImportBoard } from '../../adapters/postgres/importBoard.ts';
import { createImportFiles } from '../../adapters/postgres/importFiles.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { noSnapshots } from '../../commands/deciding/snapshots.ts';
import { createExecutor, executorLimits } from '../../commands/handle.ts';
import { createImportRunner } from '../../commands/intake/runner.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import type { Position } from '../../domain/eventLog.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes } from './realCalls.ts';
import { call, keys } from './testApi.ts';

const byKey = makeAuthenticate({ keys });
const ofAnother: Principal = {
  ...{ tenant: 'default', id: 'jwt:other', kind: 'USER', roles: ['admin'] },
  ...{ businessUnits: ['OTHER'], customers: 'all', nodes: 'all' },
};

const { signal } = new AbortController();
const header = 'item,description,group,baseUom,taxCode';

let real: RealApi;
let runner: ReturnType<typeof createImportRunner>;
beforeAll(async () => {
  real = await makeRealApi({ authenticate: async (token) => (token === 'only-other' ? ofAnother : byKey(token)) });
  // The worker of another instance.
  runner = createImportRunner({
    ...{ catalog: createCatalogFollower(real.log, () => {}), readCsv, vault: real.vault },
    executor: createExecutor(real.log, {}, executorLimits, noSnapshots, sealWith(real.vault)),
    files: createImportFiles(real.database.db),
    board: createImportBoard(real.database.db),
    ...{ followed: real.log, clock: real.deps.clock, pace: { take: (work) => work() }, isPaused: () => false },
    ...{ untilNext: async () => {}, onError: () => {} },
  });
});
afterAll(() => real.close());

type Sent = { readonly query?: string; readonly key?: string; readonly token?: string; readonly type?: string };

const send = (file: string | Buffer, { query = 'bu=ACME&kind=items', key, token, type = 'text/csv' }: Sent = {}) =>
  call(real, 'POST', `/v1/imports?${query}`, {
    ...{ role: 'admin', raw: file, headers: { 'content-type': type } },
    ...(key !== undefined && { key }),
    ...(token !== undefined && { token }),
  });

const see = (path: unknown, accept = 'application/json'): Promise<Answered> =>
  call(real, 'GET', String(path), { role: 'ops', headers: { accept } });

/** What is defined at the end of the log. */
const defined = async (path: string): Promise<Answered> =>
  call(real, 'GET', path, { role: 'finance', headers: { 'x-min-position': await real.log.head() } });

const takeAll = async (): Promise<void> => {
  while (await runner.step(signal));
};

describe('an import (I-09)', () => {
  test('is kept and answered at once, and its worker does the rest', async () => {
    const before = (await real.log.head()) as Position;
    const rows = ['\ufeffitem,description,group,baseUom,taxCode,conversions', '"PIN-1","Pin, small",PIN,EA,TPP,BX=12'];
    const sent = await send(`${rows.join('\r\n')}\r\nPIN-2,=1+1,PIN,EA,TPP,BX\r\nPIN 3,Pin,PIN,EA,,\r\n`);
    expect([sent.status, sent.body]).toMatchObject([202, { state: 'WAITING', rows: { total: null, done: 0 } }]);
    expect(sent.headers.location).toBe(`/v1/imports/${sent.body.importId}`);
    expect((await see(sent.headers.location)).body).toMatchObject({ state: 'WAITING', bu: 'ACME', kind: 'items' });
    await takeAll();
    expect((await see(sent.headers.location)).body).toMatchObject({
      ...{ state: 'COMPLETED', problem: null, requestedBy: 'key:admin', payloadSha256: sent.body.payloadSha256 },
      rows: { total: 3, done: 3, created: 1, changed: 0, unchanged: 0, refused: 2 },
    });
    expect(await real.typesSince(before)).toEqual(['ImportReceived', 'ItemDefined', 'ImportCompleted']);
    const read = await defined('/v1/items/ACME/PIN-1');
    expect(read.body).toMatchObject({
      ...{ definedBy: 'key:admin', version: 1 },
      definition: { description: 'Pin, small', conversions: [{ uom: 'BX', num: '12', den: '1' }] },
    });
  });

  test('tells the rows that were refused, page by page, and as a file to mend and send again', async () => {
    const sent = await send(`${header}\nPIN-4,=2+2,PIN,EA,\nPIN-5,Pin,PIN,EA,\nPIN 6,,PIN,EA,TPP\n`);
    await takeAll();
    const list = `${sent.headers.location}/refused-rows`;
    const first = await see(`${list}?limit=2`);
    expect(first.body).toMatchObject({
      columns: header.split(','),
      items: [
        { row: 2, errors: [{ column: 'taxCode', code: 'REQUIRED' }], cells: ['PIN-4', '=2+2', 'PIN', 'EA', ''] },
        { row: 3, errors: [{ column: 'taxCode', code: 'REQUIRED' }] },
      ],
    });
    const rest = await see(`${list}?limit=2&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ row: 4, errors: [{ column: 'description' }] }], nextCursor: null });
    const file = await see(`${list}?limit=2`, 'text/csv');
    expect(file.headers['content-type']).toContain('text/csv');
    expect(file.headers.link).toMatch(/^<\/v1\/imports\/.*cursor=.*>; rel="next"$/);
    const lines = file.text.split('\r\n');
    expect([lines[0], lines[1]]).toEqual([
      ...[`#row,#errors,${header}`, "2,taxCode: REQUIRED This cell is empty.,PIN-4,'=2+2,PIN,EA,"],
    ]);
    const mended = await send(file.text.replaceAll('PIN,EA,', 'PIN,EA,TPP'));
    await takeAll();
    expect((await see(mended.headers.location)).body).toMatchObject({ rows: { created: 2, refused: 0 } });
    const read = await defined('/v1/items/ACME/PIN-4');
    expect(read.body).toMatchObject({ definition: { description: '=2+2' } });
  });

  test('of customers shows its refused rows to who may read about them, and nobody else', async () => {
    const file =
      'customer,name,group,taxCode,termsDays,priceListId,shipTos\nC-77,Harbour Tools,RETAIL,TAXABLE,x,LIST-USD,A=US\n';
    const sent = await send(file, { query: 'bu=ACME&kind=customers' });
    await takeAll();
    const list = `${sent.headers.location}/refused-rows`;
    const seenBy = async (role: 'finance' | 'ops') =>
      ((await call(real, 'GET', list, { role })).body.items as readonly { readonly cells: readonly string[] }[])[0]
        ?.cells[1];
    expect([await seenBy('finance'), await seenBy('ops')]).toEqual(['Harbour Tools', '[personal]']);
    const { rows } = await real.database.pool.query(
      `select cells::text as cells from ops.import_refusal where cells::text like '%C-77%'`,
    );
    expect(rows).toEqual([{ cells: expect.not.stringContaining('Harbour') }]);
  });

  test('under one key is one import, and another file under it is refused', async () => {
    const file = `${header}\nPIN-7,Pin,PIN,EA,TPP\n`;
    const first = await send(file, { key: 'nightly-1' });
    const again = await send(file, { key: 'nightly-1' });
    expect([again.status, again.text]).toEqual([202, first.text]);
    const other = await send(`${file}PIN-8,Pin,PIN,EA,TPP\n`, { key: 'nightly-1' });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    await takeAll();
    expect((await see(first.headers.location)).body).toMatchObject({ rows: { created: 1 } });
  });

  test('of prices changes the list once', async () => {
    const file = 'priceListId,item,unitPrice\nLIST-USD,BELT-A42,7.77\nLIST-USD,BRG-6205,8.88\n';
    const sent = await send(file, { query: 'bu=ACME&kind=prices' });
    await takeAll();
    expect((await see(sent.headers.location)).body).toMatchObject({ rows: { changed: 2, refused: 0 } });
    const list = await defined('/v1/price-lists/ACME/LIST-USD');
    expect(list.body).toMatchObject({
      version: 2,
      definition: { prices: expect.arrayContaining([{ item: 'BRG-6205', unitPrice: '8.88' }]) },
    });
  });

  test('can be cancelled until it is over, and is nothing to who works for another business unit', async () => {
    const sent = await send(`${header}\nPIN-9,Pin,PIN,EA,TPP\n`);
    const path = `${sent.headers.location}/cancellations`;
    const cancel = (token?: string) =>
      call(real, 'POST', path, { role: 'admin', body: { reason: 'the wrong file' }, ...(token && { token }) });
    expect((await cancel('only-other')).status).toBe(404);
    for (const part of ['', '/refused-rows'])
      expect((await call(real, 'GET', `${sent.headers.location}${part}`, { token: 'only-other' })).status).toBe(404);
    expect((await cancel()).status).toBe(202);
    await takeAll();
    expect((await see(sent.headers.location)).body).toMatchObject({ state: 'CANCELLED', problem: 'the wrong file' });
    const done = await send(`${header}\n`);
    await takeAll();
    const late = await call(real, 'POST', `${done.headers.location}/cancellations`, {
      ...{ role: 'admin', body: { reason: 'too late' } },
    });
    expect([late.status, late.body.code]).toEqual([409, 'IMPORT_STATE']);
  });
});

test('the bytes that an import was opened with first stay its own, and those of no import are let go of', async () => {
  const [board, files] = [createImportBoard(real.database.db), createImportFiles(real.database.db)];
  const open = (uploadId: string, importId = 'I-1', namesPeople = false) =>
    board.open(importId, { uploadId, namesPeople });
  expect([await open('U-1'), await open('U-2')]).toEqual(['U-1', 'U-1']);
  const kept = async (uploadId: string): Promise<number> => {
    let pieces = 0;
    for await (const _piece of files.pieces(uploadId)) pieces += 1;
    return pieces;
  };
  for (const uploadId of ['U-1', 'U-2', 'U-3']) {
    await files.put(uploadId, 0, 'a');
    await files.put(uploadId, 1, 'b');
  }
  for (const uploadId of ['U-1', 'U-2']) await files.removeUnnamed(uploadId);
  expect([await kept('U-1'), await kept('U-2'), await kept('U-3')]).toEqual([2, 0, 2]);
  const later = async (days: number) => {
    await real.database.pool.query(
      `update ops.import_piece set stored_at = stored_at - interval '1 day' * ${days} where upload_id like 'U-%'`,
    );
    await files.removeOld(new Date(Date.now() - 86_400_000).toISOString());
  };
  await later(2);
  expect([await kept('U-1'), await kept('U-3')]).toEqual([2, 0]);
  await board.end(['I-1']);
  await files.removeOld(null);
  expect(await kept('U-1')).toBe(2);
  await real.database.pool.query(
    `update ops.import set ended_at = ended_at - interval '2 days' where import_id = 'I-1'`,
  );
  await later(0);
  expect(await kept('U-1')).toBe(0);
  await files.put('U-4', 0, 'a');
  await open('U-4', 'I-4', true);
  const refusals = async (): Promise<number> => {
    const { rows } = await real.database.pool.query(`select from ops.import_refusal where import_id = 'I-4'`);
    return rows.length;
  };
  await board.note('I-4', { rows: 1, created: 0, changed: 0, unchanged: 0, refused: 1 }, [
    { row: 2, errors: [], cells: ['sealed'] },
  ]);
  await board.end(['I-4']);
  await files.removeOld(new Date(Date.now() - 86_400_000).toISOString());
  // Its bytes are gone, and what was refused is told until it is old, too.
  expect([await kept('U-4'), await refusals()]).toEqual([0, 1]);
  await real.database.pool.query(
    `update ops.import set ended_at = ended_at - interval '2 days' where import_id = 'I-4'`,
  );
  await files.removeOld(new Date(Date.now() - 86_400_000).toISOString());
  expect(await refusals()).toBe(0);
});

describe('a file that is none', () => {
  test.each([
    ['nothing', '', '/content', 'REQUIRED'],
    ['UTF-16', Buffer.from(`\ufeff${header}\n`, 'utf16le'), '/content', 'FORMAT_INVALID'],
    ['Latin-1', Buffer.from(`${header}\nA,Größe,G,EA,T\n`, 'latin1'), '/content', 'FORMAT_INVALID'],
    ['a quote that is never closed', '"item,description', '/content', 'FORMAT_INVALID'],
    ['semicolons', header.replaceAll(',', ';'), '/content/header/0', 'FORMAT_INVALID'],
    ['a column twice', `${header},item`, '/content/header/5', 'DUPLICATE'],
    ['no column of units', header.replace('baseUom,', ''), '/content/header/baseUom', 'REQUIRED'],
  ])('%s is refused with one answer, and not kept', async (_what, file, pointer, code) => {
    const refused = await send(file);
    expect([refused.status, codes(refused)]).toEqual([422, [`${pointer} ${code}`]]);
    const { rows } = await real.database.pool.query(
      `select count(*)::int as count from ops.import_piece p where not exists
        (select from ops.import i where i.upload_id = p.upload_id)`,
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  test('all that is wrong with its request is said, too', async () => {
    const wrong = await send(`${header}\n`, { query: 'bu=NONE&kind=orders&dryRun=maybe&more=1' });
    expect([wrong.status, codes(wrong).toSorted()]).toEqual([
      422,
      ['/dryRun VALUE_INVALID', '/kind VALUE_INVALID', '/more UNKNOWN_PROPERTY'],
    ]);
    expect(codes(await send(`${header}\n`, { query: 'bu=NONE&kind=items' }))).toEqual(['/bu BU_UNKNOWN']);
    expect((await send(`${header}\n`, { token: 'only-other' })).status).toBe(403);
    expect((await send('{}', { type: 'text/html' })).status).toBe(415);
  });

  test('a gigabyte is refused before it is read', async () => {
    const refused = await call(real, 'POST', '/v1/imports?bu=ACME&kind=items', {
      ...{ role: 'admin', raw: header, headers: { 'content-type': 'text/csv', 'content-length': '1073741824' } },
    });
    expect([refused.status, refused.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });
});
