import type { PartnerTrouble } from '../commands/partnerPorts.ts';
import { type ProblemCode, type ProblemRow, problemTable } from './problem.ts';

/**
 * What a call of an outside system failed of, as adapters, dead letters and exceptions name it. No request is answered so: the
 * status is what a gateway would say.
 */
const partnerTroubles: Readonly<Record<PartnerTrouble, ProblemRow>> = {
  UNAVAILABLE: { status: 503, title: 'The partner is not available' },
  NETWORK: { status: 502, title: 'The partner cannot be reached' },
  TIMEOUT: { status: 504, title: 'The partner did not answer in time' },
  BUSY: { status: 503, title: 'The partner asks for a pause' },
  SERVER_ERROR: { status: 502, title: 'Something went wrong on the side of the partner' },
  BREAKER_OPEN: { status: 503, title: 'The partner is left alone for a moment' },
  BULKHEAD_FULL: { status: 503, title: 'Too many calls wait for the partner' },
  CREDENTIALS: { status: 502, title: 'The partner does not take our credentials' },
  BAD_RESPONSE: { status: 502, title: 'The answer of the partner is not understood' },
  AMBIGUOUS: { status: 502, title: 'The partner has more than one document where there is one' },
  ABORTED: { status: 503, title: 'The call was given up' },
};

/** Every code that anybody is told. */
export const catalogue: Readonly<Record<ProblemCode | PartnerTrouble, ProblemRow>> = {
  ...problemTable,
  ...partnerTroubles,
};

export type CatalogueCode = keyof typeof catalogue;

export const isInCatalogue = (code: string): code is CatalogueCode => Object.hasOwn(catalogue, code);
