import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { noSnapshots } from '../../commands/deciding/snapshots.ts';
import { createExecutor, executorLimits } from '../../commands/handle.ts';
import { type CrmInboxPorts, createCrmInbox, crmAccountsOf } from '../../commands/inbox/crmInbox.ts';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import type { CrmAccounts, CrmRow, LaneRetry, StuckItem } from '../../commands/ports.ts';
import { LogUnavailable, streamName } from '../../domain/eventLog.ts';
import { applyToCatalog, type Catalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoBusinessUnit, demoPriceList } from '../../domain/masterData/demo.ts';
import type { CustomerDefined } from '../../domain/masterData/events.ts';
import { sealedIn, withOpened } from '../../domain/personal/sealedText.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { openTestPersonal } from '../support/personal.ts';
import type { Execute } from './world.ts';

const { signal } = new AbortController();
const now = '2026-11-30T12:00:00.000Z';

let database: TestDatabase<never>;
let log: ReturnType<typeof createPostgresLog>;
let personal: Awaited<ReturnType<typeof openTestPersonal>>;

beforeAll(async () => {
  database = await createTestDatabase();
  log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
  personal = await openTestPersonal(database.pool);
});

afterAll(async () => {
  await log.close();
  await database.close();
});

const catalogOf = (bu: string, theirs?: string): Catalog => {
  const { crm } = demoBusinessUnit;
  const named = theirs === undefined || crm === undefined ? {} : { crm: { ...crm, theirs } };
  return [
    { type: 'BusinessUnitDefined', data: { ...demoBusinessUnit, ...named, bu, version: 1 } },
    { type: 'PriceListDefined', data: { ...demoPriceList, bu, version: 1 } },
  ].reduce(applyToCatalog, emptyCatalog);
};

type Account = Extract<CrmRow, { readonly kind: 'ACCOUNT' }>['account'];

let version = 0;
/** The state of an account after a change so many minutes ago; every change has a higher version. */
const rowOf = (n: number, minutesAgo: number, over: Partial<Account> = {}): CrmRow => {
  version += 1;
  const accountId = `0000-${n}`;
  const rowVersion = String(version);
  return {
    ...{ kind: 'ACCOUNT', id: accountId, rowVersion },
    modifiedAt: new Date(Date.parse(now) - minutesAgo * 60_000).toISOString(),
    account: {
      ...{ system: 'crm', accountId, rowVersion, customer: `C-${n}`, name: `Customer ${n}`, active: true },
      ...{ termsCode: '1', shipTos: [{ id: 'MAIN', region: 'US-NY', address: `${n} Pier Road` }], contacts: [] },
      ...over,
    },
  };
};

/** A CRM of these accounts, in pages. */
const crmOf = (...first: readonly CrmRow[]) => {
  const rows = new Map(first.map((row) => [row.id, row]));
  const asked: { since: string; headsOnly: boolean }[] = [];
  const single: string[] = [];
  const crm: CrmAccounts = {
    system: 'crm',
    changed: async (_unit, { since, after, headsOnly = false }) => {
      asked.push({ since, headsOnly });
      const known = [...rows.values()]
        .filter(({ modifiedAt }) => modifiedAt >= since)
        .sort((a, b) => (a.modifiedAt + a.id < b.modifiedAt + b.id ? -1 : 1));
      const through = Number(after ?? 0) + 3;
      const page = known.slice(through - 3, through);
      const heads = page.map(
        ({ id, rowVersion, modifiedAt }): CrmRow => ({
          ...{ kind: 'HEAD', id, rowVersion, modifiedAt },
        }),
      );
      return { rows: headsOnly ? heads : page, next: through < known.length ? String(through) : null };
    },
    account: async (_unit, accountId) => {
      single.push(accountId);
      return rows.get(accountId);
    },
  };
  const change = (row: CrmRow): void => void rows.set(row.id, row);
  return { crm, change, asked, single };
};

const anExecutor = () => createExecutor(log, {}, executorLimits, noSnapshots, sealWith(personal.vault));

