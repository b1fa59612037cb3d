import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { createKysely, createPool } from '../adapters/postgres/pool.ts';
import { projections } from '../projections/catalogue.ts';
import { listProjections, type ProjectionView } from '../projections/freshness.ts';
import { rebuildInPlace } from '../projections/repair.ts';
import { deadLetters } from '../projections/stuck.ts';
import { addressFile } from './demoService.ts';
import { makeKeys } from './keys.ts';
import { table } from './terminal.ts';

// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 5 the service or its database is away.

class Stop extends Error {
  override readonly name = 'Stop';
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

type Json = { readonly json?: boolean };

/** The database of DATABASE_URL, or that of the service running on this data folder. */
const connectionString = async (): Promise<string> => {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const dataDir = process.env.DATA_DIR || '.throughline';
  const text = await readFile(addressFile(dataDir), 'utf8').catch(() => undefined);
  const database = text === undefined ? undefined : (JSON.parse(text) as { database?: string }).database;
  if (database !== undefined) return database;
  throw new Stop(`No service is running on ${dataDir}. Start it with npm start, or set DATA_DIR or DATABASE_URL.`, 5);
};

const withDatabase = async <T>(work: (db: ReturnType<typeof createKysely<never>>) => Promise<T>): Promise<T> => {
  const pool = createPool({
    connectionString: await connectionString(),
    connectionsMax: 2,
    applicationName: 'throughline-cli',
  });
  const db = createKysely<never>(pool);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
};

const show = (json: boolean | undefined, value: unknown, text: string): void =>
  console.log(json === true ? JSON.stringify(value, null, 2) : text);

const projectionTable = (rows: readonly ProjectionView[]): string =>
  table(
    [
      { title: 'Projection' },
      { title: 'State' },
      { title: 'Position', align: 'right' },
      { title: 'Lag ms', align: 'right' },
      { title: 'Rows', align: 'right' },
      { title: 'Dead letters', align: 'right' },
    ],
    rows.map((row) => [
      row.name,
      row.state,
      row.position.replace(/^0+(?=\d)/, ''),
      String(row.lagMs),
      String(row.rows),
      String(row.deadLetters),
    ]),
  );

const listAll = ({ json }: Json): Promise<void> =>
  withDatabase(async (db) => {
    const rows = await listProjections(db);
    show(json, rows, projectionTable(rows));
  });

const listDeadLetters = ({ json }: Json): Promise<void> =>
  withDatabase(async (db) => {
    const { items } = await deadLetters(db, { limit: 500 });
    const columns = ['Id', 'Kind', 'Consumer', 'Lane', 'What', 'Error', 'Attempts', 'Waiting'].map((title) => ({
      title,
    }));
    const rows = items.map((one) => [
      one.id,
      one.kind,
      one.consumer,
      one.laneKey,
      one.eventType,
      `${one.errorClass}: ${one.detail.slice(0, 60)}`,
      String(one.attempts),
      String(one.blockedCount),
    ]);
    show(json, items, items.length === 0 ? 'No dead letters.' : table(columns, rows));
  });

const followIntervalMs = 500;
const followMsMax = 600_000;

/** Shows how far the running projector is until it has caught up. */
const follow = async (db: Parameters<typeof listProjections>[0], name: string): Promise<ProjectionView> => {
  const deadline = Date.now() + followMsMax;
  for (;;) {
    const now = (await listProjections(db)).find((one) => one.name === name);
    if (now === undefined) throw new Stop(`Projection ${name} is gone.`, 3);
    const line = `${now.state}  position ${now.position.replace(/^0+(?=\d)/, '')}  ${now.rows} rows`;
    if (process.stdout.isTTY === true) process.stdout.write(`\r${line}   `);
    if (now.state === 'RUNNING') return now;
    if (now.state === 'STOPPED')
      throw new Stop(`The projection stopped: ${now.problem?.detail ?? 'no reason given'}`, 1);
    if (Date.now() > deadline)
      throw new Stop('It has not caught up yet; it goes on by itself. Look again with: throughline projections', 1);
    await delay(followIntervalMs);
  }
};

const rebuild = (name: string, { json }: Json): Promise<void> =>
  withDatabase(async (db) => {
    const projection = projections.find((one) => one.name === name);
    if (projection === undefined) {
      throw new Stop(`There is no projection ${name}. There are: ${projections.map((one) => one.name).join(', ')}`, 3);
    }
    await rebuildInPlace(db, projection);
    const done = await follow(db, name);
    show(json, done, `\n${name} is rebuilt: ${done.rows} rows.`);
  });

const program = new Command('throughline')
  .description('Operate a running Throughline from the terminal.')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  throughline projections\n  throughline rebuild orders\n  throughline dead-letters --json\n  throughline new-keys > keys.json',
  );

program
  .command('projections')
  .description('State, position and lag of every read model')
  .option('--json', 'for machines')
  .action(listAll);
program
  .command('dead-letters')
  .description('What cannot go on: events, steps and messages, and what waits behind them')
  .option('--json', 'for machines')
  .action(listDeadLetters);
program
  .command('rebuild <projection>')
  .description('Empty a read model and fill it again from the log, in place; readers see it fill')
  .option('--json', 'for machines')
  .action(rebuild);
program
  .command('new-keys')
  .description("A set of callers' keys for KEYS_FILE")
  .action(() => console.log(JSON.stringify(makeKeys('tl_'), null, 2)));

await program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof Stop ? error.exitCode : 1;
  }
});
