import { type RawBuilder, sql } from 'kysely';
import { nothing } from '../readModel.ts';
import { lineageRoots } from './roots.ts';
import type { LineageSource } from './source.ts';

const keyOf = (root: string): { readonly kind: string; readonly key: string } => {
  const colon = root.indexOf(':');
  return colon < 0 ? { kind: '', key: root } : { kind: root.slice(0, colon), key: root.slice(colon + 1) };
};

/** The nodes a root stands for, as `id` and `bu`: itself, or all that carry its key. No row for what is no root. */
export const startOf = (root: string, { nodes, lines, states }: LineageSource): RawBuilder<unknown> => {
  const { kind, key } = keyOf(root);
  if (key === '' || !(lineageRoots as readonly string[]).includes(kind))
    return sql`select null::text as id, null::text as bu from (${nothing}) n`;
  if (kind === 'customer-po')
    return sql`select n.id, n.bu from ${nodes} n where n.type = 'CUSTOMER_PO' and n.business_key = ${key}`;
  if (kind === 'correlation') return sql`select n.id, n.bu from ${nodes} n where n.correlation = ${key}`;
  if (kind === 'gl-journal') return sql`select l.node_id as id, l.bu from ${lines} l where l.journal_id = ${key}`;
  if (kind === 'shipment' || kind === 'invoice') {
    const line = kind === 'shipment' ? 'SHIPMENT_LINE' : 'INVOICE_LINE';
    return sql`select n.id, n.bu from ${nodes} n where n.id = ${root}
      union all select n.id, n.bu from ${nodes} n where n.business_key = ${key} and n.type = ${line}`;
  }
  if (kind === 'gl-line') return sql`select l.node_id as id, l.bu from ${lines} l where l.node_id = ${root}`;
  if (kind === 'gl-batch') return sql`select s.batch_node as id, s.bu from ${states} s where s.batch_node = ${root}`;
  if (kind === 'erp-doc') return sql`select s.erp_node as id, s.bu from ${states} s where s.erp_node = ${root}`;
  return sql`select n.id, n.bu from ${nodes} n where n.id = ${root}`;
};
