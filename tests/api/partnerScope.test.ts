import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeApp } from '../../api/app.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Role } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { addDays } from '../../domain/calendar.ts';
import type { InvoiceView } from '../../projections/invoices/queries.ts';
import type { ShipmentView } from '../../projections/shipments/queries.ts';
import { written } from './claimingApi.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { anOrderId, aShipmentId } from './samples.ts';
import { answering, call, keys } from './testApi.ts';

const partner = (id: string, role: Role, changes: Partial<Principal>): Principal => ({
  tenant: 'default',
  id,
  kind: 'PARTNER',
  roles: [role],
  businessUnits: ['ACME'],
  customers: 'all',
  nodes: 'all',
  ...changes,
});

const partners: Readonly<Record<string, Principal>> = {
  'portal-1001': partner('portal-1001', 'channel', { customers: ['C-1001'] }),
  'portal-1002': partner('portal-1002', 'channel', { customers: ['C-1002'] }),
  'other-unit': partner('other-unit', 'channel', { businessUnits: ['OTHER'] }),
  'dock-other-unit': partner('dock-other-unit', 'warehouse', { businessUnits: ['OTHER'] }),
  books: partner('books', 'finance', {}),
  'books-other-unit': partner('books-other-unit', 'finance', { businessUnits: ['OTHER'] }),
  '3pl-south': partner('3pl-south', 'warehouse', { nodes: ['3PL-SOUTH'] }),
  nord: partner('nord', 'supplier', { nodes: ['SUP-NORD'] }),
  sued: partner('sued', 'supplier', { nodes: ['SUP-SUED'] }),
  '3pl-two': partner('3pl-two', 'warehouse', { nodes: ['3PL-SOUTH', 'DC-WEST'] }),
};

let api: RealApi;
let orderId = '';
let position = '';

beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
  const answer = await call(api, 'POST', '/v1/orders', {
    token: 'portal-1001',
    body: {
      bu: 'ACME',
      channel: 'portal',
      customerPo: `PO-${randomUUID()}`,
      soldTo: 'C-1001',
      shipTo: { id: 'MAIN' },
      currency: 'USD',
      requestedDate: addDays(new Date().toISOString().slice(0, 10), 8),
      lines: [{ lineId: '10', item: 'BRG-6204', qty: '1', uom: 'EA' }],
    },
  });
  orderId = String(answer.body.orderId);
  position = (answer.body.receipt as { readonly position: string }).position;
}, 60_000);
afterAll(() => api.close());

const get = (token: string, path: string) => call(api, 'GET', path, { token, headers: { 'x-min-position': position } });

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

  describe('what a command may touch is decided on the stream', () => {
    /** The read models stand still, as while one is repaired. */
    const behind = (path: string, token: string, body: object) => {
      const none = async () => undefined;
      const models = { orderById: none, shipmentById: none, invoiceById: none };
      const reads = { ...api.deps.reads, waitForPosition: async () => false, ...models };
      return call({ app: makeApp({ ...api.deps, reads }) }, 'POST', path, { token, body });
    };
    const submit = async (changes: object) => {
      const body = {
        ...{
          bu: 'ACME',
          channel: 'portal',
          customerPo: `PO-${randomUUID()}`,
          soldTo: 'C-1001',
          shipTo: { id: 'MAIN' },
        },
        ...{ currency: 'USD', requestedDate: addDays(new Date().toISOString().slice(0, 10), 8) },
        lines: [{ lineId: '10', item: 'BRG-6205', qty: '100', uom: 'EA' }],
        ...changes,
      };
      const { body: order } = await call(api, 'POST', '/v1/orders', { role: 'channel', body });
      return order as { orderId: string; holds: readonly { readonly holdId: string }[] };
    };

    test('a hold is released by who may, and an order cancelled by its customer, however far behind the read models are', async () => {
      const { orderId: held, holds } = await submit({ soldTo: 'C-1002' });
      const release = (token: string) =>
        behind(`/v1/orders/${held}/hold-releases`, token, { holdId: holds[0]?.holdId, reason: 'paid by wire' });
      expect((await release('portal-1002')).body.code).toBe('FORBIDDEN');
      for (const token of ['portal-1001', 'other-unit']) expect((await release(token)).status).toBe(404);
      const released = await release(keys.finance);
      expect([released.status, released.body.status]).toEqual([201, 'OPEN']);
      expect((await release(keys.finance)).body.code).toBe('HOLD_NOT_OPEN');

      const { orderId: own } = await submit({});
      const cancel = (token: string) => behind(`/v1/orders/${own}/cancellations`, token, { reason: 'a mistake' });
      for (const token of ['portal-1002', 'other-unit']) expect((await cancel(token)).status).toBe(404);
      expect((await cancel('portal-1001')).status).toBe(202);
    });

    test('goods are picked and confirmed by the warehouse that they leave, and by no other', async () => {
      const [shipmentId, { orderId: sold }] = [newUlid(), await submit({})];
      const planned = { lineId: '10', item: 'BRG-6205', qty: '10', reservationId: `r-${shipmentId}` };
      const plan = { bu: 'ACME', node: 'DC-WEST', orderId: sold, shipmentId, lines: [planned] };
      await written(api, `shipment-ACME.${shipmentId}`, [['ShipmentPlanned', plan]]);
      const lines = [{ orderId: sold, lineId: '10', qty: '4', uom: 'EA' }];
      const pick = (token: string, id = shipmentId) =>
        behind(`/v1/shipments/${id}/picks`, token, { pickId: `P-${shipmentId}`, lines });
      const confirm = (token: string, id = shipmentId) => {
        const body = { confirmationId: `C-${shipmentId}`, shippedAt: new Date().toISOString(), lines };
        return behind(`/v1/shipments/${id}/confirmations`, token, body);
      };
      const voids = (token: string) => behind(`/v1/shipments/${shipmentId}/voids`, token, { reason: 'counted wrong' });
      const [foreign, unknown] = [await confirm('3pl-south'), await confirm('3pl-south', newUlid())];
      expect([foreign.status, foreign.body.detail]).toEqual([404, unknown.body.detail]);
      for (const answer of [await pick('3pl-south'), await voids('3pl-south'), await voids('dock-other-unit')])
        expect(answer.status).toBe(404);
      expect((await pick('3pl-two')).status).toBe(201);
      expect((await confirm('3pl-two')).status).toBe(201);
      expect((await voids('3pl-two')).status).toBe(201);
    });

    test('a warehouse that is limited to its nodes waits for a shipment that is about to be planned, as others do', async () => {
      const [shipmentId, { orderId: sold }] = [newUlid(), await submit({})];
      const planned = { lineId: '10', item: 'BRG-6205', qty: '10', reservationId: `r-${shipmentId}` };
      const plan = { bu: 'ACME', node: 'DC-WEST', orderId: sold, shipmentId, lines: [planned] };
      const looking = Promise.withResolvers<void>();
      const { application } = api.deps;
      const plannedPlace: typeof application.plannedPlace = (id, isMeant) => {
        const place = application.plannedPlace(id, isMeant);
        looking.resolve();
        return place;
      };
      const app = makeApp({ ...api.deps, application: { ...application, plannedPlace } });
      const body = { lines: [{ orderId: sold, lineId: '10', qty: '4', uom: 'EA', cause: 'NOT_FOUND' }] };
      const answer = call({ app }, 'POST', `/v1/shipments/${shipmentId}/shortages`, { token: '3pl-two', body });
      await looking.promise;
      await written(api, `shipment-ACME.${shipmentId}`, [['ShipmentPlanned', plan]]);
      expect((await answer).status).toBe(201);
    });

    test('an invoice is voided by whose books it is in, and by no other', async () => {
      const invoiceId = newUlid();
      const drafted = { invoiceId, bu: 'ACME', soldTo: 'C-1001' };
      await written(api, `invoice-ACME.${invoiceId}`, [
        ['InvoiceDrafted', drafted],
        ['InvoiceIssued', { invoiceId }],
      ]);
      const voids = (token: string) => behind(`/v1/invoices/${invoiceId}/voids`, token, { reason: 'wrong address' });
      expect((await voids('books-other-unit')).status).toBe(404);
      expect((await voids('books')).status).toBe(201);
    });
  });

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

