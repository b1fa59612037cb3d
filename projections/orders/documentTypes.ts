import { type RawBuilder, sql } from 'kysely';
import { isOverdue } from '../partnerDocuments/queries.ts';
import { given } from '../statement.ts';

export const orderDocumentTypes = [
  'EDI_RECEIVED',
  'EDI_SENT',
  'ERP_ORDER',
  'RELEASE',
  'SHIPMENT',
  'INVOICE',
  'CREDIT_MEMO',
  'RETURN',
  'DROPSHIP_ORDER',
  'TAX_DOCUMENT',
] as const;
export type OrderDocumentType = (typeof orderDocumentTypes)[number];

const nothing = {
  ...{ number: sql`null::text`, kind: sql`null::text`, party: sql`null::text`, day: sql`null::text` },
  ...{ about: sql`null::text`, amount: sql`null::text`, currency: sql`null::text` },
  ...{ carrier: sql`null::text`, tracking: sql`null::jsonb` },
  ...{ shippedAt: sql`null::timestamptz`, deliveredAt: sql`null::timestamptz` },
  ...{ acknowledges: sql`false`, dueAt: sql`null::timestamptz`, overdue: sql`false` },
  ...{ acknowledgedAt: sql`null::timestamptz`, acknowledgedBy: sql`null::text` },
};

type Columns = Readonly<Record<'documentId' | 'created' | 'state' | 'href', RawBuilder<unknown>>> &
  Partial<Readonly<Record<keyof typeof nothing, RawBuilder<unknown>>>>;

const dayOf = (instant: RawBuilder<unknown>): RawBuilder<unknown> => sql`(${instant} at time zone 'UTC')::date::text`;

/** Documents of one type, joined to the order `o`; none where nobody asked for the type. */
const documents = (type: OrderDocumentType, columns: Columns, join: RawBuilder<unknown>): RawBuilder<unknown> => {
  const all = Object.entries({ ...nothing, ...columns }).sort(([a], [b]) => (a < b ? -1 : 1));
  const selected = all.map(([name, column]) => sql`${column} as ${sql.ref(name)}`);
  return sql`select ${sql.lit(type)} as type, ${sql.join(selected)} from o ${join} where ${sql.lit(type)} = any(${given('types')}::text[])`;
};

const ofInvoice = (kind: 'INVOICE' | 'CREDIT_MEMO'): RawBuilder<unknown> =>
  documents(
    kind,
    {
      ...{
        documentId: sql`i.invoice_id`,
        created: sql`i.created_position`,
        number: sql`i.number`,
        state: sql`i.state`,
      },
      ...{ day: sql`i.issue_date::text`, about: sql`i.credits_invoice_id`, currency: sql`i.currency` },
      amount: sql`coalesce(i.total, i.gross - i.discount + i.charges)::text`,
      href: sql`${sql.lit(kind === 'INVOICE' ? '/v1/invoices/' : '/v1/credit-memos/')} || i.invoice_id`,
    },
    sql`join rm.invoice i on i.order_id = o.order_id and i.kind = ${sql.lit(kind)}`,
  );

/**
 * `select …` of each type over the order `o`, all with the same columns. When the ERP first answered, and when each part was
 * released, is in the timeline: an order's own rows only say what is so now.
 */
