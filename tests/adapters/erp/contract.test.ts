import { createErpClient } from '../../../adapters/erp/client.ts';
import { createErpLookup } from '../../../adapters/erp/lookup.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { type ErpUnderTest, erpContract } from '../../contracts/erpContract.ts';
import { asking, effectsOf, quickHttp, strike } from '../http/peer.ts';

const open = (uniqueExternalNumbers: boolean) => async (): Promise<ErpUnderTest> => {
  const running = await startErpSimulator({ serve: serveSimulator, token: 'right', uniqueExternalNumbers });
  const http = quickHttp(running.url, { timeoutMs: 400, headers: () => ({ authorization: 'Bearer right' }) });
  const { send } = http;
  return {
    erp: createErpClient({ system: 'ERP-SIM', send, settleMs: 1_500, settlePollMs: 50, importTimeoutMs: 400 }),
    lookup: createErpLookup({ system: 'ERP-SIM', ask: asking(http) }),
    strike: (fault) => strike(running.url, fault),
    effects: async () => {
      const { orders, journalImports, journalsPosted, journalsRejected } = await effectsOf(running.url);
      return {
        orders: Number(orders),
        journalImports: Number(journalImports),
        journalsPosted: Number(journalsPosted),
        journalsRejected: Number(journalsRejected),
      };
    },
    close: running.close,
  };
};

erpContract('the ERP that keeps external numbers unique', open(true));
// The harder case: nothing on their side stops a second order, so finding before creating has to.
erpContract('the ERP that takes any external number twice', open(false));
