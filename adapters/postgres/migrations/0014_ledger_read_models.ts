import { type Kysely, sql } from 'kysely';

const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

/**
 * The staging ledger. Journals and lines are only ever inserted; what happens to a journal afterwards is kept apart in
 * `journal_state` (now) and `journal_state_change` (every step). `node_id` and `from_node` name a line and its origin in
 * the lineage graph.
 */
const staging = [
  `create schema rm_gl_staging_v1`,
  `create table rm_gl_staging_v1.posting_context (
     bu text primary key, content jsonb not null,
     position text collate "C" not null, updated_at timestamptz not null
   )`,
  `create table rm_gl_staging_v1.gl_account (
     ledger text not null, account text not null, name text not null, active_from date not null, active_to date,
     ${reflects},
     primary key (bu, ledger, account)
   )`,
  `create table rm_gl_staging_v1.gl_journal (
     journal_id text primary key,
     ledger text not null,
     accounting_date date not null,
     original_date date not null,
     period text not null,
     original_period text not null,
     template_id text not null,
     rule_set_version integer not null,
     account_map_version integer not null,
     source_event_id uuid not null,
     source_type text not null,
     source_position text collate "C" not null,
     document_ref text not null,
     late_posting boolean not null,
     reversal_of text,
     declared_source text,
     currency text not null,
     functional_currency text not null,
     fx jsonb,
     order_id text,
     shipment_id text,
     invoice_id text,
     line_count integer not null,
     ${reflects},
     unique (journal_id, line_count)
   )`,
  `create index gl_journal_list on rm_gl_staging_v1.gl_journal (bu, ledger, period, source_position, journal_id)`,
  `create index gl_journal_order on rm_gl_staging_v1.gl_journal (order_id, source_position)`,
  `create index gl_journal_invoice on rm_gl_staging_v1.gl_journal (invoice_id, source_position)`,
  `create index gl_journal_shipment on rm_gl_staging_v1.gl_journal (shipment_id)`,
  `create index gl_journal_reversal on rm_gl_staging_v1.gl_journal (reversal_of)`,
  `create index gl_journal_source_position on rm_gl_staging_v1.gl_journal (source_position)`,
  `create index gl_journal_source on rm_gl_staging_v1.gl_journal (source_event_id)`,
  `create table rm_gl_staging_v1.gl_line (
     journal_id text not null,
     line_no integer not null check (line_no >= 1),
     line_count integer not null check (line_no <= line_count),
     ledger text not null,
     period text not null,
     role text not null,
     account text,
     debit numeric(38, 0) not null check (debit >= 0),
     credit numeric(38, 0) not null check (credit >= 0),
     currency text not null,
     functional_debit numeric(38, 0) not null check (functional_debit >= 0),
     functional_credit numeric(38, 0) not null check (functional_credit >= 0),
     dimensions jsonb not null,
     order_id text,
     order_line_id text,
     shipment_id text,
     shipment_line_id text,
     invoice_id text,
     invoice_line_id text,
     source_event_id uuid not null,
     node_id text generated always as ('gl-line:' || journal_id || ':' || line_no::text) stored,
     from_node text generated always as (
       case when invoice_line_id is not null then 'invoice-line:' || invoice_id || '/' || invoice_line_id
            when invoice_id is not null then 'invoice:' || invoice_id
            when shipment_line_id is not null then 'shipment-line:' || shipment_id || '/' || shipment_line_id
            when shipment_id is not null then 'shipment:' || shipment_id
            when order_line_id is not null then 'order-line:' || order_id || '/' || order_line_id
            when order_id is not null then 'order:' || order_id
            else 'stock-movement:' || source_event_id::text end) stored,
     ${reflects},
     primary key (journal_id, line_no),
     foreign key (journal_id, line_count) references rm_gl_staging_v1.gl_journal (journal_id, line_count) deferrable initially deferred,
     check (debit = 0 or credit = 0)
   )`,
  `create index gl_line_balance on rm_gl_staging_v1.gl_line (bu, ledger, period, account)`,
  `create unique index gl_line_node on rm_gl_staging_v1.gl_line (node_id)`,
  `create index gl_line_order on rm_gl_staging_v1.gl_line (order_id, order_line_id)`,
  `create index gl_line_from on rm_gl_staging_v1.gl_line (from_node)`,
  `create table rm_gl_staging_v1.gl_journal_state (
     journal_id text primary key,
     ledger text not null,
     period text not null,
     state text not null,
     batch_id text,
     erp_document text,
     code text,
     detail text,
     problems jsonb not null,
     source_position text collate "C" not null,
     batch_node text generated always as ('gl-batch:' || batch_id) stored,
     erp_node text generated always as ('erp-doc:' || erp_document) stored,
     ${reflects}
   )`,
  `create index gl_journal_state_open on rm_gl_staging_v1.gl_journal_state (bu, ledger, period, state, source_position)`,
  `create index gl_journal_state_batch on rm_gl_staging_v1.gl_journal_state (batch_node)`,
  `create index gl_journal_state_erp on rm_gl_staging_v1.gl_journal_state (erp_node)`,
  `create table rm_gl_staging_v1.gl_journal_state_change (
     journal_id text not null,
     position text collate "C" not null,
     state text not null,
     reference text,
     bu text not null,
     updated_at timestamptz not null,
     primary key (journal_id, position, state)
   )`,
  `create table rm_gl_staging_v1.gl_batch (
     batch_id text not null,
     ledger text not null,
     period text not null,
     sequence integer not null,
     state text not null,
     journal_count integer not null,
     acknowledged_count integer not null,
     rejected_count integer not null,
     control_totals jsonb not null,
     merkle_root text not null,
     content_sha256 text not null,
     file_sha256 text,
     erp_system text,
     through_position text not null,
     sealed_at timestamptz not null,
     revision integer not null,
     ${reflects},
     primary key (bu, batch_id)
   )`,
  `create unique index gl_batch_sequence on rm_gl_staging_v1.gl_batch (bu, ledger, period, sequence)`,
];

