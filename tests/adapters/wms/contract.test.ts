import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import { createWmsLookup } from '../../../adapters/wms/lookup.ts';
import { startWmsSimulator } from '../../../adapters/wms/simulator.ts';
import { wmsContract } from '../../contracts/wmsContract.ts';
import { asking, byHand, effectsOf, quickHttp, strike } from '../http/peer.ts';

wmsContract('the simulated warehouse', async () => {
  const running = await startWmsSimulator({ serve: serveSimulator, token: 'right', mode: 'manual' });
  const headers = () => ({ authorization: 'Bearer right' });
  const http = quickHttp(running.url, { headers, timeoutMs: 400 });
  return {
    lookup: createWmsLookup({ system: 'WMS-SIM', ask: asking(http), askFeed: asking(http) }),
    wms: createWmsClient({
      system: 'WMS-SIM',
      send: http.send,
      sendFeed: quickHttp(running.url, { headers }).send,
    }),
    strike: (fault) => strike(running.url, fault),
    move: async (act, releaseId, lines) => {
      await byHand(running.url, `/control/${act}`, { releaseId, ...(lines !== undefined && { lines }) });
    },
    effects: async () => {
      const { shippingOrders, stops, messages } = await effectsOf(running.url);
      return { shippingOrders: Number(shippingOrders), stops: Number(stops), messages: Number(messages) };
    },
    close: running.close,
  };
});
