import { expect, test } from '@jest/globals';
import type { SubmitOrderInput } from '../../commands/calls/inputs.ts';
import { demoCustomers } from '../../domain/masterData/demo.ts';
import { eventsOf, line, ofType, orderAt, orderInput } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('TRM');

const minimumNet = '50000';

/** The customer's contract as it is from now on. */
const agree = async (changes: object): Promise<void> => {
  const [customer] = demoCustomers;
  if (customer?.contract == null) throw new Error('the demonstration has a contract');
  const definition = { ...customer, bu, contract: { ...customer.contract, ...changes } };
  await must(world.app().defineCustomer(definition, world.as('admin')));
  await world.catalog.ready();
};

const submit = (changes: Partial<SubmitOrderInput> = {}) =>
  must(world.app().submitOrder(orderInput(bu, changes), world.as('channel')));

test('P-06: an order below the minimum of its contract is held CONTRACT_TERMS with both amounts, and asks nobody for stock', async () => {
  await agree({ minimumNet });
  const { orderId, status, holds } = await submit();
  expect({ status, holds }).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'CONTRACT_TERMS' }] });
  const [held] = ofType(await eventsOf(world, bu), 'OrderHeld');
  expect(held?.data).toMatchObject({
    ...{ orderId, type: 'CONTRACT_TERMS', scope: { kind: 'ORDER' } },
    data: { contractId: 'CT-1001', contractVersion: '2', minimumNet, net: '11500' },
  });
  await world.settle();
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'ON_HOLD' });
  const events = await eventsOf(world, bu);
  expect([...ofType(events, 'OrderAccepted'), ...ofType(events, 'StockReserved')]).toEqual([]);
  expect(await submit({ customerPo: 'ENOUGH', lines: [line('10', 'BRG-6204', '50')] })).toMatchObject({
    status: 'OPEN',
    holds: [],
  });
});

test('P-06: whoever entered it does not let it pass; somebody else does, once, and the order goes on', async () => {
  await agree({ minimumNet });
  const { orderId, holds } = await submit();
  const release = { orderId, holdId: holds[0]?.holdId ?? '', reason: 'A_FIRST_ORDER' };
  expect(await world.app().releaseHold(release, world.as('channel'))).toMatchObject({
    refusal: { refused: 'SOD_VIOLATION', detail: 'Who entered the order may not release its contract terms hold.' },
  });
  expect(await must(world.app().releaseHold(release, world.as('finance')))).toMatchObject({
    status: 'OPEN',
    holds: [],
  });
  await world.settle();
  expect(ofType(await eventsOf(world, bu), 'OrderAccepted')).toHaveLength(1);
  expect(await world.app().releaseHold(release, world.as('finance'))).toMatchObject({
    refusal: { refused: 'HOLD_NOT_OPEN' },
  });
  expect(world.problems).toEqual([]);
});

test('B-16: each priced line stores the contract and the version of it that its price is from, also when it is added', async () => {
  const { orderId } = await submit({ lines: [line('10', 'BRG-6204', '10'), line('20', 'BELT-A42', '1')] });
  await world.settle();
  await agree({ discounts: [{ itemGroup: 'BEARING', ratePct: '10' }] });
  const more = { orderId, reason: 'FORGOTTEN', lines: [line('30', 'BRG-6204', '1')] };
  await must(world.app().addLines(more, world.as('channel')));
  await world.settle();
  const events = await eventsOf(world, bu);
  const priced = [
    ...ofType(events, 'OrderPriced').flatMap(({ data }) => data.lines),
    ...ofType(events, 'OrderLineAdded').map(({ data }) => data.priced),
  ];
  expect(priced.map((each) => [each.lineId, each.contractId, each.contractVersion, each.discount])).toEqual([
    ['10', 'CT-1001', 1, '1000'],
    ['20', undefined, undefined, '0'],
    ['30', 'CT-1001', 2, '125'],
  ]);
});

test('P-04: an order keeps the versions that it was enriched with, whatever is defined later and however often it is run', async () => {
  const context = world.as('channel');
  const capture = () => must(world.app().submitOrder(orderInput(bu), context));
  const first = await capture();
  await world.settle();
  const told = async () =>
    (await eventsOf(world, bu)).flatMap(({ type, data }) =>
      type === 'OrderValidated' || type === 'OrderPriced' ? [data] : [],
    );
  const before = await told();
  await agree({ contractId: 'CT-2', discounts: [] });
  world.restart();
  expect(await capture()).toMatchObject({ orderId: first.orderId, totals: first.totals });
  await world.settle();
  expect(await told()).toEqual(before);
  expect(before[0]).toMatchObject({
    masterData: { 'customer:C-1001': 1, 'priceList:LIST-USD': 1, 'item:BRG-6204': 1, [`taxCodes:${bu}`]: 1 },
  });
  await submit({ customerPo: 'LATER' });
  expect((await told()).slice(2)).toMatchObject([
    { masterData: { 'customer:C-1001': 2 } },
    { totals: { discount: '0' } },
  ]);
});
