import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../../domain/calendar.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes, movement, readBack, streamOf, today } from './realCalls.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  call(api, 'POST', path, { role: 'warehouse', body, headers });

const place = { bu: 'ACME', node: 'DC-WEST', item: 'BRG-6204' };
const lastOf = async (types: number) => (await streamOf(api, 'stock-ACME.DC-WEST.BRG-6204')).slice(-types);

const positionOf = async (answer: Awaited<ReturnType<typeof post>>) => {
  const path = '/v1/inventory-positions?bu=ACME&node=DC-WEST&item=BRG-6204';
  const read = await call(api, 'GET', path, { role: 'warehouse', headers: readBack(answer) });
  return (read.body.items as readonly object[])[0];
};

describe('POST /v1/stock-counts', () => {
  const countOf = (counted: string, changes: object = {}) => ({
    ...{ bu: 'ACME', node: 'DC-WEST', countId: randomUUID(), countedAt: new Date().toISOString() },
    lines: [{ item: 'BRG-6204', counted, believed: '9', uom: 'EA' }],
    ...changes,
  });

  test('brings stock to what was found and availability with it; a repeat is answered again', async () => {
    await post('/v1/stock-movements', movement({ ...place, qty: '10' }));
    const before = await positionOf(await post('/v1/stock-movements', movement({ ...place, qty: '1' })));
    const booked = String((before as { readonly onHand: string }).onHand);
    const counted = String(Number(booked) - 3);
    const count = countOf(counted);
    const answer = await post('/v1/stock-counts', count);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    expect(answer.body).toMatchObject({
      countId: count.countId,
      lines: [
        { item: 'BRG-6204', status: 'SELLABLE', counted, booked, believed: '9', adjusted: '-3', superseded: false },
      ],
    });
    expect(
      (await lastOf(2)).map(({ type, data, metadata }) => [type, (data as { qty?: string }).qty, metadata.occurredAt]),
    ).toEqual([
      ['StockCounted', undefined, count.countedAt],
      ['StockAdjusted', '-3', count.countedAt],
    ]);
    expect(await positionOf(answer)).toMatchObject({ onHand: counted, sellable: counted, available: counted });
    const head = await api.log.head();
    const again = await post('/v1/stock-counts', count);
    expect([again.status, again.body.receipt, again.body.lines]).toEqual([201, answer.body.receipt, answer.body.lines]);
    const other = await post('/v1/stock-counts', { ...count, lines: [{ item: 'BRG-6204', counted: '0', uom: 'EA' }] });
    expect([other.status, other.body.code]).toEqual([422, 'BUSINESS_KEY_REUSED']);
    expect(await api.log.head()).toBe(head);
  });

  test('is known by its receipt', async () => {
    const answer = await post('/v1/stock-counts', countOf('7'));
    const { commandId } = answer.body.receipt as { readonly commandId: string };
    const read = await call(api, 'GET', `/v1/receipts/${commandId}`, { role: 'warehouse', headers: readBack(answer) });
    expect({ status: read.status, ...read.body }).toMatchObject({ status: 200, receipt: answer.body.receipt });
  });

  test('tells everything that is wrong at once', async () => {
    const line = { item: 'BRG-6204', counted: '1', uom: 'EA' };
    const lines = [
      { ...line, counted: '-1' },
      { ...line, item: 'NOPE' },
      { ...line, item: 'BRG-6205', believed: 7, uom: 'ZZ' },
    ];
    const answer = await post('/v1/stock-counts', { ...countOf('1'), node: 'NOWHERE', countedAt: 'now', lines });
    expect(answer.status).toBe(422);
    expect([...codes(answer)].sort()).toEqual([
      '/countedAt FORMAT_INVALID',
      ...['/lines/0/counted QTY_NEGATIVE', '/lines/1/item ITEM_UNKNOWN', '/lines/2/believed NUMERIC_FORMAT'],
      ...['/lines/2/uom UOM_UNKNOWN', '/node NODE_UNKNOWN'],
    ]);
    expect(codes(await post('/v1/stock-counts', countOf('1', { lines: [line, line] })))).toEqual([
      '/lines/1/item DUPLICATE_LINE',
    ]);
    expect(
      codes(await post('/v1/stock-counts', countOf('1', { countedAt: `${addDays(today, -9)}T00:00:00Z` }))),
    ).toEqual(['/countedAt DATE_IN_PAST']);
  });
});

