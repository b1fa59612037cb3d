import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { Paused } from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import { earlier, type Place } from './causes.ts';

/** Which group of a worker's causes can be held; undefined: none of them can. */
export type GroupOf = ((event: RecordedDomainEvent) => Paused) | undefined;

/**
 * What a reader of the log leaves out while its group is paused. Nothing is kept of it but the place before its first event,
 * so a group may be held for as long as it takes; when it is let go the reader starts over from there, and what it
 * had answered meanwhile is not answered again.
 */
export const createHeldGroups = (groupOf: GroupOf, controls: Pick<Controls, 'pauses'> | undefined) => {
  const held = new Map<string, { readonly group: Paused; readonly from: Place }>();

  const isPaused = ({ group, key }: Paused): boolean =>
    controls?.pauses().some((paused) => paused.group === group && paused.key === key) ?? false;

  return {
    /** Whether the event is left out; `before` is the reader's place from which it would be read again. */
    leavesOut: (event: RecordedDomainEvent, before: Place): boolean => {
      if (groupOf === undefined) return false;
      const group = groupOf(event);
      const id = `${group.group}:${group.key}`;
      const known = held.get(id);
      // Let go a moment ago: the reader has not started over yet, and must not pass over what it left out.
      if (known === undefined && !isPaused(group)) return false;
      held.set(id, { group, from: earlier(known?.from ?? before, before) });
      return true;
    },
    /** One of them is paused no longer. */
    isOver: (): boolean => [...held.values()].some(({ group }) => !isPaused(group)),
    /** As far as nothing is left out. */
    safe: (through: Place): Place => [...held.values()].reduce((lowest, { from }) => earlier(from, lowest), through),
    forget: (): void => held.clear(),
  };
};
