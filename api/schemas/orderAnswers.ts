import { z } from 'zod';
import { fraudStatuses } from '../../domain/order/fraudCheck.ts';
import { freshness, listOf, receipt } from './answers.ts';
import { qty, signedMoney } from './fields.ts';
import { orderStatus } from './orders.ts';

export const lineStatus = z.enum([
  'REJECTED',
  'CANCELLED',
  'CLOSED',
  'ON_HOLD',
  'INVOICED',
  'PARTIALLY_INVOICED',
  'SHIPPED',
  'PARTIALLY_SHIPPED',
  'PICKED',
  'RELEASED',
  'RESERVED',
  'PARTIALLY_RESERVED',
  'DROPSHIP_ORDERED',
  'BACKORDERED',
  'SOURCING',
  'PENDING',
]);

const buckets = {
  ordered: qty,
  unsourced: qty,
  backordered: qty,
  reserved: qty,
  allocated: qty,
  picked: qty,
  dropship: qty,
  shipped: qty,
  overshipped: qty,
  cancelled: qty,
  invoiced: qty,
  gifted: qty,
  returned: qty,
  credited: qty,
};

const orderLine = z
  .object({
    lineId: z.string(),
    originLineId: z
      .string()
      .nullable()
      .meta({ description: 'The line in the place of part of which it is delivered; null: of none.' }),
    item: z.string(),
    uom: z.string(),
    status: lineStatus,
    promisedDate: z.string().nullable(),
    unitPrice: z.string().nullable(),
    ...buckets,
    entered: z.object({ qty: z.string(), uom: z.string() }).exactOptional(),
    gross: signedMoney.nullable().exactOptional(),
    discount: signedMoney.nullable().exactOptional(),
    net: signedMoney.nullable().exactOptional(),
    cancelPending: qty.exactOptional(),
    returnOpen: z.boolean().exactOptional(),
    disputed: z.boolean().exactOptional(),
    overshipmentOpen: z.boolean().exactOptional(),
    lossOpen: z.boolean().exactOptional(),
  })
  .meta({
    id: 'OrderLine',
    description:
      'ordered = unsourced + backordered + reserved + allocated + dropship + (shipped − overshipped) + cancelled, in every answer.',
  });

const hold = z.object({
  holdId: z.string(),
  type: z.string(),
  note: z.string(),
  lineId: z.string().nullable(),
  scope: z
    .enum(['ORDER', 'LINE', 'CHANGES'])
    .meta({ description: 'CHANGES: only what was added after the acceptance waits, and the order goes on.' }),
  heldAt: z.string().exactOptional(),
  releasedAt: z.string().nullable().exactOptional(),
});

const release = z.object({
  releaseId: z.string(),
  shipmentId: z.string(),
  node: z.string(),
  status: z.string(),
  warehouseReference: z.string().nullable(),
  refusalCode: z.string().nullable(),
  lines: z.array(
    z.object({ lineId: z.string(), item: z.string(), qty, shipped: qty, shorted: qty, stopped: qty }).meta({
      description: 'What was asked for, and what became of it.',
    }),
  ),
});

/** What the write side already knows at the moment of the answer. */
const captured = {
  orderId: z.string(),
  bu: z.string(),
  channel: z.string(),
  status: orderStatus,
  revision: z.int().nonnegative(),
  customerPo: z.string(),
  soldTo: z.string(),
  currency: z.string(),
  requestedDate: z.string(),
  totals: z.object({ gross: signedMoney, discount: signedMoney, charges: signedMoney, net: signedMoney }),
  holds: z.array(hold),
  fraudCheck: z.enum(fraudStatuses).exactOptional().meta({
    description:
      'How far the fraud check is; absent: the order is not checked. UNANSWERED: it is held or went on without an answer. RELEASED: a person decided.',
  }),
  erpNumber: z.string().nullable(),
  lines: z.array(orderLine),
  releases: z.array(release),
};

