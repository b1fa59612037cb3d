import { type RawBuilder, sql } from 'kysely';
import { nothing } from '../readModel.ts';
import { given, givenAny } from '../statement.ts';
import { lineageRoots } from './roots.ts';
import type { LineageSource } from './source.ts';

/** Where a walk begins: at goods and documents, at lines of journals, or at what such lines were posted in. */
export type Start = 'goods' | 'lines' | 'posted';

export type Root = { readonly kind: (typeof lineageRoots)[number] | 'none'; readonly key: string };

/** What a root names. `none` is what is no root. */
export const rootOf = (root: string): Root => {
  const colon = root.indexOf(':');
  const kind = lineageRoots.find((each) => each === root.slice(0, Math.max(0, colon)));
  const key = root.slice(colon + 1);
  return kind === undefined || key === '' ? { kind: 'none', key } : { kind, key };
};

export const startOf = (kind: Root['kind']): Start => {
  if (kind === 'gl-journal' || kind === 'gl-line') return 'lines';
  return kind === 'gl-batch' || kind === 'erp-doc' ? 'posted' : 'goods';
};

const root = given('root');
const key = given('key');

/** The nodes a root stands for, as `id` and `bu`: itself, or all that carry its key. */
const nodesOf = (kind: Root['kind'], { nodes, states }: LineageSource): RawBuilder<unknown> => {
  switch (kind) {
    case 'none':
      return sql`select null::text as id, null::text as bu from (${nothing}) n`;
    case 'customer-po':
      // Customers number their orders by themselves, so the number alone may be that of several.
      return sql`select n.id, n.bu from ${nodes} n where n.id = ${root}
        union all select n.id, n.bu from ${nodes} n where n.type = 'CUSTOMER_PO' and n.business_key = ${key}`;
    case 'correlation':
      return sql`select n.id, n.bu from ${nodes} n where n.correlation = ${key}`;
    case 'shipment':
    case 'invoice':
      return sql`select n.id, n.bu from ${nodes} n where n.id = ${root}
        union all select n.id, n.bu from ${nodes} n where n.business_key = ${key}
          and n.type = ${sql.lit(kind === 'shipment' ? 'SHIPMENT_LINE' : 'INVOICE_LINE')}`;
    case 'gl-batch':
      return sql`select s.batch_node as id, s.bu from ${states} s where s.batch_node = ${root}`;
    case 'erp-doc':
      return sql`select s.erp_node as id, s.bu from ${states} s where s.erp_node = ${root}`;
    default:
      return sql`select n.id, n.bu from ${nodes} n where n.id = ${root}`;
  }
};

/** Those of them that the caller may see. */
export const startNodes = (kind: Root['kind'], source: LineageSource, limit: number): RawBuilder<unknown> =>
  sql`select distinct s.id, s.bu from (${nodesOf(kind, source)}) s where ${givenAny(sql`s.bu`, 'bus')} limit ${sql.lit(limit)}`;

/** For a walk that begins at lines: which ones, of `l`. */
export const isStartLine = (kind: Root['kind']): RawBuilder<unknown> =>
  sql`${kind === 'gl-journal' ? sql`l.journal_id = ${key}` : sql`l.node_id = ${root}`} and ${givenAny(sql`l.bu`, 'bus')}`;
