import { beforeEach, describe, expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import type { EventType } from '../../domain/events.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { projections } from '../../projections/catalogue.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { perfectOrderReport } from '../../projections/reports/perfectOrder.ts';
import { catchUp } from '../../projections/runner.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { confirm, eventsOf, exposure, ofType, orderAt, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { closings, openBooks } from './returnedGoods.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('LOS');

beforeEach(() => {
  delete world.between.execute;
});

const item = 'BRG-6204';
const at = '2026-11-23T14:30:00.000Z';
const events = async <T extends EventType>(type: T) => ofType(await eventsOf(world, bu), type);

/** Ten bearings have left; as many more lie in stock. */
const shipped = async () => {
  await openBooks(bu);
  await receive(world, bu, 'DC-EAST', item, '20', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]));
  return { orderId, shipmentId };
};

const lose = (shipmentId: string, qty: string, lossId = 'L1', liability: 'CARRIER' | 'OURS' = 'CARRIER') => {
  const told = { shipmentId, lossId, kind: 'LOST', at, liability, lines: [{ shipmentLineId: '10', qty }] } as const;
  return must(world.app().recordLoss(told, world.as('warehouse')));
};

const decide = (shipmentId: string, outcome: 'RESHIP' | 'CANCEL', lossId = 'L1') =>
  must(world.app().decideLoss({ shipmentId, lossId, outcome }, world.as('ops')));

/** What was sourced again leaves. */
const shipAgain = async (orderId: string, qty: string) => {
  const second = (await releases())[1]?.shipmentId ?? '';
  await must(confirm(world, second, orderId, 'C2', [{ lineId: '10', qty }]));
  await world.settle();
};

const readModels = async () => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections) await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};

