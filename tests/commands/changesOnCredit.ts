import { expect, test } from '@jest/globals';
import { addLines, exposed, limited, setQty } from './changedOrders.ts';
import { eventsOf, line, ofType, orderAt, receive } from './facts.ts';
import { bu, bucketsOf, submit, world } from './newUnits.ts';
import { must } from './world.ts';

/** What is added beyond the credit of the customer. */
export const changesOnCredit = (): void => {
  test('over the limit what is added waits, the order goes on, and a payment lets it go', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '30', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const each = (await exposed()) / 10n;
    await limited(each * 12n);
    await must(setQty(orderId, '15'));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: ['CREDIT'] });
    expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 10n, allocated: 10n }]);
    expect(await exposed()).toBe(each * 10n);
    await limited(each * 15n);
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: [] });
    expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 15n, allocated: 15n }]);
    expect(await exposed()).toBe(each * 15n);
    expect(world.problems).toEqual([]);
  });

  test('a person lets it pass the limit, but not who asked for it; what is asked for later waits again', async () => {
    const { orderId } = await submit();
    await world.settle();
    const each = (await exposed()) / 10n;
    await limited(each * 10n);
    const asker = { actor: { kind: 'USER', id: 'asker', roles: ['channel'] } } as const;
    const more = { orderId, lineId: '10', qty: '15', uom: 'EA', reason: 'MORE' };
    await must(world.app().changeLine(more, world.as('channel', asker)));
    await world.settle();
    const [hold] = ofType(await eventsOf(world, bu), 'OrderHeld');
    const release = { orderId, holdId: hold?.data.holdId ?? '', reason: 'KNOWN_CUSTOMER' };
    expect(await world.app().releaseHold(release, world.as('channel', asker))).toMatchObject({
      refusal: { refused: 'SOD_VIOLATION' },
    });
    await must(world.app().releaseHold(release, world.as('finance')));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 15n }]);
    expect(await exposed()).toBe(each * 15n);
    await must(setQty(orderId, '16'));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ holds: ['CREDIT'] });
  });

  test('a cancelled order takes back what waits, and gives all its credit back', async () => {
    const { orderId } = await submit();
    await world.settle();
    await limited((await exposed()) + 1n);
    await must(addLines(orderId));
    await world.settle();
    await must(world.app().cancelOrder({ orderId, reason: 'NO_NEED' }, world.as('channel')));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true, holds: [] });
    expect(await exposed()).toBe(0n);
  });

  test('credit follows a price that is overridden: less is given back, more is asked for with the acceptance', async () => {
    const lines = [{ ...line('10', 'BRG-6204', '10'), requestedPrice: '12.00' }];
    const { orderId } = await submit({ lines });
    await world.settle();
    const reprice = (unitPrice: string) =>
      must(world.app().repriceLine({ orderId, lineId: '10', unitPrice, reason: 'agreed' }, world.as('channel')));
    await reprice('11.00');
    await world.settle();
    expect(await exposed()).toBe(11_000n);
    await reprice('12.00');
    await limited(11_999n);
    const [hold] = ofType(await eventsOf(world, bu), 'OrderHeld');
    const release = { orderId, holdId: hold?.data.holdId ?? '', reason: 'PRICE_AGREED' };
    await must(world.app().releaseHold(release, world.as('finance')));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ holds: ['CREDIT'] });
    expect(await exposed()).toBe(11_000n);
    await limited(12_000n);
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: [] });
    expect(await exposed()).toBe(12_000n);
    expect(world.problems).toEqual([]);
  });
};
