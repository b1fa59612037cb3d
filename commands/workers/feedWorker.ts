import { type EventFeed, LogUnavailable } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { toDomain } from '../codec.ts';
import { inParallel } from '../inParallel.ts';
import { keepGoing } from '../keepGoing.ts';
import type { Checkpoints, StuckBoard } from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import { atOrBefore, byKey, type Pending, type Place } from './causes.ts';
import { createHastening } from './hastening.ts';
import { createHeldGroups, type GroupOf } from './heldGroups.ts';
import { createParkedKeys } from './parkedKeys.ts';
import { createStuckReporter } from './stuckReporter.ts';
import { troubleOf } from './trouble.ts';

export type Stuck = {
  readonly worker: string;
  readonly key: string;
  readonly eventId: string;
  readonly attempts: number;
  readonly waiting: number;
  readonly error: unknown;
};

export type FeedWorker = {
  /** Also the name of its checkpoint. */
  readonly name: string;
  readonly categories: readonly string[];
  readonly keysOf: (event: RecordedDomainEvent) => readonly string[];
  /**
   * Must be safe to repeat. Events of one key come one after the other, in log order; `later`: those that are known to come
   * next, which may be other ones when it is repeated.
   */
  readonly handle: (key: string, event: RecordedDomainEvent, later: readonly RecordedDomainEvent[]) => Promise<void>;
  /** What of it operators, or the service itself, can hold. */
  readonly groupOf?: GroupOf;
};

export type FeedWorkerPorts = {
  readonly feed: EventFeed;
  readonly checkpoints: Checkpoints;
  readonly onError: (error: unknown, failures: number) => void;
  /** Called for every failed attempt at a cause that blocks its key. */
  readonly onStuck: (stuck: Stuck) => void;
  /** Where keys that are held up are shown. */
  readonly stuckBoard?: StuckBoard;
  /** Keys that operators want tried now, and groups that are held. */
  readonly controls?: Pick<Controls, 'retries' | 'pauses'>;
  /** How the first try of each cause ended; an outage is nobody's fault and not told. */
  readonly onOutcome?: (event: RecordedDomainEvent, failed: boolean) => void;
  readonly onProgress?: (facts: {
    readonly worker: string;
    readonly position: string;
    readonly parkedKeys: number;
  }) => void;
};

const pageEventsMax = 1_000;
/** Far more than appends in one batch: what the keys of a page append is then committed together. */
const keysAtOnce = 256;
const parkedEventsMax = 10_000;
const persistEveryMs = 1_000;

/**
 * Reads the log from a checkpoint and hands every event to its key. A failing event holds up its own key only: later
 * events of that key queue behind it, it is tried again with a growing pause, and the checkpoint stays before it, so
 * that a restart finds it again. Everything else goes on and is harmlessly repeated after such a restart, and after a held
 * group was let go.
 */
export const createFeedWorker = (worker: FeedWorker, ports: FeedWorkerPorts) => {
  const reporter = createStuckReporter(worker.name, ports.stuckBoard, ports.onError);
  const parked = createParkedKeys(reporter);
  const hastened = createHastening(worker.name, ports.controls);
  const held = createHeldGroups(worker.groupOf, ports.controls);
  /** Everything up to the head of the log was seen since the worker started over. */
  let isComplete = false;
  let persisted: Place | undefined;
  let through: Place = 'start';
  let persistedAtMs = 0;

  const park = (key: string, pending: readonly Pending[], attempts: number, error: unknown): void => {
    parked.park(key, pending, attempts, error);
    const eventId = pending[0]?.event.eventId ?? '';
    ports.onStuck({ worker: worker.name, key, eventId, attempts, waiting: pending.length, error });
  };

  /** The log being away is nobody's fault: the whole page is read again later. */
  const handleKey = async (key: string, pending: readonly Pending[], attempts: number): Promise<void> => {
    const events = pending.map(({ event }) => event);
    for (const [index, event] of events.entries()) {
      try {
        await worker.handle(key, event, events.slice(index + 1));
        if (index > 0 || attempts === 0) ports.onOutcome?.(event, false);
      } catch (error) {
        if (error instanceof LogUnavailable) throw error;
        if ((index > 0 || attempts === 0) && troubleOf(error).kind === 'STUCK') ports.onOutcome?.(event, true);
        park(key, pending.slice(index), index === 0 ? attempts + 1 : 1, error);
        return;
      }
    }
    parked.free(key);
  };

  const retryParked = (): Promise<void> => {
    parked.hasten(hastened());
    const isHeld = ([first]: readonly Pending[]): boolean =>
      first !== undefined && held.leavesOut(first.event, first.before);
    const due = parked.due().filter(([, { pending }]) => !isHeld(pending));
    return inParallel(due, keysAtOnce, ([key, { pending, attempts }]) => handleKey(key, pending, attempts));
  };

  const readPage = async (): Promise<boolean> => {
    if (parked.waiting() >= parkedEventsMax) return false;
    const page = await ports.feed.readAfter(through, pageEventsMax, { categories: worker.categories });
    const keyed = byKey(worker.keysOf, page.events.map(toDomain), through, held.leavesOut);
    const free = [...keyed].filter(([key]) => !parked.has(key));
    const blocked = [...keyed].filter(([key]) => parked.has(key));
    await inParallel(free, keysAtOnce, ([key, pending]) => handleKey(key, pending, 0));
    for (const [key, pending] of blocked) parked.queueBehind(key, pending);
    through = page.throughPosition;
    const more = page.events.length === pageEventsMax;
    isComplete ||= !more;
    return more;
  };

  const startOver = async (): Promise<void> => {
    parked.clear();
    held.forget();
    reporter.forget();
    isComplete = false;
    persisted = await ports.checkpoints.read(worker.name);
    through = persisted;
  };

  const persist = async (): Promise<void> => {
    const to = parked.safe(held.safe(through));
    if (persisted === undefined || to === 'start' || atOrBefore(to, persisted)) return;
    if (await ports.checkpoints.advance(worker.name, persisted, to)) persisted = to;
    else await startOver();
    persistedAtMs = performance.now();
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (persisted === undefined || held.isOver()) await startOver();
    await retryParked();
    const more = await readPage();
    await reporter.say(isComplete);
    // A worker that starts again reads what it had not noted: harmless, and far cheaper than noting every page.
    if (signal.aborted || performance.now() - persistedAtMs > persistEveryMs) await persist();
    ports.onProgress?.({ worker: worker.name, position: through, parkedKeys: parked.count() });
    return more;
  };

  return {
    step,
    run: (signal: AbortSignal): Promise<void> =>
      keepGoing({ step, changed: ports.feed.changed, onError: ports.onError }, signal),
  };
};
