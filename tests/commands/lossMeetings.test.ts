import { beforeEach, describe, expect, test } from '@jest/globals';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { costCauses } from '../../domain/stock/costEvents.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { confirm, eventsOf, ofType, orderAt } from './facts.ts';
import {
  at,
  billed,
  books,
  credited,
  decide,
  deliver,
  events,
  left,
  lose,
  lost,
  openBooksUnder,
  overshippedNow,
  resolve,
  resolved,
  settledAs,
  taxIsBack,
} from './lostGoods.ts';
import { bu, inNewUnits, releases, world } from './newUnits.ts';
import { item, refusedWith } from './returnedGoods.ts';
import { must } from './world.ts';

inNewUnits('LOM');

describe('T19, T20 goods beyond the order that are lost', () => {
  beforeEach(() => openBooksUnder('ON_INVOICE'));

  test('and nobody had decided about are lost before what was ordered, and nobody has to decide any more', async () => {
    const { orderId, shipmentId } = await left('12');
    await lose(shipmentId, '1');
    await refusedWith(resolve(shipmentId, 'GIFT'), 'SHIPMENT_LOST');
    await decide(shipmentId, 'RESHIP');
    const db = await books({
      CARRIER_CLAIM: '600',
      COGS: '6000',
      DEFERRED_COGS: '600',
      REVENUE_PRODUCT: '-12500',
      SALES_DISCOUNT: '1000',
    });
    expect(await overshippedNow(db)).toMatchObject([{ reason: 'OVERSHIPPED', qty: '1', cost: '600' }]);
    expect((await shipmentById(db, shipmentId))?.overshipments).toMatchObject([
      { qty: '1', outcome: null },
      { qty: '1', outcome: 'LOST' },
    ]);
    await lost(shipmentId, '2', 'RESHIP', 'L2');
    expect(await settledAs()).toEqual([
      [['UNDECIDED', '1', '0']],
      [
        ['UNDECIDED', '1', '0'],
        [undefined, '0', '1'],
      ],
    ]);
    expect(await credited()).toEqual([[['1', '600']]]);
    const after = await books({
      CARRIER_CLAIM: '1800',
      COGS: '5400',
      REVENUE_PRODUCT: '-12500',
      SALES_ALLOWANCE: '1250',
      SALES_DISCOUNT: '900',
    });
    expect(await overshippedNow(after)).toEqual([]);
    expect(await orderById(after, orderId)).toMatchObject({ lines: [{ overshipped: '0', overshipmentOpen: false }] });
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets: { shipped: 10n } }] });
    expect(await releases()).toHaveLength(1);
    await refusedWith(resolve(shipmentId, 'GIFT'), 'NOT_OVERSHIPPED');
    expect(world.problems).toEqual([]);
  });

  test('are given away as far as they are there', async () => {
    const { orderId, shipmentId } = await left('12');
    await lost(shipmentId, '1', 'CANCEL');
    await resolved(shipmentId, 'GIFT');
    expect((await events('OvershipmentResolved')).map(({ data }) => [data.excess, data.cost])).toEqual([['1', '600']]);
    await books({
      CARRIER_CLAIM: '600',
      COGS: '6000',
      GOODWILL: '600',
      REVENUE_PRODUCT: '-12500',
      SALES_DISCOUNT: '1000',
    });
    const buckets = { shipped: 11n, overshipped: 1n, gifted: 1n, cancelled: 0n };
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets }] });
  });

  test('when they had been given away are no goodwill any more', async () => {
    const { orderId, shipmentId } = await left('12');
    await resolved(shipmentId, 'GIFT');
    await lost(shipmentId, '1');
    await books({
      CARRIER_CLAIM: '600',
      COGS: '6000',
      GOODWILL: '600',
      REVENUE_PRODUCT: '-12500',
      SALES_DISCOUNT: '1000',
    });
    await lost(shipmentId, '2', 'RESHIP', 'L2');
    expect(await settledAs()).toEqual([
      [['GIFT', '1', '0']],
      [
        ['GIFT', '1', '0'],
        [undefined, '0', '1'],
      ],
    ]);
    const db = await books({
      CARRIER_CLAIM: '1800',
      COGS: '5400',
      REVENUE_PRODUCT: '-12500',
      SALES_ALLOWANCE: '1250',
      SALES_DISCOUNT: '900',
    });
    const buckets = { shipped: 10n, overshipped: 0n, gifted: 0n, unsourced: 0n };
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets }] });
    expect(await orderById(db, orderId)).toMatchObject({ lines: [{ shipped: '10', overshipped: '0', gifted: '0' }] });
    expect(world.problems).toEqual([]);
  });

  test('and billed on an invoice of their own are credited there first', async () => {
    const { shipmentId } = await left('12');
    await resolved(shipmentId, 'BILL');
    await lost(shipmentId, '3');
    expect(await settledAs()).toEqual([
      [
        ['BILL', '0', '2'],
        [undefined, '0', '1'],
      ],
    ]);
    expect(await credited()).toEqual(expect.arrayContaining([[['2', '1200']], [['1', '600']]]));
    await books({
      CARRIER_CLAIM: '1800',
      COGS: '5400',
      REVENUE_PRODUCT: '-15000',
      SALES_ALLOWANCE: '3750',
      SALES_DISCOUNT: '900',
    });
    expect(world.problems).toEqual([]);
  });

  test('and about to be billed are on no invoice, and what was ordered leaves once more', async () => {
    world.partners.behaviour.down.add('tax');
    const { orderId, shipmentId } = await left('12');
    await resolved(shipmentId, 'BILL');
    await lost(shipmentId, '3');
    await taxIsBack();
    expect(await events('InvoiceWithdrawn')).toMatchObject([{ data: { reason: 'GOODS_LOST' } }]);
    expect(await billed()).toEqual([[['0', '9', '5400']]]);
    const second = (await releases())[1];
    expect(second?.lines).toMatchObject([{ qty: '1' }]);
    await must(confirm(world, second?.shipmentId ?? '', orderId, 'C2', [{ lineId: '10', qty: '2' }]));
    await world.settle();
    // One of the two is beyond the order, and nobody agreed to pay for that one.
    expect(await billed()).toEqual([[['0', '9', '5400']], [['9', '1', '600']]]);
    const db = await books({
      CARRIER_CLAIM: '1800',
      COGS: '6000',
      DEFERRED_COGS: '600',
      REVENUE_PRODUCT: '-12500',
      SALES_DISCOUNT: '1000',
    });
    expect(await orderById(db, orderId)).toMatchObject({ lines: [{ overshipped: '1', overshipmentOpen: true }] });
  });
});

