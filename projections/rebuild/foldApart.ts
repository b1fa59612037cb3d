import { type QueryExecutorProvider, sql, type Transaction } from 'kysely';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { ProjectionDatabase } from '../advance.ts';
import { type Build, liveBuild } from '../build.ts';
import { createTables } from './buildTables.ts';
import type { RawSample } from './compareTable.ts';
import type { Step } from './firstDifference.ts';
import { column, shapeOf, type TableShape, textsOf } from './tableShape.ts';

/** Ends the transaction so that nothing of it stays. */
class Enough extends Error {
  override readonly name = 'Enough';
}

/** Runs of events in log order in which no lane occurs twice: after such a run each row shows one event. */
const runsOf = (
  events: readonly RecordedDomainEvent[],
  laneOf: (event: RecordedDomainEvent) => string,
  shared: ReadonlySet<string>,
): readonly (readonly RecordedDomainEvent[])[] => {
  const runs: RecordedDomainEvent[][] = [];
  let lanes = new Set<string>();
  for (const event of events) {
    const lane = laneOf(event);
    if (runs.length === 0 || lanes.has(lane) || shared.has(lane)) {
      runs.push([]);
      lanes = new Set();
    }
    runs.at(-1)?.push(event);
    lanes.add(lane);
    if (shared.has(lane)) {
      runs.push([]);
      lanes = new Set();
    }
  }
  return runs.filter((run) => run.length > 0);
};

type Row = Readonly<Record<string, string | null>> | null;
type Found = { readonly number: number; readonly row: Row };

/** A sampled row, its number among them, and the lanes whose events may change it. */
export type Watched = { readonly number: number; readonly sample: RawSample; readonly lanes: readonly string[] };

type Shapes = ReadonlyMap<string, TableShape>;

/** Watched rows of one table as they are now. */
const rowsNow = async (
  tx: QueryExecutorProvider,
  schema: string,
  { table, key, columns }: TableShape,
  watched: readonly Watched[],
): Promise<readonly Found[]> => {
  const asked = watched.map(({ number, sample }) => ({ number, ...sample.key }));
  const same = sql.join(
    key.map((name) => sql`${column('t', name)} = ${column('k', name)}`),
    sql` and `,
  );
  const { rows } = await sql<Found>`select (a.value ->> 'number')::int as number,
      case when ${column('t', key[0] ?? '')} is null then null else ${textsOf('t', columns)} end as row
    from jsonb_array_elements(${JSON.stringify(asked)}::jsonb) a
      cross join lateral jsonb_populate_record(null::${sql.id(schema, table)}, a.value) k
      left join ${sql.id(schema, table)} t on ${same}`.execute(tx);
  return rows;
};

/** False: one of them cannot be applied here, and none of them was. */
const applied = async (tx: Transaction<never>, apart: Build, run: readonly RecordedDomainEvent[]): Promise<boolean> => {
  await sql`savepoint run`.execute(tx);
  try {
    await apart.projection.apply(run, { tx, schema: apart.schema });
    await sql`release savepoint run`.execute(tx);
    return true;
  } catch {
    await sql`rollback to savepoint run`.execute(tx);
    return false;
  }
};

/** By whole runs where that goes, otherwise one by one; what cannot be applied is left out. */
const applyRun = async (tx: Transaction<never>, apart: Build, run: readonly RecordedDomainEvent[]): Promise<void> => {
  if ((await applied(tx, apart, run)) || run.length === 1) return;
  for (const event of run) await applied(tx, apart, [event]);
};

const shapesOf = async (tx: QueryExecutorProvider, schema: string, watched: readonly Watched[]): Promise<Shapes> => {
  const shapes = new Map<string, TableShape>();
  for (const { sample } of watched)
    if (!shapes.has(sample.table)) shapes.set(sample.table, await shapeOf(tx, schema, sample.table));
  return shapes;
};

/**
 * Folds `events` into tables of their own that nobody ever sees, and notes how each watched row changes. The tables are
 * made and forgotten in one transaction.
 */
export const foldApart = async (
  db: ProjectionDatabase,
  next: Build,
  watched: readonly Watched[],
  events: readonly RecordedDomainEvent[],
  lanes: { readonly of: (event: RecordedDomainEvent) => string; readonly shared: ReadonlySet<string> },
): Promise<ReadonlyMap<number, readonly Step[]>> => {
  const steps = new Map<number, Step[]>(watched.map(({ number }) => [number, []]));
  const apart: Build = { ...next, schema: `${next.schema}_apart` };
  const note = (run: readonly RecordedDomainEvent[], { number, row }: Found): void => {
    const known = steps.get(number);
    const before = known?.at(-1)?.row ?? null;
    if (known === undefined || JSON.stringify(before) === JSON.stringify(row)) return;
    const own = watched.find((each) => each.number === number)?.lanes ?? [];
    const event =
      run.find(({ position }) => position === row?.position) ?? run.find((each) => own.includes(lanes.of(each)));
    if (event !== undefined) known.push({ event, row });
  };
  const fold = db.transaction().execute(async (tx) => {
    await createTables(tx, await liveBuild(tx, next.projection), apart);
    const shapes = await shapesOf(tx, apart.schema, watched);
    for (const run of runsOf(events, lanes.of, lanes.shared)) {
      await applyRun(tx, apart, run);
      const touched = new Set(run.map(lanes.of));
      for (const shape of shapes.values()) {
        const here = watched.filter(
          ({ sample, lanes: own }) => sample.table === shape.table && own.some((lane) => touched.has(lane)),
        );
        if (here.length === 0) continue;
        for (const found of await rowsNow(tx, apart.schema, shape, here)) note(run, found);
      }
    }
    throw new Enough();
  });
  await fold.catch((error: unknown) => {
    if (!(error instanceof Enough)) throw error;
  });
  return steps;
};
