import { z } from 'zod';
import { dispositions } from '../../domain/returns/events.ts';
import { returnStatuses } from '../../domain/returns/state.ts';
import { returnReasons } from '../../domain/shipment/events.ts';
import { listOf, receipt } from './answers.ts';
import {
  code,
  day,
  instant,
  money,
  paging,
  positiveQty,
  qty,
  reference,
  shortText,
  signedMoney,
  ulid,
} from './fields.ts';

const linesMax = 2_000;
const lineOf = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'A line is named as the shipment names it.')
  .meta({ examples: ['10'] });
const entered = { qty: positiveQty, uom: code.exactOptional() };

export const returnBody = z
  .strictObject({
    orderId: ulid,
    shipmentId: ulid,
    lines: z
      .array(z.strictObject({ shipmentLineId: lineOf, ...entered, reason: z.enum(returnReasons) }))
      .min(1)
      .max(linesMax),
  })
  .meta({ id: 'ReturnRequest', description: 'Goods of one shipment that the customer wants to send back.' });

export const returnReceiptBody = z
  .strictObject({
    receiptId: reference,
    receivedAt: instant,
    lines: z
      .array(z.strictObject({ shipmentLineId: lineOf, ...entered }))
      .max(linesMax)
      .default([]),
    others: z
      .array(z.strictObject({ item: code, ...entered }))
      .max(linesMax)
      .default([])
      .meta({ description: 'Items that the return does not have.' }),
  })
  .meta({ id: 'ReturnReceipt', description: 'A fact: what nobody expected is recorded too.' });

export const inspectionBody = z
  .strictObject({
    inspectionId: reference,
    inspectedAt: instant,
    lines: z
      .array(
        z.strictObject({
          shipmentLineId: lineOf,
          ...entered,
          disposition: z.enum(dispositions),
          from: z.literal('QUARANTINE').exactOptional(),
        }),
      )
      .min(1)
      .max(linesMax),
  })
  .meta({
    id: 'ReturnInspection',
    description: '`from`: the later decision about goods in quarantine, RESTOCK or SCRAP.',
  });

export const returnClosureBody = z.strictObject({ reason: shortText }).meta({ id: 'ReturnClosure' });

export const returnAnswer = z.object({ rmaId: z.string(), receipt }).meta({ id: 'ReturnRecorded' });

const ourCost = { description: 'Our cost; null for callers who may not see it.' };

const inspection = z.object({
  inspectionId: z.string(),
  inspectedAt: z.string(),
  inspectedBy: z.string(),
  disposition: z.enum(dispositions),
  from: z.literal('QUARANTINE').nullable(),
  qty,
  unitCost: z.string().nullable().meta(ourCost),
  cost: signedMoney.nullable().meta(ourCost),
});

export const returned = z
  .object({
    rmaId: z.string(),
    bu: z.string(),
    orderId: z.string(),
    shipmentId: z.string(),
    node: z.string(),
    soldTo: z.string(),
    currency: z.string(),
    state: z.enum(returnStatuses),
    authorisedAt: z.string(),
    authorisedBy: z.string(),
    expiresOn: z.string(),
    unexpected: z.array(
      z.object({
        receiptId: z.string(),
        receivedAt: z.string(),
        shipmentLineId: z.string().nullable(),
        item: z.string(),
        qty,
      }),
    ),
    creditMemos: z
      .array(
        z.object({
          creditMemoId: z.string(),
          invoiceId: z.string(),
          number: z.string(),
          issueDate: day,
          total: money.meta({ description: 'Given back with it, tax included and the fee taken off.' }),
          restockingFee: money,
        }),
      )
      .meta({ description: 'What was given back for it, invoice by invoice and inspection by inspection.' }),
    endedAt: z.string().nullable(),
    endedBy: z.string().nullable(),
    closingReason: z.string().nullable(),
    lines: z.array(
      z.object({
        shipmentLineId: z.string(),
        lineId: z.string(),
        item: z.string(),
        reason: z.string(),
        qty,
        received: qty,
        kept: qty,
        inspected: qty,
        quarantined: qty,
        credited: qty.meta({ description: 'Of `inspected`, what was given back to the customer.' }),
        restockingPct: z
          .string()
          .nullable()
          .meta({ description: 'Percent of its net price that is kept for the work; null: nothing.' }),
        inspections: z.array(inspection),
      }),
    ),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Return' });

export const returnList = listOf(returned);

export const returnQuery = z.strictObject({
  bu: code.exactOptional(),
  orderId: ulid.exactOptional(),
  soldTo: code.exactOptional(),
  state: z.enum(returnStatuses).exactOptional(),
  ...paging,
});