describe('T20 and when revenue is recognised', () => {
  test.each([
    ['ON_SHIPMENT', false],
    ['ON_DELIVERY', false],
    ['ON_DELIVERY', true],
  ] as const)('%s, drafted, arrived %s: what is lost earns nothing', async (policy, hasArrived) => {
    await openBooksUnder(policy);
    world.partners.behaviour.down.add('tax');
    const { shipmentId } = await left('10');
    if (hasArrived) await deliver(shipmentId);
    await lost(shipmentId, '4', 'CANCEL');
    const isEarned = policy === 'ON_SHIPMENT' || hasArrived;
    const earned = { COGS: '3600', REVENUE_PRODUCT: '-7500', SALES_DISCOUNT: '600' };
    await books({
      CARRIER_CLAIM: '2400',
      ...(isEarned ? { ...earned, UNBILLED_RECEIVABLE: '6900' } : { GOODS_IN_TRANSIT_OUT: '3600' }),
    });
    await taxIsBack();
    if (!isEarned) await books({ CARRIER_CLAIM: '2400', DEFERRED_REVENUE: '-6900', GOODS_IN_TRANSIT_OUT: '3600' });
    if (!isEarned) await deliver(shipmentId);
    await books({ CARRIER_CLAIM: '2400', ...earned });
    // All that is left, after its invoice was issued: revenue that was earned is allowed on.
    await lost(shipmentId, '6', 'CANCEL', 'L2');
    await books({ CARRIER_CLAIM: '6000', REVENUE_PRODUCT: '-7500', SALES_ALLOWANCE: '7500' });
  });

  test('ON_DELIVERY, issued: what never arrives was deferred, and what arrives is earned', async () => {
    await openBooksUnder('ON_DELIVERY');
    await must(world.app().defineBusinessUnit({ ...demoBusinessUnit, bu, creditMemoLimit: '1000' }, world.as('admin')));
    const { shipmentId } = await left('10');
    await lose(shipmentId, '3');
    await deliver(shipmentId);
    // Nobody knows yet what of it is billed.
    await books({ DEFERRED_REVENUE: '-11500', GOODS_IN_TRANSIT_OUT: '6000' });
    await decide(shipmentId, 'CANCEL');
    // Its credit memo waits for a second person: what has arrived does not.
    const earned = { COGS: '4200', REVENUE_PRODUCT: '-8750', SALES_DISCOUNT: '700' };
    await books({ ...earned, DEFERRED_REVENUE: '-3450', GOODS_IN_TRANSIT_OUT: '1800' });
    const invoiceId = (await events('InvoiceIssued'))[0]?.data.invoiceId ?? '';
    const voided = world.app().voidInvoice({ invoiceId, reason: 'WRONG' }, world.as('finance'));
    await refusedWith(voided, 'INVOICE_NOT_VOIDABLE');
    const asked = ofType(await eventsOf(world, 'operations'), 'ApprovalRequested')
      .map(({ data }) => data)
      .find(({ subject, aboutBu }) => subject.kind === 'loss' && aboutBu === bu);
    const { approvalId = '', payloadSha256 = '' } = asked ?? {};
    const granted = { approvalId, decision: 'GRANT', payloadSha256, reason: 'seen' } as const;
    await must(world.app().decideApproval(granted, world.as('finance')));
    await world.settle();
    await books({ ...earned, CARRIER_CLAIM: '1800' });
    expect(world.problems).toEqual([]);
  });

  test('ON_DELIVERY, issued, all lost: nothing was ever earned', async () => {
    await openBooksUnder('ON_DELIVERY');
    const { shipmentId } = await left('10');
    await lost(shipmentId, '3');
    await books({ CARRIER_CLAIM: '1800', DEFERRED_REVENUE: '-8050', GOODS_IN_TRANSIT_OUT: '4200' });
    await lost(shipmentId, '7', 'CANCEL', 'L2');
    await books({ CARRIER_CLAIM: '6000' });
    expect(await events('RevenueRecognised')).toEqual([]);
  });

  test('found before anything was decided, what had arrived is earned after all', async () => {
    await openBooksUnder('ON_DELIVERY');
    const { shipmentId } = await left('10');
    await lose(shipmentId, '3');
    await deliver(shipmentId);
    await must(world.app().recordFound({ shipmentId, lossId: 'L1', at }, world.as('ops')));
    await world.settle();
    await books({ COGS: '6000', REVENUE_PRODUCT: '-12500', SALES_DISCOUNT: '1000' });
  });
});

