import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { rebuildById } from '../../projections/rebuild/queries.ts';
import { type DifferenceReport, differingRows } from '../../projections/rebuild/report.ts';
import { catchUp } from '../../projections/runner.ts';
import { shipments } from '../../projections/shipments/projection.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { contextFor, createRebuildService, type RebuildService } from './rebuildService.ts';
import { storeEvents } from './storedHistory.ts';

const orderOf = (event: RecordedDomainEvent): string | undefined => (event.data as { orderId?: string }).orderId;

/** A handler that sees something else than what happened; undefined: it does not see the event at all. */
const withBug = (
  projection: Projection,
  spoil: (event: RecordedDomainEvent) => RecordedDomainEvent | undefined,
): Projection => ({
  ...projection,
  apply: (batch, into) =>
    projection.apply(
      batch.flatMap((event) => spoil(event) ?? []),
      into,
    ),
});

const history = (): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  for (let n = 1; n <= 6; n += 1) playGoldenOrder(log, `O${n}`);
  return log;
};

describe('a rebuild after a planted bug', () => {
  let service: RebuildService;
  let stop: () => Promise<void>;
  let log: MemoryLog;

  beforeEach(async () => {
    service = await createRebuildService();
    log = history();
    await storeEvents(service.database, log.events);
    stop = service.startWorker(projections);
  });

  afterEach(async () => {
    await stop();
    await service.close();
  });

  const eventsOf = (type: string, orderId: string) =>
    log.events.filter((event) => event.type === type && orderOf(event as RecordedDomainEvent) === orderId);

  const reportOf = async (rebuildId: string): Promise<DifferenceReport> => {
    const difference = (await rebuildById(service.db, rebuildId))?.difference;
    if (difference == null) throw new Error(`${rebuildId} has no report`);
    return difference;
  };

  /** `table key -> columns: event` of every sample, without what only says which event a row reflects. */
  const found = (report: DifferenceReport): readonly string[] =>
    report.tables.flatMap(({ table, samples }) =>
      samples.map(({ kind, key, columns, firstEvent }) => {
        const names =
          kind === 'CHANGED'
            ? columns.map(({ column }) => column).filter((name) => !/^(position|updated_at)$/.test(name))
            : [];
        return `${table} ${Object.values(key).join('/')} ${kind} ${names.join(',')}: ${firstEvent?.type} ${firstEvent?.eventId}`;
      }),
    );

  test('lists exactly the rows that a wrong value touched, and the events that caused them', async () => {
    const touched = ['O2', 'O5'];
    const wrong = withBug(orders, (event) =>
      event.type === 'OrderPriced' && touched.includes(event.data.orderId)
        ? { ...event, data: { ...event.data, totals: { ...event.data.totals, net: '1' } } }
        : event,
    );
    await catchUp(service.source, wrong);
    await service.request(orders);
    await service.until('orders-v2', 'REFUSED');
    const report = await reportOf('orders-v2');
    expect(report.class).toBe('unexpected');
    expect(found(report)).toEqual(
      touched.map((id) => `orders ${id} CHANGED net: OrderPriced ${eventsOf('OrderPriced', id)[0]?.eventId}`),
    );
    expect(report.tables.reduce((sum, table) => sum + differingRows(table), 0)).toBe(2);
    expect(report.tables[0]?.samples[0]?.columns).toEqual([{ column: 'net', live: '1', new: '13000' }]);
    expect(report.tables[0]?.checksums.filter(({ equal }) => !equal).map(({ column }) => column)).toEqual(['net']);
  });

  test('lists what a handler that left an event out has made of several tables', async () => {
    const missed = eventsOf('ShipmentConfirmed', 'O3')[1];
    const wrong = withBug(orders, (event) => (event.eventId === missed?.eventId ? undefined : event));
    await catchUp(service.source, wrong);
    await service.request(orders);
    await service.until('orders-v2', 'REFUSED');
    const report = await reportOf('orders-v2');
    const names = found(report);
    expect(names.map((name) => name.split(' ').slice(0, 3).join(' '))).toEqual([
      'orders O3 CHANGED',
      'order_line O3/10 CHANGED',
      'order_release O3/O3-rel2 CHANGED',
    ]);
    for (const name of names) expect(name).toContain(`ShipmentConfirmed ${missed?.eventId}`);
  });

  test('finds the event although later ones of the same document were folded after it', async () => {
    const first = eventsOf('ShipmentConfirmed', 'O4')[0];
    const wrong = withBug(orders, (event) =>
      event.type === 'ShipmentConfirmed' && event.eventId === first?.eventId
        ? { ...event, data: { ...event.data, lines: event.data.lines.map((line) => ({ ...line, qty: '5' })) } }
        : event,
    );
    await catchUp(service.source, wrong);
    await service.request(orders);
    await service.until('orders-v2', 'REFUSED');
    const names = found(await reportOf('orders-v2'));
    // The order's status is another one only when the rest has left and 2 are still open.
    const last = eventsOf('ShipmentConfirmed', 'O4')[1];
    expect(names).toEqual([
      `orders O4 CHANGED status: ShipmentConfirmed ${last?.eventId}`,
      `order_line O4/10 CHANGED status,allocated,shipped,sourcing: ShipmentConfirmed ${first?.eventId}`,
      `order_release O4/O4-rel1 CHANGED status,lines: ShipmentConfirmed ${first?.eventId}`,
    ]);
  });

  test('rows that were damaged by hand are found without a new version of the code', async () => {
    await catchUp(service.source, shipments);
    const { schema } = await liveBuild(service.db, shipments);
    await sql`update ${sql.id(schema, 'shipment')} set carrier = 'NOBODY' where shipment_id = 'O1-s1'`.execute(
      service.db,
    );
    await sql`delete from ${sql.id(schema, 'shipment_line')} where shipment_id = 'O2-s2'`.execute(service.db);
    await service.request(shipments);
    await service.until('shipments-v2', 'REFUSED');
    const names = found(await reportOf('shipments-v2'));
    expect(names).toHaveLength(2);
    expect(names[0]).toMatch(
      /^shipment O1-s1 CHANGED carrier: ShipmentPlanned|^shipment O1-s1 CHANGED carrier: ShipmentConfirmed/,
    );
    expect(names[1]).toMatch(/^shipment_line O2-s2\/.* ONLY_NEW : ShipmentPlanned/);
  });

  test('a declared change set that covers the differences makes them expected, and a swap with a reason is enough', async () => {
    const wrong = withBug(orders, (event) =>
      event.type === 'OrderPriced'
        ? { ...event, data: { ...event.data, totals: { ...event.data.totals, net: '1' } } }
        : event,
    );
    await catchUp(service.source, wrong);
    await service.request(orders, [{ table: 'orders', kind: 'CHANGED', columns: ['net'] }]);
    await service.until('orders-v2', 'AWAITING_SWAP');
    expect(await reportOf('orders-v2')).toMatchObject({
      class: 'expected',
      tables: [{ changed: 6, expected: 6 }, {}, {}, {}, {}],
    });
    const swapped = await service.calls.swapRebuild(
      { rebuildId: 'orders-v2', reason: 'as declared' },
      contextFor('kim'),
    );
    expect(swapped).toMatchObject({ kind: 'done' });
    await service.until('orders-v2', 'SWAPPED');
    const { rows } = await sql`select distinct net::text as net from rm.orders`.execute(service.db);
    expect(rows).toEqual([{ net: '13000' }]);
  });

  test('unexpected differences need a second person, who is not the one that asked', async () => {
    await catchUp(
      service.source,
      withBug(orders, (event) => (event.type === 'OrderClosed' ? undefined : event)),
    );
    await service.request(orders, [], 'kim');
    await service.until('orders-v2', 'REFUSED');
    const swap = () => service.calls.swapRebuild({ rebuildId: 'orders-v2', reason: 'looked at it' }, contextFor('kim'));
    const asked = await swap();
    expect(asked).toMatchObject({ kind: 'refused', refusal: { refused: 'APPROVAL_REQUIRED' } });
    const { approvalId = '', payloadSha256 = '' } = (asked.kind === 'refused' ? asked.refusal.data : {}) as Record<
      string,
      string
    >;
    const decide = (actor: string) =>
      service.calls.decideApproval({ approvalId, payloadSha256, decision: 'GRANT', reason: 'seen' }, contextFor(actor));
    expect(await decide('kim')).toMatchObject({ kind: 'refused', refusal: { refused: 'SOD_VIOLATION' } });
    expect(await service.phaseOf('orders-v2')).toBe('REFUSED');
    expect(await decide('lee')).toMatchObject({ kind: 'done' });
    expect(await swap()).toMatchObject({ kind: 'done' });
    await service.until('orders-v2', 'SWAPPED');
  });

  test('a difference in a sealed batch or a closed period is unexpected, whatever was declared', async () => {
    await catchUp(service.source, glStaging);
    const { schema } = await liveBuild(service.db, glStaging);
    const pick = await sql<{
      id: string;
    }>`select journal_id as id from rm.gl_journal_state order by journal_id limit 2`.execute(service.db);
    const [sealed, open] = pick.rows.map(({ id }) => id);
    await sql`alter table ${sql.id(schema, 'gl_line')} disable trigger user`.execute(service.db);
    await sql`update ${sql.id(schema, 'gl_line')} set dimensions = '{"node":"X"}' where journal_id in (${sealed}, ${open}) and line_no = 1`.execute(
      service.db,
    );
    await sql`update ${sql.id(schema, 'gl_journal_state')} set batch_id = 'B' where journal_id = ${sealed}`.execute(
      service.db,
    );
    await service.request(glStaging, [
      { table: 'gl_line', kind: 'CHANGED' },
      { table: 'gl_journal_state', kind: 'CHANGED' },
    ]);
    await service.until('gl_staging-v2', 'REFUSED');
    const report = await reportOf('gl_staging-v2');
    const lines = report.tables.find(({ table }) => table === 'gl_line');
    expect(lines).toMatchObject({ changed: 2, sealed: 1, expected: 1 });
    expect(lines?.samples.map(({ key, sealed: inside }) => [key.journal_id, inside])).toEqual([
      [sealed, true],
      [open, false],
    ]);
  });

  test('money that differs is shown by account and period', async () => {
    const wrong = withBug(glStaging, (event) =>
      event.type === 'ShipmentConfirmed' && orderOf(event) === 'O1'
        ? { ...event, data: { ...event.data, lines: event.data.lines.map((line) => ({ ...line, cost: '100' })) } }
        : event,
    );
    await catchUp(service.source, wrong);
    await service.request(glStaging);
    await service.until('gl_staging-v2', 'REFUSED');
    const { money } = await reportOf('gl_staging-v2');
    expect(money.map(({ by }) => by.account).sort()).toHaveLength(2);
    for (const { by, sums } of money) {
      expect(by).toMatchObject({ bu: 'ACME', period: '202611', currency: 'USD' });
      const moved = sums.filter((sum) => sum.live !== sum.new);
      expect(moved.map((sum) => BigInt(sum.new) - BigInt(sum.live))).toEqual([5800n, 5800n]);
    }
  });
});
