import { beforeEach, describe, expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import type { Accruable } from '../../commands/calls/callPorts.ts';
import { toDomain } from '../../commands/codec.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { streamName } from '../../domain/eventLog.ts';
import { accrualKey } from '../../domain/ledger/accruals.ts';
import type { PeriodCommand } from '../../domain/ledger/commands.ts';
import { periodDecider } from '../../domain/ledger/period.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { accruableGoods } from '../../projections/accruals/queries.ts';
import { unbilledModels } from '../../projections/accruals/unbilled.ts';
import { projections } from '../../projections/catalogue.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { catchUp } from '../../projections/runner.ts';
import { confirm, eventsOf, line, ofType, receive } from './facts.ts';
import { countingKills } from './kills.ts';
import { confirm as confirmKits, kitLine, stock, submit as submitKits } from './kitOrders.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('ACC');

const item = 'BRG-6204';
const ledger = 'PRIMARY';
const period = '202611';

/** What accruals and the books they end in are read from. */
const followed = new Set<string>([...unbilledModels, 'subledgers', 'inventory']);

const tellPeriod = async (command: Record<string, unknown> & { readonly type: string }, unit = bu) =>
  world
    .executor()
    .execute(
      periodDecider,
      streamName('period', unit, ledger, period),
      { bu: unit, ledger, period, ...command } as PeriodCommand,
      world.as('finance'),
    );
const softClose = (unit = bu) => tellPeriod({ type: 'SoftClosePeriod', next: 'OPEN', reason: '' }, unit);
const reopen = async () => {
  const { revision } = await world.executor().load(periodDecider, streamName('period', bu, ledger, period));
  const agreed = { approvalId: 'A', approvedRevision: revision, reason: 'late', by: 'kim' };
  return tellPeriod({ type: 'ReopenPeriod', next: 'OPEN', ...agreed });
};

const openBooks = async (unit = bu): Promise<void> => {
  await must(world.app().publishAccountMap({ ...demoAccountMap, bu: unit }, world.as('finance')));
  await must(world.app().publishPostingRules({ ...demoPostingRules, bu: unit }, world.as('finance')));
  for (const each of ['202611', '202612'])
    await must(world.app().openPeriod({ bu: unit, ledger, period: each }, world.as('finance')));
};

const recorded = async (unit = bu) => ofType(await eventsOf(world, unit), 'AccrualRecorded').map(({ data }) => data);
const reversals = async (unit = bu) => ofType(await eventsOf(world, unit), 'AccrualReversed');

const known: Accruable = { accrues: true, knownThrough: '9'.repeat(20), unanswered: 0, goods: [] };
/** What read models would answer, until the next test. */
const readModelsSay = (say: typeof world.partners.accruableGoods): void => {
  Object.assign(world.partners, { accruableGoods: say });
};

describe('what was shipped and not invoiced', () => {
  const db = () => createKysely<never>(world.pool);
  const followTheLog = async (): Promise<void> => {
    for (const projection of projections.filter(({ name }) => followed.has(name)))
      await catchUp({ db: db(), feed: world.log, decode: toDomain }, projection);
  };
  const closing = async (of: string) => {
    const { items } = await trialBalance(db(), { bu, ledger, period: of });
    return Object.fromEntries(items.map((each) => [each.role, each.closing]));
  };

  test('is accrued by the soft close and taken back in the next period; the late invoice ends where one without accrual ends', async () => {
    readModelsSay((of, page) => accruableGoods(db(), of, page));
    await openBooks();
    await receive(world, bu, 'DC-EAST', item, '7', 'R1');
    await submit();
    await world.settle();
    const [first] = await releases();
    await must(confirm(world, first?.shipmentId ?? '', first?.orderId ?? '', 'C1', [{ lineId: '10', qty: '7' }]));
    await world.settle();
    world.partners.behaviour.down.add('tax');
    await receive(world, bu, 'DC-EAST', item, '3', 'R2');
    await world.settle();
    const second = (await releases())[1];
    await must(confirm(world, second?.shipmentId ?? '', second?.orderId ?? '', 'C2', [{ lineId: '10', qty: '3' }]));
    await world.think();
    await softClose();
    // Neither do the read models know of the soft close, nor has billing dealt with the second shipment.
    await world.settle(2);
    expect(await recorded()).toEqual([]);
    await followTheLog();
    await world.settle(2);
    const draft = ofType(await eventsOf(world, bu), 'InvoiceDrafted')[1]?.data.lines[0];
    expect(await recorded()).toMatchObject([
      {
        ...{ bu, ledger, period, orderId: second?.orderId, orderLineId: '10', shipmentId: second?.shipmentId },
        ...{ customer: 'C-1001', channel: 'portal', node: 'DC-EAST', item, itemGroup: 'BEARING', qty: '3' },
        ...{ gross: draft?.gross, discount: draft?.discount, cost: draft?.cost, day: '2026-11-30' },
      },
    ]);
    const [accrual] = ofType(await eventsOf(world, bu), 'AccrualRecorded');
    expect((await reversals()).map(({ data }) => [data.day, data.accrualEventId])).toEqual([
      ['2026-12-01', accrual?.eventId],
    ]);
    await followTheLog();
    const net = (BigInt(draft?.gross ?? '0') - BigInt(draft?.discount ?? '0')).toString();
    expect(await closing('202611')).toMatchObject({ UNBILLED_RECEIVABLE: net, DEFERRED_COGS: '0' });
    world.partners.behaviour.down.clear();
    await world.settle();
    await followTheLog();
    expect(await closing('202612')).toMatchObject({ UNBILLED_RECEIVABLE: '0', DEFERRED_COGS: '0' });
    for (const tie of await tieOuts(db(), { bu })) expect([tie.pair, tie.unexplained]).toEqual([tie.pair, '0']);
  });

  test('of a kit is where its components left to, group by group', async () => {
    readModelsSay((of, page) => accruableGoods(db(), of, page));
    await openBooks();
    await stock('DC-EAST', '4', '2');
    world.partners.behaviour.down.add('tax');
    const orderId = await submitKits({ lines: [kitLine('2')] });
    await confirmKits(orderId, 'C1', { item: 'SEAL-RING', qty: '4' }, { item: 'GREASE-50', qty: '2' });
    await softClose();
    for (let turn = 0; turn < 2; turn += 1) {
      await followTheLog();
      await world.settle(2);
    }
    await followTheLog();
    const [draft] = ofType(await eventsOf(world, bu), 'InvoiceDrafted').flatMap(({ data }) => data.lines);
    expect(draft?.costs).toHaveLength(2);
    const { itemGroup, cost, costs } = draft ?? {};
    expect(await recorded()).toMatchObject([{ item: 'KIT-SEAL', itemGroup, cost, costs }]);
    const { rows } = await world.pool.query(
      `select dimensions ->> 'item' as item, dimensions ->> 'itemGroup' as "itemGroup", sum(credit)::text as cost
        from rm.gl_line where bu = $1 and role = 'DEFERRED_COGS' and period = $2 group by 1, 2
        having sum(debit) = sum(credit)`,
      [bu, period],
    );
    expect(rows).toEqual(expect.arrayContaining([...(costs ?? [])]));
    expect(rows).toHaveLength(2);
  });

  test('is of this period where the ledger has its leaving, also what a supplier sends', async () => {
    readModelsSay((of, page) => accruableGoods(db(), of, page));
    await openBooks();
    world.partners.behaviour.down.add('tax');
    await submit({ lines: [line('10', 'MOTOR-1HP', '2')] });
    await world.settle();
    await softClose();
    const [placed] = ofType(await eventsOf(world, bu), 'DropShipPlaced');
    const goods = [{ lineId: '10', qty: '2', uom: 'EA', lots: [], serials: [] }];
    const asn = { poId: placed?.data.poId ?? '', supplierAsn: 'A1', tracking: [], lines: goods };
    const shippedAt = '2026-11-23T14:00:00.000Z';
    await must(world.app().recordDropShipNotice({ ...asn, shippedAt }, world.as('supplier')));
    for (let turn = 0; turn < 2; turn += 1) {
      await world.settle(2);
      await followTheLog();
    }
    expect(await recorded()).toEqual([]);
    expect((await closing('202612')).DEFERRED_COGS).toBe('28000');
    expect((await closing('202611')).DEFERRED_COGS).toBeUndefined();
  });
});

describe('the recording of accruals', () => {
  const goods = (shipmentId: string, qty = '1'): Accruable['goods'][number] => ({
    ...{ orderId: 'O', orderLineId: '10', shipmentId, shipmentLineId: '10', node: 'DC-EAST', channel: 'portal' },
    ...{ customer: 'C-1001', region: null, item, itemGroup: null, currency: 'USD' },
    ...{ qty, gross: '1250', discount: '100', cost: '600', costs: null },
  });
  const shipments = Array.from({ length: 250 }, (_, index) => goods(`SH-${String(index).padStart(3, '0')}`));
  const listing =
    (all: readonly Accruable['goods'][number][]): typeof world.partners.accruableGoods =>
    async (_of, { after, limit }) => ({
      ...known,
      goods: all.filter((each) => accrualKey(each) > after).slice(0, limit),
    });

  beforeEach(async () => {
    await openBooks();
  });

  test('waits for the read models and for billing, and happens without either only where nothing is accrued', async () => {
    readModelsSay(async () => ({ ...known, knownThrough: '' }));
    await softClose();
    await world.settle(2);
    readModelsSay(async () => ({ ...known, unanswered: 1, goods: [goods('SH-1')] }));
    await world.settle(2);
    expect(world.problems.map((problem) => (problem as Error).name)).toEqual(expect.arrayContaining(['NotYet']));
    expect(await recorded()).toEqual([]);
    readModelsSay(async () => ({ ...known, accrues: false, goods: [goods('SH-1')] }));
    await world.settle();
    expect(await recorded()).toEqual([]);
  });

  test('a second soft close after a reopening records the difference alone', async () => {
    readModelsSay(listing([goods('SH-1'), goods('SH-2', '3')]));
    await softClose();
    await world.settle();
    await reopen();
    readModelsSay(listing([goods('SH-2', '2'), goods('SH-3')]));
    await softClose();
    await world.settle();
    expect((await recorded()).map(({ shipmentId, qty }) => [shipmentId, qty])).toEqual([
      ...[
        ['SH-1', '1'],
        ['SH-2', '3'],
      ],
      ...[
        ['SH-2', '-1'],
        ['SH-3', '1'],
        ['SH-1', '-1'],
      ],
    ]);
  });

  test('by two workers at once, it is recorded once', async () => {
    readModelsSay(listing(shipments));
    await softClose();
    await world.think();
    const [step] = await world.outbox.take('one', 1, 600_000);
    const { log, catalog, clock, partners } = world;
    const run = (of: OutboxItem) => {
      const executor = createExecutor(log);
      return runStep({ executor, store: log, catalog, clock, ...partners }, of);
    };
    if (step === undefined) throw new Error('there is a step');
    await Promise.all([run(step), run({ ...step, attempts: 2 })]);
    const all = (await recorded()).map(({ shipmentId }) => shipmentId);
    expect(all.sort()).toEqual(shipments.map(({ shipmentId }) => shipmentId));
    await world.outbox.done([step.intentId]);
  });

  test('killed after any of its commands, it is run again and everything stands accrued once', async () => {
    readModelsSay(listing(shipments));
    const { executed, execute, unitsKilledAfterEach } = countingKills();
    const units = unitsKilledAfterEach(3);
    for (const unit of units) {
      await world.newBusinessUnit(unit);
      await openBooks(unit);
    }
    world.between.execute = execute;
    for (const unit of units) await softClose(unit);
    await world.settle();
    delete world.between.execute;
    expect(world.problems).toHaveLength(units.length);
    for (const unit of units) {
      expect(executed.get(unit)).toBeGreaterThan(3);
      const all = await recorded(unit);
      expect(all.map(({ shipmentId }) => shipmentId)).toEqual(shipments.map(({ shipmentId }) => shipmentId));
      const ids = ofType(await eventsOf(world, unit), 'AccrualRecorded').map(({ eventId }) => eventId);
      expect((await reversals(unit)).map(({ data }) => data.accrualEventId)).toEqual(ids);
    }
  });
});
