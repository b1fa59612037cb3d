import type { Recorded } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { Folded, FoldedProjection, Rows } from '../../projections/projection.ts';
import { HttpProblem } from '../problem.ts';

const canFold = (fold: (events: readonly RecordedDomainEvent[]) => unknown, events: readonly RecordedDomainEvent[]) => {
  try {
    fold(events);
    return true;
  } catch {
    return false;
  }
};

/** The first event that cannot be folded after those before it, which can. */
const culprit = (
  fold: (events: readonly RecordedDomainEvent[]) => unknown,
  events: readonly RecordedDomainEvent[],
): RecordedDomainEvent | undefined => {
  let [good, bad] = [0, events.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (canFold(fold, events.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return events[bad - 1];
};

const laneOf = <R extends Rows>(projection: FoldedProjection<R>, event: RecordedDomainEvent): string | null => {
  try {
    return projection.laneOf(event);
  } catch {
    return null;
  }
};

/**
 * Documents as they were after `events`. An event that today's handlers cannot apply stands in the way of every later one
 * of its lane, in the read model as here: the report cannot be drawn before that is repaired, and says so.
 */
export const foldReport = <R extends Rows>(
  projection: FoldedProjection<R>,
  events: readonly RecordedDomainEvent[],
): Folded<R> => {
  try {
    return projection.fold(events);
  } catch (error) {
    const event = culprit(projection.fold, events);
    if (event === undefined) throw error;
    const { eventId, type: eventType, stream, position } = event;
    const laneKey = laneOf(projection, event);
    throw new HttpProblem(
      'LANE_BLOCKED',
      `${eventType} ${eventId} cannot be applied, so nothing after it can be told of what it is about. See /v1/ops/dead-letters.`,
      { data: { projection: projection.name, laneKey, eventId, eventType, stream, position } },
    );
  }
};

/** Of an event that its own stream cannot be folded over. It may be repaired, so it is not kept under a key. */
export const blockedBy = ({ eventId, type: eventType, stream, position }: Recorded): HttpProblem =>
  new HttpProblem('LANE_BLOCKED', `${eventType} ${eventId} cannot be applied, so the state after it cannot be told.`, {
    data: { eventId, eventType, stream, position },
    retain: false,
  });

export const isBlockedLane = (error: unknown): boolean => error instanceof HttpProblem && error.code === 'LANE_BLOCKED';
