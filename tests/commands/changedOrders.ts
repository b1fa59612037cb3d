import type { CommandContext } from '../../commands/ports.ts';
import { confirm, eventsOf, exposure, line } from './facts.ts';
import { bu, world } from './newUnits.ts';
import { must } from './world.ts';

// Wishes for an order that is there, and what the tests of them look at.

export const addLines = (
  orderId: string,
  lines = [line('30', 'BELT-A42', '4')],
  changes: Partial<CommandContext> = {},
) => world.app().addLines({ orderId, reason: 'FORGOTTEN', lines }, world.as('channel', changes));

export const setQty = (orderId: string, qty: string, uom = 'EA') =>
  world.app().changeLine({ orderId, lineId: '10', qty, uom, reason: 'MORE' }, world.as('channel'));

export const exposed = () => exposure(world, bu, 'C-1001');

export const limited = (limit: bigint) =>
  must(world.app().setCreditLimit({ bu, customer: 'C-1001', limit: `${limit}`, currency: 'USD' }, world.as('finance')));

export const eventTypes = async () => (await eventsOf(world, bu)).map(({ type }) => type as string);

export const bill = async (shipmentId: string, orderId: string, confirmationId: string, lines: readonly object[]) => {
  await must(confirm(world, shipmentId, orderId, confirmationId, lines as never));
  await world.settle();
};
