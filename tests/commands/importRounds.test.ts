import { describe, expect, test } from '@jest/globals';
import { emptyCatalog } from '../../domain/masterData/catalog.ts';
import { completed, createImportRig, header, outcomeOf, pin, pins, take } from './importRig.ts';

const { signal } = new AbortController();

describe.each([
  ['taken', false],
  ['tried', true],
])('what rows of one slice name of one another, %s', (_how, dryRun) => {
  const columns = 'customer,name,group,taxCode,termsDays,priceListId,billTo,shipTos';
  const customer = (id: string, billTo: string): string =>
    `${id},Tools,RETAIL,TAXABLE,30,LIST-USD,${billTo},MAIN=US-NY`;

  test.each([
    ['in order', ['C-1,', 'C-2,C-1', 'C-3,C-2', 'C-4,C-3']],
    ['in the opposite order', ['C-4,C-3', 'C-3,C-2', 'C-2,C-1', 'C-1,']],
  ])('is found along a chain %s', async (_order, chain) => {
    const rig = await createImportRig();
    const rows = chain.map((link) => link.split(',') as [string, string]).map((link) => customer(...link));
    expect(await take(rig, 'customers', [columns, ...rows, customer('C-9', 'C-404')], dryRun)).toEqual({
      ended: completed({ rows: 5, created: 4, changed: 0, unchanged: 0, refused: 1 }),
      refused: [[6, 'billTo CUSTOMER_UNKNOWN']],
    });
    expect(rig.told()).toHaveLength(dryRun ? 0 : 4);
  });
});

test('what another business unit calls the same is no second row about it', async () => {
  for (const dryRun of [true, false]) {
    const rig = await createImportRig();
    const rows = [`bu,${header}`, `OTHER,${pin(1)}`, `ACME,${pin(1)}`, `OTHER,${pin(1)}`];
    expect(await take(rig, 'items', rows, dryRun)).toEqual({
      ended: completed({ rows: 3, created: 1, changed: 0, unchanged: 0, refused: 2 }),
      refused: [
        [2, 'bu PARTNER_SCOPE'],
        [4, 'bu PARTNER_SCOPE'],
      ],
    });
  }
});

test('a dry run looks at what is defined when its first row is, not when its file was opened', async () => {
  const rig = await createImportRig();
  await rig.send('items', [header, 'BELT-A42,New,BELT,EA,TPP', ...pins(2)], true);
  let isReady = false;
  const catalog = {
    current: () => (isReady ? rig.current() : emptyCatalog),
    ready: async () => {
      isReady = true;
    },
  };
  await rig.runnerOver({ catalog }).step(signal);
  expect(outcomeOf(rig)).toEqual({
    ended: completed({ rows: 3, created: 2, changed: 1, unchanged: 0, refused: 0 }),
    refused: [],
  });
});
