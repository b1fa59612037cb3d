import { expect } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import type { EventType } from '../../domain/events.ts';
import type { RevenuePolicy } from '../../domain/ledger/revenuePolicy.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { projections } from '../../projections/catalogue.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { shippedNotInvoicedReport } from '../../projections/reports/shippedNotInvoiced.ts';
import { catchUp } from '../../projections/runner.ts';
import { confirm, eventsOf, ofType, receive } from './facts.ts';
import { bu, releases, submit, world } from './newUnits.ts';
import { closings, item } from './returnedGoods.ts';
import { must } from './world.ts';

// Goods of ten ordered that left, some of them beyond the order, and are lost.

export const at = '2026-11-23T14:30:00.000Z';
export const events = async <T extends EventType>(type: T) => ofType(await eventsOf(world, bu), type);

export const openBooksUnder = async (revenuePolicy: RevenuePolicy): Promise<void> => {
  await must(world.app().publishAccountMap({ ...demoAccountMap, bu }, world.as('finance')));
  await must(world.app().publishPostingRules({ ...demoPostingRules, bu, revenuePolicy }, world.as('finance')));
  await must(world.app().openPeriod({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')));
};

/** Where the tax engine is away its steps are tried for ever. */
export const settle = () => (world.partners.behaviour.down.size === 0 ? world.settle() : world.settle(4));

/** So many of ten ordered have left, each at a cost of 6.00 and a net price of 11.50. */
export const left = async (qty: string) => {
  await receive(world, bu, 'DC-EAST', item, '20', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty }]));
  await settle();
  return { orderId, shipmentId };
};

export const lose = (shipmentId: string, qty: string, lossId = 'L1') => {
  const lines = [{ shipmentLineId: '10', qty }];
  const told = { shipmentId, lossId, kind: 'LOST', at, liability: 'CARRIER', lines } as const;
  return must(world.app().recordLoss(told, world.as('warehouse')));
};

export const decide = async (shipmentId: string, outcome: 'RESHIP' | 'CANCEL', lossId = 'L1') => {
  await must(world.app().decideLoss({ shipmentId, lossId, outcome }, world.as('ops')));
  await settle();
};

export const lost = async (shipmentId: string, qty: string, outcome: 'RESHIP' | 'CANCEL' = 'RESHIP', lossId = 'L1') => {
  await lose(shipmentId, qty, lossId);
  await decide(shipmentId, outcome, lossId);
};

export const resolve = (shipmentId: string, outcome: 'BILL' | 'GIFT') => {
  const about = { shipmentId, confirmationId: 'C1', lineId: '10', reason: 'told by phone', consent: 'MAIL-1' };
  return world.app().resolveOvershipment({ ...about, outcome }, world.as('finance'));
};

export const resolved = async (shipmentId: string, outcome: 'BILL' | 'GIFT') => {
  await must(resolve(shipmentId, outcome));
  await settle();
};

export const deliver = async (shipmentId: string) => {
  const told = { shipmentId, deliveryId: 'D1', deliveredAt: '2026-11-23T14:45:00.000Z' };
  await must(world.app().recordDelivery(told, world.as('warehouse')));
  await settle();
};

export const taxIsBack = async () => {
  world.partners.behaviour.down.clear();
  await world.settle();
  world.problems.length = 0;
};

const roles = [
  ...(['CARRIER_CLAIM', 'COGS', 'COGS_VARIANCE', 'DEFERRED_COGS', 'DEFERRED_REVENUE', 'GOODS_IN_TRANSIT_OUT'] as const),
  ...(['GOODWILL', 'REVENUE_PRODUCT', 'SALES_ALLOWANCE', 'SALES_DISCOUNT', 'UNBILLED_RECEIVABLE'] as const),
];

/** The balances that are not zero, and no pair of books disagrees. */
export const books = async (expected: Partial<Record<(typeof roles)[number], string>>) => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections) await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  const closed = await closings(db);
  const standing = roles.filter((role) => (closed[role] ?? '0') !== '0').map((role) => [role, closed[role]]);
  expect(Object.fromEntries(standing)).toEqual(expected);
  const ties = await tieOuts(db, { bu });
  expect(ties.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(ties.map(({ pair }) => [pair, '0']));
  return db;
};

export const overshippedNow = async (db: Awaited<ReturnType<typeof books>>) =>
  (await shippedNotInvoicedReport.rows({ filter: { bu }, scope: undefined, at: undefined }).execute(db)).rows;

export const billed = async () =>
  (await events('InvoiceIssued')).map(({ data }) => data.lines.map(({ qty, fromQty, cost }) => [fromQty, qty, cost]));

export const credited = async () =>
  (await events('CreditMemoIssued')).map(({ data }) => data.lines.map(({ qty, cost }) => [qty, cost]));

export const settledAs = async () =>
  (await events('ShipmentLossSettled')).map(({ data }) =>
    data.lines.map(({ beyond, unbilledQty, billedQty }) => [beyond, unbilledQty, billedQty]),
  );
