import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startFraudSimulator } from '../../adapters/fraud/simulator.ts';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { createTaxClient } from '../../adapters/tax/client.ts';
import { createTaxLookup } from '../../adapters/tax/lookup.ts';
import { startTaxSimulator } from '../../adapters/tax/simulator.ts';
import { createWmsClient } from '../../adapters/wms/client.ts';
import { createWmsLookup } from '../../adapters/wms/lookup.ts';
import { startWmsSimulator } from '../../adapters/wms/simulator.ts';
import { createWarehouseStock } from '../../adapters/wms/stock.ts';
import type { CarryCall, PartnerLookups } from '../../commands/ports.ts';
import type { Config } from '../config.ts';
import { defaultWms, isSimulated } from '../erpSystems.ts';
import { connectCrm } from './crm.ts';
import { connectErps, partnersFor } from './erps.ts';
import { fraudEngineOf } from './fraudEngine.ts';
import { asking, basic, bearer, type Hooks, tracedHttp } from './partnerHttp.ts';
import { reachedAt } from './throughAgent.ts';

const simulatedLicence = { id: 'simulated', licenceKey: 'simulated' };
const simulatedFraudKey = 'simulated';

/** A simulator for every partner that the configuration does not name, each an HTTP server of its own on loopback; those of ERPs stand beside their clients. */
const startSimulators = async (config: Config) => {
  const directory = join(config.dataDir, 'simulators');
  const place = { serve: serveSimulator, host: '127.0.0.1', directory };
  const simulatesFraud = config.embedded && config.fraud.url === undefined;
  const simulatesErp = Object.values(config.erp.systems).some(isSimulated);
  const urls = [config.erp.url, config.wms.url, config.tax.url];
  if (simulatesFraud || simulatesErp || urls.includes(undefined)) await mkdir(directory, { recursive: true });
  const [wms, tax, fraud] = await Promise.all([
    config.wms.url === undefined ? startWmsSimulator({ ...place, mode: config.simulatedWarehouse }) : undefined,
    config.tax.url === undefined ? startTaxSimulator({ ...place, account: simulatedLicence }) : undefined,
    simulatesFraud ? startFraudSimulator({ ...place, apiKey: simulatedFraudKey }) : undefined,
  ]);
  return { place, wms, tax, fraud };
};

/** The outside systems behind their ports, real or simulated. */
export const connectPartners = async (config: Config, hooks: Hooks, carry: CarryCall) => {
  const simulators = await startSimulators(config);
  const wmsUrl = config.wms.url ?? simulators.wms?.url ?? '';
  const taxUrl = config.tax.url ?? simulators.tax?.url ?? '';
  const place = { hooks, carry, simulators: simulators.place };
  const [erps, crm] = await Promise.all([connectErps(config, place), connectCrm(config, place)]);
  const wmsOptions = { ...reachedAt(defaultWms, wmsUrl, carry), headers: bearer(config.wms.token) };
  const wmsHttp = tracedHttp(hooks, { ...wmsOptions, partner: 'wms' });
  const wmsFeed = tracedHttp(hooks, { ...wmsOptions, partner: 'wms-feed' });
  const taxKey =
    simulators.tax === undefined
      ? { id: config.tax.account ?? '', licenceKey: config.tax.licenseKey ?? '' }
      : simulatedLicence;
  const taxHttp = tracedHttp(hooks, {
    partner: 'tax',
    baseUrl: taxUrl,
    headers: basic(taxKey.id, taxKey.licenceKey),
  });
  const fraudUrl = config.fraud.url ?? simulators.fraud?.url ?? '';
  const fraudKey = simulators.fraud === undefined ? (config.fraud.apiKey ?? '') : simulatedFraudKey;
  const fraudHttp = tracedHttp(hooks, { partner: 'fraud', baseUrl: fraudUrl, headers: basic(fraudKey, '') });
  const fraud = fraudEngineOf(fraudUrl, { send: fraudHttp.send, ask: asking(fraudHttp) });
  const lookups: PartnerLookups = {
    erp: erps.lookup,
    partnerFor: partnersFor(config),
    wms: createWmsLookup({ system: 'wms', ask: asking(wmsHttp), askFeed: asking(wmsFeed) }),
    tax: createTaxLookup({ engine: 'avatax', ask: asking(taxHttp) }),
    fraud: fraud.lookup,
  };
  return {
    lookups,
    urls: {
      ...Object.fromEntries(erps.places.map(({ name, url }) => [name, url])),
      wms: wmsUrl,
      tax: taxUrl,
      fraud: fraudUrl,
      crm: crm?.url ?? '',
    },
    erpPlaces: erps.places,
    simulated: {
      wms: simulators.wms !== undefined,
      tax: simulators.tax !== undefined,
      fraud: simulators.fraud !== undefined,
      crm: crm?.simulated === true,
    },
    crm,
    erps: erps.erps,
    erpBooks: { ...erps.books, systems: erps.systems },
    receivablesOf: erps.receivablesOf,
    wms: createWmsClient({ system: 'wms', send: wmsHttp.send, sendFeed: wmsFeed.send }),
    warehouseStock: createWarehouseStock({ system: 'wms', send: wmsHttp.send }),
    tax: createTaxClient({ engine: 'avatax', send: taxHttp.send }),
    fraud: fraud.engine,
    close: async (): Promise<void> => {
      await Promise.all([
        ...[erps.close(), crm?.close()],
        ...[simulators.wms?.close(), simulators.tax?.close(), simulators.fraud?.close()],
      ]);
    },
  };
};

export type Partners = Awaited<ReturnType<typeof connectPartners>>;
