import type { Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';

/** How far a reader has come in the log. */
export type Place = Position | 'start';

/** `before`: the reader's place from which this event is read again. */
export type Pending = { readonly event: RecordedDomainEvent; readonly before: Place };

export const atOrBefore = (a: Place, b: Place): boolean => a === 'start' || (b !== 'start' && a <= b);

export const earlier = (a: Place, b: Place): Place => (atOrBefore(a, b) ? a : b);

/** Events by key, each with the place before it, without those that are left out. */
export const byKey = (
  keysOf: (event: RecordedDomainEvent) => readonly string[],
  events: readonly RecordedDomainEvent[],
  from: Place,
  leavesOut: (event: RecordedDomainEvent, before: Place) => boolean,
): Map<string, Pending[]> => {
  const keyed = new Map<string, Pending[]>();
  let before = from;
  for (const event of events) {
    const keys = keysOf(event);
    for (const key of keys.length > 0 && leavesOut(event, before) ? [] : keys) {
      const pending = keyed.get(key);
      if (pending === undefined) keyed.set(key, [{ event, before }]);
      else pending.push({ event, before });
    }
    before = event.position;
  }
  return keyed;
};
