import { setTimeout as delay } from 'node:timers/promises';
import { decimal, extend } from '../../domain/money.ts';
import type { Difference } from '../../domain/reconciliation/events.ts';
import type { StockHere } from '../../domain/reconciliation/ours.ts';
import type { CountedStock, WarehouseStock } from '../partnerPorts.ts';
import { CannotCompare, type Compared } from './ports.ts';

export type Place = Omit<CountedStock, 'onHand'>;

export type StockReads = {
  readonly warehouse: Pick<WarehouseStock, 'lines'>;
  readonly stockAt: (bu: string, since: string, places: readonly Place[]) => Promise<readonly StockHere[]>;
  /** All that lies anywhere, by the key of its position. */
  readonly stockAfter: (bu: string, since: string, stockKey: string, limit: number) => Promise<readonly StockHere[]>;
  /** Whether it is this system that tells of a node; absent: of every one. */
  readonly isOfSystem?: (bu: string, node: string) => boolean;
  /** After how long it is looked again whether what is under way has arrived. */
  readonly settleWaitsMs?: readonly number[];
};

const settleWaitsMsUsual: readonly number[] = [500, 1_000, 2_000];
const pageMax = 500;
/** So much is kept of what both sides were asked about: some 40 MB. */
const linesMax = 250_000;
/** Where more differs it is one thing to mend, not so many. */
export const differencesMax = 1_000;

type Suspect = Place & { readonly theirs: bigint | null; here: StockHere | undefined };

export const placeKey = ({ node, item }: Place): string => JSON.stringify([node, item]);

/** Whether there was a moment, between our place and now, at which both sides had the same. */
const agrees = (here: StockHere | undefined, theirs: bigint): boolean => {
  if (here === undefined) return theirs === 0n;
  let had = here.moves.reduce((sum, move) => sum - BigInt(move), BigInt(here.onHand));
  if (had === theirs) return true;
  for (const move of here.moves) {
    had += BigInt(move);
    if (had === theirs) return true;
  }
  return false;
};

const differenceOf = ({ node, item, theirs, here }: Suspect): Difference => {
  const less = (theirs ?? 0n) - BigInt(here?.onHand ?? '0');
  const amount = less < 0n ? -less : less;
  const cost = here?.unitCost ?? null;
  const currency = here?.currency ?? null;
  return {
    ...{ object: { kind: 'stock-position', id: `${node}/${item}` }, node, item, orderId: null },
    ...{ ours: here?.onHand ?? null, theirs: theirs?.toString() ?? null, difference: less.toString() },
    moneyAtRisk:
      cost === null || currency === null
        ? null
        : { amount: extend(amount, decimal(cost), currency).toString(), currency },
  };
};

type Of = { readonly bu: string; readonly since: string; readonly reportId: string };

/** What differs so far. */
const createSuspects = () => {
  const found = new Map<string, Suspect>();
  let isCut = false;
  return {
    look: (one: Suspect): void => {
      if (agrees(one.here, one.theirs ?? 0n)) return;
      if (found.size < differencesMax) found.set(placeKey(one), one);
      else isCut = true;
    },
    /** Those that are as they should be by now are none. */
    lookAgain: (here: ReadonlyMap<string, StockHere>): void => {
      for (const [key, one] of found) {
        one.here = here.get(key);
        if (agrees(one.here, one.theirs ?? 0n)) found.delete(key);
      }
    },
    all: (): readonly Suspect[] => [...found.values()],
    /** There were more than are kept. */
    isCut: (): boolean => isCut,
  };
};

type Suspects = ReturnType<typeof createSuspects>;

const readAt = async (
  reads: StockReads,
  { bu, since }: Of,
  places: readonly Place[],
): Promise<ReadonlyMap<string, StockHere>> =>
  new Map((await reads.stockAt(bu, since, places)).map((here) => [placeKey(here), here]));

/** All that they counted, beside what we have there. */
const takeTheirs = async (reads: StockReads, of: Of, suspects: Suspects, signal: AbortSignal) => {
  const seen = new Set<string>();
  let compared = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<WarehouseStock['lines']>> = await reads.warehouse.lines(of.reportId, after, signal);
    if (seen.size + page.lines.length > linesMax) throw new CannotCompare('TOO_LARGE');
    const here = await readAt(reads, of, page.lines);
    for (const { node, item, onHand } of page.lines) {
      const key = placeKey({ node, item });
      seen.add(key);
      suspects.look({ node, item, theirs: BigInt(onHand), here: here.get(key) });
    }
    compared += page.lines.length;
    after = page.next;
  }
  return { seen, compared };
};

/** What we have and they did not name; tells how much that is. */
const takeOurs = async (
  reads: StockReads,
  { bu, since }: Of,
  suspects: Suspects,
  seen: ReadonlySet<string>,
): Promise<number> => {
  let compared = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly StockHere[] = await reads.stockAfter(bu, since, after, pageMax);
    const unseen = page.filter((here) => !seen.has(placeKey(here)) && reads.isOfSystem?.(bu, here.node) !== false);
    for (const here of unseen) suspects.look({ node: here.node, item: here.item, theirs: null, here });
    compared += unseen.length;
    after = page.length < pageMax ? undefined : page.at(-1)?.stockKey;
  }
  return compared;
};

const settle = async (reads: StockReads, of: Of, suspects: Suspects, signal: AbortSignal): Promise<void> => {
  for (const waitMs of reads.settleWaitsMs ?? settleWaitsMsUsual) {
    if (suspects.all().length === 0) return;
    await delay(waitMs, undefined, { signal });
    suspects.lookAgain(await readAt(reads, of, suspects.all()));
  }
};

/** What both sides have, page by page; what differs is looked at again until what is under way has had its time. */
export const comparingStock = async (
  reads: StockReads,
  of: Of,
  signal: AbortSignal,
): Promise<Omit<Compared, 'cut' | 'agreed'>> => {
  const suspects = createSuspects();
  const theirs = await takeTheirs(reads, of, suspects, signal);
  const unnamed = await takeOurs(reads, of, suspects, theirs.seen);
  await settle(reads, of, suspects, signal);
  return {
    compared: theirs.compared + unnamed,
    differences: suspects.all().map(differenceOf),
    reason: suspects.isCut() ? 'TOO_MANY_BREAKS' : null,
  };
};
