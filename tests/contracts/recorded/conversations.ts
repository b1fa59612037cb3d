import { createCrmClient } from '../../../adapters/crm/client.ts';
import { startCrmSimulator } from '../../../adapters/crm/simulator.ts';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { createSoapErp } from '../../../adapters/erp/soap/client.ts';
import { startSoapErpSimulator } from '../../../adapters/erp/soap/simulator.ts';
import { createFraudClient } from '../../../adapters/fraud/client.ts';
import { startFraudSimulator } from '../../../adapters/fraud/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createTaxClient } from '../../../adapters/tax/client.ts';
import { startTaxSimulator } from '../../../adapters/tax/simulator.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import { startWmsSimulator } from '../../../adapters/wms/simulator.ts';
import type { Erp } from '../../../commands/partnerPorts.ts';
import { anErpOrder } from '../../adapters/erp/order.ts';
import { byHand, quickHttp } from '../../adapters/http/peer.ts';
import { aRelease } from '../../adapters/wms/release.ts';
import { aBatch, aJournal } from '../erpContract.ts';
import { aFraudRequest } from '../fraudContract.ts';
import { aTaxRequest } from '../taxContract.ts';

type Partner = { readonly url: string; readonly close: () => Promise<void> };

/** What our adapter says to a partner, in one order, and what it makes of the answers. */
export type Conversation = {
  readonly name: string;
  /** Where the code lies that translates, as `GET /v1/ops/adapters` counts its version. */
  readonly folders: readonly string[];
  /** The simulator, with whatever must be there before; another partner is brought into that state by hand. */
  readonly simulate: () => Promise<Partner>;
  /** As sent in the header; of the simulator. */
  readonly authorization: string;
  readonly hold: (url: string, authorization: string) => Promise<readonly unknown[]>;
};

const soapPath = '/services/DistributorErp';
const never = new AbortController().signal;

const sending = (url: string, authorization: string) => quickHttp(url, { headers: () => ({ authorization }) }).send;

/** An order, twice, its change, a batch with a journal that nobody can post, and what became of both. */
const asErp = async (erp: Erp): Promise<readonly unknown[]> => {
  const told: unknown[] = [await erp.registerOrder(anErpOrder('O-1')), await erp.registerOrder(anErpOrder('O-1'))];
  const [registered] = told as readonly { readonly erpNumber?: string }[];
  told.push(await erp.changeOrder({ ...anErpOrder('O-1'), erpNumber: registered?.erpNumber ?? '', changes: 1 }));
  told.push(await erp.importJournals(aBatch('B-1', [aJournal('J-1'), aJournal('J-2', '100', '9999')])));
  for (let asked = 0; asked < 100; asked += 1) {
    const outcomes = await erp.journalOutcomes('ACME', 'B-1');
    if (outcomes.kind === 'done') return [...told, outcomes];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the batch is still pending');
};

const patience = { settleMs: 1_500, settlePollMs: 50, importTimeoutMs: 2_000 };

export const conversations: readonly Conversation[] = [
  {
    name: 'erp-rest',
    folders: ['adapters/erp'],
    simulate: () => startErpSimulator({ serve: serveSimulator, token: 'right', importDelayMs: 0 }),
    authorization: 'Bearer right',
    hold: (url, authorization) =>
      asErp(createErpClient({ system: 'erp', send: sending(url, authorization), ...patience })),
  },
  {
    name: 'erp-soap',
    folders: ['adapters/erp', 'adapters/erp/soap'],
    simulate: () => startSoapErpSimulator({ serve: serveSimulator, token: 'right', importDelayMs: 0 }),
    authorization: 'Bearer right',
    hold: (url, authorization) =>
      asErp(
        createSoapErp({
          system: 'erp',
          version: '1.1',
          send: sending(`${url}${soapPath}`, authorization),
          ...patience,
        }),
      ),
  },
  {
    name: 'wms',
    folders: ['adapters/wms'],
    simulate: async () => {
      const running = await startWmsSimulator({ serve: serveSimulator, token: 'right', mode: 'manual' });
      // So that the feed has something to tell.
      const send = sending(running.url, 'Bearer right');
      await createWmsClient({ system: 'wms', send, sendFeed: send }).release(aRelease('R0'));
      for (const act of ['pick', 'ship']) await byHand(running.url, `/control/${act}`, { releaseId: 'R0' });
      return running;
    },
    authorization: 'Bearer right',
    hold: async (url, authorization) => {
      const send = sending(url, authorization);
      const wms = createWmsClient({ system: 'wms', send, sendFeed: send });
      const stop = { changeId: 'CH-1', releaseId: 'R1', shipmentId: 'S-R1', lines: [{ lineId: '10', qty: '2' }] };
      return [
        await wms.release(aRelease('R1')),
        await wms.release(aRelease('R1')),
        await wms.stop(stop),
        await wms.messages('', 0, never),
      ];
    },
  },
  {
    name: 'tax',
    folders: ['adapters/tax'],
    simulate: () => startTaxSimulator({ serve: serveSimulator, account: { id: '2000', licenceKey: 'key' } }),
    authorization: `Basic ${Buffer.from('2000:key').toString('base64')}`,
    hold: async (url, authorization) => {
      const tax = createTaxClient({ engine: 'AVATAX', send: sending(url, authorization) });
      return [
        await tax.calculate(aTaxRequest('I-1')),
        await tax.commit('ACME', 'I-1'),
        await tax.void('ACME', 'I-1'),
        await tax.commit('ACME', 'NEVER'),
      ];
    },
  },
  {
    name: 'fraud',
    folders: ['adapters/fraud'],
    simulate: () => startFraudSimulator({ serve: serveSimulator, apiKey: 'key' }),
    authorization: `Basic ${Buffer.from('key:').toString('base64')}`,
    hold: async (url, authorization) => {
      const fraud = createFraudClient({ engine: 'SIGNIFYD', send: sending(url, authorization) });
      const suspicious = { payment: { method: 'CARD', checkoutId: 'sandbox-review' } } as const;
      return [
        await fraud.assess(aFraudRequest('O-1'), { again: false }),
        await fraud.assess(aFraudRequest('O-1'), { again: true }),
        await fraud.assess(aFraudRequest('O-2', suspicious), { again: false }),
      ];
    },
  },
  {
    name: 'crm',
    folders: ['adapters/crm'],
    simulate: async () => {
      const running = await startCrmSimulator({ serve: serveSimulator, token: 'right', pageRows: 1 });
      for (const accountnumber of ['C-1', 'C-2'])
        await byHand(running.url, '/control/accounts', { accountnumber, modifiedon: '2026-11-30T10:00:00.000Z' });
      return running;
    },
    authorization: 'Bearer right',
    hold: async (url, authorization) => {
      const crm = createCrmClient({ system: 'crm', send: sending(url, authorization) });
      const first = await crm.changed('ACME', { since: '', after: null }, never);
      const [row] = first.rows;
      return [
        first,
        await crm.changed('ACME', { since: '', after: first.next }, never),
        await crm.account('ACME', row?.id ?? '', never),
      ];
    },
  },
];
