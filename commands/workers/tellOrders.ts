import type { OrderHere } from '../../domain/reconciliation/ours.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import { type ErpBook, type OrderProgress, ordersAtOnceMax, type UntakenOrder } from '../ports/erpBook.ts';

/** An order of a business unit, with the ERP that has it. */
export type UpdatedOrder = OrderProgress & Pick<OrderHere, 'bu' | 'erpSystem' | 'progressed'>;

/** Of one call, so that a few orders of two thousand lines are no message that nobody can read. */
const linesAtOnceMax = 5_000;

/** In parts that one call can carry, each of one business unit. */
export const inParts = <T extends { readonly bu: string; readonly lines: readonly unknown[] }>(
  orders: readonly T[],
): readonly (readonly [bu: string, part: readonly T[]])[] => {
  const parts: [string, T[]][] = [];
  const open = new Map<string, { part: T[]; lines: number }>();
  for (const order of orders) {
    const { bu, lines } = order;
    let current = open.get(bu);
    if (
      current === undefined ||
      current.part.length >= ordersAtOnceMax ||
      current.lines + lines.length > linesAtOnceMax
    ) {
      current = { part: [], lines: 0 };
      open.set(bu, current);
      parts.push([bu, current.part]);
    }
    current.part.push(order);
    current.lines += lines.length;
  }
  return parts;
};

/** It answers, and what it answers is that it cannot. One that is away or slow is not asked a hundred times instead of once. */
const breaks = (error: unknown): error is PartnerUnavailable =>
  error instanceof PartnerUnavailable && (error.class === 'SERVER_ERROR' || error.class === 'BAD_RESPONSE');

/** So many, and none that it takes: it is the ERP, and not these orders. */
const brokenMax = 3;

/**
 * Tells of each order by itself. One of which an ERP cannot be told, while it answers what it has of it, is untaken with the
 * trouble as its code. Throws `PartnerUnavailable` when it is the ERP that is in trouble. Undefined: it cannot be told at all.
 */
const tellSingly = async (
  book: ErpBook,
  bu: string,
  orders: readonly OrderProgress[],
  signal: AbortSignal,
): Promise<readonly UntakenOrder[] | undefined> => {
  const untaken: UntakenOrder[] = [];
  let broken = 0;
  let taken = 0;
  for (const order of orders) {
    try {
      const answer = await book.tellOrders(bu, [order], signal);
      if (answer === undefined) return undefined;
      untaken.push(...answer);
      taken += 1;
    } catch (error) {
      broken += 1;
      if (!breaks(error) || (taken === 0 && broken >= brokenMax)) throw error;
      await book.orders(bu, [order.orderId], signal);
      untaken.push({ orderId: order.orderId, code: error.class });
    }
  }
  return untaken;
};

/** All at once; where that breaks, each by itself. Throws, and is undefined, as `tellSingly`. */
export const tellOrders: (...of: Parameters<typeof tellSingly>) => ReturnType<typeof tellSingly> = async (
  book,
  bu,
  orders,
  signal,
) => {
  try {
    return await book.tellOrders(bu, orders, signal);
  } catch (error) {
    if (!breaks(error)) throw error;
    return tellSingly(book, bu, orders, signal);
  }
};
