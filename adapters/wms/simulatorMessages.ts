import type { WireMessage } from './schema.ts';
import { type FloorOrder, openLines, openOf } from './simulatorFloor.ts';

type Moved = { readonly lineReference: string; readonly quantity: string };

// Ids are counted per release, so that the same history always carries the same ids.
const common = (held: FloorOrder, messageId: string) => ({
  messageId,
  shipmentReference: held.order.shipmentReference,
  releaseId: held.order.releaseId,
});

export const pickConfirmationOf = (
  held: FloorOrder,
  pickedAt: string,
  moved: readonly Moved[] = openLines(held),
): WireMessage => {
  const pickNumber = `${held.order.releaseId}-P${held.picks + 1}`;
  return {
    messageType: 'PICK_CONFIRMATION',
    ...common(held, `${pickNumber}:pick`),
    pickNumber,
    pickedAt,
    lines: moved.map(({ lineReference, quantity }) => ({ lineReference, quantityPicked: quantity })),
  };
};

export type ShipmentDetails = {
  readonly shipmentNumber?: string | undefined;
  readonly carrierCode?: string | undefined;
  readonly trackingNumbers?: readonly string[] | undefined;
  readonly freightCharge?: { readonly amount: string; readonly currencyCode: string } | undefined;
};

export const shippingAdviceOf = (
  held: FloorOrder,
  shippedAt: string,
  moved: readonly Moved[] = openLines(held),
  details: ShipmentDetails = {},
): WireMessage => {
  const shipmentNumber = details.shipmentNumber ?? `${held.order.releaseId}-${held.shipments + 1}`;
  const carrierCode = details.carrierCode ?? 'SIML';
  return {
    messageType: 'SHIPPING_ADVICE',
    ...common(held, `${shipmentNumber}:ship`),
    shipmentNumber,
    shippedAt,
    carrierCode,
    trackingNumbers: [...(details.trackingNumbers ?? [`1Z${held.warehouseReference}${held.shipments + 1}`])],
    ...(details.freightCharge !== undefined && { freightCharge: details.freightCharge }),
    lines: moved.map(({ lineReference, quantity }) => {
      const ordered = openOf(held, lineReference);
      return {
        lineReference,
        quantityOrdered: ordered.toString(),
        quantityShipped: quantity,
        quantityDifference: (BigInt(quantity) - ordered).toString(),
        lotNumbers: [],
        serialNumbers: [],
      };
    }),
  };
};

export const shortageNoticeOf = (
  held: FloorOrder,
  noticeNumber: number,
  moved: readonly Moved[],
  reasonCode: string,
): WireMessage => ({
  messageType: 'SHORTAGE_NOTICE',
  ...common(held, `${held.order.releaseId}-S${noticeNumber}:short`),
  lines: moved.map(({ lineReference, quantity }) => ({ lineReference, quantityShort: quantity, reasonCode })),
});
