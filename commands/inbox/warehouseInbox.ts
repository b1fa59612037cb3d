import type { Position } from '../../domain/eventLog.ts';
import { inParallel } from '../inParallel.ts';
import { backoffMs, keepGoing, waitOf } from '../keepGoing.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import { createHastening } from '../workers/hastening.ts';
import { createStuckReporter } from '../workers/stuckReporter.ts';
import { createStandingFeed } from './standingFeed.ts';
import { createDiscarding } from './warehouseDiscards.ts';
import { inboxOf, type WarehouseInboxPorts } from './warehouseInboxPorts.ts';
import { createKept } from './warehouseKept.ts';
import { createWarehouseLanes } from './warehouseLanes.ts';
import { isFailure, isInPlace, type Pending, type Place, parkable, stuckItems, toKeep } from './warehousePending.ts';
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
  /** Cursors in front of the pages that are not done yet, oldest first. */
  let pages: { readonly page: number; readonly before: string }[] = [];
  let pageNumber = 0;
  let cursor: string | undefined;
  let stored: Position | 'start' = 'start';
  /** Parked messages that are taken. */
  let gone: Place[] = [];
  const onGone = (place: Place): void => void gone.push(place);
  const kept = createKept({ consumer: checkpoint, ports, lanes, reporter, keptMax, retryBaseMs, onGone });
  const discard = createDiscarding(checkpoint, ports, (place) => {
    lanes.drop(place);
    kept.want(place.laneKey);
  });

  const takeShipment = async (shipmentId: string, pending: Pending[], seen: string | undefined): Promise<void> => {
    for (let entry = pending[0]; entry !== undefined; entry = pending[0]) {
      if (entry.dueAtMs > performance.now()) return;
      try {
        await takeMessage(ports, entry.message, seen);
        pending.shift();
        if (entry.parkedAs !== undefined) gone.push(entry.parkedAs);
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

  /** Keeps these and moves the stored cursor, or only moves it. False: another inbox moved it. */
  const move = async (leaving: readonly Pending[], to: Position | 'start'): Promise<boolean> => {
    if (leaving.length === 0)
      return to === stored || to === 'start' || ports.checkpoints.advance(checkpoint, stored, to);
    const rows = leaving.map((entry) => toKeep(entry));
    if ((await ports.parked?.park(checkpoint, rows, stored, to)) !== true) return false;
    for (const [index, entry] of leaving.entries()) {
      if (entry.parkedAs !== undefined && !isInPlace(entry)) gone.push(entry.parkedAs);
      const { laneKey, item } = rows[index] as Place;
      Object.assign(entry, { page: null, parkedAs: { laneKey, item } });
    }
    lanes.keptBehind();
    return true;
  };

  /** Moves the stored cursor over the pages that are done, and over what is kept here. */
  const persist = async (): Promise<void> => {
    const all = lanes.all();
    const keepable = ([lane, pending]: (typeof all)[number]) => [...parkable(pending), ...lanes.behindIn(lane)];
    const leaving = ports.parked === undefined ? [] : all.flatMap(keepable);
    const left = new Set(leaving);
    const open = new Set(
      all.flatMap(([, pending]) => pending.filter((entry) => !left.has(entry)).map(({ page }) => page)),
    );
    const rest = pages.filter(({ page }) => open.has(page));
    const before = (rest[0]?.before ?? cursor ?? '') as Position | '';
    const to = before === '' ? stored : before;
    if (await move(leaving, to)) {
      // Not before: what could not be kept still holds its page.
      pages = rest;
      stored = to;
    } else cursor = undefined;
    if (gone.length === 0) return;
    await ports.parked?.done(checkpoint, gone);
    gone = [];
  };

  const head = async (): Promise<string | undefined> => {
    const place = await ports.head?.();
    return place === 'start' ? '' : place;
  };

  const startOver = async (): Promise<string> => {
    lanes.clear();
    reporter.forget();
    isComplete = false;
    pages = [];
    gone = [];
    stored = await ports.checkpoints.read(checkpoint);
    // What is kept is asked for after the cursor: what was parked meanwhile is told twice, and not never.
    kept.startOver();
    return stored === 'start' ? '' : stored;
  };

  const readPage = async (from: string, signal: AbortSignal): Promise<void> => {
    const startedAt = performance.now();
    const page = await ports.wms.messages(from, lanes.isEmpty() ? waitMs : retryBaseMs, signal);
    // A feed that does not wait, or shows the same page for ever, must not keep us busy.
    if ((page.messages.length === 0 || page.cursor === from) && performance.now() - startedAt < retryBaseMs)
      await pause(signal);
    const retoldOf = await kept.meet(page.messages);
    if (page.messages.length > 0) {
      pageNumber += 1;
      pages.push({ page: pageNumber, before: from });
    }
    for (const message of page.messages) lanes.add(message, pageNumber, retoldOf.get(message.messageId));
    cursor = page.cursor;
    isComplete ||= page.messages.length === 0;
  };

  const readOrSay = async (from: string, signal: AbortSignal): Promise<void> => {
    try {
      await readPage(from, signal);
      feed.understood();
    } catch (error) {
      if (error instanceof PartnerUnavailable && error.class === 'BAD_RESPONSE') await feed.notUnderstood(from, error);
      throw error;
    }
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (ports.isPaused?.() === true) {
      await pause(signal);
      return true;
    }
    cursor ??= await startOver();
    if (lanes.fresh() < pendingMax && kept.hasRoom()) await readOrSay(cursor, signal);
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
    await persist();
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
