import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

export type NodeRow = Reflects & {
  readonly id: string;
  readonly type:
    | 'PAYLOAD'
    | 'CUSTOMER_PO'
    | 'ORDER'
    | 'ORDER_LINE'
    | 'RESERVATION'
    | 'SHIPMENT'
    | 'SHIPMENT_LINE'
    | 'KIT_COMPONENT'
    | 'INVOICE'
    | 'INVOICE_LINE'
    | 'CREDIT_MEMO'
    | 'RETURN_LINE'
    | 'LOSS_LINE'
    | 'STOCK_MOVEMENT';
  readonly label: string;
  readonly business_key: string | null;
  readonly at: string;
  readonly qty: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly order_id: string | null;
  readonly correlation: string;
  readonly event_id: string;
};

export type EdgeRow = Reflects & {
  readonly from_id: string;
  readonly to_id: string;
  readonly kind:
    | 'CREATED'
    | 'SUBSTITUTED_BY'
    | 'RESERVED_BY'
    | 'RELEASED_BY'
    | 'DROPSHIPPED_BY'
    | 'SHIPPED_BY'
    | 'KIT_COMPONENT'
    | 'INVOICED_BY'
    | 'CREDITED_BY'
    | 'RETURNED_BY'
    | 'LOST_BY';
  readonly qty: string | null;
  readonly amount: string | null;
  readonly event_id: string;
};

export type LineageRows = { readonly nodes: NodeRow; readonly edges: EdgeRow };

export const lineageTables: { readonly [Name in keyof LineageRows]: Table<LineageRows[Name]> } = {
  nodes: {
    name: 'lineage_node',
    columns: [
      'id',
      'type',
      'label',
      'business_key',
      'at',
      'qty',
      'amount',
      'currency',
      'detail',
      'order_id',
      'correlation',
      'event_id',
      ...reflects,
    ],
    key: ['id'],
    group: 'id',
  },
  edges: {
    name: 'lineage_edge',
    columns: ['from_id', 'to_id', 'kind', 'qty', 'amount', 'event_id', ...reflects],
    key: ['from_id', 'to_id', 'kind'],
    group: 'to_id',
  },
};
