import { setTimeout as delay } from 'node:timers/promises';
import { decimal, extend } from '../../domain/money.ts';
import { isUntouched, type LineProgress } from '../../domain/order/progress.ts';
import type { Difference } from '../../domain/reconciliation/events.ts';
import type { OrderHere } from '../../domain/reconciliation/ours.ts';
import type { ErpBook, ErpBooks, HeldOrder } from '../erpBookPorts.ts';
import { inParts } from '../orderUpdates.ts';
import { CannotCompare, type Compared } from './ports.ts';
import { differencesMax } from './stockCompared.ts';

export type OrderReads = {
  readonly books: ErpBooks;
  /** Those that are not over, or were closed lately, or differed when they were last looked at; page by page. */
  readonly ordersIn: (bu: string, signal: AbortSignal) => AsyncIterable<readonly OrderHere[]>;
  readonly ordersOf: (orderIds: readonly string[]) => Promise<readonly OrderHere[]>;
  /** The place of the log's last event, once the ERP has been told of everything up to it. Throws `CannotCompare`. */
  readonly throughTold: (bu: string, signal: AbortSignal) => Promise<string>;
  /** After how long it is looked again whether what is under way has arrived. */
  readonly settleWaitsMs?: readonly number[];
};

/** BEHIND: what they have is older than what they were told. CHANGED: it is not. */
export type OrderProblem = 'UNKNOWN' | 'DOUBLED' | 'OTHER_NUMBER' | 'BEHIND' | 'CHANGED';
export type DifferingOrder = {
  readonly here: OrderHere;
  readonly problem: OrderProblem;
  readonly difference: Difference;
};

const settleWaitsMsUsual: readonly number[] = [1_000, 3_000];
const reReadAtOnce = 100;
const linesShownMax = 5;

type Told = Omit<LineProgress, 'lineId'>;
const untouched: Told = { status: 'OPEN', shipped: '0', invoiced: '0', cancelled: '0' };

const textOf = ({ status, shipped, invoiced, cancelled }: Told): string =>
  `${status}, shipped ${shipped}, invoiced ${invoiced}, cancelled ${cancelled}`;

type DifferingLine = {
  readonly lineId: string;
  readonly ours: Told;
  readonly theirs: Told;
  readonly unitPrice: string;
};

/** A line that one side does not know is untouched there. */
const differingLines = (here: OrderHere, held: HeldOrder): readonly DifferingLine[] => {
  const theirs = new Map(held.lines.map((line) => [line.lineId, line]));
  const known = here.lines.map(({ lineId, unitPrice, ...ours }) => {
    const found = theirs.get(lineId) ?? untouched;
    theirs.delete(lineId);
    return { lineId, ours, theirs: found, unitPrice };
  });
  const unknown = [...theirs.values()]
    .filter((line) => !isUntouched(line))
    .map((line) => ({ lineId: line.lineId, ours: untouched, theirs: line, unitPrice: '0' }));
  return [...known, ...unknown].filter(({ ours, theirs: found }) => textOf(ours) !== textOf(found));
};

const sideOf = (lines: readonly DifferingLine[], side: 'ours' | 'theirs'): string => {
  const shown = lines.slice(0, linesShownMax).map((line) => `${line.lineId}: ${textOf(line[side])}`);
  const more = lines.length > linesShownMax ? [`${lines.length - linesShownMax} more lines`] : [];
  return [...shown, ...more].join('; ');
};

const largestGap = ({ ours, theirs }: DifferingLine): bigint =>
  (['shipped', 'invoiced', 'cancelled'] as const).reduce((largest, name) => {
    const gap = BigInt(theirs[name]) - BigInt(ours[name]);
    const size = gap < 0n ? -gap : gap;
    return size > largest ? size : largest;
  }, 0n);

/** What the lines are worth in which the two sides differ, before discounts. */
const atRisk = (lines: readonly DifferingLine[], currency: string) => ({
  amount: lines.reduce((sum, line) => sum + extend(largestGap(line), decimal(line.unitPrice), currency), 0n).toString(),
  currency,
});

const numbers = (orders: readonly HeldOrder[]): string => orders.map(({ erpNumber }) => erpNumber).join(', ');

