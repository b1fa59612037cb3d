import { expect, test } from '@jest/globals';
import { inParallel } from '../../commands/inParallel.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { checkEquation } from '../../domain/order/quantities.ts';
import { confirm, eventsOf, exposure, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { countingKills } from './kills.ts';
import { bu, bucketsOf, inNewUnits, releases, submit, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

inNewUnits('CH');

const addLines = (orderId: string, lines = [line('30', 'BELT-A42', '4')], changes: Partial<CommandContext> = {}) =>
  world.app().addLines({ orderId, reason: 'FORGOTTEN', lines }, world.as('channel', changes));

const setQty = (orderId: string, qty: string, uom = 'EA') =>
  world.app().changeLine({ orderId, lineId: '10', qty, uom, reason: 'MORE' }, world.as('channel'));

const exposed = () => exposure(world, bu, 'C-1001');

const limited = (limit: bigint) =>
  must(world.app().setCreditLimit({ bu, customer: 'C-1001', limit: `${limit}`, currency: 'USD' }, world.as('finance')));

const eventTypes = async () => (await eventsOf(world, bu)).map(({ type }) => type as string);

const bill = async (shipmentId: string, orderId: string, confirmationId: string, lines: readonly object[]) => {
  await must(confirm(world, shipmentId, orderId, confirmationId, lines as never));
  await world.settle();
};

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

test('S-18 more of a line keeps its price, so it is another line once the list has changed', async () => {
  const { orderId } = await submit();
  await world.settle();
  const list = ofType(await eventsOf(world, bu), 'PriceListDefined').at(-1)?.data;
  const { version: _version, ...known } = list ?? ({} as never);
  const prices = known.prices.map((each) => (each.item === 'BRG-6204' ? { ...each, unitPrice: '13.00' } : each));
  await must(world.app().definePriceList({ ...known, prices }, world.as('admin')));
  await world.catalog.ready();
  expect(await setQty(orderId, '12')).toMatchObject({ refusal: { refused: 'PRICE_MISMATCH' } });
  await must(setQty(orderId, '9'));
  await must(addLines(orderId, [line('20', 'BRG-6204', '3')]));
  await world.settle();
  const added = ofType(await eventsOf(world, bu), 'OrderLineAdded');
  expect(added.map(({ data }) => data.priced.unitPrice)).toEqual(['13.00']);
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

test('two that add at once are both heard, and the same command twice is one', async () => {
  const { orderId } = await submit();
  await world.settle();
  const context = { commandId: '01K4000000000000000000CH01' };
  await Promise.all([
    must(addLines(orderId, [line('30', 'BELT-A42', '1')], context)),
    must(addLines(orderId, [line('30', 'BELT-A42', '1')], context)),
    must(addLines(orderId, [line('40', 'BELT-A42', '1')])),
    must(setQty(orderId, '11')),
  ]);
  await world.settle();
  const state = await orderAt(world, bu, orderId);
  expect(state.lines.map(({ lineId, buckets }) => [lineId, buckets.ordered])).toEqual([
    ['10', 11n],
    ...[...state.lines.slice(1)].map(({ lineId }) => [lineId, 1n]),
  ]);
  expect(state.lines).toHaveLength(3);
});

test('goods that leave beyond the order while it is raised are billed as far as it was raised', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '12', 'R1');
  const { orderId } = await submit();
  await world.settle();
  const [release] = await releases();
  await must(setQty(orderId, '12'));
  await must(confirm(world, release?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '12' }]));
  await world.settle();
  const [buckets] = await bucketsOf(orderId);
  expect(buckets && checkEquation(buckets)).toEqual([]);
  expect(buckets?.shipped).toBe(12n);
  const billed = ofType(await eventsOf(world, bu), 'InvoiceIssued').flatMap(({ data }) => data.lines);
  expect(billed.reduce((sum, { qty }) => sum + BigInt(qty), 0n)).toBe(12n - (buckets?.overshipped ?? 0n));
  expect(world.problems).toEqual([]);
});

