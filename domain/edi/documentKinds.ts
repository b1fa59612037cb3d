import type { OutboundSet } from '../masterData/partnerEvents.ts';

/** GS01 of the group that a set stands in: what a 997 names it by. */
export const functionalIds: Readonly<Record<OutboundSet, string>> = {
  810: 'IN',
  846: 'IB',
  855: 'PR',
  856: 'SH',
  865: 'CA',
};
