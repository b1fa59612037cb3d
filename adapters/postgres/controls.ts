import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Controls, GroupRate, LaneRetry, MessageDiscard, Paused } from '../../commands/ports.ts';

const lookEveryMs = 500;

type Row = {
  /** Pauses and rates are those of the log's end. */
  readonly current: boolean;
  readonly pauses: readonly Paused[];
  readonly rates: readonly GroupRate[];
  readonly retries: readonly (LaneRetry & { readonly consumer: string })[];
  readonly discards: readonly MessageDiscard[];
};

const look = sql<Row>`select
  exists (select from rm.projection p where p.name = 'pauses' and p.live and p.state = 'RUNNING') as current,
  (select coalesce(json_agg(json_build_object('group', p.pause_group, 'key', p.pause_key)), '[]'::json) from rm.pause p) as pauses,
  (select coalesce(json_agg(json_build_object('group', l.limit_group, 'key', l.limit_key,
     'perSecond', l.steps / case l.per when 'minute' then 60.0 else 1.0 end)), '[]'::json) from rm.rate_limit l) as rates,
  (select coalesce(json_agg(json_build_object('consumer', r.consumer, 'laneKey', r.lane_key, 'token', r.token)), '[]'::json)
   from ops.lane_retry r) as retries,
  (select coalesce(json_agg(json_build_object('consumer', d.consumer, 'laneKey', d.lane_key, 'item', d.item,
     'contentSha256', d.content_sha256)), '[]'::json) from ops.message_discard d) as discards`;

/**
 * Looks every half second. `ready` resolves when the pauses are known for the first time: a process that starts must not
 * do what is held. They are in a read model, and one that is being made again says nothing about what is held.
 */
export const createControls = <Tables>(db: Kysely<Tables>) => {
  let pauses: readonly Paused[] = [];
  let rates: Row['rates'] = [];
  let retries: Row['retries'] = [];
  let discards: Row['discards'] = [];
  const known = Promise.withResolvers<void>();

  const step = async (): Promise<void> => {
    const { rows } = await look.execute(db);
    const row = rows[0];
    if (row === undefined) return;
    retries = row.retries;
    discards = row.discards;
    if (!row.current) return;
    pauses = row.pauses;
    rates = row.rates;
    known.resolve();
  };

  const controls: Controls = {
    pauses: () => pauses,
    rates: () => rates,
    retries: (consumer) => retries.filter((retry) => retry.consumer === consumer),
    discards: (consumer) => discards.filter((discard) => discard.consumer === consumer),
  };

  return {
    ...controls,
    step,
    ready: known.promise,
    run: async (signal: AbortSignal, onError: (error: unknown) => void): Promise<void> => {
      while (!signal.aborted) {
        await step().catch(onError);
        await delay(lookEveryMs, undefined, { signal }).catch(() => {});
      }
    },
  };
};
