import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import { startWmsSimulator } from '../../../adapters/wms/simulator.ts';
import { closingAfterEach } from '../../support/closing.ts';
import { quickHttp } from '../http/peer.ts';

const closed = closingAfterEach();

/** A simulated warehouse and our client for it, until the test is over. */
export const startWms = async (options: Partial<Parameters<typeof startWmsSimulator>[0]> = {}) => {
  const running = closed(await startWmsSimulator({ serve: serveSimulator, autoDelayMs: 20, ...options }));
  const { send } = quickHttp(running.url);
  return { ...running, wms: createWmsClient({ system: 'WMS', send, sendFeed: quickHttp(running.url).send }) };
};
