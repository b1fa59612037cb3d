import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { makeApp } from '../../api/app.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { addDays } from '../../domain/calendar.ts';
import { written } from './claimingApi.ts';
import { api } from './fileApi.ts';
import { get, orderId, withPartners } from './limitedPartners.ts';
import { anOrderId, aShipmentId } from './samples/given.ts';
import { answering, call } from './testApi.ts';
import { touchedByCommands } from './touchedByCommands.ts';
import { invoice, shipment } from './viewsWithCost.ts';

withPartners();

describe('S-11 a portal sees its own customer only', () => {
  test('its own order in full', async () => {
    for (const path of ['', '/timeline', '/promise', '/documents', '?fields=orderId'])
      expect([path, (await get('portal-1001', `/v1/orders/${orderId}${path}`)).status]).toEqual([path, 200]);
    expect(((await get('portal-1001', '/v1/orders')).body.items as unknown[]).length).toBe(1);
  });

  test.each([
    'portal-1002',
    'other-unit',
  ])("%s gets 404, not 403, for another's order, as for one that does not exist", async (token) => {
    for (const path of ['', '/timeline', '/promise', '/documents', '?fields=orderId', `/changes/${anOrderId}`]) {
      const foreign = await get(token, `/v1/orders/${orderId}${path}`);
      const missing = await get(token, `/v1/orders/${anOrderId}${path}`);
      expect([path, foreign.status, missing.status]).toEqual([path, 404, 404]);
      expect(foreign.body.detail).toBe(missing.body.detail);
    }
    for (const path of [
      '/v1/orders',
      '/v1/orders?soldTo=C-1001',
      '/v1/orders?bu=ACME',
      '/v1/shipments',
      '/v1/invoices',
    ]) {
      expect([path, (await get(token, path)).body.items]).toEqual([path, []]);
    }
    expect((await get('portal-1002', '/v1/credit-accounts/C-1001?bu=ACME')).status).toBe(403);
  });

  test.each([
    'portal-1002',
    'other-unit',
  ])('%s can neither cancel it nor release its holds, and leaves no trace', async (token) => {
    const head = await api.log.head();
    const cancel = await call(api, 'POST', `/v1/orders/${orderId}/cancellations`, {
      token,
      body: { reason: 'mischief' },
    });
    const release = await call(api, 'POST', `/v1/orders/${orderId}/hold-releases`, {
      token,
      body: { holdId: 'x', reason: 'mischief' },
    });
    expect([cancel.status, release.status]).toEqual([404, 404]);
    expect(await api.log.head()).toBe(head);
  });

  touchedByCommands();

  test('O-32 changing ids finds no leak', async () => {
    for (let n = 0; n < 50; n += 1) {
      const guess = orderId.slice(0, 24) + String(n).padStart(2, '0');
      if (guess === orderId) continue;
      expect((await get('portal-1002', `/v1/orders/${guess}`)).status).toBe(404);
    }
  });
});

describe('S-05 an outsourced warehouse sees its own nodes only', () => {
  test('positions of its node, without asking; of another, 403; with two nodes it says which', async () => {
    const own = await get('3pl-south', '/v1/inventory-positions');
    expect((own.body.items as { readonly node: string }[]).every((item) => item.node === '3PL-SOUTH')).toBe(true);
    expect((await get('3pl-south', '/v1/inventory-positions?node=DC-EAST')).body.code).toBe('PARTNER_SCOPE');
    expect((await get('3pl-two', '/v1/inventory-positions')).body.errors).toEqual([
      expect.objectContaining({ pointer: '/query/node', code: 'REQUIRED' }),
    ]);
    expect((await get('3pl-two', '/v1/inventory-positions?node=DC-WEST')).status).toBe(200);
    expect((await get('3pl-south', '/v1/orders')).status).toBe(403);
  });
});

