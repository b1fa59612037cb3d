import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import type { Outcome } from '../../commands/application.ts';
import type { AppPorts } from '../../commands/calls/callPorts.ts';
import { overshipmentCalls } from '../../commands/calls/overshipments.ts';
import { toDomain } from '../../commands/codec.ts';
import type { Refusal } from '../../domain/decider.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import type { OvershipmentOutcome } from '../../domain/shipment/overshipmentEvents.ts';
import type { OvershipmentRule } from '../../domain/shipment/overshipmentPolicy.ts';
import { projections } from '../../projections/catalogue.ts';
import { watchedCases } from '../../projections/exceptions/watch.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { closeReadiness } from '../../projections/periods/readiness.ts';
import { shippedNotInvoicedReport } from '../../projections/reports/shippedNotInvoiced.ts';
import { catchUp } from '../../projections/runner.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { orderTimeline } from '../../projections/timeline/queries.ts';
import { confirm, eventsOf, ofType, orderAt, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { authorise, closings, inspect, item, openBooks, receiveBack, refusedWith } from './returnedGoods.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('OV');

beforeEach(() => openBooks(bu));
afterEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);
const person = (id: string) => world.as('finance', { actor: { kind: 'USER', id, roles: ['finance'] } });
/** The first answer may be that somebody else has to agree; then somebody does, and it is done. */
const agreed = async <T extends object>(act: () => Promise<Outcome<T>>) => {
  const asked = await act();
  if (asked.kind === 'done') return asked;
  expect(asked).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED' } });
  const { approvalId, payloadSha256 } = (asked as { refusal: Refusal }).refusal.data as Record<string, string>;
  const grant = { approvalId: approvalId ?? '', payloadSha256: payloadSha256 ?? '', decision: 'GRANT', reason: 'ok' };
  await must(world.app().decideApproval({ ...grant, decision: 'GRANT' }, person('kim')));
  return undefined;
};

const define = async (more: { readonly giftLimit?: string; readonly overshipments?: readonly OvershipmentRule[] }) => {
  const act = () => world.app().defineBusinessUnit({ ...demoBusinessUnit, bu, ...more }, person('lee'));
  if ((await agreed(act)) === undefined) await must(act());
};

/** Twelve of ten ordered have left. */
const overshipped = async () => {
  await receive(world, bu, 'DC-EAST', item, '12', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '12' }]));
  await world.settle();
  return { orderId, shipmentId };
};

const resolve = (
  shipmentId: string,
  outcome: OvershipmentOutcome,
  more: { readonly consent?: string } = {},
  context = person('lee'),
) =>
  world
    .app()
    .resolveOvershipment(
      { shipmentId, confirmationId: 'C1', lineId: '10', outcome, reason: 'told by phone', ...more },
      context,
    );

const shown = [
  ...['master_data', 'orders', 'inventory', 'shipments', 'invoices', 'gl_staging', 'subledgers', 'periods'],
  ...['timeline', 'lineage', 'exceptions', 'reconciliations', 'partner_documents', 'event_index'],
];

const readModels = async () => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections.filter(({ name }) => shown.includes(name)))
    await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};

type Db = Awaited<ReturnType<typeof readModels>>;

const listed = async (db: Db, filter: { readonly period?: string } = {}, at?: string) =>
  (await shippedNotInvoicedReport.rows({ filter: { bu, ...filter }, scope: undefined, at }).execute(db)).rows;

const casesOf = async (db: Db) =>
  (await watchedCases(db, 500)).breaches.filter((each) => each.bu === bu && each.class === 'OVERSHIPMENT_OPEN');

const unexplained = async (db: Db) =>
  (await tieOuts(db, { bu })).filter((each) => each.unexplained !== '0').map(({ pair }) => pair);

const blockers = async (db: Db) =>
  (await closeReadiness(db, { bu, ledger: 'PRIMARY', period: '202611' }))?.blockers
    .filter((each) => each.class === 'OVERSHIPMENTS_OPEN')
    .map(({ count, amounts }) => ({ count, amounts }));

const voidAll = async (shipmentId: string) => {
  for (const { data } of await events('InvoiceIssued'))
    await must(world.app().voidInvoice({ invoiceId: data.invoiceId, reason: 'WRONG' }, world.as('finance')));
  await must(world.app().voidShipment({ shipmentId, reason: 'WRONG' }, world.as('warehouse')));
  await world.settle();
};

