import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createControls } from '../../adapters/postgres/controls.ts';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { sha256Hex } from '../../commands/canonicalJson.ts';
import { createDiscardRunner } from '../../commands/steering/discardRunner.ts';
import type { Position } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { deadLetterById } from '../../projections/stuck.ts';
import { notice, strange } from '../commands/feedServer.ts';
import { startTestWarehouse, stepUntil, type TestWarehouse } from '../commands/testInbox.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call } from './testApi.ts';

const { signal } = new AbortController();

let api: RealApi;
let warehouse: TestWarehouse;
let feed: TestWarehouse['feed'];
let consumer = '';
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

beforeEach(async () => {
  warehouse = await startTestWarehouse(api.database.db);
  ({ feed, consumer } = warehouse);
});
afterEach(() => warehouse.close());

const onError = (error: unknown): void => {
  throw error;
};

/** One worker's inbox, which refuses messages whose id begins with `no`. */
const anInbox = (taken: string[]) => {
  const controls = createControls(api.database.db);
  const inbox = warehouse.inbox(taken, (id) => (id.startsWith('no') ? 'refused' : 'taken'), { controls });
  const step = async (): Promise<void> => {
    await controls.step();
    await inbox.step(signal);
  };
  return { step, pending: inbox.pending };
};

/** The worker that hands discards on, as a process that starts has it. */
const aRunner = () =>
  createDiscardRunner({
    ...{ feed: api.log, checkpoints: createCheckpoints(api.database.db), onError, onStuck: () => {} },
    discards: createMessageDiscards(api.database.db),
  });

type Letter = { readonly id: string; readonly laneKey: string; readonly kind: string; readonly blockedCount: number };

const letters = async (): Promise<readonly Letter[]> =>
  (await call(api, 'GET', `/v1/ops/dead-letters?consumer=${consumer}`, { role: 'ops' })).body.items as Letter[];

const kept = () => warehouse.kept();

const letterOf = async (laneKey: string): Promise<Letter | undefined> =>
  (await letters()).find((letter) => letter.laneKey === laneKey);

const discard = (deadLetterIds: readonly (string | undefined)[], options: CallOptions = {}) =>
  call(api, 'POST', '/v1/ops/discards', { role: 'ops', body: { deadLetterIds, reason: 'not ours' }, ...options });

const discardsIn = async (): Promise<readonly RecordedOf<'MessagesDiscarded'>[]> => {
  const { events } = await api.log.readAfter('start', 10_000, { categories: ['discard'] });
  return (events as readonly RecordedOf<'MessagesDiscarded'>[]).filter(({ data }) =>
    data.messages.some((message) => message.consumer === consumer),
  );
};

/** An inbox that keeps a refused message with one behind it, and one that nobody understands with one behind it. */
const blocked = async (taken: string[]) => {
  const inbox = anInbox(taken);
  feed.say(notice('no1', 'A'), notice('a2', 'A'), strange('b1', 'B'), notice('b2', 'B'), notice('c1', 'C'));
  const isKept = async () => (await kept()).length === 4;
  await stepUntil(inbox, async () => (await isKept()) && (await letterOf('A'))?.kind === 'STUCK');
  expect(taken).toEqual(['c1']);
  return inbox;
};

