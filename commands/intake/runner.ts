import { AppendTooLarge, type EventFeed, type Position } from '../../domain/eventLog.ts';
import type { ImportEvent, ImportReceived } from '../../domain/intake/events.ts';
import { type ImportCommand, importDecider } from '../../domain/intake/intake.ts';
import { toDomain } from '../codec.ts';
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
  const look = async (): Promise<void> => {
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

/**
 * Takes imports one after the other, oldest first, so that however many are sent they take no more than one share of the
 * machine. One that was interrupted goes on where it was; one that is cancelled, or whose business unit is paused, ends with
 * its present slice.
 */
export const createImportRunner = (ports: ImportRunnerPorts) => {
  const { open, look, takeEnded } = followImports(ports);

  const record = async (importId: string, command: ImportCommand): Promise<void> => {
    // The decider knows what was said before, so this may be said anew after a kill.
    const context = ownContext('imports', newUlid(), ports.clock());
    const own = { ...context, correlationId: importId };
    await ports.executor.execute(importDecider, importStream(importId), command, own);
  };

  const outcomeOf = async (received: Received, signal: AbortSignal): Promise<ImportCommand | undefined> => {
    const isStopped = async (): Promise<boolean> => {
      await look();
      return signal.aborted || !open.has(received.importId) || ports.isPaused(received.businessUnit);
    };
    try {
      const counts = await takeFile({ ...ports, received, isStopped });
      return counts && { type: 'CompleteImport', counts };
    } catch (error) {
      // What ends by itself is tried again from where it was.
      if (troubleOf(error).kind === 'RETRYING') throw error;
      return { type: 'FailImport', detail: failureOf(error) };
    }
  };

  /** True when there may be more at once. Throws `LogUnavailable`. */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    await look();
    await ports.board.end(takeEnded());
    const next = [...open.values()].find(({ businessUnit }) => !ports.isPaused(businessUnit));
    if (next === undefined) return false;
    const said = await outcomeOf(next, signal);
    if (said === undefined) return !signal.aborted;
    await record(next.importId, said);
    open.delete(next.importId);
    return true;
  };

  return { step };
};

export const runImports = (ports: ImportRunnerPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createImportRunner(ports).step, changed: ports.untilNext, onError: ports.onError }, signal);
