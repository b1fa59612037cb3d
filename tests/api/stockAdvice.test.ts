import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { createUnmadeDocuments } from '../../adapters/postgres/unmadeDocuments.ts';
import { createWaitingAnswers } from '../../adapters/postgres/waitingAnswers.ts';
import { stockReads } from '../../api/wiring/stockAdvice.ts';
import { createOutboundDocuments } from '../../commands/edi/outboundDocuments.ts';
import { type AdvicePorts, adviseStock } from '../../commands/edi/stockAdvice.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { DocumentWriter } from '../../commands/ports.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { waitForPosition } from '../../projections/freshness.ts';
import { defineNordbuy, interchange, nextNumber, sendRaw } from './ediMessages.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { call } from './testApi.ts';

let api: RealApi;
const problems: unknown[] = [];
let instant = '2026-11-23T08:17:00.000Z';
const clock = () => instant;

const portsOf = async (): Promise<AdvicePorts> => {
  const catalog = createCatalogFollower(api.log, () => {});
  await catalog.ready();
  const { standing } = stockReads(api.database.db);
  return { executor: createExecutor(api.log), catalog, standing, clock, onError: (error) => problems.push(error) };
};

const definePartner = async (more: object): Promise<void> => {
  const body = { ...samples.definePartner?.body, ...more };
  const { status, text } = await call(api, 'PUT', '/v1/partners/ACME/NORDBUY', { role: 'admin', body });
  if (status !== 200) throw new Error(text);
};

const inStep = async (): Promise<void> => {
  const head = `${await api.log.head()}`;
  const models = ['inventory', 'partner_documents'];
  if (!(await waitForPosition(api.database.db, models, head, 20_000))) throw new Error('the read models are behind');
};

/** Looks at a time of 23 November; answers with how many partners there is something for. */
const look = async (time: string): Promise<number> => {
  instant = `2026-11-23T${time}:00.000Z`;
  await inStep();
  return adviseStock(await portsOf());
};

/** Makes what follows from the log. */
const work = async (write: DocumentWriter = writeDocument): Promise<void> => {
  await inStep();
  const { executor, catalog } = await portsOf();
  const worker = createOutboundDocuments({
    feed: api.log,
    checkpoints: { read: async () => 'start', advance: async () => true },
    ...{ executor, store: api.log, catalog: catalog as never, vault: api.vault, write, clock },
    payloads: createPayloadStore(api.database.pool),
    stock: stockReads(api.database.db).stock,
    waiting: createWaitingAnswers(api.database.db),
    unmade: createUnmadeDocuments(api.database.db),
    discards: createMessageDiscards(api.database.db),
    onError: (error) => problems.push(error),
    onStuck: ({ error }) => problems.push(error),
  });
  while (await worker.step(new AbortController().signal));
};

const moveStock = async (item: string, node: string, qty: string, reference: string): Promise<void> => {
  const body = { ...samples.recordStockMovement?.body, ...{ bu: 'ACME', node, item, qty, reference } };
  const { status, text } = await call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body });
  if (status >= 300) throw new Error(text);
};

type Told = { readonly documentId: string; readonly controlNumber: number; readonly [name: string]: unknown };
const listed = async (token?: string): Promise<readonly Told[]> => {
  await inStep();
  const as = token === undefined ? { role: 'ops' as const } : { token };
  return (await call(api, 'GET', '/v1/partner-documents?partner=NORDBUY&kind=846', as)).body.items as readonly Told[];
};
const textOf = async ({ documentId }: Told): Promise<string> => {
  const { body } = await call(api, 'GET', `/v1/partner-documents/${documentId}`, { role: 'channel' });
  return Buffer.from(String(body.content), 'base64').toString('utf8');
};

const plan = { everyMinutes: 60, changesAfterMinutes: 5, nodes: ['DC-EAST', 'DC-WEST'] };

beforeAll(async () => {
  api = await makeRealApi();
  await defineNordbuy(api);
});
afterAll(() => api.close());

