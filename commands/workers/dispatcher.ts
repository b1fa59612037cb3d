import type { EventFeed } from '../../domain/eventLog.ts';
import { backoffMs, keepGoing } from '../keepGoing.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type { Controls, Outbox, OutboxItem } from '../ports.ts';
import { createPartnerLines } from './partnerLines.ts';
import { createStepTaker } from './stepTaker.ts';
import { RefusedOutside, troubleOf } from './trouble.ts';
import { createWorkerBudgets } from './workerBudgets.ts';

/** The step is not finished because somebody else has not answered yet; nothing failed. It runs again after `delayMs`. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly delayMs: number;
  constructor(detail: string, delayMs: number) {
    super(detail);
    this.delayMs = delayMs;
  }
}

export type DispatcherPorts = {
  readonly outbox: Outbox;
  /**
   * Runs one step to its end. It may run again after any of its commands: at least once. Everything that earlier steps of
   * its lane wrote lies at or before `seen`; undefined when the log did not say.
   */
  readonly run: (item: OutboxItem, seen: string | undefined) => Promise<void>;
  readonly head?: EventFeed['head'];
  readonly worker: string;
  readonly onRetry?: (item: OutboxItem, error: unknown, delayMs: number) => void;
  readonly onDone?: (item: OutboxItem, elapsedMs: number) => void;
  /** What operators hold is not taken, and what they slowed down no faster. */
  readonly controls?: Pick<Controls, 'pauses' | 'rates'>;
  /** The outbox itself failed. */
  readonly onError: (error: unknown, failures: number) => void;
  readonly concurrencyMax?: number;
  /** Of these, steps that wait for one and the same partner. */
  readonly perPartnerMax?: number;
  /** Of these, steps of one business unit, channel or node while others wait. */
  readonly perGroupMax?: number;
  readonly leaseMs?: number;
};

/** How long a step that failed waits before it is run again: doubled each time, half of it by chance. It is never given up. */
export const stepRetry = { backoffFirstMs: 1_000, backoffMaxMs: 300_000, jitter: 'HALF' } as const;

/** Collects finished ids while a write is under way, so that a busy dispatcher reports many with one statement. */
const createDoneWriter = ({ outbox, onError }: DispatcherPorts) => {
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    await Promise.resolve();
    while (waiting.length > 0) {
      const ids = waiting;
      waiting = [];
      // Not written: the lease runs out and the steps are run again, which changes nothing.
      await outbox.done(ids).catch((error: unknown) => onError(error, 1));
    }
    writing = undefined;
  };
  return (intentId: string): Promise<void> => {
    waiting.push(intentId);
    writing ??= write();
    return writing;
  };
};

const putBack = async (ports: DispatcherPorts, item: OutboxItem, error: unknown): Promise<void> => {
  const namesDelay = error instanceof NotYet || error instanceof RefusedOutside;
  const backMs = backoffMs(item.attempts - 1, stepRetry.backoffFirstMs, stepRetry.backoffMaxMs);
  // A partner that asked for a pause is not asked before it is over.
  const askedMs = error instanceof PartnerUnavailable ? error.retryAfterMs : 0;
  const delayMs = namesDelay ? error.delayMs : Math.max(backMs, askedMs);
  ports.onRetry?.(item, error, delayMs);
  const trouble = troubleOf(error);
  await ports.outbox.retry(item, error instanceof NotYet ? { ...trouble, kind: 'WAITING' } : trouble, delayMs);
};

/**
 * Takes due intents and runs their steps, several lanes at a time, one step per lane. A failed step goes back with a
 * growing delay and keeps its lane; it is never given up, because what it stands for is already promised. A partner that
 * hangs occupies a quarter of the workers at most; half of them is the share of a business unit, channel or node while
 * others wait.
 * Resolves after `signal` aborts and the running steps have ended.
 */
export const runDispatcher = async (ports: DispatcherPorts, signal: AbortSignal): Promise<void> => {
  const { outbox, run, worker, concurrencyMax = 64, leaseMs = 60_000 } = ports;
  const { perPartnerMax = Math.max(1, concurrencyMax / 4), perGroupMax = Math.max(1, concurrencyMax / 2) } = ports;
  const markDone = createDoneWriter(ports);
  const lines = createPartnerLines(perPartnerMax);
  const budgets = createWorkerBudgets(perGroupMax);
  signal.addEventListener('abort', lines.close, { once: true });
  const running = new Set<Promise<void>>();

  /**
   * Asked after items were taken, and not in the same statement: what the steps before them wrote lies before it, and so do
   * the facts for which nothing more was stored because these items still waited.
   */
  const head = async (): Promise<string | undefined> => {
    const place = await ports.head?.().catch(() => undefined);
    return place === 'start' ? '' : place;
  };

  const work = async (item: OutboxItem, seen: string | undefined): Promise<void> => {
    const startedAt = performance.now();
    try {
      await run(item, seen);
      ports.onDone?.(item, performance.now() - startedAt);
      await markDone(item.intentId);
    } catch (error) {
      await putBack(ports, item, error).catch((failure: unknown) => ports.onError(failure, 1));
    }
  };

  /** What waited for long in its partner's line may be somebody else's by now: its lease runs out and it is taken again. */
  const standInLine = (item: OutboxItem, seen: string | undefined): Promise<void> => {
    const takenAt = performance.now();
    return lines.stand(item.partner, async () => {
      if (performance.now() - takenAt < leaseMs / 2) await budgets.occupy(item, () => work(item, seen));
    });
  };

  /** Workers that are at a step. */
  const busy = (): number => running.size - lines.waiting();

  const heldBack = () => {
    const full = lines.full().map((key) => ({ group: 'adapter', key }) as const);
    return [...(ports.controls?.pauses() ?? []), ...full];
  };

  const take = createStepTaker({
    outbox,
    worker,
    leaseMs,
    budgets,
    held: heldBack,
    rates: () => ports.controls?.rates() ?? [],
  });

  const step = async (): Promise<boolean> => {
    const free = concurrencyMax - busy();
    const { items, more } = free > 0 ? await take(free) : { items: [], more: true };
    const seen = items.length > 0 ? await head() : undefined;
    for (const item of items) {
      const job: Promise<void> = standInLine(item, seen).finally(() => running.delete(job));
      running.add(job);
    }
    if (!more) return false;
    if (busy() >= concurrencyMax) await Promise.race(running);
    return true;
  };

  /** Somebody is left waiting for a worker, of all or of those that a partner or a group may have. */
  const isShort = (): boolean => busy() >= concurrencyMax || lines.full().length > 0 || budgets.full().length > 0;

  /** The outbox tells when a lane is free again; a worker that is free again is told of here. */
  const changed = (until: AbortSignal): Promise<void> =>
    isShort() ? Promise.race([outbox.changed(until), ...running]) : outbox.changed(until);

  await keepGoing({ step, changed, onError: ports.onError }, signal);
  await Promise.all(running);
};
