import { join } from 'node:path';
import { askedFor } from './harness/arguments.ts';
import type { Bench } from './harness/bench.ts';
import { type BenchServer, startBenchServer } from './harness/database.ts';
import type { Figure } from './harness/figures.ts';
import { createFilledLogs } from './harness/filledLog.ts';
import { machineFacts } from './harness/machine.ts';
import { type Failure, tableOf, writeResults } from './harness/report.ts';
import { createDistributor } from './load/distributor.ts';
import { rows } from './rows.ts';

const resultsFile = join(import.meta.dirname, '../../bench-results.json');

const say = (text: string): void => console.error(text);

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Once started, one server serves all rows. */
const lazyServer = () => {
  let starting: Promise<BenchServer> | undefined;
  return {
    get: (): Promise<BenchServer> => (starting ??= startBenchServer()),
    stop: async (): Promise<void> => (await starting?.catch(() => undefined))?.stop(),
  };
};

const main = async (): Promise<void> => {
  const asked = askedFor(process.argv.slice(2), rows);
  const startedAt = performance.now();
  const elapsed = (): string => `${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s`;
  const server = lazyServer();
  const interrupted = (): void => void server.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const filledLog = createFilledLogs(server.get);
  const distributor = createDistributor(server.get);
  const figures: Figure[] = [];
  const failures: Failure[] = [];
  const machine = machineFacts();
  try {
    const { version: postgres } = await server.get();
    for (const [index, row] of asked.rows.entries()) {
      const progress = (text: string): void =>
        say(`${elapsed()}  ${index + 1} of ${asked.rows.length}  ${row.name}  ${text}`);
      progress('starts');
      const bench: Bench = {
        quick: asked.quick,
        rounds: asked.quick ? 2 : 5,
        seconds: asked.quick ? 0.7 : 3,
        server: server.get,
        filledLog,
        distributor,
        progress,
      };
      try {
        figures.push(...(await row.run(bench)));
      } catch (error) {
        // One row that breaks does not take the others' figures with it.
        failures.push({ row: row.name, error: textOf(error) });
        say(`${elapsed()}  ${row.name} FAILED: ${textOf(error)}`);
      }
      // After each row: a run that is interrupted leaves what it has.
      await writeResults(resultsFile, { ...machine, postgres }, figures, failures);
    }
    console.log(`\n${tableOf(figures)}\n`);
    const { cores, cpu, memoryGiB, node, commit, loadBefore } = machine;
    console.log(
      `${cores} cores (${cpu}), ${memoryGiB} GiB, node ${node}, Postgres ${postgres}, commit ${commit}, load before ${loadBefore}.`,
    );
    console.log(`min / median / max of the rounds. All of it: ${resultsFile}`);
    for (const { row, error } of failures) console.log(`NOT MEASURED: ${row}: ${error.split('\n')[0]}`);
  } finally {
    await server.stop();
  }
  if (failures.length > 0) process.exitCode = 1;
};

await main().catch((error: unknown) => {
  console.error(`\nThe bench did not run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
