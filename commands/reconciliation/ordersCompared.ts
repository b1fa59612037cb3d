import { setTimeout as delay } from 'node:timers/promises';
import { decimal, extend } from '../../domain/money.ts';
import { isUntouched, type LineProgress } from '../../domain/order/progress.ts';
import type { Difference } from '../../domain/reconciliation/events.ts';
import type { OrderHere } from '../../domain/reconciliation/ours.ts';
import type { ErpBook, ErpBooks, HeldOrder } from '../ports/erpBook.ts';
import { inParts } from '../workers/tellOrders.ts';
import { CannotCompare, type Compared } from './ports.ts';
import { differencesMax } from './stockCompared.ts';
import { firstOf } from './told.ts';

export type OrderReads = {
  readonly books: ErpBooks;
  /** Whether this ERP is to be left alone. */
  readonly isPaused: (system: string) => boolean;
  /** Those that are not over, or were closed lately, or stand as differing; page by page. */
  readonly ordersIn: (bu: string, standing: ReadonlySet<string>) => AsyncIterable<readonly OrderHere[]>;
  readonly ordersOf: (orderIds: readonly string[]) => Promise<readonly OrderHere[]>;
  /** The place of the log's last event, once the ERP has been told of everything up to it. Throws `CannotCompare`. */
  readonly throughTold: (bu: string, signal: AbortSignal) => Promise<string>;
  /** After how long it is looked again whether what is under way has arrived. */
  readonly settleWaitsMs?: readonly number[];
};

/** BEHIND: what they have is older than what last moved it. CHANGED: they have had it told since, and have it differently. */
export type OrderProblem = 'UNKNOWN' | 'DOUBLED' | 'OTHER_NUMBER' | 'BEHIND' | 'CHANGED';
export type DifferingOrder = {
  readonly here: OrderHere;
  readonly problem: OrderProblem;
  readonly difference: Difference;
};

const settleWaitsMsUsual: readonly number[] = [1_000, 3_000];
const reReadAtOnce = 100;

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

const sideOf = (lines: readonly DifferingLine[], side: 'ours' | 'theirs'): string =>
  firstOf(
    lines.map((line) => `${line.lineId}: ${textOf(line[side])}`),
    'lines',
    '; ',
  );

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

const numbers = (orders: readonly HeldOrder[]): string =>
  firstOf(
    orders.map(({ erpNumber }) => erpNumber),
    'orders',
  );

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
  const problem = only.version < (here.progressed ?? here.version) ? 'BEHIND' : 'CHANGED';
  return { here, problem, difference: { ...of, ...sides } };
};

/** Undefined: it cannot be asked now. */
const bookOf = ({ books, isPaused }: OrderReads, { bu, erpSystem }: OrderHere): ErpBook | undefined => {
  const book = erpSystem === null ? books.of(bu) : books.named(erpSystem);
  return book === undefined || isPaused(book.system) ? undefined : book;
};

type Looked = { readonly found: readonly DifferingOrder[]; readonly agreeing: readonly string[] };

/** Of these, each by the ERP that has it: one of former days that cannot be asked now leaves its orders out. */
const looking = async (reads: OrderReads, orders: readonly OrderHere[], signal: AbortSignal): Promise<Looked> => {
  const found: DifferingOrder[] = [];
  const agreeing: string[] = [];
  for (const [book, ofBook] of Map.groupBy(orders, (order) => bookOf(reads, order))) {
    if (book === undefined) continue;
    for (const [bu, part] of inParts(ofBook)) {
      const orderIds = part.map(({ orderId }) => orderId);
      const held = await book.orders(bu, orderIds, signal);
      if (held === undefined) throw new CannotCompare('NOT_OFFERED');
      const byOrder = Map.groupBy(held, ({ orderId }) => orderId);
      for (const here of part) {
        const differing = differingOrder(here, byOrder.get(here.orderId) ?? []);
        if (differing === undefined) agreeing.push(here.orderId);
        else found.push(differing);
      }
    }
  }
  return { found, agreeing };
};

async function* lookingAgain(reads: OrderReads, orderIds: readonly string[], signal: AbortSignal) {
  for (let from = 0; from < orderIds.length; from += reReadAtOnce)
    yield await looking(reads, await reads.ordersOf(orderIds.slice(from, from + reReadAtOnce)), signal);
}

type Of = { readonly bu: string; readonly standing: ReadonlySet<string> };
type ComparedOrders = { readonly differing: readonly DifferingOrder[]; readonly through: string } & Pick<
  Compared,
  'compared' | 'agreed' | 'reason'
>;

/**
 * Page by page; what differs is looked at again until what is under way has had its time. What moved behind the cut is being
 * told just now, so it says nothing: neither that it differs, nor that what stood of it is over. The next run sees it.
 */
export const comparingOrders = async (
  reads: OrderReads,
  { bu, standing }: Of,
  signal: AbortSignal,
): Promise<ComparedOrders> => {
  const suspects = new Map<string, DifferingOrder>();
  const agreed = new Set<string>();
  let through = await reads.throughTold(bu, signal);
  let compared = 0;
  let isCut = false;

  const note = ({ found, agreeing }: Looked): void => {
    for (const orderId of agreeing) {
      suspects.delete(orderId);
      if (standing.has(orderId)) agreed.add(orderId);
    }
    for (const one of found) {
      const { orderId, version } = one.here;
      agreed.delete(orderId);
      if (version > through) suspects.delete(orderId);
      else if (suspects.size < differencesMax || suspects.has(orderId)) suspects.set(orderId, one);
      else isCut = true;
    }
  };

  for await (const page of reads.ordersIn(bu, standing)) {
    signal.throwIfAborted();
    const looked = await looking(reads, page, signal);
    compared += looked.found.length + looked.agreeing.length;
    note(looked);
  }
  for (const waitMs of reads.settleWaitsMs ?? settleWaitsMsUsual) {
    if (suspects.size === 0) break;
    await delay(waitMs, undefined, { signal });
    through = await reads.throughTold(bu, signal);
    for await (const looked of lookingAgain(reads, [...suspects.keys()], signal)) note(looked);
  }
  const reason = isCut ? 'TOO_MANY_BREAKS' : null;
  return { differing: [...suspects.values()], agreed: [...agreed], through, compared, reason };
};
