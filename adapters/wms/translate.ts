import type { WarehouseLine, WarehouseMessage, WarehouseRelease } from '../../commands/partnerPorts.ts';
import { goodsOf } from '../../domain/kit.ts';
import { minorOfMajor, minorText } from '../../domain/money.ts';
import type { Cancellation, CancellationAnswer, ShippingOrder, WireMessage } from './schema.ts';

/** A component of a kit is a line of its own there. No line id has a slash. */
const referenceOf = ({ lineId, component }: Omit<WarehouseLine, 'qty'>): string =>
  component === undefined ? lineId : `${lineId}/${component}`;

const namedBy = (reference: string): Omit<WarehouseLine, 'qty'> => {
  const slash = reference.indexOf('/');
  return slash < 0
    ? { lineId: reference }
    : { lineId: reference.slice(0, slash), component: reference.slice(slash + 1) };
};

const orderedLines = (line: WarehouseRelease['lines'][number]): readonly OrderedLine[] =>
  goodsOf(line, BigInt(line.qty)).map(({ item, qty }) => ({
    lineReference: referenceOf(line.components === undefined ? line : { lineId: line.lineId, component: item }),
    itemNumber: item,
    quantityOrdered: qty.toString(),
    reservationReference: line.reservationId,
  }));

type OrderedLine = ShippingOrder['lines'][number];

/**
 * A warehouse knows a line by its reference alone, so an order line goes out once, with all that was reserved for it.
 * The reservation is for reading only: the first one stands for all.
 */
const oncePerReference = (lines: readonly OrderedLine[]): readonly OrderedLine[] => {
  const merged = new Map<string, OrderedLine>();
  for (const line of lines) {
    const known = merged.get(line.lineReference);
    const quantityOrdered = (BigInt(known?.quantityOrdered ?? '0') + BigInt(line.quantityOrdered)).toString();
    merged.set(line.lineReference, { ...(known ?? line), quantityOrdered });
  }
  return [...merged.values()];
};

/** Our release as a warehouse shipping order. */
export const toShippingOrder = (release: WarehouseRelease): ShippingOrder => ({
  releaseId: release.releaseId,
  shipmentReference: release.shipmentId,
  orderReference: release.orderId,
  depositorCode: release.bu,
  warehouseCode: release.node,
  shipTo: {
    locationCode: release.shipTo.id,
    ...(release.shipTo.region !== undefined && { region: release.shipTo.region }),
  },
  lines: [...oncePerReference(release.lines.flatMap(orderedLines))],
});

const orderLines = (order: ShippingOrder): string =>
  JSON.stringify(
    oncePerReference(order.lines)
      .map((line) => [line.lineReference, line.itemNumber, line.quantityOrdered, line.reservationReference])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );

/** Whether what they hold under our release id is what we asked for. */
export const sameShippingOrder = (ours: ShippingOrder, theirs: ShippingOrder): boolean =>
  ours.releaseId === theirs.releaseId &&
  ours.shipmentReference === theirs.shipmentReference &&
  ours.warehouseCode === theirs.warehouseCode &&
  orderLines(ours) === orderLines(theirs);

/** Quantities by reference; a line that is named twice counts twice. */
const totals = (
  lines: readonly { readonly reference: string; readonly qty: string }[],
): ReadonlyMap<string, bigint> => {
  const byLine = new Map<string, bigint>();
  for (const { reference, qty } of lines) byLine.set(reference, (byLine.get(reference) ?? 0n) + BigInt(qty));
  return byLine;
};

const referenced = (lines: readonly WarehouseLine[]) =>
  lines.map((line) => ({ reference: referenceOf(line), qty: line.qty }));

export const toCancellation = (changeId: string, lines: readonly WarehouseLine[]): Cancellation => ({
  changeId,
  lines: [...totals(referenced(lines))].map(([lineReference, quantity]) => ({
    lineReference,
    quantity: quantity.toString(),
  })),
});

/** Per line that we asked for; a line that they do not mention is not stopped. */
export const toStopped = (asked: readonly WarehouseLine[], answer: CancellationAnswer): readonly WarehouseLine[] => {
  const stopped = totals(answer.lines.map((line) => ({ reference: line.lineReference, qty: line.quantityStopped })));
  return [...totals(referenced(asked)).keys()].map((reference) => ({
    ...namedBy(reference),
    qty: (stopped.get(reference) ?? 0n).toString(),
  }));
};

/** An instant with any offset as UTC with milliseconds. */
const utc = (instant: string): string => new Date(instant).toISOString();

type ShippingAdvice = Extract<WireMessage, { messageType: 'SHIPPING_ADVICE' }>;

/** A 945 of which nothing left says that everything ordered is short; one of which nothing was ordered either says nothing. */
const nothingShipped = (message: ShippingAdvice): WarehouseMessage | undefined => {
  const lines = message.lines
    .filter((line) => line.quantityOrdered !== '0')
    .map((line) => ({ ...namedBy(line.lineReference), qty: line.quantityOrdered, cause: 'NOT_SHIPPED' }));
  if (lines.length === 0) return undefined;
  return { kind: 'SHORTED', messageId: message.messageId, shipmentId: message.shipmentReference, lines };
};

const toShipped = (message: ShippingAdvice): WarehouseMessage | undefined => {
  // A 945 repeats lines of which nothing left: they tell of no movement.
  const moved = message.lines.filter((line) => line.quantityShipped !== '0');
  if (moved.length === 0) return nothingShipped(message);
  const { carrierCode, freightCharge } = message;
  return {
    kind: 'SHIPPED',
    messageId: message.messageId,
    shipmentId: message.shipmentReference,
    confirmationId: message.shipmentNumber,
    shippedAt: utc(message.shippedAt),
    ...(carrierCode !== undefined && { carrier: carrierCode }),
    tracking: message.trackingNumbers,
    ...(freightCharge !== undefined && {
      freightCost: {
        amount: minorText(minorOfMajor(freightCharge.amount, freightCharge.currencyCode)),
        currency: freightCharge.currencyCode,
      },
    }),
    lines: moved.map((line) => ({
      ...namedBy(line.lineReference),
      qty: line.quantityShipped,
      lots: line.lotNumbers,
      serials: line.serialNumbers,
    })),
  };
};

/**
 * Undefined: the message is understood, but nothing happened. Throws `RangeError` for a freight amount finer than a minor
 * unit, which is not guessed at.
 */
export const toWarehouseMessage = (message: WireMessage): WarehouseMessage | undefined => {
  const { messageId, shipmentReference: shipmentId } = message;
  if (message.messageType === 'SHIPPING_ADVICE') return toShipped(message);
  if (message.messageType === 'PICK_CONFIRMATION') {
    const lines = message.lines.map((line) => ({ ...namedBy(line.lineReference), qty: line.quantityPicked }));
    return {
      kind: 'PICKED',
      messageId,
      shipmentId,
      pickId: message.pickNumber,
      pickedAt: utc(message.pickedAt),
      lines,
    };
  }
  const lines = message.lines.map((line) => ({
    ...namedBy(line.lineReference),
    qty: line.quantityShort,
    cause: line.reasonCode,
  }));
  return { kind: 'SHORTED', messageId, shipmentId, lines };
};
