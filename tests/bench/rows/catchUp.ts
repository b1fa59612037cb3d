import { projections } from '../../../projections/catalogue.ts';
import type { Bench, Row } from '../harness/bench.ts';
import { copyOf } from '../harness/copyReference.ts';
import { compared, type Figure, measured } from '../harness/figures.ts';
import { openProjecting } from '../harness/projecting.ts';

const row = 'catch-up';

type Measured = { readonly seconds: number; readonly copySeconds: number; readonly rows: number };

const figuresOf = (events: number, rounds: ReadonlyMap<string, readonly Measured[]>): readonly Figure[] => {
  const all = [...rounds.values()];
  const total = (all[0] ?? []).map((_, round) => ({
    ours: all.reduce((sum, each) => sum + (each[round]?.seconds ?? 0), 0),
    copy: all.reduce((sum, each) => sum + (each[round]?.copySeconds ?? 0), 0),
    rows: all.reduce((sum, each) => sum + (each[round]?.rows ?? 0), 0),
  }));
  const each = [...rounds].map(([name, taken]) =>
    compared(
      { row, what: `${name} / COPY of its rows`, unit: 'rows/s' },
      taken.map(({ seconds, copySeconds, rows }) => ({ ours: rows / seconds, reference: rows / copySeconds })),
    ),
  );
  const orders = rounds.get('orders') ?? [];
  return [
    compared(
      {
        row,
        what: `every read model, ${events.toLocaleString('en-US')} events / COPY of all rows`,
        unit: 'rows/s',
        target: { atLeast: 0.5 },
        note: 'COPY goes into tables of the same shape with all their indexes.',
      },
      total.map(({ ours, copy, rows }) => ({ ours: rows / ours, reference: rows / copy })),
    ),
    measured(
      { row, what: 'orders', unit: 'events/s', target: { atLeast: 20_000 } },
      orders.map(({ seconds }) => events / seconds),
    ),
    ...each,
  ];
};

const run = async (bench: Bench): Promise<readonly Figure[]> => {
  const events = bench.quick ? 50_000 : 1_000_000;
  const { connectionString, seconds: first } = await bench.filledLog(events, bench.progress);
  const projecting = openProjecting(connectionString);
  const taken = new Map<string, Measured[]>();
  try {
    for (let round = 1; round <= (bench.quick ? 1 : 3); round += 1) {
      for (const projection of projections) {
        const { name, version } = projection;
        bench.progress(`${name}: round ${round}`);
        const copied = await copyOf(connectionString, `rm_${name}_v${version}`);
        // A model that holds nothing has nothing to compare.
        if (copied.rows === 0) continue;
        // The first filling counts as the first round.
        const again = async (): Promise<number> => {
          await projecting.empty(projection);
          return projecting.catchUp(projection);
        };
        const seconds = round === 1 ? (first.get(name) ?? Number.NaN) : await again();
        taken.set(name, [...(taken.get(name) ?? []), { seconds, copySeconds: copied.seconds, rows: copied.rows }]);
      }
    }
  } finally {
    await projecting.close();
  }
  return figuresOf(events, taken);
};

export const catchUpRow: Row = { name: 'catchup', run };
