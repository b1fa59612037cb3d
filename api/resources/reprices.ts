import { z } from 'zod';
import { longCommand, type Route } from '../route.ts';
import { lineId, ulid } from '../schemas/fields.ts';
import { repriceAnswer, repriceBody } from '../schemas/orderChanges.ts';
import { requireOrder } from '../visibility.ts';

const reprice = longCommand({
  operation: 'repriceOrderLine',
  path: '/v1/orders/{orderId}/lines/{lineId}/price-overrides',
  tag: 'Orders',
  summary: 'Set the price of a line that was agreed with the customer',
  description:
    'Of an order that is not accepted yet, as one that is held for its prices; an accepted one keeps them (PRICE_AGREED). The price is the whole price: discounts of a contract end. More than 10 % from the price that applies, the first call is refused APPROVAL_REQUIRED with the id of an approval; once another person than who asked or entered the order agreed there, the same request (under a new key) is carried out. Holds stay until they are released.',
  params: z.strictObject({ orderId: ulid, lineId }),
  body: repriceBody,
  status: 201,
  answer: repriceAnswer,
  refusals: [404, 409],
  ask: async ({ params, body }, call, deps) => {
    await requireOrder(params.orderId, call, deps);
    return deps.application.repriceLine({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/orders/${params.orderId}`,
  }),
});

export const repriceRoutes: readonly Route[] = [reprice];
