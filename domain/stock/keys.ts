// Keys under which a position remembers what has had its effect. The kind comes first: references of different kinds
// are chosen by different people and may be equal.

export const receiptKey = (reference: string): string => `receipt ${reference}`;
export const adjustmentKey = (reference: string): string => `adjustment ${reference}`;
export const countKey = (countId: string): string => `count ${countId}`;
export const statusKey = (reference: string): string => `status ${reference}`;
export const reservationKey = (reservationId: string): string => `reservation ${reservationId}`;
export const pickKey = (pickId: string, reservationId: string): string => `pick ${pickId} ${reservationId}`;
export const reinstatementKey = (shipmentId: string, lineId: string): string => `reinstatement ${shipmentId} ${lineId}`;

/** By what goods of a transfer are known as a receipt of their node. */
export const transferReceipt = (of: { readonly transferId: string; readonly reference: string }): string =>
  `${of.transferId}/${of.reference}`;

export const transferKey = (movementId: string): string => `transfer ${movementId}`;
export const returnKey = (inspectionEventId: string): string => `return ${inspectionEventId}`;

export const issueKey = (issue: {
  readonly shipmentId: string;
  readonly confirmationId: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly reservationId: string;
}): string =>
  `issue ${issue.shipmentId} ${issue.confirmationId} ${issue.orderId} ${issue.lineId} ${issue.reservationId}`;

/** What corrections of cost are about: their amounts are added up by it. */
export const aboutKey = (
  about:
    | { readonly kind: 'RECEIPT'; readonly reference: string }
    | { readonly kind: 'SHIPMENT'; readonly shipmentId: string },
): string => (about.kind === 'RECEIPT' ? `receipt ${about.reference}` : `shipment ${about.shipmentId}`);

/** An instant as text of equal length, so that keys sort by time whatever precision the writer used. */
const sortable = (instant: string): string => String(Date.parse(instant)).padStart(16, '0');

export const expiryKey = (expiresAt: string, reservationId: string): string =>
  `${sortable(expiresAt)} ${reservationId}`;

/** Order of acceptance; ties by order, then line. */
export const queueKey = (entry: {
  readonly acceptedAt: string;
  readonly orderId: string;
  readonly lineId: string;
}): string => `${sortable(entry.acceptedAt)} ${entry.orderId} ${entry.lineId}`;

export const lineKey = (line: { readonly orderId: string; readonly lineId: string }): string =>
  `${line.orderId} ${line.lineId}`;

/** True when `expiresAt` has come by `at` (both RFC 3339). */
export const isOverdue = (expiresAt: string, at: string): boolean => Date.parse(expiresAt) <= Date.parse(at);