export const documentsOfOrder: readonly RawBuilder<unknown>[] = [
  documents(
    'EDI_RECEIVED',
    {
      ...{ documentId: sql`r.interchange_key || '.' || r.place`, created: sql`r.created_position` },
      ...{ number: sql`r.interchange`, kind: sql`r.kind`, party: sql`r.partner`, day: dayOf(sql`r.received_at`) },
      state: sql`case when r.acknowledged_by is null then 'RECEIVED' else 'ACKNOWLEDGED' end`,
      ...{ acknowledges: sql`true`, acknowledgedAt: sql`r.acknowledged_at`, acknowledgedBy: sql`r.acknowledged_by` },
      href: sql`'/v1/audit/payloads/' || r.payload_sha256`,
    },
    sql`join rm.received_set r on r.order_id = o.order_id and r.bu = o.bu`,
  ),
  documents(
    'EDI_SENT',
    {
      ...{ documentId: sql`d.document_id`, created: sql`d.created_position`, number: sql`d.control_number::text` },
      ...{ kind: sql`d.kind`, party: sql`d.partner`, state: sql`d.state`, day: dayOf(sql`d.made_at`) },
      ...{
        about: sql`d.reference`,
        acknowledges: sql`d.acknowledges`,
        dueAt: sql`d.acknowledge_by`,
        overdue: isOverdue,
      },
      ...{ acknowledgedAt: sql`d.acknowledged_at`, acknowledgedBy: sql`d.acknowledged_in` },
      href: sql`'/v1/partner-documents/' || d.document_id`,
    },
    sql`join rm.partner_document d on d.order_id = o.order_id and d.bu = o.bu`,
  ),
  documents(
    'ERP_ORDER',
    {
      ...{ documentId: sql`o.order_id`, created: sql`t.position`, number: sql`o.erp_number`, day: dayOf(sql`t.at`) },
      state: sql`case when o.erp_number is null then 'REFUSED' when o.erp_refusal is null then 'REGISTERED' else 'CHANGE_REFUSED' end`,
      href: sql`'/v1/orders/' || o.order_id`,
    },
    sql`cross join lateral (select t.position, t.at from rm.order_timeline t
      where t.order_id = o.order_id and t.event_type in ('ErpOrderRegistered', 'ErpOrderRefused') order by t.position limit 1) t`,
  ),
  documents(
    'RELEASE',
    {
      ...{ documentId: sql`r.release_id`, created: sql`t.position`, number: sql`r.warehouse_reference` },
      ...{ party: sql`r.node`, state: sql`r.status`, about: sql`r.shipment_id`, day: dayOf(sql`r.released_at`) },
      href: sql`'/v1/orders/' || o.order_id`,
    },
    sql`join rm.order_timeline t on t.order_id = o.order_id and t.event_type = 'AllocationReleased'
      join rm.order_release r on r.order_id = o.order_id and t.document = 'shipment:' || r.shipment_id`,
  ),
  documents(
    'SHIPMENT',
    {
      ...{ documentId: sql`s.shipment_id`, created: sql`s.created_position`, number: sql`s.shipment_id` },
      ...{ party: sql`s.node`, state: sql`s.state`, day: dayOf(sql`coalesce(s.shipped_at, s.planned_at)`) },
      ...{ about: sql`s.release_id`, carrier: sql`s.carrier`, tracking: sql`s.tracking` },
      ...{ shippedAt: sql`s.shipped_at`, deliveredAt: sql`s.delivered_at` },
      href: sql`'/v1/shipments/' || s.shipment_id`,
    },
    sql`join rm.shipment s on s.order_id = o.order_id`,
  ),
  ofInvoice('INVOICE'),
  ofInvoice('CREDIT_MEMO'),
  documents(
    'RETURN',
    {
      ...{ documentId: sql`r.rma_id`, created: sql`r.created_position`, number: sql`r.rma_id`, state: sql`r.state` },
      ...{ party: sql`r.node`, about: sql`r.shipment_id`, day: dayOf(sql`r.authorised_at`) },
      href: sql`'/v1/returns/' || r.rma_id`,
    },
    sql`join rm.return_authorisation r on r.order_id = o.order_id`,
  ),
  documents(
    'DROPSHIP_ORDER',
    {
      ...{ documentId: sql`p.po_id`, created: sql`p.created_position`, number: sql`p.po_id`, state: sql`p.state` },
      ...{ party: sql`p.supplier`, about: sql`p.shipment_id`, day: dayOf(sql`p.placed_at`) },
      href: sql`'/v1/dropship-orders/' || p.po_id`,
    },
    sql`join rm.drop_ship_order p on p.order_id = o.order_id`,
  ),
  documents(
    'TAX_DOCUMENT',
    {
      ...{ documentId: sql`i.tax_doc_code`, created: sql`i.created_position`, number: sql`i.tax_doc_code` },
      ...{ party: sql`i.tax_engine`, about: sql`i.invoice_id`, day: sql`i.issue_date::text` },
      state: sql`case when i.tax_committed then 'COMMITTED' when i.void_date is not null then 'VOIDED' else 'CALCULATED' end`,
      ...{ amount: sql`i.tax::text`, currency: sql`i.currency` },
      href: sql`case i.kind when 'INVOICE' then '/v1/invoices/' else '/v1/credit-memos/' end || i.invoice_id`,
    },
    sql`join rm.invoice i on i.order_id = o.order_id and i.tax_doc_code is not null`,
  ),
];
