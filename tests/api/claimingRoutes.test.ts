import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import type { Operation } from '../../api/permissions.ts';
import { routes } from '../../api/routes.ts';
import { type ClaimingApi, makeClaimingApi, sendTo } from './claimingApi.ts';
import { claimingRoutes } from './claimingRoutes.ts';
import type { Answered } from './conformance.ts';

let api: ClaimingApi;
beforeAll(async () => {
  api = await makeClaimingApi();
});
afterAll(() => api.close());

const rowOf = (operation: Operation) => {
  const row = claimingRoutes[operation];
  if (row === undefined) throw new Error(`${operation} is one append: add it to the table`);
  return row;
};

/** What `work` asked of the log and of the keys; what follows the log is left out. */
const statementsOf = async <T>(work: () => Promise<T>) => {
  const query = jest.spyOn(pg.Client.prototype, 'query');
  try {
    const done = await work();
    const calls = query.mock.calls as unknown as readonly [{ readonly text?: string } | string][];
    const texts = calls.map(([asked]) => (typeof asked === 'string' ? asked : (asked.text ?? '')));
    return {
      done,
      writes: texts.filter((text) => /ops\.(claim|append|answer)|log\.(append|write)/.test(text)),
      reads: texts.filter((text) => /from log\.event e where e\.stream/.test(text)),
    };
  } finally {
    query.mockRestore();
  }
};

const receiptOf = ({ body }: Answered) =>
  body.receipt as { readonly commandId: string; readonly position: string; readonly recordedAt: string };

const since = async (position: string) => (await api.log.readAfter(position as never, 500)).events;

const keysOf = async (commandId: string) => {
  const text = 'select forever, status, answered_at is not null as answered from ops.claim where command_id = $1';
  return (await api.database.pool.query(`${text} order by forever`, [commandId])).rows;
};

const claimed = (status: number, keys: number) =>
  [
    { forever: false, status, answered: true },
    { forever: true, status: 200, answered: true },
  ].slice(0, keys);

const stale = { 'if-match': '"9999"' };

const replayed = ({ headers }: Answered): boolean => headers['idempotency-replayed'] === 'true';

const oneAppend = routes.filter(({ asks }) => asks !== undefined);

test('every command is one append, but for those that are several', () => {
  const others = routes.filter(({ kind, asks }) => kind === 'command' && asks === undefined);
  expect(others.map(({ operation }) => operation).sort()).toEqual([
    'acceptTaxMismatch',
    'acknowledgeEvents',
    'applyPromotion',
    'authoriseReturn',
    'cancelCutOver',
    ...[
      'closeAccountingPeriod',
      'correctCost',
      'creditInvoice',
      'cutOverShadowLedger',
      'eraseDataSubject',
      'exportEvidence',
      'extendReservation',
    ],
    ...[
      'receiveDocument',
      'recordPick',
      'recordStockCount',
      'releaseHold',
      'releaseReservation',
      'reopenAccountingPeriod',
    ],
    ...[
      'repostGlJournal',
      'repriceOrderLine',
      'requestImport',
      'requestReplay',
      'resendPartnerDocument',
      'reserve',
      'resolveOvershipment',
      'restageGlJournals',
      'reverseGlJournal',
      'writeOffInvoice',
    ],
  ]);
  expect(oneAppend.map(({ operation }) => operation).sort()).toEqual(Object.keys(claimingRoutes).sort());
});

describe.each(oneAppend)('$operation', ({ operation, status }) => {
  test('claims its key, writes and is answered in one statement, and its repetition gets the same bytes', async () => {
    const row = rowOf(operation);
    const prepared = await row.prepare(api);
    const [head, key] = [await api.log.head(), randomUUID()];
    const { done: first, writes, reads } = await statementsOf(() => sendTo(api, operation, prepared, { key }));
    expect({ status: first.status, text: first.text }).toMatchObject({ status });
    expect(replayed(first)).toBe(false);
    expect(writes).toEqual([expect.stringContaining('ops.append_claimed')]);
    expect(reads).toHaveLength(row.reads);
    const events = await since(head);
    expect(events.map(({ type }) => type)).toEqual(row.events);
    const { commandId, position, recordedAt } = receiptOf(first);
    expect([position, recordedAt]).toEqual([events.at(-1)?.position, events.at(-1)?.recordedAt]);
    expect(await keysOf(commandId)).toEqual(claimed(status, row.keys ?? 1));

    const again = await sendTo(api, operation, prepared, { key });
    expect([again.status, again.text, replayed(again)]).toEqual([status, first.text, true]);
    for (const name of ['etag', 'location', 'content-type'])
      expect([name, again.headers[name]]).toEqual([name, first.headers[name]]);
    const other = await sendTo(api, operation, prepared, { key, headers: stale });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await since(head)).toHaveLength(row.events.length);
  });

  test('keeps the answer to who has seen another revision, and writes nothing', async () => {
    const prepared = await rowOf(operation).prepare(api);
    const [head, key] = [await api.log.head(), randomUUID()];
    const refused = await sendTo(api, operation, prepared, { key, headers: stale });
    expect([refused.status, refused.body.code]).toEqual([412, 'REVISION_MISMATCH']);
    const again = await sendTo(api, operation, prepared, { key, headers: stale });
    expect([again.text, replayed(again)]).toEqual([refused.text, true]);
    expect(await api.log.head()).toBe(head);
  });

  test('is done once when it is sent twenty times at once', async () => {
    const row = rowOf(operation);
    const prepared = await row.prepare(api);
    const [head, key] = [await api.log.head(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendTo(api, operation, prepared, { key })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map((answer) => [answer.status, replayed(answer)]).filter(([, again]) => again !== true)).toEqual([
      [status, false],
    ]);
    expect((await since(head)).map(({ type }) => type)).toEqual(row.events);
  });
});
