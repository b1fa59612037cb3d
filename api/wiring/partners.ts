import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createErpClient } from '../../adapters/erp/client.ts';
import { createErpLookup } from '../../adapters/erp/lookup.ts';
import { createErpReceivables } from '../../adapters/erp/receivables.ts';
import { startErpSimulator } from '../../adapters/erp/simulator.ts';
import type { Ask } from '../../adapters/http/answers.ts';
import { httpDefaults } from '../../adapters/http/resilience.ts';
import {
  createResilientHttp,
  type ResilientHttp,
  type ResilientHttpOptions,
} from '../../adapters/http/resilientHttp.ts';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { createTaxClient } from '../../adapters/tax/client.ts';
import { createTaxLookup } from '../../adapters/tax/lookup.ts';
import { startTaxSimulator } from '../../adapters/tax/simulator.ts';
import { createWmsClient } from '../../adapters/wms/client.ts';
import { createWmsLookup } from '../../adapters/wms/lookup.ts';
import { startWmsSimulator } from '../../adapters/wms/simulator.ts';
import type { PartnerLookups } from '../../commands/ports.ts';
import type { Config } from '../config.ts';
import type { Tracing } from '../deps.ts';

type Hooks = Pick<ResilientHttpOptions, 'onAttempt' | 'onBreaker'> & {
  readonly tracing: Pick<Tracing, 'inSpan' | 'currentTraceparent'>;
};

/** The outside systems by the names that their calls go under; each could have a policy of its own. */
export const adapters = ['erp', 'erp-receivables', 'wms', 'wms-feed', 'tax'].map((name) => ({
  name,
  retryPolicy: httpDefaults,
}));

const simulatedLicence = { id: 'simulated', licenceKey: 'simulated' };

/** A simulator for every partner that the configuration does not name, each an HTTP server of its own on loopback. */
const startSimulators = async (config: Config) => {
  const directory = join(config.dataDir, 'simulators');
  const place = { serve: serveSimulator, host: '127.0.0.1', directory };
  if (config.erp.url === undefined || config.wms.url === undefined || config.tax.url === undefined) {
    await mkdir(directory, { recursive: true });
  }
  const [erp, wms, tax] = await Promise.all([
    config.erp.url === undefined ? startErpSimulator(place) : undefined,
    config.wms.url === undefined ? startWmsSimulator({ ...place, mode: config.simulatedWarehouse }) : undefined,
    config.tax.url === undefined ? startTaxSimulator({ ...place, account: simulatedLicence }) : undefined,
  ]);
  return { erp, wms, tax };
};

const bearer = (token: string | undefined) => (): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

const basic = (id: string, key: string) => (): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}`,
});

/** Resilient HTTP whose calls are spans, and whose tries carry the span to the other side. */
const tracedHttp = ({ tracing, ...hooks }: Hooks, options: ResilientHttpOptions): ResilientHttp => {
  const http = createResilientHttp({ ...hooks, traceparent: tracing.currentTraceparent, ...options });
  const { partner } = options;
  return {
    ...http,
    send: (request, use) =>
      tracing.inSpan(`${partner} ${request.operation}`, { partner, 'http.request.method': request.method }, () =>
        http.send(request, use),
      ),
  };
};

/** All that a look-up is given of a partner: what it could do harm with, it does not have. */
const asking =
  ({ send }: ResilientHttp): Ask =>
  (question, use) =>
    send({ ...question, method: 'GET', repeatable: true }, use);

/** The three outside systems behind their ports, real or simulated. */
export const connectPartners = async (config: Config, hooks: Hooks) => {
  const simulators = await startSimulators(config);
  const erpUrl = config.erp.url ?? simulators.erp?.url ?? '';
  const wmsUrl = config.wms.url ?? simulators.wms?.url ?? '';
  const taxUrl = config.tax.url ?? simulators.tax?.url ?? '';
  const erpOptions = { baseUrl: erpUrl, headers: bearer(config.erp.token) };
  const erpHttp = tracedHttp(hooks, { ...erpOptions, partner: 'erp' });
  // With a breaker of its own: an ERP that cannot tell what customers owe may still take orders and journals.
  const erpReceivables = tracedHttp(hooks, { ...erpOptions, partner: 'erp-receivables' });
  const wmsOptions = { baseUrl: wmsUrl, headers: bearer(config.wms.token) };
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
  const lookups: PartnerLookups = {
    erp: createErpLookup({ system: 'erp', ask: asking(erpHttp) }),
    wms: createWmsLookup({ system: 'wms', ask: asking(wmsHttp), askFeed: asking(wmsFeed) }),
    tax: createTaxLookup({ engine: 'avatax', ask: asking(taxHttp) }),
  };
  return {
    lookups,
    urls: { erp: erpUrl, wms: wmsUrl, tax: taxUrl },
    simulated: {
      erp: simulators.erp !== undefined,
      wms: simulators.wms !== undefined,
      tax: simulators.tax !== undefined,
    },
    erp: createErpClient({ system: 'erp', send: erpHttp.send }),
    receivables: createErpReceivables({ system: 'erp', ask: asking(erpReceivables) }),
    wms: createWmsClient({ system: 'wms', send: wmsHttp.send, sendFeed: wmsFeed.send }),
    tax: createTaxClient({ engine: 'avatax', send: taxHttp.send }),
    close: async (): Promise<void> => {
      await Promise.all([simulators.erp?.close(), simulators.wms?.close(), simulators.tax?.close()]);
    },
  };
};

export type Partners = Awaited<ReturnType<typeof connectPartners>>;