/** Every pair of books that can disagree says the same on both sides. */
const balances = async () => {
  const db = await readModels();
  const rows = await tieOuts(db, { bu });
  expect(rows.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(rows.map(({ pair }) => [pair, '0']));
  expect(rows.map(({ pair }) => pair)).toContain('CARRIER_CLAIM');
  return { db, ...(await closings(db)) };
};

/** Does `act` once, in the moment before a step's command of this type is executed. */
const justBefore = (type: string, act: () => Promise<unknown>): void => {
  let isDone = false;
  world.between.execute =
    (real): Execute =>
    async (decider, stream, command, context, options) => {
      if (!isDone && (command as { readonly type?: string }).type === type) {
        isDone = true;
        await act();
      }
      return real(decider, stream, command, context, options);
    };
};

const taxIsBack = async () => {
  world.partners.behaviour.down.clear();
  await world.settle();
  world.problems.length = 0;
};

const billed = async () =>
  (await events('InvoiceIssued')).map(({ data }) => data.lines.map(({ qty, fromQty }) => [fromQty, qty]));

describe('T20 what is lost before its invoice is issued', () => {
  test('is not billed, its cost is the carrier’s, and it leaves once more', async () => {
    world.partners.behaviour.down.add('tax');
    const { orderId, shipmentId } = await shipped();
    await world.settle(4);
    await lose(shipmentId, '4');
    await taxIsBack();
    // Nobody has decided: nothing of the shipment is billed.
    expect(await billed()).toEqual([]);
    await decide(shipmentId, 'RESHIP');
    await decide(shipmentId, 'RESHIP');
    await world.settle();
    expect(await billed()).toEqual([[['0', '6']]]);
    await shipAgain(orderId, '4');
    expect(await billed()).toEqual([[['0', '6']], [['6', '4']]]);
    expect(await orderAt(world, bu, orderId)).toMatchObject({
      ...{ status: 'COMPLETED', closed: true },
      lines: [{ buckets: { shipped: 10n, invoiced: 10n, overshipped: 0n } }],
    });
    const { db, ...books } = await balances();
    expect(books).toMatchObject({ CARRIER_CLAIM: '2400', COGS: '6000', DEFERRED_COGS: '0' });
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ onHand: 6n, reserved: 0n });
    expect(await shipmentById(db, shipmentId)).toMatchObject({
      ...{ state: 'CONFIRMED', lines: [{ lost: '4', damaged: '0' }] },
      losses: [{ state: 'SETTLED', cost: '2400', lines: [{ unbilled: '4', billed: '0' }] }],
    });
    expect(world.problems).toEqual([]);
  });

  test('is cancelled when nobody waits for it, and its draft withdrawn when all of it is lost', async () => {
    world.partners.behaviour.down.add('tax');
    const { orderId, shipmentId } = await shipped();
    await world.settle(4);
    await lose(shipmentId, '10', 'L1', 'OURS');
    await decide(shipmentId, 'CANCEL');
    await taxIsBack();
    expect(await events('InvoiceWithdrawn')).toMatchObject([{ data: { reason: 'GOODS_LOST' } }]);
    expect(await billed()).toEqual([]);
    expect(await releases()).toHaveLength(1);
    expect(await orderAt(world, bu, orderId)).toMatchObject({
      ...{ status: 'CANCELLED', closed: true },
      lines: [{ buckets: { shipped: 0n, cancelled: 10n } }],
    });
    expect(await exposure(world, bu, 'C-1001')).toBe(0n);
    const { db, ...books } = await balances();
    expect(books).toMatchObject({ LOSS_IN_TRANSIT: '6000', DEFERRED_COGS: '0' });
    expect(await shipmentById(db, shipmentId)).toMatchObject({ state: 'LOST' });
    expect(world.problems).toEqual([]);
  });

  test('is found before anything was decided: it is billed as if nothing had been', async () => {
    world.partners.behaviour.down.add('tax');
    const { orderId, shipmentId } = await shipped();
    await world.settle(4);
    await lose(shipmentId, '4');
    await taxIsBack();
    await must(world.app().recordFound({ shipmentId, lossId: 'L1', at }, world.as('ops')));
    await world.settle();
    expect(await billed()).toEqual([[['0', '10']]]);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true });
    const { db, ...books } = await balances();
    expect(books).toMatchObject({ DEFERRED_COGS: '0', COGS: '6000' });
    expect(await shipmentById(db, shipmentId)).toMatchObject({
      ...{ state: 'CONFIRMED', lines: [{ lost: '0' }], losses: [{ state: 'FOUND' }] },
    });
  });

  test('is settled once, however often its commands are killed', async () => {
    world.partners.behaviour.down.add('tax');
    const { orderId, shipmentId } = await shipped();
    await world.settle(4);
    await lose(shipmentId, '4');
    await taxIsBack();
    const killed = new Set<string>();
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        const { type } = command as { readonly type: string };
        if (killed.has(type)) return executed;
        killed.add(type);
        throw new Killed(type);
      };
    await decide(shipmentId, 'RESHIP').catch(() => decide(shipmentId, 'RESHIP'));
    await world.settle();
    await shipAgain(orderId, '4').catch(() => undefined);
    await world.settle();
    delete world.between.execute;
    for (const type of ['ReduceDraft', 'SettleLoss', 'ReopenShipped', 'RecordTax', 'IssueInvoice'])
      expect(killed).toContain(type);
    expect(await events('ShipmentLossSettled')).toHaveLength(1);
    expect(await events('AllocationReopened')).toHaveLength(1);
    expect(await billed()).toEqual([[['0', '6']], [['6', '4']]]);
    expect(await balances()).toMatchObject({ CARRIER_CLAIM: '2400', DEFERRED_COGS: '0' });
    world.problems.length = 0;
  });

  test('has no tax of the goods that it was drafted with', async () => {
    const { shipmentId } = await shipped();
    justBefore('RecordTax', async () => {
      await lose(shipmentId, '4');
      await decide(shipmentId, 'RESHIP');
    });
    await world.settle();
    const [invoice] = await events('InvoiceIssued');
    const issued = (await billed()).flat();
    const credited = (await events('CreditMemoIssued')).flatMap(({ data }) => data.lines.map(({ qty }) => qty));
    // Issued in that moment, or reduced before: what the customer owes for is six.
    const owed =
      issued.reduce((sum, [, qty]) => sum + BigInt(qty ?? '0'), 0n) -
      credited.reduce((sum, qty) => sum + BigInt(qty), 0n);
    expect(owed).toBe(6n);
    expect(invoice?.data.totals.tax).not.toBe('0');
    await balances();
    expect(world.problems).toEqual([]);
  });
});

