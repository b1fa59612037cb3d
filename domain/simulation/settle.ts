import { goodsOf, kitsWithout } from '../kit.ts';
import { minQty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { availableToNewcomers, deficitOf } from '../stock/state.ts';
import { allocate, lookAround, mayMove, reserve } from './allocate.ts';
import { supplyChanged } from './late.ts';
import { type Waiting, waitingFor } from './queues.ts';
import { leaveOwed, releaseHold, withdraw } from './ship.ts';
import { isClosed, lineIn, type Spot, stockAt, type Task, tell, type World, waitingAt } from './world.ts';

/** A fact sets off no more than this beyond what it begins with, or something goes round in circles and the run says so. */
const tasksPerFactMax = 100_000;
/** A policy that is adopted has every position offer what it has. */
const tasksPerBeginningMax = 100;

/** The consequences of one fact do not come to an end. A fault of the simulation, never of the log. */
export class SimulationUnsettled extends Error {
  override readonly name = 'SimulationUnsettled';
}

/** A position fills its own queue. What it has beyond that is for lines that wait elsewhere, in order of acceptance. */
const move = (world: World, spot: Spot, waiting: readonly Waiting[]): void => {
  for (const entry of waiting) {
    const available = availableToNewcomers(stockAt(world, spot));
    if (available <= 0n) return;
    const order = world.orders.get(entry.orderId);
    const line = lineIn(world, entry);
    if (entry.held || entry.at === spot.node || order === undefined || line === undefined) continue;
    const waits = waitingAt(world, entry.orderId, line, entry.at);
    const amount = minQty(waits, available);
    if (amount <= 0n || (entry.whole && amount < waits)) continue;
    if (!mayMove(world, order, line, spot.node, amount)) continue;
    if (reserve(world, order, line, spot.node, amount)) withdraw(world, order, line, entry.at, amount);
  }
};

/** How often one fact lets an order look around: who gives up what it just took would otherwise try for ever. */
const looksPerFactMax = 4;

const offer = (world: World, spot: Spot, looks: Map<string, number>): void => {
  if (isClosed(world, spot.node)) return;
  const waiting = waitingFor(world, spot.item);
  move(world, spot, waiting);
  const together = new Set(waiting.filter(({ held }) => held).map(({ orderId }) => orderId));
  for (const orderId of together) {
    const order = world.orders.get(orderId);
    const look = looks.get(orderId) ?? 0;
    if (order === undefined || look === looksPerFactMax || !lookAround(world, order)) continue;
    looks.set(orderId, look + 1);
    world.tasks.push({ kind: 'SOURCE', orderId, looked: true });
  }
};

/** Soft reservations that the position cannot meet go back to their orders; hard ones are with a warehouse. */
const giveUp = (world: World, { node, item, reservations }: Extract<Task, { kind: 'MISSING' }>): void => {
  for (const { reservationId } of reservations) {
    const state = stockAt(world, { node, item });
    const reservation = valueAt(state.reservations, reservationId);
    const missing = minQty(reservation?.qty ?? 0n, deficitOf(state));
    if (reservation?.kind !== 'SOFT' || missing <= 0n) continue;
    const { orderId } = reservation;
    const line = lineIn(world, reservation);
    if (line === undefined) {
      // A cart or a quote: nobody but the position keeps it.
      tell(world, { node, item }, { type: 'Release', reservationId, qty: qtyText(missing), cause: 'STOCK_MISSING' });
      continue;
    }
    const per = goodsOf(line, 1n).find((part) => part.item === item)?.qty ?? 1n;
    releaseHold(world, line, { reservationId, node }, kitsWithout(missing, per), 'STOCK_MISSING');
    world.tasks.push({ kind: 'SOURCE', orderId, looked: false });
  }
};

const run = (world: World, task: Task, looks: Map<string, number>): void => {
  switch (task.kind) {
    case 'OFFER':
      offer(world, task, looks);
      break;
    case 'SUPPLY':
      supplyChanged(world, task.item);
      break;
    case 'MISSING':
      giveUp(world, task);
      break;
    case 'SOURCE': {
      const order = world.orders.get(task.orderId);
      if (order !== undefined) allocate(world, order, task.looked);
      break;
    }
    case 'LEAVE': {
      const order = world.orders.get(task.orderId);
      const line = order?.lines.get(task.lineId);
      if (order !== undefined && line !== undefined) leaveOwed(world, order, line);
    }
  }
};

/** So many steps are taken between two places at which somebody else may have a turn. */
const tasksAtOnce = 500;

/** Work that has places at which somebody else may have a turn. */
export type InTurns<T = void> = Generator<undefined, T>;

/** Works off everything that follows from what happened. Throws `SimulationUnsettled`. */
export function* settle(world: World): InTurns {
  const looks = new Map<string, number>();
  let left = tasksPerFactMax + tasksPerBeginningMax * world.tasks.length;
  while (world.tasks.length > 0) {
    // All at once: to take the first of very many away moves all others.
    const tasks = world.tasks.splice(0);
    left -= tasks.length;
    if (left < 0) throw new SimulationUnsettled('more steps follow from one fact than ever should');
    for (const [index, task] of tasks.entries()) {
      run(world, task, looks);
      if (index % tasksAtOnce === tasksAtOnce - 1) yield;
    }
  }
}
