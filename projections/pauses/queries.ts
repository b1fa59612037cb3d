import { sql } from 'kysely';
import type { StepRate } from '../../domain/rateLimit/events.ts';
import { defineQuery, type Question } from '../question.ts';

export type LaneGroupView = {
  /** `<group>:<value>`, as pauses and resumptions name it. */
  readonly key: string;
  readonly group: string;
  readonly value: string;
  readonly paused: boolean;
  readonly reason: string | null;
  readonly pausedBy: string | null;
  readonly pausedAt: string | null;
  /** Paused by the service itself. */
  readonly automatic: boolean;
  /** Steps that are not done. */
  readonly waiting: number;
  /** Of those, steps that failed. */
  readonly failing: number;
  /** How long the oldest of them has been due; 0: nothing is. */
  readonly lagSeconds: number;
  /** So many steps in so long, of all processes together. */
  readonly limit: StepRate | null;
  readonly limitReason: string | null;
  readonly limitedBy: string | null;
  readonly limitedAt: string | null;
};

const groupsMax = 1_000;

/** Groups that have work, and groups that are held or slowed down whether they have work or not; the fullest first. */
export const listLaneGroups = defineQuery(
  (): Question<LaneGroupView, readonly LaneGroupView[]> => ({
    statement: sql`with work as (
      select g.name as "group", g.value, count(*)::int as waiting, count(o.failed_at)::int as failing,
        greatest(0, extract(epoch from clock_timestamp() - min(o.stored_at + o.delay_ms * interval '1 ms')))::float8 as lag
      from ops.outbox o cross join lateral (values ('bu', o.bu), ('channel', o.channel), ('node', o.node), ('adapter', o.partner),
        ('lane', case when o.failed_at is not null then o.lane end)) g(name, value)
      where o.done_at is null and g.value is not null group by 1, 2),
    groups as (
      select "group", value from work union select pause_group, pause_key from rm.pause
      union select limit_group, limit_key from rm.rate_limit)
    select g."group" || ':' || g.value as key, g."group", g.value, p.pause_id is not null as paused, p.reason,
      p.paused_by as "pausedBy", p.paused_at as "pausedAt", coalesce(p.automatic, false) as automatic,
      coalesce(w.waiting, 0) as waiting, coalesce(w.failing, 0) as failing, coalesce(w.lag, 0) as "lagSeconds",
      case when l.limit_id is not null then json_build_object('steps', l.steps, 'per', l.per) end as "limit",
      l.reason as "limitReason", l.set_by as "limitedBy", l.set_at as "limitedAt"
    from groups g left join work w on w."group" = g."group" and w.value = g.value
    left join rm.pause p on p.pause_group = g."group" and p.pause_key = g.value
    left join rm.rate_limit l on l.limit_group = g."group" and l.limit_key = g.value
    order by (p.pause_id is not null) desc, (l.limit_id is not null) desc, coalesce(w.waiting, 0) desc, 1 limit ${groupsMax}`,
    answer: (rows) => rows,
  }),
);

export type AdapterView = {
  readonly name: string;
  readonly state: 'RUNNING' | 'FAILING' | 'PAUSED';
  readonly pausedBy: string | null;
  readonly pauseReason: string | null;
  readonly automatic: boolean;
  readonly waiting: number;
  /** How long the oldest due step for it has waited; 0: nothing waits. */
  readonly lagSeconds: number;
  /** Of the last minutes, see `adapters/postgres/adapterHealth.ts`. */
  readonly calls: number;
  readonly errors: number;
  readonly lastSuccessAt: string | null;
  readonly lastErrorAt: string | null;
  readonly lastErrorClass: string | null;
  /** Of the system that only its agent reaches; null: it is called at its address. */
  readonly agent: { readonly agents: number; readonly lastSeenAt: string | null } | null;
};

/** `agentOf`: the system whose agent carries its calls. */
export type NamedAdapter = { readonly name: string; readonly agentOf?: string | undefined };

const recent = sql`h.window_at > clock_timestamp() - interval '5 minutes'`;

/** The named adapters, whether they were ever called or not. */
export const listAdapters = defineQuery(
  (adapters: readonly NamedAdapter[]): Question<AdapterView, readonly AdapterView[]> => ({
    statement: sql`select n.name,
      case when p.pause_id is not null then 'PAUSED' when coalesce(h.errors, 0) * 2 > coalesce(h.calls, 0) then 'FAILING' else 'RUNNING' end as state,
      p.paused_by as "pausedBy", p.reason as "pauseReason", coalesce(p.automatic, false) as automatic, coalesce(o.waiting, 0) as waiting,
      coalesce(o.lag, 0)::float8 as "lagSeconds", coalesce(h.calls, 0)::int as calls, coalesce(h.errors, 0)::int as errors,
      h.last_success_at as "lastSuccessAt", h.last_error_at as "lastErrorAt", h.last_error_class as "lastErrorClass",
      case when n.system is not null then json_build_object('agents', coalesce(a.agents, 0),
        'lastSeenAt', to_char(a.last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as agent
    from unnest(${adapters.map(({ name }) => name)}::text[], ${adapters.map(({ agentOf = null }) => agentOf)}::text[])
      with ordinality as n(name, system, place)
    left join ops.agent_presence a on a.system = n.system
    left join rm.pause p on p.pause_group = 'adapter' and p.pause_key = n.name
    left join lateral (select sum(h.calls) filter (where ${recent}) as calls, sum(h.errors) filter (where ${recent}) as errors,
        max(h.last_success_at) as last_success_at, max(h.last_error_at) as last_error_at,
        (array_agg(h.last_error_class order by h.last_error_at desc nulls last))[1] as last_error_class
      from ops.adapter_health h where h.adapter = n.name) h on true
    left join lateral (select count(*)::int as waiting,
        greatest(0, extract(epoch from clock_timestamp() - min(o.stored_at + o.delay_ms * interval '1 ms'))) as lag
      from ops.outbox o where o.partner = n.name and o.done_at is null) o on true
    order by n.place`,
    answer: (rows) => rows,
  }),
);
