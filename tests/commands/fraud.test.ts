import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SubmitOrderInput } from '../../commands/calls/inputs.ts';
import { inParallel } from '../../commands/inParallel.ts';
import type { EventType } from '../../domain/events.ts';
import { eventsOf, exposure, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { countingKills } from './kills.ts';
import { bu, inNewUnits, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('FR');

const item = 'BRG-6204';
const card: Partial<SubmitOrderInput> = { payment: { method: 'CARD' } };
const shop: Partial<SubmitOrderInput> = { channel: 'webshop' };
beforeEach(() => {
  world.partners.behaviour.judges = () => 'CLEAR';
});

const countOf = async (type: EventType) => ofType(await eventsOf(world, bu), type).length;

/** The end of the wait is a minute away. */
const endWaits = () =>
  world.pool.query("update ops.outbox set due_at = clock_timestamp() where step = 'endFraudWait' and done_at is null");

const askAgain = () =>
  world.pool.query("update ops.outbox set due_at = clock_timestamp() where step = 'checkFraud' and done_at is null");

describe('P-08 the fraud check of an order', () => {
  test('that is paid by card comes before its acceptance; one on account is not checked and is accepted at once', async () => {
    await receive(world, bu, 'DC-EAST', item, '30', 'R1');
    const plain = await submit();
    expect(plain).not.toHaveProperty('fraudCheck');
    expect(plain.status).toBe('OPEN');
    const checked = await submit({ ...card, customerPo: 'PO-2' });
    expect(checked).toMatchObject({ status: 'PENDING', fraudCheck: 'PENDING' });
    await world.settle();
    expect(await orderAt(world, bu, checked.orderId)).toMatchObject({
      status: 'OPEN',
      lines: [{ status: 'RELEASED' }],
    });
    expect(world.partners.seen.assessed.get(checked.orderId)).toBe(1);
    expect(world.partners.seen.assessed.has(plain.orderId)).toBe(false);
    expect(ofType(await eventsOf(world, bu), 'FraudDecisionRecorded')).toMatchObject([
      { data: { decision: 'CLEAR', reference: `F-${checked.orderId}`, score: '431.5' } },
    ]);
  });

  test('S-20 REVIEW holds it for somebody who did not enter it', async () => {
    world.partners.behaviour.judges = () => 'REVIEW';
    const { orderId } = await submit(card);
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'ON_HOLD', holds: ['FRAUD'] });
    const [held] = ofType(await eventsOf(world, bu), 'OrderHeld');
    const release = { orderId, holdId: held?.data.holdId ?? '', reason: 'known customer' };
    expect(await world.app().releaseHold(release, world.as('channel'))).toMatchObject({
      kind: 'refused',
      refusal: { refused: 'SOD_VIOLATION' },
    });
    const released = await must(world.app().releaseHold(release, world.as('finance')));
    expect(released).toMatchObject({ status: 'OPEN', fraudCheck: 'RELEASED' });
  });

  test('S-20 REJECT cancels it and gives back credit and the goods of its cart', async () => {
    world.partners.behaviour.judges = () => 'REJECT';
    await receive(world, bu, 'DC-EAST', item, '10', 'R1');
    const before = await exposure(world, bu, 'C-1001');
    const cart = {
      bu,
      channel: 'webshop',
      soldTo: 'C-1001',
      kind: 'CART',
      allowPartial: false,
      allowSplit: true,
    } as const;
    const { reservationId } = await must(
      world.app().reserve({ ...cart, lines: [line('10', item, '10')] }, world.as('channel')),
    );
    const { orderId } = await submit({ ...card, reservationIds: [reservationId] });
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ reserved: 10n });
    expect(await exposure(world, bu, 'C-1001')).not.toBe(before);
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true });
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ reserved: 0n, available: 10n });
    expect(await exposure(world, bu, 'C-1001')).toBe(before);
    expect(await countOf('OrderAccepted')).toBe(0);
    expect(world.partners.seen.orders.has(orderId)).toBe(false);
  });

  test('that is decided while the order is held for credit waits for that hold, and the other way round', async () => {
    const big = { lines: [line('10', item, '500')], soldTo: 'C-1002', shipTo: { id: 'MAIN' } };
    const { orderId } = await submit({ ...card, ...big });
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'ON_HOLD', holds: ['CREDIT'] });
    await must(
      world.app().setCreditLimit({ bu, customer: 'C-1002', limit: '900000000', currency: 'USD' }, world.as('finance')),
    );
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: [] });
  });
});

