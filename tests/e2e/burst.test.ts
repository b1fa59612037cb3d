import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { alarmNamed, alarmStates, type Scrape } from '../support/alarms.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/productProcess.ts';
import { orderBody, receive } from './calls.ts';
import { eventually } from './service.ts';

const ordersCount = 300;
const drainedWithinMs = 240_000;

type Answer = { readonly status: number; readonly retryAfter: string | null };

/** As a scraper sees it: without the gauges that the database has no time to tell. */
const scrape = async (url: string): Promise<Scrape> => ({
  atMs: Date.now(),
  text: await (await fetch(`${url}/metrics`)).text(),
});

/** The lags of all read models. */
const lagsIn = ({ text }: Scrape): readonly number[] =>
  [...text.matchAll(/^o2c_projection_lag_seconds\{[^}]*\} (\S+)$/gm)].map(([, value]) => Number(value));

/** So few orders are worked off within the limits of the alarms; any lag at all stands for one beyond them. */
const atOnce = async (alert: string) => ({ ...(await alarmNamed(alert)), above: 0, forMs: 0 });

describe('a burst of orders', () => {
  let database: TestDatabase<never>;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    product = await startProduct({ connectionString: database.connectionString, role: 'all', seed: 'demo' });
    await receive(product.client, '100000');
  });
  afterAll(async () => {
    await product?.stop();
    await database?.close();
  });

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

  test('O-37 is taken, or refused early with advice; its backlog drains; the alarms of lag and backlog fire and clear', async () => {
    const scrapes: Scrape[] = [];
    let watching = true;
    const watch = (async () => {
      while (watching) {
        scrapes.push(await scrape(product.url));
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
    const rules = [await atOnce('ReadModelLate'), await atOnce('StepsLate')];
    for (const rule of rules) expect(alarmStates(rule, scrapes)).toContain('firing');
    await eventually(
      () => scrape(product.url),
      (now) => lagsIn(now).length > 5 && rules.every((rule) => alarmStates(rule, [now])[0] === 'inactive'),
      60_000,
    );
  }, 400_000);
});
