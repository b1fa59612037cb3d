import { expect, test } from '@jest/globals';
import { addLines, bill, eventTypes, exposed, limited, setQty } from './changedOrders.ts';
import { changesOnCredit } from './changesOnCredit.ts';
import { changesUnderFire } from './changesUnderFire.ts';
import { eventsOf, line, ofType, orderAt, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, releases, submit, world } from './newUnits.ts';
import { repricedLines } from './repricedLines.ts';
import { must } from './world.ts';

inNewUnits('CH');

test('an added line and a raised one are sourced, shipped and billed to the minor unit', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
  await receive(world, bu, 'DC-EAST', 'BELT-A42', '10', 'R2');
  const { orderId } = await submit({ charges: [{ code: 'FREIGHT', amount: '1500' }] });
  await world.settle();
  const [first] = await releases();
  await bill(first?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '7' }]);
  await must(setQty(orderId, '13'));
  await must(addLines(orderId));
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([
    { ordered: 13n, shipped: 7n, backordered: 6n, cancelled: 0n },
    { ordered: 4n, allocated: 4n },
  ]);
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R3');
  await world.settle();
  for (const { shipmentId, lines } of (await releases()).slice(1))
    await bill(
      shipmentId,
      orderId,
      shipmentId,
      lines.map(({ lineId, qty }) => ({ lineId, qty })),
    );
  const invoices = ofType(await eventsOf(world, bu), 'InvoiceIssued').map(({ data }) => data);
  const sum = (name: 'gross' | 'discount' | 'charges') =>
    invoices.reduce((total, { totals }) => total + BigInt(totals[name]), 0n);
  const state = await orderAt(world, bu, orderId);
  expect([sum('gross'), sum('discount'), sum('charges')].map(String)).toEqual([
    state.totals?.gross,
    state.totals?.discount,
    state.totals?.charges,
  ]);
  expect(state).toMatchObject({ status: 'COMPLETED', closed: true });
  expect(world.problems).toEqual([]);
});

test('boxes are counted by the item, and less is a cancellation', async () => {
  const { orderId } = await submit();
  await world.settle();
  await must(setQty(orderId, '2', 'BX'));
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 24n, backordered: 24n }]);
  await must(setQty(orderId, '1', 'BX'));
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 24n, backordered: 12n, cancelled: 12n }]);
});

test('what is wrong with lines is told at once, and nothing is taken', async () => {
  const { orderId } = await submit();
  await world.settle();
  const before = await eventTypes();
  const lines = [line('30', 'NO-SUCH', '1'), { ...line('40', 'BELT-A42', '1'), requestedPrice: '1.00' }];
  const outcome = await addLines(orderId, lines);
  expect(outcome).toMatchObject({ kind: 'invalid', violations: [{ pointer: '/lines/0/item', code: 'ITEM_UNKNOWN' }] });
  expect(await addLines(orderId, lines.slice(1))).toMatchObject({
    violations: [{ pointer: '/lines/0/requestedPrice', code: 'PRICE_MISMATCH' }],
  });
  expect(await setQty(orderId, '3', 'PALLET')).toMatchObject({
    violations: [{ pointer: '/uom', code: 'UOM_UNKNOWN' }],
  });
  expect(await eventTypes()).toEqual(before);
});

test('a supplier delivers what is added at the margin of its own price', async () => {
  const { orderId } = await submit();
  await world.settle();
  await must(addLines(orderId, [line('30', 'MOTOR-1HP', '3')]));
  await world.settle();
  const [routed] = ofType(await eventsOf(world, bu), 'LineRoutedToDropShip');
  expect(routed?.data).toMatchObject({ lineId: '30', qty: '3', margin: { net: '56700', cost: '42000' } });
  expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }, { dropship: 3n, unsourced: 0n }]);
  expect(world.problems).toEqual([]);
});

test('what is added to an order that ships complete waits for the rest of it, not for what has left', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
  const { orderId } = await submit({ shipComplete: true });
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }]);
  await must(addLines(orderId));
  await must(setQty(orderId, '12'));
  await world.settle();
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '2', 'R2');
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, backordered: 2n }, { backordered: 4n }]);
  await receive(world, bu, 'DC-EAST', 'BELT-A42', '4', 'R3');
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 12n }, { allocated: 4n }]);
  expect(world.problems).toEqual([]);
});

