import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startErpSimulator } from '../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { startTaxSimulator } from '../../adapters/tax/simulator.ts';
import { startWmsSimulator } from '../../adapters/wms/simulator.ts';
import { type Partners, simulatedLicence } from './productProcess.ts';

/** The simulated ERP, WMS and tax engine for several processes of the product, which must share them. */
export const startPartners = async (): Promise<{ readonly urls: Partners; readonly close: () => Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'throughline-partners-'));
  const place = { serve: serveSimulator, host: '127.0.0.1', directory };
  const [erp, wms, tax] = await Promise.all([
    startErpSimulator(place),
    startWmsSimulator({ ...place, mode: 'auto' }),
    startTaxSimulator({ ...place, account: simulatedLicence }),
  ]);
  return {
    urls: { erp: erp.url, wms: wms.url, tax: tax.url },
    close: async () => {
      await Promise.all([erp.close(), wms.close(), tax.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
};
