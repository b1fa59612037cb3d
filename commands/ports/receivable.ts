/** What a customer owes by the ERP's books, in minor units of `currency`; negative: we owe them. */
export type ReceivablesFigure = {
  readonly bu: string;
  readonly customer: string;
  readonly currency: string;
  readonly openAr: string;
  /** RFC 3339. A later figure of the same customer and currency has a later one, by a millisecond at least. */
  readonly asOf: string;
  /** Ours that came into their books since the customer's figure before: the figure counts them, or counted them until they were paid. */
  readonly contains: readonly string[];
};

export type ErpReceivables = {
  readonly system: string;
  /** Figures of a business unit that changed after `cursor` (empty: all there are), those of a customer in their order. Throws `PartnerUnavailable`. */
  readonly figures: (
    bu: string,
    cursor: string,
    signal: AbortSignal,
  ) => Promise<{ readonly figures: readonly ReceivablesFigure[]; readonly cursor: string; readonly more: boolean }>;
};
