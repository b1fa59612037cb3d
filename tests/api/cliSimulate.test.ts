import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { simulateCommand, simulationCommand } from '../../api/cli/simulate.ts';

const figure = (value: string, modelled = 0) => ({ value, rows: 4, modelled });
const result = {
  ...{ throughPosition: '9', events: 12, linesDiffering: 1 },
  figures: [{ figure: 'fillRateLines', logged: figure('75.00'), baseline: figure('75.00'), fork: figure('50.00', 1) }],
  samples: [
    {
      ...{ orderId: 'O-1', lineId: '10', item: 'BRG-6204', baselineOpen: '0', forkOpen: '6' },
      ...{ baseline: [{ node: 'DC-EAST', qty: '10' }], fork: [{ node: 'DC-EAST', qty: '4' }] },
    },
  ],
};
const about = { simulationId: 'S-1', bu: 'ACME', problem: null, progress: null };
const completed = { ...about, state: 'COMPLETED', result };

let answers: object[] = [];
const asked: unknown[] = [];
const server = createServer(async (request, response) => {
  const body = request.method === 'POST' ? await json(request) : undefined;
  asked.push(body === undefined ? request.url : [request.url, body]);
  const answer = request.method === 'POST' ? { simulationId: 'S-1' } : (answers.shift() ?? completed);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
let options = { url: '', key: 'any' };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  options = { ...options, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a policy is asked for in a few words, followed, and told beside what it is compared with', async () => {
  answers = [{ ...about, state: 'WAITING', result: null }];
  const rules = ['DC-EAST/BRG-6204=50', 'DC-WEST=200%', '/BELT-A42=0', '150%'];
  const range = { from: '2026-11-01', through: '2026-11-30' };
  const { text, exitCode } = await simulateCommand.run(['ACME'], {
    ...{ ...options, ...range, safetyStock: rules, reason: 'to see' },
  });
  expect(asked[0]).toEqual([
    '/v1/ops/simulations',
    {
      ...{ bu: 'ACME', reason: 'to see', days: range },
      policy: {
        kind: 'SAFETY_STOCK',
        rules: [
          { node: 'DC-EAST', item: 'BRG-6204', qty: '50' },
          { node: 'DC-WEST', percent: '200' },
          { item: 'BELT-A42', qty: '0' },
          { percent: '150' },
        ],
      },
    },
  ]);
  expect(asked.slice(1)).toEqual(['/v1/ops/simulations/S-1', '/v1/ops/simulations/S-1']);
  expect(text).toMatch(/fillRateLines +75\.00 +75\.00 +50\.00 +1 of 4/);
  expect(text).toMatch(/O-1 +10 +BRG-6204 +10 from DC-EAST +4 from DC-EAST, 6 open/);
  expect(exitCode).toBe(0);
});

test('rules for late supply are asked for by their names', async () => {
  const lateSupply = ['cushionDays=4', 'lateLines=USE_SAFETY_STOCK'];
  await simulateCommand.run(['ACME'], { ...options, lateSupply, reason: 'to see' });
  const policy = { kind: 'LATE_SUPPLY', cushionDays: 4, lateLines: 'USE_SAFETY_STOCK' };
  expect(asked[0]).toEqual(['/v1/ops/simulations', { bu: 'ACME', reason: 'to see', policy }]);
});

test('what cannot be meant is not asked', async () => {
  const run = (more: object) => simulateCommand.run(['ACME'], { ...options, ...more });
  await expect(run({ safetyStock: ['150%'] })).rejects.toMatchObject({ exitCode: 2 });
  await expect(run({ reason: 'to see' })).rejects.toMatchObject({ exitCode: 2 });
  await expect(run({ reason: 'to see', safetyStock: ['more'] })).rejects.toMatchObject({ exitCode: 2 });
  await expect(run({ reason: 'to see', lateSupply: ['later'] })).rejects.toMatchObject({ exitCode: 2 });
  await expect(run({ reason: 'to see', safetyStock: ['150%'], lateSupply: ['tell=NOBODY'] })).rejects.toMatchObject({
    exitCode: 2,
  });
  await expect(run({ reason: 'to see', policyFile: '/nowhere.json' })).rejects.toMatchObject({ exitCode: 3 });
  const range = { from: '2026-11-01', through: '2026-11-30', after: '00000000000000000009' };
  await expect(run({ reason: 'to see', safetyStock: ['150%'], ...range })).rejects.toMatchObject({ exitCode: 2 });
  expect(asked).toEqual([]);
});

test('one that failed ends with 1, and one that nobody wants is given up', async () => {
  answers = [{ ...about, state: 'FAILED', problem: 'too large', result: null }];
  const failed = await simulationCommand.run(['S-1'], options);
  expect([failed.text, failed.exitCode]).toEqual(['S-1 of ACME: FAILED (too large)', 1]);
  await simulationCommand.run(['S-1'], { ...options, cancel: 'by mistake' });
  expect(asked[1]).toEqual(['/v1/ops/simulations/S-1/cancellations', { reason: 'by mistake' }]);
});
