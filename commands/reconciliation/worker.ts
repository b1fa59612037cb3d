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

/**
 * Takes runs that somebody asked for, or that a process which was killed has left, and begins those that are due. Of several
 * that wait for the same pair the last one is enough.
 */
export const createReconciler = (ports: ReconciliationPorts) => {
  const { pairs, everyMs, healingMs = healingMsUsual, systemOf = usualSystem } = ports;
  const pairNamed = new Map(pairs.map((pair) => [pair.pair, pair]));
  const sinceMs = Date.parse(ports.clock());
  /** How often each run that is under way broke off here. */
  let brokenOff: ReadonlyMap<string, number> = new Map();

  const end = async (
    run: ReconciliationRun,
    outcome: 'INCOMPLETE' | 'SUPERSEDED',
    reason: IncompleteReason | null,
  ): Promise<void> => {
    const standing = outcome === 'SUPERSEDED' ? 0 : (await ports.standing(run, standingMax)).length;
    const counted = { cut: null, compared: 0, standing };
    await tellRun(ports, { type: 'CompleteReconciliation', ...run, outcome, reason, ...counted }, 'completed');
    ports.onRun?.(run.pair, outcome);
  };

  const takeOne = async (run: ReconciliationRun, isLast: boolean, signal: AbortSignal): Promise<void> => {
    const pair = pairNamed.get(run.pair);
    if (!isLast) return end(run, 'SUPERSEDED', null);
    if (pair === undefined) return end(run, 'INCOMPLETE', 'NOT_OFFERED');
    const outcome = await executeRun(ports, pair, run, signal);
    ports.onRun?.(run.pair, outcome);
  };

  const breakOff = async (run: ReconciliationRun, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    const times = (brokenOff.get(run.runId) ?? 0) + 1;
    brokenOff = new Map(brokenOff).set(run.runId, times);
    if (times >= triesMax) await end(run, 'INCOMPLETE', 'FAILED');
  };

  /** One that fails is tried again with the next look, some times, and keeps no other from being taken. */
  const take = async (runs: readonly ReconciliationRun[], failures: unknown[], signal: AbortSignal): Promise<void> => {
    for (const [index, run] of runs.entries()) {
      if (signal.aborted) return;
      const isLast = !runs.slice(index + 1).some(sameAs(run));
      try {
        await takeOne(run, isLast, signal);
      } catch (error) {
        failures.push(error);
        await breakOff(run, signal).catch((more: unknown) => void failures.push(more));
      }
    }
  };

  const isDue = (last: LastRun | undefined): boolean => {
    const nowMs = Date.parse(ports.clock());
    // Who starts a service with partners that are about to start too would begin with differences that are none.
    if (last === undefined) return nowMs - sinceMs >= Math.min(everyMs, healingMs);
    if (last.endedAt === null) return false;
    return nowMs - Date.parse(last.endedAt) >= (last.healing > 0 ? Math.min(everyMs, healingMs) : everyMs);
  };

  /** Named by the run before, so that of two who look one begins it. */
  const begin = async (bu: string, { pair }: ComparedPair, last: LastRun | undefined): Promise<ReconciliationRun> => {
    const runId = derivedUlid(`reconciliation:${JSON.stringify([bu, pair, last?.runId ?? null])}`);
    const run = { bu, pair, runId };
    const whom = { system: systemOf(pair, bu), requestedBy: null };
    await tellRun(ports, { type: 'StartReconciliation', ...run, ...whom }, 'started');
    return run;
  };

  /** Throws the first failure, when everything was looked at. */
  const step = async (signal: AbortSignal): Promise<void> => {
    const failures: unknown[] = [];
    const underWay = await ports.underWay(runsMax);
    brokenOff = new Map([...brokenOff].filter(([runId]) => underWay.some((run) => run.runId === runId)));
    await take(underWay, failures, signal);
    for (const pair of everyMs === 0 ? [] : pairs) {
      const last = new Map((await ports.lastRuns(pair.pair)).map((one) => [one.bu, one]));
      for (const bu of ports.businessUnits()) {
        if (signal.aborted) return;
        if (pair.canAsk?.(bu) === false) continue;
        if (isDue(last.get(bu))) await take([await begin(bu, pair, last.get(bu))], failures, signal);
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
