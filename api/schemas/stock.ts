import { z } from 'zod';
import { priceRules } from '../../domain/masterData/substitutes.ts';
import { costCauses } from '../../domain/stock/costEvents.ts';
import { stockStatuses } from '../../domain/stock/events.ts';
import { listOf, receipt } from './answers.ts';
import {
  code,
  coded,
  currency,
  day,
  decimalOut,
  movedMoney,
  nonZeroQty,
  paging,
  positiveQty,
  price,
  qty,
  qtyOrZero,
  reference,
  shortText,
  signedMoney,
} from './fields.ts';

const status = z.enum(stockStatuses);
const statusOrScrapped = z.enum([...stockStatuses, 'SCRAPPED']);
const place = { bu: code, node: code, item: code };

const wholeMovement = (
  body: { readonly kind: string; readonly qty: string; readonly reason?: string | undefined },
  context: z.RefinementCtx,
): void => {
  if (body.kind === 'RECEIPT' && body.qty.startsWith('-')) {
    context.addIssue({
      code: 'custom',
      path: ['qty'],
      message: coded('QTY_NOT_POSITIVE', 'A receipt is above zero; what went is an adjustment.'),
    });
  }
};

export const stockMovementBody = z
  .strictObject({
    ...place,
    kind: z.enum(['RECEIPT', 'ADJUSTMENT']),
    qty: nonZeroQty,
    uom: code,
    unitCost: price.exactOptional(),
    reason: shortText.exactOptional().meta({
      description:
        'Of an adjustment: SCRAP, goods were thrown away, which is posted as scrap (T16); any other as a loss or a find (T15).',
    }),
    reference,
    takesBack: reference.exactOptional().meta({
      description:
        'Of goods that were scrapped and are there after all: the reference under which they were. They come back at exactly what they left with. Without it, what SCRAP finds comes in at the present cost.',
    }),
    supplyId: reference.exactOptional(),
    status: status.exactOptional(),
  })
  .superRefine(wholeMovement)
  .meta({ id: 'StockMovement', description: '`reference` is a business key for ever.' });

export const statusChangeBody = z
  .strictObject({
    ...place,
    ...{ qty: positiveQty, uom: code, from: statusOrScrapped, to: statusOrScrapped, reason: shortText, reference },
    takesBack: reference.exactOptional().meta({
      description: 'From SCRAPPED, and needed there: the reference under which the goods were scrapped.',
    }),
  })
  .meta({
    id: 'StockStatusChange',
    description:
      'To SCRAPPED goods leave the books, at the present cost; from SCRAPPED they come back, at what they left with. Their references are one with those of stock movements.',
  });

export const costCorrectionBody = z
  .strictObject({
    ...place,
    reference: reference.meta({
      description: 'What the supplier, or the ERP, calls the document: once for ever in a business unit.',
    }),
    amount: movedMoney.meta({
      description: 'By how much more the goods cost, in all, minor units of `currency`; below zero: so much less.',
    }),
    currency: currency.meta({ description: 'That of the business unit.' }),
    cause: z.enum(costCauses),
    about: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('RECEIPT'), reference }),
        z.strictObject({ kind: z.literal('SHIPMENT'), shipmentId: code }),
      ])
      .meta({ description: 'RECEIPT: what came in under that reference. SHIPMENT: what left with it.' }),
  })
  .meta({ id: 'CostCorrection' });

export const costCorrectionAnswer = z
  .object({
    amount: signedMoney,
    inStock: signedMoney.meta({ description: 'What of it belongs to goods that are still there.' }),
    variance: signedMoney.meta({ description: 'What of it belongs to goods that have left: posted as T21.' }),
    unitCost: decimalOut.nullable().meta({ description: 'What one base unit is worth from here on.' }),
    receipt,
  })
  .meta({ id: 'CostCorrected' });

export const supplyBody = z
  .strictObject({
    ...place,
    supplyId: reference,
    type: z.enum(['PO', 'TRANSFER', 'ASN']),
    qty: positiveQty,
    uom: code,
    availableDate: day,
  })
  .meta({ id: 'ExpectedSupply' });

/** `qty` in base units, as recorded. */
export const stockAnswer = z.object({ qty, receipt }).meta({ id: 'StockRecorded' });

export const positionQuery = z.strictObject({
  bu: code.exactOptional(),
  node: code.exactOptional(),
  item: code.exactOptional(),
  ...paging,
});

const position = z
  .object({
    bu: z.string(),
    node: z.string(),
    item: z.string(),
    onHand: qty,
    sellable: qty,
    unusable: qty,
    allocated: qty,
    picked: qty,
    reserved: qty,
    reservedOnHand: qty,
    reservedFuture: qty,
    safetyStock: qty,
    available: qty,
    inTransit: qty,
    onOrder: qty,
    backordered: qty,
    overcommitted: qty,
    unitCost: decimalOut.nullable(),
    currency: z.string().nullable(),
    value: signedMoney,
    stale: z.boolean(),
    feedAt: z.string().nullable(),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'InventoryPosition' });

export const positionList = listOf(position);

export const availabilityBody = z
  .strictObject({
    bu: code,
    channel: code,
    lines: z
      .array(z.strictObject({ item: code, qty: positiveQty, uom: code, requestedDate: day.exactOptional() }))
      .min(1)
      .max(500),
    shipTo: z.strictObject({ region: code }).exactOptional(),
  })
  .meta({ id: 'AvailabilityCheck' });

/** What can be promised of one line. */
export const promisedLine = z.object({
  item: z.string(),
  qty,
  fullQtyDate: z.string().nullable(),
  promises: z.array(z.object({ node: z.string(), qty, shipDate: z.string(), deliveryDate: z.string() })),
  availableNow: qty,
  explanation: z.array(z.string()),
});

const alternative = promisedLine
  .omit({ explanation: true })
  .extend({
    ratio: z.object({ num: z.string(), den: z.string() }),
    priceRule: z.enum(priceRules),
    forQty: qty.meta({ description: 'How much of the line it would be for: all, or the largest part that divides.' }),
  })
  .meta({ description: 'Another item that would do, by itself: nothing of it is in the promises of the line.' });

export const availability = z
  .object({
    lines: z.array(
      promisedLine.extend({
        nodes: z.array(
          z.object({
            node: z.string(),
            available: qty,
            stale: z.boolean(),
            buckets: z.array(z.object({ date: z.string(), supply: qty, demand: qty, projected: qty, atp: qty })),
          }),
        ),
        alternatives: z
          .array(alternative)
          .meta({ description: 'Of an item that is short: not all of it can be had now, or by the requested date.' }),
      }),
    ),
  })
  .meta({ id: 'Availability' });

export const safetyStockBody = z.strictObject({ qty: qtyOrZero }).meta({ id: 'SafetyStock' });
