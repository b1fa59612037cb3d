/** Of `plainFields`, those of counts and supplies. */
export const warehouseFields = {
  believed: true,
  booked: true,
  countId: true,
  counted: true,
  countedAt: true,
  expectedBefore: true,
} as const;
