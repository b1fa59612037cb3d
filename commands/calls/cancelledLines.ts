import { unknownLines } from '../../domain/order/cancelDecisions.ts';
import { order } from '../../domain/order/order.ts';
import type { ContentChecks, Outcome, Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import type { AppPorts } from './callPorts.ts';
import { findStream } from './findStream.ts';
import type { CancelledLine } from './inputs.ts';

const at = (lines: readonly CancelledLine[], unknown: unknown): readonly Violation[] =>
  lines.flatMap(({ lineId }, index) =>
    Array.isArray(unknown) && unknown.includes(lineId)
      ? [violation(`/lines/${index}/lineId`, 'LINE_UNKNOWN', 'The order has no such line, or not yet.')]
      : [],
  );

/** A refusal for lines that the order has not, told at their places in the body. */
export const unknownAt = <T>(outcome: Outcome<T>, lines: readonly CancelledLine[]): Outcome<T> =>
  outcome.kind === 'refused' && outcome.refusal.refused === 'LINE_UNKNOWN'
    ? { kind: 'invalid', violations: at(lines, outcome.refusal.data?.lineIds) }
    : outcome;

export const cancelChecks = (ports: AppPorts): Pick<ContentChecks, 'cancelledLines'> => ({
  cancelledLines: async (orderId, lines) => {
    const found = await findStream(ports, order, orderId);
    return found === undefined ? [] : at(lines, unknownLines(lines, found.state));
  },
});
