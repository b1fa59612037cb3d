import type pg from 'pg';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { createPreparedReads } from '../../../adapters/postgres/preparedPool.ts';
import { checkLines } from '../../../api/availability.ts';
import { type Asking, makeReads, type ReadModel } from '../../../api/reads.ts';
import type { AsOf } from '../../../projections/asOf.ts';
import { itemOf, nodeOf } from '../../support/history/plan.ts';
import { type Bench, historyEvents, interleaved, medianMs, type Row } from '../harness/bench.ts';
import { compared, type Figure, measured, type Target } from '../harness/figures.ts';
import { settle } from '../harness/filledLog.ts';

/** Asked as the API asks: the question and how fresh its models are, in one statement over the service's own kind of pool. */
type Question = {
  readonly what: string;
  readonly models: readonly ReadModel[];
  readonly ours: (reads: Asking<AsOf>['reads'], n: number) => Promise<unknown>;
  /** A primary-key SELECT of as many rows as the answer is about. */
  readonly reference: { readonly text: string; readonly values: (n: number) => readonly unknown[] };
  readonly target?: Target;
};

type Sample = { readonly orderId: string; readonly journalId: string };

const lineCounts = [1, 50] as const;

const itemsFrom = (n: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => itemOf(n + i));

const availability = (count: number): Question => ({
  what: `availability of ${count} ${count === 1 ? 'line' : 'lines'} / one indexed SELECT of as many rows`,
  models: ['inventory', 'master_data'],
  ours: async (reads, n) => {
    const items = itemsFrom(n, count);
    const inputs = await reads.availabilityInputs({ bu: 'ACME', items });
    const lines = items.map((item) => ({ item, qty: '5', uom: 'EA' }));
    const answer = checkLines({ at: '2026-11-28T12:00:00.000Z', lines }, inputs);
    if (!('promises' in answer) || answer.promises.length !== count) throw new Error('the check was not answered');
  },
  reference: {
    text: 'select * from rm.stock_position where stock_key = any($1)',
    values: (n) => [itemsFrom(n, count).map((item, i) => `ACME.${nodeOf(n + i)}.${item}`)],
  },
  target: { atMost: 3 },
});

const questionsOf = (samples: readonly Sample[]): readonly Question[] => {
  const sample = (n: number): Sample => samples[n % samples.length] as Sample;
  const present = async (answer: Promise<unknown>): Promise<void> => {
    if ((await answer) === undefined) throw new Error('nothing was found');
  };
  return [
    ...lineCounts.map(availability),
    {
      what: 'order / primary-key SELECT',
      models: ['orders'],
      ours: (reads, n) => present(reads.orderById(sample(n).orderId)),
      reference: { text: 'select * from rm.orders where order_id = $1', values: (n) => [sample(n).orderId] },
      target: { atMost: 3 },
    },
    {
      what: 'journal / primary-key SELECT',
      models: ['gl_staging'],
      ours: (reads, n) => present(reads.journalById(sample(n).journalId)),
      reference: { text: 'select * from rm.gl_journal where journal_id = $1', values: (n) => [sample(n).journalId] },
      target: { atMost: 3 },
    },
    {
      what: 'lineage of a GL line / primary-key SELECT',
      models: ['lineage', 'gl_staging'],
      ours: (reads, n) => present(reads.lineage({ root: `gl-line:${sample(n).journalId}:1` })),
      reference: { text: 'select * from rm.lineage_node where id = $1', values: (n) => [`order:${sample(n).orderId}`] },
      target: { atMost: 3 },
    },
  ];
};

/** Journals from all over the log, so that no answer comes from a handful of hot pages. */
const samplesOf = async (pool: pg.Pool): Promise<readonly Sample[]> => {
  const { rows } = await pool.query<Sample>(
    `select order_id as "orderId", journal_id as "journalId" from rm.gl_journal where template_id = 'T03'
     order by md5(journal_id) limit 500`,
  );
  if (rows.length === 0) throw new Error('the log is too short to hold a journal');
  return rows;
};

const measure = async (bench: Bench, connectionString: string, events: number): Promise<readonly Figure[]> => {
  const pool = createPool({ connectionString, plannedOnce: true });
  const readDb = createPreparedReads(pool);
  const reads = makeReads(readDb);
  const figures: Figure[] = [];
  try {
    for (const { what, models, ours, reference, target } of questionsOf(await samplesOf(pool))) {
      const { text, values } = reference;
      const name = `reference-${what}`.slice(0, 60);
      const rounds = await interleaved(bench, {
        what,
        ours: () => medianMs(bench.seconds / 2, (n) => ours(reads.asking(models).reads, n)),
        reference: () => medianMs(bench.seconds / 2, (n) => pool.query({ name, text, values: [...values(n)] })),
      });
      figures.push(compared({ row: 'reads', what, unit: 'ms median', ...(target && { target }) }, rounds));
      if (what.startsWith('lineage'))
        figures.push(
          measured(
            {
              ...{ row: 'reads', what: `lineage of a GL line, ${events.toLocaleString('en-US')} events in the log` },
              ...{ unit: 'ms median', target: { atMost: 50 } },
            },
            rounds.map((round) => round.ours),
          ),
        );
    }
    return figures;
  } finally {
    await readDb.destroy();
  }
};

export const reads: Row = {
  name: 'reads',
  run: async (bench) => {
    const events = historyEvents(bench);
    const { connectionString } = await bench.filledLog(events, bench.progress);
    // The row before may have written every read model anew.
    await settle(connectionString);
    return measure(bench, connectionString, events);
  },
};
