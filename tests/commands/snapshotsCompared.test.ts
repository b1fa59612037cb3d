import { describe, expect, test } from '@jest/globals';
import type { StandingBreak } from '../../commands/reconciliation/ports.ts';
import type { BesideOurs, StockOfOurs } from '../../commands/reconciliation/snapshotsCompared.ts';
import { createSnapshotsPair, type SnapshotsPairPorts } from '../../commands/reconciliation/snapshotsPair.ts';

const run = { bu: 'ACME', pair: 'snapshots', runId: 'RUN' } as const;
const signal = new AbortController().signal;
const takenAt = '2026-11-23T10:00:00.000Z';
const quiet = '2026-11-23T09:00:00.000Z';
const since = '2026-11-23T10:30:00.000Z';

const ours = (sellable: string, more: Partial<NonNullable<BesideOurs['ours']>> = {}): BesideOurs['ours'] => ({
  ...{ sellable, held: '0', damaged: '0', allocated: '0', changedAt: quiet, unitCost: '6.00', currency: 'USD' },
  ...more,
});

const row = (item: string, figures: BesideOurs['figures'], here: BesideOurs['ours']): BesideOurs => ({
  ...{ node: '3PL', item, takenAt, figures, ours: here },
});

const ofMoment = (sellable: bigint, allocated = 0n): StockOfOurs => ({ sellable, held: 0n, damaged: 0n, allocated });

const behind =
  (rows: readonly BesideOurs[]): SnapshotsPairPorts['told'] =>
  async (_bu, _nodes, after, limit) =>
    rows.filter(({ item }) => item > (after?.item ?? '')).slice(0, limit);

const pairOf = (rows: readonly BesideOurs[], changes: Partial<SnapshotsPairPorts> = {}) => {
  const asked: string[] = [];
  const pair = createSnapshotsPair({
    nodes: () => ['3PL'],
    feeds: async () => [{ node: '3PL', snapshotId: 'S-1', takenAt, fullAt: takenAt }],
    told: async (...of) => behind(rows.filter(({ figures }) => figures !== null))(...of),
    unlisted: async (...of) => behind(rows.filter(({ figures }) => figures === null))(...of),
    oursAt: async ({ item }, _at, withAllocated) => {
      asked.push(`${item}${withAllocated ? ' with allocated' : ''}`);
      return ofMoment(10n, withAllocated ? 4n : 0n);
    },
    openReleases: async () => [],
    head: async () => '42',
    caughtUp: async () => true,
    clock: () => '2026-11-23T10:40:00.000Z',
    ...changes,
  });
  return { asked, pair, compare: (standing: readonly string[] = []) => pair.compare(run, new Set(standing), signal) };
};

