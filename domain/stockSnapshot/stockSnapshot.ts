import type { Decider } from '../decider.ts';
import type { StockSnapshotTold } from './events.ts';

export type StockSnapshot = StockSnapshotTold['data'];

export type StockSnapshotState = { readonly told: StockSnapshot | null };

export type StockSnapshotCommand = { readonly type: 'RecordStockSnapshot' } & StockSnapshot;

/** A fact, once for each snapshot of a node; which of them counts is for whoever reads them in the order of the log. */
export const stockSnapshotDecider: Decider<StockSnapshotState, StockSnapshotCommand, StockSnapshotTold> = {
  category: 'snapshot',
  initial: { told: null },
  decide: ({ type: _, ...data }, { told }) => (told === null ? [{ type: 'StockSnapshotTold', data }] : []),
  evolve: (_state, { data }) => ({ told: data }),
};
