import { decimal, extend } from '../../domain/money.ts';
import type { Difference } from '../../domain/reconciliation/events.ts';
import type { StockFigure } from '../../domain/stockSnapshot/dialect.ts';
import { aheadMsMax } from '../calls/claimedTime.ts';
import { inParallel } from '../inParallel.ts';
import type { Compared } from './ports.ts';
import { differencesMax } from './stockCompared.ts';
import { firstOf } from './told.ts';

/** What our books had of a position at one moment, in base units; `allocated`: with the warehouse. */
export type StockOfOurs = {
  readonly sellable: bigint;
  readonly held: bigint;
  readonly damaged: bigint;
  readonly allocated: bigint;
};

/** What a node says of an item, and what our books have of it now. Figures null: it lists all that it has, and not this. */
export type BesideOurs = {
  readonly node: string;
  readonly item: string;
  readonly takenAt: string;
  readonly figures: Readonly<Partial<Record<StockFigure, string>>> | null;
  readonly ours:
    | (Readonly<Record<keyof StockOfOurs, string>> & {
        readonly changedAt: string;
        readonly unitCost: string | null;
        readonly currency: string | null;
      })
    | null;
};

/** Behind a place, in an order of its own. */
type PageOfPlaces = (
  bu: string,
  nodes: readonly string[],
  after: Pick<BesideOurs, 'node' | 'item'> | undefined,
  limit: number,
) => Promise<readonly BesideOurs[]>;

export type SnapshotReads = {
  /** What these nodes told of. */
  readonly told: PageOfPlaces;
  /** What our books have at those of them that list all that they have, and they do not list. */
  readonly unlisted: PageOfPlaces;
  /** Ours as of a moment; `allocated` where it is asked for, 0 otherwise. Throws `LogUnavailable`. */
  readonly oursAt: (
    place: { readonly bu: string; readonly node: string; readonly item: string },
    at: string,
    withAllocated: boolean,
  ) => Promise<StockOfOurs>;
};

/** A difference and when the other side was as it says. */
export type Differing = { readonly difference: Difference; readonly takenAt: string };

/** `same`: whether those that differed before were seen to be the same; what is not in it was not seen at all. */
export type ComparedSnapshots = Pick<Compared, 'compared' | 'reason'> & {
  readonly found: readonly Differing[];
  readonly same: ReadonlyMap<string, boolean>;
};

type Comparison = {
  readonly bu: string;
  readonly nodes: readonly string[];
  /** What was told of before is not compared: all that happened since would have to be read for it. */
  readonly notBefore: string;
  /** Places that differed before. */
  readonly standing: ReadonlySet<string>;
};

const pageMax = 2_000;
const readAtOnce = 8;

/** The first of these that is known says how much there is; the others are parts of it. */
const totals = ['ON_HAND', 'USABLE', 'AVAILABLE', 'UNCOMMITTED'] as const satisfies readonly StockFigure[];
const conditions = ['HELD', 'DAMAGED'] as const satisfies readonly StockFigure[];
type ComparedFigure = (typeof totals)[number] | (typeof conditions)[number];

const ourFigure: Readonly<Record<ComparedFigure, (ours: StockOfOurs) => bigint>> = {
  ON_HAND: ({ sellable, held, damaged }) => sellable + held + damaged,
  USABLE: ({ sellable }) => sellable,
  AVAILABLE: ({ sellable, held, allocated }) => sellable + held - allocated,
  UNCOMMITTED: ({ sellable, allocated }) => sellable - allocated,
  HELD: ({ held }) => held,
  DAMAGED: ({ damaged }) => damaged,
};

/** Those are known without what is allocated, which a warehouse may not have heard of yet. */
const needsAllocated: ReadonlySet<ComparedFigure> = new Set(['AVAILABLE', 'UNCOMMITTED']);

const nothing: BesideOurs['figures'] = { ON_HAND: '0' };

/** What of a position is compared; empty: nothing is known of it that could be. */
const figuresOf = ({ figures }: BesideOurs): readonly ComparedFigure[] => {
  const known = figures ?? nothing;
  const total = totals.find((figure) => known[figure] !== undefined);
  return [...(total === undefined ? [] : [total]), ...conditions.filter((figure) => known[figure] !== undefined)];
};

const theirFigure = ({ figures }: BesideOurs, figure: ComparedFigure): bigint =>
  BigInt((figures ?? nothing)[figure] ?? '0');

