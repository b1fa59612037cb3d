import type { Append, AppendedTogether, Position, Recorded } from '../../../domain/eventLog.ts';
import { numberFromPosition, positionBefore, positionFromNumber } from './logRows.ts';

export type OwnAppends = {
  /** What one call wrote, in the order of the log. Repeated and refused appends are passed over: they wrote nothing now. */
  readonly note: (appends: readonly Append[], outcomes: readonly AppendedTogether[]) => void;
  /** The events after `position` as far as they are known; undefined where the log itself has to be asked. */
  readonly after: (position: Position | 'start', limit: number) => readonly Recorded[] | undefined;
  /** Somebody else wrote: whoever follows the log reads it until this process writes again. */
  readonly forget: () => void;
};

/** A follower that is further behind than this reads the log. */
const eventsMaxDefault = 1_000;

const recordedOf = (
  { stream, events }: Append,
  { revision, position, recordedAt }: Extract<AppendedTogether, { kind: 'appended' }>,
) => {
  const lastNumber = Number(numberFromPosition(position));
  return events.map(({ type, data, eventId, metadata }, index): Recorded => {
    const behind = events.length - 1 - index;
    const at = behind === 0 ? position : positionFromNumber(lastNumber - behind);
    return { type, data, eventId, metadata, stream, revision: revision - behind, position: at, recordedAt };
  });
};

/**
 * The newest events that this process wrote, so that its followers need not read back what was written here: at an API
 * process that was most of what it read. Positions have no gaps, so an append that follows on the last one shows that
 * nobody else wrote in between; any other begins anew. What is held here is in the log: it is noted after the commit.
 */
export const createOwnAppends = (eventsMax = eventsMaxDefault): OwnAppends => {
  let events: Recorded[] = [];
  /** The events held are exactly those after this place and up to the last of them. */
  let from: Position | 'start' | undefined;

  const forget = (): void => {
    events = [];
    from = undefined;
  };

  const add = (written: readonly Recorded[], before: Position | 'start'): void => {
    if (from === undefined || (events.at(-1)?.position ?? from) !== before) {
      events = [];
      from = before;
    }
    events.push(...written);
    if (events.length <= eventsMax) return;
    // Half is let go at once, so that letting go is rare.
    const dropped = events.length - Math.floor(eventsMax / 2);
    from = events[dropped - 1]?.position ?? from;
    events = events.slice(dropped);
  };

  const note: OwnAppends['note'] = (appends, outcomes) => {
    for (const [index, append] of appends.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'appended' || outcome.duplicate) continue;
      add(recordedOf(append, outcome), positionBefore(outcome.position, append.events.length));
    }
  };

  const after: OwnAppends['after'] = (position, limit) => {
    const last = events.at(-1)?.position;
    if (from === undefined || last === undefined || position === 'start' || position >= last) return undefined;
    if (from !== 'start' && position < from) return undefined;
    const first = Number(numberFromPosition(position)) - Number(numberFromPosition(from));
    return events.slice(first, first + limit);
  };

  return { note, after, forget };
};
