import { sql } from 'kysely';
import { type CaseClass, caseClasses, caseRules } from '../../domain/exceptionCase/classes.ts';
import { operationsUnit } from '../../domain/operations.ts';
import { lag } from '../asOf.ts';

/** The read models whose figures the clocks are read from; the others are as new as the moment. */
const clockModels = [
  'orders',
  'inventory',
  'shipments',
  'invoices',
  'gl_staging',
  'periods',
  'master_data',
  'partner_documents',
  'reconciliations',
  'transfers',
] as const;

/** Read from what workers are at, which no read model is behind. */
const ofWorkers = ['DEAD_LETTER', 'READ_MODEL_LATE', 'STOP_UNANSWERED'] as const satisfies readonly CaseClass[];

/**
 * The moment that a clock of class `c.class` is read at: that of the read models behind it. One that is behind does not know what
 * has been done since, so its clocks stand still with it.
 */
export const readAt = sql`case when c.class = any(${[...ofWorkers]}::text[]) then clock_timestamp() else m.at end`;

/** One row `at`. */
export const momentOfModels = sql`select clock_timestamp() - make_interval(secs => coalesce(max(${lag}), 0) / 1000) as at
  from rm.projection p where p.live and p.name = any(${[...clockModels]}::text[])`;

const defaults = sql.join(
  caseClasses.map((name) => {
    const { limitSeconds, resolveSeconds } = caseRules[name];
    return sql`(${sql.lit(name)}, ${sql.lit(limitSeconds)}, ${sql.lit(resolveSeconds)})`;
  }),
);

/** Rows `bu, class, limit_seconds, resolve_seconds`: of every business unit its own where it has set one, and those of the service itself. */
export const limits = sql`select u.bu, r.class, coalesce((x.value ->> 'limitSeconds')::int, r.limit_seconds) as limit_seconds,
    coalesce((x.value ->> 'resolveSeconds')::int, r.resolve_seconds) as resolve_seconds
  from (select b.bu, b.content from rm.business_unit b union all select ${sql.lit(operationsUnit)}, '{}'::jsonb) u
    cross join (values ${defaults}) r(class, limit_seconds, resolve_seconds)
    left join lateral (select e.value from jsonb_array_elements(u.content -> 'slas') e where e.value ->> 'class' = r.class) x on true`;
