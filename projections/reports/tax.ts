import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, equals } from '../readModel.ts';
import { ledgerOf } from './ledgerRows.ts';
import { count, money, type Report, type ReportQuestion, text, untotalled } from './report.ts';

const has = (kind: string): RawBuilder<unknown> => sql`count(*) filter (where e.kind = ${sql.lit(kind)}) > 0`;

const ofEngine = sql`e.kind in ('COMMITTED', 'TAX_VOIDED')`;
const ofAcceptance = sql`e.kind in ('ACCEPTED', 'ACCEPTANCE_VOIDED')`;

const entries = (question: ReportQuestion): RawBuilder<unknown> => {
  const { filter, scope } = question;
  return sql`select e.* from ${ledgerOf(question).entries} e where ${allOf([
    sql`e.pair = 'TAX_PAYABLE'`,
    equals(sql`e.bu`, filter.bu),
    equals(sql`e.period`, filter.period),
    filter.from === undefined ? undefined : sql`e.day >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`e.day <= ${filter.to}`,
    filter.validAsOf === undefined ? undefined : sql`e.day <= ${filter.validAsOf}`,
    anyOf(sql`e.bu`, scope?.bus),
  ])}`;
};

/**
 * What happened to the tax of each document within what is asked. `times`: how often its tax counts as ours, −1 when only
 * its void lies there, and for a credit memo; `held`: the same at the engine, whose total may be another one.
 */
const documents = sql`select e.bu, e.document, e.currency, ${has('ISSUED')} as issued, ${has('COMMITTED')} as committed, ${has('VOIDED')} as voided,
      (${has('ISSUED')})::int - (${has('VOIDED')})::int - (${has('CREDITED')})::int as times,
      case when ${has('CREDITED')} then -(${has('COMMITTED')})::int else (${has('COMMITTED')})::int - (${has('TAX_VOIDED')})::int end as held,
      ${has('CREDITED')} as credited, coalesce(sum(e.amount) filter (where ${ofEngine}), 0) as engine,
      coalesce(sum(e.amount) filter (where ${ofEngine} and e.jurisdiction is not null), 0) as named
    from entry e where not ${ofAcceptance} group by 1, 2, 3`;

/**
 * An engine answers line by line before the issue and commits a total. So a line's tax is the engine's once its document
 * is committed. What the total differs by, and what of that was accepted, is told by jurisdiction where the engine told it, of
 * no type and rate; otherwise where what is not taxed is.
 */
const rows = (
  question: ReportQuestion,
): RawBuilder<unknown> => sql`select t.bu, t.currency, t.jurisdiction, t.type, t.rate,
      coalesce(t.jurisdiction, '') as "ofJurisdiction", coalesce(t.type, '') as "ofType", coalesce(t.rate, '') as "ofRate",
      sum(t.taxable) as taxable, sum(t.exempt) as exempt, sum(t.tax) as tax, sum(t.engine) as "engineAmount",
      sum(t.accepted) as accepted, sum(t.engine - t.tax - t.accepted) as difference, count(distinct t.document) filter (where t.issued) as documents,
      count(distinct t.document) filter (where t.committed) as committed, count(distinct t.document) filter (where t.credited) as credited, count(distinct t.document) filter (where t.voided) as voided
    from (with entry as materialized (${entries(question)}), doc as materialized (${documents}),
      tax_line as materialized (select d.*, x.* from doc d join rm.invoice i on i.invoice_id = d.document
        cross join lateral jsonb_to_recordset(i.taxes) as x(reference text, jurisdiction text, type text, rate text, taxable numeric, tax numeric)),
      part as materialized (select d.document, l.invoice_line_id as reference, l.net from doc d join rm.invoice_line l on l.invoice_id = d.document
        union all select d.document, 'charge:' || c.code, sum(c.amount) from doc d join rm.invoice i on i.invoice_id = d.document
          cross join lateral jsonb_to_recordset(i.charge_lines) as c(code text, amount numeric) group by 1, 2)
      select x.bu, x.document, x.currency, x.jurisdiction, x.type, x.rate, x.times * x.taxable as taxable, x.times * (p.net - x.taxable) as exempt,
        x.times * x.tax as tax, x.held * x.tax as engine, 0 as accepted, x.issued, x.committed, x.voided, x.credited
      from tax_line x join part p on p.document = x.document and p.reference = x.reference
      union all
      select d.bu, d.document, d.currency, null, null, null, 0, d.times * coalesce(u.net, 0), 0, d.engine - d.named - d.held * coalesce(s.tax, 0), 0,
        d.issued, d.committed, d.voided, d.credited
      from doc d left join (select x.document, sum(x.tax) as tax from tax_line x group by 1) s on s.document = d.document
        left join (select p.document, sum(p.net) as net from part p where not exists (select from tax_line x
          where x.document = p.document and x.reference = p.reference) group by 1) u on u.document = d.document
      where s.tax is null or u.net <> 0 or d.engine - d.named <> d.held * s.tax
      union all
      select e.bu, e.document, e.currency, e.jurisdiction, null, null, 0, 0, 0, case when ${ofEngine} then e.amount else 0 end,
        case when ${ofAcceptance} then e.amount else 0 end, false, false, false, false
      from entry e where ${ofAcceptance} or (${ofEngine} and e.jurisdiction is not null)) t
    group by 1, 2, 3, 4, 5`;

export const taxReport: Report = {
  id: 'R13',
  name: 'tax',
  title: 'Tax',
  meaning:
    'Tax of invoices and credit memos by jurisdiction, type and rate, against what the engine has committed. Tax adds up to what was issued less what was voided and given back, with what was accepted to the ledger; the engine’s amount to the subledger side of the tie-out of tax.',
  columns: {
    bu: text('Business unit.'),
    jurisdiction: text(
      'Who levies it. Null: what nobody taxes, and what the engine’s total of a document differs by where the engine does not say whose it is.',
    ),
    type: text('Type of the tax, in the words of the engine.'),
    rate: { type: 'price', meaning: 'Rate as a decimal: 0.0825.' },
    taxable: untotalled('What is taxed; several jurisdictions may tax the same goods.'),
    exempt: untotalled('What is invoiced and not taxed.'),
    tax: money('Tax that was issued, less what was voided or given back.'),
    engineAmount: money('What the engine has committed of it.'),
    accepted: money('What the engine has otherwise than issued and people accepted (T23), on the day of that.'),
    difference: money('Engine’s amount − tax − accepted; what is not committed yet counts here as missing.'),
    currency: text('Currency of the documents; amounts are minor units of it.'),
    documents: count('Invoices issued within what is asked.'),
    credited: count('Credit memos issued within what is asked; their amounts count below zero.'),
    committed: count('Documents of both kinds that the engine has committed.'),
    voided: count('Invoices voided within what is asked.'),
  },
  key: { bu: 'text', currency: 'text', ofJurisdiction: 'text', ofType: 'text', ofRate: 'text' },
  filters: ['bu', 'period', 'from', 'to', 'currency'],
  readers: ['finance', 'auditor', 'admin'],
  // Of an invoice only what is fixed once it is issued.
  models: ['subledgers', 'invoices'],
  datedBy: 'the day of the issue, of the void or of an acceptance',
  knowsThePast: true,
  rows,
};
