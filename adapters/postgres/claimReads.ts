import type pg from 'pg';
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

const heldText = `
  select fingerprint, command_id as "commandId", first_used_at::text as "firstUsedAt", status, headers, body, position
  from ops.claim where scope = $1 and key = $2`;

/** Looks at keys in `ops.claim` without claiming them. */
export const createClaimReads = (pool: pg.Pool): ClaimReads => ({
  held: async (scope, key) => {
    const { rows } = await orLogUnavailable(() => pool.query<Row>(heldText, [scope, key]));
    const [row] = rows;
    if (row === undefined) return undefined;
    const { status, headers, body, position, ...held } = row;
    if (status === null || headers === null || body === null) return { ...held, answer: undefined };
    return { ...held, answer: { status, headers: JSON.parse(headers), body, position } };
  },
});
