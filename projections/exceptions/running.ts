import { type RawBuilder, sql } from 'kysely';
import type { CaseClass } from '../../domain/exceptionCase/classes.ts';

export type Sql = RawBuilder<unknown>;

type Columns = {
  readonly bu: Sql;
  readonly kind: string | Sql;
  readonly id: Sql;
  readonly since: Sql;
  readonly order?: Sql;
  readonly soldTo?: Sql;
  readonly node?: Sql;
  readonly amount?: Sql;
  readonly currency?: Sql;
  /** Seconds: of the object itself, where it is not null, before that of its business unit. */
  readonly limit?: Sql;
};

const nobody = sql`null::text`;

/** Rows `class, bu, object_kind, object_id, order_id, sold_to, node, since, amount, currency, own_limit`: one for each clock that runs. */
export const running = (name: CaseClass, columns: Columns, from: Sql): Sql => {
  const { bu, kind, id, since, order = nobody, soldTo = nobody, node = nobody, currency = nobody } = columns;
  return sql`select ${sql.lit(name)}::text as class, ${bu} as bu, ${typeof kind === 'string' ? sql.lit(kind) : kind}::text as object_kind, ${id} as object_id,
    ${order} as order_id, ${soldTo} as sold_to, ${node} as node, ${since} as since,
    ${columns.amount ?? sql`null::numeric`} as amount, ${currency} as currency,
    ${columns.limit ?? sql`null::int`} as own_limit ${from}`;
};
