import type { TaxLine } from '../../domain/invoice/events.ts';
import type { JurisdictionTax } from '../../domain/invoice/taxDifferences.ts';
import type { PartnerRefusal } from '../partnerPorts.ts';

export type TaxRequest = {
  readonly docCode: string;
  readonly bu: string;
  readonly customer: string;
  readonly customerTaxCode: string;
  readonly date: string;
  readonly currency: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  /** `amount` in minor units after discount; `engineCode` is the tax engine's code for the goods or charge. */
  readonly lines: readonly {
    readonly reference: string;
    readonly item: string;
    readonly engineCode: string;
    readonly qty: string;
    readonly amount: string;
    /** What is given back of it, below zero like `amount`; only with `credits`. */
    readonly tax?: string;
  }[];
  /** A credit memo: the engine takes its taxes as they are. `taxDate`: of the invoice, whose rates apply. */
  readonly credits?: { readonly invoiceNumber: string; readonly taxDate: string };
};

/** The engine keeps the codes of invoices and of credit memos apart. */
export type TaxDocumentKind = 'invoice' | 'credit';

/** What the engine keeps of a document; `jurisdictions` absent: it told its total alone. */
export type TaxCommit = {
  readonly kind: 'committed';
  readonly tax: string;
  readonly jurisdictions?: readonly JurisdictionTax[];
};

export type Tax = {
  readonly engine: string;
  readonly calculate: (request: TaxRequest) => Promise<
    | {
        readonly kind: 'calculated';
        readonly docCode: string;
        readonly lines: readonly TaxLine[];
        readonly tax: string;
      }
    | PartnerRefusal
  >;
  /** Of what it has committed before: what it keeps now. */
  readonly commit: (bu: string, docCode: string, kind?: TaxDocumentKind) => Promise<TaxCommit | PartnerRefusal>;
  readonly void: (bu: string, docCode: string) => Promise<{ readonly kind: 'voided' } | PartnerRefusal>;
};
