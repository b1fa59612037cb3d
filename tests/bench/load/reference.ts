import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';
import { z } from 'zod';

// The reference for order capture: an Express endpoint that checks the same body with zod, answers with it and an id, and
// does nothing else at all; with STORE_IN it also stores it, one row and one commit each. It runs in a process of its own,
// as the product does.

const code = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
const money = z.string().regex(/^\d{1,18}$/);

const orderBody = z.strictObject({
  bu: code,
  channel: code,
  customerPo: z.string().min(1).max(100),
  soldTo: code,
  shipTo: z.strictObject({ id: code }),
  currency: z.string().regex(/^[A-Z]{3}$/),
  requestedDate: z.iso.date(),
  shipComplete: z.boolean(),
  allowSplit: z.boolean(),
  allowSubstitute: z.boolean(),
  charges: z.array(z.strictObject({ code, amount: money })).max(20),
  lines: z
    .array(z.strictObject({ lineId: code, item: code, qty: money, uom: code }))
    .min(1)
    .max(2_000),
});

const pool =
  process.env.STORE_IN === undefined ? undefined : new pg.Pool({ connectionString: process.env.STORE_IN, max: 32 });

const store = async (orderId: string, body: unknown): Promise<void> => {
  const text = 'insert into public.plain_order (order_id, body) values ($1, $2)';
  await pool?.query({ name: 'plain-order', text, values: [orderId, JSON.stringify(body)] });
};

await pool?.query('create table public.plain_order (order_id uuid primary key, body text not null)');
const app = express();
app.disable('x-powered-by');
app.post('/v1/orders', express.json(), async (request, response) => {
  const parsed = orderBody.safeParse(request.body);
  if (!parsed.success) {
    response.status(422).json({ errors: parsed.error.issues });
    return;
  }
  const orderId = randomUUID();
  await store(orderId, parsed.data);
  response.status(201).json({ orderId, ...parsed.data });
});

const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
