import type { OrderHere } from '../../domain/reconciliation/ours.ts';
import { type PartnerTrouble, PartnerUnavailable } from '../partnerPorts.ts';
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

/** What one order of many may be the cause of. Whether it is the ERP itself is known by what else it answers. */
const breaking: ReadonlySet<PartnerTrouble> = new Set(['SERVER_ERROR', 'BAD_RESPONSE', 'TIMEOUT', 'NETWORK']);

const breaks = (error: unknown): error is PartnerUnavailable =>
  error instanceof PartnerUnavailable && breaking.has(error.class);

/** So many, and none that it takes: it is the ERP, and not these orders. */
const brokenMax = 3;

/**
 * It answers what it has of an order. That also has it asked further: whoever breaks a few times in a row is left alone for a
 * while, and for ever when it is asked again only for what it breaks at. Throws `PartnerUnavailable`.
 */
const answers = async (
  book: ErpBook,
  bu: string,
  { orderId }: Pick<OrderProgress, 'orderId'>,
  signal: AbortSignal,
): Promise<void> => {
  await book.orders(bu, [orderId], signal);
};

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
      await answers(book, bu, order, signal);
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
  const [first] = orders;
  if (first === undefined) return [];
  await answers(book, bu, first, signal);
  try {
    return await book.tellOrders(bu, orders, signal);
  } catch (error) {
    if (!breaks(error)) throw error;
    await answers(book, bu, first, signal);
    return tellSingly(book, bu, orders, signal);
  }
};
