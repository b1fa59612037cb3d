import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createSoapErp } from '../../../../adapters/erp/soap/client.ts';
import { faultMessage, inEnvelope, openEnvelope } from '../../../../adapters/erp/soap/envelope.ts';
import { refusalIn, troubleOfFault } from '../../../../adapters/erp/soap/faults.ts';
import { erpNamespace, messageOf } from '../../../../adapters/erp/soap/messages.ts';
import { aBatch, aJournal } from '../../../contracts/erpContract.ts';
import { closingAfterEach } from '../../../support/closing.ts';
import { effectsOf, quickHttp, strike, troubleOf } from '../../http/peer.ts';
import { anErpOrder } from '../order.ts';
import { startSoapErp } from '../startErp.ts';

const declared = (code: string) =>
  `<detail><ErpFault xmlns="${erpNamespace}"><Code>${code}</Code><Message>So.</Message></ErpFault></detail>`;
const fault11 = (code: string, detail = '') =>
  inEnvelope('1.1', `<soap:Fault><faultcode>${code}</faultcode><faultstring>No.</faultstring>${detail}</soap:Fault>`);
const fault12 = (value: string, subcode = '') =>
  inEnvelope(
    '1.2',
    `<soap:Fault><soap:Code><soap:Value>soap:${value}</soap:Value>${subcode && `<soap:Subcode><soap:Value xmlns:w="urn:w">w:${subcode}</soap:Value></soap:Subcode>`}</soap:Code><soap:Reason><soap:Text xml:lang="en">No.</soap:Text></soap:Reason></soap:Fault>`,
  );

const opened = (version: '1.1' | '1.2', text: string) => {
  const found = openEnvelope(version, text);
  if (found.kind !== 'fault') throw new Error('no fault');
  return found.fault;
};

describe('I-02: a fault is one of the troubles that every partner makes, or a refusal', () => {
  test.each([
    ['the server broke', fault11('soap:Server'), 'SERVER_ERROR'],
    ['the server is busy', fault11('soap:Server.ServerBusy'), 'BUSY'],
    ['busy, in the words of the declared fault', fault11('soap:Server', declared('TooManyRequests')), 'BUSY'],
    ['what it waits for is late', fault11('soap:Server.Timeout'), 'TIMEOUT'],
    ['the machine is out of order, although declared', fault11('soap:Server', declared('StorageFull')), 'SERVER_ERROR'],
    ['the password is wrong', fault11('wsse:FailedAuthentication'), 'CREDENTIALS'],
    ['not signed in', fault11('soap:Client.Authentication'), 'CREDENTIALS'],
    ['the message is wrong', fault11('soap:Client'), 'BAD_RESPONSE'],
    ['another version', fault11('soap:VersionMismatch'), 'BAD_RESPONSE'],
    ['a header they need', fault11('soap:MustUnderstand'), 'BAD_RESPONSE'],
    ['a code of nobody', fault11(''), 'BAD_RESPONSE'],
    ['a decision', fault11('soap:Client', declared('CustomerBlocked')), undefined],
    ['a decision that is laid to the server', fault11('soap:Server', declared('CustomerBlocked')), undefined],
  ])('1.1: %s', (_, text, trouble) => {
    expect(troubleOfFault(opened('1.1', text))).toBe(trouble);
  });

  test.each([
    ['the server broke', fault12('Receiver'), 'SERVER_ERROR'],
    ['the server is busy', fault12('Receiver', 'ServerTooBusy'), 'BUSY'],
    ['the password is wrong', fault12('Sender', 'FailedAuthentication'), 'CREDENTIALS'],
    ['the message is wrong', fault12('Sender'), 'BAD_RESPONSE'],
    ['another encoding', fault12('DataEncodingUnknown'), 'BAD_RESPONSE'],
    ['a decision', inEnvelope('1.2', faultMessage('1.2', 'receiver', 'CustomerBlocked', 'So.')), undefined],
  ])('1.2: %s', (_, text, trouble) => {
    expect(troubleOfFault(opened('1.2', text))).toBe(trouble);
  });

  test('a decision is told with their code in our spelling, and a detail of nobody is none', () => {
    const refusal = { kind: 'refused', code: 'CUSTOMER_BLOCKED', detail: 'So.' };
    expect(refusalIn(opened('1.1', fault11('soap:Client', declared('CustomerBlocked'))))).toEqual(refusal);
    const stack =
      '<detail><ErpFault xmlns="urn:other"><Code>CustomerBlocked</Code></ErpFault><trace>at Post()</trace></detail>';
    expect(troubleOfFault(opened('1.1', fault11('soap:Client', stack)))).toBe('BAD_RESPONSE');
  });
});

const closed = closingAfterEach();

