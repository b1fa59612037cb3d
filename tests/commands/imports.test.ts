import { describe, expect, test } from '@jest/globals';
import { toDomain } from '../../commands/codec.ts';
import { itemOf, priceListOf } from '../../domain/masterData/catalog.ts';
import { completed, createImportRig, header, type ImportRig, outcomeOf, pin, pins, take } from './importRig.ts';

const { signal } = new AbortController();
describe('a file of items', () => {
  test('is taken row by row: new, changed, said before, and wrong', async () => {
    const rig = await createImportRig();
    const rows = [
      `bu,${header},kind,components`,
      `ACME,${pin(1)},STOCK,`,
      'ACME,BELT-A42,V-belt A42 (new),BELT,EA,TPP,STOCK,',
      'ACME,SEAL-RING,Shaft seal ring,SEAL,EA,TPP,STOCK,',
      '',
      `OTHER,${pin(2)},STOCK,`,
      'ACME,BELT-A42,V-belt,BELT,EA,TPP,STOCK,',
      'ACME,GREASE-50,Grease,LUBRICANT,KG,,STOCK,',
      'ACME,GREASE 51,Grease,LUBRICANT,KG,TPP,STOCK,',
      `ACME,${pin(3)},STOCK`,
      'ACME,KIT-PIN,Pins,PIN,EA,TPP,KIT,PIN-1=4',
      'ACME,KIT-404,Pins,PIN,EA,TPP,KIT,PIN-404=4',
    ];
    const { ended, refused } = await take(rig, 'items', rows);
    expect(ended).toEqual(completed({ rows: 10, created: 2, changed: 1, unchanged: 1, refused: 6 }));
    expect(refused).toEqual([
      [6, 'bu PARTNER_SCOPE'],
      [7, 'item DUPLICATE'],
      [8, 'taxCode REQUIRED'],
      [9, 'item CODE_INVALID'],
      [10, 'null SIZE_INVALID'],
      [12, 'components ITEM_UNKNOWN'],
    ]);
    const { importId, payloadSha256 } = rig.lastImport();
    expect(
      rig
        .told()
        .map(({ type, stream }) => `${type} ${stream}`)
        .toSorted(),
    ).toEqual([
      ...['item-ACME.BELT-A42', 'item-ACME.KIT-PIN', 'item-ACME.PIN-1'].map((stream) => `ItemDefined ${stream}`),
    ]);
    for (const { metadata } of rig.told())
      expect(metadata).toMatchObject({
        ...{ actor: { kind: 'USER', id: 'kim' }, source: { system: 'import', payloadSha256 } },
        $correlationId: importId,
      });
  });

  test('says again what is in force, and nothing is written', async () => {
    const rig = await createImportRig();
    const rows = [header, ...pins(40)];
    await take(rig, 'items', rows);
    const before = rig.told().length;
    expect((await take(rig, 'items', rows)).ended).toEqual(
      completed({ rows: 40, created: 0, changed: 0, unchanged: 40, refused: 0 }),
    );
    expect([before, rig.told().length]).toEqual([40, 40]);
  });

  test('in a dry run comes to the same, and the log is told of nothing', async () => {
    const rows = [
      `${header},kind,components`,
      ...[
        `${pin(1)},STOCK,`,
        'BELT-A42,New,BELT,EA,TPP,STOCK,',
        'KIT-PIN,Pins,PIN,EA,TPP,KIT,PIN-1=4',
        `${pin(1)},KIT,`,
      ],
    ];
    const counts = { rows: 4, created: 2, changed: 1, unchanged: 0, refused: 1 };
    for (const dryRun of [true, false]) {
      const rig = await createImportRig();
      expect(await take(rig, 'items', rows, dryRun)).toEqual({
        ended: completed(counts),
        refused: [[5, 'item DUPLICATE']],
      });
      expect(rig.told()).toHaveLength(dryRun ? 0 : 3);
    }
  });

  test('takes what it leaves open from the version that somebody else put in force meanwhile', async () => {
    const rig = await createImportRig();
    const before = rig.current();
    await take(rig, 'items', [`${header},conversions`, 'BELT-A42,V-belt A42,BELT,EA,TPP,BX=6']);
    await rig.send('items', [header, 'BELT-A42,Newer,BELT,EA,TPP']);
    // An instance that hears of it once it was refused for the revision that it had seen.
    let asked = 0;
    const catalog = {
      current: () => (asked < 2 ? before : rig.current()),
      ready: async () => {
        asked += 1;
      },
    };
    await rig.runnerOver({ catalog }).step(signal);
    expect(outcomeOf(rig).ended).toEqual(completed({ rows: 1, created: 0, changed: 1, unchanged: 0, refused: 0 }));
    expect(itemOf(rig.current(), 'ACME', 'BELT-A42')).toMatchObject({
      ...{ description: 'Newer', conversions: [{ uom: 'BX', num: '6', den: '1' }] },
    });
  });
});

