import { documentBeginningDecider } from '../../domain/edi/documentBeginning.ts';
import { madeDocumentsDecider } from '../../domain/edi/madeDocuments.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import type { WarehouseTerms } from '../../domain/masterData/partnerEvents.ts';
import { type Partner, unitsWithPartners } from '../../domain/masterData/partners.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { openOf, type Plan, type ShipmentLine, type ShipmentState } from '../../domain/shipment/state.ts';
import { findEvent } from '../deciding/readStream.ts';
import type { WarehouseLine, Wms } from '../partnerPorts.ts';
import { NotYet } from '../workers/dispatcher.ts';
import { lookBehind } from './makeDocument.ts';
import { releaseDocumentId, stopDocumentId } from './warehouseDocumentIds.ts';
import {
  activePartner,
  begunFor,
  makeShippingOrder,
  oncePerItem,
  type ShippingOrderToMake,
  type WarehouseOrderPorts,
} from './warehouseOrders.ts';

type Request = Parameters<Wms['stop']>[0];
type Answer = Awaited<ReturnType<Wms['stop']>>;
type Stopping = {
  readonly request: Request;
  readonly partner: Partner;
  readonly plan: Plan;
  readonly shipment: { readonly stream: StreamName; readonly state: ShipmentState };
};

const askAgainMs = 15_000;

const stopped = (lines: readonly WarehouseLine[]): Answer => ({ kind: 'stopped', lines });
const nothing = ({ lines }: Request): Answer => stopped(lines.map((line) => ({ ...line, qty: '0' })));

/** A warehouse knows a kit by its components alone. */
const inGoods = (lines: readonly ShipmentLine[], lineId: string, amount: bigint): readonly WarehouseLine[] => {
  const components = lines.find((line) => line.lineId === lineId)?.components;
  return components === undefined
    ? [{ lineId, qty: qtyText(amount) }]
    : components.map(({ item, per }) => ({ lineId, component: item, qty: qtyText(amount * per) }));
};

/** What its shipping advice said that it has stopped; undefined: it did not, or not yet. */
const saidByAdvice = async (
  { store }: WarehouseOrderPorts,
  { request: { changeId }, shipment: { stream, state } }: Stopping,
): Promise<Answer | undefined> => {
  if (!state.changeIds.includes(changeId)) return undefined;
  const reduced = await findEvent(store, stream, 'ShipmentReduced', ({ data }) => data.changeId === changeId);
  const amounts = new Map<string, bigint>();
  for (const { lineId, qty: part } of reduced?.data.lines ?? [])
    amounts.set(lineId, (amounts.get(lineId) ?? 0n) + qty(part));
  return stopped([...amounts].flatMap(([lineId, amount]) => inGoods(state.lines, lineId, amount)));
};

const isOpen = ({ request, shipment: { state } }: Stopping): boolean => {
  const asked = new Set(request.lines.map(({ lineId }) => lineId));
  return !state.voided && state.lines.some((line) => asked.has(line.lineId) && openOf(line) > 0n);
};

const itemOf = ({ lines }: ShipmentState, { lineId, component }: WarehouseLine): string =>
  component ?? lines.find((line) => line.lineId === lineId)?.item ?? '';

/** The quantities that are not to leave. */
const cancelled = ({ request, shipment }: Stopping): ShippingOrderToMake['told']['lines'] =>
  request.lines.map((line) => ({ lineId: line.lineId, item: itemOf(shipment.state, line), qty: line.qty }));

/** What each line comes to without what was taken off it before, and now. */
const changed = ({ request, shipment: { state } }: Stopping): ShippingOrderToMake['told']['lines'] => {
  const off = new Map<string, bigint>();
  for (const line of request.lines) {
    const key = `${line.lineId}/${itemOf(state, line)}`;
    off.set(key, (off.get(key) ?? 0n) + qty(line.qty));
  }
  const planned = state.lines.flatMap((line) =>
    inGoods(state.lines, line.lineId, line.planned - line.reduced - line.shorted).map((part) => ({
      ...{ lineId: line.lineId, item: itemOf(state, part), qty: part.qty },
    })),
  );
  return oncePerItem(planned).map((line) => {
    const rest = qty(line.qty) - (off.get(`${line.lineId}/${line.item}`) ?? 0n);
    return { ...line, qty: qtyText(rest < 0n ? 0n : rest) };
  });
};

