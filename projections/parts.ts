import { type RawBuilder, sql } from 'kysely';

/** A row of one of the kinds that a statement brings, as its values' own text. */
export type PartRow = { readonly part: number; readonly packed: string };

type Part<Value> = {
  readonly of: { readonly column: RawBuilder<string>; readonly read: (packed: string) => Value };
  /** `from …`, and the order of these rows. */
  readonly from: RawBuilder<unknown>;
};

type Kinds = Readonly<Record<string, Part<unknown>>>;
type Found<Made extends Kinds> = {
  readonly [Name in keyof Made]: readonly ReturnType<Made[Name]['of']['read']>[];
};

/**
 * Rows of several kinds in one statement, one scan for each. What belongs together is put together here: for a single
 * document the server takes longer to set up subqueries and aggregates than to find the rows.
 * `beforehand` is what several of them read, as `with …`.
 */
export const inParts = <Made extends Kinds>(kinds: Made, beforehand: RawBuilder<unknown> = sql``) => {
  const entries = Object.entries(kinds);
  const selects = entries.map(
    ([, { of, from }], index) => sql`(select ${sql.lit(index + 1)} as part, ${of.column} as packed ${from})`,
  );
  return {
    statement: sql<PartRow>`${beforehand} ${sql.join(selects, sql` union all `)}`,
    read: (rows: readonly PartRow[]): Found<Made> => {
      const found: Record<string, unknown[]> = {};
      for (const [name] of entries) found[name] = [];
      for (const { part, packed } of rows) {
        const [name, { of }] = entries[part - 1] as [string, Part<unknown>];
        found[name]?.push(of.read(packed));
      }
      return found as Found<Made>;
    },
  };
};
