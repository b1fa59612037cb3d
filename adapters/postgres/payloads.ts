import type pg from 'pg';
import type { PayloadStore } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

// Sealed anew only where the key is another one: after an erasure the same message may come again.
const putText = `insert into ops.payload (sha256, bu, sold_to, media_type, size, content)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (sha256, bu, sold_to) do update set content = excluded.content
  where payload.content is distinct from excluded.content`;

const contentText = 'select content from ops.payload where sha256 = $1 and bu = $2 and sold_to = $3';

/** Raw messages in `ops.payload`. */
export const createPayloadStore = (pool: pg.Pool): PayloadStore => ({
  put: async ({ sha256, bu, soldTo, mediaType, size, content }) => {
    await orLogUnavailable(() => pool.query(putText, [sha256, bu, soldTo, mediaType, size, content]));
  },
  content: async ({ sha256, bu, soldTo }) => {
    const { rows } = await orLogUnavailable(() => pool.query<{ content: string }>(contentText, [sha256, bu, soldTo]));
    return rows[0]?.content;
  },
});
