import { businessUnitOf, itemOf } from '../../domain/masterData/catalog.ts';
import { lineQtyPattern, qty, qtyMax, qtyText, toBase } from '../../domain/quantity.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { Application, ContentChecks, Outcome, Violation } from '../application.ts';
import { readingFrom } from '../deciding/readingFrom.ts';
import { findEvent } from '../deciding/readStream.ts';
import { takeAdvice } from '../edi/takeAdvice.ts';
import { invalid, noSuch, refusedAs, violation } from '../outcome.ts';
import type { WarehouseMessage } from '../partnerPorts.ts';
import type { CommandContext } from '../ports.ts';
import type { FactPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { findStream } from './findStream.ts';
import { findPlanned } from './plannedShipment.ts';
import { confirmShipment, recordPick, reportShortage, type Shipment } from './shipmentFacts.ts';

/** `item`: names a component where the line is a kit. */
export type Keyed = {
  readonly orderId: string;
  readonly lineId: string;
  readonly item?: string;
  readonly qty: string;
  readonly uom?: string;
};

/** The line in base units, or what is wrong with it. */
const lineInBase = <Line extends Keyed>(
  { catalog }: FactPorts,
  { bu, state }: Shipment,
  line: Line,
  pointer: string,
): { readonly line: Line } | Violation => {
  const at = (field: string): string => `${pointer}/${field}`;
  if (line.orderId !== state.plan?.orderId) {
    return violation(at('orderId'), 'LINE_UNKNOWN', `The shipment is not for order ${line.orderId}.`);
  }
  const planned = state.lines.find(({ lineId }) => lineId === line.lineId);
  if (planned === undefined) {
    return violation(at('lineId'), 'LINE_UNKNOWN', `The shipment has no line ${line.lineId}.`);
  }
  const kit = planned.components?.some(({ item }) => item === line.item) === true;
  if (line.item !== undefined && line.item !== planned.item && !kit) {
    return violation(at('item'), 'LINE_UNKNOWN', `Line ${line.lineId} of the shipment has no ${line.item}.`);
  }
  if (!lineQtyPattern.test(line.qty)) return violation(at('qty'), 'NUMERIC_FORMAT', 'A quantity is integer text.');
  if (line.qty === '0') return violation(at('qty'), 'QTY_NOT_POSITIVE', 'The quantity must be positive.');
  const item = itemOf(catalog.current(), bu, kit && line.item !== undefined ? line.item : planned.item);
  const baseUom = item?.baseUom ?? '';
  const converted = toBase(qty(line.qty), line.uom ?? baseUom, baseUom, item?.conversions ?? []);
  if ('code' in converted) {
    return violation(at(converted.code === 'UOM_UNKNOWN' ? 'uom' : 'qty'), converted.code, converted.detail);
  }
  if (converted.base > qtyMax) return violation(at('qty'), 'QTY_TOO_LARGE', `${line.qty} is more than a line holds.`);
  return { line: { ...line, qty: qtyText(converted.base) } };
};

/** What a line names beside its quantity: the component, where it is one. */
export const partOf = ({ lineId, item, qty }: Keyed, { state }: Shipment) => ({
  ...{ lineId, qty },
  ...(item === undefined || state.lines.some((line) => line.lineId === lineId && line.item === item)
    ? {}
    : { component: item }),
});

export const linesInBase = <Line extends Keyed>(
  ports: FactPorts,
  shipment: Shipment,
  lines: readonly Line[],
  pointer = '/lines',
) => {
  const results = lines.map((line, index) => lineInBase(ports, shipment, line, `${pointer}/${index}`));
  const violations = results.flatMap((result) => ('line' in result ? [] : [result]));
  if (lines.length === 0) violations.push(violation(pointer, 'LINES_MISSING', 'There is at least one line.'));
  return { violations, inBase: results.flatMap((result) => ('line' in result ? [result.line] : [])) };
};

export const shipmentLineViolations =
  (ports: FactPorts): ContentChecks['shipmentLines'] =>
  async (shipmentId, lines) => {
    const shipment = await findStream(ports, shipmentDecider, shipmentId);
    return shipment === undefined ? [] : linesInBase(ports, shipment, lines).violations;
  };

/** Finds the shipment, turns all lines into base units, and does `work`; every bad line is reported at once. */
const withLines = async <Line extends Keyed, T>(
  ports: FactPorts,
  shipmentId: string,
  lines: readonly Line[],
  work: (shipment: Shipment, lines: readonly Line[]) => Promise<Outcome<T>>,
): Promise<Outcome<T>> => {
  const shipment = await findPlanned(ports, shipmentId);
  if (shipment === undefined) return noSuch('shipment', shipmentId);
  const { violations, inBase } = linesInBase(ports, shipment, lines);
  return violations.length > 0 ? invalid(violations) : work(shipment, inBase);
};

/**
 * The same facts as translated from the warehouse's own system; their quantities are base units already. A message that
 * claims an impossible time is not taken either: the inbox keeps it, tries it again and reports it every time.
 */
const takeWarehouseMessage =
  (ports: FactPorts): Application['takeWarehouseMessage'] =>
  async (bu, message, context, seen) => {
    const executor = seen === undefined ? ports.executor : readingFrom(ports.executor, seen);
    const reading = { ...ports, executor };
    const shipment = await findStream(reading, shipmentDecider, message.shipmentId);
    if (shipment === undefined || shipment.bu !== bu) {
      const detail = `Shipment ${message.shipmentId} is not planned, or not yet.`;
      return refusedAs('SHIPMENT_NOT_PLANNED', detail, { shipmentId: message.shipmentId });
    }
    return takeFact(reading, shipment, message, await followingOrder(ports, shipment, context));
  };

/** The warehouse's system knows nothing of our correlation ids: its facts go on under the id of the order they fulfil. */
const followingOrder = async (
  { store }: FactPorts,
  { stream }: Shipment,
  context: CommandContext,
): Promise<CommandContext> => {
  const planned = await findEvent(store, stream, 'ShipmentPlanned');
  return planned === undefined ? context : { ...context, correlationId: planned.metadata.$correlationId };
};

const takeFact = async (
  ports: FactPorts,
  shipment: Shipment,
  message: WarehouseMessage,
  context: CommandContext,
): Promise<Outcome<{ readonly shipmentId: string }>> => {
  switch (message.kind) {
    case 'PICKED': {
      const { pickId, lines, pickedAt: occurredAt } = message;
      const known = shipment.state.pickIds.includes(pickId);
      const untimely = known ? undefined : claimedTimeViolation('/pickedAt', occurredAt, ports.clock());
      if (untimely !== undefined) return invalid([untimely]);
      return recordPick(ports, shipment, { pickId, lines }, { ...context, occurredAt });
    }
    case 'SHIPPED': {
      const { kind: _kind, messageId: _messageId, shipmentId: _shipmentId, ...confirmation } = message;
      const occurredAt = confirmation.shippedAt;
      return confirmShipment(ports, shipment, confirmation, { ...context, occurredAt });
    }
    case 'SHORTED':
      return reportShortage(ports, shipment, { shortageId: message.messageId, lines: message.lines }, context);
    case 'ADVISED':
      return takeAdvice(ports, shipment, message, context);
  }
};

type Freight = Pick<Parameters<Application['confirmShipment']>[0], 'confirmationId' | 'freightCost'>;

/**
 * No rates are known here, so a cost in another currency could never be posted, and its month never closed. Whoever asks over
 * HTTP can tell it otherwise; a warehouse's message is taken as it is, because its goods have left.
 */
const freightViolation = (
  { catalog }: FactPorts,
  { bu, state }: Shipment,
  { confirmationId, freightCost }: Freight,
): Violation | undefined => {
  const own = businessUnitOf(catalog.current(), bu)?.currency;
  if (freightCost === undefined || own === undefined || freightCost.currency === own) return undefined;
  if (state.confirmations.some((known) => known.confirmationId === confirmationId)) return undefined;
  const detail = `${bu} keeps its books in ${own}, and no rate for ${freightCost.currency} is known here.`;
  return violation('/freightCost/currency', 'CURRENCY_MISMATCH', detail);
};

type Calls = Pick<Application, 'recordPick' | 'confirmShipment' | 'reportShortage' | 'takeWarehouseMessage'>;

export const shipmentCalls = (ports: FactPorts): Calls => ({
  recordPick: ({ shipmentId, pickId, lines, ifMatch }, context) =>
    withLines(ports, shipmentId, lines, (shipment, inBase) => {
      const parts = inBase.map((line) => partOf(line, shipment));
      return recordPick(ports, shipment, { pickId, lines: parts }, context, { ifMatch });
    }),
  confirmShipment: ({ shipmentId, lines, ifMatch, ...confirmation }, context) =>
    withLines(ports, shipmentId, lines, async (shipment, inBase) => {
      const foreign = freightViolation(ports, shipment, confirmation);
      if (foreign !== undefined) return invalid([foreign]);
      const parts = inBase.map((line) => ({ ...partOf(line, shipment), lots: line.lots, serials: line.serials }));
      const at = { ...context, occurredAt: confirmation.shippedAt };
      return confirmShipment(ports, shipment, { ...confirmation, lines: parts }, at, { ifMatch });
    }),
  reportShortage: ({ shipmentId, lines, ifMatch }, context) =>
    withLines(ports, shipmentId, lines, (shipment, inBase) => {
      const parts = inBase.map((line) => ({ ...partOf(line, shipment), cause: line.cause }));
      const shortage = { shortageId: context.commandId, lines: parts };
      return reportShortage(ports, shipment, shortage, context, { ifMatch });
    }),
  takeWarehouseMessage: takeWarehouseMessage(ports),
});
