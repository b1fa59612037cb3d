import type { Paused } from '../../domain/pause/events.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type { OutboxItem } from '../ports.ts';
import { Unsayable } from '../workers/trouble.ts';

export type GroupWatchOptions = {
  /** A group with fewer outcomes than this in the window is never paused. */
  readonly outcomesMin: number;
  /** Above this share of a hundred the group is paused. */
  readonly errorPercent: number;
  readonly windowMs: number;
  /** Milliseconds of a clock that never runs backwards. */
  readonly now: () => number;
  readonly pause: (group: Paused, reason: string) => void;
};

type Window = { readonly startedAtMs: number; readonly outcomes: number; readonly errors: number };

/** A step, a message from outside by the adapter that it came through, or a cause by the manager that answers it. */
type Grouped = Pick<OutboxItem, 'node' | 'partner' | 'channel'> & { readonly manager?: Paused };

const groupsOf = ({ node, partner, channel, manager }: Grouped): readonly Paused[] => [
  ...(manager === undefined ? [] : [manager]),
  ...(partner == null ? [] : [{ group: 'adapter', key: partner } as const]),
  ...(node == null ? [] : [{ group: 'node', key: node } as const]),
  ...(channel == null ? [] : [{ group: 'channel', key: channel } as const]),
];

/**
 * A partner's own trouble, such as a credential that it does not take, says nothing of the channel or node that a step is for, and
 * what only the partner of one node cannot be told says nothing of the others.
 */
const blamed = (item: Grouped, error: unknown): Grouped => {
  if (error instanceof PartnerUnavailable && item.partner != null) return { partner: item.partner };
  return error instanceof Unsayable && item.node != null ? { node: item.node } : item;
};

/**
 * Counts how steps, messages and the answers of process managers end, by adapter, node, channel and manager, and pauses a
 * group of which too much fails: going on would only fill the dead letters. What ends by itself, such as a partner who is away, is not told here; the breaker looks after that.
 */
export const createGroupWatch = ({ outcomesMin, errorPercent, windowMs, now, pause }: GroupWatchOptions) => {
  const windows = new Map<string, Window>();

  const count = (group: Paused, failed: boolean): void => {
    const id = `${group.group}:${group.key}`;
    const known = windows.get(id);
    const isOver = known === undefined || now() - known.startedAtMs > windowMs;
    const { startedAtMs, outcomes, errors } = isOver ? { startedAtMs: now(), outcomes: 0, errors: 0 } : known;
    const next = { startedAtMs, outcomes: outcomes + 1, errors: errors + (failed ? 1 : 0) };
    windows.set(id, next);
    if (!failed || next.outcomes < outcomesMin || next.errors * 100 <= next.outcomes * errorPercent) return;
    windows.delete(id);
    pause(group, `${next.errors} of ${next.outcomes} failed within ${Math.round(windowMs / 1_000)} s`);
  };

  return {
    done: (item: Grouped): void => {
      for (const group of groupsOf(item)) count(group, false);
    },
    failed: (item: Grouped, error?: unknown): void => {
      for (const group of groupsOf(blamed(item, error))) count(group, true);
    },
  };
};
