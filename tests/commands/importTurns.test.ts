import { describe, expect, test } from '@jest/globals';
import { createPace } from '../../commands/intake/pace.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { createImportRig, header, pin, pins } from './importRig.ts';

const { signal } = new AbortController();
let clock = 0;
/** Rests for a turn of whoever else works in this process, as a database would. */
const restful = {
  ...{ sharePercent: 50, nowMs: () => clock++ },
  rest: () => new Promise((resolve) => setImmediate(resolve)),
};
const small = [header, pin(1)];

const ended = (rig: Awaited<ReturnType<typeof createImportRig>>) => {
  const events = rig.importEvents();
  const unitOf = new Map(
    events.flatMap(({ type, data }) =>
      type === 'ImportReceived' ? [[data.importId, data.businessUnit] as const] : [],
    ),
  );
  return events.flatMap(({ type, data }) => (type === 'ImportCompleted' ? [unitOf.get(data.importId)] : []));
};

describe('imports of several business units', () => {
  test('take turns, so that nobody waits for the large file of somebody else; those of one stay in their order', async () => {
    const rig = await createImportRig();
    for (const bu of ['NORD', 'SUED']) await rig.defineUnit(bu);
    await rig.send('items', [header, ...pins(400)]);
    await rig.send('items', [header, pin(1, 'As the second file has it')]);
    await rig.send('items', small, false, 'NORD');
    let isSent = false;
    const note: typeof rig.board.note = async (...asked) => {
      await rig.board.note(...asked);
      // While others are taken.
      if (!isSent) await rig.send('items', small, false, 'SUED');
      isSent = true;
    };
    const runner = rig.runnerOver({ board: { ...rig.board, note }, pace: createPace(restful) });
    expect(await runner.step(signal)).toBe(false);
    expect(ended(rig)).toEqual(['NORD', 'SUED', 'ACME', 'ACME']);
    expect(rig.told().findLast(({ stream }) => stream === 'item-ACME.PIN-1')?.data).toMatchObject({
      description: 'As the second file has it',
    });
  });

  test('all stand still when one of them meets a log that is away, and go on where they were', async () => {
    const rig = await createImportRig();
    await rig.defineUnit('NORD');
    await rig.send('items', [header, ...pins(100)]);
    await rig.send('items', [header, ...pins(100)], false, 'NORD');
    let notes = 0;
    const note: typeof rig.board.note = async (...asked) => {
      notes += 1;
      if (notes === 3) throw new LogUnavailable('away');
      return rig.board.note(...asked);
    };
    const runner = rig.runnerOver({ board: { ...rig.board, note }, pace: createPace(restful) });
    await expect(runner.step(signal)).rejects.toThrow('away');
    const atRest = notes;
    // Nothing goes on behind its back.
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect([notes, ended(rig)]).toEqual([atRest, []]);
    await runner.step(signal);
    expect(ended(rig).toSorted()).toEqual(['ACME', 'NORD']);
    expect(rig.told()).toHaveLength(200 + 1);
  });
});

describe('the pace of work that nobody waits for', () => {
  test('is one piece at a time, with its rest, by turns of who asked first', async () => {
    const said: string[] = [];
    let now = 0;
    const pace = createPace({
      ...{ sharePercent: 25, nowMs: () => now },
      rest: async (ms) => void said.push(`rest ${ms}`),
    });
    const piece = (name: string, ms: number) =>
      pace.take(async () => {
        said.push(name);
        await Promise.resolve();
        now += ms;
        return name;
      });
    expect(await Promise.all([piece('a', 10), piece('b', 4), piece('c', 0)])).toEqual(['a', 'b', 'c']);
    expect(said).toEqual(['a', 'rest 30', 'b', 'rest 12', 'c']);
    said.length = 0;
    await expect(pace.take(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await piece('long', 100_000);
    // A database that stands still makes nobody wait for minutes behind it.
    expect(said).toEqual(['long', 'rest 5000']);
  });
});