test('T20, T21 a late cost of goods that were lost is our variance: who bears them bears what they left at', async () => {
  await openBooksUnder('ON_INVOICE');
  const { shipmentId } = await left('10');
  await lost(shipmentId, '4');
  const late = { bu, node: 'DC-EAST', item, amount: '2000', currency: 'USD', cause: costCauses[0] } as const;
  const ofReceipt = { kind: 'RECEIPT', reference: `R-${bu}` } as const;
  const ofShipment = { kind: 'SHIPMENT', shipmentId } as const;
  const correct = (reference: string, about: typeof ofReceipt | typeof ofShipment) =>
    must(world.app().correctCost({ ...late, reference, about }, world.as('finance')));
  expect(await correct('BILL-1', ofReceipt)).toMatchObject({ inStock: '1000', variance: '1000' });
  expect(await correct('BILL-2', ofShipment)).toMatchObject({ inStock: '0', variance: '2000' });
  await world.settle();
  // Ten of twenty are there still; the others had left, those that were lost among them.
  await books({
    CARRIER_CLAIM: '2400',
    COGS: '3600',
    COGS_VARIANCE: '3000',
    REVENUE_PRODUCT: '-12500',
    SALES_ALLOWANCE: '5000',
    SALES_DISCOUNT: '600',
  });
});
