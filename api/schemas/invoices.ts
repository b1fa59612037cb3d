import { z } from 'zod';
import { invoiceStatuses } from '../../domain/invoice/status.ts';
import { listOf, receipt } from './answers.ts';
import { code, paging, qty, signedMoney, ulid } from './fields.ts';

const invoiceLine = z.object({
  invoiceLineId: z.string(),
  orderLineId: z.string(),
  shipmentId: z.string(),
  shipmentLineId: z.string(),
  item: z.string(),
  qty,
  unitPrice: z.string(),
  gross: signedMoney,
  discount: signedMoney,
  net: signedMoney,
  tax: signedMoney,
  cost: signedMoney.nullable().meta({ description: 'Our cost; null for callers who may not see it.' }),
});

const reasonOf = z.object({ code: z.string(), detail: z.string() }).nullable();

export const invoice = z
  .object({
    invoiceId: z.string(),
    bu: z.string(),
    number: z.string().nullable(),
    kind: z.string(),
    orderId: z.string(),
    state: z.enum(invoiceStatuses),
    revision: z.int(),
    soldTo: z.string(),
    billTo: z.string(),
    issueDate: z.string().nullable(),
    dueDate: z.string().nullable(),
    currency: z.string(),
    lines: z.array(invoiceLine),
    charges: z.array(z.looseObject({ code: z.string(), amount: signedMoney })),
    taxes: z.array(
      z.object({
        reference: z.string(),
        jurisdiction: z.string(),
        type: z.string(),
        rate: z.string(),
        taxable: signedMoney,
        tax: signedMoney,
      }),
    ),
    totals: z.object({
      gross: signedMoney,
      discount: signedMoney,
      charges: signedMoney,
      tax: signedMoney,
      total: signedMoney,
    }),
    openAmount: signedMoney.meta({
      description:
        'Total less what was credited and what is known here to have paid it. The ERP has the cash: `receivables-aging` goes by its figure.',
    }),
    credited: signedMoney.meta({ description: 'Given back by credit memos, with tax.' }),
    settlement: z
      .object({
        deposits: signedMoney.meta({ description: 'Deposits of the order that it holds.' }),
        paid: signedMoney.meta({ description: 'Payments that were recorded, less what came back.' }),
        writtenOff: signedMoney.meta({ description: 'Given up, and not paid, credited or voided since.' }),
        dispute: z
          .object({
            ...{ disputeId: z.string(), cause: z.string(), reason: z.string() },
            invoiceLineIds: z.array(z.string()).meta({ description: 'None: all of it.' }),
            amount: signedMoney.meta({ description: 'What is disputed, with tax.' }),
            disputedBy: z.string(),
          })
          .nullable()
          .meta({ description: 'Null unless one is open.' }),
      })
      .meta({ description: 'What paid it as far as it is known here, what of it will not be paid, what is disputed.' }),
    receiptOfTax: z.object({ engine: z.string().nullable(), docCode: z.string().nullable(), committed: z.boolean() }),
    taxProblem: reasonOf,
    taxDifference: z
      .object({
        open: signedMoney.meta({
          description:
            'The tax engine’s tax less what the books have of it; what `tax-acceptances` asks for. "0": none.',
        }),
        parts: z
          .array(z.object({ jurisdiction: z.string().nullable(), difference: signedMoney }))
          .meta({ description: 'The same by jurisdiction; none where the engine told its total alone.' }),
        since: z.string().nullable(),
        accepted: signedMoney.meta({ description: 'By so much more than was issued the books have it, as accepted.' }),
      })
      .nullable()
      .meta({ description: 'Null while the engine has kept what was issued.' }),
    postingRefusal: reasonOf,
    erpDocument: z.string().nullable(),
    contentSha256: z.string().nullable(),
    voidDate: z.string().nullable(),
    voidReason: z.string().nullable(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Invoice' });

export const invoiceList = listOf(invoice);

export const invoiceQuery = z.strictObject({
  bu: code.exactOptional(),
  orderId: ulid.exactOptional(),
  soldTo: code.exactOptional(),
  state: z.enum(invoiceStatuses).exactOptional(),
  number: z.string().min(1).max(50).exactOptional(),
  ...paging,
});

export const invoiceAnswer = z.object({ invoiceId: z.string(), receipt }).meta({ id: 'InvoiceRecorded' });
