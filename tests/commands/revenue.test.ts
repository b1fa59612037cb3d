import { expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { policyCalls } from '../../commands/calls/policies.ts';
import { toDomain } from '../../commands/codec.ts';
import { done } from '../../commands/outcome.ts';
import type { RevenuePolicy } from '../../domain/ledger/revenuePolicy.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { projections } from '../../projections/catalogue.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { marginReport } from '../../projections/reports/margin.ts';
import { shippedNotInvoicedReport } from '../../projections/reports/shippedNotInvoiced.ts';
import { catchUp } from '../../projections/runner.ts';
import { confirm, eventsOf, line, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { authorise, closings, inspect, item, receiveBack, shipped } from './returnedGoods.ts';
import { must } from './world.ts';

inNewUnits('REV');

const openBooksUnder = async (revenuePolicy: RevenuePolicy): Promise<void> => {
  await must(world.app().publishAccountMap({ ...demoAccountMap, bu }, world.as('finance')));
  await must(world.app().publishPostingRules({ ...demoPostingRules, bu, revenuePolicy }, world.as('finance')));
  await must(world.app().openPeriod({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')));
};

/** Another policy from here on, to which somebody agreed. */
const changeTo = async (revenuePolicy: RevenuePolicy): Promise<void> => {
  const ports = { executor: world.executor(), catalog: world.catalog } as unknown as Parameters<typeof policyCalls>[0];
  const { publishPostingRules } = policyCalls(ports, {
    requireApproval: async (_need, { commandId, occurredAt: recordedAt }) =>
      done(
        { approvalId: 'A', requestedBy: 'finance', approvedBy: 'lee' },
        { commandId, recordedAt, stream: 'approval-operations.A', revision: 1, position: '1' },
      ),
  });
  await must(publishPostingRules({ ...demoPostingRules, bu, revenuePolicy }, world.as('finance')));
};

const deliver = (shipmentId: string, deliveryId = 'D1') =>
  must(
    world
      .app()
      .recordDelivery({ shipmentId, deliveryId, deliveredAt: '2026-11-23T14:45:00.000Z' }, world.as('warehouse')),
  );

const voidTheInvoice = async (): Promise<void> => {
  const invoiceId = ofType(await eventsOf(world, bu), 'InvoiceIssued').at(-1)?.data.invoiceId ?? '';
  await must(world.app().voidInvoice({ invoiceId, reason: 'wrong customer' }, world.as('finance')));
  await world.settle();
};

const followed = [
  ...(['master_data', 'orders', 'invoices', 'shipments', 'inventory'] as const),
  ...(['gl_staging', 'subledgers', 'returns', 'lineage'] as const),
];

const waiting = ['DEFERRED_REVENUE', 'DEFERRED_COGS', 'GOODS_IN_TRANSIT_OUT', 'UNBILLED_RECEIVABLE'] as const;
type Waiting = Partial<Record<(typeof waiting)[number], string>>;

/** The balances of what waits, those that are not named at zero; every subledger agrees, and R02 has what is not recognised. */
const expectWaiting = async (expected: Waiting) => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections.filter(({ name }) => (followed as readonly string[]).includes(name)))
    await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  const books = await closings(db);
  expect(
    Object.fromEntries(waiting.flatMap((role) => ((books[role] ?? '0') === '0' ? [] : [[role, books[role]]]))),
  ).toEqual(expected);
  const ties = await tieOuts(db, { bu });
  expect(ties.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(ties.map(({ pair }) => [pair, '0']));
  const { rows } = await marginReport.rows({ filter: { bu }, scope: undefined, at: undefined }).execute(db);
  const unrecognised = rows.reduce<bigint>(
    (sum, row) => sum + BigInt((row as { unrecognised: string }).unrecognised),
    0n,
  );
  const balances = (['DEFERRED_REVENUE', 'DEFERRED_COGS', 'GOODS_IN_TRANSIT_OUT'] as const).map(
    (role) => books[role] ?? '0',
  );
  expect(unrecognised).toBe(-balances.reduce((sum, each) => sum + BigInt(each), 0n));
  const question = { filter: { bu }, scope: undefined, at: undefined };
  const unbilled = (await shippedNotInvoicedReport.rows(question).execute(db)).rows;
  return { db, books, unbilled };
};

const templatesOf = async (orderId: string) =>
  (await listJournals(createKysely<never>(world.pool), { orderId })).items.map(({ templateId }) => templateId);

test('under ON_DELIVERY an invoice waits for the goods to arrive, and its void leaves them earned', async () => {
  await openBooksUnder('ON_DELIVERY');
  const of = await shipped();
  await expectWaiting({ DEFERRED_REVENUE: '-8050', GOODS_IN_TRANSIT_OUT: '4200' });
  await deliver(of.shipmentId);
  await deliver(of.shipmentId, 'D2');
  await world.settle();
  const { books, db } = await expectWaiting({});
  expect(books).toMatchObject({ REVENUE_PRODUCT: '-8750', SALES_DISCOUNT: '700', COGS: '4200', AR_TRADE: '8714' });
  expect(await templatesOf(of.orderId)).toEqual(['T02D', 'T03D', 'T04D']);
  for (const { journalId, lines } of (await listJournals(db, { orderId: of.orderId })).items)
    for (const { lineNo } of lines) {
      const graph = await lineage(db, { root: `gl-line:${journalId}:${lineNo}`, direction: 'both' });
      expect(graph?.summary.complete).toBe(true);
      expect(graph?.nodes.map(({ id }) => id)).toContain(`order-line:${of.orderId}/10`);
    }
  await voidTheInvoice();
  const { books: after, unbilled } = await expectWaiting({ UNBILLED_RECEIVABLE: '8050' });
  expect(after).toMatchObject({ REVENUE_PRODUCT: '-8750', COGS: '4200', AR_TRADE: '0' });
  expect(unbilled).toMatchObject([{ reason: 'INVOICE_VOIDED', net: '8050', accrued: '8050', due: false }]);
});

test('what arrives before its invoice is receivable, and a change of policy reaches only what leaves afterwards', async () => {
  await openBooksUnder('ON_DELIVERY');
  world.partners.behaviour.down.add('tax');
  const of = await shipped();
  await changeTo('ON_SHIPMENT');
  await deliver(of.shipmentId);
  await world.settle(3);
  const { unbilled } = await expectWaiting({ UNBILLED_RECEIVABLE: '8050' });
  expect(unbilled).toMatchObject([{ reason: 'NOT_ISSUED', accrued: '8050', due: false }]);
  await receive(world, bu, 'DC-EAST', item, '3', `R2-${bu}`);
  await world.settle(3);
  const second = (await releases())[1]?.shipmentId ?? '';
  await must(confirm(world, second, of.orderId, 'C2', [{ lineId: '10', qty: '3' }]));
  await world.settle(3);
  await expectWaiting({ UNBILLED_RECEIVABLE: '11500' });
  world.partners.behaviour.down.clear();
  await world.settle();
  const { books } = await expectWaiting({});
  expect(books).toMatchObject({ REVENUE_PRODUCT: '-12500', SALES_DISCOUNT: '1000', COGS: '6000' });
  expect((await templatesOf(of.orderId)).sort()).toEqual(['T02', 'T02D', 'T02S', 'T03S', 'T03S', 'T04D']);
});

test('a voided shipment earns nothing, whether its invoice was drafted or voided before', async () => {
  await openBooksUnder('ON_SHIPMENT');
  const of = await shipped();
  await voidTheInvoice();
  await expectWaiting({ UNBILLED_RECEIVABLE: '8050' });
  world.partners.behaviour.down.add('tax');
  await must(world.app().voidShipment({ shipmentId: of.shipmentId, reason: 'never left' }, world.as('warehouse')));
  await world.settle(3);
  const again = (await releases())[1]?.shipmentId ?? '';
  await must(confirm(world, again, of.orderId, 'C2', [{ lineId: '10', qty: '7' }]));
  await world.settle(3);
  await expectWaiting({ UNBILLED_RECEIVABLE: '8050' });
  await must(world.app().voidShipment({ shipmentId: again, reason: 'never left' }, world.as('warehouse')));
  await world.settle(3);
  const { books } = await expectWaiting({});
  expect(books).toMatchObject({ REVENUE_PRODUCT: '0', COGS: '0', AR_TRADE: '0' });
  const reversed = ofType(await eventsOf(world, bu), 'RevenueReversed').map(({ data }) => data.reason);
  expect(reversed).toEqual(['SHIPMENT_VOIDED', 'SHIPMENT_VOIDED']);
});

test('what a supplier sends beyond the order is on its way until it is given away, and the rest until it has arrived', async () => {
  await openBooksUnder('ON_DELIVERY');
  const { orderId } = await submit({ lines: [line('10', 'MOTOR-1HP', '2')] });
  await world.settle();
  const [placed] = ofType(await eventsOf(world, bu), 'DropShipPlaced');
  const lines = [{ lineId: '10', qty: '3', uom: 'EA', lots: [], serials: [] }];
  const shippedAt = '2026-11-23T14:00:00.000Z';
  const asn = { poId: placed?.data.poId ?? '', supplierAsn: 'A1', shippedAt, tracking: [], lines };
  await must(world.app().recordDropShipNotice(asn, world.as('supplier')));
  await world.settle();
  await expectWaiting({ DEFERRED_REVENUE: '-37800', GOODS_IN_TRANSIT_OUT: '42000' });
  const [found] = ofType(await eventsOf(world, bu), 'OvershipmentFound');
  const { shipmentId = '', confirmationId = '' } = found?.data ?? {};
  const given = { shipmentId, confirmationId, lineId: '10', outcome: 'GIFT', reason: 'not worth the way' } as const;
  const asked = await world.app().resolveOvershipment(given, world.as('finance'));
  if (asked.kind !== 'refused') throw new Error('one person may not give so much away');
  const { approvalId = '', payloadSha256 = '' } = asked.refusal.data as Record<string, string>;
  const agreed = { approvalId, payloadSha256, decision: 'GRANT', reason: 'a good customer' } as const;
  await must(
    world.app().decideApproval(agreed, world.as('finance', { actor: { kind: 'USER', id: 'kim', roles: ['finance'] } })),
  );
  await must(world.app().resolveOvershipment(given, world.as('finance')));
  await world.settle();
  await expectWaiting({ DEFERRED_REVENUE: '-37800', GOODS_IN_TRANSIT_OUT: '28000' });
  await deliver(shipmentId);
  await world.settle();
  const { books } = await expectWaiting({});
  expect(books).toMatchObject({ GOODWILL: '14000', COGS: '28000', DROPSHIP_ACCRUAL: '-42000' });
  expect((await templatesOf(orderId)).sort()).toEqual(['T03D', 'T04D', 'T13', 'T19']);
});

test('what a kit is earned for and what it cost are one row of the margin, whichever way it is earned', async () => {
  await openBooksUnder('ON_DELIVERY');
  for (const [part, qty] of [
    ['SEAL-RING', '4'],
    ['GREASE-50', '2'],
  ] as const)
    await receive(world, bu, 'DC-EAST', part, qty, `R-${bu}-${part}`);
  const { orderId } = await submit({ lines: [line('10', 'KIT-SEAL', '2')] });
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '2' }]));
  await deliver(shipmentId);
  await world.settle();
  const { db } = await expectWaiting({});
  const { rows } = await marginReport.rows({ filter: { bu }, scope: undefined, at: undefined }).execute(db);
  const earned = (rows as { readonly template: string; readonly item: string }[])
    .filter(({ template }) => template === 'T04D')
    .sort((a, b) => (a.item < b.item ? -1 : 1));
  expect(earned).toMatchObject([
    { item: 'GREASE-50', gross: '0', cogs: '0', unrecognised: '1200' },
    { item: 'KIT-SEAL', gross: '2300', cogs: '3600', margin: '-1300' },
    { item: 'SEAL-RING', gross: '0', cogs: '0', unrecognised: '2400' },
  ]);
});

