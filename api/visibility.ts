import type { OrderHolds } from '../commands/calls/inputs.ts';
import type { ShipmentPlace } from '../commands/calls/ownership.ts';
import { UnknownEvent } from '../commands/codec.ts';
import { EventInapplicable } from '../commands/deciding/loadedStream.ts';
import type { DocumentPlace } from '../commands/edi/resendDocument.ts';
import { EventUnreadable } from '../domain/eventLog.ts';
import type { Scope } from '../projections/readModel.ts';
import type { ApiDeps } from './deps.ts';
import { inScope } from './principal.ts';
import { HttpProblem } from './problem.ts';
import type { Call } from './route.ts';

/** It may be on its way: the answer can be another one next time, so it is not kept under the key. */
const unseen = (): HttpProblem =>
  new HttpProblem('NOT_FOUND', 'There is nothing at this address, or nothing that you may see.', { retain: false });

type Owned = { readonly bu: string; readonly soldTo?: string };

/** What a customer's credentials may touch says whose it is; a warehouse's goods need not. */
const isWithin = (scope: Scope | undefined, { bu, soldTo }: Owned): boolean =>
  scope === undefined ||
  (scope.bus.includes(bu) && (scope.soldTo === undefined || (soldTo !== undefined && scope.soldTo.includes(soldTo))));

/**
 * A stream with a damaged event, or one of a newer version, does not say whose it is. The read model knew it before the damage: who may not see what it
 * is about must not learn from the damage that there is one.
 */
const unlessHidden = async <T>(find: () => Promise<T>, isVisible: () => Promise<boolean>): Promise<T> => {
  try {
    return await find();
  } catch (error) {
    const isDamaged =
      error instanceof EventUnreadable || error instanceof EventInapplicable || error instanceof UnknownEvent;
    throw isDamaged && !(await isVisible()) ? unseen() : error;
  }
};

/** True when the caller's credentials limit what exists for them, so that a command must look before it acts. */
const isLimited = (call: Call): boolean => call.scope !== undefined || call.principal.nodes !== 'all';

/**
 * Whose order it is and what it is held by, when the caller may see it. Its stream says so, so a command waits for no read
 * model. Throws `HttpProblem` 404, also for an order that exists for others only.
 */
export const visibleOrder = async (orderId: string, call: Call, deps: ApiDeps): Promise<OrderHolds> => {
  const order = await unlessHidden(
    () => deps.application.orderHolds(orderId),
    async () => !isLimited(call) || (await deps.reads.orderById(orderId, call.scope)) !== undefined,
  );
  if (order === undefined || !isWithin(call.scope, order)) throw unseen();
  return order;
};

/** 404 unless the caller may see the order. Costs nothing for callers without limits. */
export const requireOrder = async (orderId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (isLimited(call)) await visibleOrder(orderId, call, deps);
};

const requirePlace = async (
  shipmentId: string,
  call: Call,
  deps: ApiDeps,
  find: (isTheirs: (place: ShipmentPlace) => boolean) => Promise<ShipmentPlace | undefined>,
): Promise<void> => {
  if (!isLimited(call)) return;
  const { nodes } = call.principal;
  const isTheirs = (place: ShipmentPlace): boolean => isWithin(call.scope, place) && inScope(nodes, place.node);
  const place = await unlessHidden(
    () => find(isTheirs),
    async () => {
      const view = await deps.reads.shipmentById(shipmentId, call.scope);
      return view !== undefined && inScope(nodes, view.node);
    },
  );
  if (place === undefined || !isTheirs(place)) throw unseen();
};

/** The same of a shipment; an outsourced warehouse sees its own nodes only. */
export const requireShipment = (shipmentId: string, call: Call, deps: ApiDeps): Promise<void> =>
  requirePlace(shipmentId, call, deps, () => deps.application.shipmentPlace(shipmentId));

/** The same for what happened to its goods: it waits for one that is about to be planned, as it does for callers without limits. */
export const requirePlannedShipment = (shipmentId: string, call: Call, deps: ApiDeps): Promise<void> =>
  requirePlace(shipmentId, call, deps, (isTheirs) => deps.application.plannedPlace(shipmentId, isTheirs));

export const requireInvoice = async (invoiceId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (!isLimited(call)) return;
  const owner = await unlessHidden(
    () => deps.application.invoiceOwner(invoiceId),
    async () => (await deps.reads.invoiceById(invoiceId, call.scope)) !== undefined,
  );
  if (owner === undefined || !isWithin(call.scope, owner)) throw unseen();
};

export const requireDeposit = async (depositId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (!isLimited(call)) return;
  const owner = await unlessHidden(
    () => deps.application.depositOwner(depositId),
    async () => (await deps.reads.depositById(depositId, call.scope)) !== undefined,
  );
  if (owner === undefined || !isWithin(call.scope, owner)) throw unseen();
};