/**
 * Balance is the database's business too: checked at commit, so no code path can leave a journal that does not balance.
 * A line cannot join a journal later: at its commit the journal had all its numbered lines, the key forbids a second
 * one of a number, and the check and foreign key of `line_count` forbid a higher one.
 */
const guards = [
  `create function rm_gl_staging_v1.check_journal() returns trigger language plpgsql as $$
   declare
     v_lines integer;
     v_expected integer;
   begin
     select count(*) into v_lines from rm_gl_staging_v1.gl_line where journal_id = new.journal_id;
     select line_count into v_expected from rm_gl_staging_v1.gl_journal where journal_id = new.journal_id;
     if v_expected is distinct from v_lines or v_lines < 2 then
       raise exception 'journal % has % lines, % expected', new.journal_id, v_lines, v_expected
         using errcode = 'check_violation', constraint = 'gl_journal_complete';
     end if;
     if exists (select from rm_gl_staging_v1.gl_line where journal_id = new.journal_id
                group by currency having sum(debit) <> sum(credit) or sum(functional_debit) <> sum(functional_credit)) then
       raise exception 'journal % does not balance', new.journal_id
         using errcode = 'check_violation', constraint = 'gl_journal_balanced';
     end if;
     return null;
   end $$`,
  `create constraint trigger balanced after insert on rm_gl_staging_v1.gl_journal
     deferrable initially deferred for each row execute function rm_gl_staging_v1.check_journal()`,
  `create function rm_gl_staging_v1.refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception 'the staging ledger is insert-only: % refused', tg_op using errcode = 'integrity_constraint_violation';
   end $$`,
  `create trigger insert_only before update or delete on rm_gl_staging_v1.gl_journal
     for each row execute function rm_gl_staging_v1.refuse_change()`,
  `create trigger insert_only before update or delete on rm_gl_staging_v1.gl_line
     for each row execute function rm_gl_staging_v1.refuse_change()`,
];

const views = [
  ...['gl_account', 'gl_journal', 'gl_line', 'gl_journal_state', 'gl_journal_state_change', 'gl_batch'].map(
    (table) => `create view rm.${table} as select * from rm_gl_staging_v1.${table}`,
  ),
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...staging, ...guards, ...views]) await sql.raw(statement).execute(db);
};
