import { sql } from 'kysely';
import type { StockFigure } from '../../domain/stockSnapshot/dialect.ts';
import type { SnapshotLine } from '../../domain/stockSnapshot/events.ts';
import { type NamedFigures, namedFigures } from '../../domain/stockSnapshot/named.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

/** Quantities in base units. */
export type ToldStockView = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly snapshotId: string;
  readonly takenAt: string;
  readonly dialectVersion: number;
  readonly said: SnapshotLine['said'];
  readonly figures: NamedFigures;
  readonly contradicts: boolean;
  /** The snapshot that changes were to build on and that never came. */
  readonly missing: string | null;
  readonly position: string;
  readonly updatedAt: string;
};

export type ToldStockFilter = PageRequest & { readonly bu?: string; readonly node?: string; readonly item?: string };

type Selected = Omit<ToldStockView, 'figures'> & {
  readonly figures: Readonly<Partial<Record<StockFigure, string>>>;
  readonly nodeKey: string;
};

const view = ({ nodeKey: _, figures, ...row }: Selected): ToldStockView => ({ ...row, figures: namedFigures(figures) });

/** By the key of the table where the business unit is known, so that other nodes are not gone through. */
const ofNode = ({ bu, node }: ToldStockFilter, scope: Scope | undefined) => {
  const bus = bu === undefined ? scope?.bus : [bu];
  if (node === undefined || bus === undefined) return equals(sql`t.node`, node);
  return anyOf(
    sql`t.node_key`,
    bus.map((each) => `${each}.${node}`),
  );
};

/** Ordered by node, item. Throws `CursorInvalid`. */
export const listToldStock = defineQuery(
  (filter: ToldStockFilter, scope?: Scope): Question<Selected, Page<ToldStockView>> => {
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 2);
    const statement = sql<Selected>`select t.node_key as "nodeKey", t.bu, t.node, t.item, t.snapshot_id as "snapshotId",
        t.taken_at as "takenAt", t.dialect_version as "dialectVersion", t.said, t.figures, t.contradicts, f.missing, t.position,
        t.updated_at as "updatedAt"
      from rm.told_stock t join rm.snapshot_feed f on f.node_key = t.node_key where ${allOf([
        equals(sql`t.bu`, filter.bu),
        ofNode(filter, scope),
        equals(sql`t.item`, filter.item),
        after === undefined ? undefined : sql`(t.node_key, t.item) > (${after[0]}, ${after[1]})`,
        anyOf(sql`t.bu`, scope?.bus),
      ])} order by t.node_key, t.item limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) => {
        const { items, ...page } = pageOfRows(rows, limit, (row) => [row.nodeKey, row.item]);
        return { ...page, items: items.map(view) };
      },
    };
  },
);

/** What a node says of an item beside what our books have of it now, in base units. */
export type ToldBeside = {
  readonly node: string;
  readonly item: string;
  readonly takenAt: string;
  /** Null: it lists all that it has, and this is not among it. */
  readonly figures: Readonly<Partial<Record<StockFigure, string>>> | null;
  /** Null: it was never here. */
  readonly ours: {
    readonly sellable: string;
    readonly held: string;
    readonly damaged: string;
    readonly allocated: string;
    /** When the log took what last happened there. */
    readonly changedAt: string;
    readonly unitCost: string | null;
    readonly currency: string | null;
  } | null;
};

type Place = Pick<ToldBeside, 'node' | 'item'>;

const ours = sql`case when p.item is null then null else json_build_object('sellable', p.sellable::text, 'damaged', p.damaged::text,
      'held', (p.quarantine + p.expired + p.blocked)::text, 'allocated', p.allocated::text, 'changedAt', p.updated_at,
      'unitCost', p.unit_cost::text, 'currency', p.currency) end as ours`;

/** What these nodes told of, node by node, behind a place. */
export const toldBeside = defineQuery(
  (
    bu: string,
    nodes: readonly string[],
    after: Place | undefined,
    limit: number,
  ): Question<ToldBeside, readonly ToldBeside[]> => ({
    statement: sql`select t.node, t.item, t.taken_at as "takenAt", t.figures, ${ours}
      from (select t.* from rm.told_stock t where t.node_key = any(${nodes.map((node) => `${bu}.${node}`)}::text[])
          and (t.node_key, t.item) > (${after === undefined ? '' : `${bu}.${after.node}`}, ${after?.item ?? ''})
        order by t.node_key, t.item limit ${limit}) t
      left join rm.stock_position p on p.bu = ${bu} and p.item = t.item and p.node = t.node
      order by t.node_key, t.item`,
    answer: (rows) => rows,
  }),
);

/** What lies here, by our books, at nodes that list all that they have, and is not among it: item by item, behind a place. */
export const unlistedBeside = defineQuery(
  (
    bu: string,
    nodes: readonly string[],
    after: Place | undefined,
    limit: number,
  ): Question<ToldBeside, readonly ToldBeside[]> => ({
    statement: sql`select p.node, p.item, f.full_at as "takenAt", null as figures, ${ours}
      from rm.stock_position p
      join rm.snapshot_feed f on f.node_key = ${bu} || '.' || p.node and f.full_at is not null
      where p.bu = ${bu} and p.node = any(${nodes}::text[]) and (p.item, p.node) > (${after?.item ?? ''}, ${after?.node ?? ''})
        and p.sellable + p.quarantine + p.damaged + p.expired + p.blocked <> 0
        and not exists (select from rm.told_stock t where t.node_key = f.node_key and t.item = p.item)
      order by p.item, p.node limit ${limit}`,
    answer: (rows) => rows,
  }),
);

export type SnapshotFeed = {
  readonly node: string;
  readonly snapshotId: string;
  readonly takenAt: string;
  /** Since when it lists all that it has; null: it does not, or something was lost since. */
  readonly fullAt: string | null;
};

/** The nodes of a business unit that send snapshots, each with its last one. */
export const snapshotFeeds = defineQuery(
  (bu: string): Question<SnapshotFeed, readonly SnapshotFeed[]> => ({
    statement: sql`select f.node, f.snapshot_id as "snapshotId", f.taken_at as "takenAt", f.full_at as "fullAt" from rm.snapshot_feed f
      where f.bu = ${bu} order by f.node limit 1000`,
    answer: (rows) => rows,
  }),
);
