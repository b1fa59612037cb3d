import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Journals that the ERP has taken: when, and how many order lines they invoice. */
export type Acknowledged = { readonly atMs: number; readonly lines: number };

type Seen = {
  readonly through: string;
  readonly closed: number;
  readonly acknowledged: readonly {
    readonly batchId: string;
    readonly at: string;
    readonly journals: readonly string[];
  }[];
};

const looking = `with seen as materialized (
    select position, type, data, recorded_at from log.event where position > $1 order by position limit 50000
  )
  select coalesce((select max(position) from seen), $1)::text as through,
    (select count(*) from seen where type = 'OrderClosed')::int as closed,
    coalesce((select json_agg(json_build_object('batchId', data::json->>'batchId', 'at', recorded_at,
        'journals', (select json_agg(j->>'journalId') from json_array_elements(data::json->'journals') j)) order by position)
      from seen where type = 'GlBatchAcknowledged'), '[]') as acknowledged`;

// An invoiced order line is one line of revenue in the invoice's journal. Asked of the staging ledger, not of the events:
// what it does not show as acknowledged does not count.
const linesOf = `select count(*)::int as lines from rm.gl_line l
  join rm.gl_journal_state s on s.journal_id = l.journal_id
  where l.journal_id = any($1) and l.role = 'REVENUE_PRODUCT' and s.state = 'ACKNOWLEDGED'`;

const isShown = `select position >= $1 as there from rm.projection where name = 'gl_staging' and live`;
const shownWithinMs = 60_000;

/** Follows the log from its present head, from outside, as an auditor would: by position. */
export const openLogWatch = async (connectionString: string) => {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  const { rows: heads } = await client.query<{ position: string }>('select position from log.head');
  let through = heads[0]?.position ?? '0';
  let closed = 0;
  const batches: { readonly atMs: number; readonly journals: readonly string[] }[] = [];

  const look = async (): Promise<void> => {
    const { rows } = await client.query<Seen>({ name: 'look', text: looking, values: [through] });
    const [seen] = rows;
    if (seen === undefined) return;
    through = seen.through;
    closed += seen.closed;
    for (const { at, journals } of seen.acknowledged) batches.push({ atMs: Date.parse(at), journals });
  };

  /** The staging ledger shows what the log held when this was asked; the log itself goes on. */
  const shown = async (): Promise<void> => {
    const asked = through;
    for (const deadline = Date.now() + shownWithinMs; ; await delay(100)) {
      const { rows } = await client.query<{ there: boolean }>(isShown, [asked.padStart(20, '0')]);
      if (rows[0]?.there === true) return;
      if (Date.now() > deadline) throw new Error(`the staging ledger did not reach ${asked} in ${shownWithinMs} ms`);
    }
  };

  /** Every acknowledged batch since the start with its order lines, oldest first. */
  const acknowledged = async (): Promise<readonly Acknowledged[]> => {
    await shown();
    const found: Acknowledged[] = [];
    for (const { atMs, journals } of batches) {
      const { rows } = await client.query<{ lines: number }>(linesOf, [journals]);
      found.push({ atMs, lines: rows[0]?.lines ?? 0 });
    }
    return found;
  };

  return {
    look,
    closed: (): number => closed,
    batches: (): number => batches.length,
    acknowledged,
    close: () => client.end(),
  };
};

export type LogWatch = Awaited<ReturnType<typeof openLogWatch>>;
