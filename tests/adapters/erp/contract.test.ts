import { createErpClient } from '../../../adapters/erp/client.ts';
import { createErpLookup } from '../../../adapters/erp/lookup.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { type ErpUnderTest, erpContract } from '../../contracts/erpContract.ts';
import { asking, quickHttp, strike } from '../http/peer.ts';
import { erpEffects } from './erpEffects.ts';

const open = (uniqueExternalNumbers: boolean) => async (): Promise<ErpUnderTest> => {
  const running = await startErpSimulator({ serve: serveSimulator, token: 'right', uniqueExternalNumbers });
  const http = quickHttp(running.url, { timeoutMs: 400, headers: () => ({ authorization: 'Bearer right' }) });
  const { send } = http;
  return {
    erp: createErpClient({ system: 'ERP-SIM', send, settleMs: 1_500, settlePollMs: 50, importTimeoutMs: 400 }),
    lookup: createErpLookup({ system: 'ERP-SIM', ask: asking(http) }),
    strike: (fault) => strike(running.url, fault),
    effects: () => erpEffects(running.url),
    close: running.close,
  };
};

erpContract('the ERP that keeps external numbers unique', open(true));
// The harder case: nothing on their side stops a second order, so finding before creating has to.
erpContract('the ERP that takes any external number twice', open(false));