/** A service that gives these answers, one after the other, the last one for ever. */
const answering = async (...answers: readonly { readonly status: number; readonly body: string }[]) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    asked.push(String(request.headers.soapaction));
    const { status, body } = answers[Math.min(asked.length, answers.length) - 1] ?? { status: 500, body: '' };
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closed({
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { send } = quickHttp(`http://127.0.0.1:${address.port}`);
  return { asked, erp: createSoapErp({ system: 'ERP', version: '1.1', send, settleMs: 0 }) };
};

const none = { status: 200, body: inEnvelope('1.1', messageOf('FindSalesOrdersResponse', { salesOrders: [] })) };
const broken = { status: 500, body: fault11('soap:Server') };
const order = anErpOrder('O-1');
const action = (name: string) => `"${erpNamespace}/${name}"`;

describe('what is asked again', () => {
  test('a question after a fault of the server, until it is answered; a creation never, though its outcome is looked for', async () => {
    const { asked, erp } = await answering(broken, broken, none, broken, none);
    expect(await troubleOf(erp.registerOrder(order))).toBe('SERVER_ERROR');
    const found = action('FindSalesOrders');
    expect(asked).toEqual([found, found, found, action('CreateSalesOrder'), found]);
  });

  test('a creation that found the server busy: it did nothing', async () => {
    const { asked, erp } = await answering(none, { status: 500, body: fault11('soap:Server.ServerBusy') });
    expect(await troubleOf(erp.registerOrder(order))).toBe('BUSY');
    expect(asked.filter((name) => name === action('CreateSalesOrder'))).toHaveLength(4);
  });

  test.each([
    ['a message they cannot read', fault11('soap:Client'), 'BAD_RESPONSE'],
    ['a wrong password', fault11('soap:Client.Authentication'), 'CREDENTIALS'],
  ])('%s: nothing, because it would be the same', async (_, body, trouble) => {
    const { asked, erp } = await answering({ status: 500, body });
    expect(await troubleOf(erp.registerOrder(order))).toBe(trouble);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a fault with the status of success', { status: 200, body: fault11('soap:Server') }, 'SERVER_ERROR'],
    ['an empty body', { status: 200, body: '' }, 'BAD_RESPONSE'],
    ['a page of a proxy', { status: 404, body: '<html><body>Not Found<br></body></html>' }, 'BAD_RESPONSE'],
    [
      'another message',
      { status: 200, body: inEnvelope('1.1', messageOf('GetJournalImportResponse', {})) },
      'BAD_RESPONSE',
    ],
    [
      'two messages',
      { status: 200, body: inEnvelope('1.1', `${messageOf('FindSalesOrdersResponse', {})}<a/>`) },
      'BAD_RESPONSE',
    ],
    [
      'a list that comes twice',
      {
        status: 200,
        body: inEnvelope(
          '1.1',
          messageOf('FindSalesOrdersResponse', {}).replace('><', '><SalesOrders/><SalesOrders/><'),
        ),
      },
      'BAD_RESPONSE',
    ],
    [
      'the other version',
      { status: 200, body: inEnvelope('1.2', messageOf('FindSalesOrdersResponse', { salesOrders: [] })) },
      'BAD_RESPONSE',
    ],
    [
      'an order with a name that cannot be kept',
      {
        status: 200,
        body: inEnvelope(
          '1.1',
          messageOf('FindSalesOrdersResponse', { salesOrders: [{ number: 'SO\u2028', externalDocumentNumber: '⟦x' }] }),
        ),
      },
      'BAD_RESPONSE',
    ],
  ])('%s is never "there is none"', async (_, answer, trouble) => {
    const { erp } = await answering(answer);
    expect(await troubleOf(erp.registerOrder(order))).toBe(trouble);
  });
});

describe('what cannot be sent, or is somebody else’s', () => {
  test('a character that XML cannot hold is refused before it is sent', async () => {
    const { erp, url } = await startSoapErp();
    expect(await erp.registerOrder({ ...order, customerPo: 'PO\u0001' })).toMatchObject({ code: 'NOT_REPRESENTABLE' });
    const journal = { ...aJournal('J-1'), documentRef: '\uffff' };
    expect(await erp.importJournals(aBatch('B-1', [journal]))).toMatchObject({ code: 'NOT_REPRESENTABLE' });
    expect(await effectsOf(url)).toMatchObject({ orders: 0, journalImports: 0 });
  });

  test('markup in a purchase order number is text to them', async () => {
    const { erp, url } = await startSoapErp();
    const customerPo = '</CustomerPurchaseOrderNumber><CustomerNumber>C-9</CustomerNumber>&x;';
    expect((await erp.registerOrder({ ...order, customerPo })).kind).toBe('registered');
    expect(await effectsOf(url)).toMatchObject({ orders: 1 });
  });

  test('a breaker of the network in front of it is as with every other partner', async () => {
    const { erp, url } = await startSoapErp();
    await strike(url, { mode: 'drop', operation: 'findOrder', times: 4 });
    expect(await troubleOf(erp.registerOrder(order))).toBe('NETWORK');
  });
});
