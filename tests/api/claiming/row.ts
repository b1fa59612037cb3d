import type { Operation } from '../../../api/permissions.ts';
import type { ClaimingApi, Prepared } from '../claimingApi.ts';

export type Row = {
  /** A request that was never sent, and whatever must be there before it. */
  readonly prepare: (api: ClaimingApi) => Promise<Prepared>;
  /** What is written, in order. */
  readonly events: readonly string[];
  /** How often the log is read before that. */
  readonly reads: number;
  /** The request's own, and a key that lives for ever. */
  readonly keys?: 2;
};

export type ClaimingRoutes = Readonly<Partial<Record<Operation, Row>>>;
