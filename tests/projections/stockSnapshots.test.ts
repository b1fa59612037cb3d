import { describe, expect, test } from '@jest/globals';
import { toDomain } from '../../commands/codec.ts';
import type { StockSnapshotTold } from '../../domain/stockSnapshot/events.ts';
import { reconciliations } from '../../projections/reconciliations/projection.ts';
import { createMemoryLog } from './memoryLog.ts';

type Told = StockSnapshotTold['data'];

const line = (item: string, onHand: string): Told['lines'][number] => ({
  item,
  said: [{ word: 'OH', qty: onHand }],
  figures: [{ figure: 'ON_HAND', qty: onHand }],
});

type Snapshot = Pick<Told, 'snapshotId' | 'scope' | 'lines'> & { readonly minute: string; readonly follows?: string };

const snapshot = (
  snapshotId: string,
  scope: Told['scope'],
  minute: string,
  lines: Told['lines'],
  follows?: string,
): Snapshot => ({ snapshotId, scope, minute, lines, ...(follows !== undefined && { follows }) });

/** What is known of each item in the end, of which it cannot be, and what is missing. */
const read = (...snapshots: readonly Snapshot[]) => {
  const log = createMemoryLog();
  for (const { minute, follows = null, ...told } of snapshots)
    log.append(`snapshot-ACME.3PL.${told.snapshotId}`, 'StockSnapshotTold', {
      ...{ bu: 'ACME', node: '3PL', dialectVersion: 1, takenAt: `2026-11-23T10:${minute}:00.000Z`, follows },
      ...told,
    });
  const { told, feeds } = reconciliations.fold(log.events.map(toDomain));
  return {
    stock: Object.fromEntries(told.map(({ item, figures }) => [item, figures.ON_HAND ?? null])),
    missing: feeds[0]?.missing,
    wrong: told.filter(({ contradicts }) => contradicts).map(({ item }) => item),
    last: feeds[0]?.snapshot_id,
  };
};

const known = (...snapshots: readonly Snapshot[]) => {
  const { wrong: _, ...rest } = read(...snapshots);
  return rest;
};

const first = snapshot('ONE', 'FULL', '00', [line('A', '10'), line('B', '5')]);

describe('what a node last said', () => {
  test('is all that it lists, and nothing of what it lists no more', () => {
    expect(known(first, snapshot('TWO', 'FULL', '10', [line('A', '9')]))).toMatchObject({ stock: { A: '9' } });
  });

  test('is what it said before of what it does not speak of', () => {
    const part = snapshot('TWO', 'PARTIAL', '10', [line('B', '4')]);
    expect(known(first, part)).toMatchObject({ stock: { A: '10', B: '4' } });
  });

  test('stays when something older comes late', () => {
    const newer = snapshot('TWO', 'FULL', '10', [line('A', '9')]);
    expect(known(newer, first)).toEqual({ stock: { A: '9' }, missing: null, last: 'TWO' });
    expect(known(newer, { ...first, scope: 'PARTIAL' })).toEqual({ stock: { A: '9' }, missing: null, last: 'TWO' });
  });

  test('moves by changes, also of what was not there', () => {
    const by = snapshot('TWO', 'CHANGES', '10', [line('A', '-3'), line('C', '2')], 'ONE');
    expect(known(first, by)).toEqual({ stock: { A: '7', B: '5', C: '2' }, missing: null, last: 'TWO' });
  });

  test('is not known when the changes before these never came, until all is told again', () => {
    const lost = snapshot('THREE', 'CHANGES', '20', [line('A', '-3')], 'TWO');
    const next = snapshot('FOUR', 'CHANGES', '30', [line('B', '1'), line('C', '1')], 'THREE');
    expect(known(first, lost)).toEqual({ stock: { A: null, B: null }, missing: 'TWO', last: 'THREE' });
    expect(known(first, lost, next)).toEqual({ stock: { A: null, B: null, C: null }, missing: 'TWO', last: 'FOUR' });
    const again = snapshot('FIVE', 'FULL', '40', [line('A', '6')]);
    expect(known(first, lost, next, again)).toEqual({ stock: { A: '6' }, missing: null, last: 'FIVE' });
  });

  test('is not known of changes to what nobody listed', () => {
    const part = snapshot('ONE', 'PARTIAL', '00', [line('A', '10')]);
    const by = snapshot('TWO', 'CHANGES', '10', [line('A', '1'), line('B', '1')], 'ONE');
    expect(known(part, by)).toMatchObject({ stock: { A: '11', B: null } });
  });

  test('stays when changes to something older come late', () => {
    const newer = snapshot('TWO', 'FULL', '10', [line('A', '9')]);
    const late = snapshot('OLD', 'CHANGES', '05', [line('A', '-3')], 'ONE');
    const next = snapshot('THREE', 'CHANGES', '20', [line('A', '1')], 'TWO');
    expect(known(first, newer, late)).toEqual({ stock: { A: '9' }, missing: null, last: 'TWO' });
    expect(known(first, newer, late, next)).toEqual({ stock: { A: '10' }, missing: null, last: 'THREE' });
  });

  test('is all of its parts of one moment, whichever comes first', () => {
    const all = snapshot('TWO', 'FULL', '10', [line('A', '9')]);
    const rest = snapshot('TWO-2', 'PARTIAL', '10', [line('B', '4')]);
    for (const parts of [
      [all, rest],
      [rest, all],
    ])
      expect(known(first, ...parts).stock).toEqual({ A: '9', B: '4' });
    // What is told anew as all of the same moment replaces what was.
    expect(known(rest, all, { ...all, snapshotId: 'TWO-AGAIN' }).stock).toEqual({ A: '9' });
  });

  test('is not known of what more was taken from than there was, until it is told again', () => {
    const by = snapshot('TWO', 'CHANGES', '10', [line('A', '-11'), line('C', '-1')], 'ONE');
    const back = snapshot('THREE', 'CHANGES', '20', [line('A', '5')], 'TWO');
    expect(read(first, by, back)).toMatchObject({ stock: { A: null, B: '5', C: null }, wrong: ['A', 'C'] });
    const part = snapshot('FOUR', 'PARTIAL', '30', [line('A', '4')]);
    expect(read(first, by, back, part)).toMatchObject({ stock: { A: '4', C: null }, wrong: ['C'] });
  });
});
