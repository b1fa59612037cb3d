import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigInvalid, readConfig } from '../../api/config.ts';
import { erpOf, routesOfNobody } from '../../api/erpSystems.ts';
import { embeddedKeys, makeKeys } from '../../api/keys.ts';

const mistakesOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.mistakes;
    throw error;
  }
};

const external = { DATABASE_URL: 'postgres://tl@db/tl', KEYS_FILE: 'keys.json', MASTER_KEY_FILE: 'master-keys' };
const partners = { ERP_URL: 'http://erp', WMS_URL: 'http://wms', TAX_URL: 'http://tax' };

describe('configuration', () => {
  test('an empty environment is the embedded product with its demonstration', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      embedded: true,
      seed: 'demo',
      role: 'all',
      simulatedWarehouse: 'auto',
    });
  });

  test('an empty variable counts as absent', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, embedded: true });
  });

  test('outside embedded mode nothing is seeded unless asked for', () => {
    expect(readConfig(external).seed).toBe('none');
    expect(readConfig({ ...external, SEED: 'demo' }).seed).toBe('demo');
  });

  test('the simulated ERP is asked every other second what customers owe, another one every minute, or as told', () => {
    expect(readConfig({}).erp.receivablesMs).toBe(2_000);
    expect(readConfig({ ...external, ERP_URL: 'http://erp' }).erp.receivablesMs).toBe(60_000);
    expect(readConfig({ RECEIVABLES_SECONDS: '0' }).erp.receivablesMs).toBe(0);
    expect(readConfig({}).crm).toMatchObject({ pollMs: 2_000, overlapMs: 600_000 });
    expect(readConfig({ ...external, CRM_URL: 'http://crm' }).crm.pollMs).toBe(60_000);
  });

  test('a replica has the primary beside it', () => {
    const READ_DATABASE_URL = 'postgres://tl@replica/tl';
    expect(readConfig({ ...external, READ_DATABASE_URL }).readDatabaseUrl).toBe(READ_DATABASE_URL);
    expect(mistakesOf({ READ_DATABASE_URL })).toEqual([
      'READ_DATABASE_URL is a replica of DATABASE_URL: set both, or neither',
    ]);
    expect(mistakesOf({ ...external, READ_DATABASE_URL: 'http://replica' })).toHaveLength(1);
  });

  test('mistakes in single variables and between variables come together', () => {
    const mistakes = mistakesOf({ PORT: 'many', SEED: 'some', HOST: '0.0.0.0', JWT_ISSUER: 'https://login' });
    expect(mistakes).toHaveLength(4);
    for (const name of ['PORT', 'SEED', 'HOST', 'JWT_AUDIENCE']) expect(mistakes.join('\n')).toContain(name);
  });

  test('a database of its own needs credentials for callers', () => {
    expect(mistakesOf({ DATABASE_URL: 'postgres://tl@db/tl' }).join()).toContain('KEYS_FILE');
    expect(mistakesOf({ DATABASE_URL: 'postgres://tl@db/tl', KEYS_FILE: 'keys.json' })).toEqual([
      expect.stringContaining('MASTER_KEY_FILE'),
    ]);
  });

  test('a role of its own needs a shared database and named partners', () => {
    expect(mistakesOf({ ROLE: 'projector' }).join()).toContain('DATABASE_URL');
    expect(mistakesOf({ ...external, ROLE: 'process', ERP_URL: 'http://erp' }).join()).toContain('WMS_URL, TAX_URL');
    expect(readConfig({ ...external, ...partners, ROLE: 'process' }).role).toBe('process');
  });

  test('business units go to the ERPs that they are told, and what makes no sense of it is told at the start', () => {
    const ERP_SYSTEMS =
      '{"legacy":{"interface":"soap","url":"https://old/erp","user":"u","password":"p"},"cloud":{"interface":"rest"}}';
    const { systems, routes } = readConfig({ ERP_SYSTEMS, ERP_ROUTES: 'NORD=legacy, *=cloud' }).erp;
    expect(systems).toEqual({
      legacy: { interface: 'soap', version: '1.1', url: 'https://old/erp', user: 'u', password: 'p' },
      cloud: { interface: 'rest' },
    });
    expect(['NORD', 'SUED'].map((bu) => erpOf(routes, bu))).toEqual(['legacy', 'cloud']);
    expect(erpOf(readConfig({}).erp.routes, 'NORD')).toBe('erp');
    expect([routesOfNobody(routes, ['SUED']), routesOfNobody(routes, ['NORD'])]).toEqual([['NORD'], []]);
  });

  test.each([
    [{ ERP_ROUTES: 'NORD=legacy' }, 'ERP_ROUTES sends NORD to legacy, and ERP_SYSTEMS has only erp'],
    [{ ERP_ROUTES: 'NORD' }, 'ERP_ROUTES must be business units and their ERPs, as NORD=legacy,*=cloud'],
    [{ ERP_ROUTES: 'NORD=erp,NORD=erp' }, 'ERP_ROUTES names a business unit twice'],
    [{ ERP_SYSTEMS: 'legacy' }, 'ERP_SYSTEMS must be JSON: {"name":{"interface":"soap","url":"https://…"}}'],
    [{ ERP_SYSTEMS: '[]' }, expect.stringMatching(/^ERP_SYSTEMS/)],
    [{ ERP_SYSTEMS: '{"tax":{"interface":"soap"}}' }, expect.stringMatching(/^ERP_SYSTEMS.tax/)],
    [{ ERP_SYSTEMS: '{"legacy":{"interface":"fax"}}' }, expect.stringMatching(/^ERP_SYSTEMS.legacy/)],
    [
      { ERP_SYSTEMS: '{"legacy":{"interface":"soap","url":"ftp://old"}}' },
      expect.stringMatching(/^ERP_SYSTEMS.legacy.url must be an http/),
    ],
    [
      { ERP_SYSTEMS: '{"legacy":{"interface":"soap","user":"u"}}' },
      'ERP_SYSTEMS legacy: user and password belong together',
    ],
  ])('%j is refused with its reason', (env, mistake) => {
    expect(mistakesOf(env)).toEqual([mistake]);
  });

  test('roles of their own share no simulator, and need no first ERP where no business unit is its', () => {
    const roles = { ...external, ...partners, ROLE: 'process', ERP_ROUTES: '*=legacy' };
    const { ERP_URL: _, ...without } = roles;
    expect(mistakesOf({ ...without, ERP_SYSTEMS: '{"legacy":{"interface":"soap"}}' })).toEqual([
      expect.stringContaining('give it a url'),
    ]);
    expect(mistakesOf({ ...without, ERP_SYSTEMS: '{"legacy":{"interface":"soap","url":"https://old"}}' })).toEqual([]);
  });

  test('a role without the API answers probes where it was told to, and nowhere else', () => {
    const worker = { ...external, ...partners, ROLE: 'adapter' };
    expect(readConfig(worker).probePort).toBeUndefined();
    expect(readConfig({ ...worker, PORT: '3001' }).probePort).toBe(3_001);
    expect(readConfig({ ...worker, ROLE: 'api', PORT: '3001' })).toMatchObject({ port: 3_001, probePort: undefined });
  });

  test('embedded mode does not serve others and is not production', () => {
    expect(mistakesOf({ HOST: '192.0.2.1' }).join()).toContain('HOST');
    expect(mistakesOf({ NODE_ENV: 'production' }).join()).toContain('NODE_ENV');
  });
});

test('a data folder of an earlier version gets the keys that it lacks, and keeps those that it has', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tl-keys-'));
  try {
    const { admin2: _, supplier: __, ...earlier } = makeKeys('tl_dev_');
    await writeFile(join(folder, 'keys.json'), JSON.stringify(earlier));
    const { file, keys } = await embeddedKeys(folder);
    expect(keys).toEqual({
      ...earlier,
      admin2: expect.stringMatching(/^tl_dev_admin2_/),
      supplier: expect.stringMatching(/^tl_dev_supplier_/),
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(keys);
    expect((await embeddedKeys(folder)).keys).toEqual(keys);
  } finally {
    await rm(folder, { recursive: true });
  }
});
