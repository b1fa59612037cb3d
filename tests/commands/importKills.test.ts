import { describe, expect, test } from '@jest/globals';
import { UnknownEvent } from '../../commands/codec.ts';
import { LogUnavailable, type Metadata, streamName } from '../../domain/eventLog.ts';
import { commandContext, completed, createImportRig, dying, header, outcomeOf, pin, pins } from './importRig.ts';

const { signal } = new AbortController();

describe('a worker that is killed', () => {
  const rows = [header, ...pins(70), pin(3), 'BELT-A42,New,BELT,EA,TPP', 'SEAL-RING,Shaft seal ring,SEAL,EA,TPP'];
  const counts = { rows: 73, created: 70, changed: 1, unchanged: 1, refused: 1 };

  test.each([
    [1, false],
    [1, true],
    [20, true],
    [32, true],
    [33, false],
    [71, true],
  ])('at command %i (behind it: %s) is followed by one that does each row once', async (call, behind) => {
    const rig = await createImportRig();
    await rig.send('items', rows);
    await expect(rig.runnerOver({ executor: dying(rig.executor, call, behind) }).step(signal)).rejects.toThrow(
      'killed',
    );
    await rig.runnerOver().step(signal);
    expect(outcomeOf(rig)).toEqual({ ended: completed(counts), refused: [[72, 'item DUPLICATE']] });
    expect(
      rig
        .told()
        .map(({ stream, revision }) => `${stream} ${revision}`)
        .toSorted(),
    ).toEqual([...Array.from({ length: 70 }, (_, n) => `item-ACME.PIN-${n} 0`), 'item-ACME.BELT-A42 1'].toSorted());
  });

  test.each([
    1, 2, 3,
  ])('behind slice %i before it is noted, is followed by one that counts each row once', async (noted) => {
    const rig = await createImportRig();
    await rig.send('items', rows);
    let notes = 0;
    const note: typeof rig.board.note = async (...asked) => {
      notes += 1;
      if (notes === noted) throw new LogUnavailable('killed');
      return rig.board.note(...asked);
    };
    await expect(rig.runnerOver({ board: { ...rig.board, note } }).step(signal)).rejects.toThrow('killed');
    await rig.runnerOver().step(signal);
    expect(outcomeOf(rig).ended).toEqual(completed(counts));
  });

  test('while a newer version writes is followed by one that knows it: the import waits, and does not fail', async () => {
    const rig = await createImportRig();
    await rig.send('items', [header, ...pins(40)]);
    let reads = 0;
    const ready = async (): Promise<void> => {
      reads += 1;
      throw new UnknownEvent({
        ...{ type: 'ItemRenamed', stream: streamName('item', 'ACME', 'PIN-1'), revision: 1 },
        metadata: { schemaVersion: 1 } as Metadata,
      });
    };
    const older = rig.runnerOver({ catalog: { current: rig.current, ready } });
    await expect(older.step(signal)).rejects.toThrow(UnknownEvent);
    expect([reads, rig.importEvents().length]).toEqual([1, 1]);
    await rig.runnerOver().step(signal);
    expect(outcomeOf(rig).ended).toEqual(completed({ rows: 40, created: 40, changed: 0, unchanged: 0, refused: 0 }));
  });

  test('two at once, and a third for what they said last, do each row once', async () => {
    const rig = await createImportRig();
    await rig.send('items', rows);
    await Promise.all([rig.runnerOver().step(signal), rig.runnerOver().step(signal)]);
    await rig.runnerOver().step(signal);
    expect(rig.importEvents().map(({ type }) => type)).toEqual(['ImportReceived', 'ImportCompleted']);
    expect(rig.told()).toHaveLength(71);
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

  test.each([
    [1, false],
    [1, true],
    [2, false],
    [2, true],
  ])('that is killed at list %i (behind it: %s) counts as if it never was', async (call, behind) => {
    const rig = await createImportRig();
    await rig.send('prices', rows);
    await expect(rig.runnerOver({ executor: dying(rig.executor, call, behind) }).step(signal)).rejects.toThrow(
      'killed',
    );
    await rig.runnerOver().step(signal);
    expect(outcomeOf(rig)).toEqual({ ended: completed(counts), refused });
    expect(rig.told()).toHaveLength(2);
  });
});

test('an import that was killed while it was asked for keeps its first bytes when it is sent again', async () => {
  const rig = await createImportRig();
  const context = commandContext();
  const input = { bu: 'ACME', kind: 'items', dryRun: false } as const;
  const sent = async () => ({ ...input, file: await rig.calls.keepFile([Buffer.from(`${header}\n${pin(1)}`)]) });
  const [first, again] = [await sent(), await sent()];
  const killed = rig.callsOver({ executor: { ...rig.executor, ...dying(rig.executor, 1, false) } });
  await expect(killed.requestImport(first, context)).rejects.toThrow('killed');
  for (const each of [again, first]) await rig.calls.requestImport(each, context);
  expect([rig.lastImport().uploadId, rig.importEvents().length]).toEqual([first.file.uploadId, 1]);
});
