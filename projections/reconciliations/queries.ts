import { sql } from 'kysely';
import type { Difference } from '../../domain/reconciliation/events.ts';
import {
  breakCauses,
  breakFixes,
  incompleteReasons,
  type ReconciliationPair,
} from '../../domain/reconciliation/pairs.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  equals,
  newestFirst,
  type Page,
  type PageRequest,
  type ReadHandle,
  type Scope,
} from '../readModel.ts';
import type { BreakRow, BreakState, RunRow } from './rows.ts';

export type RunView = {
  readonly runId: string;
  readonly bu: string;
  readonly pair: ReconciliationPair;
  readonly system: string;
  readonly state: RunRow['state'];
  readonly reason: RunRow['reason'];
  readonly detail: string | null;
  readonly requestedBy: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly cut: RunRow['cut'];
  readonly compared: number;
  readonly found: number;
  readonly healed: number;
  readonly standing: number;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type BreakView = Difference & {
  readonly breakId: string;
  readonly bu: string;
  readonly pair: ReconciliationPair;
  readonly state: BreakState;
  readonly class: BreakRow['class'];
  readonly cause: BreakRow['cause'];
  readonly explanation: string | null;
  readonly fix: BreakRow['fix'];
  readonly done: string | null;
  readonly references: readonly string[];
  readonly attempts: number;
  readonly foundBy: string;
  readonly lastRun: string;
  readonly foundAt: string;
  readonly healedAt: string | null;
  readonly position: string;
  readonly updatedAt: string;
};

export type RunFilter = PageRequest & {
  readonly bu?: string | undefined;
  readonly pair?: string | undefined;
  readonly state?: string | undefined;
};

export type BreakFilter = RunFilter & {
  readonly class?: string | undefined;
  readonly node?: string | undefined;
  readonly item?: string | undefined;
  readonly orderId?: string | undefined;
  /** What differed when this run looked. */
  readonly runId?: string | undefined;
};

type RunSelected = Omit<RunView, 'detail'> & { readonly created: string };
type BreakSelected = Omit<BreakView, 'explanation' | 'done' | 'object' | 'moneyAtRisk'> & {
  readonly objectKind: string;
  readonly objectId: string;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly created: string;
};

const runColumns = sql`r.run_id as "runId", r.bu, r.pair, r.system, r.state, r.reason, r.requested_by as "requestedBy",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.cut, r.compared, r.found, r.healed, r.standing, r.revision, r.position,
  r.updated_at as "updatedAt", r.created_position as created`;

const breakColumns = sql`b.break_id as "breakId", b.bu, b.pair, b.state, b.class, b.cause, b.fix, b.refs as "references", b.attempts,
  b.object_kind as "objectKind", b.object_id as "objectId", b.node, b.item, b.order_id as "orderId", b.ours, b.theirs, b.difference,
  b.amount::text as amount, b.currency, b.found_run as "foundBy", b.last_run as "lastRun", b.found_at as "foundAt",
  b.healed_at as "healedAt", b.position, b.updated_at as "updatedAt", b.created_position as created`;

const runView = ({ created: _, ...row }: RunSelected): RunView => ({
  ...row,
  detail: row.reason === null ? null : incompleteReasons[row.reason],
});

const breakView = ({ created: _, objectKind, objectId, amount, currency, ...row }: BreakSelected): BreakView => ({
  ...row,
  explanation: row.cause === null ? null : breakCauses[row.cause],
  done: row.fix === null ? null : breakFixes[row.fix],
  object: { kind: objectKind, id: objectId },
  moneyAtRisk: amount === null || currency === null ? null : { amount, currency },
});

/** Newest first. Throws `CursorInvalid`. */
export const listReconciliations = defineQuery(
  (filter: RunFilter, scope?: Scope): Question<RunSelected, Page<RunView>> => {
    const { before, tail, page } = newestFirst(filter, sql`r.created_position`);
    const statement = sql<RunSelected>`select ${runColumns} from rm.recon_run r where ${allOf([
      equals(sql`r.bu`, filter.bu),
      equals(sql`r.pair`, filter.pair),
      equals(sql`r.state`, filter.state),
      before,
      anyOf(sql`r.bu`, scope?.bus),
    ])} ${tail}`;
    return { statement, answer: (rows) => page(rows, ({ created }) => created, runView) };
  },
);

export const reconciliationById = defineQuery(
  (runId: string, scope?: Scope): Question<RunSelected, RunView | undefined> => ({
    statement: sql`select ${runColumns} from rm.recon_run r where ${allOf([sql`r.run_id = ${runId}`, anyOf(sql`r.bu`, scope?.bus)])}`,
    form: 'single',
    answer: ([row]) => (row === undefined ? undefined : runView(row)),
  }),
);

/** Those that stood at some time between the beginning of a run and its end: the run itself may have found or healed them. */
const ofRun = (runId: string | undefined) =>
  runId === undefined
    ? undefined
    : sql`exists (select from rm.recon_run r where r.run_id = ${runId} and r.bu = b.bu and r.pair = b.pair
        and b.created_position <= r.position and (b.healed_position is null or b.healed_position > r.created_position))`;

/** Newest first; what is over only where a state or a run is named. Throws `CursorInvalid`. */
export const listReconciliationBreaks = defineQuery(
  (filter: BreakFilter, scope?: Scope): Question<BreakSelected, Page<BreakView>> => {
    const { before, tail, page } = newestFirst(filter, sql`b.created_position`);
    const isStanding = filter.state === undefined && filter.runId === undefined;
    const statement = sql<BreakSelected>`select ${breakColumns} from rm.recon_break b where ${allOf([
      isStanding ? sql`b.state <> 'HEALED'` : undefined,
      equals(sql`b.state`, filter.state),
      equals(sql`b.bu`, filter.bu),
      equals(sql`b.pair`, filter.pair),
      equals(sql`b.class`, filter.class),
      equals(sql`b.node`, filter.node),
      equals(sql`b.item`, filter.item),
      equals(sql`b.order_id`, filter.orderId),
      ofRun(filter.runId),
      before,
      anyOf(sql`b.bu`, scope?.bus),
    ])} ${tail}`;
    return { statement, answer: (rows) => page(rows, ({ created }) => created, breakView) };
  },
);

export type BreakFigure = {
  readonly pair: string;
  readonly class: string;
  readonly breaks: number;
  readonly ageSeconds: number;
};

/** What is not over, by pair and class, and how long ago the oldest was found. */
export const breakFigures = async (db: ReadHandle): Promise<readonly BreakFigure[]> => {
  const { rows } = await sql<BreakFigure>`select b.pair, b.class, count(*)::int as breaks,
    greatest(0, extract(epoch from clock_timestamp() - min(b.found_at)))::float8 as "ageSeconds"
    from rm.recon_break b where b.state <> 'HEALED' group by b.pair, b.class order by b.pair, b.class`.execute(db);
  return rows;
};
