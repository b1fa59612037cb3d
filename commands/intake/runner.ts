import { AppendTooLarge, type EventFeed, type Position } from '../../domain/eventLog.ts';
import type { ImportEvent, ImportReceived } from '../../domain/intake/events.ts';
import { type ImportCommand, importDecider } from '../../domain/intake/intake.ts';
import { toDomain, UnknownEvent } from '../codec.ts';
import { newUlid } from '../eventIds.ts';
import { keepGoing } from '../keepGoing.ts';
import type { ImportBoard } from '../ports.ts';
import { ownContext } from '../workers/ownContext.ts';
import { troubleOf } from '../workers/trouble.ts';
import { importStream } from './calls.ts';
import { FileRefused, type RunPorts, takeFile } from './takeFile.ts';
import { ImportUntaken } from './taking.ts';

export type ImportRunnerPorts = RunPorts & {
  /** Where imports are seen; it may be a copy in memory. */
  readonly followed: Pick<EventFeed, 'readAfter'>;
  readonly board: ImportBoard;
  /** While it is true nothing of that business unit is taken. */
  readonly isPaused: (businessUnit: string) => boolean;
  readonly untilNext: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown, failures: number) => void;
};

type Received = ImportReceived['data'];

const pageEventsMax = 500;

/** Imports that are not over, oldest first: a handful of events in a category of their own. */
const followImports = ({ followed }: Pick<ImportRunnerPorts, 'followed'>) => {
  const open = new Map<string, Received>();
  let ended: string[] = [];
  let position: Position | 'start' = 'start';
  const lookOn = async (): Promise<void> => {
    for (;;) {
      const page = await followed.readAfter(position, pageEventsMax, { categories: [importDecider.category] });
      for (const recorded of page.events) {
        const { type, data } = toDomain(recorded) as ImportEvent;
        if (type === 'ImportReceived') {
          open.set(data.importId, data);
          continue;
        }
        open.delete(data.importId);
        ended.push(data.importId);
      }
      position = page.throughPosition;
      if (page.events.length < pageEventsMax) return;
    }
  };
  let looking: Promise<void> | undefined;
  /** One at a time: who is behind would step back, and open again what has ended meanwhile. */
  const look = (): Promise<void> => {
    looking ??= lookOn().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  /** Those that were seen to end since it was asked last; after a start all that ever did. */
  const takeEnded = (): readonly string[] => {
    const taken = ended;
    ended = [];
    return taken;
  };
  return { open, look, takeEnded };
};

/** What is wrong with the file, in words for who sent it; anything else is a fault of ours, with its name. */
const failureOf = (error: unknown): string => {
  const { class: errorClass, detail } = troubleOf(error);
  const isToldAsItIs = [FileRefused, ImportUntaken, AppendTooLarge].some((kind) => error instanceof kind);
  return isToldAsItIs ? detail : `${errorClass}: ${detail}`;
};

/** Business units whose imports are open at once; of each file the ids that were seen are in memory. */
const unitsAtOnce = 4;

/**
 * Takes imports, those of one business unit one after the other, oldest first, and units by turns, slice by slice: however many
 * are sent they take no more than one share of the machine, and nobody waits for the large file of somebody else. One that was
 * interrupted goes on where it was; one that is cancelled, or whose business unit is paused, ends with its present slice.
 */
export const createImportRunner = (ports: ImportRunnerPorts) => {
  const { open, look, takeEnded } = followImports(ports);
  const running = new Map<string, Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  const record = async (importId: string, command: ImportCommand): Promise<void> => {
    // The decider knows what was said before, so this may be said anew after a kill.
    const context = ownContext('imports', newUlid(), ports.clock());
    const own = { ...context, correlationId: importId };
    await ports.executor.execute(importDecider, importStream(importId), command, own);
  };

  const outcomeOf = async (received: Received, signal: AbortSignal): Promise<ImportCommand | undefined> => {
    const isStopped = async (): Promise<boolean> => {
      await look();
      begin(signal);
      // What one of them fails for, such as a log that is away, the others would run into as well.
      return (
        failure !== undefined || signal.aborted || !open.has(received.importId) || ports.isPaused(received.businessUnit)
      );
    };
    try {
      const counts = await takeFile({ ...ports, received, isStopped });
      return counts && { type: 'CompleteImport', counts };
    } catch (error) {
      // What ends by itself is tried again from where it was, also what a newer version wrote while instances are exchanged.
      if (troubleOf(error).kind === 'RETRYING' || error instanceof UnknownEvent) throw error;
      return { type: 'FailImport', detail: failureOf(error) };
    }
  };

  const takeOne = async (received: Received, signal: AbortSignal): Promise<void> => {
    try {
      const said = await outcomeOf(received, signal);
      if (said === undefined) return;
      await record(received.importId, said);
      open.delete(received.importId);
    } catch (error) {
      failure ??= { error };
    } finally {
      running.delete(received.businessUnit);
    }
  };

  /** Of each business unit that nothing is taken of now, its oldest import. */
  const begin = (signal: AbortSignal): void => {
    if (failure !== undefined || signal.aborted) return;
    for (const received of open.values()) {
      const { businessUnit } = received;
      if (running.size >= unitsAtOnce) return;
      if (!running.has(businessUnit) && !ports.isPaused(businessUnit))
        running.set(businessUnit, takeOne(received, signal));
    }
  };

  /** Takes what there is; nothing of it goes on when it ends. False: there is no more. Throws `LogUnavailable`. */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    failure = undefined;
    for (;;) {
      try {
        await look();
        await ports.board.end(takeEnded());
      } catch (error) {
        failure ??= { error };
      }
      begin(signal);
      if (running.size === 0) break;
      await Promise.race(running.values());
    }
    if (failure !== undefined) throw failure.error;
    return false;
  };

  return { step };
};

export const runImports = (ports: ImportRunnerPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createImportRunner(ports).step, changed: ports.untilNext, onError: ports.onError }, signal);
