import type { Event } from '../decider.ts';
import type { StockFigure } from './dialect.ts';
import type { SnapshotScope } from './normalise.ts';

// Storage format: see `domain/order/events.ts`. Stream: snapshot-<bu>.<node>.<id>, one snapshot, under an id made of its own.

/** As much as an event should hold. What a node has more than this follows as PARTIAL of the same moment. */
export const snapshotLinesMax = 2_000;

/** One item, in base units. */
export type SnapshotLine = {
  readonly item: string;
  /** In the words of the source. */
  readonly said: readonly { readonly word: string; readonly qty: string; readonly lot?: string }[];
  /** What follows from it, whoever says it. */
  readonly figures: readonly { readonly figure: StockFigure; readonly qty: string }[];
  /** What was said cannot be, so nothing is known of the item. */
  readonly contradicts?: true;
};

/**
 * What a warehouse says that it has at `takenAt`. It moves no goods: it is held against our books as they were at that moment.
 * `dialectVersion`: of the node's definition, which said what the words count. `follows`: the snapshot that CHANGES build on.
 */
export type StockSnapshotTold = Event<
  'StockSnapshotTold',
  {
    readonly bu: string;
    readonly node: string;
    readonly snapshotId: string;
    readonly takenAt: string;
    readonly scope: SnapshotScope;
    readonly follows: string | null;
    readonly dialectVersion: number;
    readonly lines: readonly SnapshotLine[];
  }
>;
