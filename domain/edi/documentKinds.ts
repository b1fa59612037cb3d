import type { OutboundSet } from '../masterData/partnerEvents.ts';

/** What customers are sent of their orders, and what warehouses are told to ship (940). */
export type DocumentKind = OutboundSet | '940';

/** GS01 of the group that a set stands in: what a 997 names it by. */
export const functionalIds: Readonly<Record<DocumentKind, string>> = {
  810: 'IN',
  846: 'IB',
  855: 'PR',
  856: 'SH',
  865: 'CA',
  940: 'OW',
};
