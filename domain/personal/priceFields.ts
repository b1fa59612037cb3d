/** Of `plainFields`, those of prices and of the contracts that they are from. */
export const priceFields = {
  contractId: true,
  discount: true,
  minimumNet: true,
  priceListId: true,
  ratePct: true,
} as const;
