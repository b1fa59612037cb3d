import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { makeApp } from '../../api/app.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { addDays } from '../../domain/calendar.ts';
import { written } from './claimingApi.ts';
import { api } from './fileApi.ts';
import { call, keys } from './testApi.ts';

/** What belongs to whom is in the streams, so a read model that stands still lets nobody in and keeps nobody out. */
export const touchedByCommands = (): void => {
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
};
