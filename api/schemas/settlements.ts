import { z } from 'zod';
import { disputeCauses, disputeOutcomes, writeOffCauses } from '../../domain/invoice/settlementEvents.ts';
import { listOf, receipt } from './answers.ts';
import {
  anyId,
  code,
  currency,
  day,
  inOrder,
  instant,
  movedMoney,
  paging,
  positiveMoney,
  reference,
  shortText,
  signedMoney,
} from './fields.ts';

export const paymentBody = z
  .strictObject({
    invoiceId: anyId,
    reference: reference.meta({ description: 'What the bank calls the payment: once for ever for an invoice.' }),
    amount: movedMoney.meta({
      description:
        'Minor units of `currency`. Below zero: so much of what was paid came back, because the bank returned it or it was recorded by mistake.',
    }),
    currency: currency.meta({ description: 'That of the invoice.' }),
    paidAt: instant,
  })
  .meta({ id: 'PaymentRequest' });

export const writeOffBody = z
  .strictObject({
    invoiceId: anyId,
    amount: positiveMoney
      .exactOptional()
      .meta({ description: 'Minor units of its currency. Absent: all that is open.' }),
    cause: z.enum(writeOffCauses).meta({ description: 'Also the role of the account that it is posted to.' }),
    reason: shortText,
  })
  .meta({ id: 'WriteOffRequest' });

export const disputeBody = z
  .strictObject({
    cause: z.enum(disputeCauses),
    reason: shortText,
    invoiceLineIds: z
      .array(z.string().min(1).max(20))
      .min(1)
      .max(2_000)
      .exactOptional()
      .meta({ description: 'Absent: all of the invoice.' }),
  })
  .meta({ id: 'DisputeRequest' });

export const resolutionBody = z
  .strictObject({
    outcome: z.enum(disputeOutcomes).meta({
      description: 'ACCEPTED: the customer is right; what follows, a credit memo or a void, is asked for by itself.',
    }),
    reason: shortText,
  })
  .meta({ id: 'DisputeResolution' });

const of = { invoiceId: z.string(), receipt };

export const paymentAnswer = z.object({ paymentId: z.string(), ...of }).meta({ id: 'PaymentRecorded' });
export const writeOffAnswer = z
  .object({ writeOffId: z.string(), amount: positiveMoney, ...of })
  .meta({ id: 'InvoiceWrittenOff' });
export const disputeAnswer = z.object({ disputeId: z.string(), ...of }).meta({ id: 'DisputeRecorded' });

export const payment = z
  .object({
    ...{ paymentId: z.string(), bu: z.string(), invoiceId: z.string(), invoiceNumber: z.string() },
    ...{ orderId: z.string(), soldTo: z.string(), currency: z.string() },
    amount: signedMoney.meta({ description: 'Below zero: so much of what was paid came back.' }),
    reference: z.string().meta({ description: 'What the bank calls it.' }),
    paidAt: z.string(),
    paidOn: z.string().meta({ description: 'The day of it where the business unit is, on which the books have it.' }),
    ...{ recordedBy: z.string(), position: z.string(), updatedAt: z.string() },
  })
  .meta({ id: 'Payment' });

export const paymentList = listOf(payment);

const paidOn = 'By the day of the business unit.';

export const paymentQuery = z
  .strictObject({
    bu: code.exactOptional(),
    soldTo: code.exactOptional(),
    invoiceId: anyId.exactOptional(),
    reference: reference.exactOptional(),
    from: day.exactOptional().meta({ description: `Paid on this day or later. ${paidOn}` }),
    to: day.exactOptional().meta({ description: `Paid on this day or earlier. ${paidOn}` }),
    ...paging,
  })
  .superRefine(inOrder('from', 'to'));
