import { expect, test } from '@jest/globals';
import { eventsOf, exposure, line, ofType, orderAt } from './facts.ts';
import { bu, inNewUnits, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('CR');

const limitTo = (limit: bigint) =>
  must(
    world.app().setCreditLimit({ bu, customer: 'C-1001', limit: String(limit), currency: 'USD' }, world.as('finance')),
  );

const refusals = async () => ofType(await eventsOf(world, bu), 'CreditRefused').map(({ data }) => data.orderId);

test('S-19 an order that still does not fit is left alone, and a smaller one behind it is accepted', async () => {
  await submit();
  await world.settle();
  const each = (await exposure(world, bu, 'C-1001')) / 10n;
  await limitTo(each * 10n);
  const large = await submit({ customerPo: 'PO-2' });
  const small = await submit({ customerPo: 'PO-3', lines: [line('10', 'BRG-6204', '3')] });
  await world.settle();
  const atFirst = [large.orderId, small.orderId];
  expect(await refusals()).toEqual(atFirst);
  for (const units of [11n, 12n]) {
    await limitTo(each * units);
    await world.settle();
  }
  expect(await refusals()).toEqual(atFirst);
  await limitTo(each * 14n);
  await world.settle();
  expect(await orderAt(world, bu, small.orderId)).toMatchObject({ status: 'OPEN', holds: [] });
  expect(await orderAt(world, bu, large.orderId)).toMatchObject({ status: 'ON_HOLD', holds: ['CREDIT'] });
  expect(await refusals()).toEqual(atFirst);
  await limitTo(each * 23n);
  await world.settle();
  expect(await orderAt(world, bu, large.orderId)).toMatchObject({ status: 'OPEN', holds: [] });
  expect(world.problems).toEqual([]);
});