/** One instance: what it has in memory is its own. `elapsed`: milliseconds. */
const anInbox = (bu: string, crm: CrmAccounts, over: Partial<CrmInboxPorts> & { execute?: Execute } = {}) => {
  const board = new Map<string, readonly StuckItem[]>();
  const time = { elapsed: 0 };
  const executor = anExecutor();
  const inbox = createCrmInbox(
    {
      ...{ crm, checkpoints: createCheckpoints(database.db), pollMs: 0, overlapMs: 600_000, vault: personal.vault },
      catalog: { current: () => catalogOf(bu), ready: async () => {} },
      executor: { load: executor.load, execute: over.execute ?? executor.execute },
      clock: () => now,
      elapsedMs: () => time.elapsed,
      onError: (error) => {
        throw error;
      },
      stuckBoard: {
        post: async (_, lanes, items) => {
          for (const lane of lanes === 'all' ? [...board.keys()] : lanes) board.delete(lane);
          for (const item of items) board.set(item.laneKey, [item]);
        },
      },
      ...over,
    },
    bu,
  );
  const toTheEnd = async (): Promise<void> => {
    while (await inbox.step(signal));
  };
  return { ...inbox, toTheEnd, board, time };
};

const real: Execute = (...args) => anExecutor().execute(...args);

const versionsOf = async (bu: string, n: number): Promise<readonly CustomerDefined['data'][]> => {
  const events: CustomerDefined['data'][] = [];
  for await (const { data } of log.read(streamName('customer', bu, `C-${n}`)))
    events.push(data as CustomerDefined['data']);
  return events;
};
const termsOf = async (bu: string, n: number): Promise<readonly number[]> =>
  (await versionsOf(bu, n)).map(({ termsDays }) => termsDays);

const keptOf = async (bu: string): Promise<unknown> => {
  const stored = await createCheckpoints(database.db).read(crmAccountsOf('crm', bu));
  return stored === 'start' ? stored : JSON.parse(stored);
};

const five = () => [1, 2, 3, 4, 5].map((n) => rowOf(n, 60 - n));

