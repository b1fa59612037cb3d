import { setTimeout as delay } from 'node:timers/promises';
import type { EventFeed, Position } from '../domain/eventLog.ts';
import { businessUnits } from '../domain/masterData/catalog.ts';
import type { Application } from './application.ts';
import type { CatalogFollower } from './catalogFollower.ts';
import type { Controls } from './controls.ts';
import { createHastening } from './hastening.ts';
import { inParallel } from './inParallel.ts';
import { backoffMs, keepGoing } from './keepGoing.ts';
import { type FeedMessage, PartnerUnavailable, type Wms } from './partnerPorts.ts';
import type { Checkpoints, Clock, CommandContext, StuckBoard } from './ports.ts';
import { createStuckReporter } from './stuckReporter.ts';
import { troubleOf } from './trouble.ts';
import { createWarehouseLanes } from './warehouseLanes.ts';
import { blocks, feedLane, type Pending, standingFeed, stuckItems } from './warehousePending.ts';

export type StuckMessage = {
  readonly system: string;
  readonly messageId: string;
  /** The lane it waits in: its shipment, or itself when it does not say whose it is. */
  readonly shipmentId: string;
  readonly attempts: number;
  readonly error: unknown;
};

/** The consumer's name on boards, and of its checkpoint. */
export const inboxOf = (system: string): string => `warehouse-inbox:${system}`;

export type WarehouseInboxPorts = {
  readonly wms: Pick<Wms, 'system' | 'messages'>;
  readonly application: Pick<Application, 'takeWarehouseMessage'>;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  /** Holds the feed's cursor under `warehouse-inbox:<system>`. */
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  /** How far the log is: what a message follows from lies at or before what this says after the message came. */
  readonly head?: EventFeed['head'];
  readonly onError: (error: unknown, failures: number) => void;
  /** Told of every failed attempt at a message. */
  readonly onStuck?: (stuck: StuckMessage) => void;
  /** How a message ended, the first time that this can be told; one that may only be early, or an outage, is no failure. */
  readonly onOutcome?: (isTaken: boolean) => void;
  /** Where messages that cannot be taken are shown. */
  readonly stuckBoard?: StuckBoard;
  /** While it is true nothing is read and nothing is taken. */
  readonly isPaused?: () => boolean;
  /** Shipments that operators want tried now. */
  readonly controls?: Pick<Controls, 'retries'>;
};

const waitMs = 1_000;
const retryBaseMs = 250;
const retryMsMax = 60_000;
const shipmentsAtOnce = 32;
const pendingMax = 10_000;

class MessageRefused extends Error {
  override readonly name: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.name = code;
  }
}

/** What taking one message needs. */
export type TakingPorts = Pick<WarehouseInboxPorts, 'application' | 'catalog' | 'clock'> & {
  readonly wms: Pick<Wms, 'system'>;
};

const isFailure = (error: unknown): boolean => {
  const { kind, class: code } = troubleOf(error);
  return kind === 'STUCK' && code !== 'SHIPMENT_NOT_PLANNED';
};

const contextOf = ({ wms, clock }: TakingPorts, messageId: string): CommandContext => ({
  commandId: `${wms.system}:${messageId}`,
  occurredAt: clock(),
  correlationId: `${wms.system}:${messageId}`,
  causationId: `${wms.system}:${messageId}`,
  actor: { kind: 'PARTNER', id: wms.system, roles: ['warehouse'] },
  source: { system: wms.system, partnerId: wms.system },
});

/** Throws `MessageRefused` when no business unit takes it, with the first answer that was about the message itself. */
export const takeMessage = async (
  ports: TakingPorts,
  message: FeedMessage,
  seen: string | undefined,
): Promise<void> => {
  if (message.kind === 'NOT_UNDERSTOOD') throw new MessageRefused(message.kind, message.detail);
  let refusal = new MessageRefused(
    'SHIPMENT_NOT_PLANNED',
    `Shipment ${message.shipmentId} is not planned, or not yet.`,
  );
  for (const { bu } of businessUnits(ports.catalog.current())) {
    const context = contextOf(ports, message.messageId);
    const outcome = await ports.application.takeWarehouseMessage(bu, message, context, seen);
    if (outcome.kind === 'done') return;
    if (outcome.kind === 'invalid') {
      throw new MessageRefused('INVALID', outcome.violations.map(({ detail }) => detail).join(' '));
    }
    const { refused, detail } = outcome.refusal;
    if (refused !== 'SHIPMENT_NOT_PLANNED') refusal = new MessageRefused(refused, detail);
  }
  throw refusal;
};

/**
 * Takes messages of the warehouse's feed. Repeats and disorder are harmless, so the stored cursor simply stays before the
 * oldest message that is not done: nothing is ever dropped, and what fails is tried again, less and less often, and
 * reported every time. Messages of one shipment are taken in their order; one that nobody understands holds up those of its
 * shipment, and no other.
 */
