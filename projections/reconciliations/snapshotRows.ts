import type { StockFigure } from '../../domain/stockSnapshot/dialect.ts';
import type { SnapshotLine } from '../../domain/stockSnapshot/events.ts';
import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

/** How far the snapshots of a node have been followed. */
export type FeedRow = Reflects & {
  readonly node_key: string;
  readonly node: string;
  /** The last one that counted. */
  readonly snapshot_id: string;
  readonly taken_at: string;
  /** Since when whatever is not listed is not there; null: nobody has said so, or something was lost since. */
  readonly full_at: string | null;
  /** What changes were to build on and never came; null: nothing is missing. */
  readonly missing: string | null;
};

/** What a node last said of an item. */
export type ToldRow = Reflects & {
  readonly node_key: string;
  readonly node: string;
  readonly item: string;
  readonly snapshot_id: string;
  readonly taken_at: string;
  readonly dialect_version: number;
  readonly said: SnapshotLine['said'];
  /** In base units; what is not there is not known. */
  readonly figures: Readonly<Partial<Record<StockFigure, string>>>;
  readonly contradicts: boolean;
};

export type SnapshotRows = { readonly feeds: FeedRow; readonly told: ToldRow };

export const snapshotTables: { readonly [Name in keyof SnapshotRows]: Table<SnapshotRows[Name]> } = {
  feeds: {
    name: 'snapshot_feed',
    columns: ['node_key', 'node', 'snapshot_id', 'taken_at', 'full_at', 'missing', ...reflects],
    key: ['node_key'],
    group: 'node_key',
  },
  told: {
    name: 'told_stock',
    columns: [
      ...(['node_key', 'node', 'item', 'snapshot_id', 'taken_at', 'dialect_version'] as const),
      ...(['said', 'figures', 'contradicts'] as const),
      ...reflects,
    ],
    key: ['node_key', 'item'],
    group: 'node_key',
  },
};
