import type { RecordedOf } from '../../domain/events.ts';
import { buOf, reflecting, required } from '../projection.ts';
import { type InvoiceSets, newlyDrafted, touch } from './touch.ts';

/** A credit memo is a document of its own beside its invoice; its amounts say what is given back. */
export const creditDrafted = (event: RecordedOf<'CreditMemoDrafted'>, { invoices, lines }: InvoiceSets): void => {
  const { data } = event;
  const { invoiceId, creditMemoId, totals } = data;
  const invoice = required(invoices.get(invoiceId), `invoice ${invoiceId}`);
  invoices.put({
    ...invoice,
    ...totals,
    ...newlyDrafted,
    invoice_id: creditMemoId,
    kind: data.kind,
    revision: event.revision,
    charge_lines: data.charges.map(({ code, amount }) => ({ code, amount })),
    taxes: data.taxes,
    created_position: event.position,
    credited: '0',
    credits_invoice_id: invoiceId,
    cause: data.cause,
    credit_reason: data.reason,
    ...reflecting(event),
  });
  for (const [index, line] of data.lines.entries()) {
    const billed = required(lines.get(invoiceId, line.invoiceLineId), `line ${line.invoiceLineId} of ${invoiceId}`);
    const { qty, gross, discount, net, tax } = line;
    const about = { invoice_id: creditMemoId, line_no: index + 1, from_qty: '0', cost: '0' };
    lines.put({ ...billed, ...about, qty, gross, discount, net, tax, bu: buOf(event), ...reflecting(event) });
  }
};

export const creditIssued = (event: RecordedOf<'CreditMemoIssued'>, rows: InvoiceSets): void => {
  const { invoiceId, creditMemoId, number, issueDate, contentSha256, totals } = event.data;
  const issued = { number, issue_date: issueDate, due_date: issueDate, content_sha256: contentSha256 };
  touch(event, rows, issued, creditMemoId);
  const { credited, open_amount: open } = required(rows.invoices.get(invoiceId), `invoice ${invoiceId}`);
  touch(event, rows, {
    credited: (BigInt(credited) + BigInt(totals.total)).toString(),
    open_amount: (BigInt(open) - BigInt(totals.total)).toString(),
  });
};

export const creditTaxFailed = (event: RecordedOf<'CreditTaxCommitFailed'>, rows: InvoiceSets): void => {
  const { creditMemoId, engine, docCode, code, detail } = event.data;
  const problem = { tax_engine: engine, tax_doc_code: docCode, tax_problem: { code, detail } };
  touch(event, rows, problem, creditMemoId);
};