describe('stock that EDI partners are told of (S-14)', () => {
  test('costs nothing and tells nobody while no partner is set up for it', async () => {
    const { executor, catalog, onError } = await portsOf();
    const standing = () => Promise.reject(new Error('asked'));
    expect(await adviseStock({ executor, catalog, standing, clock, onError })).toBe(0);
    expect(problems).toEqual([]);
  });

  test('is all that the partner lists, at the nodes that it may see, and is waited for as every document', async () => {
    await definePartner({ sends: ['846'], stockAdvice: plan, acknowledgeWithinHours: 2 });
    await moveStock('BRG-6204', 'DC-EAST', '40', 'R-846-1');
    await moveStock('BELT-A42', 'DC-EAST', '9', 'R-846-2');
    expect([await look('08:17'), await look('08:18')]).toEqual([1, 0]);
    await work();
    const [document, ...others] = await listed();
    expect([others, problems]).toEqual([[], []]);
    expect(document).toMatchObject({
      ...{ kind: '846', functionalId: 'IB', orderId: null, soldTo: 'C-1001', state: 'SENT', acknowledges: true },
      ...{ reference: '2026-11-23T08:17:00.000Z', acknowledgeBy: expect.any(String) },
    });
    const text = await textOf(document as Told);
    expect(text).toMatch(
      /BIA\*00\*DD\*\w{26}\*20261123\*08\d\d~\nN1\*WH\*\*91\*DC-EAST~\nLIN\*1\*BP\*4711\*VP\*BRG-6204~\nQTY\*33\*\d+\*EA~/,
    );
    expect(text).not.toContain('BELT-A42');
    expect(text).not.toContain('3PL-SOUTH');
    // Whoever reads the log again makes nothing again.
    await work();
    expect(await listed()).toHaveLength(1);
  });

  test('is in between what changed, together, when the minutes are over', async () => {
    await moveStock('BRG-6204', 'DC-WEST', '5', 'R-846-3');
    await moveStock('BRG-6204', 'DC-WEST', '6', 'R-846-4');
    expect([await look('08:20'), await look('08:25'), await look('08:26')]).toEqual([0, 1, 0]);
    await work();
    const [changed] = await listed();
    expect(await textOf(changed as Told)).toMatch(
      /BIA\*04\*DD[\s\S]*N1\*WH\*\*91\*DC-WEST~\nLIN\*1\*BP\*4711\*VP\*BRG-6204~\nQTY\*33\*\d+\*EA~/,
    );
    // Nothing that the partner lists has changed since.
    await moveStock('BELT-A42', 'DC-EAST', '1', 'R-846-5');
    expect(await look('08:40')).toBe(0);
  });

  test('is told once by two who look at once, whichever of them is killed', async () => {
    await inStep();
    instant = '2026-11-23T09:00:00.000Z';
    const ports = await Promise.all([portsOf(), portsOf(), portsOf()]);
    const asked = await Promise.all(ports.map(adviseStock));
    expect(asked.reduce((sum, one) => sum + one, 0)).toBe(1);
    await Promise.all([work(), work()]);
    const documents = await listed();
    expect(documents).toHaveLength(3);
    expect(new Set(documents.map(({ controlNumber }) => controlNumber)).size).toBe(3);
  });

  test('is overdue like every document when nobody acknowledges it in time', async () => {
    const [document] = await listed();
    const late = () => call(api, 'GET', '/v1/partner-documents?kind=846&overdue=true', { role: 'ops' });
    expect((await late()).body.items).toEqual([]);
    const over = `update rm.partner_document set acknowledge_by = now() - interval '1 minute' where document_id = $1`;
    await api.database.pool.query(over, [document?.documentId]);
    expect((await late()).body.items).toMatchObject([{ documentId: document?.documentId, kind: '846' }]);
  });

  test('is acknowledged by its 997, a set for each node', async () => {
    const [document] = await listed();
    const { controlNumber } = document as Told;
    const sets = ['AK2*846*0001', 'AK5*A', 'AK2*846*0002', 'AK5*R*5'];
    const said = [['ST*997*0001', `AK1*IB*${controlNumber}`, ...sets, 'AK9*P*2*2*1']];
    await sendRaw(api, interchange(nextNumber(), said, 'FA'), 'edi-846-997');
    expect((await listed())[0]).toMatchObject({ controlNumber, state: 'PARTIALLY_ACKNOWLEDGED', overdue: false });
  });

  test('of one partner that cannot be told keeps the others from nothing', async () => {
    instant = '2026-11-23T10:00:00.000Z';
    const ports = await portsOf();
    const standing = () => Promise.reject(new Error('no stock'));
    expect(await adviseStock({ ...ports, standing })).toBe(0);
    expect(problems).toMatchObject([{ message: 'no stock' }]);
    problems.length = 0;
    expect(await adviseStock(ports)).toBe(1);
  });

  test('is told once, as it is by then, after hours in which nothing could be made', async () => {
    const { length } = await listed();
    expect([await look('11:00'), await look('12:00')]).toEqual([1, 1]);
    await work();
    const [newest, ...before] = await listed();
    expect([newest?.reference, before.length]).toEqual(['2026-11-23T12:00:00.000Z', length]);
  });

  test('is set aside once while X12 has no way to say it, and told with the next that can be', async () => {
    const { length } = await listed();
    const refusing: DocumentWriter = () => {
      throw new RangeError('QTY03 "PALLET" is longer than 2');
    };
    const setAside = async () =>
      (await api.database.pool.query('select position, attempts from ops.unmade_document order by position')).rows;
    await look('13:00');
    await work(refusing);
    const [first, ...none] = await setAside();
    await moveStock('BRG-6204', 'DC-EAST', '1', 'R-846-9');
    expect([await look('13:30'), none]).toEqual([1, []]);
    await work(refusing);
    expect((await setAside()).map(({ position }) => position)).toEqual([first.position]);
    await look('14:00');
    await work(refusing);
    expect((await setAside()).map(({ position }) => position > first.position)).toEqual([true]);
    expect(await listed()).toHaveLength(length);
    await look('15:00');
    await work();
    expect([(await listed()).length, await setAside()]).toEqual([length + 1, []]);
    problems.length = 0;
  });
});
