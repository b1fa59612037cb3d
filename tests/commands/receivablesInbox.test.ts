import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createExecutor, type Executor } from '../../commands/handle.ts';
import { createReceivablesInbox, type ReceivablesInboxPorts } from '../../commands/inbox/receivablesInbox.ts';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { ErpReceivables, LaneRetry, ReceivablesFigure, StuckItem } from '../../commands/ports.ts';
import { credit, exposureOf } from '../../domain/credit/credit.ts';
import { LogUnavailable, streamName } from '../../domain/eventLog.ts';
import { applyToCatalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Execute, Killed } from './world.ts';

const { signal } = new AbortController();
const catalog = applyToCatalog(emptyCatalog, {
  type: 'BusinessUnitDefined',
  data: { ...demoBusinessUnit, version: 1 },
});

let database: TestDatabase<never>;
let log: ReturnType<typeof createPostgresLog>;

beforeAll(async () => {
  database = await createTestDatabase();
  log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
});

afterAll(async () => {
  await log.close();
  await database.close();
});

const figure = (
  bu: string,
  customer: string,
  openAr: string,
  second: number,
  ...contains: string[]
): ReceivablesFigure => ({
  ...{ bu, customer, currency: 'USD', openAr, contains },
  asOf: new Date(Date.parse('2026-11-23T09:00:00.000Z') + second * 1_000).toISOString(),
});

/** Figures in pages; the cursor is the number of the last one. */
const erpOf = (figures: readonly ReceivablesFigure[], perPage = 2): ErpReceivables => ({
  system: 'erp',
  figures: async (bu, cursor) => {
    const own = figures.filter((each) => each.bu === bu);
    const from = Number(cursor);
    const through = Math.min(own.length, from + perPage);
    return { figures: own.slice(from, through), cursor: String(through), more: through < own.length };
  },
});

