import { defineProcess, type Remembering } from './process.ts';

/** What was shipped and not invoiced is accrued once its period is soft-closed, each time it is. One instance per period. */
export const periodClose = defineProcess({
  name: 'periodclose',
  categories: ['period'],
  eventTypes: ['PeriodSoftClosed'],
  initial: { lastCausePosition: '' } as Remembering,
  keyOf: ({ data }) => `${data.bu}:${data.ledger}:${data.period}`,
  react: (_state, { data, position }) => {
    const { bu, ledger, period } = data;
    const payload = { bu, ledger, period, softClosedAt: position };
    return { intents: [{ step: 'recordAccruals', lane: `period:${bu}:${ledger}:${period}`, payload }], memory: {} };
  },
  remember: (state) => state,
});
