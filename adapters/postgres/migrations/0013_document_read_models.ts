import { type Kysely, sql } from 'kysely';

const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

const shipments = [
  `create schema rm_shipments_v1`,
  `create table rm_shipments_v1.shipment (
     shipment_id text primary key,
     order_id text not null,
     node text not null,
     kind text not null,
     state text not null,
     revision integer not null,
     release_id text not null,
     sold_to text,
     ship_to jsonb not null,
     planned_at timestamptz not null,
     shipped_at timestamptz,
     carrier text,
     tracking jsonb not null,
     freight jsonb,
     confirmations jsonb not null,
     void_reason text,
     currency text,
     lag_seconds integer,
     created_position text collate "C" not null,
     ${reflects}
   )`,
  `create index shipment_order on rm_shipments_v1.shipment (order_id, created_position)`,
  `create index shipment_bu on rm_shipments_v1.shipment (bu, created_position)`,
  `create table rm_shipments_v1.shipment_line (
     shipment_id text not null,
     shipment_line_id text not null,
     order_id text not null,
     line_id text not null,
     item text not null,
     reservation_id text not null,
     planned bigint not null,
     picked bigint not null,
     shipped bigint not null,
     overshipped bigint not null,
     shorted bigint not null,
     stopped bigint not null,
     lots jsonb not null,
     serials jsonb not null,
     unit_cost text,
     cost numeric(38, 0) not null,
     ${reflects},
     primary key (shipment_id, shipment_line_id)
   )`,
];

const invoices = [
  `create schema rm_invoices_v1`,
  `create table rm_invoices_v1.invoice (
     invoice_id text primary key,
     order_id text not null,
     kind text not null,
     number text,
     state text not null,
     revision integer not null,
     sold_to text not null,
     bill_to text not null,
     ship_to jsonb not null,
     node text not null,
     channel text not null,
     currency text not null,
     issue_date date,
     due_date date,
     gross numeric(38, 0) not null,
     discount numeric(38, 0) not null,
     charges numeric(38, 0) not null,
     tax numeric(38, 0),
     total numeric(38, 0),
     open_amount numeric(38, 0) not null,
     charge_lines jsonb not null,
     taxes jsonb not null,
     tax_engine text,
     tax_doc_code text,
     tax_committed boolean not null,
     tax_problem jsonb,
     erp_document text,
     posting_refusal jsonb,
     content_sha256 text,
     void_date date,
     void_reason text,
     created_position text collate "C" not null,
     ${reflects}
   )`,
  `create index invoice_order on rm_invoices_v1.invoice (order_id, created_position)`,
  `create index invoice_bu on rm_invoices_v1.invoice (bu, created_position)`,
  `create unique index invoice_number on rm_invoices_v1.invoice (bu, number)`,
  `create table rm_invoices_v1.invoice_line (
     invoice_id text not null,
     invoice_line_id text not null,
     line_no integer not null,
     order_line_id text not null,
     shipment_id text not null,
     shipment_line_id text not null,
     confirmation_id text not null,
     item text not null,
     qty bigint not null,
     from_qty bigint not null,
     unit_price text not null,
     gross numeric(38, 0) not null,
     discount numeric(38, 0) not null,
     net numeric(38, 0) not null,
     tax numeric(38, 0),
     cost numeric(38, 0) not null,
     ${reflects},
     primary key (invoice_id, invoice_line_id)
   )`,
  `create index invoice_line_shipment on rm_invoices_v1.invoice_line (shipment_id, shipment_line_id)`,
];

const credit = [
  `create schema rm_credit_v1`,
  `create table rm_credit_v1.credit_account (
     account_key text not null,
     customer text not null,
     currency text not null,
     has_limit boolean not null,
     credit_limit numeric(38, 0) not null,
     open_ar numeric(38, 0) not null,
     open_orders numeric(38, 0) not null,
     open_ar_as_of timestamptz,
     refused_count integer not null,
     revision integer not null,
     ${reflects},
     primary key (account_key, currency)
   )`,
  `create table rm_credit_v1.credit_reservation (
     account_key text not null,
     order_id text not null,
     amount numeric(38, 0) not null,
     override boolean not null,
     ${reflects},
     primary key (account_key, order_id)
   )`,
  `create index credit_reservation_order on rm_credit_v1.credit_reservation (order_id)`,
];

const views = [
  `create view rm.shipment as select * from rm_shipments_v1.shipment`,
  `create view rm.shipment_line as select * from rm_shipments_v1.shipment_line`,
  `create view rm.invoice as select * from rm_invoices_v1.invoice`,
  `create view rm.invoice_line as select * from rm_invoices_v1.invoice_line`,
  `create view rm.credit_account as select * from rm_credit_v1.credit_account`,
  `create view rm.credit_reservation as select * from rm_credit_v1.credit_reservation`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...shipments, ...invoices, ...credit, ...views]) await sql.raw(statement).execute(db);
};
