import { z } from 'zod';
import { receipt } from './answers.ts';
import { anyId, currency, instant, movedMoney, reference } from './fields.ts';

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

export const paymentAnswer = z
  .object({ paymentId: z.string(), invoiceId: z.string(), receipt })
  .meta({ id: 'PaymentRecorded' });
