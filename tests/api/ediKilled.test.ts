import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeInboundCalls } from '../../api/wiring/edi.ts';
import { noSnapshots } from '../../commands/deciding/snapshots.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor, executorLimits } from '../../commands/handle.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { byService } from './claimingApi.ts';
import { defineNordbuy, interchange, line, nextNumber, orderSet, sendRaw, today, x12 } from './ediMessages.ts';
import { makeRealApi, type RealApi } from './realApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
  await defineNordbuy(api);
});
afterAll(() => api.close());

describe('an interchange whose taking is killed', () => {
  test('killed after any of its appends, the same request again ends it, once', async () => {
    const seals = sealWith(api.vault);
    const catalog = createCatalogFollower(api.log, () => {});
    await catalog.ready();
    for (let appends = 0; appends < 7; appends += 1) {
      const executor = createExecutor(api.log, {}, executorLimits, noSnapshots, seals);
      let left = appends;
      const dying: typeof executor = {
        ...executor,
        execute: async (...work) => {
          left -= 1;
          if (left < 0) throw new LogUnavailable('killed');
          return executor.execute(...work);
        },
      };
      const { application } = api.deps;
      const parts = [{ pool: api.database.pool, claims: api.deps.claims }, { vault: api.vault }] as const;
      const calls = [dying, executor].map((each) =>
        makeInboundCalls(...parts, { executor: each, store: api.log, catalog, application }),
      );
      const control = nextNumber();
      const sets = [orderSet(`PO-KILL-${appends}`, line()), orderSet(`PO-KILL-${appends}-2`, line('NOPE'))];
      const bytes = Buffer.from(interchange(control, sets));
      const context = { ...byService(), commandId: newUlid() };
      const outcomes: unknown[] = [];
      for (const each of calls) {
        const found = await each.identifyInterchange(bytes);
        if (!('partner' in found)) throw new Error(JSON.stringify(found));
        outcomes.push(await each.receiveInterchange(found, context).catch((error: unknown) => error));
      }
      expect(outcomes[1]).toMatchObject({
        kind: 'done',
        value: { repeated: false, sets: [{ state: 'ORDER' }, { state: 'REJECTED' }], acknowledgement: {} },
      });
      const types: string[] = [];
      for await (const { type } of api.log.read(`inbox-ACME.NORDBUY.${control}` as never)) types.push(type);
      expect([appends, types]).toEqual([
        appends,
        ['InterchangeReceived', 'TransactionSetTaken', 'TransactionSetRejected', 'InterchangeAcknowledged'],
      ]);
    }
    const made: { readonly documentId: string; readonly controlNumber: number }[] = [];
    for await (const { data } of api.log.read('edi-ACME.NORDBUY' as never)) made.push(data as never);
    expect(made.map(({ controlNumber }) => controlNumber)).toEqual(made.map((_made, at) => at + 1));
    expect(new Set(made.map(({ documentId }) => documentId)).size).toBe(made.length);
  });

  test('an 860 that is killed after any of its changes asks for each of them once', async () => {
    const catalog = createCatalogFollower(api.log, () => {});
    await catalog.ready();
    const executor = createExecutor(api.log, {}, executorLimits, noSnapshots, sealWith(api.vault));
    const { application } = api.deps;
    for (let asked = 0; asked <= 3; asked += 1) {
      const po = `PO-KILL-860-${asked}`;
      await sendRaw(api, interchange(nextNumber(), [orderSet(po, line(), 'PO1*20*5*EA*12.5**BP*4711')]), `${po}-order`);
      let left = asked;
      const once =
        <Input, Result>(call: (input: Input, context: CommandContext) => Promise<Result>) =>
        async (input: Input, context: CommandContext): Promise<Result> => {
          const done = await call(input, context);
          left -= 1;
          if (left < 0) throw new LogUnavailable('killed');
          return done;
        };
      const dying = {
        ...{ ...application, addLines: once(application.addLines) },
        ...{ changeLine: once(application.changeLine), cancelOrder: once(application.cancelOrder) },
      };
      const bch = `BCH*04*SA*${po}***${x12(today)}`;
      const changes = ['POC*10*QI*12**EA', 'POC*20*DI', 'POC*30*AI*1**EA***BP*4711'];
      const bytes = Buffer.from(interchange(nextNumber(), [['ST*860*0001', bch, ...changes, 'CTT*3']], 'PC'));
      const context = { ...byService(), commandId: newUlid() };
      const outcomes: unknown[] = [];
      for (const each of [dying, application]) {
        const parts = [{ pool: api.database.pool, claims: api.deps.claims }, { vault: api.vault }] as const;
        const calls = makeInboundCalls(...parts, { executor, store: api.log, catalog, application: each });
        const found = await calls.identifyInterchange(bytes);
        if (!('partner' in found)) throw new Error(JSON.stringify(found));
        outcomes.push(await calls.receiveInterchange(found, context).catch((error: unknown) => error));
      }
      const refusal = null;
      const set = { state: 'CHANGE', changes: [{ refusal }, { refusal }, { refusal }] };
      expect(outcomes[1]).toMatchObject({ kind: 'done', value: { sets: [set] } });
      const { orderId } = (outcomes[1] as { value: { sets: [{ orderId: string }] } }).value.sets[0];
      const types: string[] = [];
      for await (const { type } of api.log.read(`order-ACME.${orderId}` as never)) types.push(type);
      expect([asked, types.filter((type) => /(Change|Cancel)Requested/.test(type))]).toEqual([
        asked,
        ['OrderLineCancelRequested', 'OrderLineChangeRequested', 'OrderLineChangeRequested'],
      ]);
    }
  });
});
