import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { dueReservations } from '../../projections/reservations/queries.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

const portal = (customer: string): Principal => ({
  ...{ tenant: 'default', id: `portal-${customer}`, kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: [customer], nodes: 'all' },
});
const partners: Readonly<Record<string, Principal>> = { north: portal('C-1001'), south: portal('C-1002') };

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
  const receipt = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', kind: 'RECEIPT', qty: '10', uom: 'EA' };
  const body = { ...receipt, unitCost: '6.00', reference: 'R-1' };
  expect((await call(api, 'POST', '/v1/stock-movements', { token: keys.warehouse, body })).status).toBe(201);
});
afterAll(() => api.close());

const asked = { bu: 'ACME', channel: 'portal', soldTo: 'C-1001', kind: 'CART' };
const lines = (qty: string) => [{ lineId: '10', item: 'BRG-6204', qty, uom: 'EA' }];

const reserve = (token: string, body: object, key: string = randomUUID()): Promise<Answered> =>
  call(api, 'POST', '/v1/reservations', { token, key, body: { ...asked, lines: lines('4'), ...body } });

const post = (token: string, id: unknown, noun: string, body: object): Promise<Answered> =>
  call(api, 'POST', `/v1/reservations/${id}/${noun}`, { token, key: randomUUID(), body });

const get = async (token: string, path: string): Promise<Answered> =>
  call(api, 'GET', path, { token, headers: { 'x-min-position': String(await api.log.head()) } });

describe('B-07 a reservation', () => {
  test('is told with what it holds and until when, and told again to whoever asks again', async () => {
    const key = randomUUID();
    const before = await api.log.head();
    const made = await reserve('north', {}, key);
    expect(made.status).toBe(201);
    expect(await api.typesSince(before)).toEqual(['StockReserved', 'ChannelReservationMade']);
    expect(made.body).toMatchObject({
      ...{ ...asked, complete: true },
      lines: [{ lineId: '10', qty: '4', held: '4', fullQtyDate: null, parts: [{ node: 'DC-EAST', qty: '4' }] }],
    });
    expect((await reserve('north', {}, key)).text).toBe(made.text);
    const path = `/v1/reservations/${made.body.reservationId}`;
    expect(made.headers.location).toBe(path);
    const { receipt, complete: _, lines: _lines, ...told } = made.body;
    expect((await get('north', path)).body).toMatchObject({
      ...{ ...told, state: 'OPEN', revision: (receipt as { revision: number }).revision },
      lines: [
        { lineId: '10', held: '4', parts: [{ node: 'DC-EAST', held: '4', ordered: '0', orderIds: [], state: 'OPEN' }] },
      ],
    });
    const stock = await get(keys.warehouse, '/v1/inventory-positions?bu=ACME&node=DC-EAST&item=BRG-6204');
    expect(stock.body.items).toMatchObject([{ onHand: '10', reserved: '4', available: '6' }]);
  });

  test('is its customer’s own: others see none, can do nothing with it, and cannot reserve for that customer', async () => {
    const { reservationId } = (await reserve('north', { lines: lines('1') })).body;
    expect((await get('south', `/v1/reservations/${reservationId}`)).status).toBe(404);
    expect((await get('south', '/v1/reservations')).body.items).toEqual([]);
    expect((await post('south', reservationId, 'extensions', { minutes: 20 })).status).toBe(404);
    expect((await post('south', reservationId, 'releases', { reason: 'OTHER' })).status).toBe(404);
    expect((await reserve('south', {})).body).toMatchObject({ status: 403, code: 'PARTNER_SCOPE' });
    const order = { bu: 'ACME', channel: 'portal', customerPo: 'PO-RES', soldTo: 'C-1002', shipTo: { id: 'MAIN' } };
    const body = { ...order, currency: 'USD', requestedDate: '2099-01-01', reservationIds: [reservationId] };
    const refused = await call(api, 'POST', '/v1/orders', { token: 'south', body: { ...body, lines: lines('1') } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toContainEqual(
      expect.objectContaining({ pointer: '/reservationIds/0', code: 'RESERVATION_UNKNOWN' }),
    );
  });

  test('that cannot be had whole is refused with what could be had, and taken in part when that will do', async () => {
    const body = { kind: 'QUOTE', lines: lines('6') };
    expect((await reserve('north', body)).body).toMatchObject({
      ...{ status: 409, code: 'ATP_SHORT' },
      lines: [{ lineId: '10', item: 'BRG-6204', qty: '6', availableNow: '5', fullQtyDate: null }],
    });
    const part = await reserve('north', { ...body, allowPartial: true });
    expect(part.body).toMatchObject({ kind: 'QUOTE', complete: false, lines: [{ qty: '6', held: '5' }] });
    const { reservationId } = part.body;
    const longer = await post('north', reservationId, 'extensions', { minutes: 20_000 });
    expect(longer.body).toMatchObject({ reservationId, lines: [{ lineId: '10', qty: '5' }] });
    const freed = await post('north', reservationId, 'releases', { reason: 'DECLINED' });
    expect(freed.body).toMatchObject({ reservationId, lines: [{ lineId: '10', qty: '5' }] });
    expect((await get('north', `/v1/reservations/${reservationId}`)).body).toMatchObject({
      ...{ state: 'RELEASED', expiresAt: longer.body.expiresAt },
      lines: [{ held: '0', parts: [{ state: 'RELEASED', held: '0' }] }],
    });
    expect((await post('north', reservationId, 'extensions', { minutes: 20 })).body.code).toBe('RESERVATION_UNKNOWN');
  });

  test('is found by its state, kind and customer, newest first, page by page', async () => {
    const idsOf = ({ body }: Answered) => (body.items as { reservationId: string }[]).map((item) => item.reservationId);
    const all = idsOf(await get('north', '/v1/reservations'));
    expect(all).toHaveLength(3);
    const first = await get('north', '/v1/reservations?limit=2');
    const rest = await get('north', `/v1/reservations?limit=2&cursor=${first.body.nextCursor}`);
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(all);
    expect(idsOf(await get(keys.ops, '/v1/reservations?state=OPEN&kind=CART&soldTo=C-1001'))).toEqual(all.slice(1));
    expect(idsOf(await get('north', '/v1/reservations?state=EXPIRED'))).toEqual([]);
    const { db } = api.database;
    expect(await dueReservations(db, new Date().toISOString(), 9)).toEqual([]);
    expect(await dueReservations(db, '2099-01-01T00:00:00.000Z', 9)).toEqual([
      { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' },
    ]);
  });
});