describe('snapshots of stock against the books', () => {
  test('agree where both have the same, and are compared as of the moment of the snapshot', async () => {
    const { asked, compare } = pairOf([
      row('A', { ON_HAND: '10' }, ours('10')),
      // Since then four more were reserved and released, and three shipped.
      row('B', { AVAILABLE: '6' }, ours('7', { allocated: '5', changedAt: since })),
      row('C', { USABLE: '10' }, ours('3', { changedAt: since })),
    ]);
    expect(await compare()).toMatchObject({
      compared: 3,
      differences: [],
      reason: null,
      cut: { takenAt, theirs: '3PL:S-1' },
    });
    expect(asked).toEqual(['B with allocated', 'C']);
  });

  test('differ by what they say, figure by figure, with what it is worth', async () => {
    const { compare } = pairOf([
      row('A', { ON_HAND: '8', HELD: '1' }, ours('10')),
      row('B', null, ours('5')),
      row('C', { ON_HAND: '2' }, null),
      // Reserved at that moment too: it is in neither side twice.
      row('D', { UNCOMMITTED: '5' }, ours('1', { changedAt: since })),
    ]);
    const { differences } = await compare();
    expect(differences.map(({ item, ours: here, theirs, difference }) => [item, here, theirs, difference])).toEqual([
      ['A', 'ON_HAND 10, HELD 0', 'ON_HAND 8, HELD 1', '-2'],
      ['B', 'ON_HAND 5', null, '-5'],
      ['C', null, 'ON_HAND 2', '2'],
      ['D', 'UNCOMMITTED 6', 'UNCOMMITTED 5', '-1'],
    ]);
    expect(differences[0]).toMatchObject({ moneyAtRisk: { amount: '1200', currency: 'USD' } });
  });

  test('heal what they say the same of, and nothing of which they say nothing', async () => {
    const { compare } = pairOf([row('A', { ON_HAND: '10' }, ours('10')), row('B', {}, ours('5'))]);
    expect(await compare(['3PL/A', '3PL/B', 'ELSEWHERE/A'])).toMatchObject({ compared: 1, agreed: ['3PL/A'] });
  });

  test('heal what neither side has, where the node listed all that it has, and tells of nothing else meanwhile', async () => {
    const feed = { node: '3PL', snapshotId: 'S-1', takenAt, fullAt: takenAt };
    const agreedWith = async (...feeds: readonly (typeof feed | { readonly fullAt: string | null })[]) => {
      let asked = 0;
      const told = async () => [{ ...feed, ...feeds[Math.min(asked++, feeds.length - 1)] }];
      const { compare } = pairOf([row('A', { ON_HAND: '10' }, ours('10'))], { feeds: told });
      return (await compare(['3PL/A', '3PL/GONE'])).agreed;
    };
    expect(await agreedWith(feed)).toEqual(['3PL/A', '3PL/GONE']);
    // Something was lost since, or what all there is is too long ago.
    expect(await agreedWith({ ...feed, fullAt: null })).toEqual(['3PL/A']);
    expect(await agreedWith({ ...feed, fullAt: '2026-11-01T00:00:00.000Z' })).toEqual(['3PL/A']);
    expect(await agreedWith(feed, { ...feed, snapshotId: 'S-2' })).toEqual(['3PL/A']);
  });

  test('are read page by page, what is told of and then what is not listed', async () => {
    const rows = Array.from({ length: 2_001 }, (_none, index) => {
      const item = String(index).padStart(5, '0');
      return row(item, { ON_HAND: '1' }, ours('1'));
    });
    const { compare } = pairOf([...rows, row('Z', null, ours('2'))]);
    const { compared, differences } = await compare();
    expect([compared, differences.map(({ item }) => item)]).toEqual([2_002, ['Z']]);
  });

  test('are not there: nothing can be compared, and no run begins by itself for who sends none', async () => {
    await expect(pairOf([], { feeds: async () => [] }).compare()).rejects.toMatchObject({ reason: 'NOT_OFFERED' });
    expect(pairOf([], { nodes: () => [] }).pair.canAsk?.('ACME')).toBe(false);
  });
});

describe('what differs', () => {
  const explained = async (changes: Partial<SnapshotsPairPorts>, earlier?: Partial<StandingBreak>) => {
    const { pair, compare } = pairOf([row('A', { ON_HAND: '8' }, ours('10'))], changes);
    const { differences } = await compare();
    const [difference] = differences;
    if (difference === undefined) throw new Error('nothing differs');
    const explain = await pair.explaining(run, differences, () => undefined);
    return explain(difference, earlier as StandingBreak | undefined, signal);
  };
  const later = { clock: () => '2026-11-23T11:30:00.000Z' };
  const release = { node: '3PL', item: 'A', releaseId: 'REL-1', shipmentId: 'SHP-1', isKept: false };

  test('may be under way for an hour, whoever looks again', async () => {
    expect(await explained({}, {})).toMatchObject({ class: 'TIMING', cause: 'NOT_EXPLAINED_YET' });
    expect(await explained(later)).toMatchObject({ class: 'TIMING', cause: 'NOT_EXPLAINED_YET' });
    expect(await explained(later, {})).toMatchObject({ class: 'QUANTITY', cause: 'COUNTS_DIFFER' });
  });

  test('is a message that is kept here, or one that never came, where the node still has something to ship', async () => {
    const kept = { openReleases: async () => [{ ...release, isKept: true }] };
    expect(await explained(kept)).toMatchObject({ cause: 'MESSAGE_KEPT', references: ['SHP-1'] });
    const open = { ...later, openReleases: async () => [release] };
    expect(await explained(open, {})).toMatchObject({ cause: 'CONFIRMATION_LOST', references: ['REL-1'] });
  });
});