describe('goods beyond an order', () => {
  test('wait for a decision, and everybody sees it; given away, they leave nothing behind, not even after a void', async () => {
    const { orderId, shipmentId } = await overshipped();
    const before = await readModels();
    expect(await orderById(before, orderId)).toMatchObject({
      flags: { overshipped: true },
      lines: [{ shipped: '12', overshipped: '2', gifted: '0', overshipmentOpen: true, status: 'PARTIALLY_INVOICED' }],
    });
    expect((await shipmentById(before, shipmentId))?.overshipments).toMatchObject([
      { qty: '2', allowed: '0', isWithinTolerance: false, outcome: null },
    ]);
    expect(await listed(before)).toMatchObject([
      { shipmentId, shipmentLineId: '10', reason: 'OVERSHIPPED', qty: '2', net: '0', cost: '1200', channel: 'portal' },
    ]);
    expect(await casesOf(before)).toMatchObject([{ objectId: shipmentId, amount: '1200', orderId }]);
    expect(await blockers(before)).toMatchObject([{ count: 1, amounts: [{ amount: '1200' }] }]);
    const known = (await events('OvershipmentFound'))[0]?.position ?? '';

    const context = person('lee');
    const first = await must(resolve(shipmentId, 'GIFT', {}, context));
    expect(await must(resolve(shipmentId, 'GIFT', {}, context))).toEqual(first);
    await refusedWith(resolve(shipmentId, 'BILL', { consent: 'x' }), 'OVERSHIPMENT_RESOLVED');
    await world.settle();
    const after = await readModels();
    expect(await orderById(after, orderId)).toMatchObject({
      ...{ status: 'COMPLETED', flags: { overshipped: false } },
      lines: [{ shipped: '12', overshipped: '2', gifted: '2', invoiced: '10', status: 'CLOSED' }],
    });
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets: { gifted: 2n } }] });
    expect(await closings(after)).toMatchObject({ DEFERRED_COGS: '0', GOODWILL: '1200', COGS: '6000' });
    expect(await unexplained(after)).toEqual([]);
    expect([await listed(after), await casesOf(after), await blockers(after)]).toEqual([[], [], []]);
    const asKnown = (await listed(after, {}, known)) as { readonly reason: string }[];
    expect(asKnown.filter(({ reason }) => reason === 'OVERSHIPPED')).toMatchObject([{ cost: '1200' }]);
    expect((await orderTimeline(after, orderId))?.items.map(({ text }) => text)).toContain(
      '2 of line 10 beyond the order are given away.',
    );
    const graph = await lineage(after, { root: `shipment-line:${shipmentId}/10` });
    expect(graph?.decisions.map(({ type }) => type)).toContain('OvershipmentResolved');
    expect(graph?.gaps).toEqual([]);

    await refusedWith(
      world.app().voidShipment({ shipmentId, reason: 'W' }, world.as('warehouse')),
      'SHIPMENT_INVOICED',
    );
    await voidAll(shipmentId);
    const back = await readModels();
    expect(await closings(back)).toMatchObject({ DEFERRED_COGS: '0', GOODWILL: '0', COGS: '0', INVENTORY: '0' });
    expect(await unexplained(back)).toEqual([]);
    expect([await listed(back), await casesOf(back)]).toEqual([[], []]);
    const buckets = { shipped: 0n, overshipped: 0n, gifted: 0n };
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: false, lines: [{ buckets }] });
    expect(await orderById(back, orderId)).toMatchObject({ lines: [{ shipped: '0', overshipped: '0', gifted: '0' }] });
    await refusedWith(resolve(shipmentId, 'GIFT'), 'SHIPMENT_VOIDED');
    expect(world.problems).toEqual([]);
  });

  test('are billed behind what was ordered, with the consent of the customer, and credited when they come back', async () => {
    const { orderId, shipmentId } = await overshipped();
    await refusedWith(resolve(shipmentId, 'BILL'), 'OVERSHIP_TOLERANCE');
    await must(resolve(shipmentId, 'BILL', { consent: 'MAIL-1' }));
    await world.settle();
    expect((await events('InvoiceIssued')).map(({ data }) => data.lines)).toMatchObject([
      [{ fromQty: '0', qty: '10', net: '11500', cost: '6000' }],
      [{ fromQty: '10', qty: '2', net: '2300', cost: '1200', shipmentLineId: '10' }],
    ]);
    const db = await readModels();
    expect(await orderById(db, orderId)).toMatchObject({
      ...{ status: 'COMPLETED', flags: { overshipped: false } },
      lines: [{ overshipped: '2', gifted: '0', invoiced: '12' }],
    });
    expect(await closings(db)).toMatchObject({ DEFERRED_COGS: '0', COGS: '7200' });
    expect([await listed(db), await casesOf(db), await unexplained(db)]).toEqual([[], [], []]);

    const { rmaId } = await must(authorise({ orderId, shipmentId }, '11'));
    await must(receiveBack(rmaId, 'RC1', '11'));
    await must(inspect(rmaId, 'IN1', { qty: '11', disposition: 'RESTOCK' }));
    await world.settle();
    expect((await events('CreditMemoIssued')).map(({ data }) => data.lines)).toMatchObject([
      [{ qty: '10', net: '11500' }],
      [{ qty: '1', net: '1150' }],
    ]);
    expect(world.problems).toEqual([]);
  });

  test('are no longer billed when their shipment is voided, and a later one bills what was ordered', async () => {
    const { orderId, shipmentId } = await overshipped();
    await must(resolve(shipmentId, 'BILL', { consent: 'MAIL-1' }));
    await world.settle();
    const [, second] = await events('InvoiceIssued');
    const [first] = await events('InvoiceIssued');
    await must(world.app().voidInvoice({ invoiceId: first?.data.invoiceId ?? '', reason: 'W' }, world.as('finance')));
    const refusal = { refused: 'SHIPMENT_INVOICED', data: { invoiceId: second?.data.invoiceId } };
    expect(await world.app().voidShipment({ shipmentId, reason: 'W' }, world.as('warehouse'))).toMatchObject({
      refusal,
    });
    await must(world.app().voidInvoice({ invoiceId: second?.data.invoiceId ?? '', reason: 'W' }, world.as('finance')));
    await must(world.app().voidShipment({ shipmentId, reason: 'W' }, world.as('warehouse')));
    await world.settle();
    const again = (await releases())[1];
    expect(again?.lines.map(({ qty }) => qty)).toEqual(['10']);
    await must(confirm(world, again?.shipmentId ?? '', orderId, 'C2', [{ lineId: '10', qty: '10' }]));
    await world.settle();
    expect((await events('InvoiceIssued')).at(-1)?.data.lines).toMatchObject([{ fromQty: '0', qty: '10' }]);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(await unexplained(await readModels())).toEqual([]);
  });

  test('are decided once by two at once, and a gift that is dear takes a second person', async () => {
    await define({ giftLimit: '1199' });
    const { shipmentId } = await overshipped();
    expect(await agreed(() => resolve(shipmentId, 'GIFT'))).toBeUndefined();
    const both = await Promise.all([resolve(shipmentId, 'GIFT'), resolve(shipmentId, 'BILL', { consent: 'MAIL-1' })]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    await world.settle();
    expect(await events('OvershipmentResolved')).toHaveLength(1);
    await refusedWith(resolve(shipmentId, 'GIFT'), 'OVERSHIPMENT_RESOLVED');
  });

  test.each<OvershipmentOutcome>([
    'BILL',
    'GIFT',
  ])('within the tolerance of item and customer: %s by the rule', async (outcome) => {
    const rule = { item, customer: 'C-1001', tolerancePct: '20', outcome };
    await define({ overshipments: [{ itemGroup: 'NONE', tolerancePct: '100', outcome: 'GIFT' }, rule] });
    const { orderId } = await overshipped();
    expect((await events('OvershipmentResolved')).map(({ data }) => data)).toMatchObject([
      { outcome, excess: '2', decidedBy: 'POLICY', tolerance: { allowed: '2', within: true }, cost: '1200' },
    ]);
    const buckets = outcome === 'GIFT' ? { gifted: 2n, invoiced: 10n } : { gifted: 0n, invoiced: 12n };
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets }] });
  });

  test.each([
    ['FindOvershipments', 'GIFT'],
    ['RecordGift', 'GIFT'],
    ['RecordProgress', 'GIFT'],
    ['DraftInvoice', 'BILL'],
  ] as const)('are settled once by workers that are killed around %s', async (type, outcome) => {
    await define({ overshipments: [{ tolerancePct: '20', outcome }] });
    const kills = { before: 1, after: 1 };
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const { type: of, lines } = command as { readonly type?: string; readonly lines?: readonly object[] };
        const isMeant = of === type && (type !== 'RecordProgress' || lines?.some((each) => 'addGifted' in each));
        if (isMeant && kills.before-- > 0) throw new Killed('before');
        const done = await real(decider, stream, command, context, options);
        if (isMeant && kills.after-- > 0) throw new Killed('after');
        return done;
      };
    const { orderId } = await overshipped();
    await world.settle();
    const buckets = outcome === 'GIFT' ? { gifted: 2n, invoiced: 10n } : { gifted: 0n, invoiced: 12n };
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets }] });
    expect([await events('OvershipmentFound'), await events('OvershipmentResolved')].map((all) => all.length)).toEqual([
      1, 1,
    ]);
  });
});

test('what an over-shipment is found by is read together, not one stream after another', async () => {
  await receive(world, bu, 'DC-EAST', item, '12', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '12' }]));
  const trace: string[] = [];
  const real = world.executor();
  const load: typeof real.load = async (decider, stream) => {
    trace.push(`ask ${decider.category}`);
    const loaded = await real.load(decider, stream);
    trace.push(`told ${decider.category}`);
    return loaded;
  };
  const store = {
    read: (stream: StreamName) => {
      trace.push('ask events');
      return world.log.read(stream);
    },
  };
  const ports = {
    executor: { ...real, load },
    store,
    catalog: world.catalog,
    clock: world.clock,
  } as unknown as AppPorts;
  const requireApproval = () => Promise.reject(new Error('nothing is asked'));
  const said = { shipmentId, confirmationId: 'C1', lineId: '10', outcome: 'GIFT', reason: 'told by phone' } as const;
  await overshipmentCalls(ports, { requireApproval }).resolveOvershipment(said, person('lee'));
  const first = trace.indexOf('ask events');
  expect(trace.slice(first, first + 3)).toEqual(['ask events', 'ask allocation', 'ask order']);
});