/** The number under which the partner knows the release. */
const orderNumberOf = async (
  { executor, store }: WarehouseOrderPorts,
  { bu, partner }: Partner,
  releaseId: string,
): Promise<number> => {
  const documentId = releaseDocumentId(releaseId);
  const { state } = await executor.load(
    documentBeginningDecider,
    streamName(documentBeginningDecider.category, bu, documentId),
  );
  const sent = streamName(madeDocumentsDecider.category, bu, partner);
  const found = await lookBehind(store, sent, state.afterNumber ?? 0, documentId);
  if (typeof found === 'number') throw new Error(`release ${releaseId} was never sent to ${partner}`);
  return found.controlNumber;
};

/** Asks once for each change and release, and answers with the id of the document that asks. */
const ask = async (
  ports: WarehouseOrderPorts,
  stopping: Stopping,
  form: NonNullable<WarehouseTerms['cancellation']>['form'],
): Promise<string> => {
  const { request, partner, plan } = stopping;
  const { bu, shipmentId, orderId, node, shipTo } = plan;
  const documentId = stopDocumentId(request.changeId, request.releaseId);
  const lines = form === 'CANCEL' ? cancelled(stopping) : changed(stopping);
  await makeShippingOrder(ports, partner, {
    ...{ documentId, shipment: { bu, shipmentId, orderId, node, shipTo } },
    told: { purpose: form, orderNumber: await orderNumberOf(ports, partner, request.releaseId), lines },
  });
  return documentId;
};

/** Also where no partner has a warehouse any more: what went out to one is still there. */
const shipmentOf = async ({ executor, catalog }: WarehouseOrderPorts, shipmentId: string) => {
  for (const bu of unitsWithPartners(catalog.current())) {
    const stream = streamName(shipmentDecider.category, bu, shipmentId);
    const { state } = await executor.load(shipmentDecider, stream);
    if (state.plan !== null) return { stream, state, plan: state.plan };
  }
  return undefined;
};

/** The answer of a partner that says in its 997 whether it stops. Throws `NotYet`. */
const saidByReceipt = async (ports: WarehouseOrderPorts, request: Request, documentId: string): Promise<Answer> => {
  const said = await ports.answerTo(documentId);
  if (said === null) throw new NotYet(`There is no 997 of cancellation ${documentId} yet.`, askAgainMs);
  return said === 'ACCEPTED' ? stopped(request.lines) : nothing(request);
};

/**
 * Asks a warehouse by EDI to stop, in the form that was agreed, and answers with what it says; undefined: this release did not go
 * out by EDI. While it says nothing the change waits, and what leaves meanwhile has left. Refused CANCELLATION_NOT_AGREED.
 * Throws `NotYet`, `PartnerUnavailable`, `LogUnavailable`.
 */
export const stopByEdi = async (ports: WarehouseOrderPorts, request: Request): Promise<Answer | undefined> => {
  const shipment = await shipmentOf(ports, request.shipmentId);
  if (shipment === undefined) return undefined;
  const { plan } = shipment;
  const name = await begunFor(ports, plan.bu, releaseDocumentId(request.releaseId));
  if (name === null) return undefined;
  const partner = activePartner(ports, plan.bu, name);
  const stopping: Stopping = { request, partner, plan, shipment };
  const said = await saidByAdvice(ports, stopping);
  if (said !== undefined) return said;
  if (!isOpen(stopping)) return nothing(request);
  const terms = partner.warehouse?.cancellation ?? null;
  if (terms === null) {
    const detail = `Partner ${name} takes no cancellation by EDI: it ships what it has.`;
    return { kind: 'refused', code: 'CANCELLATION_NOT_AGREED', detail };
  }
  const documentId = await ask(ports, stopping, terms.form);
  if (terms.answeredBy === '997') return saidByReceipt(ports, request, documentId);
  throw new NotYet(`There is no 945 yet that says what ${name} has stopped of ${plan.shipmentId}.`, askAgainMs);
};
