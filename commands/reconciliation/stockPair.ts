import { setTimeout as delay } from 'node:timers/promises';
import type { Difference, Explanation } from '../../domain/reconciliation/events.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';
import { newUlid } from '../eventIds.ts';
import type { WarehouseStock } from '../partnerPorts.ts';
import type { WmsLookup } from '../ports.ts';
import { CannotCompare, type ComparedPair, type Explain, type StandingBreak } from './ports.ts';
import { comparingStock, type Place, placeKey, type StockReads } from './stockCompared.ts';
import { isTriedEnough, onSecondLook, told } from './told.ts';

type OpenRelease = Place & { readonly releaseId: string; readonly shipmentId: string; readonly isKept: boolean };

export type StockPairPorts = StockReads & {
  readonly warehouse: WarehouseStock;
  readonly release: WmsLookup['release'];
  /** Up to where the messages of the warehouse's feed are taken, or kept here. */
  readonly inboxCursor: () => Promise<string>;
  /** The place of the log's last event; empty while there is none. */
  readonly head: () => Promise<string>;
  /** False: read models did not show within reasonable time what was in the log when they were asked. */
  readonly caughtUp: (signal: AbortSignal) => Promise<boolean>;
  /** Of each of these places, the oldest first and so many at most. */
  readonly openReleases: (bu: string, places: readonly Place[], limit: number) => Promise<readonly OpenRelease[]>;
  readonly isPaused: () => boolean;
  /** How often and after how long it is looked again whether the inbox has come as far as the count. */
  readonly inboxWaitsMs?: readonly number[];
};

const inboxWaitsMsUsual: readonly number[] = [50, 100, 200, 500, ...Array<number>(29).fill(1_000)];
const releasesPerItemMax = 20;
/** Of a run. What is left waits for the next one. */
const releasesPerRunMax = 500;

const unexplained = ({ ours, theirs }: Difference, earlier: StandingBreak | undefined): Explanation => {
  if (ours === null) return onSecondLook(earlier, 'NO_POSITION', 'MISSING_HERE');
  return theirs === null
    ? onSecondLook(earlier, 'NOT_LISTED', 'MISSING_THERE')
    : onSecondLook(earlier, 'COUNTS_DIFFER', 'QUANTITY');
};

const placeWithLess = ({ node, item, difference }: Difference): Place | undefined =>
  node !== null && item !== null && difference?.startsWith('-') === true ? { node, item } : undefined;

const untilThrough = async (
  { warehouse, inboxCursor, inboxWaitsMs = inboxWaitsMsUsual }: StockPairPorts,
  through: string,
  signal: AbortSignal,
): Promise<void> => {
  for (const waitMs of [0, ...inboxWaitsMs]) {
    await delay(waitMs, undefined, { signal });
    if (warehouse.isThrough(await inboxCursor(), through)) return;
  }
  throw new CannotCompare('FEED_BEHIND');
};

/** A run, and of how many releases it has asked so far. */
type Asking = { readonly run: ReconciliationRun; releases: number };

/** Those releases of which the warehouse will send its messages again. */
const sentAgain = async (
  { warehouse, release }: StockPairPorts,
  asking: Asking,
  releaseIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const promised: string[] = [];
  for (const releaseId of releaseIds) {
    if (asking.releases >= releasesPerRunMax) break;
    asking.releases += 1;
    const held = await release(releaseId, signal);
    // Accepted and not touched, it has nothing to tell.
    if (held === undefined || held.status === 'ACCEPTED') continue;
    const answer = await warehouse.sendAgain(releaseId, asking.run.runId, signal);
    if (answer.kind === 'promised' && answer.messages > 0) promised.push(releaseId);
  }
  return promised;
};

const explainFrom = async (
  ports: StockPairPorts,
  asking: Asking,
  open: readonly OpenRelease[],
  ...[difference, earlier, signal]: Parameters<Explain>
): Promise<Explanation> => {
  const kept = open.filter(({ isKept }) => isKept).map(({ shipmentId }) => shipmentId);
  if (kept.length > 0) return told('MESSAGE_KEPT', 'TIMING', kept);
  const releaseIds = open.map(({ releaseId }) => releaseId);
  if (isTriedEnough(earlier)) return told('CONFIRMATION_LOST', 'MISSING_HERE', releaseIds);
  const promised = await sentAgain(ports, asking, releaseIds, signal);
  return promised.length > 0
    ? told('CONFIRMATION_LOST', 'MISSING_HERE', promised, 'RESEND_REQUESTED')
    : unexplained(difference, earlier);
};

/**
 * Goods by warehouse and item. The warehouse counts at one instant and says which of its messages that includes; ours is
 * compared once the inbox has taken these. What moved here since is known move by move, so it explains what it can.
 */
export const createStockPair = (ports: StockPairPorts): ComparedPair => {
  const { warehouse } = ports;
  let asking: Asking | undefined;

  const compare: ComparedPair['compare'] = async ({ bu }, standing, signal) => {
    if (ports.isPaused()) throw new CannotCompare('PAUSED');
    const ours = await ports.head();
    const reportId = newUlid();
    const report = await warehouse.take(bu, reportId, signal);
    if (report === undefined) throw new CannotCompare('NOT_OFFERED');
    await untilThrough(ports, report.through, signal);
    if (!(await ports.caughtUp(signal))) throw new CannotCompare('READ_MODEL_BEHIND');
    const compared = await comparingStock(ports, { bu, since: ours, reportId }, signal);
    const differing = new Set(compared.differences.map(({ object }) => object.id));
    const agreed = compared.reason === null ? [...standing].filter((id) => !differing.has(id)) : [];
    return { ...compared, agreed, cut: { takenAt: report.takenAt, theirs: report.through, ours } };
  };

  /** Where the warehouse has less than we do, it may have shipped what we have not heard of. */
  const explaining: ComparedPair['explaining'] = async (run, differences) => {
    const asked = asking?.run.runId === run.runId ? asking : { run, releases: 0 };
    asking = asked;
    const less = differences.flatMap((one) => placeWithLess(one) ?? []);
    const open = less.length === 0 ? [] : await ports.openReleases(run.bu, less, releasesPerItemMax);
    const byPlace = Map.groupBy(open, placeKey);
    return async (difference, earlier, signal) => {
      const place = placeWithLess(difference);
      if (place === undefined) return unexplained(difference, earlier);
      return explainFrom(ports, asked, byPlace.get(placeKey(place)) ?? [], difference, earlier, signal);
    };
  };

  return { pair: 'stock', compare, explaining };
};