test('it is added once when its steps are killed after any of their commands', async () => {
  const { executed, execute, unitsKilledAfterEach } = countingKills();
  const play = async (units: readonly string[]): Promise<void> => {
    const orders = new Map<string, string>();
    await inParallel(units, 10, async (unit) => {
      await world.newBusinessUnit(unit);
      await receive(world, unit, 'DC-EAST', 'BRG-6204', '12', 'R1');
      const { orderId } = await must(world.app().submitOrder(orderInput(unit), world.as('channel')));
      orders.set(unit, orderId);
    });
    await world.settle();
    world.between.execute = execute;
    await inParallel(units, 10, async (unit) => {
      const orderId = orders.get(unit) ?? '';
      await must(addLines(orderId));
      await must(setQty(orderId, '12'));
    });
    await world.settle(units.length * 20);
    delete world.between.execute;
  };
  const ends = async (unit: string) => {
    const events = await eventsOf(world, unit);
    const [
      {
        data: { orderId },
      } = { data: { orderId: '' } },
    ] = ofType(events, 'OrderSubmitted');
    const { status, lines } = await orderAt(world, unit, orderId);
    const demand = ofType(events, 'AllocationDemandAdded').flatMap(({ data }) =>
      data.lines.map(({ qty }) => BigInt(qty)),
    );
    return {
      ...{ status, buckets: lines.map(({ buckets }) => buckets), exposed: await exposure(world, unit, 'C-1001') },
      demand: demand.reduce((sum, qty) => sum + qty, 0n),
    };
  };
  await play(['QUIET']);
  const expected = await ends('QUIET');
  expect(expected).toMatchObject({ demand: 6n, buckets: [{ allocated: 12n }, { ordered: 4n }] });
  const units = unitsKilledAfterEach(executed.get('QUIET') ?? 0);
  await play(units);
  expect(world.problems.filter((problem) => !(problem instanceof Killed))).toEqual([]);
  for (const unit of units) expect({ unit, end: await ends(unit) }).toEqual({ unit, end: expected });
}, 180_000);

test('S-12 a price more than a tenth off is asked of a second person, and then accepted and billed', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
  const lines = [{ ...line('10', 'BRG-6204', '10'), requestedPrice: '10.00' }];
  const { orderId } = await submit({ lines });
  expect(await orderAt(world, bu, orderId)).toMatchObject({ holds: ['PRICE'] });
  const user = (id: string, role: 'channel' | 'finance') =>
    world.as(role, { actor: { kind: 'USER', id, roles: [role] } } as Partial<CommandContext>);
  const reprice = () =>
    world
      .app()
      .repriceLine(
        { orderId, lineId: '10', unitPrice: '10.00', reason: 'agreed by telephone' },
        user('kim', 'channel'),
      );
  const asked = await reprice();
  if (asked.kind !== 'refused') throw new Error('it was carried out');
  expect(asked.refusal).toMatchObject({ refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'kim' } });
  const { approvalId, payloadSha256 } = asked.refusal.data as { approvalId: string; payloadSha256: string };
  const decision = { approvalId, payloadSha256, decision: 'GRANT' as const, reason: 'a good customer' };
  // O-32: to somebody of another business unit there is no such approval.
  expect(await world.app().decideApproval({ ...decision, bus: ['ELSEWHERE'] }, user('lee', 'finance'))).toMatchObject({
    refusal: { refused: 'NOT_FOUND' },
  });
  expect(await world.app().decideApproval(decision, user('kim', 'finance'))).toMatchObject({
    refusal: { refused: 'SOD_VIOLATION' },
  });
  await must(world.app().decideApproval(decision, user('lee', 'finance')));
  await must(reprice());
  const [hold] = ofType(await eventsOf(world, bu), 'OrderHeld');
  const release = { orderId, holdId: hold?.data.holdId ?? '', reason: 'PRICE_AGREED' };
  await must(world.app().releaseHold(release, world.as('finance')));
  await world.settle();
  const [{ shipmentId = '' } = {}] = await releases();
  await bill(shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]);
  const [invoice] = ofType(await eventsOf(world, bu), 'InvoiceIssued');
  expect(invoice?.data.totals).toMatchObject({ gross: '10000', discount: '0' });
  expect(await reprice()).toMatchObject({ refusal: { refused: 'ORDER_NOT_OPEN' } });
  expect(world.problems).toEqual([]);
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
