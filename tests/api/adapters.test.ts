import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../api/config.ts';
import type { Adapter } from '../../api/deps.ts';
import { adaptersOf } from '../../api/wiring/declaredAdapters.ts';
import { mappingVersionOf } from '../../api/wiring/mappingVersion.ts';
import { externalSteps } from '../../domain/orderToCash/steps.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const config = readConfig({
  ERP_SYSTEMS: '{"legacy":{"interface":"soap"},"disk":{"interface":"file"}}',
  ERP_ROUTES: 'XOLD=legacy,XOLDER=legacy,XOLDEST=disk',
});

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi({ adapters: adaptersOf(config) });
});
afterAll(() => api.close());

const told = async (): Promise<ReadonlyMap<string, Adapter>> => {
  const { body } = await call(api, 'GET', '/v1/ops/adapters', { role: 'ops' });
  return new Map((body.items as readonly Adapter[]).map((item) => [item.name, item]));
};

describe('the adapters', () => {
  test('O-01: each shows what goes there of which business units, and the version of its mapping', async () => {
    const all = await told();
    expect([...all.keys()]).toEqual([
      ...['erp', 'erp-receivables', 'erp-book', 'legacy', 'disk'],
      ...['wms', 'wms-feed', 'tax', 'fraud', 'crm'],
    ]);
    const routed = (name: string) =>
      all.get(name)?.routes.map(({ message, businessUnits }) => [message, businessUnits]);
    expect(routed('legacy')).toContainEqual(['registerErp', ['XOLD', 'XOLDER']]);
    expect(routed('disk')).toContainEqual(['exportBatch', ['XOLDEST']]);
    expect(routed('erp')).toContainEqual(['registerErp', ['*']]);
    expect(routed('wms-feed')).toEqual([['warehouseMessages', ['*']]]);
    expect([...all.values()].map(({ protocol }) => protocol)).toEqual([
      ...['REST', 'REST', 'REST', 'SOAP', 'FILE', 'REST', 'REST', 'REST', 'REST', 'REST'],
    ]);
    for (const { mappingVersion } of all.values()) expect(mappingVersion).toMatch(/^[0-9a-f]{12}$/);
    expect(
      new Set(['erp', 'legacy', 'disk', 'wms', 'tax', 'fraud', 'crm'].map((name) => all.get(name)?.mappingVersion))
        .size,
    ).toBe(7);
  });

  test('O-01: every step that waits for somebody outside has its way for every business unit', async () => {
    const routes = [...(await told()).values()].flatMap((adapter) => adapter.routes);
    for (const step of externalSteps) {
      const units = routes.flatMap(({ message, businessUnits }) => (message === step ? businessUnits : []));
      expect({ step, units: units.filter((unit) => unit === '*') }).toEqual({ step, units: ['*'] });
    }
  });

  test('O-26: each says how often, after which pauses and after what its calls are tried again, and its steps', async () => {
    const all = await told();
    for (const name of ['erp', 'legacy', 'wms', 'wms-feed', 'tax', 'fraud', 'crm'])
      expect({ name, policy: all.get(name)?.retryPolicy }).toMatchObject({
        name,
        policy: {
          ...{ timeoutMs: 5_000, attemptsMax: 4, backoffFirstMs: 200, backoffMaxMs: 3_000, jitter: 'FULL' },
          repeats: { BUSY: 'ALWAYS', SERVER_ERROR: 'WHEN_REPEATABLE', CREDENTIALS: 'NEVER', BAD_RESPONSE: 'NEVER' },
        },
      });
    expect(all.get('disk')?.retryPolicy).toBeNull();
    expect(all.get('erp')).toMatchObject({
      stepRetry: { backoffFirstMs: 1_000, backoffMaxMs: 300_000, jitter: 'HALF' },
    });
    expect(all.get('wms-feed')).toMatchObject({ stepRetry: null });
  });

  test('where every business unit is routed, the first ERP has none', () => {
    const all = { ERP_SYSTEMS: '{"cloud":{"interface":"rest"}}', ERP_ROUTES: '*=cloud', ERP_URL: 'https://old' };
    const routes = new Map(adaptersOf(readConfig(all)).map((adapter) => [adapter.name, adapter.routes]));
    expect(routes.get('erp')?.map(({ businessUnits }) => businessUnits)).toEqual([[], [], [], []]);
    expect(routes.get('cloud')?.[0]?.businessUnits).toEqual(['*']);
  });

  test('a mapping has the version of its own code, whatever the simulators do', () => {
    expect(mappingVersionOf('adapters/tax')).toBe(mappingVersionOf('adapters/tax'));
    expect(mappingVersionOf('adapters/erp')).not.toBe(mappingVersionOf('adapters/erp', 'adapters/erp/soap'));
  });
});
