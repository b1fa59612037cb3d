import type { FeedMessage, Wms } from '../partnerPorts.ts';

/** Every question can be given up by its signal. They change nothing at the partner and all throw `PartnerUnavailable`. */
type Asked<Args extends readonly unknown[], Held> = (
  ...args: readonly [...Args, signal: AbortSignal]
) => Promise<Held | undefined>;

/** What the ERP holds under our references; undefined: nothing. */
export type ErpLookup = {
  readonly order: Asked<[bu: string, orderId: string], { readonly erpNumber: string }>;
  readonly journalImport: Asked<
    [bu: string, batchId: string],
    { readonly fileSha256: string; readonly finished: boolean }
  >;
};

/** The warehouse's protocol tells of releases; what became of a request to stop one can only be asked by repeating it. */
export type WmsLookup = {
  readonly system: string;
  /** Messages of the feed after a cursor, oldest first, as the inbox reads them; without waiting for one. */
  readonly messages: (
    cursor: string,
    signal: AbortSignal,
  ) => Promise<{ readonly messages: readonly FeedMessage[]; readonly cursor: string }>;
  readonly understand: Wms['understand'];
  readonly release: Asked<[releaseId: string], { readonly warehouseReference: string; readonly status: string }>;
};

type AskedForTax = Asked<
  [bu: string, docCode: string],
  { readonly status: 'SAVED' | 'COMMITTED' | 'VOIDED' | 'OTHER' }
>;

/** The engine keeps the codes of invoices and of credit memos apart. */
export type TaxLookup = { readonly document: AskedForTax; readonly creditMemo: AskedForTax };

/** What the fraud engine said of an order; undefined: it was never asked, or has not decided. */
export type FraudLookup = { readonly decision: Asked<[orderId: string], { readonly reference: string }> };

/** Given to whoever may look and not touch. */
export type PartnerLookups = {
  readonly erp: ErpLookup;
  readonly wms: WmsLookup;
  readonly tax: TaxLookup;
  readonly fraud: FraudLookup;
  /** Whom a step of a business unit calls, by the name that is paused; absent: as the domain has it. */
  readonly partnerFor?: (step: string, bu: string) => string | undefined;
};
