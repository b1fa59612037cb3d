/** Of `plainFields`, those of purchase orders to suppliers. */
export const supplierFields = {
  accrued: true,
  acknowledgementId: true,
  billDate: true,
  billId: true,
  billed: true,
  dropship: true,
  marginPct: true,
  minMarginPct: true,
  placedAt: true,
  poId: true,
  refusalId: true,
  supplier: true,
  supplierAsn: true,
  supplierReference: true,
  variance: true,
} as const;