describe('a file of customers', () => {
  const columns = 'customer,name,group,taxCode,termsDays,priceListId,billTo,shipTos';
  const rows = [
    columns,
    ...[
      'C-1,Harbour Tools,RETAIL,TAXABLE,30,LIST-USD,,MAIN=US-NY; EAST=US-NJ',
      'C-2,Pier Tools,RETAIL,TAXABLE,30,LIST-USD,C-1,A=US',
    ],
    ...[
      'C-3,Quay Tools,RETAIL,TAXABLE,never,LIST-USD,,A=US',
      'C-4,No Place,RETAIL,TAXABLE,30,LIST-USD,,',
      ',Nobody,X,X,1,X,,A=US',
    ],
    ...[
      'C-1,Harbour Tools Inc,RETAIL,TAXABLE,30,LIST-USD,,MAIN=US-NY',
      'C-5,Dock Tools,RETAIL,TAXABLE,30,LIST-EUR,,A=US',
    ],
  ];
  const counts = { rows: 7, created: 2, changed: 0, unchanged: 0, refused: 5 };
  const refused = [
    [4, 'termsDays NUMERIC_FORMAT'],
    [5, 'shipTos SHIP_TO_MISSING'],
    [6, 'customer REQUIRED'],
    [7, 'customer DUPLICATE'],
    [8, 'priceListId PRICE_LIST_UNKNOWN'],
  ];
  const defined = ['customer-ACME.C-1 0', 'customer-ACME.C-2 0'];
  const streams = (rig: ImportRig) => rig.told().map(({ stream, revision }) => `${stream} ${revision}`);

  test('seals whom it names, and the same file again is no other text', async () => {
    const rig = await createImportRig();
    expect(await take(rig, 'customers', rows)).toEqual({ ended: completed(counts), refused });
    expect(streams(rig)).toEqual(defined);
    expect(JSON.stringify(rig.told())).not.toMatch(/Harbour|Pier/);
    const kept = rig
      .refusedOf(rig.lastImport().importId)
      .flatMap(({ cells }) => cells.map((cell) => cell.split('|')[1] ?? cell));
    expect(new Set(kept)).toEqual(
      new Set(['', 'unit:ACME', ...['C-1', 'C-3', 'C-4', 'C-5'].map((customer) => `customer:ACME.${customer}`)]),
    );
    expect(JSON.stringify([...rig.pieces])).not.toContain('Tools');
    expect((await take(rig, 'customers', rows)).ended).toEqual(completed({ ...counts, created: 0, unchanged: 2 }));
    expect(streams(rig)).toEqual(defined);
  });

  test('leaves what it has no column for, and a ship-to that stays its address', async () => {
    const rig = await createImportRig();
    await rig.defineCustomer({
      shipTos: [{ id: 'MAIN', region: 'US-NY', address: '12 Pier Road' }],
      contacts: [{ name: 'Kim' }],
    });
    const named = `C-9,Named,RETAIL,TAXABLE,30,LIST-USD,,`;
    expect((await take(rig, 'customers', [columns, `${named}MAIN=US-NJ; EAST=US-NY`])).ended).toEqual(
      completed({ rows: 1, created: 0, changed: 1, unchanged: 0, refused: 0 }),
    );
    const { data } = toDomain(rig.told().at(-1) as never);
    const word = (text: string) => expect.stringContaining(Buffer.from(text).toString('base64url'));
    expect(data).toMatchObject({
      contacts: [{ name: word('Kim') }],
      shipTos: [
        { id: 'MAIN', region: 'US-NJ', address: word('12 Pier Road') },
        { id: 'EAST', region: 'US-NY' },
      ],
    });
  });

  test('in a dry run comes to the same', async () => {
    const rig = await createImportRig();
    expect(await take(rig, 'customers', rows, true)).toEqual({ ended: completed(counts), refused });
    expect(rig.told()).toEqual([]);
  });
});