export const order = z
  .object({
    ...captured,
    billTo: z.string(),
    shipTo: z.object({ id: z.string(), region: z.string().exactOptional() }),
    promisedDate: z.string().nullable(),
    submittedAt: z.string(),
    acceptedAt: z.string().nullable(),
    closedAt: z.string().nullable(),
    shipComplete: z.boolean(),
    allowSplit: z.boolean(),
    allowSubstitute: z.boolean(),
    charges: z.array(z.object({ code: z.string(), amount: signedMoney })),
    erpRefusal: z.object({ code: z.string(), detail: z.string() }).nullable(),
    flags: z.object({
      erpPending: z.boolean(),
      overshipped: z
        .boolean()
        .meta({ description: 'More left than was ordered, and nobody has decided about all of it.' }),
      cancelPending: z.boolean(),
      returnOpen: z.boolean().meta({ description: 'Goods are in a return that is not over.' }),
      disputed: z.boolean().meta({
        description: 'The customer does not agree to an invoice, or to lines of it, and that is not resolved.',
      }),
      lossOpen: z.boolean().meta({
        description: 'Goods are lost or damaged on their way, and nobody has decided what becomes of them.',
      }),
      unbilled: z.boolean().meta({ description: 'Goods left that no standing invoice bills.' }),
    }),
    lineCount: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Order' });

/** The answer to a command, as of the receipt's own position; an order that was there before is told as it is by now. */
export const capturedOrder = z.object({ ...captured, ...freshness, receipt }).meta({
  id: 'CapturedOrder',
  description:
    'A new order is told before sourcing, an earlier one as it is by now. What only the read model knows is not told: promised dates, picks and releases.',
});
export const orderList = listOf(order);

export const timeline = listOf(
  z
    .object({
      position: z.string(),
      at: z.string(),
      recordedAt: z.string(),
      eventId: z.string(),
      type: z.string(),
      text: z.string(),
      actor: z.string(),
      document: z.string(),
    })
    .meta({ id: 'TimelineEntry', description: 'One event as a sentence.' }),
);

export const changeAnswer = z.object({ changeId: z.string(), receipt }).meta({ id: 'ChangeAccepted' });

export const change = z
  .object({
    changeId: z.string(),
    orderId: z.string(),
    state: z.enum(['PENDING', 'DONE', 'PARTIAL', 'REFUSED']),
    reason: z.string(),
    requestedAt: z.string(),
    lines: z.array(
      z.object({
        lineId: z.string(),
        requested: qty,
        cancelled: qty,
        added: qty.exactOptional().meta({ description: 'What the line has more of; absent on cancellations.' }),
        refused: qty,
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'OrderChange', description: 'requested = cancelled + added + refused once it is not PENDING any more.' });

export const fraudCheck = z
  .object({
    orderId: z.string(),
    status: z.enum(fraudStatuses),
    requestedAt: z.string(),
    answerBy: z.string(),
    whenUnanswered: z.enum(['HOLD', 'ACCEPT']),
    unanswered: z
      .string()
      .nullable()
      .meta({ description: 'Why there was no answer in time; it stays when one comes.' }),
    answer: z
      .object({
        engine: z.string(),
        decision: z.enum(['CLEAR', 'REVIEW', 'REJECT']),
        reference: z.string().meta({ description: 'Under which the engine can be asked about its decision.' }),
        score: z.string().nullable().meta({ description: 'In the measure of the engine; null: it gave none.' }),
        decidedAt: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'FraudCheck' });

export const promise = z
  .object({
    orderId: z.string(),
    requestedDate: z.string(),
    promisedDate: z.string().nullable(),
    lines: z.array(
      z.object({
        lineId: z.string(),
        item: z.string(),
        promisedDate: z.string().nullable(),
        picks: z.array(
          z.object({
            node: z.string(),
            qty,
            shipDate: z.string(),
            state: z.enum(['OPEN', 'SHIPPED']),
            dropShip: z.object({ unitCost: z.string(), marginPct: z.string() }).optional().meta({
              description: 'A supplier sends them, at this margin; absent for callers who may not see our cost.',
            }),
          }),
        ),
        waiting: z.array(
          z.object({
            node: z.string(),
            qty,
            expectedDate: z.string().nullable(),
            shipDate: z.string().nullable(),
            leadTimeDays: z.int().nullable(),
          }),
        ),
        shortage: qty.meta({ description: 'Still to be shipped and not reserved anywhere.' }),
        undated: qty.meta({ description: 'Still to be shipped and without a date.' }),
        policyVersion: z.int().nullable(),
        explanation: z.array(z.string()).meta({ description: 'What holds now.' }),
        decisions: z
          .array(z.object({ decidedAt: z.string(), policyVersion: z.int(), explanation: z.array(z.string()) }))
          .meta({ description: 'The latest sourcing decisions, oldest first.' }),
      }),
    ),
  })
  .meta({
    id: 'OrderPromise',
    description:
      'Why each line has the date it has: the latest ship date of everything that has one, null only when nothing has.',
  });