describe('POST /v1/supplies/{supplyId}/…', () => {
  const supplyId = `PO-${randomUUID()}`;
  const at = (noun: string) => `/v1/supplies/${supplyId}/${noun}`;

  test('a supply is announced, put off, received in excess and closed, and the position shows what is to come', async () => {
    const [soon, later] = [addDays(today, 5), addDays(today, 15)];
    const announced = { ...place, supplyId, type: 'PO', qty: '10', uom: 'EA', availableDate: soon };
    const first = await post('/v1/supplies', announced);
    expect(first.headers.location).toBe(`/v1/supplies/${supplyId}`);
    expect(await positionOf(first)).toMatchObject({ onOrder: '10' });
    const putOff = await post(at('reschedules'), { ...place, qty: '8', uom: 'EA', availableDate: later });
    expect({ status: putOff.status, text: putOff.text }).toMatchObject({ status: 201 });
    expect(putOff.headers.location).toBe(first.headers.location);
    expect(putOff.body).toMatchObject({ supplyId, expected: '8', open: '8', availableDate: later });
    expect((await lastOf(1))[0]).toMatchObject({ type: 'SupplyRescheduled', data: { type: 'PO', qty: '8' } });
    const received = { ...place, reference: randomUUID(), qty: '5', uom: 'EA', unitCost: '6.00', lots: ['L-1'] };
    const part = await post(at('receipts'), received);
    expect(part.body).toMatchObject({ received: '5', open: '3', excess: '0' });
    expect(await positionOf(part)).toMatchObject({ onOrder: '3' });
    expect(await streamOf(api, 'stock-ACME.DC-WEST.BRG-6204')).toContainEqual(
      expect.objectContaining({ type: 'StockReceived', data: expect.objectContaining({ supplyId, lots: ['L-1'] }) }),
    );
    const again = await post(at('receipts'), received);
    expect([again.status, again.body]).toEqual([201, part.body]);
    const cancelled = await post(at('cancellations'), { ...place, reason: 'the maker has no more' });
    expect([cancelled.status, cancelled.body.open]).toEqual([201, '0']);
    expect(await positionOf(cancelled)).toMatchObject({ onOrder: '0' });
    const closed = await post(at('reschedules'), { ...place, availableDate: soon });
    expect([closed.status, closed.body.code]).toEqual([409, 'SUPPLY_NOT_OPEN']);
  });

  test('reads back: what is expected when, how often it slipped, what came and what never will', async () => {
    const [number, soon, later] = [`PO-${randomUUID()}`, addDays(today, 5), addDays(today, 15)];
    const announced = { supplyId: number, type: 'PO', qty: '10', uom: 'EA', availableDate: soon };
    await post('/v1/supplies', { ...place, ...announced });
    await post('/v1/supplies', { ...place, ...announced, item: 'BELT-A42', type: 'ASN' });
    await post(`/v1/supplies/${number}/reschedules`, { ...place, availableDate: later });
    const received = { ...place, reference: randomUUID(), qty: '4', uom: 'EA', unitCost: '6.00' };
    const last = await post(`/v1/supplies/${number}/receipts`, received);
    const get = (query: string, since = last) =>
      call(api, 'GET', `/v1/supplies${query}`, { role: 'warehouse', headers: readBack(since) });
    const other = { item: 'BELT-A42', type: 'ASN', status: 'OPEN', expected: '10', open: '10', slips: 0 };
    const whole = await get(`/${number}`);
    expect(whole.body).toMatchObject({
      supplyId: number,
      items: [
        { ...other, node: 'DC-WEST', availableDate: soon, received: '0', cancelled: '0' },
        {
          ...{ item: 'BRG-6204', type: 'PO', status: 'OPEN', expected: '10', received: '4', open: '6', excess: '0' },
          ...{ cancelled: '0', availableDate: later, slips: 1 },
        },
      ],
      nextCursor: null,
    });
    const first = await get(`/${number}?limit=1`);
    const second = await get(`/${number}?limit=1&cursor=${first.body.nextCursor}`);
    expect([first, second].flatMap(({ body }) => body.items)).toEqual(whole.body.items);
    const cancelled = await post(`/v1/supplies/${number}/cancellations`, { ...place, reason: 'no more' });
    const listed = async (status: string) => {
      const query = `?bu=ACME&node=DC-WEST&item=BRG-6204&status=${status}&limit=500`;
      const items = (await get(query, cancelled)).body.items as readonly { readonly supplyId: string }[];
      return items.filter(({ supplyId: one }) => one === number);
    };
    expect(await listed('OPEN')).toEqual([]);
    expect(await listed('CANCELLED')).toMatchObject([
      { expected: '0', received: '4', open: '0', cancelled: '6', availableDate: null, slips: 1 },
    ]);
    expect((await get(`/${randomUUID()}`)).status).toBe(404);
    expect(codes(await get('?status=LATE'))).toEqual(['/query/status VALUE_INVALID']);
  });

  test('one that nobody announced is not found, and a stale revision changes nothing', async () => {
    const unknown = `/v1/supplies/${randomUUID()}`;
    expect((await post(`${unknown}/reschedules`, { ...place, availableDate: today })).status).toBe(404);
    expect((await post(`${unknown}/cancellations`, { ...place, reason: 'x' })).status).toBe(404);
    const head = await api.log.head();
    const body = { ...place, reference: randomUUID(), qty: '5', uom: 'EA' };
    expect((await post(`${unknown}/receipts`, body, { 'if-match': '"9999"' })).status).toBe(412);
    expect(await api.log.head()).toBe(head);
  });
});
