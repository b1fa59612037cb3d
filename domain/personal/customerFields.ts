/** Of `plainFields`, those that say which customer something is about, here and in a CRM. */
export const customerFields = {
  accountId: true,
  billTo: true,
  customer: true,
  customerGroup: true,
  customerPo: true,
  customerTaxCode: true,
  rowVersion: true,
  soldTo: true,
} as const;
