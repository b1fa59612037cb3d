/** Of `plainFields`, those of counts, supplies and cartons. */
export const warehouseFields = {
  believed: true,
  booked: true,
  countId: true,
  counted: true,
  countedAt: true,
  cartonId: true,
  expectedBefore: true,
  leftAt: true,
  movedAt: true,
  packId: true,
  sscc: true,
  value: true,
} as const;
