import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PeriodStatusEvent } from '../../domain/ledger/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, required, type Sets } from '../projection.ts';

type PeriodRow = Reflects & {
  readonly period_id: string;
  /** Of the event that left it so: the last one says how the period stands. */
  readonly revision: number;
  readonly ledger: string;
  readonly period: string;
  readonly first_day: string;
  readonly last_day: string;
  readonly state: 'OPEN' | 'SOFT_CLOSED' | 'CLOSING' | 'CLOSED';
  readonly opened_at: string;
  readonly opened_by: string;
  readonly soft_closed_at: string | null;
  readonly soft_closed_by: string | null;
  readonly soft_close_reason: string | null;
  readonly closed_at: string | null;
  readonly closed_by: string | null;
  readonly closing_reason: string | null;
  readonly checklist_sha256: string | null;
  readonly trial_balance_sha256: string | null;
  readonly through_position: string | null;
  readonly reopened_at: string | null;
  readonly reopened_by: string | null;
  readonly reopening_reason: string | null;
  readonly approval_id: string | null;
};

type PeriodRows = { readonly periods: PeriodRow };
type Event = RecordedOf<PeriodStatusEvent['type']>;

/** As its stream is named: `<bu>.<ledger>.<yyyymm>`. */
const periodIdOf = (event: RecordedDomainEvent): string => {
  const { bu, ledger, period } = (event as Event).data;
  return `${bu}.${ledger}.${period}`;
};

const head = (event: Event) => ({
  period_id: periodIdOf(event),
  revision: event.revision,
  bu: buOf(event),
  ...reflecting(event),
});

const opened = (event: RecordedOf<'PeriodOpened'>, { periods }: Sets<PeriodRows>): void => {
  const { ledger, period, firstDay: first_day, lastDay: last_day } = event.data;
  const since = { opened_at: event.recordedAt, opened_by: event.metadata.actor.id };
  periods.put({
    ...{ ledger, period, first_day, last_day, state: 'OPEN', ...since },
    ...{ soft_closed_at: null, soft_closed_by: null, soft_close_reason: null },
    ...{ closed_at: null, closed_by: null, closing_reason: null },
    ...{ checklist_sha256: null, trial_balance_sha256: null, through_position: null },
    ...{ reopened_at: null, reopened_by: null, reopening_reason: null, approval_id: null },
    ...head(event),
  });
};

/** What was is kept beside what is. */
const changed = (event: Event, { periods }: Sets<PeriodRows>, change: Partial<PeriodRow>): void => {
  const known = periods.inGroup(periodIdOf(event));
  const last = known.reduce<PeriodRow | undefined>(
    (latest, row) => (latest === undefined || row.revision > latest.revision ? row : latest),
    undefined,
  );
  periods.put({ ...required(last, `period ${periodIdOf(event)}`), ...change, ...head(event) });
};

const closed = (event: RecordedOf<'PeriodClosed'>, rows: Sets<PeriodRows>): void => {
  const { checklistSha256, trialBalanceSha256, throughPosition, reason = null } = event.data;
  changed(event, rows, {
    ...{ state: 'CLOSED', closed_at: event.recordedAt, closed_by: event.metadata.actor.id, closing_reason: reason },
    ...{ checklist_sha256: checklistSha256, trial_balance_sha256: trialBalanceSha256 },
    through_position: throughPosition,
  });
};

const reopened = (event: RecordedOf<'PeriodReopened'>, rows: Sets<PeriodRows>): void =>
  changed(event, rows, {
    ...{ state: 'OPEN', reopened_at: event.recordedAt, reopened_by: event.metadata.actor.id },
    ...{ reopening_reason: event.data.reason, approval_id: event.data.approvalId },
  });

/** Every state of every accounting period, row by row, so that any earlier one can be told. There are a dozen periods a year. */
export const periods = defineProjection<PeriodRows>({
  name: 'periods',
  version: 1,
  tables: {
    periods: {
      name: 'accounting_period',
      columns: [
        'period_id',
        'revision',
        'ledger',
        'period',
        'first_day',
        'last_day',
        'state',
        'opened_at',
        'opened_by',
        'soft_closed_at',
        'soft_closed_by',
        'soft_close_reason',
        'closed_at',
        'closed_by',
        'closing_reason',
        'checklist_sha256',
        'trial_balance_sha256',
        'through_position',
        'reopened_at',
        'reopened_by',
        'reopening_reason',
        'approval_id',
        ...reflects,
      ],
      key: ['period_id', 'revision'],
      group: 'period_id',
    },
  },
  needs: { periods: (event) => [periodIdOf(event)] },
  laneOf: (event) => `period:${periodIdOf(event)}`,
  on: {
    PeriodOpened: opened,
    PeriodSoftClosed: (event, rows) =>
      changed(event, rows, {
        ...{ state: 'SOFT_CLOSED', soft_closed_at: event.recordedAt, soft_closed_by: event.metadata.actor.id },
        soft_close_reason: event.data.reason ?? null,
      }),
    PeriodCloseBegun: (event, rows) => changed(event, rows, { state: 'CLOSING' }),
    PeriodClosed: closed,
    PeriodReopened: reopened,
  },
});
