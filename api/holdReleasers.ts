import type { Role } from './permissions.ts';

/** Which roles may release a hold, by its type: who entered the order does not decide about its credit (spec 4.12). */
export const holdReleasers: Readonly<Record<string, readonly Role[]>> = {
  CREDIT: ['finance'],
  FRAUD: ['finance'],
  POSSIBLE_DUPLICATE_PO: ['channel', 'finance'],
  POSSIBLE_DUPLICATE: ['channel', 'finance'],
  PRICE: ['finance'],
  ERP_REFUSED: ['ops', 'finance'],
  CONTRACT_TERMS: ['finance'],
  MASTER_DATA: ['admin', 'ops'],
  MANUAL: ['channel', 'finance', 'ops'],
};
