import { sql } from 'kysely';
import { defineQuery, type Question } from './question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  CursorInvalid,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  type ReadHandle,
  toPage,
} from './readModel.ts';

export type DeadLetterView = {
  readonly id: string;
  /**
   * POISON: a projection could not apply the event and waits for a replay. STUCK: tried again all the time, but it takes a
   * person or a fix. RETRYING: somebody else is away, and it goes on by itself when they are back.
   */
  readonly kind: 'POISON' | 'STUCK' | 'RETRYING';
  /** A projection, `process:<name>`, `outbox`, `webhook-deliveries`, `partner-documents`, `warehouse-inbox:<system>`, `receivables:<system>:<bu>`, `crm-accounts:<system>:<bu>` or `crm-quotes:<system>:<bu>`. */
  readonly consumer: string;
  /** The consumer, when it is a projection. */
  readonly projection: string | null;
  readonly laneKey: string;
  /** Of the event that is stuck, or of the one that caused the step that is. */
  readonly position: string | null;
  readonly eventId: string | null;
  /** The type of the event or message, or the name of the step. */
  readonly eventType: string;
  /** Where the payload is: the event in the log, the intent in its process's stream, or the partner's message. */
  readonly payloadRef: Readonly<Record<string, string | number>>;
  readonly errorClass: string;
  readonly detail: string;
  readonly attempts: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** What waits behind it in its lane. */
  readonly blockedCount: number;
};

export type DeadLetterFilter = PageRequest & {
  readonly kind?: DeadLetterView['kind'];
  readonly consumer?: string;
  readonly projection?: string;
  readonly laneKey?: string;
  readonly ids?: readonly string[];
};

/** To the microsecond, so that a page starts exactly behind the last row of the one before. */
const seenAt = sql`to_char(d.first_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const behind = (cursor: string | null | undefined) => {
  if (cursor == null) return undefined;
  const [at = '', id = ''] = decodeCursor(cursor, 2);
  if (!instantPattern.test(at) || Number.isNaN(Date.parse(at)))
    throw new CursorInvalid('the cursor is not one of ours');
  return sql`(d.first_seen_at, d.id collate "C") > (${at}::timestamptz, ${id})`;
};

const columns = sql`d.id, d.kind, d.consumer, d.projection,
      d.lane_key as "laneKey", d.position, d.event_id as "eventId", d.event_type as "eventType", d.payload_ref as "payloadRef",
      d.error_class as "errorClass", d.detail, d.attempts, d.first_seen_at as "firstSeenAt", d.last_seen_at as "lastSeenAt",
      d.blocked_count as "blockedCount"`;

/** Everything that does not go on by itself, or waits for somebody who is away: oldest first. Throws `CursorInvalid`. */
export const deadLetters = defineQuery(
  (filter: DeadLetterFilter = {}): Question<DeadLetterView & { readonly seenAt: string }, Page<DeadLetterView>> => {
    const limit = boundedLimit(filter.limit);
    const statement = sql<DeadLetterView & { readonly seenAt: string }>`select ${columns}, ${seenAt} as "seenAt"
    from rm.dead_letter d
    where ${allOf([
      equals(sql`d.kind`, filter.kind),
      equals(sql`d.consumer`, filter.consumer),
      equals(sql`d.projection`, filter.projection),
      equals(sql`d.lane_key`, filter.laneKey),
      anyOf(sql`d.id`, filter.ids),
      behind(filter.cursor),
    ])}
    order by d.first_seen_at, d.id collate "C" limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) =>
        toPage(
          rows,
          limit,
          (row) => [row.seenAt, row.id],
          ({ seenAt: _, ...row }) => row,
        ),
    };
  },
);

/** `payload` is JSON: what a step or a partner's message says. An event's data are in the log, at `payloadRef`. */
export type DeadLetterContent = DeadLetterView & { readonly payload: string | null; readonly bu: string | null };

export const deadLetterById = defineQuery(
  (id: string): Question<DeadLetterContent, DeadLetterContent | undefined> => ({
    statement: sql`select ${columns}, d.payload, d.bu from rm.dead_letter d where d.id = ${id}`,
    answer: ([found]) => found,
  }),
);

export type StuckCounts = {
  readonly consumer: string;
  /** POISON and STUCK: somebody has to look. */
  readonly deadLetters: number;
  /** Lanes that do not go on, for whatever reason. */
  readonly lanes: number;
};

/** One row per consumer that has anything to show. */
export const stuckCounts = async (db: ReadHandle): Promise<readonly StuckCounts[]> => {
  const { rows } =
    await sql<StuckCounts>`select d.consumer, (count(*) filter (where d.kind <> 'RETRYING'))::int as "deadLetters",
      count(distinct d.lane_key)::int as lanes from rm.dead_letter d group by d.consumer order by d.consumer`.execute(
      db,
    );
  return rows;
};