describe('a file of prices', () => {
  const rows = [
    'priceListId,item,unitPrice,currency',
    ...['LIST-USD,BELT-A42,10.99,', 'LIST-USD,BRG-6204,12.50,USD', 'LIST-USD,NONE,1.00,', 'LIST-USD,BELT-A42,11.99,'],
    ...['LIST-EUR,BELT-A42,8.50,EUR', 'LIST-EUR,BRG-6205,"12,50",EUR'],
  ];
  const counts = { rows: 6, created: 1, changed: 1, unchanged: 1, refused: 3 };
  const refused = [
    [4, 'item ITEM_UNKNOWN'],
    [5, 'item DUPLICATE'],
    [7, 'unitPrice NUMERIC_FORMAT'],
  ];
  const pricesOf = (rig: ImportRig, list: string) => priceListOf(rig.current(), 'ACME', list);

  test('is one version of each of its lists, with the prices that it does not name', async () => {
    const rig = await createImportRig();
    const before = pricesOf(rig, 'LIST-USD')?.prices ?? [];
    expect(await take(rig, 'prices', rows)).toEqual({ ended: completed(counts), refused });
    expect(rig.told().map(({ stream, revision }) => `${stream} ${revision}`)).toEqual([
      ...['pricelist-ACME.LIST-USD 1', 'pricelist-ACME.LIST-EUR 0'],
    ]);
    expect(pricesOf(rig, 'LIST-USD')?.prices).toEqual(
      before.map((entry) => (entry.item === 'BELT-A42' ? { ...entry, unitPrice: '10.99' } : entry)),
    );
    expect(pricesOf(rig, 'LIST-EUR')).toMatchObject({
      currency: 'EUR',
      prices: [{ item: 'BELT-A42', unitPrice: '8.50' }],
    });
  });

  test('in a dry run changes no list', async () => {
    const rig = await createImportRig();
    expect(await take(rig, 'prices', rows, true)).toEqual({ ended: completed(counts), refused });
    expect(rig.told()).toEqual([]);
  });
});

describe('an import', () => {
  test('of a file that breaks off has no effect, and says where', async () => {
    const rig = await createImportRig();
    const { ended } = await take(rig, 'items', [header, ...pins(40), '"PIN-41,open']);
    expect(ended).toMatchObject({
      type: 'ImportFailed',
      data: { detail: 'Row 42: A quote is opened and never closed.' },
    });
    expect(rig.told()).toEqual([]);
  });

  test('whose bytes are gone is not taken for one without rows', async () => {
    const rig = await createImportRig();
    await rig.send('items', [header, pin(1)]);
    rig.pieces.clear();
    await rig.runnerOver().step(signal);
    expect(outcomeOf(rig).ended).toMatchObject({ type: 'ImportFailed' });
  });

  test('of a header alone is over at once', async () => {
    const rig = await createImportRig();
    expect((await take(rig, 'items', [header])).ended).toEqual(
      completed({ rows: 0, created: 0, changed: 0, unchanged: 0, refused: 0 }),
    );
  });

  test('that is cancelled takes no further slice, and its file is let go of', async () => {
    const rig = await createImportRig();
    await rig.send('items', [header, ...pins(100)]);
    const { importId } = rig.lastImport();
    const note: typeof rig.board.note = async (...asked) => {
      await rig.board.note(...asked);
      const cancel = { commandId: 'C', correlationId: 'C', causationId: 'C', occurredAt: '2026-11-30T02:00:00.000Z' };
      const by = { actor: { kind: 'USER', id: 'kim', roles: [] }, source: { system: 'test' } } as const;
      await rig.calls.cancelImport({ importId, reason: 'the wrong file' }, { ...cancel, ...by });
    };
    const runner = rig.runnerOver({ board: { ...rig.board, note } });
    await runner.step(signal);
    expect([outcomeOf(rig).ended?.type, rig.told().length]).toEqual(['ImportCancelled', 32]);
    await runner.step(signal);
    expect([...rig.ended]).toEqual([importId]);
  });

  test('of a business unit that is paused waits, and goes on where it was', async () => {
    const rig = await createImportRig();
    await rig.send('items', [header, ...pins(50)]);
    let isPaused = false;
    const note: typeof rig.board.note = async (...asked) => {
      await rig.board.note(...asked);
      isPaused = asked[1].rows === 32;
    };
    const runner = rig.runnerOver({ board: { ...rig.board, note }, isPaused: (bu) => bu === 'ACME' && isPaused });
    await runner.step(signal);
    expect(await runner.step(signal)).toBe(false);
    expect(rig.told()).toHaveLength(32);
    isPaused = false;
    await runner.step(signal);
    expect(outcomeOf(rig).ended).toEqual(completed({ rows: 50, created: 50, changed: 0, unchanged: 0, refused: 0 }));
  });
});
