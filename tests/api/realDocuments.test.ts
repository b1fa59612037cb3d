import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUlid } from '../../commands/eventIds.ts';
import { written } from './claimingApi.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes, readBack, streamOf, submitOrder } from './realCalls.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

describe('B-11 credit memos over HTTP', () => {
  /** The golden invoice: 9 bearings at 103.50 and 8.54 of tax, and 15.00 of freight. */
  const invoiced = async (): Promise<string> => {
    const orderId = String((await submitOrder(api)).body.orderId);
    const [invoiceId, soldTo] = [newUlid(), 'C-1001'];
    const data = { invoiceId, orderId, soldTo, number: `INV-${invoiceId}` };
    await written(api, `invoice-ACME.${invoiceId}`, [
      ['InvoiceDrafted', data],
      ['InvoiceIssued', data],
    ]);
    return invoiceId;
  };
  const credit = (body: object, more: object = {}) =>
    call(api, 'POST', '/v1/credit-memos', { role: 'finance', body: { reason: 'came damaged', ...body }, ...more });
  const two = [{ invoiceLineId: '1', qty: '2' }];

  test('one is written in one event, is answered again under its key, and reads back; another day does not know it', async () => {
    const invoiceId = await invoiced();
    const [head, key] = [await api.log.head(), randomUUID()];
    const body = { invoiceId, cause: 'RETURN', lines: two };
    const answer = await credit(body, { key });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    expect(await api.typesSince(head)).toEqual(['CreditMemoDrafted']);
    expect((await credit(body, { key })).text).toBe(answer.text);
    const path = `/v1/credit-memos/${String(answer.body.creditMemoId)}`;
    expect(answer.headers.location).toBe(path);
    const asked = { role: 'finance', headers: readBack(answer) } as const;
    const shown = await call(api, 'GET', path, asked);
    expect(shown.body).toMatchObject({
      ...{ invoiceId, kind: 'CREDIT_MEMO', state: 'DRAFT', number: null, cause: 'RETURN', reason: 'came damaged' },
      totals: { gross: '2500', discount: '200', charges: '0', tax: '190', total: '2490' },
      lines: [{ invoiceLineId: '1', qty: '2', net: '2300', tax: '190' }],
    });
    const list = await call(api, 'GET', `/v1/credit-memos?invoiceId=${invoiceId}`, asked);
    expect(list.body.items).toMatchObject([{ creditMemoId: answer.body.creditMemoId }]);
    const now = (answer.body.receipt as { readonly position: string }).position;
    expect((await call(api, 'GET', `${path}?knownAsOf=${now}`, asked)).body).toMatchObject({ state: 'DRAFT' });
    expect((await call(api, 'GET', `/v1/credit-memos?knownAsOf=${head}`, asked)).body.items).toEqual([]);
    const invoices = await call(api, 'GET', `/v1/invoices?orderId=${String(shown.body.orderId)}`, asked);
    expect(invoices.body.items).toMatchObject([{ invoiceId, kind: 'INVOICE' }]);
    expect((await call(api, 'GET', `/v1/invoices/${String(answer.body.creditMemoId)}`, asked)).status).toBe(404);
  });

  test('what cannot be is refused before anything is written', async () => {
    const invoiceId = await invoiced();
    const head = await api.log.head();
    const answers = await Promise.all([
      credit({ invoiceId, cause: 'RETURN', lines: [{ invoiceLineId: '1', qty: '10' }] }),
      credit({ invoiceId, cause: 'FREIGHT', charges: [{ code: 'FREIGHT', amount: '1501' }] }),
      credit({ invoiceId, cause: 'PRICE', lines: two }),
      credit({ invoiceId: newUlid(), cause: 'RETURN', lines: two }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'CREDIT_EXCEEDS_INVOICED'],
      [409, 'CREDIT_EXCEEDS_INVOICED'],
      [422, 'CREDIT_MEMO_INVALID'],
      [404, 'NOT_FOUND'],
    ]);
    expect(await api.typesSince(head)).toEqual([]);
  });
});

describe('P-14 kits over HTTP', () => {
  test('a warehouse confirms kits whole or by component, and knows no others', async () => {
    const answer = await submitOrder(api, {
      lines: [{ lineId: '10', item: 'KIT-SEAL', qty: '3', uom: 'EA' }],
      charges: [],
    });
    const { orderId } = answer.body as { readonly orderId: string };
    const components = [
      { item: 'SEAL-RING', qty: '2' },
      { item: 'GREASE-50', qty: '1' },
    ];
    const shipmentId = newUlid();
    const planned = {
      ...{ shipmentId, orderId, bu: 'ACME', node: 'DC-EAST', kind: 'WAREHOUSE', releaseId: newUlid() },
      shipTo: { id: 'MAIN' },
      lines: [{ lineId: '10', item: 'KIT-SEAL', qty: '3', reservationId: 'r-10', components }],
    };
    await written(api, `allocation-ACME.${orderId}`, [['AllocationReleased', planned]]);
    await written(api, `shipment-ACME.${shipmentId}`, [['ShipmentPlanned', planned]]);
    const confirm = (...lines: readonly object[]) =>
      call(api, 'POST', `/v1/shipments/${shipmentId}/confirmations`, {
        role: 'warehouse',
        body: {
          ...{ confirmationId: randomUUID(), shippedAt: new Date().toISOString() },
          lines: lines.map((line) => ({ orderId, lineId: '10', uom: 'EA', ...line })),
        },
      });
    const wrong = await confirm({ item: 'BELT-A42', qty: '1' });
    expect([wrong.status, codes(wrong)]).toEqual([422, ['/lines/0/item LINE_UNKNOWN']]);
    expect((await confirm({ item: 'SEAL-RING', qty: '3' })).status).toBe(201);
    expect((await confirm({ item: 'GREASE-50', qty: '1' })).status).toBe(201);
    expect((await confirm({ qty: '1' })).status).toBe(201);
    const left = (await streamOf(api, `shipment-ACME.${shipmentId}`)).slice(1).map(({ data }) => data);
    expect(left).toMatchObject([
      { lines: [{ item: 'KIT-SEAL', qty: '0', components: [{ item: 'SEAL-RING', qty: '3' }] }] },
      { lines: [{ qty: '1' }] },
      {
        lines: [
          {
            qty: '1',
            components: [
              { item: 'SEAL-RING', qty: '2' },
              { item: 'GREASE-50', qty: '1' },
            ],
          },
        ],
      },
    ]);
  });
});
