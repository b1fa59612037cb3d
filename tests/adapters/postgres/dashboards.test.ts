import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openToAnalysts } from '../../../adapters/postgres/analyticsRole.ts';
import { makeMetrics } from '../../../adapters/telemetry/metrics.ts';
import { readings } from '../../api/telemetryReadings.ts';
import { catchUpAll } from '../../projections/caughtUp.ts';
import { playGoldenOrder } from '../../projections/goldenHistory.ts';
import { openBooks } from '../../projections/masterDataHistory.ts';
import { createMemoryLog } from '../../projections/memoryLog.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

type Panel = {
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly targets: readonly { readonly rawSql?: string; readonly expr?: string }[];
};
type Dashboard = {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
  readonly panels: readonly Panel[];
};

const docs = new URL('../../../docs/', import.meta.url);
const files = (await readdir(new URL('dashboards/', docs))).sort();
const dashboards = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(new URL(`dashboards/${file}`, docs), 'utf8')) as Dashboard),
);
const panels = dashboards.flatMap((each) => each.panels);
const statements = panels.flatMap(({ title, type, targets }) =>
  targets.flatMap(({ rawSql }) => (rawSql === undefined ? [] : [[title, type, rawSql] as const])),
);
const expressions = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => (expr === undefined ? [] : [expr])));

/** What Grafana puts in the place of its macros and variables, with a window that holds everything. */
const asSent = (statement: string): string =>
  statement
    .replaceAll(/\$__timeFilter\(([^)]*)\)/g, "$1 between '2000-01-01' and '2100-01-01'")
    .replaceAll(`\${bu:sqlstring}`, "'ACME'");

// Roles belong to the whole server, so this one has a name of its own.
const role = `dashboards_${randomUUID().replaceAll('-', '')}`;

describe('dashboards', () => {
  let database: TestDatabase<never>;
  let analyst: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    const log = createMemoryLog();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    await catchUpAll(database.db, log);
    await openToAnalysts(database.db, role);
    analyst = new pg.Client({ connectionString: database.connectionString });
    await analyst.connect();
    await analyst.query(`set role ${role}`);
  });
  afterAll(async () => {
    await analyst?.end();
    await database.pool.query(`drop owned by ${role}`);
    await database.pool.query(`drop role ${role}`);
    await database.close();
  });

  test('O-10: there is one of order flow, allocation, shipment and finance, and each panel says what it shows', () => {
    expect(files).toEqual(['allocation.json', 'finance.json', 'order-flow.json', 'shipment.json']);
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(files.length);
    for (const { title, description, targets } of panels)
      expect({ title, said: title.length > 0 && description.length > 0, targets: targets.length > 0 }).toEqual({
        ...{ title, said: true, targets: true },
      });
  });

  test.each(
    statements,
  )('O-10: "%s" loads from the read models, with the rights of analytics tools', async (_, type, statement) => {
    const { fields } = await analyst.query(asSent(statement));
    if (type === 'timeseries') expect(fields.map(({ name }) => name).slice(0, 2)).toEqual(['time', 'metric']);
  });

  test('O-10: a panel shows what happened, for the business units that there are', async () => {
    const [unit] = dashboards[0]?.templating.list.filter(({ name }) => name === 'bu') ?? [];
    expect((await analyst.query(unit?.query ?? '')).rows).toEqual([{ bu: 'ACME' }]);
    const [, , submitted = ''] = statements.find(([title]) => title === 'Orders submitted') ?? [];
    expect((await analyst.query(asSent(submitted))).rows).toMatchObject([{ metric: expect.any(String), orders: '1' }]);
  });

  test('each asks for metrics that are exposed', async () => {
    const { text } = await makeMetrics(readings).expose();
    const exposed = new Set([...text.matchAll(/# TYPE (\S+) /g)].map(([, name]) => name));
    const asked = expressions.flatMap((expr) => expr.match(/\bo2c_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !exposed.has(name.replace(/_bucket$/, '')))).toEqual([]);
  });

  test('O-15: the share of reservations that succeed is a panel, and an alert says when it falls', async () => {
    const [ratio] = panels.filter(({ title }) => title === 'Reservation success ratio');
    const alerts = await readFile(new URL('alerts.yml', docs), 'utf8');
    const [, alerted] = /- alert: ReservationsRefused\n\s+expr: (.*)/.exec(alerts) ?? [];
    const refused =
      /sum\(rate\(o2c_reservation_attempts_total\{result="refused"\}\[15m\]\)\) \/ sum\(rate\(o2c_reservation_attempts_total\[15m\]\)\)/;
    expect(ratio?.targets[0]?.expr).toMatch(refused);
    expect(alerted).toMatch(refused);
  });
});
