import type { GroupReading } from '../../adapters/telemetry/groupMetrics.ts';
import { type LaneGroupView, listLaneGroups } from '../../projections/pauses/queries.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { stuckCounts } from '../../projections/stuck.ts';
import type { HealthCheck } from '../deps.ts';

const perSecond = ({ limit }: LaneGroupView): number | null =>
  limit === null ? null : limit.per === 'minute' ? limit.steps / 60 : limit.steps;

/** Held ones first, then those with most work. A lane is one order or document: too many for a label. */
export const groupReadings = async (db: ReadHandle): Promise<readonly GroupReading[]> =>
  (await listLaneGroups(db))
    .filter(({ group }) => group !== 'lane')
    .map((one) => ({ ...one, key: one.value, perSecond: perSecond(one) }));

const namedMax = 10;

const named = (all: readonly string[]): string =>
  `${all.slice(0, namedMax).join(', ')}${all.length > namedMax ? ` and ${all.length - namedMax} more` : ''}`;

/**
 * What somebody should look at although requests can be served: the process stays ready, because everything that is not held
 * or stuck goes on, and the readiness says what does not.
 */
export const containmentChecks = (db: ReadHandle, deadLettersMax: number): readonly HealthCheck[] => [
  {
    name: 'groups',
    check: async () => {
      const groups = await listLaneGroups(db);
      const held = groups.filter(({ paused }) => paused);
      const slow = groups.filter(({ paused, limit }) => !paused && limit !== null);
      const told = [
        ...(held.length > 0
          ? [`held: ${named(held.map(({ key, automatic }) => `${key}${automatic ? ' (by itself)' : ''}`))}`]
          : []),
        ...(slow.length > 0 ? [`slowed down: ${named(slow.map(({ key }) => key))}`] : []),
      ];
      return told.length === 0 ? { ready: true } : { ready: true, detail: told.join('; ') };
    },
  },
  {
    name: 'dead-letters',
    check: async () => {
      const many = (await stuckCounts(db)).filter(({ deadLetters }) => deadLetters > deadLettersMax);
      const told = many.map(({ consumer, deadLetters }) => `${deadLetters} of ${consumer}`);
      return many.length === 0
        ? { ready: true }
        : { ready: true, detail: `more than ${deadLettersMax}: ${named(told)}` };
    },
  },
];
