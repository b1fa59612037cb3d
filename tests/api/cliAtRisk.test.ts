import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exceptionsCommand } from '../../api/cli/exceptions.ts';
import { reconciliationsCommand } from '../../api/cli/reconciliations.ts';
import { type Answering, startAnswering } from '../support/answering.ts';

const risks = [
  { amount: '130050', currency: 'USD' },
  { amount: '130050', currency: 'JPY' },
  { amount: '130050', currency: 'KWD' },
  null,
];
const held = {
  ...{ class: 'ORDER_HELD', object: { type: 'order', id: 'O-1' }, soldTo: 'C-1001', team: 'ops' },
  ...{ ageSeconds: 60, dueAt: '2026-12-01T02:03:31.305Z', overdue: false },
};
const cases = risks.map((moneyAtRisk, index) => ({ caseId: `K-${index}`, ...held, moneyAtRisk }));
const differs = {
  pair: 'stock',
  class: 'VALUE',
  state: 'OPEN',
  ours: '10',
  theirs: '7',
  explanation: null,
  done: null,
};
const breaks = risks.map((moneyAtRisk, index) => ({ ...differs, object: { id: `P-${index}` }, moneyAtRisk }));

let service: Answering;
beforeAll(async () => {
  service = await startAnswering(({ url }) => {
    const items = url.includes('exceptions') ? cases : url.includes('breaks') ? breaks : [];
    return { items, nextCursor: null };
  });
});
afterAll(() => service.stop());

test.each([
  ['exceptions', exceptionsCommand, /^K-/],
  ['reconciliations', reconciliationsCommand, /^stock /],
] as const)('%s tells money at risk as people write it, in every currency', async (_name, command, isRow) => {
  const { text = '' } = await command.run([], service.at);
  const rows = text.split('\n').filter((line) => isRow.test(line));
  expect(rows.map((row) => row.match(/[\d.]+ (?:USD|JPY|KWD)/)?.[0])).toEqual([
    '1300.50 USD',
    '130050 JPY',
    '130.050 KWD',
    undefined,
  ]);
});