const noneOfOurs: StockOfOurs = { sellable: 0n, held: 0n, damaged: 0n, allocated: 0n };

const oursNow = ({ ours }: BesideOurs): StockOfOurs =>
  ours === null
    ? noneOfOurs
    : {
        ...{ sellable: BigInt(ours.sellable), held: BigInt(ours.held) },
        ...{ damaged: BigInt(ours.damaged), allocated: BigInt(ours.allocated) },
      };

const differing = (row: BesideOurs, ours: StockOfOurs): readonly ComparedFigure[] =>
  figuresOf(row).filter((figure) => ourFigure[figure](ours) !== theirFigure(row, figure));

const textOf = (figures: readonly ComparedFigure[], qtyOf: (figure: ComparedFigure) => bigint): string =>
  firstOf(
    figures.map((figure) => `${figure} ${qtyOf(figure)}`),
    'figures',
  );

const riskOf = (less: bigint, { ours }: BesideOurs): Difference['moneyAtRisk'] => {
  const { unitCost = null, currency = null } = ours ?? {};
  if (unitCost === null || currency === null) return null;
  return { amount: extend(less < 0n ? -less : less, decimal(unitCost), currency).toString(), currency };
};

const differenceOf = (
  row: BesideOurs,
  ours: StockOfOurs,
  figures: readonly [ComparedFigure, ...ComparedFigure[]],
): Difference => {
  const { node, item } = row;
  const [first] = figures;
  const less = theirFigure(row, first) - ourFigure[first](ours);
  return {
    ...{
      object: { kind: 'told-stock', id: `${node}/${item}` },
      node,
      item,
      orderId: null,
      difference: less.toString(),
    },
    ours: row.ours === null ? null : textOf(figures, (figure) => ourFigure[figure](ours)),
    theirs: row.figures === null ? null : textOf(figures, (figure) => theirFigure(row, figure)),
    moneyAtRisk: riskOf(less, row),
  };
};

/** Nothing was recorded there since the other side was as it says, so ours of then is ours of now. */
const isStill = ({ ours, takenAt }: BesideOurs): boolean =>
  ours === null || Date.parse(ours.changedAt) + aheadMsMax <= Date.parse(takenAt);

const isDiffering = (figures: readonly ComparedFigure[]): figures is readonly [ComparedFigure, ...ComparedFigure[]] =>
  figures.length > 0;

/**
 * What nodes say that they have against our books, each position as of the moment of its own snapshot: what was reserved or shipped
 * since is in neither side. Of what nothing happened to since, that is what it is now; of the others the log is read.
 */
export const comparingSnapshots = async (
  reads: SnapshotReads,
  { bu, nodes, notBefore, standing }: Comparison,
  signal: AbortSignal,
): Promise<ComparedSnapshots> => {
  const found: Differing[] = [];
  const same = new Map<string, boolean>();
  let compared = 0;
  let isCut = false;

  const lookAt = async (row: BesideOurs): Promise<void> => {
    const { node, item, takenAt } = row;
    const id = `${node}/${item}`;
    const figures = takenAt < notBefore ? [] : figuresOf(row);
    if (standing.has(id)) same.set(id, false);
    if (figures.length === 0) return;
    compared += 1;
    const withAllocated = figures.some((figure) => needsAllocated.has(figure));
    const ours = isStill(row) ? oursNow(row) : await reads.oursAt({ bu, node, item }, takenAt, withAllocated);
    const differ = differing(row, ours);
    if (!isDiffering(differ)) {
      if (standing.has(id)) same.set(id, true);
    } else if (found.length < differencesMax) found.push({ difference: differenceOf(row, ours, differ), takenAt });
    else isCut = true;
  };

  for (const read of [reads.told, reads.unlisted])
    for (let after: BesideOurs | undefined, isMore = true; isMore && !isCut; ) {
      signal.throwIfAborted();
      const page: readonly BesideOurs[] = await read(bu, nodes, after, pageMax);
      await inParallel(page, readAtOnce, lookAt);
      after = page.at(-1);
      isMore = page.length === pageMax;
    }
  const byPlace = (one: Differing, other: Differing): number =>
    one.difference.object.id < other.difference.object.id ? -1 : 1;
  return { compared, same, found: found.sort(byPlace), reason: isCut ? 'TOO_MANY_BREAKS' : null };
};