describe('accounts of a CRM become customers', () => {
  test('page by page, with sealed names and addresses; told again they are no event', async () => {
    const { crm } = crmOf(...five());
    await anInbox('T1', crm).toTheEnd();
    const [first] = await versionsOf('T1', 1);
    const words = sealedIn(`${first?.name} ${first?.shipTos[0]?.address}`);
    const opened = await personal.vault.open(words);
    expect(words.map(({ text }) => withOpened(text, (word) => opened.get(word) ?? ''))).toEqual([
      ...['Customer 1', '1 Pier Road'],
    ]);
    await anInbox('T1', crm, { checkpoints: { read: async () => 'start', advance: async () => true } }).toTheEnd();
    expect(await Promise.all([1, 2, 3, 4, 5].map(async (n) => (await versionsOf('T1', n)).length))).toEqual([
      ...[1, 1, 1, 1, 1],
    ]);
    expect(await keptOf('T1')).toEqual({ through: '2026-11-30T11:05:00.000Z', standing: [] });
  });

  test('I-05 one that shows up later than others of a later instant is not lost, before and after a restart', async () => {
    const { crm, change, asked } = crmOf(...five());
    const inbox = anInbox('LATE', crm);
    await inbox.toTheEnd();
    change(rowOf(6, 64));
    await inbox.toTheEnd();
    expect(await termsOf('LATE', 6)).toEqual([30]);
    change(rowOf(7, 63));
    change(rowOf(1, 62, { termsCode: '3' }));
    await anInbox('LATE', crm).toTheEnd();
    expect([await termsOf('LATE', 7), await termsOf('LATE', 1)]).toEqual([[30], [30, 45]]);
    expect(asked.at(-1)?.since).toBe('2026-11-30T10:55:00.000Z');
  });

  test.each([
    'goes on',
    'is started again',
  ])('are all taken anew when the CRM calls the business unit otherwise, and it %s', async (how) => {
    const bu = how === 'goes on' ? 'NAMED' : 'RENAMED';
    const [wrong, right] = [crmOf(rowOf(1, 10)), crmOf(rowOf(2, 60))];
    const crm: CrmAccounts = {
      ...right.crm,
      changed: (unit, ...rest) => (unit === 'Right' ? right : wrong).crm.changed(unit, ...rest),
    };
    let theirs = 'Wrong';
    const catalog = { current: () => catalogOf(bu, theirs), ready: async () => {} };
    const inbox = anInbox(bu, crm, { catalog });
    await inbox.toTheEnd();
    theirs = 'Right';
    await (how === 'goes on' ? inbox : anInbox(bu, crm, { catalog })).toTheEnd();
    expect([await termsOf(bu, 1), await termsOf(bu, 2)]).toEqual([[30], [30]]);
    expect(await keptOf(bu)).toMatchObject({ through: '2026-11-30T11:00:00.000Z', scope: 'Right' });
  });

  test('I-05 what was asked for long enough is asked for no more', async () => {
    const { crm, asked } = crmOf(...five());
    const inbox = anInbox('SETTLED', crm);
    await inbox.toTheEnd();
    inbox.time.elapsed = 600_000;
    await inbox.toTheEnd();
    await inbox.toTheEnd();
    expect(asked.at(-1)?.since).toBe('2026-11-30T11:05:00.000Z');
  });

  test('O-08 killed after each command, it ends as if nothing had happened', async () => {
    const rows = five();
    for (let kill = 1; kill <= 5; kill += 1) {
      const bu = `K${kill}`;
      const { crm, change } = crmOf(...rows);
      let executed = 0;
      const execute: Execute = async (...args) => {
        const outcome = await real(...args);
        executed += 1;
        if (executed === kill) throw new LogUnavailable(`killed after command ${kill}`);
        return outcome;
      };
      await expect(anInbox(bu, crm, { execute }).toTheEnd()).rejects.toThrow('killed');
      change(rowOf(3, 50, { termsCode: '3' }));
      await anInbox(bu, crm).toTheEnd();
      for (const n of [1, 2, 4, 5]) expect(await termsOf(bu, n)).toEqual([30]);
      expect((await termsOf(bu, 3)).at(-1)).toBe(45);
    }
  });

  test('two at once take each state once, and an older one never comes after a newer one', async () => {
    const { crm } = crmOf(...five());
    const old = rowOf(1, 55, { termsCode: '4' });
    const newer = rowOf(1, 54, { termsCode: '3' });
    await Promise.all([anInbox('TWO', crm).toTheEnd(), anInbox('TWO', crm).toTheEnd()]);
    await anInbox('TWO', crmOf(newer).crm).toTheEnd();
    await anInbox('TWO', crmOf(old).crm).toTheEnd();
    expect([await termsOf('TWO', 1), await termsOf('TWO', 2)]).toEqual([[30, 45], [30]]);
  });
});