/** Undefined: both say the same. */
export const differingOrder = (here: OrderHere, held: readonly HeldOrder[]): DifferingOrder | undefined => {
  const { orderId, erpNumber, net, currency } = here;
  const object = { kind: 'order', id: orderId };
  const of = { object, node: null, item: null, orderId, difference: null };
  const whole = { ...of, ours: erpNumber, moneyAtRisk: { amount: net, currency } };
  const [only] = held;
  if (only === undefined) return { here, problem: 'UNKNOWN', difference: { ...whole, theirs: null } };
  if (held.length > 1) return { here, problem: 'DOUBLED', difference: { ...whole, theirs: numbers(held) } };
  if (only.erpNumber !== erpNumber)
    return { here, problem: 'OTHER_NUMBER', difference: { ...whole, theirs: only.erpNumber } };
  const lines = differingLines(here, only);
  if (lines.length === 0) return undefined;
  const sides = { ours: sideOf(lines, 'ours'), theirs: sideOf(lines, 'theirs'), moneyAtRisk: atRisk(lines, currency) };
  const problem = only.version < here.version ? 'BEHIND' : 'CHANGED';
  return { here, problem, difference: { ...of, ...sides } };
};

const bookOf = ({ books }: OrderReads, { bu, erpSystem }: OrderHere): ErpBook | undefined =>
  erpSystem === null ? books.of(bu) : books.named(erpSystem);

/** Of these, each by the ERP that has it; an ERP that cannot be asked of an order of former days leaves it out. */
const looking = async (reads: OrderReads, orders: readonly OrderHere[], signal: AbortSignal) => {
  const found: DifferingOrder[] = [];
  let compared = 0;
  for (const [book, ofBook] of Map.groupBy(orders, (order) => bookOf(reads, order))) {
    if (book === undefined) continue;
    for (const [bu, part] of inParts(ofBook)) {
      const orderIds = part.map(({ orderId }) => orderId);
      const held = await book.orders(bu, orderIds, signal);
      if (held === undefined) throw new CannotCompare('NOT_OFFERED');
      const byOrder = Map.groupBy(held, ({ orderId }) => orderId);
      found.push(...part.flatMap((here) => differingOrder(here, byOrder.get(here.orderId) ?? []) ?? []));
      compared += part.length;
    }
  }
  return { found, compared };
};

const lookingAgain = async (reads: OrderReads, orderIds: readonly string[], signal: AbortSignal) => {
  const left = new Map<string, DifferingOrder>();
  for (let from = 0; from < orderIds.length; from += reReadAtOnce) {
    const here = await reads.ordersOf(orderIds.slice(from, from + reReadAtOnce));
    for (const one of (await looking(reads, here, signal)).found) left.set(one.here.orderId, one);
  }
  return left;
};

/** Page by page; what differs is looked at again until what is under way has had its time. */
export const comparingOrders = async (
  reads: OrderReads,
  bu: string,
  signal: AbortSignal,
): Promise<
  { readonly differing: readonly DifferingOrder[]; readonly through: string } & Pick<Compared, 'compared' | 'reason'>
> => {
  let through = await reads.throughTold(bu, signal);
  let suspects = new Map<string, DifferingOrder>();
  let compared = 0;
  let isCut = false;
  for await (const page of reads.ordersIn(bu, signal)) {
    signal.throwIfAborted();
    const looked = await looking(reads, page, signal);
    compared += looked.compared;
    for (const one of looked.found) {
      if (suspects.size < differencesMax) suspects.set(one.here.orderId, one);
      else isCut = true;
    }
  }
  for (const waitMs of reads.settleWaitsMs ?? settleWaitsMsUsual) {
    if (suspects.size === 0) break;
    await delay(waitMs, undefined, { signal });
    through = await reads.throughTold(bu, signal);
    suspects = await lookingAgain(reads, [...suspects.keys()], signal);
  }
  // What moved behind the cut is being told just now; the next run sees what became of it.
  const differing = [...suspects.values()].filter(({ here }) => here.version <= through);
  return { differing, through, compared, reason: isCut ? 'TOO_MANY_BREAKS' : null };
};