test('kits are added and raised with what their line is made of', async () => {
  await receive(world, bu, 'DC-EAST', 'SEAL-RING', '8', 'R1');
  await receive(world, bu, 'DC-EAST', 'GREASE-50', '4', 'R2');
  const { orderId } = await submit();
  await world.settle();
  await must(addLines(orderId, [line('30', 'KIT-SEAL', '3')]));
  await world.settle();
  const raised = { orderId, lineId: '30', qty: '5', uom: 'EA', reason: 'MORE' };
  await must(world.app().changeLine(raised, world.as('channel')));
  await world.settle();
  expect((await bucketsOf(orderId))[1]).toMatchObject({ ordered: 5n, allocated: 4n, backordered: 1n });
  expect(await stockAt(world, bu, 'DC-EAST', 'SEAL-RING')).toMatchObject({ allocated: 8n, available: 0n });
  for (const { shipmentId } of await releases())
    await bill(
      shipmentId,
      orderId,
      shipmentId,
      (await releases()).flatMap((each) =>
        each.shipmentId === shipmentId ? each.lines.map(({ lineId, qty }) => ({ lineId, qty })) : [],
      ),
    );
  const billed = ofType(await eventsOf(world, bu), 'InvoiceIssued').flatMap(({ data }) => data.lines);
  expect(billed.reduce((sum, { gross }) => sum + BigInt(gross), 0n)).toBe(4n * 1_150n);
  expect(world.problems).toEqual([]);
});

test('the ERP is told of what was added and cancelled, in one state, and of a refusal somebody is told', async () => {
  world.partners.behaviour.down.add('erp');
  const { orderId } = await submit();
  await world.settle(3);
  await must(addLines(orderId));
  await must(setQty(orderId, '8'));
  await world.settle(3);
  world.partners.behaviour.down.clear();
  await world.settle();
  const told = () => world.partners.seen.orderChanges.filter((each) => each.orderId === orderId);
  expect(told()).toMatchObject([
    {
      erpNumber: `SO-${orderId}`,
      changes: 2,
      lines: [
        { lineId: '10', qty: '8' },
        { lineId: '30', qty: '4' },
      ],
    },
  ]);
  world.partners.behaviour.refusingChanges = true;
  await must(setQty(orderId, '6'));
  await world.settle();
  expect(await orderAt(world, bu, orderId)).toMatchObject({ holds: ['ERP_REFUSED'] });
  const [hold] = ofType(await eventsOf(world, bu), 'OrderHeld');
  world.partners.behaviour.refusingChanges = false;
  const release = { orderId, holdId: hold?.data.holdId ?? '', reason: 'UNLOCKED' };
  await must(world.app().releaseHold(release, world.as('ops')));
  await world.settle();
  expect(told().at(-1)).toMatchObject({ changes: 3, lines: [{ qty: '6' }, { qty: '4' }] });
  const [changed, again] = ofType(await eventsOf(world, bu), 'ErpOrderChanged').map(({ data }) => data.changes);
  expect([changed, again]).toEqual([2, 3]);
  expect(world.problems.filter((problem) => !`${problem}`.includes('erp is away'))).toEqual([]);
});

test('a preview says what the same wishes then come to, and what a warehouse has to be asked for', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '8', 'R1');
  const { orderId } = await submit({ charges: [{ code: 'FREIGHT', amount: '1500' }] });
  await world.settle();
  const wishes = { orderId, lines: [line('30', 'BELT-A42', '4')], changes: [{ lineId: '10', qty: '12', uom: 'EA' }] };
  const preview = async (changes: Partial<typeof wishes> = {}) => {
    const outcome = await world.app().previewChange({ ...wishes, ...changes });
    if (outcome?.kind !== 'previewed') throw new Error(JSON.stringify(outcome));
    return outcome.value;
  };
  const before = await eventTypes();
  const [more, less] = [
    await preview(),
    await preview({ lines: [], changes: [{ lineId: '10', qty: '5', uom: 'EA' }] }),
  ];
  expect(await eventTypes()).toEqual(before);
  expect(less.lines).toMatchObject([{ before: '10', after: '5', stoppedAtOnce: '2', toBeAsked: '3' }]);
  expect(BigInt(less.netBefore) - BigInt(less.netAfter)).toBe(5n * 1_150n);
  const exposedBefore = await exposed();
  await must(addLines(orderId));
  await must(setQty(orderId, '12'));
  await world.settle();
  expect((await orderAt(world, bu, orderId)).totals?.net).toBe(more.netAfter);
  expect(more.credit).toEqual({ required: `${(await exposed()) - exposedBefore}`, outcome: 'GRANTED' });
  await limited(await exposed());
  expect((await preview({ lines: [line('40', 'BELT-A42', '1')], changes: [] })).credit.outcome).toBe('HELD');
  expect(await world.app().previewChange({ ...wishes, lines: [] })).toMatchObject({
    refusal: { refused: 'CHANGE_EMPTY' },
  });
});

changesOnCredit();
repricedLines();
changesUnderFire();
