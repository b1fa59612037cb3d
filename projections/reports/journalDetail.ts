import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../readModel.ts';
import { fromTheBeginning, isCurrent, ledgerDate, ledgerFilters, ledgerOf, upToTheEnd } from './ledgerRows.ts';
import { count, day, money, type Report, type ReportQuestion, text } from './report.ts';

const dimension = (name: string): RawBuilder<unknown> => sql`l.dimensions ->> ${sql.lit(name)}`;

const rows = (question: ReportQuestion): RawBuilder<unknown> => {
  const { lines, journals, states } = ledgerOf(question);
  return sql`select j.source_position as "sourcePosition", j.journal_id as "journalId", l.line_no as "lineNo", j.accounting_date as date,
      j.original_date as "originalDate", j.period, j.bu, j.ledger, l.account, l.role, l.debit, l.credit, l.currency,
      l.functional_debit as "functionalDebit", l.functional_credit as "functionalCredit", j.functional_currency as "functionalCurrency",
      ${dimension('node')} as node, ${dimension('channel')} as channel, ${dimension('region')} as region,
      ${dimension('customer')} as customer, ${dimension('customerGroup')} as "customerGroup", ${dimension('item')} as item,
      ${dimension('itemGroup')} as "itemGroup", j.template_id as template, j.rule_set_version as "ruleVersion",
      j.account_map_version as "accountMapVersion", j.source_event_id as "sourceEvent", j.document_ref as document,
      l.order_id as "orderId", l.order_line_id as "orderLine", l.shipment_id as "shipmentId", l.invoice_id as "invoiceId",
      l.invoice_line_id as "invoiceLine", j.reversal_of as "reversalOf", j.late_posting as "latePosting",
      s.batch_id as batch, s.erp_document as "erpDocument", s.state
    from ${journals} j join ${lines} l on l.journal_id = j.journal_id join ${states} s on s.journal_id = j.journal_id
    where ${allOf([...upToTheEnd(question), fromTheBeginning(question), isCurrent(question)])}`;
};

export const journalDetailReport: Report = {
  id: 'R10',
  name: 'journal-detail',
  title: 'GL journal detail',
  meaning:
    'Every line of every staged journal in the order of the log, with what it comes from and where it is on its way to the ERP. Journals without an account are among them and in no balance; versions that were staged again are not.',
  columns: {
    journalId: text('The journal.'),
    lineNo: count('Line of the journal.'),
    date: day('Accounting date.'),
    originalDate: day('Day of the document, which a closed period may have moved.'),
    period: text('Accounting period.'),
    bu: text('Business unit.'),
    ledger: text('Ledger of the business unit.'),
    account: text('Account; null where the account map had none.'),
    role: text('Role that the account map made an account of.'),
    debit: money('Debit.'),
    credit: money('Credit.'),
    currency: text('Currency of the document; debit and credit are minor units of it.'),
    functionalDebit: money('Debit in the currency of the ledger.'),
    functionalCredit: money('Credit in the currency of the ledger.'),
    functionalCurrency: text('Currency of the ledger.'),
    node: text('Dimension: node.'),
    channel: text('Dimension: sales channel.'),
    region: text('Dimension: region.'),
    customer: text('Dimension: customer.'),
    customerGroup: text('Dimension: group of the customer.'),
    item: text('Dimension: item.'),
    itemGroup: text('Dimension: group of the item.'),
    template: text('Posting template.'),
    ruleVersion: count('Version of the posting rules that was in force.'),
    accountMapVersion: count('Version of the account map that was in force.'),
    sourceEvent: text('The event that was posted.'),
    document: text('The document that it is about.'),
    orderId: text('Order of the line.'),
    orderLine: text('Line of the order.'),
    shipmentId: text('Shipment of the line.'),
    invoiceId: text('Invoice of the line.'),
    invoiceLine: text('Line of the invoice.'),
    reversalOf: text('The journal that it takes back.'),
    latePosting: { type: 'flag', meaning: 'Its own period was not open any more.' },
    batch: text('The batch in which it went to the ERP.'),
    erpDocument: text('Under which number the ERP has it.'),
    state: text('READY, HELD, UNMAPPED, SEALED, EXPORTED, ACKNOWLEDGED, REJECTED or REVERSED.'),
  },
  key: { sourcePosition: 'text', journalId: 'text', lineNo: 'number' },
  filters: [
    ...ledgerFilters,
    ...(['node', 'channel', 'region', 'customer', 'customerGroup', 'item', 'itemGroup'] as const),
    ...(['orderId', 'invoiceId', 'account', 'state'] as const),
  ],
  readers: ['finance', 'auditor', 'admin'],
  models: ['gl_staging'],
  datedBy: ledgerDate,
  knowsThePast: true,
  rows,
};
