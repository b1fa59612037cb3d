import { z } from 'zod';
import { orderLinesMax } from '../../domain/order/commands.ts';
import { paymentMethods } from '../../domain/order/fraudPolicy.ts';
import {
  code,
  coded,
  currency,
  day,
  lineId,
  money,
  paging,
  positiveQty,
  price,
  reference,
  shortText,
  ulid,
} from './fields.ts';

/** An order out of more carts and quotes than that is two orders. */
const reservationsMax = 20;

export const submittedLine = z.strictObject({
  lineId,
  item: code,
  qty: positiveQty,
  uom: code,
  requestedPrice: price.exactOptional(),
});

export const withoutRepeats = (lines: readonly { readonly lineId: string }[], context: z.RefinementCtx): void => {
  const seen = new Set<string>();
  lines.forEach((line, index) => {
    if (seen.has(line.lineId)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'lineId'],
        message: coded('DUPLICATE_LINE', 'Another line has this id.'),
      });
    }
    seen.add(line.lineId);
  });
};

export const submitOrderBody = z
  .strictObject({
    bu: code,
    channel: code,
    customerPo: reference,
    soldTo: code,
    billTo: code.exactOptional(),
    shipTo: z.strictObject({ id: code }),
    currency,
    requestedDate: day,
    shipComplete: z.boolean().default(false),
    allowSplit: z.boolean().default(true),
    allowSubstitute: z.boolean().default(false),
    incoterm: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .exactOptional(),
    charges: z
      .array(z.strictObject({ code, amount: money }))
      .max(20)
      .default([]),
    payment: z
      .strictObject({
        method: z.enum(paymentMethods),
        checkoutId: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,64}$/)
          .exactOptional(),
      })
      .exactOptional()
      .meta({
        description:
          'Absent: on account. `checkoutId` is what the fraud engine knows the checkout as; it is handed on to it, and must not be made of a name or a card number.',
      }),
    reservationIds: z
      .array(ulid)
      .min(1)
      .max(reservationsMax)
      .refine((ids) => new Set(ids).size === ids.length, { error: coded('DUPLICATE', 'A reservation is named once.') })
      .exactOptional()
      .meta({
        description:
          'Reservations of the same customer. Each line takes over, in the order of the lines, what was set aside of its item, in the append in which the reservation gives it up; what no line wants is freed. What has expired or went to another order is sourced like any other goods, and the promise says so. An order that is held keeps nothing: its reservations expire as they would.',
      }),
    lines: z.array(submittedLine).min(1).max(orderLinesMax).superRefine(withoutRepeats),
  })
  .meta({ id: 'SubmitOrder' });

export const orderStatus = z.enum([
  'PENDING',
  'ON_HOLD',
  'OPEN',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'COMPLETED',
  'CANCELLED',
  'REJECTED',
]);

export const orderQuery = z.strictObject({
  bu: code.exactOptional(),
  soldTo: code.exactOptional(),
  status: orderStatus.exactOptional(),
  customerPo: reference.exactOptional(),
  item: code.exactOptional(),
  ...paging,
});

export const pageQuery = z.strictObject({
  ...paging,
});

export const cancellationBody = z
  .strictObject({
    reason: shortText,
    lines: z
      .array(z.strictObject({ lineId, qty: positiveQty }))
      .min(1)
      .max(orderLinesMax)
      .superRefine(withoutRepeats)
      .exactOptional(),
  })
  .meta({ id: 'CancelOrder', description: 'Without lines: everything that is still open.' });

export const holdReleaseBody = z
  .strictObject({ holdId: z.string().min(1).max(100), reason: shortText })
  .meta({ id: 'ReleaseHold' });
