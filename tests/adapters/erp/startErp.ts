import { createErpClient } from '../../../adapters/erp/client.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { createSoapErp } from '../../../adapters/erp/soap/client.ts';
import type { SoapVersion } from '../../../adapters/erp/soap/envelope.ts';
import { startSoapErpSimulator } from '../../../adapters/erp/soap/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { closingAfterEach } from '../../support/closing.ts';
import { quickHttp } from '../http/peer.ts';

const closed = closingAfterEach();

/** A simulated ERP and our client for it, until the test is over. */
export const startErp = async (options: Partial<Parameters<typeof startErpSimulator>[0]> = {}) => {
  const running = closed(await startErpSimulator({ serve: serveSimulator, importDelayMs: 0, ...options }));
  const { send } = quickHttp(running.url);
  return { ...running, erp: createErpClient({ system: 'ERP', send, settleMs: 500, settlePollMs: 20 }) };
};

export const soapPath = '/services/DistributorErp';

/** The same ERP, called by SOAP. */
export const startSoapErp = async (
  options: Partial<Parameters<typeof startSoapErpSimulator>[0]> = {},
  version: SoapVersion = '1.1',
) => {
  const running = closed(await startSoapErpSimulator({ serve: serveSimulator, importDelayMs: 0, ...options }));
  const { send } = quickHttp(`${running.url}${soapPath}`);
  return { ...running, erp: createSoapErp({ system: 'ERP', version, send, settleMs: 500, settlePollMs: 20 }) };
};
