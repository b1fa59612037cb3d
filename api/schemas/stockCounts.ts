import { z } from 'zod';
import { stockStatuses } from '../../domain/stock/events.ts';
import { receipt } from './answers.ts';
import { code, instant, qty, qtyOrZero, reference } from './fields.ts';

const linesMax = 2_000;
const status = z.enum(stockStatuses);

export const stockCountBody = z
  .strictObject({
    bu: code,
    node: code,
    countId: reference.meta({ description: 'A business key of the node for ever.' }),
    countedAt: instant.meta({ description: 'The instant that the count is true for; at most 7 days ago.' }),
    lines: z
      .array(
        z.strictObject({
          item: code,
          status: status.exactOptional().meta({ description: 'SELLABLE where it is not said.' }),
          counted: qtyOrZero,
          believed: qtyOrZero.exactOptional().meta({ description: "What the warehouse's own books had then." }),
          uom: code,
        }),
      )
      .min(1)
      .max(linesMax),
  })
  .meta({
    id: 'StockCount',
    description: 'A fact: all that was found of each item in one status, wherever it lies at the node.',
  });

export const stockCountAnswer = z
  .object({
    countId: z.string(),
    lines: z.array(
      z.object({
        item: z.string(),
        status,
        counted: qty,
        booked: qty.meta({ description: 'What the books had at `countedAt`.' }),
        believed: qty.nullable(),
        adjusted: qty.meta({ description: 'How much more the books have by this count; below zero: less.' }),
        superseded: z.boolean().meta({
          description: 'A count of the same or a later instant was recorded before, so nothing was adjusted.',
        }),
      }),
    ),
    receipt,
  })
  .meta({ id: 'StockCounted' });
