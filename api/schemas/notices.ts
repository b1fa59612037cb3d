import { z } from 'zod';
import { creditCauses } from '../../domain/invoice/creditEvents.ts';
import { carrierCodes } from '../../domain/shipment/events.ts';
import { toldCarton } from './cartons.ts';
import { decimalOut, qty, signedMoney } from './fields.ts';
import { lineStatus } from './orderAnswers.ts';
import { orderStatus } from './orders.ts';

const id = z.string();
const someDay = z.string().nullable().meta({ description: 'Null: nothing that is known covers it.' });

const line = z.object({
  ...{ lineId: id, item: id, uom: id },
  status: lineStatus,
  was: lineStatus.exactOptional().meta({ description: 'The status before, where this changed it.' }),
  ...{ ordered: qty, backordered: qty, shipped: qty, cancelled: qty, invoiced: qty },
});

/** What every notice says, whatever it tells. */
const head = {
  id: id.meta({ description: 'The same in every attempt: the key to drop repetitions by.' }),
  occurredAt: z.string(),
  position: id.meta({ description: 'Grows from one notice of an order to the next.' }),
  ...{ orderId: id, customerPo: id, bu: id, channel: id, soldTo: id },
  orderStatus,
  lines: z.array(line).meta({ description: 'The lines that it is about, as they stand after it.' }),
};

const goods = { item: id, qty, lots: z.array(id), serials: z.array(id) };
const shippedLines = z.array(
  z.object({
    ...{ lineId: id, shipmentLineId: id, ...goods },
    components: z.array(z.object(goods)).exactOptional().meta({ description: 'Of a kit: what left of it.' }),
  }),
);
const ofShipment = { shipmentId: id, node: id, lines: shippedLines };

const billed = { invoiceLineId: id, lineId: id, item: id, qty };
const amounts = { gross: signedMoney, discount: signedMoney, net: signedMoney, tax: signedMoney };
const charges = z.array(z.object({ code: id, amount: signedMoney, tax: signedMoney }));
const totals = z.object({
  ...{ gross: signedMoney, discount: signedMoney, charges: signedMoney, tax: signedMoney, total: signedMoney },
});

const invoice = z.object({
  ...{ invoiceId: id, number: id, issueDate: z.string(), dueDate: z.string(), currency: z.string(), totals, charges },
  lines: z.array(z.object({ ...billed, shipmentId: id, unitPrice: decimalOut, ...amounts })),
});

const creditMemo = z.object({
  ...{ creditMemoId: id, number: id, issueDate: z.string(), cause: z.enum(creditCauses) },
  ...{ invoiceId: id, invoiceNumber: id, currency: z.string(), totals, charges },
  lines: z.array(z.object({ ...billed, ...amounts })),
});

/** The body of a request to a webhook: one of these by its `type`. Receivers ignore what they do not know. */
export const notice = z
  .discriminatedUnion('type', [
    z.object({
      ...{ ...head, type: z.enum(['ORDER_ACCEPTED', 'ORDER_CANCELLED', 'ORDER_LINES_CHANGED']) },
      substitution: z.object({ lineId: id, qty, newLineId: id, newQty: qty }).exactOptional().meta({
        description:
          'Of ORDER_LINES_CHANGED: another item is delivered in the place of so much of a line, on a line of its own.',
      }),
    }),
    z.object({
      ...{ ...head, type: z.enum(['ORDER_HELD', 'ORDER_HOLD_RELEASED']) },
      hold: z.object({ holdId: id, type: z.string() }),
    }),
    z.object({
      ...{ ...head, type: z.literal('SHIPMENT_CONFIRMED') },
      shipment: z.object({
        ...{ ...ofShipment, confirmationId: id, shippedAt: z.string() },
        ...{ carrier: z.string().nullable(), tracking: z.array(id) },
        cartons: z.array(toldCarton).exactOptional().meta({ description: 'Absent: nobody said what lies in which.' }),
      }),
    }),
    z.object({ ...head, type: z.literal('SHIPMENT_VOIDED'), shipment: z.object(ofShipment) }),
    z.object({
      ...{ ...head, type: z.literal('SHIPMENT_TRACKED') },
      shipment: z.object({ shipmentId: id, code: z.enum(carrierCodes), at: z.string(), tracking: id.nullable() }),
    }),
    z.object({
      ...{ ...head, type: z.literal('SHIPMENT_DELIVERED') },
      shipment: z.object({
        ...{ shipmentId: id, deliveredAt: z.string() },
        lines: z.array(z.object({ lineId: id, shipmentLineId: id, item: id, qty })),
      }),
    }),
    z.object({ ...head, type: z.enum(['INVOICE_ISSUED', 'INVOICE_VOIDED']), invoice }),
    z.object({ ...head, type: z.literal('CREDIT_MEMO_ISSUED'), creditMemo }),
    z.object({
      ...{ ...head, type: z.literal('PROMISE_CHANGED') },
      promise: z
        .object({ node: id, qty, expectedDate: someDay, expectedBefore: someDay, shipDate: someDay })
        .meta({ description: 'Of what waits at a node: when it is expected now, and was before.' }),
    }),
    z.object({
      ...{ ...head, type: z.enum(['SHIPMENT_LOST', 'SHIPMENT_DAMAGED', 'SHIPMENT_FOUND']) },
      shipment: z.object({
        ...{ shipmentId: id, lossId: id, at: z.string() },
        lines: z.array(z.object({ lineId: id, shipmentLineId: id, item: id, qty })),
      }),
    }),
  ])
  .meta({ id: 'WebhookNotice' });
