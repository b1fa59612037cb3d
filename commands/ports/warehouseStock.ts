import type { PartnerRefusal } from '../partnerPorts.ts';

/** What a warehouse counted of one item in one place, in base units, in whatever condition. */
export type CountedStock = { readonly node: string; readonly item: string; readonly onHand: string };

/** What a warehouse can tell of the goods that it has. All of these throw `PartnerUnavailable`. */
export type WarehouseStock = {
  readonly system: string;
  /**
   * Has all goods of a business unit counted as of one instant. `through`: the place in its feed up to which the count
   * includes what the messages tell. Undefined: this warehouse has no such report.
   */
  readonly take: (
    bu: string,
    reportId: string,
    signal: AbortSignal,
  ) => Promise<{ readonly takenAt: string; readonly through: string } | undefined>;
  /** Lines of a report behind `after` (empty: from the first). */
  readonly lines: (
    reportId: string,
    after: string,
    signal: AbortSignal,
  ) => Promise<{ readonly lines: readonly CountedStock[]; readonly next: string | null }>;
  /** Whether a reader of the feed that is at `cursor` has been told everything up to `through`. */
  readonly isThrough: (cursor: string, through: string) => boolean;
  /** Has all messages of a release sent again, with the ids that they had. */
  readonly sendAgain: (
    releaseId: string,
    requestId: string,
    signal: AbortSignal,
  ) => Promise<{ readonly kind: 'promised'; readonly messages: number } | PartnerRefusal>;
};
