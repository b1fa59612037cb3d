import { z } from 'zod';
import { orderLinesMax } from '../../domain/order/commands.ts';
import { code, positiveQty, shortText } from './fields.ts';
import { submittedLine, withoutRepeats } from './orders.ts';

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

export const cancelLineBody = z
  .strictObject({ reason: shortText, qty: positiveQty.exactOptional() })
  .meta({ id: 'CancelOrderLine', description: 'Without a quantity: everything that is still open of the line.' });