describe('an account that cannot be taken', () => {
  test('holds up nobody else, is shown under its own key, and is tried again when it was mended there', async () => {
    const { crm, change, single } = crmOf(rowOf(1, 60), rowOf(2, 59, { termsCode: '2' }), rowOf(3, 58));
    await anInbox('BAD', crm).toTheEnd();
    expect([await termsOf('BAD', 1), await termsOf('BAD', 2), await termsOf('BAD', 3)]).toEqual([[30], [], [30]]);
    expect(await keptOf('BAD')).toMatchObject({ through: '2026-11-30T11:02:00.000Z', standing: ['0000-2'] });
    let asked: readonly LaneRetry[] = [];
    const restarted = anInbox('BAD', crm, { controls: { retries: () => asked } });
    await restarted.toTheEnd();
    expect(restarted.board.get('account:BAD:0000-2')).toMatchObject([
      { kind: 'STUCK', what: 'ACCOUNT', errorClass: 'TERMS_UNKNOWN', payloadRef: { accountId: '0000-2' } },
    ]);
    expect(single).toEqual(['0000-2']);
    // Mended without the feed telling of it.
    change({ ...rowOf(2, 24 * 60, { termsCode: '3' }) });
    await restarted.toTheEnd();
    expect(await termsOf('BAD', 2)).toEqual([]);
    asked = [{ laneKey: 'account:BAD:0000-2', token: '1' }];
    await restarted.toTheEnd();
    expect(await termsOf('BAD', 2)).toEqual([45]);
    expect(await keptOf('BAD')).toMatchObject({ standing: [] });
  });

  test.each([
    ['no number', { customer: '' }, 'CODE_INVALID'],
    ['the number of another account', { customer: 'C-1' }, 'DUPLICATE'],
    ['a ship-to without a region', { shipTos: [{ id: 'MAIN', region: '' }] }, 'CODE_INVALID'],
  ])('%s', async (_, over, errorClass) => {
    const bu = `X${errorClass.slice(0, 1)}${Object.keys(over)[0]?.slice(0, 1)}`;
    const { crm, change } = crmOf(rowOf(1, 60), rowOf(3, 58));
    await anInbox(bu, crm).toTheEnd();
    change(rowOf(2, 50, over));
    change(rowOf(4, 49));
    const inbox = anInbox(bu, crm);
    await inbox.toTheEnd();
    expect([...inbox.board.values()]).toMatchObject([[{ laneKey: `account:${bu}:0000-2`, errorClass }]]);
    expect([await termsOf(bu, 1), await termsOf(bu, 4)]).toEqual([[30], [30]]);
  });

  test('of two that were merged the one that is left is the customer, whichever comes first', async () => {
    for (const [bu, ...minutes] of [['M1', 50, 49] as const, ['M2', 49, 50] as const]) {
      const { crm, change } = crmOf(rowOf(1, 60, { customer: 'C-1' }));
      await anInbox(bu, crm).toTheEnd();
      change(rowOf(1, minutes[0], { customer: 'C-1', active: false }));
      change(rowOf(2, minutes[1], { customer: 'C-1', termsCode: '3' }));
      const inbox = anInbox(bu, crm);
      await inbox.toTheEnd();
      expect((await versionsOf(bu, 1)).at(-1)).toMatchObject({
        ...{ active: true, termsDays: 45, crmAccount: { accountId: '0000-2' } },
      });
      expect([inbox.board.size, await keptOf(bu)]).toMatchObject([0, { standing: [] }]);
    }
  });

  test('a row that is not understood stands by itself; one that is gone there is let go of', async () => {
    const { crm, change } = crmOf(rowOf(1, 60), rowOf(3, 58));
    const { id, rowVersion, modifiedAt } = rowOf(2, 59);
    change({ kind: 'NOT_UNDERSTOOD', id, rowVersion, modifiedAt, detail: '/name invalid_type' });
    const inbox = anInbox('ROW', crm);
    await inbox.toTheEnd();
    expect(inbox.board.get('account:ROW:0000-2')).toMatchObject([{ kind: 'STUCK', errorClass: 'NOT_UNDERSTOOD' }]);
    expect([await termsOf('ROW', 1), await termsOf('ROW', 3)]).toEqual([[30], [30]]);
    await anInbox('ROW', crmOf().crm).toTheEnd();
    expect(await keptOf('ROW')).toMatchObject({ standing: [] });
  });
});

