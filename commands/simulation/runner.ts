import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { SimulationEvent, SimulationRequested } from '../../domain/simulation/events.ts';
import { simulationVersion } from '../../domain/simulation/fork.ts';
import { type SimulationCommand, simulationDecider } from '../../domain/simulation/simulation.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { toDomain } from '../codec.ts';
import { newUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { keepGoing } from '../keepGoing.ts';
import type { Checkpoints, Clock } from '../ports.ts';
import { actingAs } from '../workers/ownContext.ts';
import { troubleOf } from '../workers/trouble.ts';
import { simulationStream } from './calls.ts';
import { type ForkProgress, forkLog } from './forkLog.ts';

export type SimulationRunnerPorts = {
  readonly executor: Pick<Executor, 'execute'>;
  /** Where questions are seen; it may be a copy in memory. */
  readonly followed: Pick<EventFeed, 'readAfter'>;
  /** Before which nothing of `followed` waits for an answer, under `simulations`. */
  readonly checkpoints: Checkpoints;
  /** What is read from one end of a range to the other. */
  readonly history: Pick<EventFeed, 'readAfter'>;
  readonly noteProgress: (simulationId: string, progress: ForkProgress) => Promise<void>;
  readonly clock: Clock;
  readonly untilNext: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown, failures: number) => void;
};

type Asked = SimulationRequested['data'];

const pageEventsMax = 500;
const checkpoint = 'simulations';
/** How far was looked in vain is kept so often: a log of which nobody asks anything is long, too. */
const keepEveryMs = 60_000;

/** Questions without an answer, oldest first: a handful of events in a category of their own. */
const followQuestions = ({ followed, checkpoints, clock }: SimulationRunnerPorts) => {
  const open = new Map<string, Asked>();
  let kept: Position | 'start' | undefined;
  let keptAtMs = 0;
  let position: Position | 'start' = 'start';

  /** While a question is open a process that is started has to find it again. Another one may have kept more. */
  const keep = async (): Promise<void> => {
    const nowMs = Date.parse(clock());
    if (kept === undefined || open.size > 0 || position === 'start' || position === kept) return;
    if (nowMs - keptAtMs < keepEveryMs) return;
    keptAtMs = nowMs;
    kept = (await checkpoints.advance(checkpoint, kept, position)) ? position : undefined;
  };

  const look = async (): Promise<void> => {
    if (kept === undefined) {
      kept = await checkpoints.read(checkpoint);
      if (position === 'start') position = kept;
    }
    for (;;) {
      const page = await followed.readAfter(position, pageEventsMax, { categories: [simulationDecider.category] });
      for (const recorded of page.events) {
        const { type, data } = toDomain(recorded) as SimulationEvent;
        if (type === 'SimulationRequested') open.set(data.simulationId, data);
        else open.delete(data.simulationId);
      }
      position = page.throughPosition;
      if (page.events.length < pageEventsMax) return;
    }
  };
  return { open, look, keep };
};

/** Its id says by which rules it would be answered, so that by other ones it would be the answer of another question. */
const askedBefore = (version: number): string =>
  `It was asked under version ${version} of these rules and they are at ${simulationVersion} now. Ask it again.`;

const record = async (
  { executor, clock }: Pick<SimulationRunnerPorts, 'executor' | 'clock'>,
  simulationId: string,
  command: SimulationCommand,
): Promise<void> => {
  // The decider knows what was said before, so this may be said anew after a kill.
  const commandId = newUlid();
  await executor.execute(simulationDecider, simulationStream(simulationId), command, {
    ...{ commandId, correlationId: simulationId, causationId: commandId, occurredAt: clock() },
    ...actingAs('simulations'),
  });
};

/**
 * Answers questions one after the other, oldest first, so that however many are asked they take no more than one share of
 * the machine. A run that was killed begins anew and comes to the same answer; one that is cancelled ends at its next page.
 */
export const createSimulationRunner = (ports: SimulationRunnerPorts) => {
  const { open, look, keep } = followQuestions(ports);
  /** What the log did not take yet took too long to be found again. */
  let untold: { readonly simulationId: string; readonly said: SimulationCommand } | undefined;

  /** A question of newer rules than this program has is for a newer program. */
  const nextOpen = (): Asked | undefined =>
    [...open.values()].find((asked) => asked.simulationVersion <= simulationVersion);

  const answer = async (asked: Asked, signal: AbortSignal): Promise<SimulationCommand | undefined> => {
    const { simulationId, simulationVersion: version } = asked;
    if (version < simulationVersion) return { type: 'FailSimulation', detail: askedBefore(version) };
    const isStopped = (): boolean => signal.aborted || !open.has(simulationId);
    const onPage = async (progress: ForkProgress): Promise<void> => {
      await ports.noteProgress(simulationId, progress);
      await look();
    };
    try {
      const result = await forkLog(ports.history, asked, onPage, isStopped);
      return result && { type: 'CompleteSimulation', result, resultSha256: contentSha256(result) };
    } catch (error) {
      const { kind, class: errorClass, detail } = troubleOf(error);
      // What ends by itself is tried again from the beginning.
      if (kind === 'RETRYING') throw error;
      return { type: 'FailSimulation', detail: `${errorClass}: ${detail}` };
    }
  };

  /** Throws `LogUnavailable`. */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    await look();
    await keep();
    const next = nextOpen();
    if (next === undefined) return false;
    const { simulationId } = next;
    const said = untold?.simulationId === simulationId ? untold.said : await answer(next, signal);
    if (said === undefined) return nextOpen() !== undefined;
    untold = { simulationId, said };
    await record(ports, simulationId, said);
    untold = undefined;
    open.delete(simulationId);
    return nextOpen() !== undefined;
  };

  return { step };
};

export const runSimulations = (ports: SimulationRunnerPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createSimulationRunner(ports).step, changed: ports.untilNext, onError: ports.onError }, signal);
