import type { Difference, Explanation } from '../../domain/reconciliation/events.ts';
import type { BreakCause } from '../../domain/reconciliation/pairs.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';
import type { Clock } from '../ports.ts';
import { inParts, tellOrders } from '../workers/tellOrders.ts';
import { comparingOrders, type DifferingOrder, type OrderProblem, type OrderReads } from './ordersCompared.ts';
import { CannotCompare, type ComparedPair } from './ports.ts';
import { isTriedEnough, onSecondLook, told } from './told.ts';

export type OrdersPairPorts = OrderReads & {
  readonly clock: Clock;
};

/** What a person has to see to. */
const forPeople = {
  UNKNOWN: ['ORDER_UNKNOWN_THERE', 'MISSING_THERE'],
  DOUBLED: ['ORDER_DOUBLED', 'DUPLICATE'],
  OTHER_NUMBER: ['ORDER_NUMBER_DIFFERS', 'UNKNOWN'],
  CHANGED: ['ORDER_CHANGED_THERE', 'STATUS'],
} as const satisfies Readonly<Record<Exclude<OrderProblem, 'BEHIND'>, readonly [BreakCause, Explanation['class']]>>;

/**
 * Orders with the ERP that has them: what left, was billed and was cancelled of each line, and its status. They have what we
 * told them, so both are compared once that is all told. An update that was lost is told again; they keep the latest of
 * each, so that has one effect. Of what somebody there has changed a person says which is right.
 */
export const createOrdersPair = (ports: OrdersPairPorts): ComparedPair => {
  let last = { runId: '', differing: new Map<string, DifferingOrder>() };

  const compare: ComparedPair['compare'] = async ({ bu, runId }, standing, signal) => {
    const book = ports.books.of(bu);
    if (book === undefined) throw new CannotCompare('NOT_OFFERED');
    if (ports.isPaused(book.system)) throw new CannotCompare('PAUSED');
    const takenAt = ports.clock();
    const { differing, through, ...compared } = await comparingOrders(ports, { bu, standing }, signal);
    last = { runId, differing: new Map(differing.map((one) => [one.here.orderId, one])) };
    const cut = { takenAt, theirs: through, ours: through };
    return { ...compared, cut, differences: differing.map(({ difference }) => difference) };
  };

  /** Told again, all at once. What they do not take is answered with their code. */
  const tellAgain = async (
    orders: readonly DifferingOrder[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> => {
    const untaken = new Map<string, string>();
    const bySystem = Map.groupBy(orders, ({ here }) => here.erpSystem);
    for (const [system, ofSystem] of bySystem) {
      for (const [bu, part] of inParts(ofSystem.map(({ here }) => here))) {
        const book = system === null ? ports.books.of(bu) : ports.books.named(system);
        const answer = book && (await tellOrders(book, bu, part, signal));
        const notOffered = part.map(({ orderId }) => ({ orderId, code: 'NOT_OFFERED' }));
        for (const { orderId, code } of answer ?? notOffered) untaken.set(orderId, code);
      }
    }
    return untaken;
  };

  const explaining: ComparedPair['explaining'] = async (run: ReconciliationRun, differences, earlierOf) => {
    const known = last.runId === run.runId ? last.differing : new Map<string, DifferingOrder>();
    const differingOf = ({ object }: Difference) => known.get(object.id);
    const lost = differences.flatMap((difference) => {
      const found = differingOf(difference);
      return found?.problem === 'BEHIND' && !isTriedEnough(earlierOf(difference)) ? [found] : [];
    });
    let telling: ReturnType<typeof tellAgain> | undefined;
    return async (difference, earlier, signal) => {
      const problem = differingOf(difference)?.problem ?? 'CHANGED';
      if (problem !== 'BEHIND') {
        const [cause, name] = forPeople[problem];
        return onSecondLook(earlier, cause, name);
      }
      if (isTriedEnough(earlier)) return told('UPDATE_LOST', 'MISSING_THERE');
      telling ??= tellAgain(lost, signal);
      const code = (await telling).get(difference.object.id);
      return code === undefined
        ? told('UPDATE_LOST', 'MISSING_THERE', [], 'UPDATE_SENT')
        : told('UPDATE_REFUSED', 'STATUS', [code]);
    };
  };

  return { pair: 'orders', canAsk: (bu) => ports.books.of(bu) !== undefined, compare, explaining };
};
