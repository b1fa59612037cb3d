import type { RecordedDomainEvent } from '../../domain/events.ts';
import { booksOf } from '../../domain/ledger/intercompany.ts';
import { correctedSources, postedEventTypes } from '../../domain/ledger/postings.ts';
import { buOf, defineProjection, orderIdOf, type Projection } from '../projection.ts';
import type { Target } from '../table.ts';
import { accountMapPublished, businessUnitDefined, periodChanged, postingRulesPublished } from './context.ts';
import { requireBalance } from './guards.ts';
import type { GlRows } from './rows.ts';
import { stage } from './stage.ts';
import { glTables } from './tables.ts';
import { transition, transitionTypes } from './transitions.ts';

const policyTypes = new Set([
  'BusinessUnitDefined',
  'PostingRulesPublished',
  'AccountMapPublished',
  'PeriodOpened',
  'PeriodSoftClosed',
  'PeriodCloseBegun',
  'PeriodClosed',
  'PeriodReopened',
]);

const policyLaneOf = (bu: string): string => `policy:${bu}`;

const policyLane = (event: RecordedDomainEvent): string => policyLaneOf(buOf(event));

const laneOf = (event: RecordedDomainEvent): string => {
  if (policyTypes.has(event.type)) return policyLane(event);
  const { batchId } = event.data as { readonly batchId?: string };
  if (batchId !== undefined) return `batch:${buOf(event)}.${batchId}`;
  return orderIdOf(event) === undefined ? event.stream : `order:${orderIdOf(event)}`;
};

const staging = defineProjection<GlRows>({
  name: 'gl_staging',
  version: 1,
  tables: glTables,
  needs: {
    contexts: booksOf,
    accounts: (event) => (event.type === 'AccountMapPublished' ? [event.data.bu] : []),
    corrections: correctedSources,
  },
  laneOf,
  waitsFor: (event) => booksOf(event).map(policyLaneOf),
  on: {
    BusinessUnitDefined: businessUnitDefined,
    PostingRulesPublished: postingRulesPublished,
    AccountMapPublished: accountMapPublished,
    PeriodOpened: periodChanged,
    PeriodSoftClosed: periodChanged,
    PeriodCloseBegun: periodChanged,
    PeriodClosed: periodChanged,
    PeriodReopened: periodChanged,
    ...Object.fromEntries(postedEventTypes.map((type) => [type, stage])),
  },
});

const transitions: ReadonlySet<string> = new Set(transitionTypes);

/** Events in runs that end with one that moves the states of what was staged before it. */
const runsOf = (batch: readonly RecordedDomainEvent[]): readonly (readonly RecordedDomainEvent[])[] => {
  const runs: RecordedDomainEvent[][] = [[]];
  for (const event of batch) {
    runs.at(-1)?.push(event);
    if (transitions.has(event.type)) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
};

const apply = async (batch: readonly RecordedDomainEvent[], into: Target): Promise<number> => {
  let added = 0;
  for (const run of runsOf(batch)) {
    const staged = run.filter((event) => staging.handles.has(event.type));
    if (staged.length > 0) added += await staging.apply(staged, into);
    const last = run.at(-1);
    if (last === undefined || !transitions.has(last.type)) continue;
    // It moves rows in the tables, so they must be there.
    added += ((await into.memory?.flush(into)) ?? 0) + (await transition(last, into));
  }
  return added;
};

/** The staging ledger: journals and lines only ever added, their balance checked by the database at commit as well. */
export const glStaging: Projection = {
  ...staging,
  tables: [...staging.tables, 'gl_batch', 'gl_batch_change'],
  handles: new Set([...staging.handles, ...transitionTypes]),
  replayIndexes: [
    'gl_journal_reversal',
    'gl_journal_source_position',
    'gl_journal_state_open',
    'gl_journal_state_batch',
  ],
  keepsToMemory: (batch) => !batch.some(({ type }) => transitions.has(type)),
  check: requireBalance,
  money: [
    {
      table: 'gl_line',
      by: ['bu', 'ledger', 'period', 'account', 'currency'],
      sums: ['debit', 'credit', 'functional_debit', 'functional_credit'],
    },
  ],
  apply,
};
