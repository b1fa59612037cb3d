import { z } from 'zod';
import { orderLinesMax } from '../../domain/order/commands.ts';
import { quantityMeanings } from '../../domain/order/quantityMeaning.ts';
import { receipt } from './answers.ts';
import { code, coded, lineId, positiveQty, price, qty, reference, shortText, signedMoney } from './fields.ts';
import { submittedLine, withoutRepeats } from './orders.ts';
import { promisedLine } from './stock.ts';

export const addLinesBody = z
  .strictObject({
    reason: shortText,
    lines: z.array(submittedLine).min(1).max(orderLinesMax).superRefine(withoutRepeats),
  })
  .meta({ id: 'AddOrderLines' });

export const changeLineBody = z
  .strictObject({
    reason: shortText,
    qty: positiveQty.meta({ description: 'What the line is to come to, what was cancelled left out.' }),
    uom: code,
  })
  .meta({ id: 'ChangeOrderLine' });

export const substituteLineBody = z
  .strictObject({
    reason: shortText,
    item: code.meta({ description: 'A substitute of the item of the line by master data, today.' }),
    newLineId: lineId.meta({ description: 'The line that it is delivered on.' }),
    qty: positiveQty.meta({
      description: 'How much of the line it takes the place of; its own quantity follows by the ratio.',
    }),
    uom: code.meta({ description: 'A unit of the item of the line.' }),
    consent: z
      .strictObject({ reference: reference.meta({ description: 'A mail, a call, a document.' }) })
      .exactOptional()
      .meta({ description: 'Where the customer consents; needed where the order says `allowSubstitute: false`.' }),
  })
  .meta({ id: 'SubstituteOrderLine' });

export const cancelLineBody = z
  .strictObject({ reason: shortText, qty: positiveQty.exactOptional() })
  .meta({ id: 'CancelOrderLine', description: 'Without a quantity: everything that is still open of the line.' });

export const repriceBody = z
  .strictObject({ unitPrice: price, reason: shortText })
  .meta({ id: 'OverridePrice', description: 'The whole price of one base unit.' });

export const repriceAnswer = z
  .object({ lineId: z.string(), unitPrice: z.string(), receipt })
  .meta({ id: 'PriceOverridden' });

/** As many as an availability check may ask for. */
const previewLinesMax = 500;

const changedLine = z.strictObject({ lineId, qty: positiveQty, uom: code });

export const changePreviewBody = z
  .strictObject({
    lines: z.array(submittedLine).min(1).max(previewLinesMax).superRefine(withoutRepeats).exactOptional(),
    changes: z.array(changedLine).min(1).max(previewLinesMax).superRefine(withoutRepeats).exactOptional(),
  })
  .superRefine(({ lines, changes }, context) => {
    if (lines !== undefined || changes !== undefined) return;
    context.addIssue({ code: 'custom', path: ['lines'], message: coded('REQUIRED', 'Name lines or changes.') });
  })
  .meta({ id: 'OrderChangePreview', description: 'Lines to be added, and what lines are to come to.' });

/** What an 860 asks for. */
export const askedChangesBody = z.strictObject({
  customerPo: reference,
  cancelAll: z.boolean(),
  lines: z.array(submittedLine).max(orderLinesMax).superRefine(withoutRepeats),
  changes: z
    .array(changedLine.extend({ meaning: z.enum(quantityMeanings) }))
    .max(orderLinesMax)
    .superRefine(withoutRepeats),
  cancellations: z.array(z.strictObject({ lineId })).max(orderLinesMax).superRefine(withoutRepeats),
});

export const changePreview = z
  .object({
    orderId: z.string(),
    currency: z.string(),
    net: z
      .object({ before: signedMoney, after: signedMoney })
      .meta({ description: 'Of the order with its charges, without tax, when all that is to be stopped was stopped.' }),
    credit: z
      .object({ required: signedMoney, outcome: z.enum(['NOT_NEEDED', 'GRANTED', 'HELD']) })
      .meta({ description: 'HELD: over the limit, or behind what waits already; the rest of the order goes on.' }),
    lines: z.array(
      z.object({
        lineId: z.string(),
        item: z.string(),
        uom: z.string(),
        unitPrice: z.string(),
        before: qty,
        after: qty,
        net: z.object({ before: signedMoney, after: signedMoney }),
        stoppedAtOnce: qty,
        toBeAsked: qty.meta({ description: 'A warehouse or a supplier has to agree to it, and may refuse.' }),
        promise: promisedLine.nullable().meta({ description: 'Of what is added; null: nothing is.' }),
      }),
    ),
  })
  .meta({ id: 'OrderChangePreviewed' });
