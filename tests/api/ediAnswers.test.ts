import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  acknowledgementOf,
  defineNordbuy,
  interchange,
  line,
  nextNumber,
  orderSet,
  sendRaw,
  today,
  x12,
} from './ediMessages.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { call } from './testApi.ts';

const southstore = { qualifier: 'ZZ', id: 'SOUTHSTORE', application: 'SOUTHSTORE' };

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
  await defineNordbuy(api);
});
afterAll(() => api.close());

describe('what partners say of orders and documents', () => {
  test('what a partner says of what it was sent is recorded, and not acknowledged', async () => {
    const set = ['ST*997*0001', 'AK1*PR*12', 'AK2*855*0001', 'AK3*PO1*4**8', 'AK4*2*330*6', 'AK5*R*5', 'AK9*R*1*1*0'];
    const control = nextNumber();
    const { body } = await sendRaw(api, interchange(control, [set], 'FA'), 'edi-12');
    expect(body).toMatchObject({ acknowledgement: null, sets: [{ kind: '997', state: 'ACKNOWLEDGEMENT' }] });
    const said: object[] = [];
    for await (const event of api.log.read(`inbox-ACME.NORDBUY.${control}` as never))
      if (event.type === 'AcknowledgementReceived') said.push(event.data as object);
    expect(said).toMatchObject([
      {
        ...{ functionalId: 'PR', acknowledgedGroup: '12', status: 'R' },
        sets: [{ kind: '855', set: '0001', status: 'R', detail: expect.stringMatching(/^⟦sealed:/) }],
      },
    ]);
  });

  test('an 860 asks its order for changes, once, and what is refused keeps none of the others', async () => {
    await sendRaw(
      api,
      interchange(nextNumber(), [orderSet('PO-EDI-860', line(), 'PO1*20*5*EA*12.5**BP*4711')]),
      'edi-860-order',
    );
    const sets = [
      ['ST*860*0001', `BCH*04*SA*PO-EDI-860***${x12(today)}`, 'POC*10*QI*12**EA', 'POC*20*DI', 'POC*99*DI', 'CTT*3'],
      ['ST*860*0001', `BCH*01*SA*PO-NOBODY***${x12(today)}`],
    ];
    const text = interchange(nextNumber(), sets, 'PC');
    const first = await sendRaw(api, text, 'edi-860');
    expect(first.body).toMatchObject({
      sets: [
        {
          ...{ kind: '860', state: 'CHANGE', customerPo: 'PO-EDI-860' },
          changes: [
            { kind: 'CANCEL', lineId: '20', refusal: null },
            { kind: 'CANCEL', lineId: '99', refusal: 'LINE_UNKNOWN' },
            { kind: 'QTY', lineId: '10', qty: '12', uom: 'EA', meaning: 'MORE_TO', refusal: null },
          ],
        },
        { state: 'REJECTED', errors: [{ code: 'NOT_FOUND', segment: 'BCH', elementNo: 3 }] },
      ],
    });
    expect(await acknowledgementOf(api, first.body)).toContain('AK2*860*0001~\nAK5*A~\nAK2*860*0002~\nAK3*BCH*2**8~');
    expect((await sendRaw(api, text, 'edi-860-again')).body).toMatchObject({ repeated: true, sets: first.body.sets });
    const { orderId } = first.body.sets[0];
    const asked: string[] = [];
    for await (const { type } of api.log.read(`order-ACME.${orderId}` as never)) asked.push(type);
    expect(asked.filter((type) => /ChangeRequested|CancelRequested/.test(type))).toEqual([
      ...['OrderLineCancelRequested', 'OrderLineChangeRequested'],
    ]);
  });

  test('a TA1 needs no group and is recorded once, as often as it comes', async () => {
    const control = nextNumber();
    const isa = interchange(control, []).split('~')[0];
    const text = `${isa}~\nTA1*000000001*261123*0800*R*006~\nIEA*0*${control}~\n`;
    const first = await sendRaw(api, text, 'edi-ta1');
    expect(first.body).toMatchObject({
      ...{ acknowledgement: null, groups: [] },
      sets: [{ place: '0.1', kind: 'TA1', state: 'ACKNOWLEDGEMENT' }],
    });
    expect((await sendRaw(api, text, 'edi-ta1-again')).body).toMatchObject({ repeated: true, sets: first.body.sets });
    const events: object[] = [];
    for await (const { type, data } of api.log.read(`inbox-ACME.NORDBUY.${control}` as never))
      events.push({ type, data });
    expect(events).toMatchObject([
      { type: 'InterchangeReceived' },
      {
        type: 'AcknowledgementReceived',
        data: { functionalId: null, acknowledgedGroup: '000000001', status: 'R', noteCode: '006', sets: [] },
      },
      ...[{ type: 'InterchangeAcknowledged' }, { type: 'InterchangeRepeated' }, { type: 'InterchangeAcknowledged' }],
    ]);
    const answered = (await api.log.readAfter('start', 1_000)).events.find(
      ({ type }) => type === 'PartnerDocumentMade',
    );
    const { documentId } = answered?.data as { readonly documentId: string };
    const headers = { 'x-min-position': `${await api.log.head()}` };
    const told = await call(api, 'GET', `/v1/partner-documents/${documentId}`, { role: 'ops', headers });
    expect(told.body).toMatchObject({ controlNumber: 1, state: 'REJECTED', acknowledgementDetail: '006' });
  });

  test('who asks for a TA1 is sent one before the 997s, and one alone where there is nothing else to acknowledge', async () => {
    const asking = (text: string): string => text.replace('*0*P*>', '*1*P*>');
    const control = nextNumber();
    const order = await sendRaw(api, asking(interchange(control, [orderSet('PO-TA1', line())])), 'edi-ta1-asked');
    expect(await acknowledgementOf(api, order.body)).toMatch(
      new RegExp(`^ISA[^~]*~\\nTA1\\*${control}\\*261123\\*0800\\*A\\*000~\\nGS\\*FA`),
    );
    const said = interchange(nextNumber(), [['ST*997*0001', 'AK1*PR*12', 'AK9*A*1*1*1']], 'FA');
    const answered = await sendRaw(api, asking(said), 'edi-ta1-997');
    expect(await acknowledgementOf(api, answered.body)).toMatch(
      /^ISA[^~]*~\nTA1\*\d{9}\*261123\*0800\*A\*000~\nIEA\*0\*/,
    );
  });

  test('S-05: a 945 is the warehouse’s own word, and one of goods that are not its own leaves no trace at them', async () => {
    const put = (partner: string, changes: object) =>
      call(api, 'PUT', `/v1/partners/ACME/${partner}`, {
        role: 'admin',
        body: {
          ...{ ...samples.definePartner?.body, orders: {}, sends: [], them: southstore },
          ...{ warehouse: { nodes: ['3PL-SOUTH'], cancellation: { form: 'CANCEL' } }, ...changes },
        },
      });
    expect((await put('SOUTHSTORE', {})).status).toBe(200);
    const read = await call(api, 'GET', '/v1/partners/ACME/SOUTHSTORE', { role: 'admin' });
    expect((read.body.definition as { readonly warehouse: object }).warehouse).toEqual({
      ...{ nodes: ['3PL-SOUTH'], cancellation: { form: 'CANCEL', answeredBy: '945' } },
    });
    const other = { ...southstore, id: 'OTHERSTORE' };
    const nodes = ['3PL-SOUTH', 'SUP-NORD', 'NOWHERE'];
    const refused = await put('OTHERSTORE', { them: other, warehouse: { nodes } });
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [
        { pointer: '/warehouse/nodes/0', code: 'DUPLICATE' },
        { pointer: '/warehouse/nodes/1', code: 'NODE_KEEPS_NO_STOCK' },
        { pointer: '/warehouse/nodes/2', code: 'NODE_UNKNOWN' },
      ],
    ]);
    const advice = (node: string) => [
      ...['ST*945*0001', 'W06*F*000000001*20261123*BOL-1', `N1*SF**91*${node}`, 'G62*11*20261123*8*0900*ET'],
      'W12*CC*1*1**EA**VN*BRG-6204',
    ];
    const text = interchange(nextNumber(), [advice('3PL-SOUTH'), advice('DC-EAST')], 'SW');
    const theirs = text.replace('01*123456789      ', 'ZZ*SOUTHSTORE     ');
    const { body } = await sendRaw(api, theirs, 'edi-945');
    expect(body).toMatchObject({
      partner: 'SOUTHSTORE',
      sets: [
        { kind: '945', state: 'ADVICE', shipmentId: null },
        {
          kind: '945',
          state: 'REJECTED',
          errors: [{ code: 'PARTNER_SCOPE', segment: 'N1', segmentNo: 3, elementNo: 4 }],
        },
      ],
    });
    expect(await acknowledgementOf(api, body)).toContain('AK1*SW*');
    expect(await acknowledgementOf(api, body)).toMatch(/AK2\*945\*0001~\nAK5\*A~\nAK2\*945\*0002~\nAK3\*N1\*3\*\*8~/);
    const head = await api.log.head();
    const asNordbuy = interchange(nextNumber(), [advice('3PL-SOUTH')], 'SW');
    const foreign = await sendRaw(api, asNordbuy, 'edi-945-foreign');
    expect(foreign.body.sets).toMatchObject([
      { state: 'REJECTED', errors: [{ code: 'PARTNER_SCOPE', segment: 'W06' }] },
    ]);
    const { events } = await api.log.readAfter(head, 100);
    expect(
      events.map(({ type }) => type).filter((type) => /^(Shipment|Items|Stock|ShippingAdvice)/.test(type)),
    ).toEqual([]);
  });
});
