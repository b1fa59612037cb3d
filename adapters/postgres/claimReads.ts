import { type Kysely, sql } from 'kysely';
import type { ClaimReads } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

type Row = {
  readonly fingerprint: string;
  readonly commandId: string;
  readonly firstUsedAt: string;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
  readonly position: string | null;
};

/** Looks at keys in `ops.claim` without claiming them. */
export const createClaimReads = <Tables>(db: Kysely<Tables>): ClaimReads => ({
  held: async (scope, key) => {
    const claim = sql<Row>`select fingerprint, command_id as "commandId", first_used_at::text as "firstUsedAt",
        status, headers, body, position
      from ops.claim where scope = ${scope} and key = ${key}`;
    const { rows } = await orLogUnavailable(() => claim.execute(db));
    const [row] = rows;
    if (row === undefined) return undefined;
    const { status, headers, body, position, ...held } = row;
    if (status === null || headers === null || body === null) return { ...held, answer: undefined };
    return { ...held, answer: { status, headers: JSON.parse(headers), body, position } };
  },
});
