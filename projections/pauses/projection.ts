import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PauseEvent } from '../../domain/pause/events.ts';
import type { RateLimitEvent } from '../../domain/rateLimit/events.ts';
import { buOf, defineProjection, type Reflects, reflecting } from '../projection.ts';

type PauseRow = Reflects & {
  readonly pause_id: string;
  readonly pause_group: string;
  readonly pause_key: string;
  readonly reason: string;
  readonly paused_by: string;
  readonly paused_at: string;
  readonly automatic: boolean;
};

type RateLimitRow = Reflects & {
  readonly limit_id: string;
  readonly limit_group: string;
  readonly limit_key: string;
  readonly steps: number;
  readonly per: string;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: string;
};

type PauseRows = { readonly pauses: PauseRow; readonly limits: RateLimitRow };

const idOf = (event: RecordedDomainEvent): string => {
  const { group, key } = event.data as (PauseEvent | RateLimitEvent)['data'];
  return `${group}:${key}`;
};

const rowOf = (event: RecordedOf<'WorkPaused'>): PauseRow => ({
  pause_id: idOf(event),
  pause_group: event.data.group,
  pause_key: event.data.key,
  reason: event.data.reason,
  paused_by: event.data.pausedBy,
  paused_at: event.recordedAt,
  automatic: event.data.automatic,
  bu: buOf(event),
  ...reflecting(event),
});

const limitOf = (event: RecordedOf<'RateLimitSet'>): RateLimitRow => ({
  limit_id: idOf(event),
  limit_group: event.data.group,
  limit_key: event.data.key,
  steps: event.data.steps,
  per: event.data.per,
  reason: event.data.reason,
  set_by: event.data.setBy,
  set_at: event.recordedAt,
  bu: buOf(event),
  ...reflecting(event),
});

const isPause = (event: RecordedDomainEvent): boolean => event.type === 'WorkPaused' || event.type === 'WorkResumed';

/** What is held or slowed down at present; what was before is in the log. The workers look here (`adapters/postgres/controls.ts`). */
export const pauses = defineProjection<PauseRows>({
  name: 'pauses',
  version: 1,
  tables: {
    pauses: {
      name: 'pause',
      columns: [
        'pause_id',
        'pause_group',
        'pause_key',
        'reason',
        'paused_by',
        'paused_at',
        'automatic',
        'bu',
        'position',
        'updated_at',
      ],
      key: ['pause_id'],
      group: 'pause_id',
    },
    limits: {
      name: 'rate_limit',
      columns: [
        'limit_id',
        'limit_group',
        'limit_key',
        'steps',
        'per',
        'reason',
        'set_by',
        'set_at',
        'bu',
        'position',
        'updated_at',
      ],
      key: ['limit_id'],
      group: 'limit_id',
    },
  },
  needs: {
    pauses: (event) => (isPause(event) ? [idOf(event)] : []),
    limits: (event) => (isPause(event) ? [] : [idOf(event)]),
  },
  laneOf: (event) => `${isPause(event) ? 'pause' : 'limit'}:${idOf(event)}`,
  on: {
    WorkPaused: (event, { pauses: rows }) => rows.put(rowOf(event)),
    WorkResumed: (event, { pauses: rows }) => rows.remove(idOf(event)),
    RateLimitSet: (event, { limits: rows }) => rows.put(limitOf(event)),
    RateLimitLifted: (event, { limits: rows }) => rows.remove(idOf(event)),
  },
});
