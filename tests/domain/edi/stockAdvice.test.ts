import { describe, expect, test } from '@jest/globals';
import { type StockAdviceCommand, stockAdviceDecider } from '../../../domain/edi/stockAdvice.ts';
import type { StockAdvicePlan } from '../../../domain/masterData/partnerEvents.ts';
import { decisionOf } from './decisions.ts';

const plan: StockAdvicePlan = { everyMinutes: 60, changesAfterMinutes: 5, nodes: null };
const about = { bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001' };
const asking = (
  type: StockAdviceCommand['type'],
  time: string,
  through: string,
  more: Partial<StockAdvicePlan> = {},
) => ({
  ...{ ...about, type, through, at: `2026-11-23T${time}:00.000Z` },
  plan: { ...plan, ...more },
});
const decided = (...commands: readonly StockAdviceCommand[]) => decisionOf(stockAdviceDecider, commands);

describe('stock that a partner is told of', () => {
  test('is all of it first, and then once in each stretch of time', () => {
    expect(decided(asking('AdviseAll', '08:17', '7'))).toEqual([
      {
        type: 'StockAdviceRequested',
        data: {
          ...{ ...about, scope: 'ALL', slot: '2026-11-23T08:00:00.000Z', changedAfter: null, through: '7' },
          requestedAt: '2026-11-23T08:17:00.000Z',
        },
      },
    ]);
    expect(decided(asking('AdviseAll', '08:17', '7'), asking('AdviseAll', '08:59', '9'))).toEqual([]);
    expect(decided(asking('AdviseAll', '08:17', '7'), asking('AdviseAll', '09:00', '9'))).toMatchObject([
      { data: { slot: '2026-11-23T09:00:00.000Z' } },
    ]);
  });

  test('is told once for however many stretches were missed', () => {
    const later = asking('AdviseAll', '15:30', '9');
    expect(decided(asking('AdviseAll', '08:17', '7'), later)).toMatchObject([
      { data: { slot: '2026-11-23T15:00:00.000Z' } },
    ]);
    expect(decided(asking('AdviseAll', '08:17', '7'), later, later)).toEqual([]);
  });

  test('is what changed since the last word of either kind, when the minutes are over', () => {
    const all = asking('AdviseAll', '08:17', '7');
    expect(decided(all, asking('AdviseChanges', '08:21', '8'))).toEqual([]);
    const changes = asking('AdviseChanges', '08:22', '8');
    expect(decided(all, changes)).toMatchObject([
      { data: { scope: 'CHANGED', slot: null, changedAfter: '7', through: '8' } },
    ]);
    expect(decided(all, changes, asking('AdviseChanges', '08:26', '9'))).toEqual([]);
    expect(decided(all, changes, asking('AdviseChanges', '08:27', '9'))).toMatchObject([
      { data: { changedAfter: '8' } },
    ]);
  });

  test('is never what changed where that was not agreed, before all was told, or when all is due', () => {
    const never = { changesAfterMinutes: null };
    expect(decided(asking('AdviseChanges', '08:22', '8'))).toEqual([]);
    expect(decided(asking('AdviseAll', '08:17', '7', never), asking('AdviseChanges', '08:59', '8', never))).toEqual([]);
    expect(decided(asking('AdviseAll', '08:17', '7'), asking('AdviseChanges', '09:01', '8'))).toEqual([]);
  });
});
