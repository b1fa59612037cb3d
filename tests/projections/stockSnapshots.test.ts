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

/** What is known of each item in the end, and what is missing. */
const known = (...snapshots: readonly Snapshot[]) => {
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
    last: feeds[0]?.snapshot_id,
  };
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
});
