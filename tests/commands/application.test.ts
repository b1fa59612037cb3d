import { describe, expect, test } from '@jest/globals';
import type { SubmitOrderInput } from '../../commands/calls/inputs.ts';
import { streamName } from '../../domain/eventLog.ts';
import { order } from '../../domain/order/order.ts';
import { eventsOf, exposure, line, ofType, orderAt, orderInput, receive } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { otherCalls } from './otherCalls.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('APP');

const submit = (changes: Partial<SubmitOrderInput> = {}, context = world.as('channel')) =>
  world.app().submitOrder(orderInput(bu, changes), context);

describe('capturing an order', () => {
  test('P-01: answers after validation, pricing and credit, before sourcing, and repeats the same answer', async () => {
    const context = world.as('channel');
    const first = await submit({}, context);
    expect(first).toMatchObject({
      kind: 'done',
      value: {
        orderId: context.commandId,
        status: 'OPEN',
        totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' },
      },
    });
    world.restart();
    expect(await submit({}, context)).toEqual(first);
    expect(ofType(await eventsOf(world, bu), 'OrderAccepted')).toHaveLength(1);
    expect(await exposure(world, bu, 'C-1001')).toBe(13_000n);
  });

  test('P-03: lists everything that is wrong at once and leaves no event', async () => {
    const outcome = await submit({
      soldTo: 'C-1003',
      requestedDate: '2020-01-01',
      lines: [line('10', 'NO-SUCH', '1'), { ...line('20', 'BRG-6204', '1'), uom: 'TON' }],
    });
    if (outcome.kind !== 'invalid') throw new Error('it should be invalid');
    expect(outcome.violations.map(({ code }) => code).sort()).toEqual([
      'CUSTOMER_INACTIVE',
      'DATE_IN_PAST',
      'ITEM_UNKNOWN',
      'UOM_UNKNOWN',
    ]);
    expect(ofType(await eventsOf(world, bu), 'OrderSubmitted')).toEqual([]);
  });

  test('P-07: of two orders that together exceed the limit exactly one passes, the other is kept on hold CREDIT', async () => {
    const lines = [line('10', 'BRG-6204', '6')];
    const both = await Promise.all(
      ['A', 'B'].map((customerPo) => must(submit({ soldTo: 'C-1002', customerPo, charges: [], lines }))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['ON_HOLD', 'OPEN']);
    expect(both.flatMap(({ holds }) => holds.map(({ type }) => type))).toEqual(['CREDIT']);
  });

  test('a request that died after its first append is completed by the process, with nothing done twice', async () => {
    const context = world.as('channel');
    const real = world.executor();
    const { execute } = real;
    const credit = { armed: true };
    // The instance dies between the order's append and the credit check, on a log that cannot take both at once.
    Object.assign(real, {
      executeWith: undefined,
      execute: ((decider, stream, command, ...rest) => {
        if (stream.startsWith('credit-') && credit.armed) throw new Killed('before credit');
        return execute(decider, stream, command, ...rest);
      }) as Execute,
    });
    await expect(submit({}, context)).rejects.toBeInstanceOf(Killed);
    credit.armed = false;
    world.restart();
    expect(await orderAt(world, bu, context.commandId)).toMatchObject({ status: 'PENDING' });
    await world.think();
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    await world.settle();
    const events = await eventsOf(world, bu);
    expect(ofType(events, 'OrderAccepted')).toHaveLength(1);
    expect(ofType(events, 'CreditReserved')).toHaveLength(1);
    expect(await submit({}, context)).toMatchObject({ kind: 'done', value: { orderId: context.commandId } });
    expect(ofType(await eventsOf(world, bu), 'OrderSubmitted')).toHaveLength(1);
  });
});

describe('the customer purchase order number', () => {
  test('with the same content under another idempotency key is answered with the first order', async () => {
    const first = await must(submit());
    const again = await submit();
    expect(again).toMatchObject({
      kind: 'done',
      value: { orderId: first.orderId },
      receipt: { commandId: first.orderId },
    });
    expect(ofType(await eventsOf(world, bu), 'OrderSubmitted')).toHaveLength(1);
  });

  test('sent again when goods are on their way is answered with the order as it is by now', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'DN-1');
    const first = await must(submit());
    await world.settle();
    const again = await submit();
    const { lines } = await orderAt(world, bu, first.orderId);
    expect(lines).toMatchObject([{ buckets: { unsourced: 0n, allocated: 7n, backordered: 3n } }]);
    expect(again).toMatchObject({
      value: { orderId: first.orderId, status: 'OPEN', lines, erpNumber: expect.stringMatching(/./) },
      receipt: { commandId: first.orderId },
    });
    const { position } = await world.executor().load(order, streamName('order', bu, first.orderId));
    expect(again).toMatchObject({ value: { asOfPosition: position } });
  });

  test('sent twice at the same moment makes one order', async () => {
    const both = await Promise.all([must(submit()), must(submit())]);
    expect(new Set(both.map(({ orderId }) => orderId)).size).toBe(1);
    expect(ofType(await eventsOf(world, bu), 'OrderSubmitted')).toHaveLength(1);
  });

  test('S-14: with other content is kept on hold POSSIBLE_DUPLICATE_PO naming the first order, and accepted when released', async () => {
    const first = await must(submit());
    const second = await must(submit({ lines: [line('10', 'BRG-6204', '3')] }));
    expect(second).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'POSSIBLE_DUPLICATE_PO' }] });
    const [held] = ofType(await eventsOf(world, bu), 'OrderHeld');
    expect(held?.data.data).toEqual({ firstOrderId: first.orderId });
    const { orderId, holds } = second;
    const release = { orderId, holdId: holds[0]?.holdId ?? '', reason: 'CHECKED' };
    expect(await must(world.app().releaseHold(release, world.as('sales')))).toMatchObject({
      status: 'OPEN',
      holds: [],
    });
    await world.settle();
    expect(ofType(await eventsOf(world, bu), 'OrderAccepted')).toHaveLength(2);
  });

  test('is free for another customer', async () => {
    await must(submit());
    expect(await must(submit({ soldTo: 'C-1002', charges: [], lines: [line('10', 'BRG-6204', '1')] }))).toMatchObject({
      status: 'OPEN',
    });
  });
});