test('of a shipment line that left in parts, the part whose invoice was voided is receivable, and no other', async () => {
  await openBooksUnder('ON_SHIPMENT');
  await receive(world, bu, 'DC-EAST', item, '7', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  for (const [confirmationId, qty] of [
    ['C1', '4'],
    ['C2', '3'],
  ] as const)
    await must(confirm(world, shipmentId, orderId, confirmationId, [{ lineId: '10', qty }]));
  await world.settle();
  await voidTheInvoice();
  const { unbilled } = await expectWaiting({ UNBILLED_RECEIVABLE: '3450' });
  expect(unbilled).toMatchObject([{ shipmentLineId: '10', qty: '3', net: '3450', accrued: '3450' }]);
});

test('what is credited before the goods have arrived: of the price it lowers the result at once, of the goods it says that they had', async () => {
  await openBooksUnder('ON_DELIVERY');
  await shipped();
  const { invoiceId = '' } = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data ?? {};
  const credit = async (cause: 'PRICE' | 'RETURN', line: { readonly amount?: string; readonly qty?: string }) => {
    const asked = { invoiceId, cause, reason: 'told by phone', lines: [{ invoiceLineId: '1', ...line }], charges: [] };
    await must(world.app().creditInvoice(asked, world.as('finance')));
    await world.settle();
  };
  await credit('PRICE', { amount: '700' });
  const { books } = await expectWaiting({ DEFERRED_REVENUE: '-8050', GOODS_IN_TRANSIT_OUT: '4200' });
  expect(books).toMatchObject({ SALES_ALLOWANCE: '700' });
  await credit('RETURN', { qty: '1' });
  expect((await expectWaiting({})).books).toMatchObject({ REVENUE_PRODUCT: '-8750', COGS: '4200' });
});

test('what a customer sends back had reached him, also where no carrier ever said so', async () => {
  await openBooksUnder('ON_DELIVERY');
  const of = await shipped();
  const { rmaId } = await must(authorise(of, '2'));
  await must(receiveBack(rmaId, 'RC1', '2'));
  await must(inspect(rmaId, 'IN1', { qty: '2', disposition: 'RESTOCK' }));
  await world.settle();
  const { books } = await expectWaiting({});
  expect(books).toMatchObject({ REVENUE_PRODUCT: '-8750', SALES_RETURNS: '2500', COGS: '3000', SALES_DISCOUNT: '500' });
  await deliver(of.shipmentId);
  await world.settle();
  expect(ofType(await eventsOf(world, bu), 'RevenueRecognised').map(({ data }) => data.invoiced)).toEqual([true]);
});
