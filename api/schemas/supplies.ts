import { z } from 'zod';
import { stockStatuses } from '../../domain/stock/events.ts';
import { listOf, receipt } from './answers.ts';
import { code, coded, day, instant, paging, positiveQty, price, qty, reference, shortText } from './fields.ts';

const place = { bu: code, node: code, item: code };

const supplyStatus = z.enum(['OPEN', 'RECEIVED', 'CANCELLED']);

export const supplyParams = z.strictObject({ supplyId: reference });

type Rescheduled = {
  readonly qty?: string | undefined;
  readonly uom?: string | undefined;
  readonly availableDate?: string | undefined;
};

const somethingNew = ({ qty: total, uom, availableDate }: Rescheduled, context: z.RefinementCtx): void => {
  const missing = (field: string, detail: string) =>
    context.addIssue({ code: 'custom', path: [field], message: coded('REQUIRED', detail) });
  if (total === undefined && availableDate === undefined)
    missing('availableDate', 'Say a new date, a new qty or both.');
  if (total !== undefined && uom === undefined) missing('uom', 'A quantity has a unit.');
};

export const rescheduleBody = z
  .strictObject({
    ...place,
    qty: positiveQty
      .exactOptional()
      .meta({ description: 'The new total of the supply, what is here already counted in.' }),
    uom: code.exactOptional(),
    availableDate: day.exactOptional(),
  })
  .superRefine(somethingNew)
  .meta({ id: 'SupplyReschedule', description: 'What is not given stays as it was announced.' });

export const supplyReceiptBody = z
  .strictObject({
    ...place,
    reference: reference.meta({ description: 'A business key for ever, one with those of stock movements.' }),
    qty: positiveQty,
    uom: code,
    unitCost: price.exactOptional(),
    status: z.enum(stockStatuses).exactOptional().meta({ description: 'SELLABLE where it is not said.' }),
    lots: z.array(z.string().normalize('NFC').trim().min(1).max(60)).max(1_000).exactOptional(),
    receivedAt: instant.exactOptional().meta({ description: 'When the goods came in; now where it is not said.' }),
  })
  .meta({
    id: 'SupplyReceipt',
    description: 'A fact: a part of the supply, the rest of it, or more than was announced.',
  });

export const supplyCancellationBody = z
  .strictObject({ ...place, reason: shortText })
  .meta({ id: 'SupplyCancellation', description: 'What is still to come of the supply does not.' });

/** Base units. */
export const supplyAnswer = z
  .object({
    supplyId: z.string(),
    expected: qty.meta({ description: 'Announced in all; "0" when it was cancelled, or is not announced yet.' }),
    received: qty,
    open: qty.meta({ description: 'Still to come.' }),
    excess: qty.meta({ description: 'What came beyond all that was announced.' }),
    availableDate: z.string().nullable(),
    receipt,
  })
  .meta({ id: 'Supply' });

const supplyLine = z
  .object({
    bu: z.string(),
    supplyId: z.string(),
    node: z.string(),
    item: z.string(),
    type: z.enum(['PO', 'TRANSFER', 'ASN']),
    status: supplyStatus.meta({
      description:
        'OPEN: something is still to come. RECEIVED: all that was announced is here, or nothing was announced.',
    }),
    expected: qty.meta({ description: 'Announced in all; "0" when it was cancelled, or is not announced yet.' }),
    received: qty,
    open: qty.meta({ description: 'Still to come.' }),
    excess: qty.meta({ description: 'What came beyond all that was announced.' }),
    cancelled: qty.nullable().meta({
      description: 'What was still to come when it was cancelled. Null: that was before it was kept.',
    }),
    availableDate: z.string().nullable().meta({ description: 'Null: nothing is announced.' }),
    slips: z.int().nonnegative().meta({ description: 'How often it was given a later date.' }),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'SupplyLine', description: 'What comes of one item to one node. Quantities in base units.' });

export const supplyList = listOf(supplyLine);

export const supplyQuery = z.strictObject({
  bu: code.exactOptional(),
  node: code.exactOptional(),
  item: code.exactOptional(),
  status: supplyStatus.exactOptional(),
  ...paging,
});

/** A supply brings several items, and may bring them to several nodes. */
export const wholeSupply = supplyList.extend({ supplyId: z.string() });

export const wholeSupplyQuery = z.strictObject(paging);
