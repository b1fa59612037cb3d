import { backoffMs } from '../keepGoing.ts';
import type { StuckItem } from '../ports.ts';
import { earlier, type Pending, type Place } from './causes.ts';
import type { createStuckReporter } from './stuckReporter.ts';
import { troubleOf } from './trouble.ts';

type Parked = { pending: readonly Pending[]; attempts: number; dueAtMs: number; error: unknown };

const retryBaseMs = 1_000;
const retryMsMax = 60_000;

const stuckItems = (laneKey: string, { pending, attempts, error }: Parked): readonly StuckItem[] => {
  const { kind, class: errorClass, detail } = troubleOf(error);
  return pending.slice(0, 1).map(({ event: { eventId, type, position, stream, revision } }) => ({
    ...{ laneKey, item: eventId, kind, what: type, position, payloadRef: { stream, revision } },
    ...{ errorClass, detail, attempts, blockedCount: pending.length - 1 },
  }));
};

/** Keys that a failing event holds up, each with what waits of it, oldest first; the board shows them. */
export const createParkedKeys = (reporter: Pick<ReturnType<typeof createStuckReporter>, 'set'>) => {
  const parked = new Map<string, Parked>();

  return {
    /** Puts it by for a growing pause after the `attempts`-th failure of its first event. */
    park: (key: string, pending: readonly Pending[], attempts: number, error: unknown): void => {
      const dueAtMs = performance.now() + backoffMs(attempts - 1, retryBaseMs, retryMsMax);
      const held = { pending, attempts, dueAtMs, error };
      parked.set(key, held);
      reporter.set(key, stuckItems(key, held));
    },
    free: (key: string): void => {
      parked.delete(key);
      reporter.set(key, []);
    },
    /** A page that failed half-way is read again, so some of its events may be queued already. */
    queueBehind: (key: string, pending: readonly Pending[]): void => {
      const held = parked.get(key);
      if (held === undefined) return;
      const last = held.pending.at(-1)?.event.position ?? '';
      held.pending = [...held.pending, ...pending.filter(({ event }) => event.position > last)];
      reporter.set(key, stuckItems(key, held));
    },
    hasten: (keys: Iterable<string>): void => {
      for (const key of keys) {
        const held = parked.get(key);
        if (held !== undefined) held.dueAtMs = 0;
      }
    },
    /** Those whose pause is over. */
    due: (): readonly (readonly [key: string, Pick<Parked, 'pending' | 'attempts'>])[] =>
      [...parked].filter(([, { dueAtMs }]) => dueAtMs <= performance.now()),
    has: (key: string): boolean => parked.has(key),
    count: (): number => parked.size,
    /** Events that wait, of all of them. */
    waiting: (): number => [...parked.values()].reduce((sum, { pending }) => sum + pending.length, 0),
    /** As far as nothing of them is left behind. */
    safe: (through: Place): Place =>
      [...parked.values()].reduce<Place>(
        (lowest, { pending }) => earlier(pending[0]?.before ?? lowest, lowest),
        through,
      ),
    clear: (): void => parked.clear(),
  };
};
