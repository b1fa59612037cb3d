import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import { unknownBooks } from '../books.ts';
import { inScope } from '../principal.ts';
import { command, type Route, read } from '../route.ts';
import {
  acknowledgementBody,
  dropShip,
  dropShipAnswer,
  dropShipList,
  dropShipQuery,
  shipNoticeBody,
  supplierBillBody,
} from '../schemas/dropShips.ts';
import { ulid } from '../schemas/fields.ts';
import { requireDropShip } from '../visibility.ts';

const tag = 'Drop-ship';
const params = z.strictObject({ poId: ulid });

const told = ({ poId }: { readonly poId: string }, receipt: Receipt) => ({
  body: { poId, receipt },
  etag: receipt.revision,
  location: `/v1/dropship-orders/${poId}`,
});

const list = read({
  operation: 'listDropShipOrders',
  path: '/v1/dropship-orders',
  tag,
  summary: 'Purchase orders to suppliers who deliver to customers, newest first',
  description: 'A supplier sees its own.',
  query: dropShipQuery,
  objections: unknownBooks,
  answer: dropShipList,
  models: ['drop_ships'],
  handle: ({ query }, call, deps) => {
    const { nodes } = call.principal;
    return deps.reads.listDropShips({ ...query, ...(nodes !== 'all' && { nodes }) }, call.scope);
  },
});

const readOne = read({
  operation: 'readDropShipOrder',
  path: '/v1/dropship-orders/{poId}',
  tag,
  summary: 'One purchase order with what the supplier said of it',
  params,
  answer: dropShip,
  models: ['drop_ships'],
  handle: async (input, call, deps) => {
    const view = await deps.reads.dropShipById(input.params.poId, call.scope);
    return view !== undefined && inScope(call.principal.nodes, view.supplier) ? view : undefined;
  },
});

const acknowledge = command({
  operation: 'acknowledgeDropShip',
  path: '/v1/dropship-orders/{poId}/acknowledgements',
  tag,
  summary: 'Say what the supplier will deliver and what it will not',
  description:
    'A fact. The same `acknowledgementId` and content is answered again without effect. Of what is refused no more counts than is still open.',
  params,
  body: acknowledgementBody,
  status: 201,
  answer: dropShipAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireDropShip(params.poId, call, deps);
    return deps.application.acknowledgeDropShip({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const notice = command({
  operation: 'recordDropShipNotice',
  path: '/v1/dropship-orders/{poId}/shipments',
  tag,
  summary: 'Say that goods left the supplier',
  description:
    'A fact: it becomes a shipment of kind DROPSHIP, which bills the customer. The same `supplierAsn` and content is answered again without effect.',
  params,
  body: shipNoticeBody,
  status: 201,
  answer: dropShipAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireDropShip(params.poId, call, deps);
    return deps.application.recordDropShipNotice({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const bill = command({
  operation: 'matchSupplierBill',
  path: '/v1/dropship-orders/{poId}/bills',
  tag,
  summary: 'Match a bill of the supplier',
  description:
    'Order, ship notice and bill must agree on the quantity; another price is a variance of cost. The same `billId` and content is answered again without effect.',
  params,
  body: supplierBillBody,
  status: 201,
  answer: dropShipAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireDropShip(params.poId, call, deps);
    return deps.application.matchSupplierBill({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const dropShipRoutes: readonly Route[] = [list, readOne, acknowledge, notice, bill];