describe('more accounts than are kept cannot be taken', () => {
  const badTerms = (n: number, minutesAgo: number) => rowOf(n, minutesAgo, { termsCode: '2' });

  test('the others are read on, and those without room are asked for again when there is some', async () => {
    const { crm, change, asked } = crmOf(...[1, 2, 3, 4].map((n) => badTerms(n, 100 - n)), rowOf(5, 50));
    const inbox = anInbox('FULL', crm, { leftMax: 2 });
    await inbox.toTheEnd();
    expect([await termsOf('FULL', 5), inbox.board.size]).toEqual([[30], 2]);
    const missed = '2026-11-30T10:23:00.000Z';
    expect(await keptOf('FULL')).toMatchObject({ standing: ['0000-1', '0000-2'], missed });
    change(rowOf(6, 1));
    await inbox.toTheEnd();
    expect(await termsOf('FULL', 6)).toEqual([30]);
    expect(asked.filter(({ since }) => since === missed)).toEqual([]);
    // Mended there, and forgotten here by a restart.
    for (const n of [1, 2, 3]) change(rowOf(n, 100 - n));
    const restarted = anInbox('FULL', crm, { leftMax: 2 });
    await restarted.toTheEnd();
    expect(await Promise.all([1, 2, 3, 4].map((n) => termsOf('FULL', n)))).toEqual([[30], [30], [30], []]);
    expect(await keptOf('FULL')).toEqual({ through: '2026-11-30T11:59:00.000Z', standing: ['0000-4'] });
  });

  test('one that was mended is taken after a while, even if all that are kept still stand', async () => {
    const { crm, change } = crmOf(...[1, 2, 3].map((n) => badTerms(n, 100 - n)), rowOf(5, 50));
    const inbox = anInbox('STAY', crm, { leftMax: 2 });
    await inbox.toTheEnd();
    change(rowOf(3, 97));
    await inbox.toTheEnd();
    expect(await termsOf('STAY', 3)).toEqual([]);
    inbox.time.elapsed += 600_000;
    await inbox.toTheEnd();
    expect([await termsOf('STAY', 3), inbox.board.size]).toEqual([[30], 2]);
    expect(await keptOf('STAY')).not.toHaveProperty('missed');
  });
});

describe('a page that is not understood', () => {
  const rubbish = new PartnerUnavailable('crm', 'the answer is not JSON', { class: 'BAD_RESPONSE' });

  test('is taken account by account, so that it holds up what is wrong with it alone', async () => {
    const { crm, asked } = crmOf(...five());
    const changed: CrmAccounts['changed'] = async (unit, place, until) => {
      const page = await crm.changed(unit, place, until);
      if (place.after === null && place.headsOnly !== true) throw rubbish;
      return page;
    };
    const account: CrmAccounts['account'] = async (unit, accountId, until) => {
      if (accountId === '0000-2') throw rubbish;
      return crm.account(unit, accountId, until);
    };
    const inbox = anInbox('PAGE', { ...crm, changed, account });
    await inbox.toTheEnd();
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => termsOf('PAGE', n)))).toEqual([[30], [], [30], [30], [30]]);
    expect([...inbox.board.keys()]).toEqual(['account:PAGE:0000-2']);
    expect(asked.map(({ headsOnly }) => headsOnly)).toEqual([false, true, false]);
  });

  test('nor its heads is shown by the place where it stands, and what is left behind is tried on', async () => {
    const { crm, change } = crmOf(rowOf(1, 60), rowOf(2, 59, { termsCode: '2' }));
    await anInbox('FEED', crm).toTheEnd();
    change(rowOf(2, 59, { termsCode: '1' }));
    const inbox = anInbox('FEED', { ...crm, changed: () => Promise.reject(rubbish) });
    await expect(inbox.toTheEnd()).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
    expect(inbox.board.get('feed')).toMatchObject([{ kind: 'RETRYING', errorClass: 'BAD_RESPONSE', attempts: 1 }]);
    expect(await termsOf('FEED', 2)).toEqual([30]);
  });

  test('a CRM that is away is nobody’s dead letter, and paused it is asked nothing', async () => {
    const away = new PartnerUnavailable('crm', 'no connection', { class: 'NETWORK' });
    const { crm, asked } = crmOf(...five());
    const inbox = anInbox('AWAY', { ...crm, changed: () => Promise.reject(away) });
    await expect(inbox.step(signal)).rejects.toThrow('no connection');
    expect(inbox.board.size).toBe(0);
    expect(await anInbox('AWAY', crm, { isPaused: () => true }).step(signal)).toBe(false);
    expect([asked, await keptOf('AWAY')]).toEqual([[], 'start']);
  });
});
