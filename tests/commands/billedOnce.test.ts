import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { projections } from '../../projections/catalogue.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { tieOutPairs } from '../../projections/glStaging/tieOutSides.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { catchUp } from '../../projections/runner.ts';
import { eventsOf, exposure, ofType, orderAt } from './facts.ts';
import { createInterleavings, type Plan } from './interleavings.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

const newBusinessUnit = async (bu: string): Promise<void> => {
  await world.newBusinessUnit(bu);
  await must(world.app().publishAccountMap({ ...demoAccountMap, bu }, world.as('finance')));
  await must(world.app().publishPostingRules({ ...demoPostingRules, bu }, world.as('finance')));
  await must(world.app().openPeriod({ bu, ledger: 'PRIMARY', period: '202611' }, world.as('finance')));
};

const sum = (amounts: readonly string[]): bigint => amounts.reduce((total, amount) => total + BigInt(amount), 0n);

/** What left and did not come back, and what of it is billed by invoices that stand: parts of the line, in order. */
const outcomeOf = (events: readonly RecordedDomainEvent[], orderId: string) => {
  const of = <T extends Parameters<typeof ofType>[1]>(type: T) =>
    ofType(events, type).filter(({ data }) => (data as { readonly orderId?: string }).orderId === orderId);
  const voided = new Set(of('ShipmentVoided').map(({ data }) => data.shipmentId));
  const left = of('ShipmentConfirmed').filter(({ data }) => !voided.has(data.shipmentId));
  const takenBack = new Set(of('InvoiceVoided').map(({ data }) => data.invoiceId));
  const standing = of('InvoiceIssued').filter(({ data }) => !takenBack.has(data.invoiceId));
  const ended = [...of('InvoiceIssued'), ...of('InvoiceWithdrawn')].map(({ data }) => data.invoiceId);
  const parts = standing.flatMap(({ data }) => data.lines.map(({ fromQty, qty }) => [Number(fromQty), Number(qty)]));
  return {
    left: sum(left.flatMap(({ data }) => data.lines.map(({ qty }) => qty))),
    parts: parts.sort(([a = 0], [b = 0]) => a - b),
    charges: sum(standing.map(({ data }) => data.totals.charges)),
    owed: sum(standing.map(({ data }) => data.totals.total)),
    // Each draft was either issued or withdrawn.
    drafts: of('InvoiceDrafted').map(({ data }) => data.invoiceId),
    ended,
  };
};

/**
 * Was more found to have left only after the order had been closed? Its last invoice and the stop of what was still to leave
 * may be through before the warehouse's word that it left after all: a fact is never refused, and closed is closed.
 */
const wasClosedBefore = (events: readonly RecordedDomainEvent[], orderId: string): boolean => {
  const closed = ofType(events, 'OrderClosed').find(({ data }) => data.orderId === orderId);
  const over = ofType(events, 'AllocationFulfilled').find(
    ({ data }) => data.orderId === orderId && data.lines.some(({ overshipped }) => overshipped !== '0'),
  );
  return closed !== undefined && over !== undefined && closed.position < over.position;
};

const playAndCheck = async (bu: string, plans: readonly Plan[]): Promise<void> => {
  world.problems.length = 0;
  await newBusinessUnit(bu);
  const flows = await createInterleavings(world, bu).play(plans);
  const events = await eventsOf(world, bu);
  let owed = 0n;
  for (const { plan, orderId } of flows) {
    const { lines, closed } = await orderAt(world, bu, orderId);
    const { shipped, overshipped, invoiced } = lines[0]?.buckets ?? { shipped: -1n, overshipped: 0n, invoiced: 0n };
    const outcome = outcomeOf(events, orderId);
    owed += outcome.owed;
    const billed = Number(outcome.left - overshipped);
    const covered = outcome.parts.flatMap(([from = 0, size = 0]) => Array.from({ length: size }, (_, n) => from + n));
    expect({ plan, shipped, invoiced, closed, covered, charges: outcome.charges }).toEqual({
      ...{ plan, shipped: outcome.left, invoiced: BigInt(billed) },
      // An over-shipment waits for a decision and keeps its order open.
      closed: overshipped === 0n || wasClosedBefore(events, orderId),
      covered: Array.from({ length: billed }, (_, n) => n),
      charges: billed > 0 ? 1_500n : 0n,
    });
    expect({ plan, ended: [...outcome.ended].sort() }).toEqual({ plan, ended: [...outcome.drafts].sort() });
  }
  // Also while an over-shipment keeps an order open: nothing that is still wanted of it has not been billed.
  expect(await exposure(world, bu, 'C-1001')).toBe(owed);
  await checkLedger(bu, owed);
  expect(world.problems).toEqual([]);
};

const checkLedger = async (bu: string, owed: bigint): Promise<void> => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections) await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  const balance = await trialBalance(db, { bu, ledger: 'PRIMARY', period: '202611' });
  expect(balance.totalDebit).toBe(balance.totalCredit);
  const rows = await tieOuts(db, { bu });
  expect(rows.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(tieOutPairs.map((pair) => [pair, '0']));
  expect(rows[0]).toMatchObject({ subledger: owed.toString(), gl: owed.toString() });
};

/** Commands of the processes from the confirmation of an order to its end. */
const commands = 12;
const moment = fc.integer({ min: 1, max: commands });

test('a void that is decided before any command and written before any later one leaves everything billed once', async () => {
  const moments = Array.from({ length: commands }, (_, index) => index + 1);
  const plans = moments.flatMap((decided) =>
    moments
      .filter((written) => written >= decided)
      .map((written): Plan => ({ first: 10, restAt: 0, voidAt: { decided, written } })),
  );
  await playAndCheck('PAIRS', plans);
  // Otherwise nothing was raced.
  const events = await eventsOf(world, 'PAIRS');
  expect(ofType(events, 'InvoiceVoided').length).toBeGreaterThan(0);
  expect(ofType(events, 'InvoiceWithdrawn').length).toBeGreaterThan(0);
  expect(ofType(events, 'ShipmentVoided').length).toBeLessThan(plans.length);
}, 400_000);

test('so do confirmations in parts, voids and cancellations in any order', async () => {
  const plan: fc.Arbitrary<Plan> = fc.record({
    first: fc.integer({ min: 1, max: 10 }),
    restAt: moment,
    voidAt: fc.option(
      fc.tuple(moment, moment).map(([a, b]) => ({ decided: Math.min(a, b), written: Math.max(a, b) })),
      { nil: undefined },
    ),
    cancel: fc.option(fc.record({ at: moment, qty: fc.integer({ min: 1, max: 10 }) }), { nil: undefined }),
  });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 20, maxLength: 20 }), async (plans) => {
      runs += 1;
      await playAndCheck(`MIXED${runs}`, plans);
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 400_000);