describe('T10, T20 what is lost when its invoice was issued', () => {
  test('is credited with its tax, and its cost is borne by whoever lost it, also later by another one', async () => {
    const { orderId, shipmentId } = await shipped();
    await world.settle();
    const owed = await exposure(world, bu, 'C-1001');
    await lose(shipmentId, '3');
    await world.settle();
    expect(await events('CreditMemoDrafted')).toEqual([]);
    expect(await orderById(await readModels(), orderId)).toMatchObject({ flags: { lossOpen: true } });
    await decide(shipmentId, 'RESHIP');
    await world.settle();
    const [memo] = await events('CreditMemoIssued');
    expect(memo?.data).toMatchObject({
      ...{
        cause: 'LOSS',
        loss: { shipmentId, lossId: 'L1', liability: 'CARRIER' },
        lines: [{ qty: '3', cost: '1800' }],
      },
    });
    expect(await exposure(world, bu, 'C-1001')).toBe(owed - BigInt(memo?.data.totals.total ?? '0'));
    expect(await events('ShipmentLossCredited')).toMatchObject([{ data: { lines: [{ qty: '3', cost: '1800' }] } }]);
    // A document that stands is not delivered once more: who wants the goods orders them.
    expect(await releases()).toHaveLength(1);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets: { shipped: 10n } }] });
    const { db, ...books } = await balances();
    expect(books).toMatchObject({ CARRIER_CLAIM: '1800', COGS: '4200', DEFERRED_COGS: '0' });
    expect(await orderById(db, orderId)).toMatchObject({ lines: [{ credited: '3' }], flags: { lossOpen: false } });
    const graph = await lineage(db, { root: `loss-line:${shipmentId}/L1/10` });
    expect(graph?.summary).toMatchObject({ orderLine: `${orderId}/10`, complete: true });
    expect(graph?.edges.map(({ kind, from, to }) => [kind, from, to])).toEqual(
      expect.arrayContaining([
        ['LOST_BY', `shipment-line:${shipmentId}/10`, `loss-line:${shipmentId}/L1/10`],
        ['CREDITED_BY', `loss-line:${shipmentId}/L1/10`, `credit-memo:${memo?.data.creditMemoId}`],
      ]),
    );
    const { rows } = await perfectOrderReport.rows({ filter: { bu }, scope: undefined, at: undefined }).execute(db);
    expect(rows).toMatchObject([{ orderId, undamaged: 0, firstFailing: 'DAMAGED' }]);
    const reassign = { shipmentId, lossId: 'L1', liability: 'OURS', reason: 'It was packed badly.' } as const;
    await must(world.app().reassignLoss(reassign, world.as('finance')));
    await must(world.app().reassignLoss(reassign, world.as('finance')));
    expect(await balances()).toMatchObject({ CARRIER_CLAIM: '0', LOSS_IN_TRANSIT: '1800', COGS: '4200' });
    expect(world.problems).toEqual([]);
  });

  test('is credited above the limit when a second person has agreed, once', async () => {
    await must(world.app().defineBusinessUnit({ ...demoBusinessUnit, bu, creditMemoLimit: '1000' }, world.as('admin')));
    const { shipmentId } = await shipped();
    await world.settle();
    await lose(shipmentId, '3');
    await decide(shipmentId, 'CANCEL');
    await world.settle();
    expect(await events('CreditMemoDrafted')).toEqual([]);
    const asked = ofType(await eventsOf(world, 'operations'), 'ApprovalRequested')
      .map(({ data }) => data)
      .filter(({ subject, aboutBu }) => subject.kind === 'loss' && aboutBu === bu);
    expect(asked).toMatchObject([{ subject: { id: `${shipmentId}:L1` }, link: `/v1/shipments/${shipmentId}` }]);
    const { approvalId = '', payloadSha256 = '' } = asked[0] ?? {};
    const granted = { approvalId, decision: 'GRANT', payloadSha256, reason: 'seen' } as const;
    await must(world.app().decideApproval(granted, world.as('finance')));
    await world.settle();
    expect(await events('CreditMemoIssued')).toHaveLength(1);
    expect(await events('ShipmentLossCredited')).toHaveLength(1);
    await balances();
  });

  test('in the very moment in which it is issued is credited, and no draft is reduced', async () => {
    const { shipmentId } = await shipped();
    await lose(shipmentId, '4');
    await decide(shipmentId, 'RESHIP').catch(() => undefined);
    await world.settle();
    const [settled] = await events('ShipmentLossSettled');
    expect(settled?.data.lines).toMatchObject([{ unbilledQty: '4', billedQty: '0' }]);
    expect(await billed()).toEqual([[['0', '6']]]);
    await balances();
  });

  test('and found when it was settled stays as it is', async () => {
    const { shipmentId } = await shipped();
    await world.settle();
    await lose(shipmentId, '3');
    await decide(shipmentId, 'RESHIP');
    await world.settle();
    await must(world.app().recordFound({ shipmentId, lossId: 'L1', at }, world.as('warehouse')));
    await world.settle();
    const { db, ...books } = await balances();
    expect(books).toMatchObject({ CARRIER_CLAIM: '1800' });
    expect(await shipmentById(db, shipmentId)).toMatchObject({ losses: [{ state: 'FOUND_SETTLED' }] });
  });
});
