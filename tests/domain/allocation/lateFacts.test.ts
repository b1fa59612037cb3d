import { expect, test } from '@jest/globals';
import { backordering, east, fulfilling, releasing, reserving } from './samples.ts';
import { createWorld, shipmentHeader } from './world.ts';

/** 7 of 10 are with the warehouse, 3 wait. */
const released = () => {
  const world = createWorld({ '10': '10' }, () => {});
  world.command(reserving('R1', '7'));
  world.command(backordering('3'));
  world.command(releasing('A', 'R1'));
  return world;
};

type Living = ReturnType<typeof released>;

const left = (world: Living, qty: string, excess: string) => {
  const line = { lineId: '10', shipmentLineId: '10', item: 'BRG-6204', reservationId: 'R1', qty, excess };
  const parcel = { shipmentId: 'S-A-DC-EAST', releaseId: east('A'), lineId: '10', planned: 0n, confirmed: 0n };
  const data = { ...shipmentHeader(parcel), confirmationId: 'C1', releaseId: east('A'), lines: [line] };
  world.apply({ type: 'ShipmentConfirmed', data: data as never });
};

const bucketsOf = (world: Living) => {
  const { unsourced, backordered, reserved, allocated, shipped, overshipped } = world.bucketsOf('10');
  return { unsourced, backordered, reserved, allocated, shipped, overshipped };
};

test('2 are short and 7 leave in the same moment: the order ends where its allocation does, also if it hears of both later', () => {
  const world = released();
  left(world, '7', '2');
  expect(bucketsOf(world)).toMatchObject({ backordered: 1n, allocated: 2n, shipped: 7n });
  const lines = [{ lineId: '10', qty: '2', cause: 'NOT_FOUND' }];
  world.command({ type: 'RecordShort', releaseId: east('A'), shortageId: 'S1', lines });
  world.command(fulfilling('C1', east('A'), '7'));
  const settled = { unsourced: 0n, backordered: 3n, reserved: 0n, allocated: 0n, shipped: 7n, overshipped: 0n };
  expect(bucketsOf(world)).toEqual(settled);
  expect(world.allocated()).toMatchObject([settled]);
});

test('goods leave that their warehouse had refused: what it refused of them is not wanted twice', () => {
  const world = released();
  left(world, '4', '0');
  world.command({ type: 'RecordWarehouseRefused', releaseId: east('A'), code: 'CLOSED' });
  world.command(fulfilling('C1', east('A'), '4'));
  const settled = { unsourced: 3n, backordered: 3n, reserved: 0n, allocated: 0n, shipped: 4n, overshipped: 0n };
  expect(bucketsOf(world)).toEqual(settled);
  expect(world.allocated()).toMatchObject([settled]);
});

test('goods that leave as they were released say nothing more, and what leaves afterwards of a line that differed does', () => {
  const world = released();
  left(world, '4', '0');
  const [plain] = world.command(fulfilling('C1', east('A'), '4'));
  expect(plain).toMatchObject({
    type: 'AllocationFulfilled',
    data: { lines: [expect.not.objectContaining({ open: expect.anything() })] },
  });
  const [beyond] = world.command(fulfilling('C2', east('A'), '4'));
  const open = { unsourced: '0', backordered: '2', reserved: '0', allocated: '0' };
  expect(beyond).toMatchObject({ data: { lines: [{ open }] } });
});
