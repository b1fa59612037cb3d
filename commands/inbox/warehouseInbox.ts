import { inParallel } from '../inParallel.ts';
import { backoffMs, keepGoing, waitOf } from '../keepGoing.ts';
import { createHastening } from '../workers/hastening.ts';
import { createStuckReporter } from '../workers/stuckReporter.ts';
import { createStandingFeed } from './standingFeed.ts';
import { createDiscarding } from './warehouseDiscards.ts';
import { inboxOf, type WarehouseInboxPorts } from './warehouseInboxPorts.ts';
import { createKept } from './warehouseKept.ts';
import { createWarehouseLanes } from './warehouseLanes.ts';
import { isFailure, type Pending, stuckItems } from './warehousePending.ts';
import { createInboxPlace } from './warehousePlace.ts';
import { takeMessage } from './warehouseTaking.ts';

const waitMs = 1_000;
const retryBaseMsUsual = 250;
const retryMsMax = 60_000;
const shipmentsAtOnce = 32;
const pendingMaxUsual = 10_000;
const keptMaxUsual = 1_000;

/**
 * Takes messages of the warehouse's feed. Repeats and disorder are harmless, so the stored cursor simply stays before the
 * oldest message that is neither done nor parked: nothing is ever dropped, and what fails is tried again, less and less
 * often, and reported every time. Messages of one shipment are taken in their order; one that cannot be taken holds up
 * those of its shipment for as long as that is so, and no other: no later message of a shipment makes an earlier one good.
 */
export const createWarehouseInbox = (ports: WarehouseInboxPorts) => {
  const { retryBaseMs = retryBaseMsUsual, pendingMax = pendingMaxUsual, keptMax = keptMaxUsual } = ports;
  const pause = waitOf(retryBaseMs);
  const checkpoint = inboxOf(ports.wms.system);
  const lanes = createWarehouseLanes();
  const reporter = createStuckReporter(checkpoint, ports.stuckBoard, ports.onError);
  const feed = createStandingFeed(ports.wms.system, reporter);
  const hastened = createHastening(checkpoint, ports.controls);
  /** The end of the feed was seen since the inbox started over. */
  let isComplete = false;
  const place = createInboxPlace(checkpoint, ports, lanes);
  const kept = createKept({ consumer: checkpoint, ports, lanes, reporter, keptMax, retryBaseMs, onGone: place.gone });
  const discard = createDiscarding(checkpoint, ports, (dropped) => {
    lanes.drop(dropped);
    kept.want(dropped.laneKey);
  });

  const takeShipment = async (shipmentId: string, pending: Pending[], seen: string | undefined): Promise<void> => {
    for (let entry = pending[0]; entry !== undefined; entry = pending[0]) {
      if (entry.dueAtMs > performance.now()) return;
      try {
        await takeMessage(ports, entry.message, seen);
        pending.shift();
        if (entry.parkedAs !== undefined) place.gone(entry.parkedAs);
        ports.onOutcome?.(true);
      } catch (error) {
        entry.error = error;
        entry.attempts += 1;
        entry.dueAtMs = performance.now() + backoffMs(entry.attempts, retryBaseMs, retryMsMax);
        const { messageId } = entry.message;
        if (entry.attempts === 1 && isFailure(error)) ports.onOutcome?.(false);
        ports.onStuck?.({ system: ports.wms.system, messageId, shipmentId, attempts: entry.attempts, error });
        return;
      }
    }
    lanes.end(shipmentId);
  };

  const head = async (): Promise<string | undefined> => {
    const last = await ports.head?.();
    return last === 'start' ? '' : last;
  };

  const startOver = async (): Promise<void> => {
    lanes.clear();
    reporter.forget();
    isComplete = false;
    await place.startOver();
    // What is kept is asked for after the cursor: what was parked meanwhile is told twice, and not never.
    kept.startOver();
  };

  const readPage = async (from: string, signal: AbortSignal): Promise<void> => {
    const startedAt = performance.now();
    const page = await ports.wms.messages(from, lanes.isEmpty() ? waitMs : retryBaseMs, signal);
    // A feed that does not wait, or shows the same page for ever, must not keep us busy.
    if ((page.messages.length === 0 || page.cursor === from) && performance.now() - startedAt < retryBaseMs)
      await pause(signal);
    const retoldOf = await kept.meet(page.messages);
    const number = place.passed(from, page.cursor, page.messages.length);
    for (const message of page.messages) lanes.add(message, number, retoldOf.get(message.messageId));
    isComplete ||= page.messages.length === 0;
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (ports.isPaused?.() === true) {
      await pause(signal);
      return true;
    }
    if (place.cursor() === undefined) await startOver();
    const from = place.cursor() ?? '';
    if (lanes.fresh() < pendingMax && kept.hasRoom()) await feed.reading(from, () => readPage(from, signal));
    else await pause(signal);
    if (signal.aborted) return false;
    await discard();
    for (const shipmentId of hastened()) {
      kept.want(shipmentId);
      for (const entry of lanes.ofLane(shipmentId)) entry.dueAtMs = 0;
    }
    await kept.bring();
    const shipments = lanes.all();
    const seen = shipments.length > 0 ? await head() : undefined;
    await inParallel(shipments, shipmentsAtOnce, ([shipmentId, pending]) => takeShipment(shipmentId, pending, seen));
    // First, so that what the board is told of a lane is how it is kept.
    await place.persist();
    for (const [shipmentId, pending] of shipments)
      reporter.set(shipmentId, stuckItems(ports.wms.system, shipmentId, pending, lanes.moreOf(shipmentId)));
    await reporter.say(isComplete);
    kept.makeRoom();
    return true;
  };

  return { step, pending: lanes.count };
};

export const runWarehouseInbox = (ports: WarehouseInboxPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createWarehouseInbox(ports).step, changed: async () => {}, onError: ports.onError }, signal);