/** One instance: what it has in memory is its own. */
const anInbox = (
  bu: string,
  erp: ErpReceivables,
  over: Partial<ReceivablesInboxPorts> & { execute?: Execute } = {},
) => {
  const board = new Map<string, readonly StuckItem[]>();
  const executor: Executor = createExecutor(log);
  const inbox = createReceivablesInbox(
    {
      ...{ erp, catalog: { current: () => catalog }, checkpoints: createCheckpoints(database.db), pollMs: 0 },
      executor: { execute: over.execute ?? executor.execute },
      clock: () => '2026-11-23T12:00:00.000Z',
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
  return { ...inbox, toTheEnd, board };
};

const real: Execute = (...args) => createExecutor(log).execute(...args);

const exposure = async (bu: string, customer: string): Promise<bigint> =>
  exposureOf((await createExecutor(log).load(credit, streamName('credit', bu, customer))).state, 'USD');

const figuresTold = async (bu: string, customer: string): Promise<number> => {
  let count = 0;
  for await (const { type } of log.read(streamName('credit', bu, customer)))
    count += type === 'ExposureSynchronised' ? 1 : 0;
  return count;
};

const cursorOf = (bu: string) => createCheckpoints(database.db).read(`receivables:erp:${bu}`);

/** Three figures of each, in rounds, so that every page has several customers. */
const rounds = (bu: string, customers: number): readonly ReceivablesFigure[] =>
  [1, 2, 3].flatMap((round) =>
    Array.from({ length: customers }, (_, n) =>
      figure(bu, `C-${n}`, String(round * 100 + n), round, `I-${n}-${round}`),
    ),
  );

describe('what customers owe is taken over from the ERP', () => {
  test('page by page; told again it is no event, and a restart asks for what is new', async () => {
    const figures = [...rounds('T1', 3)];
    const first = anInbox('T1', erpOf(figures));
    await first.toTheEnd();
    expect([await exposure('T1', 'C-0'), await exposure('T1', 'C-2')]).toEqual([300n, 302n]);
    expect(await cursorOf('T1')).toBe('9');
    await anInbox('T1', erpOf(figures), {
      checkpoints: { read: async () => 'start', advance: async () => true },
    }).toTheEnd();
    expect(await figuresTold('T1', 'C-0')).toBe(3);
    figures.push(figure('T1', 'C-0', '7', 9));
    await anInbox('T1', erpOf(figures)).toTheEnd();
    expect(await exposure('T1', 'C-0')).toBe(7n);
  });

  test('O-08 killed after each command, it ends as if nothing had happened', async () => {
    for (let kill = 1; kill <= 12; kill += 1) {
      const bu = `K${kill}`;
      const erp = erpOf(rounds(bu, 4), 6);
      let executed = 0;
      const execute: Execute = async (...args) => {
        const outcome = await real(...args);
        executed += 1;
        if (executed === kill) throw new LogUnavailable(`killed after command ${kill}`);
        return outcome;
      };
      await expect(anInbox(bu, erp, { execute }).toTheEnd()).rejects.toThrow('killed');
      await anInbox(bu, erp).toTheEnd();
      for (let n = 0; n < 4; n += 1) {
        expect(await exposure(bu, `C-${n}`)).toBe(BigInt(300 + n));
        expect(await figuresTold(bu, `C-${n}`)).toBe(3);
      }
    }
  });

  test('two at once take each figure once, and the newest holds', async () => {
    const erp = erpOf(rounds('TWO', 20), 7);
    await Promise.all([anInbox('TWO', erp).toTheEnd(), anInbox('TWO', erp).toTheEnd()]);
    for (let n = 0; n < 20; n += 1) {
      expect(await exposure('TWO', `C-${n}`)).toBe(BigInt(300 + n));
      expect(await figuresTold('TWO', `C-${n}`)).toBe(3);
    }
    expect(await cursorOf('TWO')).toBe('60');
  });

  test('one customer whose account cannot be written holds up nobody else, is shown, and not forgotten', async () => {
    const erp = erpOf(rounds('ONE', 3));
    let isBroken = true;
    let asked: readonly LaneRetry[] = [];
    const execute: Execute = (decider, stream, ...rest) => {
      if (isBroken && stream === 'credit-ONE.C-1') throw new Killed('this account is broken');
      return real(decider, stream, ...rest);
    };
    const inbox = anInbox('ONE', erp, { execute, controls: { retries: () => asked } });
    await inbox.toTheEnd();
    expect([await exposure('ONE', 'C-0'), await exposure('ONE', 'C-1'), await exposure('ONE', 'C-2')]).toEqual([
      300n,
      0n,
      302n,
    ]);
    expect(inbox.board.get('credit:ONE:C-1')).toMatchObject([{ kind: 'STUCK', what: 'RECEIVABLES' }]);
    // A restart finds it again.
    expect(await cursorOf('ONE')).toBe('start');
    isBroken = false;
    asked = [{ laneKey: 'credit:ONE:C-1', token: '1' }];
    await inbox.toTheEnd();
    expect(await exposure('ONE', 'C-1')).toBe(301n);
    expect(await cursorOf('ONE')).toBe('9');
  });

  test.each([
    ['that nobody understands', new PartnerUnavailable('erp', 'not understood', { class: 'BAD_RESPONSE' })],
    ['of a time that is still to come', [figure('BAD', 'C-0', '1', 1), figure('BAD', 'C-1', '1', 4 * 3_600)]],
  ])('an answer %s is shown by the place where it stands, and nothing of it is taken', async (_, answer) => {
    const figures = async () => {
      if (answer instanceof Error) throw answer;
      return { figures: answer, cursor: '2', more: false };
    };
    const inbox = anInbox('BAD', { system: 'erp', figures });
    await expect(inbox.step(signal)).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
    expect(inbox.board.get('feed')).toMatchObject([{ kind: 'RETRYING', errorClass: 'BAD_RESPONSE', attempts: 1 }]);
    expect([await exposure('BAD', 'C-0'), await cursorOf('BAD')]).toEqual([0n, 'start']);
  });

  test('an ERP that is away is nobody\u2019s dead letter', async () => {
    const away = new PartnerUnavailable('erp', 'no connection', { class: 'NETWORK' });
    const inbox = anInbox('AWAY', { system: 'erp', figures: () => Promise.reject(away) });
    await expect(inbox.step(signal)).rejects.toThrow('no connection');
    expect(inbox.board.size).toBe(0);
  });

  test('paused it asks nothing', async () => {
    const inbox = anInbox('HELD', erpOf(rounds('HELD', 1)), { isPaused: () => true });
    expect(await inbox.step(signal)).toBe(false);
    expect(await exposure('HELD', 'C-0')).toBe(0n);
  });

  test('3,000 customers are taken in pages, each once', async () => {
    const all = Array.from({ length: 3_000 }, (_, n) => figure('MANY', `C-${n}`, String(n), 1));
    const { execute } = createExecutor(log);
    await anInbox('MANY', erpOf(all, 500), { execute }).toTheEnd();
    for (const n of [0, 1_499, 2_999]) expect(await exposure('MANY', `C-${n}`)).toBe(BigInt(n));
    expect(await cursorOf('MANY')).toBe('3000');
  });
});
