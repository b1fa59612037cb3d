import { afterAll, beforeAll } from '@jest/globals';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { createErpLookup } from '../../../adapters/erp/lookup.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import { createWmsLookup } from '../../../adapters/wms/lookup.ts';
import { startWmsSimulator } from '../../../adapters/wms/simulator.ts';
import { erpContract } from '../../contracts/erpContract.ts';
import { wmsContract } from '../../contracts/wmsContract.ts';
import { startWithAgents, type WithAgents } from '../../support/throughAgent.ts';
import { erpEffects } from '../erp/erpEffects.ts';
import { asking, byHand, effectsOf, quickHttp, strike } from '../http/peer.ts';

// The very contracts of `tests/adapters/erp` and `wms`, with partners of whose address and credentials only their agents know.

let service: WithAgents;
beforeAll(async () => {
  service = await startWithAgents();
});
afterAll(() => service.close());

const authorization = 'Bearer right';

erpContract('O-47: the ERP behind its agent', async () => {
  const running = await startErpSimulator({ serve: serveSimulator, token: 'right', uniqueExternalNumbers: false });
  const agent = await service.startAgent({ system: 'erp', url: running.url, authorization });
  const http = quickHttp('', { ...service.reached('erp'), timeoutMs: 400 });
  const { send } = http;
  return {
    erp: createErpClient({ system: 'ERP-SIM', send, settleMs: 1_500, settlePollMs: 50, importTimeoutMs: 400 }),
    lookup: createErpLookup({ system: 'ERP-SIM', ask: asking(http) }),
    strike: (fault) => strike(running.url, fault),
    effects: () => erpEffects(running.url),
    close: async () => {
      await agent.close();
      await running.close();
    },
  };
});

wmsContract('O-47: the warehouse behind its agent', async () => {
  const running = await startWmsSimulator({ serve: serveSimulator, token: 'right', mode: 'manual' });
  const agent = await service.startAgent({ system: 'wms', url: running.url, authorization });
  const http = quickHttp('', { ...service.reached('wms'), timeoutMs: 400 });
  return {
    lookup: createWmsLookup({ system: 'WMS-SIM', ask: asking(http), askFeed: asking(http) }),
    wms: createWmsClient({
      system: 'WMS-SIM',
      send: http.send,
      sendFeed: quickHttp('', service.reached('wms')).send,
    }),
    strike: (fault) => strike(running.url, fault),
    move: async (act, releaseId, lines) => {
      await byHand(running.url, `/control/${act}`, { releaseId, ...(lines !== undefined && { lines }) });
    },
    effects: async () => {
      const { shippingOrders, stops, messages } = await effectsOf(running.url);
      return { shippingOrders: Number(shippingOrders), stops: Number(stops), messages: Number(messages) };
    },
    close: async () => {
      await agent.close();
      await running.close();
    },
  };
});
