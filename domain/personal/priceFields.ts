/** Of `plainFields`, those of prices, of the contracts that they are from, and of what is delivered at which. */
export const priceFields = {
  contractId: true,
  discount: true,
  minimumNet: true,
  newItem: true,
  newLineId: true,
  newQty: true,
  originLineId: true,
  priceListId: true,
  ratePct: true,
  validFrom: true,
  validTo: true,
} as const;