export const requireReservation = async (reservationId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (!isLimited(call)) return;
  const owner = await unlessHidden(
    () => deps.application.reservationOwner(reservationId),
    async () => (await deps.reads.reservationById(reservationId, call.scope)) !== undefined,
  );
  if (owner === undefined || !isWithin(call.scope, owner)) throw unseen();
};

/** The same of a return: of the customer's own, and at a node that the caller keeps. */
export const requireReturn = async (rmaId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (!isLimited(call)) return;
  const { nodes } = call.principal;
  const owner = await unlessHidden(
    () => deps.application.returnOwner(rmaId),
    async () => {
      const view = await deps.reads.returnById(rmaId, call.scope);
      return view !== undefined && inScope(nodes, view.node);
    },
  );
  if (owner === undefined || !isWithin(call.scope, owner) || !inScope(nodes, owner.node)) throw unseen();
};

/** A supplier sees its own purchase orders only. */
export const requireDropShip = async (poId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (!isLimited(call)) return;
  const { nodes } = call.principal;
  const owner = await unlessHidden(
    () => deps.application.dropShipOwner(poId),
    async () => {
      const view = await deps.reads.dropShipById(poId, call.scope);
      return view !== undefined && inScope(nodes, view.supplier);
    },
  );
  const isTheirs = owner !== undefined && (call.scope === undefined || call.scope.bus.includes(owner.bu));
  if (!isTheirs || !inScope(nodes, owner.supplier)) throw unseen();
};

/** The same of a transfer: of a node at either end that the caller keeps, or at the `end` that it speaks for. */
export const requireTransfer = async (
  transferId: string,
  call: Call,
  deps: ApiDeps,
  end?: 'from' | 'to',
): Promise<void> => {
  if (!isLimited(call)) return;
  const { nodes } = call.principal;
  const keeps = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
    (end !== 'to' && inScope(nodes, from)) || (end !== 'from' && inScope(nodes, to));
  const place = await unlessHidden(
    () => deps.application.transferPlace(transferId),
    async () => {
      const view = await deps.reads.transferById(transferId, call.scope);
      return view !== undefined && keeps(view);
    },
  );
  if (place === undefined || !isWithin(call.scope, place) || !keeps(place)) throw unseen();
};

/** Of what is about some customers, or all of them, each has to be the caller's. */
const isWithinAll = (
  scope: Scope | undefined,
  { bu, customers }: { readonly bu: string; readonly customers: readonly string[] | null },
): boolean =>
  customers === null ? isWithin(scope, { bu }) : customers.every((soldTo) => isWithin(scope, { bu, soldTo }));

/** The business unit of a subscription that the caller may see: one that is about no customers but the caller's. */
export const requireWebhook = async (subscriptionId: string, call: Call, deps: ApiDeps): Promise<{ bu: string }> => {
  const owner = await unlessHidden(
    () => deps.operations.webhookOwner(subscriptionId),
    async () => !isLimited(call) || (await deps.reads.webhookById(subscriptionId, call.scope)) !== undefined,
  );
  if (owner === undefined) throw unseen();
  if (!isWithinAll(call.scope, owner)) throw unseen();
  return { bu: owner.bu };
};

/** A consumer of the event stream that the caller may see: one that is about no customers but the caller's. */
export const requireConsumer = async (consumerId: string, call: Call, deps: ApiDeps) => {
  const consumer = await unlessHidden(
    () => deps.operations.eventConsumer(consumerId),
    async () => !isLimited(call) || (await deps.reads.eventConsumerById(consumerId, call.scope)) !== undefined,
  );
  if (consumer === undefined || !isWithinAll(call.scope, consumer)) throw unseen();
  return consumer;
};

/** The business unit of an exception that the caller may see. */
export const requireCase = async (caseId: string, call: Call, deps: ApiDeps): Promise<{ readonly bu: string }> => {
  const owner = await unlessHidden(
    () => deps.operations.caseOwner(caseId),
    async () => !isLimited(call) || (await deps.reads.caseById(caseId, call.scope)) !== undefined,
  );
  if (owner === undefined || !isWithin(call.scope, owner)) throw unseen();
  return owner;
};

/** Where a document for an EDI partner lies, when the caller may see it. */
export const requirePartnerDocument = async (documentId: string, call: Call, deps: ApiDeps): Promise<DocumentPlace> => {
  const place = await deps.operations.documentPlace(documentId);
  if (place === undefined || !isWithin(call.scope, place)) throw unseen();
  return place;
};

export const requireDelivery = async (
  deliveryId: string,
  call: Call,
  deps: ApiDeps,
): Promise<{ readonly bu: string; readonly subscriptionId: string }> => {
  const subscriptionId = await deps.operations.webhookOfDelivery(deliveryId);
  if (subscriptionId === undefined) throw unseen();
  return { subscriptionId, ...(await requireWebhook(subscriptionId, call, deps)) };
};
