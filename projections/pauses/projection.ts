import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PauseEvent } from '../../domain/pause/events.ts';
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

type PauseRows = { readonly pauses: PauseRow };

const idOf = (event: RecordedDomainEvent): string => {
  const { group, key } = event.data as PauseEvent['data'];
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

/** What is held at present; what was held before is in the log. The workers look here (`adapters/postgres/controls.ts`). */
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
  },
  needs: { pauses: (event) => [idOf(event)] },
  laneOf: (event) => `pause:${idOf(event)}`,
  on: {
    WorkPaused: (event, { pauses: rows }) => rows.put(rowOf(event)),
    WorkResumed: (event, { pauses: rows }) => rows.remove(idOf(event)),
  },
});
