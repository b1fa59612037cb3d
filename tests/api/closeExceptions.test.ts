import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { journalIdFor } from '../../projections/glStaging/journalId.ts';
import { reverse } from '../projections/correctionHistory.ts';
import { heldAndCancelled } from '../projections/eventfulHistory.ts';
import { receive, release, ship } from '../projections/fulfilmentHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { openPeriod } from '../projections/masterDataHistory.ts';
import type { MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { append, project, startedHistory } from './asOfReports.ts';
import { orderIds, type Row, readReport } from './reported.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const november = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
const [golden, held, late] = orderIds;
let api: TestApi;

const journalOf = (log: MemoryLog, orderId: string): string => {
  const shipped = log.events.find(
    ({ type, stream }) => type === 'ShipmentConfirmed' && stream.endsWith(`${orderId}-s1`),
  );
  return journalIdFor(shipped?.eventId ?? '', 'T02', 'PRIMARY');
};

/** A month in which a hold was released by hand, which was closed too early, and corrected after that. */
const earlyClose = (): MemoryLog => {
  const log = startedHistory();
  playGoldenOrder(log, golden);
  placeOrder(log, held);
  heldAndCancelled(log, held);
  receive(log, '7', 'late');
  placeOrder(log, late);
  release(log, late, 1, '7');
  openPeriod(log, '202612');
  const stream = 'period-ACME.PRIMARY.202611';
  log.append(stream, 'PeriodSoftClosed', november);
  const hashes = { checklistSha256: 'c', trialBalanceSha256: 't', throughPosition: log.events.at(-1)?.position ?? '' };
  log.append(stream, 'PeriodClosed', { ...november, ...hashes });
  ship(log, late, 1, '7', '4200');
  reverse(log, journalOf(log, golden), '2026-12-01');
  log.append(stream, 'PeriodReopened', { ...november, approvalId: 'a', reason: 'a bill' });
  return log;
};

beforeAll(async () => {
  api = await makeTestApi();
  await append(api, earlyClose(), 0);
  await project(api);
});
afterAll(() => api.close());

const read = async (asked = '', period = '202611') =>
  (await readReport(api, `R14?bu=ACME&ledger=PRIMARY&period=${period}${asked}`)).items as readonly Row[];
const ofKind = async (kind: string, asked?: string, period?: string) =>
  (await read(asked, period)).filter((row) => row.kind === kind);

/** What people did is of the month in which the log heard of it, which is when this runs. */
const monthOfTheLog = async (): Promise<string> => {
  const [first] = (await api.log.readAfter('start', 1)).events;
  return (first?.recordedAt ?? '').slice(0, 7).replace('-', '');
};

test('R14 blockers are those of the readiness of the period, with whose they are', async () => {
  const path = '/v1/accounting-periods/ACME.PRIMARY.202611/readiness';
  const { body } = await call(api, 'GET', path, { role: 'auditor' });
  type Blocker = Row & { readonly amounts: readonly { readonly amount: string; readonly currency: string }[] };
  const expected = (body.blockers as readonly Blocker[]).flatMap(({ amounts, ...row }) =>
    (amounts.length > 0 ? amounts : [{ amount: null, currency: null }]).map(({ amount, currency }) => ({
      ...{ class: row.class, must: row.must, owner: row.owner, count: row.count, oldest: row.oldest, amount, currency },
    })),
  );
  expect(expected.length).toBeGreaterThan(1);
  const told = (await ofKind('BLOCKER')).map(({ class: name, must, owner, count, oldest, amount, currency }) => ({
    ...{ class: name, must, owner, count, oldest, amount, currency },
  }));
  expect(told).toEqual(expected.toSorted((a, b) => (String(a.class) < String(b.class) ? -1 : 1)));
});

test('E-07 late postings and corrections after the close are counted in the month that was closed too early', async () => {
  expect(await ofKind('LATE_POSTING')).toMatchObject([
    { class: 'T02', owner: 'finance', count: 1, amount: '4200', currency: 'USD', oldest: '2026-11-23', must: null },
  ]);
  expect(await ofKind('CORRECTION_AFTER_CLOSE')).toMatchObject([{ class: 'REVERSAL', count: 1, amount: '4200' }]);
  const { items } = await readReport(api, 'R14?bu=ACME&ledger=PRIMARY&period=202612');
  expect(items.filter(({ kind }) => kind === 'LATE_POSTING' || kind === 'CORRECTION_AFTER_CLOSE')).toEqual([]);
});

test('what people did is told by 1,000 orders of the month, and nothing of months without orders', async () => {
  expect(await ofKind('INTERVENTION', '', await monthOfTheLog())).toMatchObject([
    { class: 'OrderHoldReleased', owner: 'ops', count: 1, perThousandOrders: '333.33' },
    { class: 'PeriodReopened', count: 1, perThousandOrders: '333.33' },
  ]);
  const { items } = await readReport(api, 'R14?bu=ACME&ledger=PRIMARY&period=202001');
  expect(items).toEqual([]);
});

test('what is stuck is told by where, with what waits behind it', async () => {
  await sql`insert into ops.stuck (kind, consumer, lane_key, item, what, payload_ref, error_class, detail, attempts, first_seen_at, last_seen_at, blocked_count)
    values ('STUCK', 'warehouse-inbox:sim-wms', ${`${golden}-s1`}, 'm', 'confirmation', '{}', 'E', 'no', 3, '2026-11-24T08:00Z', now(), 4)`.execute(
    api.database.db,
  );
  expect(await ofKind('EXCEPTION')).toMatchObject([
    { class: 'STUCK warehouse-inbox:sim-wms', owner: 'ops', count: 1, waiting: 4, oldest: '2026-11-24' },
  ]);
  expect(await read('&validAsOf=2026-10-31')).toEqual([]);
});

test('days are those of the business unit, as the days of its documents are, and nothing is of tomorrow', async () => {
  const zone = (name: string) =>
    sql`update rm.business_unit set content = content || jsonb_build_object('timeZone', ${name}::text) where bu = 'ACME'`;
  await zone('Pacific/Honolulu').execute(api.database.db);
  expect(await ofKind('EXCEPTION')).toMatchObject([{ count: 1, oldest: '2026-11-23' }]);
  for (const { age, oldest } of await read())
    expect(oldest === null ? age : Number(age) >= 0).toBe(oldest === null ? null : true);
});
