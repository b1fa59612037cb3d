import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { policiesCommand } from '../../api/cli/policies.ts';
import { canonicalJson } from '../../domain/evidence/canonicalJson.ts';
import { artefactOf, objectOf } from '../support/otherEnvironment.ts';

const definition = { bu: 'ACME', items: [{ taxCode: 'TPP', engineCode: 'NEW' }], charges: [] };
const artefact = artefactOf('ACME', [objectOf({ kind: 'tax-codes', definition })]);
const compared = {
  ...{ kind: 'tax-codes', id: 'ACME', sourceVersion: 2, outcome: 'CHANGED', replaces: { version: 1 }, diverged: false },
  differences: [
    {
      ...{ kind: 'CHANGED', part: 'items', key: 'TPP' },
      ...{ before: { taxCode: 'TPP', engineCode: 'OLD' }, after: { taxCode: 'TPP', engineCode: 'NEW' } },
    },
  ],
};
const required = { status: 409, code: 'APPROVAL_REQUIRED', detail: 'A second person has to agree.', approvalId: 'A-1' };

type Answer = { readonly status?: number };
let answers: Answer[] = [];
const asked: unknown[] = [];
const server = createServer(async (request, response) => {
  asked.push(request.method === 'POST' ? [request.url, await json(request)] : request.url);
  const answer = answers.shift() ?? {};
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
let options = { url: '', key: 'any' };
let file = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  options = { ...options, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  file = join(await mkdtemp(join(tmpdir(), 'throughline-policies-')), 'policies.json');
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const run = (action: string, what: string, more: object = {}) =>
  policiesCommand.run([action, what], { ...options, ...more });

test('an artefact is written as canonical JSON, whole, and read again as it was', async () => {
  answers = [{ artefact } as Answer];
  const { text } = await run('export', 'ACME', { out: file, include: 'tax-codes' });
  expect(asked).toEqual(['/v1/policies/ACME/artefact?include=tax-codes']);
  expect(await readFile(file, 'utf8')).toBe(`${canonicalJson(artefact)}\n`);
  expect(text).toContain(artefact.sha256);
  answers = [{ objects: [{ ...compared, breaks: [] }] } as Answer];
  const diff = await run('diff', file);
  expect(asked[1]).toEqual(['/v1/policies/ACME/promotions/dry-runs', { artefact, over: [] }]);
  expect(diff.text).toMatch(
    /tax-codes:ACME +CHANGED +items TPP +taxCode=TPP engineCode=OLD +taxCode=TPP engineCode=NEW/,
  );
  expect(diff.exitCode).toBe(0);
});

test('a difference that would break something, or undo a change, ends with 6', async () => {
  const breaks = [{ pointer: '/items', code: 'TAX_MAPPING_MISSING', detail: 'Items have it.' }];
  answers = [{ objects: [{ ...compared, breaks }] } as Answer];
  const broken = await run('diff', file);
  expect([broken.exitCode, broken.text?.includes('TAX_MAPPING_MISSING /items')]).toEqual([6, true]);
  answers = [{ objects: [{ ...compared, diverged: true, breaks: [] }] } as Answer];
  expect((await run('diff', file)).exitCode).toBe(6);
  answers = [{ objects: [{ ...compared, diverged: true, breaks: [] }] } as Answer];
  expect((await run('diff', file, { over: ['tax-codes:ACME'] })).exitCode).toBe(0);
});

test('a proposal asks for the second person, and one that is in force asks nobody', async () => {
  const promotion = { bu: 'ACME', promotionId: 'P-1', artefactSha256: 'f', state: 'PROPOSED', objects: [compared] };
  answers = [promotion as Answer, required];
  const proposed = await run('propose', file, { reason: 'release' });
  expect(asked).toEqual([
    ['/v1/policies/ACME/promotions', { artefact, over: [], reason: 'release' }],
    ['/v1/policies/ACME/promotions/P-1/applications', { artefactSha256: 'f' }],
  ]);
  expect(proposed.text).toMatch(/approve A-1 .*\n.*policies apply ACME\/P-1/);
  expect(proposed.value).toMatchObject({ promotionId: 'P-1', approvalId: 'A-1' });
  answers = [{ ...promotion, state: 'APPLIED' } as Answer];
  expect((await run('propose', file, { reason: 'release' })).text).toBe('ACME/P-1: APPLIED. Nothing is to be done.');
});

test('it is applied by its name, and before somebody agreed it is refused', async () => {
  const found = { artefactSha256: 'f' } as Answer;
  answers = [found, { state: 'APPLIED', versions: [{ kind: 'tax-codes', id: 'ACME', version: 2 }] } as Answer];
  expect((await run('apply', 'ACME/P-1')).text).toMatch(/ACME\/P-1: APPLIED[\s\S]*tax-codes:ACME +2/);
  expect(asked).toEqual([
    '/v1/policies/ACME/promotions/P-1',
    ['/v1/policies/ACME/promotions/P-1/applications', { artefactSha256: 'f' }],
  ]);
  answers = [found, required];
  await expect(run('apply', 'ACME/P-1')).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  await expect(run('apply', 'P-1')).rejects.toMatchObject({ exitCode: 2 });
});

test('what cannot be meant is not asked', async () => {
  const other = `${file}.txt`;
  await writeFile(other, '{}');
  await expect(run('import', file)).rejects.toMatchObject({ exitCode: 2 });
  await expect(run('propose', file)).rejects.toMatchObject({ exitCode: 2 });
  await expect(run('diff', other)).rejects.toMatchObject({ exitCode: 2 });
  await expect(run('diff', `${file}.not`)).rejects.toMatchObject({ exitCode: 3 });
  expect(asked).toEqual([]);
});