export const createWarehouseInbox = (ports: WarehouseInboxPorts) => {
  const checkpoint = inboxOf(ports.wms.system);
  const lanes = createWarehouseLanes();
  const reporter = createStuckReporter(checkpoint, ports.stuckBoard, ports.onError);
  const hastened = createHastening(checkpoint, ports.controls);
  /** The end of the feed was seen since the inbox started over. */
  let isComplete = false;
  /** Cursors in front of the pages that are not done yet, oldest first. */
  let pages: { readonly page: number; readonly before: string }[] = [];
  let pageNumber = 0;
  /** How often in a row the feed was not understood. */
  let standing = 0;
  let cursor: string | undefined;
  let stored: Position | 'start' = 'start';

  const takeShipment = async (shipmentId: string, pending: Pending[], seen: string | undefined): Promise<void> => {
    for (const entry of [...pending]) {
      if (entry.dueAtMs > performance.now()) {
        if (blocks(entry)) return;
        continue;
      }
      try {
        await takeMessage(ports, entry.message, seen);
        pending.splice(pending.indexOf(entry), 1);
        ports.onOutcome?.(true);
      } catch (error) {
        entry.error = error;
        entry.attempts += 1;
        entry.dueAtMs = performance.now() + backoffMs(entry.attempts, retryBaseMs, retryMsMax);
        const { messageId } = entry.message;
        if (entry.attempts === 1 && isFailure(error)) ports.onOutcome?.(false);
        ports.onStuck?.({ system: ports.wms.system, messageId, shipmentId, attempts: entry.attempts, error });
        if (blocks(entry)) return;
      }
    }
    if (pending.length === 0) lanes.end(shipmentId);
  };

  /** Moves the stored cursor over the pages that are done. */
  const persist = async (): Promise<void> => {
    const open = new Set(lanes.all().flatMap(([, pending]) => pending.map(({ page }) => page)));
    pages = pages.filter(({ page }) => open.has(page));
    const to = (pages[0]?.before ?? cursor ?? '') as Position;
    if (to === '' || to === stored) return;
    if (await ports.checkpoints.advance(checkpoint, stored, to)) stored = to;
    else cursor = undefined;
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
    stored = await ports.checkpoints.read(checkpoint);
    return stored === 'start' ? '' : stored;
  };

  const readPage = async (from: string, signal: AbortSignal): Promise<void> => {
    const startedAt = performance.now();
    const page = await ports.wms.messages(from, lanes.count() > 0 ? retryBaseMs : waitMs, signal);
    // A feed that does not wait, or shows the same page for ever, must not keep us busy.
    if ((page.messages.length === 0 || page.cursor === from) && performance.now() - startedAt < retryBaseMs)
      await delay(retryBaseMs, undefined, { signal }).catch(() => {});
    if (page.messages.length > 0) {
      pageNumber += 1;
      pages.push({ page: pageNumber, before: from });
    }
    for (const message of page.messages) lanes.add(message, pageNumber);
    cursor = page.cursor;
    isComplete ||= page.messages.length === 0;
  };

  /** A feed that answers what nobody understands looks healthy from outside, and every shipment waits behind it. */
  const readOrSay = async (from: string, signal: AbortSignal): Promise<void> => {
    try {
      await readPage(from, signal);
      standing = 0;
      reporter.set(feedLane, []);
    } catch (error) {
      if (error instanceof PartnerUnavailable && error.class === 'BAD_RESPONSE') {
        standing += 1;
        reporter.set(feedLane, [standingFeed(ports.wms.system, from, standing, error)]);
        await reporter.say(false);
      }
      throw error;
    }
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (ports.isPaused?.() === true) {
      await delay(retryBaseMs, undefined, { signal }).catch(() => {});
      return true;
    }
    cursor ??= await startOver();
    if (lanes.count() < pendingMax) await readOrSay(cursor, signal);
    else await delay(retryBaseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return false;
    for (const shipmentId of hastened()) for (const entry of lanes.ofLane(shipmentId)) entry.dueAtMs = 0;
    const shipments = lanes.all();
    const seen = shipments.length > 0 ? await head() : undefined;
    await inParallel(shipments, shipmentsAtOnce, ([shipmentId, pending]) => takeShipment(shipmentId, pending, seen));
    for (const [shipmentId, pending] of shipments)
      reporter.set(shipmentId, stuckItems(ports.wms.system, shipmentId, pending));
    await reporter.say(isComplete);
    await persist();
    return true;
  };

  return { step, pending: lanes.count };
};

export const runWarehouseInbox = (ports: WarehouseInboxPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createWarehouseInbox(ports).step, changed: async () => {}, onError: ports.onError }, signal);