describe('I-07 messages of a warehouse that can never be taken', () => {
  test('are discarded with a reason: the log keeps who, why and the hash, and what waited behind them goes on at once', async () => {
    const taken: string[] = [];
    const inbox = await blocked(taken);
    const [a, b] = [await letterOf('A'), await letterOf('B')];
    const said = (await deadLetterById(api.database.db, b?.id ?? ''))?.payload ?? '';
    const key = randomUUID();
    const answer = await discard([a?.id, b?.id], { key });
    expect(answer.status).toBe(201);
    const [event, ...others] = await discardsIn();
    expect(others).toEqual([]);
    expect(event?.metadata.actor.roles).toEqual(['ops']);
    expect(event?.data).toMatchObject({
      ...{ reason: 'not ours', discardedBy: answer.body.discardedBy },
      messages: [
        { laneKey: 'A', messageId: 'no1', messageKind: 'SHORTED', errorClass: 'SHORT_EXCEEDS_OPEN' },
        { laneKey: 'B', messageKind: 'NOT_UNDERSTOOD', contentSha256: sha256Hex(said) },
      ],
    });
    expect(answer.body.messages).toEqual(event?.data.messages);

    await aRunner().step(signal);
    await stepUntil(inbox, async () => (await letters()).length === 0);
    expect(taken.toSorted()).toEqual(['a2', 'b2', 'c1']);
    expect([await kept(), inbox.pending()]).toEqual([[], 0]);

    // The letters are gone, and the same request is answered as it was.
    const again = await discard([a?.id, b?.id], { key });
    expect([again.status, again.text]).toEqual([201, answer.text]);
    expect(await discardsIn()).toHaveLength(1);
    feed.say(notice('a3', 'A'));
    const restarted = anInbox(taken);
    await stepUntil(restarted, async () => taken.includes('a3'));
    expect(taken.toSorted()).toEqual(['a2', 'a3', 'b2', 'c1']);
  });

  test('are nothing else: all that is wrong with a request is told, and none of it is done', async () => {
    const inbox = await blocked([]);
    feed.say(notice('no9', 'D'));
    await stepUntil(inbox, async () => (await letterOf('D')) !== undefined && (await letterOf('A')) !== undefined);
    const board = createStuckBoard(api.database.db);
    const about = { position: null, errorClass: 'Error', detail: 'No.', attempts: 5, blockedCount: 0 } as const;
    const step = {
      laneKey: `order:${warehouse.wms.system}`,
      item: 'i',
      kind: 'STUCK',
      what: 'draftInvoice',
      payloadRef: {},
    } as const;
    await board.post('outbox', [step.laneKey], [{ ...step, ...about }]);
    const elsewhere = { laneKey: 'E', item: 'm', what: 'SHORTED', payloadRef: { messageId: 'm' } } as const;
    await board.post(
      `${consumer}-other`,
      ['E', 'F'],
      [
        { ...elsewhere, kind: 'RETRYING', ...about },
        { ...elsewhere, laneKey: 'F', kind: 'STUCK', ...about },
      ],
    );
    const idsOf = async (name: string): Promise<readonly string[]> => {
      const found = await call(api, 'GET', `/v1/ops/dead-letters?consumer=${name}`, { role: 'ops' });
      return (found.body.items as Letter[]).map(({ id }) => id);
    };
    const [steps, others] = [await idsOf('outbox'), await idsOf(`${consumer}-other`)];
    const answer = await discard([(await letterOf('A'))?.id, ...steps, ...others, 'stuck:none']);
    expect([answer.status, answer.body.code]).toEqual([422, 'VALUE_INVALID']);
    expect(answer.body.errors).toEqual(
      ['mended and replayed', 'goes on by itself', 'not kept here', 'no dead letter'].map((words, index) => ({
        ...{ pointer: `/deadLetterIds/${index + 1}`, code: 'VALUE_INVALID', detail: expect.stringContaining(words) },
      })),
    );
    expect(await discardsIn()).toEqual([]);
    expect((await discard(['x'], { body: { deadLetterIds: [] } })).body.errors).toHaveLength(2);
    expect((await discard(['x'], { role: 'warehouse' })).status).toBe(403);
  });

  test('killed between any two of its halves, a discard is finished by who comes next, and done once', async () => {
    const taken: string[] = [];
    await blocked(taken);
    const [a, b] = [await letterOf('A'), await letterOf('B')];
    // Two people at once.
    const answers = await Promise.all([discard([a?.id, b?.id]), discard([a?.id], { role: 'admin' })]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    // Nobody was told yet: what is kept still holds up its lane.
    const first = anInbox(taken);
    await first.step();
    expect(taken).toEqual(['c1']);
    // Told, and told again by a worker that could not note it.
    await aRunner().step(signal);
    await aRunner().step(signal);
    const second = anInbox(taken);
    await stepUntil(second, async () => (await kept()).length === 0);
    await aRunner().step(signal);
    await stepUntil(anInbox(taken), async () => (await letters()).length === 0);
    expect(taken.toSorted()).toEqual(['a2', 'b2', 'c1']);
    expect(await discardsIn()).toHaveLength(2);
    const open = await api.database.pool.query('select from ops.message_discard where consumer = $1', [consumer]);
    expect(open.rowCount).toBe(0);
  });

  test('what the warehouse tells meanwhile in better words is not what was discarded', async () => {
    const taken: string[] = [];
    const inbox = await blocked(taken);
    expect((await discard([(await letterOf('B'))?.id])).status).toBe(201);
    feed.say(notice('b1', 'B'));
    await stepUntil(inbox, async () => taken.includes('b2'));
    await aRunner().step(signal);
    await inbox.step();
    expect(taken).toEqual(['c1', 'b1', 'b2']);
  });
});

test('a won quote that can be no order is discarded in the state that it was shown in', async () => {
  const [quotes, laneKey] = ['crm-quotes:crm:ACME', 'quote:ACME:q-1'];
  const place = { through: '2026-11-30T10:00:00.000Z', standing: [['q-1', '7']], givenUp: [] };
  await createCheckpoints(api.database.db).advance(quotes, 'start', JSON.stringify(place) as Position);
  const about = { position: null, errorClass: 'ITEM_UNKNOWN', detail: 'No.', attempts: 1, blockedCount: 0 } as const;
  const payloadRef = { system: 'crm', bu: 'ACME', quoteId: 'q-1' };
  const item = { laneKey, item: 'q-1', kind: 'STUCK', what: 'QUOTE', payloadRef, ...about } as const;
  await createStuckBoard(api.database.db).post(quotes, [laneKey], [item]);
  const shown = await call(api, 'GET', `/v1/ops/dead-letters?consumer=${quotes}`, { role: 'ops' });
  const answer = await discard((shown.body.items as readonly Letter[]).map(({ id }) => id));
  expect([answer.status, answer.body.messages]).toEqual([
    201,
    [
      {
        ...{ consumer: quotes, laneKey, item: 'q-1', messageId: 'q-1', messageKind: 'QUOTE' },
        ...{ errorClass: 'ITEM_UNKNOWN', contentSha256: sha256Hex('{"id":"q-1","rowVersion":"7"}') },
      },
    ],
  ]);
});
