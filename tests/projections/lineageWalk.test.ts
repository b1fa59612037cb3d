import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LineageRequest, lineage } from '../../projections/lineage/queries.ts';
import { makersOf } from '../../projections/lineage/reach.ts';
import { lineageAt } from '../../projections/lineage/source.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

type Node = {
  readonly id: string;
  readonly position: string;
  readonly order: string | null;
  readonly qty: string | null;
};
type Edge = {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly position: string;
  readonly qty: string | null;
};

/** The whole graph as the tables have it, line by line. */
const graphSql = {
  nodes: `select id, position, order_id as order, qty from rm.lineage_node
    union all select node_id, position, order_id, null from rm.gl_line
    union all select 'gl-batch:' || batch_id, position, null, null from rm.gl_batch
    union all (select distinct on (erp_node) erp_node, position, null, null::bigint from rm.gl_journal_state where erp_node is not null
      order by erp_node, position, journal_id)`,
  edges: `select from_id as from, to_id as to, kind, position, qty from rm.lineage_edge`,
  // Between lines that a walk reaches otherwise; nothing is walked over them.
  corrections: `select 'gl-line:' || j.reversal_of || ':' || l.line_no as from, l.node_id as to, 'REVERSED_BY' as kind, l.position, null as qty
      from rm.gl_line l join rm.gl_journal j on j.journal_id = l.journal_id where j.reversal_of is not null
    union all select 'gl-line:' || c.journal_id || ':' || l.line_no, l.node_id, 'REPOSTED_BY', l.position, null
      from rm.gl_line l join rm.gl_correction c on c.replaced_by = l.journal_id and c.kind = 'REPOST'`,
  roots: `select id as root, array[id] as ids from rm.lineage_node where type not in ('SHIPMENT', 'INVOICE')
    union all select n.id, array[n.id] || array(select m.id from rm.lineage_node m where m.business_key = n.business_key
      and m.type = n.type || '_LINE') from rm.lineage_node n where n.type in ('SHIPMENT', 'INVOICE')
    union all select 'correlation:' || correlation, array_agg(id) from rm.lineage_node group by 1
    union all select 'customer-po:' || business_key, array_agg(id) from rm.lineage_node where type = 'CUSTOMER_PO' group by 1
    union all select node_id, array[node_id] from rm.gl_line
    union all select 'gl-journal:' || journal_id, array_agg(node_id) from rm.gl_line group by 1
    union all select distinct batch_node, array[batch_node] from rm.gl_journal_state where batch_node is not null
    union all select distinct erp_node, array[erp_node] from rm.gl_journal_state where erp_node is not null`,
};

type Root = { readonly root: string; readonly ids: readonly string[] };

type Graph = { readonly from: ReadonlyMap<string, readonly Edge[]>; readonly to: ReadonlyMap<string, readonly Edge[]> };

const graphOf = (edges: readonly Edge[]): Graph => ({
  from: Map.groupBy(edges, ({ from }) => from),
  to: Map.groupBy(edges, ({ to }) => to),
});

const walk = (graph: Graph, start: readonly string[], up: boolean, depth: number): ReadonlySet<string> => {
  const reached = new Set(start);
  let front: ReadonlySet<string> = new Set(start);
  for (let step = 0; step < depth; step += 1) {
    const next = [...front].flatMap((id) =>
      up ? (graph.to.get(id) ?? []).map(({ from }) => from) : (graph.from.get(id) ?? []).map(({ to }) => to),
    );
    front = new Set(next.filter((id) => !reached.has(id)));
    for (const id of front) reached.add(id);
  }
  return reached;
};

const directions = ['up', 'down', 'both'] as const;
const depths = [1, 2, 3, 12] as const;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

