import type { OrderHolds } from '../commands/applicationInputs.ts';
import type { Scope } from '../projections/readModel.ts';
import type { ShipmentView } from '../projections/shipments/queries.ts';
import type { ApiDeps } from './deps.ts';
import { inScope } from './principal.ts';
import { HttpProblem } from './problem.ts';
import type { Call } from './route.ts';
import { catchUp } from './waitForPosition.ts';

/** The read model may be behind: the answer can be another one next time, so it is not kept under the key. */
const unseen = (): HttpProblem =>
  new HttpProblem('NOT_FOUND', 'There is nothing at this address, or nothing that you may see.', { retain: false });

const isWithin = (scope: Scope | undefined, { bu, soldTo }: OrderHolds): boolean =>
  scope === undefined || (scope.bus.includes(bu) && (scope.soldTo?.includes(soldTo) ?? true));

/**
 * Whose order it is and what it is held by, when the caller may see it. Its stream says so, so a command waits for no read
 * model. Throws `HttpProblem` 404, also for an order that exists for others only.
 */
export const visibleOrder = async (orderId: string, call: Call, deps: ApiDeps): Promise<OrderHolds> => {
  const order = await deps.application.orderHolds(orderId);
  if (order === undefined || !isWithin(call.scope, order)) throw unseen();
  return order;
};

/**
 * The shipment as the caller may see it, not older than this request; an outsourced warehouse sees its own nodes only.
 * Throws `HttpProblem` 404, and 503 when the read model does not catch up in time.
 */
const visibleShipment = async (shipmentId: string, call: Call, deps: ApiDeps): Promise<ShipmentView> => {
  await catchUp(deps, ['shipments']);
  const shipment = await deps.reads.shipmentById(shipmentId, call.scope);
  if (shipment === undefined || !inScope(call.principal.nodes, shipment.node)) throw unseen();
  return shipment;
};

/** True when the caller's credentials limit what exists for them, so that a command must look before it acts. */
const isLimited = (call: Call): boolean => call.scope !== undefined || call.principal.nodes !== 'all';

/** 404 unless the caller may see the order. Costs nothing for callers without limits. */
export const requireOrder = async (orderId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (isLimited(call)) await visibleOrder(orderId, call, deps);
};

export const requireShipment = async (shipmentId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (isLimited(call)) await visibleShipment(shipmentId, call, deps);
};

export const requireInvoice = async (invoiceId: string, call: Call, deps: ApiDeps): Promise<void> => {
  if (!isLimited(call)) return;
  await catchUp(deps, ['invoices']);
  if ((await deps.reads.invoiceById(invoiceId, call.scope)) === undefined) throw unseen();
};
