/** Of `plainFields`, those of what operators run: reports, replays, and questions about other policies. */
export const runFields = {
  baselineOpen: true,
  businessUnit: true,
  cancelledBy: true,
  forkOpen: true,
  percent: true,
  policySha256: true,
  replayId: true,
  replayed: true,
  resultSha256: true,
  runBy: true,
  runId: true,
  simulationId: true,
  upTo: true,
} as const;
