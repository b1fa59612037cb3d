import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createTaxClient } from '../../../adapters/tax/client.ts';
import { createTaxLookup } from '../../../adapters/tax/lookup.ts';
import { startTaxSimulator } from '../../../adapters/tax/simulator.ts';
import { taxContract } from '../../contracts/taxContract.ts';
import { asking, calm, effectsOf, quickHttp, strike } from '../http/peer.ts';

taxContract('the simulated AvaTax', async () => {
  const running = await startTaxSimulator({ serve: serveSimulator, account: { id: '2000', licenceKey: 'key' } });
  const headers = () => ({ authorization: `Basic ${Buffer.from('2000:key').toString('base64')}` });
  const http = quickHttp(running.url, { headers, timeoutMs: 400 });
  const { send } = http;
  return {
    tax: createTaxClient({ engine: 'AVATAX', send }),
    lookup: createTaxLookup({ engine: 'AVATAX', ask: asking(http) }),
    strike: (fault) => strike(running.url, fault),
    calm: () => calm(running.url),
    effects: async () => {
      const { transactions, saved, committed, voided } = await effectsOf(running.url);
      return {
        transactions: Number(transactions),
        saved: Number(saved),
        committed: Number(committed),
        voided: Number(voided),
      };
    },
    close: running.close,
  };
});
