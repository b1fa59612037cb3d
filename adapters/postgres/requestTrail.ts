import { type Kysely, sql } from 'kysely';
import type { OldRequests, RequestTrail, TrailEntry } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

type Noted = TrailEntry & { readonly times: number };

/** Whoever asks the same again before it is written is one row with a count, so a caller that loops fills no disk. */
const keyOf = ({ kind, operation, actor, resource, status, code, reason }: TrailEntry): string =>
  JSON.stringify([kind, operation, actor, resource, status, code, reason]);

const entriesMax = 20_000;

/**
 * Entries are kept in memory and written together: a process that is killed loses those since its last write. `onLost` is told
 * of what cannot be kept because the database has been away for too long.
 */
export const createRequestTrail = <Tables>(
  db: Kysely<Tables>,
  {
    onLost,
    onError,
    writeEveryMs = 1_000,
  }: {
    readonly onLost: (entry: TrailEntry) => void;
    readonly onError: (error: unknown) => void;
    readonly writeEveryMs?: number;
  },
): RequestTrail & { readonly close: () => Promise<void> } => {
  let noted = new Map<string, Noted>();
  let writing: Promise<void> = Promise.resolve();

  const note = (entry: TrailEntry, times = 1): void => {
    const key = keyOf(entry);
    const known = noted.get(key);
    if (known !== undefined) noted.set(key, { ...known, times: known.times + times });
    else if (noted.size < entriesMax) noted.set(key, { ...entry, times });
    else onLost(entry);
  };

  const write = async (): Promise<void> => {
    const rows = [...noted.values()];
    if (rows.length === 0) return;
    noted = new Map();
    try {
      await sql`insert into ops.request_trail (at, kind, operation, actor, actor_kind, roles, bus, resource, status, code, command_id,
          correlation_id, reason, times)
        select r.at, r.kind, r.operation, r.actor, r."actorKind", r.roles, r.bus, r.resource, r.status, r.code, r."commandId",
          r."correlationId", r.reason, r.times
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(at timestamptz, kind text, operation text, actor text,
          "actorKind" text, roles text[], bus text[], resource text, status int, code text, "commandId" text, "correlationId" text,
          reason text, times int)`.execute(db);
    } catch (error) {
      for (const { times, ...entry } of rows) note(entry, times);
      throw error;
    }
  };

  const timer = setInterval(() => {
    writing = writing.then(write).catch(onError);
  }, writeEveryMs);
  timer.unref();

  return {
    note: (entry) => note(entry),
    close: async () => {
      clearInterval(timer);
      await writing.then(write).catch(onError);
    },
  };
};

/** Entries are written about as they happen, so the oldest are those of the least ids and no index of their time is kept. */
export const createOldRequests = <Tables>(db: Kysely<Tables>): OldRequests => ({
  removeBefore: async (before, limit) => {
    const statement = sql`delete from ops.request_trail where at < ${before}::timestamptz
      and entry_id in (select entry_id from ops.request_trail order by entry_id limit ${limit})`;
    const { numAffectedRows = 0n } = await orLogUnavailable(() => statement.execute(db));
    return Number(numAffectedRows);
  },
});