describe('the way of goods and money, whatever it begins at', () => {
  let database: TestDatabase<never>;
  let nodes: readonly Node[];
  let edges: readonly Edge[];
  let graph: Graph;
  let corrections: readonly Edge[];
  let roots: readonly Root[];
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    playEventfulOrders(log);
    await catchUpAll(database.db, log);
    const ask = async <Row extends object>(text: string) => (await database.pool.query<Row>(text)).rows;
    [nodes, edges, roots] = [await ask(graphSql.nodes), await ask(graphSql.edges), await ask(graphSql.roots)];
    graph = graphOf(edges);
    corrections = await ask(graphSql.corrections);
  });

  afterAll(() => database.close());

  const expected = (ids: readonly string[], { direction, depth }: Required<Omit<LineageRequest, 'root'>>) => {
    const reached = new Set<string>();
    if (direction !== 'down') for (const id of walk(graph, ids, true, depth)) reached.add(id);
    if (direction !== 'up') for (const id of walk(graph, ids, false, depth)) reached.add(id);
    const known = nodes.filter(({ id }) => reached.has(id));
    const there = new Set(known.map(({ id }) => id));
    const flowed = (node: string): bigint =>
      (graph.from.get(node) ?? [])
        .filter(({ kind }) => kind !== 'SHIPPED_BY' || !node.startsWith('order-line:'))
        .reduce(
          (sum, { kind, qty }) => sum + (kind === 'RELEASED_BY' || kind === 'CREATED' ? 0n : BigInt(qty ?? '0')),
          0n,
        );
    return {
      nodes: known
        .toSorted((a, b) => byText(a.position, b.position) || byText(a.id, b.id))
        .map(({ id, qty }) => (qty === null ? id : `${id} ${BigInt(qty) - flowed(id)} open`)),
      edges: [...edges, ...corrections]
        .filter(({ from, to }) => there.has(from) && there.has(to))
        .map(({ position, from, to, kind, qty }) => `${position} ${from} ${to} ${kind} ${qty}`)
        .sort(byText),
    };
  };

  test('it reaches what a walk over all edges reaches, up, down and both ways, near and far', async () => {
    expect(new Set(corrections.map(({ kind }) => kind))).toEqual(new Set(['REVERSED_BY', 'REPOSTED_BY']));
    expect(new Set(roots.map(({ root }) => root.slice(0, root.indexOf(':')))).size).toBeGreaterThanOrEqual(13);
    for (const { root, ids } of roots)
      for (const direction of directions)
        for (const depth of depths) {
          const asked = { root, direction, depth };
          const found = await lineage(database.db, asked);
          const view = {
            nodes: found?.nodes.map(({ id, open }) => (open === undefined ? id : `${id} ${open} open`)),
            edges: found?.edges
              .map((each) => `${each.position} ${each.from} ${each.to} ${each.kind} ${each.qty ?? null}`)
              .sort(byText),
          };
          expect({ asked, ...view }).toEqual({ asked, ...expected(ids, asked) });
        }
  });

  test('it is the same over rows that came with the question as over those of the read model', async () => {
    const rowsOf = async (view: string) => {
      const { rows } = await database.pool.query<{ row: never }>(`select row_to_json(v) as row from rm.${view} v`);
      return rows.map(({ row }) => row);
    };
    const [graphNodes, flows, lines] = [
      await rowsOf('lineage_node'),
      await rowsOf('lineage_flow'),
      await rowsOf('order_line'),
    ];
    const source = lineageAt('9'.repeat(20), { nodes: graphNodes, edges: flows }, { lines });
    for (const { root } of roots)
      for (const direction of directions)
        for (const depth of [2, 12]) {
          const asked = { root, direction, depth };
          const live = await lineage(database.db, asked);
          expect({ asked, ...(await lineage(database.db, asked, undefined, source)) }).toEqual({ asked, ...live });
        }
  });

  test('the orders that made it are those of the nodes that it reaches', async () => {
    for (const { root, ids } of roots) {
      const asked = { root, direction: 'both', depth: 12 } as const;
      const reached = new Set([...walk(graph, ids, true, 12), ...walk(graph, ids, false, 12)]);
      const orders = nodes.flatMap(({ id, order }) => (reached.has(id) && order !== null ? [order] : []));
      const made = await makersOf(database.db, asked);
      expect({ root, orders: made.orderIds }).toEqual({ root, orders: expect.arrayContaining([...new Set(orders)]) });
    }
  });

  test('orders under one purchase order are reached from it, and none of them from another', async () => {
    const all = await lineage(database.db, { root: 'customer-po:PO-7001', direction: 'down' });
    const orders = all?.nodes.filter(({ type }) => type === 'ORDER').map(({ id }) => id);
    expect(orders).toEqual(expect.arrayContaining(['order:O1', 'order:VOID']));
    const one = await lineage(database.db, { root: 'order:O1' });
    expect(one?.nodes.filter(({ type }) => type === 'ORDER').map(({ id }) => id)).toEqual(['order:O1']);
  });

  test('decisions say why they were made, as far as somebody or something gave a reason', async () => {
    const decisions = await Promise.all(
      [...new Set(nodes.flatMap(({ order }) => order ?? []))].map(
        async (id) => (await lineage(database.db, { root: `order:${id}` }))?.decisions ?? [],
      ),
    );
    const reasons = new Set(decisions.flat().map(({ type, reason }) => `${type} ${reason}`));
    expect([...reasons].filter((each) => !each.endsWith('null')).sort()).toEqual([
      'OrderHeld CREDIT',
      'OrderHeld FRAUD',
      'OrderHeld MANUAL',
      'OrderHoldReleased CLEARED',
      'OrderHoldReleased KNOWN',
      'OrderHoldReleased KNOWN_CUSTOMER',
      'ShipmentVoided WRONG_TRUCK',
    ]);
    expect(reasons).toContain('OrderAccepted null');
  });

  test('nothing is found from a node of a business unit that the caller may not see', async () => {
    for (const { root } of roots) {
      expect(await lineage(database.db, { root }, { bus: ['ACME'] })).toEqual(await lineage(database.db, { root }));
      expect(await lineage(database.db, { root }, { bus: ['OTHER'] })).toBeUndefined();
      expect(await lineage(database.db, { root }, { bus: [] })).toBeUndefined();
    }
  });
});
