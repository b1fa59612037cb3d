import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';
import type { z } from 'zod';
import { submitOrderBody } from '../../../api/schemas/orders.ts';

// The reference for order capture: an Express endpoint that checks the same body with the same zod schema and answers with
// an order of the same shape, whose figures it makes up; it does nothing else at all. With STORE_IN it also stores the body,
// one row and one commit each. It runs in a process of its own, as the product does.

const pool =
  process.env.STORE_IN === undefined ? undefined : new pg.Pool({ connectionString: process.env.STORE_IN, max: 32 });

const store = async (orderId: string, body: unknown): Promise<void> => {
  const text = 'insert into public.plain_order (order_id, body) values ($1, $2)';
  await pool?.query({ name: 'plain-order', text, values: [orderId, JSON.stringify(body)] });
};

await pool?.query('create table public.plain_order (order_id uuid primary key, body text not null)');

const noQuantity = {
  ...{ backordered: '0', reserved: '0', allocated: '0', picked: '0', dropship: '0', shipped: '0', overshipped: '0' },
  ...{ cancelled: '0', invoiced: '0', gifted: '0', returned: '0', credited: '0' },
};

/** As large as the product's own answer. */
const answerOf = (orderId: string, order: z.output<typeof submitOrderBody>) => {
  const { bu, channel, customerPo, soldTo, currency, requestedDate } = order;
  const recordedAt = new Date().toISOString();
  return {
    ...{ orderId, bu, channel, status: 'OPEN', customerPo, soldTo, currency, requestedDate },
    totals: { gross: '1250', discount: '100', charges: '1500', net: '2650' },
    ...{ holds: [], revision: 3, erpNumber: null },
    lines: order.lines.map(({ lineId, item, qty, uom }) => ({
      ...{ lineId, item, uom, status: 'OPEN', unitPrice: '12.50', promisedDate: null, ordered: qty, unsourced: qty },
      ...noQuantity,
    })),
    ...{ releases: [], asOfPosition: '00000000000000000001', lagMs: 0 },
    receipt: {
      commandId: orderId,
      stream: `order-${bu}.${orderId}`,
      revision: 3,
      position: '00000000000000000001',
      recordedAt,
    },
  };
};

const app = express();
app.disable('x-powered-by');
app.post('/v1/orders', express.json(), async (request, response) => {
  const parsed = submitOrderBody.safeParse(request.body);
  if (!parsed.success) {
    response.status(422).json({ errors: parsed.error.issues });
    return;
  }
  const orderId = randomUUID();
  await store(orderId, parsed.data);
  response.status(201).location(`/v1/orders/${orderId}`).json(answerOf(orderId, parsed.data));
});

const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
