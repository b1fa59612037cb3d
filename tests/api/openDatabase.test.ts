import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigInvalid, readConfig } from '../../api/config.ts';
import { openDatabase } from '../../api/wiring/database.ts';
import { firstAnswer } from '../../api/wiring/firstAnswer.ts';
import { loadKeys } from '../../api/wiring/http.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const warnings: string[] = [];
const logger = {
  info: () => {},
  warn: (_fields: object, message: string) => void warnings.push(message),
  error: () => {},
};

describe('a service that starts', () => {
  let database: TestDatabase<never>;
  let dataDir: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'throughline-opening-'));
  });
  afterAll(async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const configOf = (DATABASE_URL: string) =>
    readConfig({ DATABASE_URL, KEYS_FILE: join(dataDir, 'keys.json'), MASTER_KEY_FILE: 'none', DATA_DIR: dataDir });

  test('without the database that it is told to use names the variable and what the server says', async () => {
    const url = new URL(database.connectionString);
    url.pathname = '/nowhere';
    const opening = openDatabase(configOf(url.href), logger);
    await expect(opening).rejects.toBeInstanceOf(ConfigInvalid);
    await expect(opening).rejects.toThrow('DATABASE_URL: database "nowhere" does not exist');
  });

  test('on a database that a newer version has used says so in a line, and leaves it as it is', async () => {
    const applied = () => database.pool.query('select name, timestamp from ops.migration order by name');
    await database.pool.query(`insert into ops.migration (name, timestamp) values ('9999_of_tomorrow', 'now')`);
    const before = await applied();
    const opening = openDatabase(configOf(database.connectionString), logger);
    await expect(opening).rejects.toBeInstanceOf(ConfigInvalid);
    await expect(opening).rejects.toThrow(
      'DATABASE_URL: A newer version has used this database (it has 9999_of_tomorrow). Start that one, or put back a copy from before it.',
    );
    expect((await applied()).rows).toEqual(before.rows);
    await database.pool.query(`delete from ops.migration where name = '9999_of_tomorrow'`);
  });

  test('without its keys file names the variable', async () => {
    const loading = loadKeys(configOf(database.connectionString));
    await expect(loading).rejects.toBeInstanceOf(ConfigInvalid);
    await expect(loading).rejects.toThrow(`KEYS_FILE: Cannot read the keys file ${join(dataDir, 'keys.json')}.`);
  });

  test('waits for a server that is started with it, but not for ever and not for what waiting does not mend', async () => {
    let asked = 0;
    const away = async (): Promise<void> => {
      asked += 1;
      if (asked < 3) throw new LogUnavailable('the database system is starting up');
    };
    await firstAnswer('Postgres', away, logger);
    expect([asked, warnings]).toEqual([3, ['waiting for Postgres', 'waiting for Postgres']]);
    const gone = (): Promise<void> => Promise.reject(new LogUnavailable('nobody listens'));
    await expect(firstAnswer('Postgres', gone, logger, 0)).rejects.toThrow('nobody listens');
    const refused = (): Promise<void> => Promise.reject(new Error('password authentication failed'));
    await expect(firstAnswer('Postgres', refused, logger)).rejects.toThrow('password authentication failed');
  });
});
