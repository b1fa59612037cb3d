import { z } from 'zod';
import type { ContentChecks } from '../../commands/application.ts';
import type { Receipt } from '../../commands/ports.ts';
import type { ShipmentView } from '../../projections/shipments/queries.ts';
import { unknownBooks } from '../books.ts';
import type { ApiDeps } from '../deps.ts';
import { inScope, maySeeCost, type Principal } from '../principal.ts';
import type { ProblemError } from '../problem.ts';
import { type Call, command, longCommand, type Route, read } from '../route.ts';
import { ulid } from '../schemas/fields.ts';
import { resolutionAnswer, resolutionBody } from '../schemas/overshipments.ts';
import {
  confirmationBody,
  deliveryBody,
  packBody,
  pickBody,
  shipment,
  shipmentAnswer,
  shipmentList,
  shipmentQuery,
  shortageBody,
  trackingBody,
  voidBody,
} from '../schemas/shipments.ts';
import { requirePlannedShipment, requireShipment } from '../visibility.ts';
import { nodeFilter } from './stock.ts';

const tag = 'Shipments';
const params = z.strictObject({ shipmentId: ulid });

const withoutCost = (view: ShipmentView, principal: Principal) =>
  maySeeCost(principal)
    ? view
    : {
        ...{ ...view, freightCost: null, lines: view.lines.map((line) => ({ ...line, unitCost: null, cost: null })) },
        losses: view.losses.map((loss) => ({ ...loss, cost: null })),
      };

/** The lines against the shipment; who may not see it is told so, whatever else is wrong. */
const lineObjections = async (
  input: {
    readonly params: { readonly shipmentId: string };
    readonly body: { readonly lines: Parameters<ContentChecks['shipmentLines']>[1] };
  },
  call: Call,
  deps: ApiDeps,
): Promise<readonly ProblemError[]> => {
  await requirePlannedShipment(input.params.shipmentId, call, deps);
  return deps.application.contentChecks.shipmentLines(input.params.shipmentId, input.body.lines);
};

const told = ({ shipmentId }: { readonly shipmentId: string }, receipt: Receipt) => ({
  body: { shipmentId, receipt },
  etag: receipt.revision,
  location: `/v1/shipments/${shipmentId}`,
});

const list = read({
  operation: 'listShipments',
  path: '/v1/shipments',
  tag,
  summary: 'Shipments, newest first',
  query: shipmentQuery,
  objections: unknownBooks,
  answer: shipmentList,
  fields: true,
  models: ['shipments'],
  handle: async ({ query }, call, deps) => {
    const page = await deps.reads.listShipments({ ...query, ...nodeFilter(query.node, call) }, call.scope);
    return { ...page, items: page.items.map((item) => withoutCost(item, call.principal)) };
  },
});

const readOne = read({
  operation: 'readShipment',
  path: '/v1/shipments/{shipmentId}',
  tag,
  summary: 'One shipment',
  params,
  answer: shipment,
  fields: true,
  models: ['shipments'],
  handle: async (input, call, deps) => {
    const view = await deps.reads.shipmentById(input.params.shipmentId, call.scope);
    return view === undefined || !inScope(call.principal.nodes, view.node)
      ? undefined
      : withoutCost(view, call.principal);
  },
});

const pick = longCommand({
  operation: 'recordPick',
  path: '/v1/shipments/{shipmentId}/picks',
  tag,
  summary: 'Record what was picked',
  params,
  body: pickBody,
  status: 201,
  answer: shipmentAnswer,
  objections: lineObjections,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.recordPick({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const pack = command({
  operation: 'recordPack',
  path: '/v1/shipments/{shipmentId}/packs',
  tag,
  summary: 'Record which cartons were packed, and what lies in them',
  description:
    'The same `packId` and content is answered again without effect. A confirmation takes with it the cartons of which all is among what it says has left; notices and the 856 carry them.',
  params,
  body: packBody,
  status: 201,
  answer: shipmentAnswer,
  objections: async (input, call, deps) => {
    await requirePlannedShipment(input.params.shipmentId, call, deps);
    return deps.application.contentChecks.cartons(input.params.shipmentId, input.body.cartons);
  },
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.recordPack({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const confirm = command({
  operation: 'confirmShipment',
  path: '/v1/shipments/{shipmentId}/confirmations',
  tag,
  summary: 'Record what has left',
  description:
    'A fact: partial, exact or more than asked. The same `confirmationId` and content is answered again without effect. A line that is a kit is confirmed by the whole kit, or, with `item`, component by component: what is less than a kit is issued at once and billed when its kit is whole.',
  params,
  body: confirmationBody,
  status: 201,
  answer: shipmentAnswer,
  objections: lineObjections,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.confirmShipment({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const shortage = command({
  operation: 'reportShortage',
  path: '/v1/shipments/{shipmentId}/shortages',
  tag,
  summary: 'Send what is not there back to sourcing',
  params,
  body: shortageBody,
  status: 201,
  answer: shipmentAnswer,
  objections: lineObjections,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.reportShortage({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const voidOne = command({
  operation: 'voidShipment',
  path: '/v1/shipments/{shipmentId}/voids',
  tag,
  summary: 'Take back a confirmation that never was',
  description:
    'The goods never left, so they are on the books as of all the time since, and whoever counted meanwhile has found them. Goods that come back are a return.',
  params,
  body: voidBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireShipment(params.shipmentId, call, deps);
    return deps.application.voidShipment({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const resolve = longCommand({
  operation: 'resolveOvershipment',
  path: '/v1/shipments/{shipmentId}/overshipment-resolutions',
  tag,
  summary: 'Decide about goods that left beyond what was ordered',
  description:
    'Once for each order line of a confirmation. What is within the tolerance of the business unit (`overshipments`) is decided by its rule as soon as it is found. A gift that cost more than `giftLimit` is refused APPROVAL_REQUIRED with the id of an approval; once another person agreed there, the same request (under a new key) is carried out. Beyond the tolerance the customer is billed only with its `consent`. A void of the shipment takes the decision back.',
  params,
  body: resolutionBody,
  status: 201,
  answer: resolutionAnswer,
  refusals: [404, 409],
  ask: async ({ params, body }, call, deps) => {
    await requireShipment(params.shipmentId, call, deps);
    return deps.application.resolveOvershipment({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/shipments/${value.shipmentId}`,
  }),
});

const tracking = command({
  operation: 'recordTracking',
  path: '/v1/shipments/{shipmentId}/tracking-events',
  tag,
  summary: 'Record what the carrier tells of a shipment',
  description:
    'A fact. The same `trackingEventId` and content is answered again without effect; what comes late is in the timeline and changes no status. DELIVERED of the last parcel is the delivery, LOST and DAMAGED of goods that are known to be in the parcel a loss, and a parcel that moves again was found.',
  params,
  body: trackingBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.recordTracking({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const delivery = command({
  operation: 'recordDelivery',
  path: '/v1/shipments/{shipmentId}/deliveries',
  tag,
  summary: 'Record that everything which left has arrived',
  description:
    'A fact. The same `deliveryId` and content is answered again without effect; a second delivery may bring the proof and does not move the time of the first one.',
  params,
  body: deliveryBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.recordDelivery({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const shipmentRoutes: readonly Route[] = [
  list,
  readOne,
  pick,
  pack,
  confirm,
  shortage,
  voidOne,
  resolve,
  tracking,
  delivery,
];
