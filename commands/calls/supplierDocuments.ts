type Part = { readonly lineId: string; readonly qty: string };

// What a supplier says of a purchase order, in base units. The ids are the supplier's and never repeat for another content.

export type SupplierAcknowledgement = {
  readonly acknowledgementId: string;
  readonly supplierReference?: string;
  readonly accepted: readonly (Part & { readonly shipDate?: string })[];
  readonly refused: readonly (Part & { readonly code: string })[];
};

export type SupplierShipNotice = {
  readonly supplierAsn: string;
  readonly shippedAt: string;
  readonly carrier?: string;
  readonly tracking: readonly string[];
  readonly lines: readonly (Part & { readonly lots: readonly string[]; readonly serials: readonly string[] })[];
};

export type SupplierBill = {
  readonly billId: string;
  readonly billDate: string;
  readonly currency: string;
  /** `amount` in minor units. */
  readonly lines: readonly (Part & { readonly amount: string })[];
};
