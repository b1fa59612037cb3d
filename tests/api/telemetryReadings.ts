/** What a scrape would be told, one figure or two of each kind. */
export const readings = {
  deadLetters: async () => ({ orders: 2 }),
  blockedLanes: async () => ({ 'process:credit': 4 }),
  projectionLagSeconds: async () => ({ orders: 0.25, gl_staging: 1 }),
  stepBacklogSeconds: async () => ({ none: 5, erp: 70 }),
  rebuilds: async () => [{ projection: 'orders', class: 'unexpected', rowsDiffering: 4, progress: 0.5 }],
  groups: async () => [
    { group: 'adapter', key: 'erp', waiting: 7, lagSeconds: 90, paused: true, automatic: true, perSecond: null },
    { group: 'channel', key: 'edi', waiting: 3, lagSeconds: 4, paused: false, automatic: false, perSecond: 0.5 },
  ],
  notices: async () => ({ waiting: 12, ageSeconds: 34 }),
  streamHeldSeconds: async () => 78,
  consumers: async () => [{ consumer: 'ACME/figures', waiting: 3, lagSeconds: 56 }],
  agents: async () => [
    { system: 'erp', agents: 2, silentSeconds: 3 },
    { system: 'wms', agents: 0, silentSeconds: null },
  ],
  exceptions: async () => [{ class: 'ORDER_HELD', open: 2, ageSeconds: 61 }],
  reconBreaks: async () => [{ pair: 'stock', class: 'QUANTITY', breaks: 2, ageSeconds: 90 }],
  glUnmapped: async () => 3,
  lineageCompleteRatio: async () => 0.5,
  sealing: async () => ({ ageSeconds: 12, unsealed: 3, alarm: false }),
};
