import type { IncompleteReason, ReconciliationPair } from '../../domain/reconciliation/pairs.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';
import { derivedUlid } from '../eventIds.ts';
import { type KeepLooking, keepLooking } from '../keepGoing.ts';
import { type ExecutePorts, executeRun, standingMax, tellRun } from './execute.ts';
import { type ComparedPair, type LastRun, type SystemOf, usualSystem } from './ports.ts';

export type ReconciliationPorts = ExecutePorts & {
  /** Those that partners here can be asked about. */
  readonly pairs: readonly ComparedPair[];
  /** Runs that were begun and have not ended, in their order. The answer is as new as the log. */
  readonly underWay: (limit: number) => Promise<readonly ReconciliationRun[]>;
  /** Of every business unit that had one the newest run of a pair. */
  readonly lastRuns: (pair: ReconciliationPair) => Promise<readonly LastRun[]>;
  readonly businessUnits: () => readonly string[];
  /** With whom a pair of a business unit is compared; absent: the usual partner of the pair. */
  readonly systemOf?: SystemOf;
  /** How long after the end of a run of a pair the next one begins by itself; 0: only when somebody asks. */
  readonly everyMs: number;
  /** The same while something should heal, so that it is soon known whether it did. */
  readonly healingMs?: number;
  readonly onRun?: (pair: ReconciliationPair, outcome: 'COMPLETE' | 'INCOMPLETE' | 'SUPERSEDED') => void;
};

const healingMsUsual = 60_000;
const runsMax = 200;
/** A run that broke off so often breaks off each time, and keeps its pair from being compared by any other. */
const triesMax = 10;

const sameAs =
  (one: ReconciliationRun) =>
  ({ bu, pair }: ReconciliationRun): boolean =>
    one.bu === bu && one.pair === pair;

type Ended = 'INCOMPLETE' | 'SUPERSEDED';

const end = async (
  ports: ReconciliationPorts,
  run: ReconciliationRun,
  outcome: Ended,
  reason: IncompleteReason | null,
): Promise<void> => {
  const standing = outcome === 'SUPERSEDED' ? 0 : (await ports.standing(run, standingMax)).length;
  const counted = { cut: null, compared: 0, standing };
  await tellRun(ports, { type: 'CompleteReconciliation', ...run, outcome, reason, ...counted }, 'completed');
  ports.onRun?.(run.pair, outcome);
};

const takeOne = async (
  ports: ReconciliationPorts,
  run: ReconciliationRun,
  isLast: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const pair = ports.pairs.find((one) => one.pair === run.pair);
  if (!isLast) return end(ports, run, 'SUPERSEDED', null);
  if (pair === undefined) return end(ports, run, 'INCOMPLETE', 'NOT_OFFERED');
  const outcome = await executeRun(ports, pair, run, signal);
  ports.onRun?.(run.pair, outcome);
};

/** Named by the run before, so that of two who look one begins it. */
const begin = async (
  ports: ReconciliationPorts,
  bu: string,
  { pair }: ComparedPair,
  last: LastRun | undefined,
): Promise<ReconciliationRun> => {
  const runId = derivedUlid(`reconciliation:${JSON.stringify([bu, pair, last?.runId ?? null])}`);
  const run = { bu, pair, runId };
  const whom = { system: (ports.systemOf ?? usualSystem)(pair, bu), requestedBy: null };
  await tellRun(ports, { type: 'StartReconciliation', ...run, ...whom }, 'started');
  return run;
};

/** `sinceMs`: when this service began to look. */
const isDue = (
  { clock, everyMs, healingMs = healingMsUsual }: ReconciliationPorts,
  sinceMs: number,
  last: LastRun | undefined,
): boolean => {
  const nowMs = Date.parse(clock());
  // Who starts a service with partners that are about to start too would begin with differences that are none.
  if (last === undefined) return nowMs - sinceMs >= Math.min(everyMs, healingMs);
  if (last.endedAt === null) return false;
  return nowMs - Date.parse(last.endedAt) >= (last.healing > 0 ? Math.min(everyMs, healingMs) : everyMs);
};

/**
 * Takes runs that somebody asked for, or that a process which was killed has left, and begins those that are due. Of several
 * that wait for the same pair the last one is enough.
 */
export const createReconciler = (ports: ReconciliationPorts) => {
  const sinceMs = Date.parse(ports.clock());
  /** How often each run that is under way broke off here. */
  let brokenOff: ReadonlyMap<string, number> = new Map();

  const breakOff = async (run: ReconciliationRun, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    const times = (brokenOff.get(run.runId) ?? 0) + 1;
    brokenOff = new Map(brokenOff).set(run.runId, times);
    if (times >= triesMax) await end(ports, run, 'INCOMPLETE', 'FAILED');
  };

  /** One that fails is tried again with the next look, some times, and keeps no other from being taken. */
  const take = async (runs: readonly ReconciliationRun[], failures: unknown[], signal: AbortSignal): Promise<void> => {
    for (const [index, run] of runs.entries()) {
      if (signal.aborted) return;
      const isLast = !runs.slice(index + 1).some(sameAs(run));
      try {
        await takeOne(ports, run, isLast, signal);
      } catch (error) {
        failures.push(error);
        await breakOff(run, signal).catch((more: unknown) => void failures.push(more));
      }
    }
  };

  /** Throws the first failure, when everything was looked at. */
  const step = async (signal: AbortSignal): Promise<void> => {
    const failures: unknown[] = [];
    const underWay = await ports.underWay(runsMax);
    brokenOff = new Map([...brokenOff].filter(([runId]) => underWay.some((run) => run.runId === runId)));
    await take(underWay, failures, signal);
    for (const pair of ports.everyMs === 0 ? [] : ports.pairs) {
      const last = new Map((await ports.lastRuns(pair.pair)).map((one) => [one.bu, one]));
      for (const bu of ports.businessUnits()) {
        if (signal.aborted) return;
        if (pair.canAsk?.(bu) === false) continue;
        if (isDue(ports, sinceMs, last.get(bu)))
          await take([await begin(ports, bu, pair, last.get(bu))], failures, signal);
      }
    }
    if (failures.length > 0) throw failures[0];
  };

  return { step };
};

export const runReconciler = (
  ports: ReconciliationPorts & Omit<KeepLooking, 'look'>,
  signal: AbortSignal,
): Promise<void> => keepLooking({ ...ports, look: createReconciler(ports).step }, signal);
