import { httpRetryPolicy } from '../../adapters/http/resilience.ts';
import { stepPartners } from '../../domain/orderToCash/steps.ts';
import type { Config } from '../config.ts';
import type { Adapter } from '../deps.ts';
import { defaultWms, type ErpSystem, systemsByAgent, unitsOf } from '../erpSystems.ts';
import { crmAdapter, hasCrm } from './crm.ts';
import { bookAdapter, receivablesAdapter, systemsOf } from './erps.ts';
import { mappingVersionOf } from './mappingVersion.ts';

const everyUnit = ['*'];

const stepsOf = (partner: string, businessUnits: readonly string[]): Adapter['routes'] =>
  Object.entries(stepPartners).flatMap(([message, of]) => (of === partner ? [{ message, businessUnits }] : []));

const protocols = { rest: 'REST', soap: 'SOAP', file: 'FILE' } as const satisfies Record<
  ErpSystem['interface'],
  string
>;

/** What all interfaces of an ERP share is part of each. */
const erpSources: Readonly<Record<ErpSystem['interface'], readonly string[]>> = {
  rest: ['adapters/erp'],
  soap: ['adapters/erp', 'adapters/erp/soap'],
  file: ['adapters/erp', 'adapters/erp/file'],
};

const erpsOf = (config: Pick<Config, 'erp'>, behindAgent: ReadonlySet<string>): readonly Adapter[] =>
  systemsOf(config).flatMap(([name, settings]): readonly Adapter[] => {
    const businessUnits = unitsOf(config.erp.routes, name);
    const shared = {
      protocol: protocols[settings.interface],
      mappingVersion: mappingVersionOf(...erpSources[settings.interface]),
      retryPolicy: settings.interface === 'file' ? null : httpRetryPolicy,
      ...(behindAgent.has(name) && { agentOf: name }),
    };
    const erp: Adapter = { name, ...shared, routes: stepsOf('erp', businessUnits) };
    if (settings.interface !== 'rest') return [erp];
    const ofWorker = (adapter: string, ...messages: readonly string[]): Adapter => ({
      ...{ name: adapter, ...shared, hasOwnWorker: true },
      routes: messages.map((message) => ({ message, businessUnits })),
    });
    return [
      erp,
      ofWorker(receivablesAdapter(name), 'receivables'),
      ofWorker(bookAdapter(name), 'orders', 'tellOrders', 'batches', 'documents'),
    ];
  });

const overHttp = (folder: string) =>
  ({ protocol: 'REST', mappingVersion: mappingVersionOf(folder), retryPolicy: httpRetryPolicy }) as const;

/** The outside systems by the names that their calls go under; each could have a policy of its own. */
export const adaptersOf = (config: Pick<Config, 'erp' | 'wms' | 'crm' | 'embedded'>): readonly Adapter[] => {
  const behindAgent = new Set(systemsByAgent(config));
  const wms = { ...overHttp('adapters/wms'), ...(behindAgent.has(defaultWms) && { agentOf: defaultWms }) };
  const feed = [{ message: 'warehouseMessages', businessUnits: everyUnit }];
  const sales = ['accounts', 'quotes'].map((message) => ({ message, businessUnits: everyUnit }));
  return [
    ...erpsOf(config, behindAgent),
    { name: 'wms', ...wms, routes: stepsOf('wms', everyUnit) },
    { name: 'wms-feed', ...wms, routes: feed, hasOwnWorker: true },
    { name: 'tax', ...overHttp('adapters/tax'), routes: stepsOf('tax', everyUnit) },
    { name: 'fraud', ...overHttp('adapters/fraud'), routes: stepsOf('fraud', everyUnit) },
    ...(hasCrm(config)
      ? [{ name: crmAdapter, ...overHttp('adapters/crm'), routes: sales, hasOwnWorker: true as const }]
      : []),
  ];
};
