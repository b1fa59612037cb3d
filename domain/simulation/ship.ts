import { goodsOf } from '../kit.ts';
import { maxQty, minQty, qtyText } from '../quantity.ts';
import { type ForkLine, type ForkOrder, openOf, owedOf } from './demand.ts';
import { heldBy, nextId, tell, type World } from './world.ts';

/** Every position of a reservation: of a kit all components, each from its own. */
export const releaseHold = (
  world: World,
  line: ForkLine,
  hold: { readonly reservationId: string; readonly node: string },
  amount: bigint,
  cause: string,
): void => {
  const { reservationId, node } = hold;
  for (const { item, qty } of goodsOf(line, amount))
    tell(world, { node, item }, { type: 'Release', reservationId, qty: qtyText(qty), cause });
};

export const withdraw = (world: World, order: ForkOrder, line: ForkLine, node: string, amount: bigint): void => {
  const { orderId } = order;
  for (const { item, qty } of goodsOf(line, amount))
    tell(
      world,
      { node, item },
      { type: 'WithdrawBackorder', orderId, lineId: line.lineId, qty: qtyText(qty), cause: 'SIMULATED' },
    );
};

const issue = (world: World, order: ForkOrder, line: ForkLine, reservationId: string, amount: bigint): void => {
  const node = line.holds.get(reservationId)?.node ?? '';
  const what = { orderId: order.orderId, lineId: line.lineId, reservationId, lots: [], serials: [] };
  // What goods are worth changes nothing about where they come from.
  const worth = { unitCost: '0', cost: '0', currency: order.currency, costMethod: 'STANDARD' } as const;
  const confirmationId = nextId(world, 'left');
  for (const { item, qty } of goodsOf(line, amount))
    tell(
      world,
      { node, item },
      { type: 'Issue', shipmentId: order.orderId, confirmationId, ...what, qty: qtyText(qty), ...worth },
    );
};

/**
 * Goods of a line leave from where this world has them, first from `first`, up to `amount`; answers with what it had not to
 * send.
 */
const sendUpTo = (
  world: World,
  order: ForkOrder,
  line: ForkLine,
  amount: bigint,
  first: string | undefined,
): bigint => {
  const holds = [...line.holds].sort(([, a], [, b]) => Number(b.node === first) - Number(a.node === first));
  let rest = amount;
  for (const [reservationId, { node }] of holds) {
    const part = minQty(rest, heldBy(world, line, reservationId, node));
    if (part <= 0n) continue;
    issue(world, order, line, reservationId, part);
    rest -= part;
  }
  return rest;
};

/** The log says that so much left; what was more than the line wants is the answer. What a supplier delivers here stays. */
export const leave = (world: World, order: ForkOrder, line: ForkLine, amount: bigint, node: string): bigint => {
  const wanted = minQty(amount, openOf(line) - owedOf(line));
  const stays = minQty(amount - wanted, maxQty(0n, line.supplied - line.missed));
  line.missed += stays + sendUpTo(world, order, line, wanted, node);
  return amount - wanted - stays;
};

/** What is had at last of what had left in the log long ago. */
export const leaveOwed = (world: World, order: ForkOrder, line: ForkLine): void => {
  const owed = owedOf(line);
  const sent = owed - sendUpTo(world, order, line, owed, undefined);
  line.missed -= minQty(sent, maxQty(0n, line.missed - line.supplied));
};