describe('I-11 an engine that is away, or thinks for long', () => {
  test('a card order waits, then for a person; nothing of it leaves, and a late answer frees it', async () => {
    world.partners.behaviour.down.add('fraud');
    await receive(world, bu, 'DC-EAST', item, '10', 'R1');
    const { orderId } = await submit(card);
    await world.settle(2);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'PENDING', holds: [] });
    await endWaits();
    await world.settle(2);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'ON_HOLD', holds: ['FRAUD'] });
    expect(await countOf('AllocationReleased')).toBe(0);
    world.partners.behaviour.down.delete('fraud');
    await askAgain();
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', lines: [{ status: 'RELEASED' }] });
  });

  test('an order of the shop goes on, marked, and what the engine says later still stops what it can', async () => {
    world.partners.behaviour.down.add('fraud');
    await receive(world, bu, 'DC-EAST', item, '10', 'R1');
    const { orderId } = await submit(shop);
    await world.settle(2);
    await endWaits();
    await world.settle(4);
    expect(await countOf('AllocationReleased')).toBe(1);
    expect(ofType(await eventsOf(world, bu), 'FraudCheckUnanswered')).toMatchObject([{ data: { outcome: 'ACCEPT' } }]);
    world.partners.behaviour.down.delete('fraud');
    world.partners.behaviour.judges = () => 'REJECT';
    await askAgain();
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true });
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ allocated: 0n, available: 10n });
    expect(await exposure(world, bu, 'C-1001')).toBe(0n);
  });

  test('an order that was cancelled meanwhile is not asked about any more', async () => {
    world.partners.behaviour.judges = () => undefined;
    const { orderId } = await submit(card);
    await world.settle(2);
    expect(world.partners.seen.assessed.get(orderId)).toBeGreaterThan(0);
    await must(world.app().cancelOrder({ orderId, reason: 'CHANGED_MIND' }, world.as('channel')));
    world.partners.behaviour.judges = () => 'REVIEW';
    const before = world.partners.seen.assessed.get(orderId);
    await askAgain();
    await endWaits();
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', holds: [] });
    expect([world.partners.seen.assessed.get(orderId), await countOf('FraudDecisionRecorded')]).toEqual([before, 0]);
  });
});

describe('O-08 an instance that is killed after any command of a check', () => {
  test('leaves what an undisturbed one leaves', async () => {
    world.partners.behaviour.judges = () => 'REJECT';
    const { executed, execute, unitsKilledAfterEach } = countingKills();
    const play = async (units: readonly string[]) => {
      await inParallel(units, 8, world.newBusinessUnit);
      await inParallel(units, 8, async (unit) => {
        await receive(world, unit, 'DC-EAST', item, '10', 'R1');
        const cart = { bu: unit, channel: 'webshop', soldTo: 'C-1001', kind: 'CART' } as const;
        const lines = [line('10', item, '10')];
        const reserving = world
          .app()
          .reserve({ ...cart, allowPartial: false, allowSplit: true, lines }, world.as('channel'));
        const { reservationId } = await must(reserving);
        const input = orderInput(unit, { ...card, reservationIds: [reservationId] });
        await must(world.app().submitOrder(input, world.as('channel')));
      });
      world.between.execute = execute;
      await world.settle(units.length * 20);
      world.between.execute = (real) => real;
    };
    const endState = async (unit: string) => {
      const events = await eventsOf(world, unit);
      const orderId = ofType(events, 'OrderSubmitted')[0]?.data.orderId ?? '';
      const types = ['FraudDecisionRecorded', 'OrderLineCancelled', 'OrderClosed', 'CreditReleased'] as const;
      return {
        counts: types.map((type) => ofType(events, type).length),
        order: (await orderAt(world, unit, orderId)).status,
        stock: await stockAt(world, unit, 'DC-EAST', item),
        exposure: await exposure(world, unit, 'C-1001'),
      };
    };
    await play(['KQUIET']);
    const quiet = await endState('KQUIET');
    expect(quiet).toMatchObject({ counts: [1, 1, 1, 1], order: 'CANCELLED', stock: { available: 10n }, exposure: 0n });
    const units = unitsKilledAfterEach(executed.get('KQUIET') ?? 0);
    expect(units.length).toBeGreaterThan(3);
    await play(units);
    for (const unit of units) expect([unit, await endState(unit)]).toEqual([unit, quiet]);
  });
});
