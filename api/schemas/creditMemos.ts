import { z } from 'zod';
import { askedCreditCauses } from '../../domain/invoice/creditEvents.ts';
import { invoiceStatuses } from '../../domain/invoice/status.ts';
import { listOf, receipt } from './answers.ts';
import { anyId, code, money, paging, positiveQty, shortText, ulid } from './fields.ts';
import { invoice } from './invoices.ts';

const line = z.strictObject({
  invoiceLineId: z.string().min(1).max(20),
  qty: positiveQty.exactOptional().meta({ description: 'RETURN: what came back, base units.' }),
  amount: money.exactOptional().meta({ description: 'PRICE, GOODWILL: so much of its net, without tax, minor units.' }),
});

export const creditMemoBody = z
  .strictObject({
    invoiceId: anyId,
    cause: z.enum(askedCreditCauses),
    reason: shortText,
    lines: z.array(line).max(2_000).exactOptional(),
    charges: z
      .array(z.strictObject({ code, amount: money }))
      .max(50)
      .exactOptional()
      .meta({ description: 'FREIGHT: which charges, without tax. RETURN: what of them is given back with the goods.' }),
    restockingFee: money.exactOptional().meta({ description: 'RETURN: kept back, not taxed.' }),
  })
  .meta({ id: 'CreditMemoRequest' });

const { bu, number, orderId, state, revision, soldTo, billTo, issueDate, currency, charges } = invoice.shape;
const { taxes, totals, receiptOfTax, taxProblem, taxDifference, contentSha256, position, updatedAt } = invoice.shape;

export const creditMemo = z
  .object({
    creditMemoId: z.string(),
    ...{ bu, number, kind: z.string() },
    invoiceId: z.string().meta({ description: 'The invoice that it credits.' }),
    orderId,
    state,
    revision,
    cause: z.string(),
    reason: z.string(),
    ...{ soldTo, billTo, issueDate, currency },
    lines: z
      .array(invoice.shape.lines.element.omit({ unitPrice: true, cost: true }))
      .meta({ description: 'Amounts and quantities that are given back; "0" of `qty`: the goods stay.' }),
    ...{ charges, taxes, totals, receiptOfTax, taxProblem, taxDifference, contentSha256, position, updatedAt },
  })
  .meta({ id: 'CreditMemo' });

export const creditMemoList = listOf(creditMemo);

export const creditMemoQuery = z.strictObject({
  bu: code.exactOptional(),
  invoiceId: anyId.exactOptional(),
  orderId: ulid.exactOptional(),
  soldTo: code.exactOptional(),
  state: z.enum(invoiceStatuses).exactOptional(),
  number: z.string().min(1).max(50).exactOptional(),
  ...paging,
});

export const creditMemoAnswer = z
  .object({ creditMemoId: z.string(), invoiceId: z.string(), receipt })
  .meta({ id: 'CreditMemoDrafted' });