const shipment: ShipmentView = {
  shipmentId: aShipmentId,
  bu: 'ACME',
  orderId: anOrderId,
  node: 'DC-EAST',
  kind: 'WAREHOUSE',
  state: 'CONFIRMED',
  revision: 2,
  releaseId: 'R',
  shipTo: { id: 'MAIN' },
  plannedAt: '2026-11-23T08:00:00.000Z',
  shippedAt: '2026-11-23T09:00:00.000Z',
  carrier: 'UPS',
  carrierStatus: null,
  deliveredAt: null,
  cartons: [],
  proofOfDelivery: null,
  tracking: [],
  freightCost: { amount: '1200', currency: 'USD' },
  confirmations: [],
  voidReason: null,
  lagSeconds: 1,
  position: '1',
  updatedAt: '2026-11-23T09:00:00.000Z',
  lines: [
    {
      shipmentLineId: '10',
      orderId: anOrderId,
      lineId: '10',
      item: 'BRG-6204',
      reservationId: 'V',
      qty: '7',
      picked: '7',
      shipped: '7',
      overshipped: '0',
      shorted: '0',
      stopped: '0',
      lots: [],
      serials: [],
      unitCost: '6.00',
      cost: '4200',
      components: null,
    },
  ],
};

const invoice: InvoiceView = {
  invoiceId: 'I-1',
  bu: 'ACME',
  number: 'INV-1',
  kind: 'INVOICE',
  orderId: anOrderId,
  state: 'ISSUED',
  revision: 2,
  soldTo: 'C-1001',
  billTo: 'C-1001',
  issueDate: '2026-11-23',
  dueDate: '2026-12-23',
  currency: 'USD',
  charges: [],
  taxes: [],
  openAmount: '8050',
  credited: '0',
  settlement: { deposits: '0', paid: '0', writtenOff: '0', dispute: null },
  totals: { gross: '8750', discount: '700', charges: '0', tax: '0', total: '8050' },
  receiptOfTax: { engine: null, docCode: null, committed: false },
  taxProblem: null,
  postingRefusal: null,
  erpDocument: null,
  contentSha256: null,
  voidDate: null,
  voidReason: null,
  position: '1',
  updatedAt: '2026-11-23T09:00:00.000Z',
  lines: [
    {
      invoiceLineId: '1',
      orderLineId: '10',
      shipmentId: aShipmentId,
      shipmentLineId: '10',
      item: 'BRG-6204',
      qty: '7',
      unitPrice: '12.50',
      gross: '8750',
      discount: '700',
      net: '8050',
      tax: '0',
      cost: '4200',
    },
  ],
};

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
