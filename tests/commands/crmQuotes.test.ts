import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import type { Application } from '../../commands/application.ts';
import { crmQuotesOf } from '../../commands/inbox/crmKept.ts';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { MessageDiscard, StuckItem } from '../../commands/ports.ts';
import { discardCalls } from '../../commands/steering/discards.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import type { ClosedQuote } from '../../domain/quote/closedQuote.ts';
import { eventsOf, ofType } from './facts.ts';
import { bu, inNewUnits, submit, world } from './newUnits.ts';
import {
  accountRow,
  anew,
  anInbox,
  crmOf,
  define,
  numbers,
  ownership,
  realSubmit,
  rowLine,
  rowOf,
  standing,
  submitted,
} from './quotesRig.ts';
import { must } from './world.ts';

inNewUnits('Q');
beforeEach(() => world.catalog.ready());

const { signal } = new AbortController();

describe('S-09 quotes that were won become orders of inside sales', () => {
  test('each one, whichever page tells of it how often, with what it was made of', async () => {
    const { crm } = crmOf(...[1, 2, 3, 4, 5].map((n) => rowOf(n)));
    await anInbox(crm).toTheEnd();
    await anInbox(crm).toTheEnd();
    await anInbox(crm, anew).toTheEnd();
    expect(await numbers()).toEqual(['QUO-1', 'QUO-2', 'QUO-3', 'QUO-4', 'QUO-5']);
    const [first] = await submitted();
    expect(first?.data).toMatchObject({ channel: 'inside-sales', soldTo: 'C-1001', termsDays: 30 });
    expect(first?.metadata).toMatchObject({
      actor: { kind: 'PARTNER', id: 'crm' },
      source: { system: 'crm', channel: 'inside-sales', payloadSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      $correlationId: expect.stringMatching(/^crm:quote:q-\d:0$/),
    });
    expect(ofType(await eventsOf(world, bu), 'OrderAccepted')).toHaveLength(5);
  });

  test('lost ones and those of before do not, nor any where nobody wants them', async () => {
    const { crm, asked } = crmOf(rowOf(1, { isWon: false }), rowOf(2, { closed: '2019-12-31' }), rowOf(3));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    expect([await numbers(), inbox.board.size, asked[0]?.closedFrom]).toEqual([['QUO-3'], 0, '2019-12-31']);
    const { quotes: _, ...without } = ownership;
    await define(without);
    await anInbox(crmOf(rowOf(4)).crm).toTheEnd();
    expect(await numbers()).toEqual(['QUO-3']);
  });

  test('each with the payment terms that its account has by then, which accepted ones do not get', async () => {
    const { crm, accounts, change, changeAccount } = crmOf(rowOf(1));
    changeAccount(accountRow('a-1'));
    const inbox = anInbox(crm, { accounts });
    await inbox.toTheEnd();
    // Nobody has asked for accounts since.
    changeAccount(accountRow('a-1', { termsCode: '3' }));
    change(rowOf(2));
    await inbox.toTheEnd();
    const terms = (await submitted()).map(({ data }) => [data.customerPo, data.termsDays]);
    expect(terms).toEqual([
      ['QUO-1', 30],
      ['QUO-2', 45],
    ]);
  });

  test('a price that differs from ours is held as every such order is, and not dropped', async () => {
    const { crm } = crmOf(rowOf(1, { goods: '22.00', lines: [{ ...rowLine, unitPrice: '11' }] }));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    expect(inbox.board.size).toBe(0);
    expect(ofType(await eventsOf(world, bu), 'OrderHeld').map(({ data }) => data.type)).toEqual(['PRICE']);
  });

  test('killed before or after the order is made, and by two at once, there is one of each', async () => {
    const { crm, change } = crmOf(...[1, 2, 3].map((n) => rowOf(n)));
    for (const isDone of [false, true]) {
      const submitOrder: Application['submitOrder'] = async (...args) => {
        if (isDone) await realSubmit(...args);
        throw new LogUnavailable('killed');
      };
      await expect(anInbox(crm, { submitOrder }).toTheEnd()).rejects.toThrow('killed');
    }
    for (const n of [4, 5]) change(rowOf(n));
    await Promise.all([anInbox(crm, anew).toTheEnd(), anInbox(crm, anew).toTheEnd()]);
    expect(await numbers()).toEqual(['QUO-1', 'QUO-2', 'QUO-3', 'QUO-4', 'QUO-5']);
    expect(ofType(await eventsOf(world, bu), 'OrderHeld')).toEqual([]);
  });

  test('on a log that cannot claim keys with its events, too', async () => {
    const { crm } = crmOf(rowOf(1));
    await anInbox(crm, { canClaim: false }).toTheEnd();
    await anInbox(crm, { ...anew, canClaim: false }).toTheEnd();
    expect(await numbers()).toEqual(['QUO-1']);
  });

  test('an earlier day takes in what was left out before', async () => {
    const { crm } = crmOf(rowOf(1, { closed: '2019-12-31' }, 24 * 60), rowOf(2));
    await anInbox(crm).toTheEnd();
    await define({ ...ownership, quotes: { wonFrom: '2019-01-01', units: ownership.quotes?.units ?? [] } });
    await anInbox(crm).toTheEnd();
    expect(await numbers()).toEqual(['QUO-1', 'QUO-2']);
  });
});

describe('a quote that cannot be an order', () => {
  test.each<[string, Partial<ClosedQuote>, string]>([
    ['an item that nobody knows', { lines: [{ ...rowLine, item: 'NO-SUCH' }] }, 'ITEM_UNKNOWN'],
    ['another currency', { currency: 'EUR' }, 'CURRENCY_MISMATCH'],
    ['amounts that its lines do not come to', { goods: '20.00' }, 'PRICE_MISMATCH'],
    ['a unit that nobody knows', { lines: [{ ...rowLine, unit: 'Pallet' }] }, 'UOM_UNKNOWN'],
    ['half a piece', { goods: '5.75', lines: [{ ...rowLine, qty: '0.5' }] }, 'NUMERIC_FORMAT'],
    ['a ship-to that the customer has not', { shipTo: 'NOWHERE' }, 'SHIP_TO_UNKNOWN'],
  ])('%s: says why, and holds up no other', async (_, over, errorClass) => {
    const { crm } = crmOf(rowOf(1), rowOf(2, over), rowOf(3));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    expect(await numbers()).toEqual(['QUO-1', 'QUO-3']);
    expect([...inbox.board.values()]).toMatchObject([
      { laneKey: `quote:${bu}:q-2`, kind: 'STUCK', what: 'QUOTE', errorClass, payloadRef: { bu, quoteId: 'q-2' } },
    ]);
  });

  test('whose account is no customer here waits for that', async () => {
    const { crm, accounts, changeAccount } = crmOf(rowOf(1, { account: { accountId: 'a-9', customer: 'C-9' } }));
    const inbox = anInbox(crm, { accounts });
    await inbox.toTheEnd();
    expect(inbox.lane(1)).toMatchObject({ kind: 'STUCK', errorClass: 'CUSTOMER_UNKNOWN' });
    changeAccount(accountRow('a-9', { customer: 'C-9', termsCode: '2' }));
    const restarted = anInbox(crm, { accounts });
    await restarted.toTheEnd();
    expect(restarted.lane(1)).toMatchObject({
      ...{ errorClass: 'ACCOUNT_NOT_TAKEN', detail: expect.stringContaining('TERMS_UNKNOWN') },
    });
    changeAccount(accountRow('a-9', { customer: 'C-9' }));
    restarted.time.elapsed += 120_000;
    await restarted.toTheEnd();
    expect([await numbers(), await standing()]).toEqual([['QUO-1'], []]);
  });

  test('is tried on while the CRM is away from it, and let go of when it is gone there', async () => {
    const { crm } = crmOf(rowOf(1, { currency: 'EUR' }));
    await anInbox(crm).toTheEnd();
    const away = new PartnerUnavailable('crm', 'no connection', { class: 'NETWORK' });
    const quiet: typeof crm = { ...crm, changed: async () => ({ rows: [], next: null }) };
    const inbox = anInbox({ ...quiet, quote: () => Promise.reject(away) });
    await inbox.step(signal);
    expect(inbox.lane(1)).toMatchObject({ kind: 'RETRYING' });
    await anInbox({ ...quiet, quote: async () => undefined }).toTheEnd();
    expect(await standing()).toEqual([]);
  });
});

describe('what a won quote says later', () => {
  test('is reported by its places and not applied; what says the same is nothing', async () => {
    const { crm, change } = crmOf(rowOf(1), rowOf(2));
    await anInbox(crm).toTheEnd();
    const [first] = (await submitted()).filter(({ data }) => data.customerPo === 'QUO-1');
    change(rowOf(1, { lines: [{ ...rowLine, qty: '9' }] }, 30));
    change(rowOf(2, {}, 29));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    expect([...inbox.board.values()]).toMatchObject([
      {
        ...{ laneKey: `quote:${bu}:q-1`, kind: 'STUCK', errorClass: 'QUOTE_CHANGED' },
        detail: expect.stringContaining('/lines/0/qty'),
        payloadRef: { orderId: first?.data.orderId },
      },
    ]);
    expect(await submitted()).toHaveLength(2);
    change(rowOf(1, {}, 20));
    inbox.time.elapsed += 120_000;
    await inbox.toTheEnd();
    expect(await standing()).toEqual([]);
  });

  test('neither another revision nor an order that somebody entered for it makes a second one', async () => {
    const byHand = await submit({ customerPo: 'QUO-2' });
    const { crm } = crmOf(rowOf(1), rowOf(2), rowOf(3, { number: 'QUO-1', revision: 1 }));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    expect(await numbers()).toEqual(['QUO-1', 'QUO-2']);
    expect([inbox.lane(2), inbox.lane(3)]).toMatchObject([
      { errorClass: 'NUMBER_TAKEN', payloadRef: { orderId: byHand.orderId } },
      { errorClass: 'NUMBER_TAKEN' },
    ]);
    expect(ofType(await eventsOf(world, bu), 'OrderHeld')).toEqual([]);
  });
});

describe('a quote that is given up', () => {
  const ordered: MessageDiscard[] = [];
  beforeEach(() => {
    ordered.length = 0;
  });

  /** As an operator does, who has seen what the board shows. */
  const discard = async (item: StuckItem | undefined) => {
    const db = createKysely<never>(world.pool);
    const calls = discardCalls({
      ...{ executor: world.executor(), parked: createParkedMessages(db), unmade: { kept: async () => [] } },
      checkpoints: world.checkpoints,
    });
    const { laneKey, item: id, kind, what: messageKind, errorClass } = item as StuckItem;
    const letter = {
      id: 'worker:1',
      consumer: crmQuotesOf('crm', bu),
      laneKey,
      item: id,
      kind,
      messageKind,
      errorClass,
    };
    const { messages } = await must(calls.discardMessages({ letters: [letter], reason: 'by phone' }, world.as('ops')));
    ordered.push(...messages);
    return createMessageDiscards(db);
  };

  test('is told of no more, after a restart neither; changed once more it is', async () => {
    const { crm, change } = crmOf(rowOf(1));
    await anInbox(crm).toTheEnd();
    change(rowOf(1, { isWon: false }, 30));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    const { carriedOut } = await discard(inbox.lane(1));
    const discards = {
      carriedOut: async (...done: Parameters<typeof carriedOut>) => {
        await carriedOut(...done);
        ordered.length = 0;
      },
    };
    const controls = { retries: () => [], discards: () => [...ordered] };
    const steered = anInbox(crm, { controls, discards });
    await steered.toTheEnd();
    await anInbox(crm).toTheEnd();
    expect([ordered, await standing()]).toEqual([[], []]);
    change(rowOf(1, { isWon: false, goods: '1' }, 20));
    const later = anInbox(crm);
    await later.toTheEnd();
    expect(later.lane(1)).toMatchObject({ errorClass: 'QUOTE_CHANGED' });
  });

  test('killed before it was let go of, it is let go of; changed meanwhile it was not meant', async () => {
    const { crm, change } = crmOf(rowOf(1, { currency: 'EUR' }), rowOf(2, { currency: 'EUR' }));
    const inbox = anInbox(crm);
    await inbox.toTheEnd();
    await discard(inbox.lane(1));
    await discard(inbox.lane(2));
    change(rowOf(2, { currency: 'GBP' }, 10));
    await anInbox(crm).toTheEnd();
    const controls = { retries: () => [], discards: () => [...ordered] };
    const killed = { carriedOut: () => Promise.reject(new LogUnavailable('killed')) };
    await expect(anInbox(crm, { controls, discards: killed }).step(signal)).rejects.toThrow('killed');
    const told: boolean[] = [];
    const carriedOut = async (_: MessageDiscard, isMeant: boolean): Promise<void> => void told.push(isMeant);
    const restarted = anInbox(crm, { controls, discards: { carriedOut } });
    await restarted.step(signal);
    expect(told).toEqual([false, false]);
    expect([restarted.lane(1), restarted.lane(2)]).toMatchObject([undefined, { errorClass: 'CURRENCY_MISMATCH' }]);
  });
});
