import { z } from 'zod';
import { dropShipStatuses } from '../../domain/dropShip/state.ts';
import { listOf, receipt } from './answers.ts';
import {
  code,
  currency,
  day,
  instant,
  money,
  paging,
  positiveQty,
  qty,
  reference,
  signedMoney,
  ulid,
} from './fields.ts';

const linesMax = 2_000;
const lineOf = code.meta({ description: 'The order line.', examples: ['10'] });
const entered = { lineId: lineOf, qty: positiveQty, uom: code.exactOptional() };
const lines = <T extends z.ZodRawShape>(shape: T) => z.array(z.strictObject({ ...entered, ...shape })).max(linesMax);

export const acknowledgementBody = z
  .strictObject({
    acknowledgementId: reference,
    supplierReference: reference.exactOptional(),
    accepted: lines({ shipDate: day.exactOptional() }).default([]),
    refused: lines({ code }).default([]),
  })
  .meta({
    id: 'DropShipAcknowledgement',
    description: 'What the supplier will deliver and what it will not. What is refused goes back to sourcing.',
  });

export const shipNoticeBody = z
  .strictObject({
    supplierAsn: reference,
    shippedAt: instant,
    carrier: code.exactOptional(),
    tracking: z.array(reference).max(1_000).default([]),
    lines: lines({
      lots: z.array(reference).max(10_000).default([]),
      serials: z.array(reference).max(10_000).default([]),
    }).min(1),
  })
  .meta({ id: 'SupplierShipNotice', description: 'A fact: more than was ordered is recorded too.' });

export const supplierBillBody = z
  .strictObject({
    billId: reference,
    billDate: day,
    currency,
    lines: lines({ amount: money }).min(1),
  })
  .meta({ id: 'SupplierBill', description: 'For goods that have left and are on no other bill.' });

export const dropShipAnswer = z.object({ poId: z.string(), receipt }).meta({ id: 'DropShipRecorded' });

export const dropShip = z
  .object({
    poId: z.string(),
    bu: z.string(),
    orderId: z.string(),
    supplier: z.string(),
    shipmentId: z.string(),
    currency: z.string(),
    shipTo: z.object({ id: z.string(), region: z.string().optional() }),
    requestedDate: z.string(),
    state: z.enum(dropShipStatuses),
    placedAt: z.string(),
    supplierReference: z.string().nullable(),
    accrued: money.meta({ description: 'What left, at the cost of the purchase order.' }),
    matched: money.meta({ description: 'Part of it that bills have relieved.' }),
    billed: money,
    shipNotices: z.array(
      z.object({
        supplierAsn: z.string(),
        shippedAt: z.string(),
        carrier: z.string().nullable(),
        tracking: z.array(z.string()),
      }),
    ),
    bills: z.array(
      z.object({ billId: z.string(), billDate: z.string(), billed: money, accrued: money, variance: signedMoney }),
    ),
    lines: z.array(
      z.object({
        lineId: z.string(),
        item: z.string(),
        unitCost: z.string(),
        ordered: qty,
        acknowledged: qty,
        shipDate: z.string().nullable(),
        refused: qty,
        cancelled: qty,
        shipped: qty,
        overshipped: qty,
        open: qty,
        billed: qty,
      }),
    ),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'DropShipOrder' });

export const dropShipList = listOf(dropShip);

export const dropShipQuery = z.strictObject({
  bu: code.exactOptional(),
  orderId: ulid.exactOptional(),
  supplier: code.exactOptional(),
  state: z.enum(dropShipStatuses).exactOptional(),
  ...paging,
});
