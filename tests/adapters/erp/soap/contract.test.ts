import { soapAsking } from '../../../../adapters/erp/soap/calls.ts';
import { createSoapErp } from '../../../../adapters/erp/soap/client.ts';
import type { SoapVersion } from '../../../../adapters/erp/soap/envelope.ts';
import { createSoapLookup } from '../../../../adapters/erp/soap/lookup.ts';
import { startSoapErpSimulator } from '../../../../adapters/erp/soap/simulator.ts';
import { serveSimulator } from '../../../../adapters/http/simulatorHost.ts';
import { type ErpUnderTest, erpContract } from '../../../contracts/erpContract.ts';
import { quickHttp, strike } from '../../http/peer.ts';
import { erpEffects } from '../erpEffects.ts';
import { soapPath } from '../startErp.ts';

const open = (version: SoapVersion, uniqueExternalNumbers: boolean) => async (): Promise<ErpUnderTest> => {
  const running = await startSoapErpSimulator({ serve: serveSimulator, token: 'right', uniqueExternalNumbers });
  const headers = () => ({ authorization: 'Bearer right' });
  const { send } = quickHttp(`${running.url}${soapPath}`, { timeoutMs: 400, headers });
  const limits = { settleMs: 1_500, settlePollMs: 50, importTimeoutMs: 400 };
  return {
    erp: createSoapErp({ system: 'ERP-SOAP', version, send, ...limits }),
    lookup: createSoapLookup({ system: 'ERP-SOAP', version, ask: soapAsking(version, send) }),
    strike: (fault) => strike(running.url, fault),
    effects: () => erpEffects(running.url),
    close: running.close,
  };
};

erpContract('S-02: the ERP that is called by SOAP 1.1', open('1.1', true));
// And the harder case in the newer version: it would take a second order.
erpContract('S-02: the ERP that is called by SOAP 1.2 and takes any external number twice', open('1.2', false));
