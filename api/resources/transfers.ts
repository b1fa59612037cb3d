import type { Receipt } from '../../commands/ports.ts';
import { requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { inScope } from '../principal.ts';
import { command, type Route, read } from '../route.ts';
import {
  transferParams as params,
  transfer,
  transferAnswer,
  transferBody,
  transferClosureBody,
  transferList,
  transferQuery,
  transferReceiptBody,
  transferRescheduleBody,
  transferShipmentBody,
} from '../schemas/transfers.ts';
import { requireTransfer } from '../visibility.ts';

const tag = 'Stock';

const told = ({ transferId }: { readonly transferId: string }, receipt: Receipt) => ({
  body: { transferId, receipt },
  etag: receipt.revision,
  location: `/v1/transfers/${transferId}`,
});

const order = command({
  operation: 'orderTransfer',
  path: '/v1/transfers',
  tag,
  summary: 'Order goods from one node to another of the same business unit',
  description:
    'The same reference and content is answered again without effect. What is ordered is expected at the receiving node from then on, and may be promised there.',
  body: transferBody,
  status: 201,
  answer: transferAnswer,
  creates: true,
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.from });
    return deps.application.orderTransfer(body, call.context);
  },
  tell: told,
});

const list = read({
  operation: 'listTransfers',
  path: '/v1/transfers',
  tag,
  summary: 'Transfers, newest first',
  query: transferQuery,
  objections: unknownBooks,
  answer: transferList,
  models: ['transfers'],
  handle: ({ query }, call, deps) => {
    const { nodes } = call.principal;
    return deps.reads.listTransfers({ ...query, ...(nodes !== 'all' && { nodes }) }, call.scope);
  },
});

const readOne = read({
  operation: 'readTransfer',
  path: '/v1/transfers/{transferId}',
  tag,
  summary: 'One transfer: what of each item left, came, is on its way and was written off',
  params,
  answer: transfer,
  models: ['transfers'],
  handle: async (input, call, deps) => {
    const view = await deps.reads.transferById(input.params.transferId, call.scope);
    const { nodes } = call.principal;
    return view !== undefined && (inScope(nodes, view.from) || inScope(nodes, view.to)) ? view : undefined;
  },
});

const reschedule = command({
  operation: 'rescheduleTransfer',
  path: '/v1/transfers/{transferId}/reschedules',
  tag,
  summary: 'Say that what is to come of a transfer comes on another day',
  description:
    'What lines that wait at the receiving node were promised is computed anew, and who listens is told of every promise that changed.',
  params,
  body: transferRescheduleBody,
  status: 201,
  answer: transferAnswer,
  ask: async ({ params: of, body }, call, deps) => {
    await requireTransfer(of.transferId, call, deps);
    return deps.application.rescheduleTransfer({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const ship = command({
  operation: 'shipTransfer',
  path: '/v1/transfers/{transferId}/shipments',
  tag,
  summary: 'Record goods of a transfer that left',
  description:
    'A fact. The same `shippingId` and content is answered again without effect. Stock falls, and what left is in transit at what it is worth where it left.',
  params,
  body: transferShipmentBody,
  status: 201,
  answer: transferAnswer,
  ask: async ({ params: of, body }, call, deps) => {
    await requireTransfer(of.transferId, call, deps, 'from');
    return deps.application.shipTransfer({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const receive = command({
  operation: 'receiveTransfer',
  path: '/v1/transfers/{transferId}/receipts',
  tag,
  summary: 'Record goods of a transfer that came',
  description:
    'A fact, in parts, too little or too much, and also before anybody told that the goods had left. The same `receiptId` and content is answered again without effect. What was closed as lost and comes after all is taken back from the loss.',
  params,
  body: transferReceiptBody,
  status: 201,
  answer: transferAnswer,
  ask: async ({ params: of, body }, call, deps) => {
    await requireTransfer(of.transferId, call, deps, 'to');
    return deps.application.receiveTransfer({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const close = command({
  operation: 'closeTransfer',
  path: '/v1/transfers/{transferId}/closures',
  tag,
  summary: 'End a transfer: nothing more is expected, and what differs is written off',
  description:
    'What left and did not come is a loss, what came and is not known to have left a find; both are posted to SHRINKAGE. Closed once more when goods that moved later left a difference again.',
  params,
  body: transferClosureBody,
  status: 201,
  answer: transferAnswer,
  ask: async ({ params: of, body }, call, deps) => {
    await requireTransfer(of.transferId, call, deps);
    return deps.application.closeTransfer({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const transferRoutes: readonly Route[] = [order, list, readOne, reschedule, ship, receive, close];
