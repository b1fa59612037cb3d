import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startPartners } from '../support/partners.ts';
import { type Product, startProduct } from '../support/productProcess.ts';
import { orderBody, submit } from './calls.ts';
import { eventually } from './service.ts';

describe('two processes that answer', () => {
  let database: TestDatabase<never>;
  let partners: Awaited<ReturnType<typeof startPartners>>;
  const running: Product[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    partners = await startPartners();
    const shared = { connectionString: database.connectionString, partners: partners.urls };
    running.push(await startProduct({ ...shared, role: 'api', seed: 'demo' }));
    for (const role of ['api', 'projector'] as const)
      running.push(await startProduct({ ...shared, role, seed: 'none' }));
  });
  afterAll(async () => {
    await Promise.all(running.map((one) => one.stop()));
    await partners?.close();
    await database?.close();
  });

  test('seal with one key, open what the other one sealed, and forget it when the other one erases', async () => {
    const [one, other] = running as [Product, Product];
    const { orderId } = await submit(one.client, orderBody('10'));
    const cancel = ({ client }: Product, reason: string) =>
      client.send<{ changeId: string }>('channel', 'POST', `/v1/orders/${orderId}/cancellations`, {
        ...{ reason, lines: [{ lineId: '10', qty: '1' }] },
      });
    // Both make the customer's first key at once.
    const changes = await Promise.all([cancel(one, 'Ludmilla is away'), cancel(other, 'Kasimir is away')]);
    const reasons = ({ client }: Product) =>
      Promise.all(
        changes.map(({ changeId }) =>
          client.get<{ reason: string }>('channel', `/v1/orders/${orderId}/changes/${changeId}`).then(
            ({ reason }) => reason,
            () => 'not yet',
          ),
        ),
      );
    const both = ['Ludmilla is away', 'Kasimir is away'];
    for (const product of [one, other])
      expect(
        await eventually(
          () => reasons(product),
          (found) => found.join() === both.join(),
          30_000,
        ),
      ).toEqual(both);

    const path = '/v1/data-subjects/ACME/C-1001';
    const erase = () => one.client.send<object>('admin', 'POST', `${path}/erasures`, { ground: 'SUBJECT_REQUEST' });
    const asked = await erase().then(
      () => undefined,
      (error: { readonly problem?: Record<string, unknown> }) => error.problem,
    );
    expect(asked).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await one.client.send('admin2', 'POST', `/v1/approvals/${String(asked?.approvalId)}/decisions`, {
      ...{ decision: 'GRANT', payloadSha256: asked?.payloadSha256, reason: 'the letter is genuine' },
    });
    expect(await erase()).toMatchObject({ keys: [{ generation: 1, destroyedAt: expect.any(String) }] });
    expect(await reasons(one)).toEqual(['[erased]', '[erased]']);
    // A key that nobody told it about would be good for a minute.
    await eventually(
      () => reasons(other),
      (found) => found.join() === '[erased],[erased]',
      20_000,
    );
  });
});
