import { z } from 'zod';
import { refundCauses } from '../../domain/deposit/events.ts';
import { listOf, receipt } from './answers.ts';
import { code, currency, instant, paging, patterned, positiveMoney, reference, shortText, ulid } from './fields.ts';

export const depositId = patterned(
  /^[0-7][0-9A-HJKMNP-TV-Z]{25}-[1-9]\d{0,2}$/,
  'An id of a deposit is that of its order and a number.',
);

export const depositBody = z
  .strictObject({
    orderId: ulid,
    reference: reference.meta({ description: 'What the bank calls the payment: once for ever in a business unit.' }),
    amount: positiveMoney,
    currency: currency.meta({ description: 'That of the order.' }),
    receivedAt: instant,
  })
  .meta({ id: 'DepositRequest' });

export const depositRefundBody = z
  .strictObject({
    amount: positiveMoney.exactOptional().meta({ description: 'Absent: all that no invoice has.' }),
    reason: shortText,
  })
  .meta({ id: 'DepositRefundRequest' });

const amount = z.string();

export const deposit = z
  .object({
    depositId: z.string(),
    ...{ bu: z.string(), orderId: z.string(), soldTo: z.string(), currency: z.string(), reference: z.string() },
    state: z.enum(['HELD', 'CLEARED']).meta({ description: 'HELD while something of it is open.' }),
    ...{ amount, applied: amount, refunded: amount },
    open: amount.meta({ description: 'Amount less what was applied and refunded.' }),
    ...{ receivedAt: z.string(), receivedBy: z.string() },
    applications: z
      .array(z.object({ invoiceId: z.string(), number: z.string(), amount }))
      .meta({ description: 'What invoices hold of it.' }),
    refunds: z.array(
      z.object({
        ...{ amount, cause: z.enum(refundCauses), refundedOn: z.string(), refundedBy: z.string() },
        reason: z.string().nullable(),
      }),
    ),
    revision: z.int().meta({ description: 'Of all deposits of the order.' }),
    ...{ position: z.string(), updatedAt: z.string() },
  })
  .meta({ id: 'Deposit' });

export const depositList = listOf(deposit);

export const depositQuery = z.strictObject({
  bu: code.exactOptional(),
  orderId: ulid.exactOptional(),
  soldTo: code.exactOptional(),
  state: z.enum(['HELD', 'CLEARED']).exactOptional(),
  reference: reference.exactOptional(),
  ...paging,
});

export const depositAnswer = z
  .object({ depositId: z.string(), orderId: z.string(), receipt })
  .meta({ id: 'DepositRecorded' });
