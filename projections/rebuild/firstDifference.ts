import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { RawSample } from './compareTable.ts';
import type { FirstEvent } from './report.ts';

/** A row after an event that changed it, as today's code makes it; null: there is no such row. */
export type Step = {
  readonly event: RecordedDomainEvent;
  readonly row: Readonly<Record<string, string | null>> | null;
};

export type FirstDifference = {
  readonly event?: RecordedDomainEvent;
  /** Of an event that was not folded: what a row says it reflects. */
  readonly position?: string;
  readonly basis: FirstEvent['basis'];
};

const bookkeeping = new Set(['position', 'updated_at', 'revision']);

const isAfter = (step: Step, position: string): boolean => step.event.position > position;

/** The columns whose outcome differs; where only the bookkeeping does, that. */
const outcomeOf = (columns: readonly string[]): readonly string[] => {
  const outcome = columns.filter((column) => !bookkeeping.has(column));
  return outcome.length === 0 ? columns : outcome;
};

const changedAt = (steps: readonly Step[], index: number, column: string): boolean =>
  index > 0 && steps[index]?.row?.[column] !== steps[index - 1]?.row?.[column];

/**
 * Both reflect the same last event. An event that was left out shows as a live row equal to the row before it. Otherwise the
 * event that has a hand in most of the differing columns is the first whose outcome is another one; what made the row
 * counts for columns that nothing touched later.
 */
const firstByValue = (steps: readonly Step[], sample: RawSample): Step | undefined => {
  const columns = outcomeOf(sample.columns);
  const agrees = ({ row }: Step): boolean =>
    row !== null && columns.every((column) => row[column] === sample.live?.[column]);
  const lastAgreed = steps.findLastIndex(agrees);
  const moves = (index: number): readonly string[] => columns.filter((column) => changedAt(steps, index, column));
  if (lastAgreed >= 0) return steps.find((_, index) => index > lastAgreed && moves(index).length > 0);
  let [best, most]: [Step | undefined, number] = [undefined, 0];
  const moved = new Set(steps.flatMap((_, index) => moves(index)));
  for (const [index, step] of steps.entries()) {
    const count = index === 0 ? columns.filter((column) => !moved.has(column)).length : moves(index).length;
    if (count > most) [best, most] = [step, count];
  }
  return best;
};

/** Whether today's code had the row just as the live build has it, when the live row was changed last. */
const agreedAt = (steps: readonly Step[], sample: RawSample, livePosition: string): boolean => {
  const then = steps.findLast((step) => !isAfter(step, livePosition));
  const columns = outcomeOf(Object.keys(sample.live ?? {}));
  return then?.row != null && columns.every((column) => then.row?.[column] === sample.live?.[column]);
};

const ofOneSide = (sample: RawSample, steps: readonly Step[]): FirstDifference | undefined => {
  if (sample.kind === 'ONLY_NEW') {
    const [created] = steps;
    return created === undefined
      ? { position: sample.newPosition ?? '', basis: 'MISSED' }
      : { event: created.event, basis: 'MISSED' };
  }
  const removed = steps.findLast(({ row }) => row === null);
  return removed === undefined
    ? { position: sample.livePosition ?? '', basis: 'EXTRA' }
    : { event: removed.event, basis: 'MISSED' };
};

/** Holds the steps of today's code against the live row, which the code of its day made. */
export const firstDifference = (sample: RawSample, steps: readonly Step[]): FirstDifference | undefined => {
  if (sample.kind !== 'CHANGED') return ofOneSide(sample, steps);
  const [live, next] = [sample.livePosition ?? '', sample.newPosition ?? ''];
  if (live > next) return { position: live, basis: 'EXTRA' };
  if (live < next && (steps.length === 0 || agreedAt(steps, sample, live))) {
    const missed = steps.find((step) => isAfter(step, live));
    return missed === undefined ? { position: next, basis: 'MISSED' } : { event: missed.event, basis: 'MISSED' };
  }
  const first = firstByValue(steps, sample);
  return first === undefined ? undefined : { event: first.event, basis: 'VALUE' };
};
