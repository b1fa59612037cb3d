import type { Position } from '../../domain/eventLog.ts';

/** The number with which a position begins; in both logs it grows with the log. */
const numberOf = (position: Position | 'start'): number => Number(/^\d+/.exec(position)?.[0] ?? 0);

/**
 * How far a replay is. Where positions count events, `total` is how many there are; in a log whose positions are offsets it is
 * estimated from the part that was read.
 */
export const progressMeter = (head: Position | 'start') => {
  const startedAt = performance.now();
  let events = 0;
  return (position: Position | 'start', more: number) => {
    events += more;
    const seconds = (performance.now() - startedAt) / 1_000;
    const [at, end] = [numberOf(position), Math.max(numberOf(head), numberOf(position))];
    const counts = position.length === 20 && /^\d{20}$/.test(position);
    const processed = counts ? at : events;
    const total = counts ? end : Math.round(at === 0 ? events : (events * end) / at);
    return {
      processed,
      total: Math.max(processed, total),
      eventsPerSecond: seconds > 0 ? Math.round(events / seconds) : 0,
    };
  };
};
