import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { api } from './fileApi.ts';
import { codes, readBack, streamOf, submitOrder } from './realCalls.ts';
import { call } from './testApi.ts';

/** Orders as a channel meets them. */
export const ordersOverHttp = (): void => {
  const submit = (changes: object = {}) => submitOrder(api, changes);

  describe('orders', () => {
    test('P-01 an order is answered after validation, pricing and credit, and reads back as it was answered', async () => {
      const head = await api.log.head();
      const answer = await submit();
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
      expect(answer.body).toMatchObject({
        status: 'OPEN',
        totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' },
        lines: [{ lineId: '10', ordered: '10', unsourced: '10', unitPrice: '12.50', status: 'SOURCING' }],
      });
      expect(await api.typesSince(head)).toEqual([
        'OrderSubmitted',
        'OrderValidated',
        'OrderPriced',
        'CreditReserved',
        'OrderAccepted',
      ]);
      const { orderId, revision } = answer.body as { orderId: string; revision: number };
      expect([answer.headers.location, answer.headers.etag]).toEqual([`/v1/orders/${orderId}`, `"${revision}"`]);
      const read = await call(api, 'GET', `/v1/orders/${orderId}`, { headers: readBack(answer) });
      expect(read.status).toBe(200);
      expect(read.headers.etag).toBe(answer.headers.etag);
      for (const name of ['status', 'totals', 'customerPo', 'revision'])
        expect([name, read.body[name]]).toEqual([name, answer.body[name]]);
      for (const path of ['timeline', 'promise'])
        expect((await call(api, 'GET', `/v1/orders/${orderId}/${path}`, { headers: readBack(answer) })).status).toBe(
          200,
        );
      const list = await call(api, 'GET', `/v1/orders?bu=ACME&soldTo=C-1001&item=BRG-6204&status=OPEN&limit=1`, {
        role: 'ops',
      });
      expect((list.body.items as { readonly orderId: string }[])[0]?.orderId).toBe(orderId);
    });

    test('P-14 a kit is ordered at its own price with what it is made of, and not reserved for a cart', async () => {
      const lines = [{ lineId: '10', item: 'KIT-SEAL', qty: '3', uom: 'EA' }];
      const answer = await submit({ lines, charges: [] });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
      expect(answer.body).toMatchObject({
        status: 'OPEN',
        totals: { net: '3450' },
        lines: [{ lineId: '10', item: 'KIT-SEAL', ordered: '3', unsourced: '3', unitPrice: '11.50' }],
      });
      const events = await streamOf(api, `order-ACME.${answer.body.orderId}`);
      const components = [
        { item: 'SEAL-RING', qty: '2' },
        { item: 'GREASE-50', qty: '1' },
      ];
      expect(events.at(0)?.data).toMatchObject({ lines: [{ kind: 'KIT', components }] });
      expect(events.at(-1)?.data).toMatchObject({ lines: [{ item: 'KIT-SEAL', qty: '3', components }] });
      const cart = await call(api, 'POST', '/v1/reservations', {
        body: { bu: 'ACME', channel: 'portal', soldTo: 'C-1001', kind: 'CART', lines },
      });
      expect([cart.status, codes(cart)]).toEqual([422, ['/lines/0/item KIT_NOT_STOCKED']]);
    });

    test('P-03 unknown item, inactive customer, bad unit and bad date come back together, and nothing is appended', async () => {
      const head = await api.log.head();
      const answer = await submit({
        soldTo: 'C-1003',
        requestedDate: '2020-01-01',
        lines: [
          { lineId: '10', item: 'NOTHING', qty: '1', uom: 'EA' },
          { lineId: '20', item: 'BRG-6204', qty: '1', uom: 'PALLET' },
        ],
      });
      expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
      expect(codes(answer)).toEqual(
        expect.arrayContaining(['/soldTo CUSTOMER_INACTIVE', '/lines/0/item ITEM_UNKNOWN', '/lines/1/uom UOM_UNKNOWN']),
      );
      expect(codes(answer).some((code) => code.startsWith('/requestedDate '))).toBe(true);
      expect(await api.log.head()).toBe(head);
    });

    test('B-03 an unknown account alone is CUSTOMER_UNKNOWN', async () => {
      const answer = await submit({ soldTo: 'C-9999' });
      expect([answer.status, answer.body.code, codes(answer)]).toEqual([
        422,
        'CUSTOMER_UNKNOWN',
        ['/soldTo CUSTOMER_UNKNOWN'],
      ]);
    });

    test('S-19 over the limit: kept on hold; finance may release it, the channel that entered it may not', async () => {
      const answer = await submit({
        soldTo: 'C-1002',
        lines: [{ lineId: '10', item: 'BRG-6205', qty: '100', uom: 'EA' }],
      });
      expect([answer.status, answer.body.status]).toEqual([201, 'ON_HOLD']);
      const { orderId, holds } = answer.body as {
        orderId: string;
        holds: readonly { readonly holdId: string; readonly type: string }[];
      };
      expect(holds.map((hold) => hold.type)).toEqual(['CREDIT']);
      const release = (role: 'channel' | 'finance') =>
        call(api, 'POST', `/v1/orders/${orderId}/hold-releases`, {
          role,
          body: { holdId: holds[0]?.holdId, reason: 'paid by wire' },
        });
      expect((await release('channel')).body.code).toBe('FORBIDDEN');
      const released = await release('finance');
      expect({ status: released.status, text: released.text }).toMatchObject({ status: 201 });
      expect(released.body).toMatchObject({ orderId, holds: [], status: 'OPEN' });
      expect((await release('finance')).status).toBe(409);
    });

    test('S-14 the same purchase order with other content is kept on hold, with the same content it is the same order', async () => {
      const customerPo = `PO-${randomUUID()}`;
      const first = await submit({ customerPo });
      const again = await submit({ customerPo });
      expect([again.status, again.body.orderId]).toEqual([201, first.body.orderId]);
      const other = await submit({ customerPo, charges: [] });
      expect(other.body.orderId).not.toBe(first.body.orderId);
      expect(other.body).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'POSSIBLE_DUPLICATE_PO' }] });
    });

    test('a stale If-Match is 412 with the present revision; the present one is taken', async () => {
      const order = await submit();
      const path = `/v1/orders/${String(order.body.orderId)}/cancellations`;
      const stale = await call(api, 'POST', path, { body: { reason: 'late' }, headers: { 'if-match': '"0"' } });
      expect([stale.status, stale.body.code, stale.body.currentRevision]).toEqual([
        412,
        'REVISION_MISMATCH',
        order.body.revision,
      ]);
      const taken = await call(api, 'POST', path, {
        body: { reason: 'late' },
        headers: { 'if-match': String(order.headers.etag) },
      });
      expect({ status: taken.status, text: taken.text }).toMatchObject({ status: 202 });
      const change = await call(api, 'GET', String(taken.headers.location), { headers: readBack(taken) });
      expect(change.body).toMatchObject({ changeId: taken.body.changeId, state: 'PENDING' });
    });

    test('what does not exist is 404 for commands too', async () => {
      const none = '01JD0000000000000000000001';
      expect((await call(api, 'POST', `/v1/orders/${none}/cancellations`, { body: { reason: 'x' } })).status).toBe(404);
      expect(
        (
          await call(api, 'POST', `/v1/orders/${none}/hold-releases`, {
            role: 'finance',
            body: { holdId: 'x', reason: 'x' },
          })
        ).status,
      ).toBe(404);
      for (const [name, body] of [
        [
          'confirmations',
          {
            confirmationId: 'x',
            shippedAt: new Date().toISOString(),
            lines: [{ orderId: none, lineId: '1', qty: '1', uom: 'EA' }],
          },
        ],
        ['voids', { reason: 'x' }],
      ] as const) {
        const answer = await call(api, 'POST', `/v1/shipments/${none}/${name}`, { role: 'warehouse', body });
        expect({ name, status: answer.status, code: answer.body.code }).toMatchObject({ name, status: 404 });
      }
      expect(
        (await call(api, 'POST', `/v1/invoices/${none}/voids`, { role: 'finance', body: { reason: 'x' } })).status,
      ).toBe(404);
    });
  });
};
