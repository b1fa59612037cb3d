import { type RawBuilder, sql } from 'kysely';
import { given } from '../statement.ts';
import type { LineageSource } from './source.ts';
import { isStartLine, type Root, startNodes, startOf } from './start.ts';

export const nodesMax = 5_000;
/** A node is walked to once for each direction and distance. */
const stepsMax = nodesMax * 2;
/** What is further away is asked for from there. */
export const depthMax = 20;
const depthDefault = 12;

export type Direction = 'up' | 'down' | 'both';

export const depthOf = (depth: number | undefined): number => Math.min(depthMax, Math.max(1, depth ?? depthDefault));

/** Hardly more flows come into the nodes of a walk than there are nodes. */
const walkedFlows = sql`(select * from walk limit ${sql.lit(stepsMax * 2)})`;

const depth = sql`${given('depth')}::int`;

const goesUp = (direction: Direction): boolean => direction !== 'down';
const goesDown = (direction: Direction): boolean => direction !== 'up';

/**
 * One row of `from` for which `condition` holds with what is before it in the statement, always by its key: `offset 0`
 * keeps the planner from beginning with a table that looks small, which is read whole for each answer once it is not.
 */
export const each = (from: RawBuilder<unknown>, as: string, condition: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`lateral (select ${sql.ref(as)}.* from ${from} ${sql.ref(as)} where ${condition} offset 0) ${sql.ref(as)}`;

/** The same of what may be folded for the question: looking for each row by itself would go through all of them each time. */
export const eachIn = (
  { folded }: LineageSource,
  from: RawBuilder<unknown>,
  as: string,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> =>
  folded === undefined
    ? each(from, as, condition)
    : sql`lateral (select ${sql.ref(as)}.* from ${from} ${sql.ref(as)} where ${condition}) ${sql.ref(as)}`;

/** From node to node over the flows of goods and documents. A walk stays in the business unit that it began in. */
const stepsOf = (direction: Direction, { flows, folded }: LineageSource): RawBuilder<unknown> => {
  if (folded !== undefined)
    return sql`(select g.id from (select f.to_id as at, f.from_id as id, f.bu, 'up' as dir from ${flows} f
      union all select f.from_id, f.to_id, f.bu, 'down' from ${flows} f) g where g.at = w.id and g.bu = w.bu and g.dir = w.dir)`;
  const up = sql`select f.from_id as id from ${flows} f where w.dir = 'up' and f.to_id = w.id and f.bu = w.bu`;
  const down = sql`select f.to_id as id from ${flows} f where w.dir = 'down' and f.from_id = w.id and f.bu = w.bu`;
  const steps = [...(goesUp(direction) ? [up] : []), ...(goesDown(direction) ? [down] : [])];
  return sql`(${sql.join(steps, sql` union all `)} offset 0)`;
};

const walked = (begin: RawBuilder<unknown>, direction: Direction, source: LineageSource): RawBuilder<unknown> =>
  sql`walk(id, bu, dir, depth) as (${begin}
      union
      select next.id, w.bu, w.dir, w.depth + 1 from walk w cross join lateral ${stepsOf(direction, source)} next where w.depth < ${depth}),
    reached as materialized (select id, bu, min(depth) filter (where dir = 'down') as down
      from (select * from walk limit ${sql.lit(stepsMax)}) w group by id, bu limit ${sql.lit(nodesMax)})`;

/** What is known of a flow, and nothing for where a walk begins. */
const flowColumns = sql.raw('to_id, kind, qty, amount, event_id, position');
const noFlow = sql.raw('null::text, null::text, null::bigint, null::numeric, null::uuid, null::text collate "C"');

/**
 * Up from lines: what they were posted for is the first step, or the second of a walk that began at their batch. Whoever
 * only goes up comes by every flow into what is reached, so the walk is one from flow to flow: `from_id` is where it is, and
 * each flow is found once. One step more than was asked for finds those into what was reached last.
 */
const upFromLines = (step: 1 | 2, direction: Direction, { flows, folded }: LineageSource): RawBuilder<unknown> =>
  sql`walk(from_id, bu, depth, ${flowColumns}) as (
      select l.from_node, l.bu, ${sql.lit(step)}, ${noFlow} from line l where ${sql.lit(goesUp(direction))} and ${depth} >= ${sql.lit(step)}
      union
      select next.* from walk w cross join lateral (select f.from_id, f.bu, w.depth + 1, ${flowColumns}
        from ${flows} f where f.to_id = w.from_id and f.bu = w.bu ${folded === undefined ? sql`offset 0` : sql``}) next where w.depth <= ${depth}),
    reached as materialized (select distinct from_id as id, bu from ${walkedFlows} w where w.depth <= ${depth} limit ${sql.lit(nodesMax)})`;

/** The flows into what was reached, as `from … f`; from a walk up from lines a flow may come more than once. */
export const flowsReached = (kind: Root['kind'], source: LineageSource): RawBuilder<unknown> =>
  startOf(kind) === 'goods'
    ? sql`from reached r cross join ${eachIn(source, source.flows, 'f', sql`f.to_id = r.id and f.bu = r.bu`)}`
    : sql`from ${walkedFlows} f where f.to_id is not null`;

/** Of a line, its journal and what became of that. Only what was posted anew looks for what it stands for. */
const columns = ({ corrections }: LineageSource): RawBuilder<unknown> => sql`${known}, j.reversal_of,
  case when j.source_type = 'GlRepostRequested'
    then (select c.journal_id from ${corrections} c where c.replaced_by = l.journal_id and c.kind = 'REPOST') end as repost_of`;

const known = sql.raw(
  `l.node_id, l.from_node, l.bu, l.role, l.account, l.debit, l.credit, l.currency, l.period, l.source_event_id, l.order_id,
   l.position, l.updated_at, l.journal_id, j.template_id, j.rule_set_version, s.state, s.erp_document, s.batch_id, s.batch_node, s.erp_node,
   s.position as state_position`,
);

/** The lines of `from`, and whether the walk goes on from them into batches and documents of the ERP. */
const linesOf = (from: RawBuilder<unknown>, goesOn: RawBuilder<unknown>, source: LineageSource): RawBuilder<unknown> =>
  sql`line as materialized (select ${columns(source)}, ${goesOn} as goes_on from ${from}
      cross join ${each(source.journals, 'j', sql`j.journal_id = l.journal_id`)}
      cross join ${each(source.states, 's', sql`s.journal_id = l.journal_id`)} limit ${sql.lit(nodesMax)})`;

/**
 * Whatever the root, nothing flows out of a line but into its batch and its document in the ERP, and nothing out of those.
 * So only goods and documents are walked, and the lines are found in one step: before it, or after.
 *
 * `line` are the journal lines of the walk, and `reached` all goods and documents.
 */
export const walkOf = (kind: Root['kind'], direction: Direction, source: LineageSource): RawBuilder<unknown> => {
  const { lines, states } = source;
  const start = startOf(kind);
  if (start === 'lines') {
    const from = sql`(select l.* from ${lines} l where ${isStartLine(kind)} offset 0) l`;
    return sql`${linesOf(from, sql.lit(goesDown(direction)), source)}, ${upFromLines(1, direction, source)}`;
  }
  const begin = sql`start as materialized (${startNodes(kind, source, nodesMax)})`;
  if (start === 'posted') {
    const node = sql.ref(kind === 'gl-batch' ? 'batch_node' : 'erp_node');
    const from = sql`(select l.* from start cross join ${each(states, 's', sql`s.${node} = start.id and s.bu = start.bu`)}
      cross join ${each(lines, 'l', sql`l.journal_id = s.journal_id`)} where ${sql.lit(goesUp(direction))} offset 0) l`;
    return sql`${begin}, ${linesOf(from, sql`false`, source)}, ${upFromLines(2, direction, source)}`;
  }
  const directions = direction === 'both' ? sql`('up'), ('down')` : sql`(${sql.lit(direction)})`;
  const from = sql`reached r cross join ${each(lines, 'l', sql`l.from_node = r.id and l.bu = r.bu`)}`;
  return sql`${begin},
    ${walked(sql`select s.id, s.bu, d.dir, 0 from start s cross join (values ${directions}) d(dir)`, direction, source)},
    ${linesOf(sql`(select l.*, r.down from ${from} where r.down < ${depth} offset 0) l`, sql`l.down + 1 < ${depth}`, source)}`;
};
