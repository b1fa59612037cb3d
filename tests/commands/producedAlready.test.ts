import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createErpClient } from '../../adapters/erp/client.ts';
import { createErpLookup } from '../../adapters/erp/lookup.ts';
import { startErpSimulator } from '../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { createWorkerLanes } from '../../adapters/postgres/workerLanes.ts';
import type { Paused } from '../../commands/ports.ts';
import { noControls } from '../../commands/steering/controls.ts';
import { type IntendedStep, producedAlready } from '../../commands/steering/producedAlready.ts';
import { outboxRepair } from '../../commands/steering/workerRepair.ts';
import { asking, effectsOf, quickHttp } from '../adapters/http/peer.ts';
import { eventsOf, ofType, orderInput } from './facts.ts';
import { makePartners } from './partners.ts';
import { createWorld, must, type World } from './world.ts';

const intended = (step: string, payload: object, changes: Partial<IntendedStep> = {}): IntendedStep => ({
  ...{ id: `${step}-1`, step, payload, attempts: 1, running: false },
  ...changes,
});

const invoice = { bu: 'ACME', orderId: 'O1', invoiceId: 'I1' };
const executor = {
  load: async () => ({ state: { issued: null, partner: null }, revision: 0, position: '', recordedAt: '' }) as never,
};

const ask = async (
  partners: ReturnType<typeof makePartners>,
  steps: readonly IntendedStep[],
  pauses: readonly Paused[] = [],
) => {
  const controls = { ...noControls, pauses: () => pauses };
  const told = await producedAlready({ lookups: partners.lookups, executor, controls }, steps);
  return told.map(({ produced, document }) => [produced, document]);
};

describe('O-07 what partners already have of steps that would be run', () => {
  const steps = [
    intended('registerErp', { bu: 'ACME', orderId: 'O1' }),
    intended('toWarehouse', { bu: 'ACME', releaseId: 'R1' }),
    intended('calculateTax', invoice),
    intended('commitTax', invoice),
    intended('voidTax', { ...invoice, engine: 'engine', docCode: 'I1' }),
    intended('exportBatch', { bu: 'ACME', batchId: 'B1' }),
  ];

  test('nothing of it, then each under the name that the partner gave it', async () => {
    const partners = makePartners();
    expect(await ask(partners, steps)).toEqual(steps.map(() => ['NO', null]));
    partners.seen.orders.set('O1', 1);
    partners.seen.releases.set('R1', 1);
    partners.seen.taxDocuments.set('I1', '0');
    const calculated = [
      ['YES', 'SO-O1'],
      ['YES', 'W-R1'],
      ['YES', 'I1'],
      ['NO', 'I1'],
      ['NO', 'I1'],
      ['NO', null],
    ];
    expect(await ask(partners, steps)).toEqual(calculated);
    partners.committed.add('I1');
    expect((await ask(partners, steps))[3]).toEqual(['YES', 'I1']);
  });

  test('a partner that is away, is held, or cannot be asked: that cannot be told, and the others are asked all the same', async () => {
    const partners = makePartners();
    partners.seen.releases.set('R1', 1);
    partners.behaviour.down.add('erp');
    const answers = await ask(partners, steps, [{ group: 'adapter', key: 'tax' }]);
    expect(answers.map(([produced]) => produced)).toEqual([
      'UNKNOWN',
      'YES',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
    ]);
    const others = [
      intended('stopRelease', { releaseId: 'R1' }),
      intended('toWarehouse', { bu: 'ACME', releaseId: 'R2' }, { running: true }),
      intended('close', { orderId: 'O1' }),
      intended('close', { orderId: 'O2' }, { attempts: 0 }),
    ];
    expect(await ask(partners, others)).toEqual([
      ['UNKNOWN', null],
      ['UNKNOWN', null],
      ['UNKNOWN', null],
      ['NO', null],
    ]);
  });

  test('no more than a hundred are asked about', async () => {
    const partners = makePartners();
    let asked = 0;
    const erp = {
      ...partners.lookups.erp,
      order: async () => {
        asked += 1;
        return undefined;
      },
    };
    const many = Array.from({ length: 150 }, (_, n) => intended('registerErp', { bu: 'ACME', orderId: `O${n}` }));
    const told = await producedAlready({ lookups: { ...partners.lookups, erp }, executor, controls: noControls }, many);
    expect(asked).toBe(100);
    expect(told.map(({ produced }) => produced)).toEqual(many.map((_, n) => (n < 100 ? 'NO' : 'UNKNOWN')));
  });
});

describe('O-07 a step whose answer was lost, over HTTP', () => {
  let world: World;
  let erp: Awaited<ReturnType<typeof startErpSimulator>>;
  beforeAll(async () => {
    world = await createWorld();
    erp = await startErpSimulator({ serve: serveSimulator });
    await world.newBusinessUnit('LOST');
  });
  afterAll(async () => {
    await erp.close();
    await world.close();
  });

  test('is foreseen with the number that the ERP gave it, asking makes no second one, and the replay records that number', async () => {
    const http = quickHttp(erp.url);
    const client = createErpClient({ system: 'erp', send: http.send });
    const lookups = { ...world.partners.lookups, erp: createErpLookup({ system: 'erp', ask: asking(http) }) };
    let isDeaf = true;
    const registerOrder: typeof client.registerOrder = async (order) => {
      const answer = await client.registerOrder(order);
      if (isDeaf) throw new TypeError('the answer was not understood');
      return answer;
    };
    const ours = { ...client, registerOrder };
    Object.assign(world.partners, { erps: { of: () => ours, named: () => ours } });
    const { orderId } = await must(world.app().submitOrder(orderInput('LOST'), world.as('channel')));
    await world.settle(3);

    const db = createKysely<never>(world.pool);
    const asks = { lookups, executor: world.executor(), controls: noControls };
    const repair = outboxRepair({
      lanes: createWorkerLanes(db),
      count: async () => {},
      paused: () => [],
      waitMs: 1_000,
      producedAlready: (steps) => producedAlready(asks, steps),
    });
    const lanes = await world.pool.query<{ lane: string }>(
      `select lane from ops.outbox where step = 'registerErp' and key = $1 and done_at is null`,
      [orderId],
    );
    const { messages } = await repair.preview(lanes.rows[0]?.lane ?? '');
    const [foreseen] = messages;
    expect(foreseen).toMatchObject({ step: 'registerErp', produced: 'YES', document: expect.stringMatching(/^SO-/) });
    expect(await effectsOf(erp.url)).toMatchObject({ orders: 1 });

    isDeaf = false;
    await world.settle();
    const [registered] = ofType(await eventsOf(world, 'LOST'), 'ErpOrderRegistered');
    expect(registered?.data.erpNumber).toBe(foreseen?.document);
    expect(await effectsOf(erp.url)).toMatchObject({ orders: 1 });
  });
});
