/** Plain fields of the fraud check: instants, a score in the engine's measure, and ids of the engine and of the channel's checkout. */
export const fraudFields = {
  answerBy: true,
  checkoutId: true,
  decidedAt: true,
  requestedAt: true,
  score: true,
} as const;
