import { createFraudClient } from '../../../adapters/fraud/client.ts';
import { createFraudLookup } from '../../../adapters/fraud/lookup.ts';
import { startFraudSimulator } from '../../../adapters/fraud/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { fraudContract } from '../../contracts/fraudContract.ts';
import { asking, byHand, calm, effectsOf, quickHttp, strike } from '../http/peer.ts';

fraudContract('the simulated Signifyd', async () => {
  const running = await startFraudSimulator({ serve: serveSimulator, apiKey: 'key' });
  const headers = () => ({ authorization: `Basic ${Buffer.from('key:').toString('base64')}` });
  const http = quickHttp(running.url, { headers, timeoutMs: 400 });
  const { send } = http;
  return {
    fraud: createFraudClient({ engine: 'SIGNIFYD', send }),
    lookup: createFraudLookup({ engine: 'SIGNIFYD', ask: asking(http) }),
    say: (_orderId, decision) => ({ payment: { method: 'CARD', checkoutId: `sandbox-${decision.toLowerCase()}` } }),
    decide: (orderId) => byHand(running.url, '/control/decisions', { orderId, action: 'REJECT' }),
    strike: (fault) => strike(running.url, fault),
    calm: () => calm(running.url),
    effects: async () => {
      const { orders, repeated } = await effectsOf(running.url);
      return { orders: Number(orders), repeated: Number(repeated) };
    },
    close: running.close,
  };
});
