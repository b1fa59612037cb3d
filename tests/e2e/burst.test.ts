import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/productProcess.ts';
import { orderBody, receive } from './calls.ts';
import { eventually } from './service.ts';

const ordersCount = 300;
const drainedWithinMs = 240_000;

type Answer = { readonly status: number; readonly retryAfter: string | null };

/** The lags of all read models, as a scraper sees them: none while the database has no time to tell. */
const lagsSeconds = async (url: string): Promise<readonly number[]> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^o2c_projection_lag_seconds\{[^}]*\} (\S+)$/gm)].map(([, value]) => Number(value));
};

describe('a burst of orders', () => {
  let database: TestDatabase<never>;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    product = await startProduct({ connectionString: database.connectionString, role: 'all', seed: 'demo' });
    await receive(product.client, '100000');
  }, 90_000);
  afterAll(async () => {
    await product?.stop();
    await database?.close();
  }, 30_000);

  const post = async (): Promise<Answer> => {
    const response = await fetch(`${product.url}/v1/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${product.token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(orderBody('1')),
    });
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.get('retry-after') };
  };

  const count = async (type: string): Promise<number> => {
    const text = `select count(*)::int as n from log.event where category = 'order' and type = $1`;
    return (await database.pool.query<{ n: number }>(text, [type])).rows[0]?.n ?? -1;
  };

  test('is taken, or refused early with advice; its backlog drains; the lag shows it and falls again', async () => {
    const lags: number[] = [];
    let watching = true;
    const watch = (async () => {
      while (watching) {
        lags.push(...(await lagsSeconds(product.url)));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const answers = await Promise.all(Array.from({ length: ordersCount }, post));
    const taken = answers.filter(({ status }) => status === 201).length;
    const refused = answers.filter(({ status }) => status === 503);
    expect(taken).toBeGreaterThan(0);
    expect(taken + refused.length).toBe(ordersCount);
    expect(refused.filter(({ retryAfter }) => retryAfter === null)).toEqual([]);
    // What was taken is durable, and nothing else is there.
    expect(await count('OrderSubmitted')).toBe(taken);
    await eventually(
      () => count('OrderClosed'),
      (closed) => closed === taken,
      drainedWithinMs,
    );
    watching = false;
    await watch;
    const highest = Math.max(...lags);
    expect(highest).toBeGreaterThan(0);
    await eventually(
      () => lagsSeconds(product.url),
      (now) => now.length > 5 && now.every((lag) => lag === 0),
      60_000,
    );
  }, 400_000);
});
