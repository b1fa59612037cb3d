import { z } from 'zod';
import { explanation, listOf, named } from '../http/wire.ts';

/**
 * The wire of a warehouse system, in the meaning of the X12 warehouse sets but as JSON.
 *
 * - `PUT  /api/v1/shipping-orders/{releaseId}` (940 new) → 201, the same again 200. 409 `ShippingOrderDiffers` for other content.
 * - `GET  /api/v1/shipping-orders/{releaseId}` → what it holds, 404 `ShippingOrderNotFound`.
 * - `POST /api/v1/shipping-orders/{releaseId}/cancellations` (940 cancel) → per line what will certainly not ship; the same
 *   `changeId` is answered again without effect.
 * - `GET  /api/v1/messages?after=&waitMs=` → pick confirmations, shipping advices (945: ordered, shipped, difference) and
 *   shortage notices after a cursor, oldest first, waiting up to `waitMs` for one. May repeat and reorder. 410 `CursorTooOld`.
 * - `POST /api/v1/shipping-orders/{releaseId}/retransmissions` → puts all messages of a release into the feed again, under their ids.
 * - `PUT  /api/v1/inventory-reports/{reportId}` (846) → counts what a depositor has there at one instant, and says up to which
 *   message of the feed that includes; the same again is answered without another count.
 * - `GET  /api/v1/inventory-reports/{reportId}/lines?after=` → what was counted, page by page. Positions with nothing may be left out.
 * - Bearer token. Errors: `{ error: { code, message } }`.
 *
 * `lineReference` is our line id; a component of a kit is a line of its own, `<line id>/<item>`.
 * Quantities are integer text in the item's base unit, amounts decimal text in major units, instants RFC 3339.
 */
const code = named(200).min(1);
const quantity = z.string().regex(/^(0|[1-9]\d{0,17})$/);
const difference = z.string().regex(/^(0|-?[1-9]\d{0,17})$/);
const lines = <T extends z.ZodRawShape>(shape: T, lengthMin = 1) =>
  listOf(z.looseObject({ lineReference: code, ...shape }), 2_000, lengthMin);

export const shippingOrder = z.strictObject({
  releaseId: code,
  shipmentReference: code,
  orderReference: code,
  depositorCode: code,
  warehouseCode: code,
  shipTo: z.strictObject({ locationCode: code, region: z.string().max(100).optional() }),
  lines: z
    .array(
      z.strictObject({ lineReference: code, itemNumber: code, quantityOrdered: quantity, reservationReference: code }),
    )
    .min(1)
    .max(2_000),
});
export type ShippingOrder = z.infer<typeof shippingOrder>;

export const shippingOrderAnswer = z.looseObject({
  releaseId: code,
  warehouseReference: code,
  status: z.enum(['ACCEPTED', 'PICKED', 'SHIPPED', 'CANCELLED']),
  order: shippingOrder,
});

export const cancellation = z.strictObject({
  changeId: code,
  lines: z
    .array(z.strictObject({ lineReference: code, quantity }))
    .min(1)
    .max(2_000),
});
export type Cancellation = z.infer<typeof cancellation>;

export const cancellationAnswer = z.looseObject({ changeId: code, lines: lines({ quantityStopped: quantity }, 0) });
export type CancellationAnswer = z.infer<typeof cancellationAnswer>;

export const retransmission = z.strictObject({ requestId: code });
export const retransmissionAnswer = z.looseObject({ requestId: code, messages: z.int().min(0) });

export const inventoryReport = z.strictObject({ depositorCode: code });
export const inventoryReportAnswer = z.looseObject({
  reportId: code,
  takenAt: z.iso.datetime({ offset: true }),
  messagesThrough: quantity,
});
/** A count may be below nothing, until somebody there has put it right. */
const onHand = difference;
export const inventoryReportLines = z.looseObject({
  lines: listOf(z.looseObject({ warehouseCode: code, itemNumber: code, quantityOnHand: onHand }), 1_000),
  next: named(200).min(1).nullable(),
});
export type InventoryLine = z.infer<typeof inventoryReportLines>['lines'][number];

const common = { messageId: code, shipmentReference: code, releaseId: code };

const pickConfirmation = z.looseObject({
  messageType: z.literal('PICK_CONFIRMATION'),
  ...common,
  pickNumber: code,
  pickedAt: z.iso.datetime({ offset: true }),
  lines: lines({ quantityPicked: quantity }),
});

const shippingAdvice = z.looseObject({
  messageType: z.literal('SHIPPING_ADVICE'),
  ...common,
  shipmentNumber: code,
  shippedAt: z.iso.datetime({ offset: true }),
  carrierCode: named(100).optional(),
  trackingNumbers: listOf(named(200), 1_000),
  freightCharge: z
    .looseObject({ amount: z.string().regex(/^\d{1,20}(\.\d{1,6})?$/), currencyCode: z.string().regex(/^[A-Z]{3}$/) })
    .optional(),
  lines: lines({
    quantityOrdered: quantity,
    quantityShipped: quantity,
    /** Shipped less ordered. */
    quantityDifference: difference,
    lotNumbers: listOf(named(100), 10_000),
    serialNumbers: listOf(named(100), 10_000),
  }),
});

const shortageNotice = z.looseObject({
  messageType: z.literal('SHORTAGE_NOTICE'),
  ...common,
  lines: lines({ quantityShort: quantity, reasonCode: code }),
});

export const warehouseMessage = z.discriminatedUnion('messageType', [pickConfirmation, shippingAdvice, shortageNotice]);
export type WireMessage = z.infer<typeof warehouseMessage>;

/** What can be read of a message that nobody understands. */
const sign = code.nullable().catch(null);
export const messageSigns = z
  .looseObject({ shipmentReference: sign, messageId: sign })
  .catch({ shipmentReference: null, messageId: null });

/** Contents are read one by one, so that a message that nobody understands does not hide the others. */
export const messageList = z.looseObject({
  messages: listOf(z.looseObject({ sequence: quantity, content: z.unknown() }), 1_000),
  next: quantity,
});
export type MessageList = z.infer<typeof messageList>;

export const errorAnswer = z.looseObject({ error: z.looseObject({ code, message: explanation }) });
