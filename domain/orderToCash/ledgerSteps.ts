import type { OfBatch, OfSoftClose } from './stepPayloads.ts';

/** What is done about accruals and journals for the ERP; see `steps.ts`. */
export type LedgerStep =
  /**
   * RecordAccruals for what was shipped by the period's last day and is on no invoice, some shipment lines at a time. Waits
   * until everything up to the soft close is known.
   */
  | { readonly step: 'recordAccruals'; readonly payload: OfSoftClose }
  /** External. */
  | { readonly step: 'exportBatch'; readonly payload: OfBatch }
  /** Where the business unit has a shadow ledger: RecordComparison of what the second ERP would make of the batch. Nobody is called. */
  | { readonly step: 'simulateBatch'; readonly payload: OfBatch }
  /** External. Not answered yet: the step is run again later. */
  | { readonly step: 'collectOutcomes'; readonly payload: OfBatch }
  /** RecordErpPosting or RecordErpRefusal for the invoices among entries [from, to) of the outcome event's journals. */
  | {
      readonly step: 'recordPosting';
      readonly payload: OfBatch & {
        readonly outcome: 'ACKNOWLEDGED' | 'REJECTED';
        readonly outcomeRevision: number;
        readonly from: number;
        readonly to: number;
      };
    };
