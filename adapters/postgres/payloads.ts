import type pg from 'pg';
import type { OldPayload, PayloadStore } from '../../commands/ports.ts';
import { erasedText } from '../../domain/personal/sealedText.ts';
import { orLogUnavailable } from './failures.ts';

// Sealed anew only where the key is another one: after an erasure the same message may come again. How long it is kept begins
// anew too, a day more or less.
const putText = `insert into ops.payload (sha256, bu, sold_to, media_type, size, content)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (sha256, bu, sold_to) do update set content = excluded.content, stored_at = clock_timestamp(), removed_at = null
  where payload.content is distinct from excluded.content or payload.stored_at < clock_timestamp() - interval '1 day'`;

const contentText = 'select content from ops.payload where sha256 = $1 and bu = $2 and sold_to = $3';

const oldText = `select sha256, bu, sold_to as "soldTo", size, to_char(stored_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "storedAt"
  from ops.payload where removed_at is null and stored_at < $1::timestamptz order by stored_at, sha256 limit $2`;

const removeText = `update ops.payload p set content = '${erasedText}', removed_at = clock_timestamp()
  from unnest($2::text[], $3::text[]) as r(sha256, sold_to) where p.bu = $1 and p.sha256 = r.sha256 and p.sold_to = r.sold_to
    and p.removed_at is null and p.stored_at < $4::timestamptz`;

/** Raw messages in `ops.payload`. */
export const createPayloadStore = (pool: pg.Pool): PayloadStore => ({
  put: async ({ sha256, bu, soldTo, mediaType, size, content }) => {
    await orLogUnavailable(() => pool.query(putText, [sha256, bu, soldTo, mediaType, size, content]));
  },
  content: async ({ sha256, bu, soldTo }) => {
    const { rows } = await orLogUnavailable(() => pool.query<{ content: string }>(contentText, [sha256, bu, soldTo]));
    return rows[0]?.content;
  },
  storedBefore: async (before, limit) =>
    (await orLogUnavailable(() => pool.query<OldPayload>(oldText, [before, limit]))).rows,
  remove: async (bu, payloads, storedBefore) => {
    const [hashes, customers] = [payloads.map(({ sha256 }) => sha256), payloads.map(({ soldTo }) => soldTo)];
    await orLogUnavailable(() => pool.query(removeText, [bu, hashes, customers, storedBefore]));
  },
});
