import { type Kysely, sql } from 'kysely';

type Counted = {
  calls: number;
  errors: number;
  lastSuccessAt: number | null;
  lastErrorAt: number | null;
  lastErrorClass: string | null;
};

const writeEveryMs = 1_000;
const windowMs = 60_000;
const keptHours = 24;

const nothing = (): Counted => ({ calls: 0, errors: 0, lastSuccessAt: null, lastErrorAt: null, lastErrorClass: null });

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** A row per adapter, process and minute; calls are counted in memory and written once a second. */
export const createAdapterHealth = <Tables>(db: Kysely<Tables>, process: string, onError: (error: unknown) => void) => {
  let counted = new Map<string, Counted>();
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    if (counted.size === 0) return;
    const rows = [...counted].map(([adapter, { lastSuccessAt, lastErrorAt, ...rest }]) => ({
      ...{ adapter, ...rest, lastSuccessAt: instant(lastSuccessAt), lastErrorAt: instant(lastErrorAt) },
    }));
    counted = new Map();
    const windowAt = new Date(Math.floor(Date.now() / windowMs) * windowMs).toISOString();
    await sql`with forgotten as (delete from ops.adapter_health where window_at < clock_timestamp() - ${keptHours} * interval '1 hour')
      insert into ops.adapter_health as h (adapter, process, window_at, calls, errors, last_success_at, last_error_at, last_error_class)
      select r.adapter, ${process}, ${windowAt}::timestamptz, r.calls, r.errors, r."lastSuccessAt", r."lastErrorAt", r."lastErrorClass"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(adapter text, calls int, errors int, "lastSuccessAt" timestamptz,
        "lastErrorAt" timestamptz, "lastErrorClass" text)
      on conflict (adapter, process, window_at) do update set calls = h.calls + excluded.calls, errors = h.errors + excluded.errors,
        last_success_at = coalesce(excluded.last_success_at, h.last_success_at), last_error_at = coalesce(excluded.last_error_at, h.last_error_at),
        last_error_class = coalesce(excluded.last_error_class, h.last_error_class)`.execute(db);
  };

  const timer = setInterval(() => {
    writing = writing.then(write).catch(onError);
  }, writeEveryMs);
  timer.unref();

  return {
    /** `outcome`: `ok`, `refused` (the partner understood and said no), or the class of the trouble. */
    note: (adapter: string, outcome: string): void => {
      const of = counted.get(adapter) ?? nothing();
      counted.set(adapter, of);
      of.calls += 1;
      if (outcome === 'ok' || outcome === 'refused') of.lastSuccessAt = Date.now();
      else Object.assign(of, { errors: of.errors + 1, lastErrorAt: Date.now(), lastErrorClass: outcome });
    },
    close: async (): Promise<void> => {
      clearInterval(timer);
      await writing.then(write).catch(onError);
    },
  };
};
