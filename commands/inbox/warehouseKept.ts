import type { FeedMessage } from '../partnerPorts.ts';
import type { KeptLane } from '../ports.ts';
import type { createStuckReporter } from '../workers/stuckReporter.ts';
import type { WarehouseInboxPorts } from './warehouseInboxPorts.ts';
import { type createWarehouseLanes, reread } from './warehouseLanes.ts';
import { laneOf, type Place } from './warehousePending.ts';

const lanesAtOnce = 100;
const perLaneMax = 100;
/** A round of what is kept and not here begins so many of the inbox's first pauses after the one before: a minute. */
const roundPauses = 240;

export type KeptOptions = {
  readonly consumer: string;
  readonly ports: Pick<WarehouseInboxPorts, 'wms' | 'parked'>;
  readonly lanes: ReturnType<typeof createWarehouseLanes>;
  readonly reporter: Pick<ReturnType<typeof createStuckReporter>, 'expect' | 'leave' | 'isSaid'>;
  /** Messages that are kept and here; with more of them, lanes that were tried make room. */
  readonly keptMax: number;
  readonly retryBaseMs: number;
  /** What is kept in this place tells nothing any more. */
  readonly onGone: (place: Place) => void;
};

/**
 * Which of what an inbox keeps is here: all of it while it is little, and otherwise a part that goes round, so that memory
 * does not grow with what is kept and everything is tried again. What comes for a lane that is not here is kept behind what
 * the lane keeps.
 */
export const createKept = ({ consumer, ports, lanes, reporter, keptMax, retryBaseMs, onGone }: KeptOptions) => {
  const { parked, wms } = ports;
  /** Lanes that are to be here soon. */
  const wanted = new Set<string>();
  /** Something may be kept of a lane that is not here. */
  let isOutside = false;
  let hasMadeRoom = false;
  /** The lane that the round has come to. */
  let after = '';
  let roundAtMs = Number.NEGATIVE_INFINITY;

  const startOver = (): void => {
    wanted.clear();
    isOutside = parked !== undefined;
    hasMadeRoom = false;
    after = '';
    roundAtMs = Number.NEGATIVE_INFINITY;
  };

  const want = (lane: string): void => {
    if (!lanes.has(lane)) wanted.add(lane);
  };

  /** Lanes that are not here and keep something are opened. Tells which of the messages were told before in words that nobody understood. */
  const lookUp = async (names: readonly string[], messageIds: readonly string[]) => {
    const away = [...new Set(names)].filter((lane) => !lanes.has(lane));
    const known = await parked?.known(consumer, away, messageIds);
    for (const lane of known?.lanes ?? []) {
      wanted.add(lane);
      lanes.open(lane);
    }
    return known?.retold ?? [];
  };

  /** To be asked before messages are added: the places, by message, that they take over from worse words which are not here. */
  const meet = async (messages: readonly FeedMessage[]): Promise<ReadonlyMap<string, Place>> => {
    if (!isOutside || messages.length === 0) return new Map();
    const understood = messages.filter(({ kind }) => kind !== 'NOT_UNDERSTOOD');
    const laneById = new Map(understood.map((message) => [message.messageId, laneOf(message)]));
    const retold = await lookUp(messages.map(laneOf), [...laneById.keys()]);
    const places = new Map<string, Place>();
    for (const { theirId, laneKey, item } of retold) {
      // One that did not say whose it is has a lane of its own, which is free from now on.
      const isOrphan = laneKey === item;
      if (!isOrphan && laneKey !== laneById.get(theirId)) continue;
      places.set(theirId, { laneKey, item });
      if (isOrphan) visit(laneKey);
    }
    return places;
  };

  /** The board may show it. */
  const visit = (lane: string): void => {
    lanes.visit(lane);
    reporter.expect(lane);
  };

  const put = async (found: readonly KeptLane[]): Promise<void> => {
    const told = found.flatMap(({ first }) => first.map((kept) => ({ kept, messages: reread(kept, wms.understand) })));
    // Understood by now, it may be of a shipment that keeps something itself.
    const moved = told.flatMap(({ kept, messages }) => messages.map(laneOf).filter((lane) => lane !== kept.laneKey));
    if (moved.length > 0) await lookUp(moved, []);
    for (const { laneKey } of found) visit(laneKey);
    for (const { kept, messages } of told) if (!messages.some((message) => lanes.restore(message, kept))) onGone(kept);
    for (const { laneKey, first, count } of found) lanes.settle(laneKey, count - first.length);
  };

  const bringWanted = async (): Promise<void> => {
    // One that came back meanwhile has what is kept of it.
    for (const lane of wanted) if (lanes.ofLane(lane).length > 0) wanted.delete(lane);
    const names = [...new Set([...wanted, ...lanes.drained()])].slice(0, lanesAtOnce);
    if (parked === undefined || names.length === 0) return;
    const found = new Map((await parked.lanes(consumer, names, perLaneMax)).map((lane) => [lane.laneKey, lane]));
    for (const name of names) wanted.delete(name);
    await put(names.map((laneKey) => found.get(laneKey) ?? { laneKey, count: 0, first: [] }));
  };

  const goRound = async (): Promise<void> => {
    const lanesMax = Math.min(lanesAtOnce, keptMax - lanes.held());
    if (parked === undefined || !isOutside || lanesMax <= 0) return;
    const nowMs = performance.now();
    if (after === '' && nowMs - roundAtMs < roundPauses * retryBaseMs) return;
    if (after === '') roundAtMs = nowMs;
    const next = await parked.lanes(consumer, { after, lanesMax }, perLaneMax);
    after = next.at(-1)?.laneKey ?? '';
    await put(next.filter(({ laneKey }) => !lanes.has(laneKey)));
    if (next.length === lanesMax) return;
    after = '';
    isOutside = hasMadeRoom;
    hasMadeRoom = false;
  };

  /** Brings what is to be tried now. */
  const bring = async (): Promise<void> => {
    await bringWanted();
    await goRound();
  };

  /** With far too much here, or to be brought, what was tried has to be shown, and the rest to come, before anything is read. */
  const hasRoom = (): boolean => lanes.held() < 2 * keptMax && wanted.size < keptMax;

  /** What was tried and is shown makes room. */
  const makeRoom = (): void => {
    let held = lanes.held();
    if (held <= keptMax) return;
    for (const [lane, pending] of lanes.all()) {
      if (held <= keptMax / 2) return;
      if (!lanes.isIdle(lane) || !reporter.isSaid(lane)) continue;
      held -= pending.length;
      lanes.leave(lane);
      reporter.leave(lane);
      isOutside = true;
      hasMadeRoom = true;
    }
  };

  return { startOver, want, meet, bring, hasRoom, makeRoom };
};
