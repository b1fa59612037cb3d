import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { positionOf } from '../projections/memoryLog.ts';
import { append, project, startedHistory } from './asOfReports.ts';
import { call, keys, makeTestApi, type TestApi } from './testApi.ts';

const [blocked, other] = ['01JD0000000000000000000001', '01JD0000000000000000000002'] as const;

const portal = (customer: string): Principal => ({
  tenant: 'default',
  id: `portal-${customer}`,
  kind: 'PARTNER',
  roles: ['channel'],
  businessUnits: ['ACME'],
  customers: [customer],
  nodes: 'all',
});

describe('a report about a document of which an event cannot be applied', () => {
  let api: TestApi;
  const log = startedHistory();
  playGoldenOrder(log, blocked);
  playGoldenOrder(log, other);
  const before = positionOf(log.events.length - 1);
  // A line that the order does not have.
  const poison = log.append(`allocation-ACME.${blocked}`, 'AllocationReserved', {
    ...{ orderId: blocked, bu: 'ACME', lineId: '99', item: 'BRG-6204', reservationId: 'r', node: 'DC-EAST' },
    ...{ qty: '1', from: 'UNSOURCED' },
  });
  log.append('credit-ACME.C-1001', 'CreditLimitSet', {
    ...{ bu: 'ACME', customer: 'C-1001', currency: 'USD', limit: '400000000' },
  });
  const after = positionOf(log.events.length - 1);

  beforeAll(async () => {
    const byKey = makeAuthenticate({ keys });
    const partners: Readonly<Record<string, Principal>> = { mine: portal('C-1001'), theirs: portal('C-1002') };
    api = await makeTestApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
    await append(api, log, 0);
    await project(api);
  });

  afterAll(() => api.close());

  const get = (path: string, token?: string) =>
    call(api, 'GET', path, token === undefined ? { role: 'auditor' } : { token });

  test.each([
    `/v1/orders/${blocked}?knownAsOf=${after}`,
    `/v1/orders?bu=ACME&knownAsOf=${after}`,
    `/v1/audit/lineage?root=order:${blocked}&knownAsOf=${after}`,
  ])('%s is 409 LANE_BLOCKED and names the event', async (path) => {
    expect(await get(path)).toMatchObject({
      status: 409,
      body: {
        code: 'LANE_BLOCKED',
        projection: 'orders',
        laneKey: `order:${blocked}`,
        eventId: poison.eventId,
        eventType: 'AllocationReserved',
        position: poison.position,
      },
    });
  });

  test.each([
    `/v1/orders/${blocked}?knownAsOf=${before}`,
    `/v1/orders?bu=ACME&knownAsOf=${before}`,
    `/v1/audit/lineage?root=order:${blocked}&knownAsOf=${before}`,
    `/v1/orders/${other}?knownAsOf=${after}`,
    `/v1/invoices/${blocked}-i1?knownAsOf=${after}`,
    `/v1/trial-balance?bu=ACME&knownAsOf=${after}`,
    `/v1/orders/${blocked}`,
  ])('%s does not need that event and is answered', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  test('who may see the order is told, to others there is no such order', async () => {
    const path = `/v1/orders/${blocked}?knownAsOf=${after}`;
    expect(await get(path, 'mine')).toMatchObject({ status: 409, body: { code: 'LANE_BLOCKED' } });
    expect(await get(path, 'theirs')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