test('releasing a hold of an order whose goods are on their way tells it as it is by now', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'DN-1');
  const { orderId } = await must(submit());
  await world.settle();
  const held = {
    type: 'PlaceHold',
    holdId: 'H',
    holdType: 'MANUAL',
    scope: { kind: 'ORDER' },
    note: 'asked to wait',
  } as const;
  await world.executor().execute(order, streamName('order', bu, orderId), held, world.as('sales'));
  const released = await must(world.app().releaseHold({ orderId, holdId: 'H', reason: 'GO' }, world.as('sales')));
  const { lines } = await orderAt(world, bu, orderId);
  expect(lines).toMatchObject([{ buckets: { unsourced: 0n, allocated: 7n, backordered: 3n } }]);
  expect(released).toMatchObject({ status: 'OPEN', holds: [], lines });
});

describe('a credit hold', () => {
  const lines = [line('10', 'BRG-6204', '100')];

  test('P-09: is not released by who entered the order', async () => {
    const { orderId, holds } = await must(submit({ soldTo: 'C-1002', lines }));
    const release = { orderId, holdId: holds[0]?.holdId ?? '', reason: 'TRUSTED' };
    expect(await world.app().releaseHold(release, world.as('channel'))).toMatchObject({
      refusal: { refused: 'SOD_VIOLATION' },
    });
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'ON_HOLD' });
  });

  test('released by somebody else reserves above the limit and accepts the order, once', async () => {
    const { orderId, holds } = await must(submit({ soldTo: 'C-1002', lines }));
    const release = { orderId, holdId: holds[0]?.holdId ?? '', reason: 'TRUSTED' };
    const context = world.as('credit-manager');
    const first = await world.app().releaseHold(release, context);
    expect(first).toMatchObject({ kind: 'done', value: { status: 'OPEN', holds: [] } });
    expect(await world.app().releaseHold(release, context)).toMatchObject({ kind: 'done', value: { status: 'OPEN' } });
    await world.settle();
    const events = await eventsOf(world, bu);
    expect(ofType(events, 'CreditReserved').map(({ data }) => data.override)).toEqual([true]);
    expect(ofType(events, 'OrderAccepted')).toHaveLength(1);
    expect(await world.app().releaseHold(release, world.as('credit-manager'))).toMatchObject({
      refusal: { refused: 'HOLD_NOT_OPEN' },
    });
  });

  test('S-19: is released by itself after the limit was raised', async () => {
    const { orderId } = await must(submit({ soldTo: 'C-1002', charges: [], lines }));
    await world.settle();
    await must(
      world.app().setCreditLimit({ bu, customer: 'C-1002', limit: '500000', currency: 'USD' }, world.as('finance')),
    );
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: [] });
  });
});

otherCalls();
