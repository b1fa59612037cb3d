import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { createCrmClient } from '../../../adapters/crm/client.ts';
import { createCrmQuotes } from '../../../adapters/crm/quotesClient.ts';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { createErpReceivables } from '../../../adapters/erp/receivables.ts';
import { createFraudClient } from '../../../adapters/fraud/client.ts';
import type { AttemptReport, ResilientHttp } from '../../../adapters/http/resilientHttp.ts';
import { createTaxClient } from '../../../adapters/tax/client.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import type { Erp, FraudEngine, Tax, Wms } from '../../../commands/partnerPorts.ts';
import type { CrmAccounts, CrmQuotes, ErpReceivables } from '../../../commands/ports.ts';
import { aBatch, aJournal } from '../../contracts/erpContract.ts';
import { aFraudRequest } from '../../contracts/fraudContract.ts';
import { aTaxRequest } from '../../contracts/taxContract.ts';
import { anErpOrder } from '../erp/order.ts';
import { asking, quickHttp } from '../http/peer.ts';
import { aRelease } from '../wms/release.ts';

/** What a hostile partner does with a request that it has read to its end. */
export type Act = (socket: Socket, request: IncomingMessage) => void;

/** A whole answer with this JSON text, honestly declared. */
export const sayJson =
  (body: string, status = 200): Act =>
  (socket) => {
    const bytes = Buffer.from(body, 'utf8');
    const head = `HTTP/1.1 ${status} Said\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n`;
    socket.end(Buffer.concat([Buffer.from(head), bytes]));
  };

/** Exactly these bytes, then the end of the connection. */
export const sayBytes =
  (bytes: string | Buffer): Act =>
  (socket) =>
    void socket.end(bytes);

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** An ERP, a warehouse and a tax engine at one address. Searches find nothing; everything else is answered as `act` likes. */
export const hostilePeer = async (
  act: Act,
  { search = sayJson('{"value":[]}'), timeoutMs = 250 }: { search?: Act; timeoutMs?: number } = {},
) => {
  const operations: string[] = [];
  const server = createServer((request, response) => {
    operations.push(`${request.method} ${request.url?.split('?')[0]}`);
    request.resume();
    request.once('end', () => {
      const socket = response.socket;
      if (socket === null) return;
      const isSearch = request.method === 'GET' && request.url?.startsWith('/api/v1/salesOrders') === true;
      (isSearch ? search : act)(socket, request);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const reports: AttemptReport[] = [];
  const onAttempt = (report: AttemptReport): void => void reports.push(report);
  const client = () => quickHttp(url, { timeoutMs, attemptsMax: 2, onAttempt });
  const http = () => client().send;
  /** A feed is given seconds to answer; nobody here waits for them. */
  const hurriedFeed: ResilientHttp['send'] = (request, use) => client().send({ ...request, timeoutMs }, use);
  return {
    url,
    operations,
    reports,
    openSockets: () => sockets.size,
    erp: createErpClient({ system: 'erp', send: http(), settleMs: 20, settlePollMs: 5, importTimeoutMs: timeoutMs }),
    receivables: createErpReceivables({ system: 'erp', ask: asking(client()) }),
    wms: createWmsClient({ system: 'wms', send: http(), sendFeed: hurriedFeed }),
    tax: createTaxClient({ engine: 'tax', send: http() }),
    fraud: createFraudClient({ engine: 'fraud', send: http() }),
    crm: createCrmClient({ system: 'crm', send: http() }),
    quotes: createCrmQuotes({ system: 'crm', send: http() }),
  };
};

type Clients = {
  readonly erp: Erp;
  readonly receivables: ErpReceivables;
  readonly wms: Wms;
  readonly tax: Tax;
  readonly fraud: FraudEngine;
  readonly crm: CrmAccounts;
  readonly quotes: CrmQuotes;
};

/** Every call that an adapter makes to the outside. */
export const calls: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  'erp registerOrder': ({ erp }) => erp.registerOrder(anErpOrder('O-1')),
  'erp changeOrder': ({ erp }) => erp.changeOrder({ ...anErpOrder('O-1'), erpNumber: 'SO-1', changes: 1 }),
  'erp importJournals': ({ erp }) => erp.importJournals(aBatch('B-1', [aJournal('J-1')])),
  'erp journalOutcomes': ({ erp }) => erp.journalOutcomes('ACME', 'B-1'),
  'erp receivables': ({ receivables }) => receivables.figures('ACME', '', new AbortController().signal),
  'wms release': ({ wms }) => wms.release(aRelease('R1')),
  'wms stop': ({ wms }) =>
    wms.stop({ changeId: 'C1', releaseId: 'R1', shipmentId: 'S-R1', lines: [{ lineId: '10', qty: '1' }] }),
  'wms messages': ({ wms }) => wms.messages('', 0, new AbortController().signal),
  'tax calculate': ({ tax }) => tax.calculate(aTaxRequest('I-1')),
  'tax commit': ({ tax }) => tax.commit('ACME', 'I-1'),
  'tax void': ({ tax }) => tax.void('ACME', 'I-1'),
  'fraud assess': ({ fraud }) => fraud.assess(aFraudRequest('O-1'), { again: false }),
  'crm accounts': ({ crm }) => crm.changed('ACME', { since: '', after: null }, new AbortController().signal),
  'crm quotes': ({ quotes }) =>
    quotes.changed('ACME', { since: '', after: null, closedFrom: '2026-01-01' }, new AbortController().signal),
  'fraud assess again': ({ fraud }) => fraud.assess(aFraudRequest('O-1'), { again: true }),
};
