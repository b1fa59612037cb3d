import { type LedgerSource, ledgerAt, liveLedger } from '../../projections/glStaging/source.ts';
import type { Moment } from './moment.ts';

/** Where a question about the staging ledger reads from. */
export const ledgerOf = ({ knownAsOf }: Moment): LedgerSource =>
  knownAsOf === undefined ? liveLedger : ledgerAt(knownAsOf);

/** What is asked, and the day that it is dated up to. */
export const dated = <Query extends object>(query: Query, { validAsOf }: Moment) => ({
  ...query,
  ...(validAsOf !== undefined && { validAsOf }),
});