describe('S-05 an outsourced warehouse sees what is to come to its own nodes only', () => {
  test('of a supply its own part, of one that goes elsewhere nothing', async () => {
    const supplyId = `PO-${randomUUID()}`;
    const announce = (node: string, id = supplyId) => {
      const body = { bu: 'ACME', node, item: 'BRG-6204', supplyId: id, type: 'PO', qty: '5', uom: 'EA' };
      const availableDate = addDays(new Date().toISOString().slice(0, 10), 5);
      return call(api, 'POST', '/v1/supplies', { role: 'warehouse', body: { ...body, availableDate } });
    };
    const elsewhere = `PO-${randomUUID()}`;
    await announce('DC-EAST', elsewhere);
    await announce('DC-EAST');
    const told = await announce('3PL-SOUTH');
    const headers = { 'x-min-position': (told.body.receipt as { readonly position: string }).position };
    const look = (token: string, path: string) => call(api, 'GET', path, { token, headers });
    const nodesIn = ({ body }: Awaited<ReturnType<typeof look>>) =>
      (body.items as readonly { readonly node: string }[]).map(({ node }) => node);
    expect(nodesIn(await look('3pl-south', `/v1/supplies/${supplyId}`))).toEqual(['3PL-SOUTH']);
    expect(new Set(nodesIn(await look('3pl-south', '/v1/supplies')))).toEqual(new Set(['3PL-SOUTH']));
    expect((await look('3pl-south', `/v1/supplies/${elsewhere}`)).status).toBe(404);
    expect((await look('3pl-south', '/v1/supplies?node=DC-EAST')).body.code).toBe('PARTNER_SCOPE');
    expect((await look('dock-other-unit', `/v1/supplies/${supplyId}`)).status).toBe(404);
    expect(nodesIn(await look('dock-other-unit', '/v1/supplies'))).toEqual([]);
    expect((await look('portal-1001', '/v1/supplies')).status).toBe(403);
  });
});

describe('S-11 a supplier sees its own purchase orders only', () => {
  test('answers them, and another supplier finds none', async () => {
    const poId = newUlid();
    await written(api, `dropship-ACME.${poId}`, [['DropShipPlaced', { poId }]]);
    const path = `/v1/dropship-orders/${poId}`;
    const shippedAt = new Date().toISOString();
    const body = { supplierAsn: `ASN-${poId}`, shippedAt, lines: [{ lineId: '10', qty: '2', uom: 'EA' }] };
    expect((await call(api, 'POST', `${path}/shipments`, { token: 'sued', body })).status).toBe(404);
    const told = await call(api, 'POST', `${path}/shipments`, { token: 'nord', body });
    expect(told.status).toBe(201);
    const since = (told.body.receipt as { readonly position: string }).position;
    const look = (token: string, at: string) => call(api, 'GET', at, { token, headers: { 'x-min-position': since } });
    expect((await look('nord', path)).body).toMatchObject({ poId, state: 'PARTIALLY_SHIPPED', accrued: '28000' });
    expect((await look('sued', path)).status).toBe(404);
    const listed = async (token: string) => (await look(token, '/v1/dropship-orders')).body.items;
    expect([await listed('nord'), await listed('sued')]).toMatchObject([[{ poId }], []]);
    expect((await look('nord', '/v1/orders')).status).toBe(403);
  });
});

describe('our cost', () => {
  const app = () =>
    makeApp({
      ...api.deps,
      reads: answering(api.deps, {
        shipmentById: async () => shipment,
        listShipments: async () => ({ items: [shipment], nextCursor: null }),
        invoiceById: async () => invoice,
        listInvoices: async () => ({ items: [invoice], nextCursor: null }),
      }),
    });
  const paths = [`/v1/shipments/${aShipmentId}`, '/v1/shipments', '/v1/invoices/I-1', '/v1/invoices'];

  test.each(paths)('%s shows it to finance and not to a channel', async (path) => {
    const finance = await call({ app: app() }, 'GET', path, { role: 'finance' });
    const channel = await call({ app: app() }, 'GET', path, { role: 'channel' });
    expect(finance.text).toContain('"cost":"4200"');
    expect(channel.text).not.toContain('4200');
    expect(channel.text).not.toContain('6.00');
    expect(channel.text).toContain('"cost":null');
  });

  test('S-05 a shipment of another node does not exist for an outsourced warehouse', async () => {
    expect((await call({ app: app() }, 'GET', `/v1/shipments/${aShipmentId}`, { token: '3pl-south' })).status).toBe(
      404,
    );
  });
});
