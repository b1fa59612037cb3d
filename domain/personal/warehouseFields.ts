/** Of `plainFields`, those of counts, snapshots, supplies and cartons. */
export const warehouseFields = {
  believed: true,
  booked: true,
  countId: true,
  counted: true,
  countedAt: true,
  cartonId: true,
  expectedBefore: true,
  follows: true,
  leftAt: true,
  lot: true,
  movedAt: true,
  packId: true,
  snapshotId: true,
  sscc: true,
  value: true,
  word: true,
} as const;
