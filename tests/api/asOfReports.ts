import { expect } from '@jest/globals';
import { toDomain } from '../../commands/codec.ts';
import { advance } from '../../projections/advance.ts';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { readCheckpoint } from '../../projections/checkpoint.ts';
import type { Projection } from '../../projections/projection.ts';
import { catchUp } from '../../projections/runner.ts';
import { openBooks } from '../projections/masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';
import { createRebuildService } from '../projections/rebuildService.ts';
import { call, type TestApi } from './testApi.ts';

export type Body = Readonly<Record<string, unknown>> & {
  readonly report: { readonly sha256: string; readonly position: string; readonly rowCount: number };
};

export const startedHistory = (): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  return log;
};

export const append = async (api: TestApi, log: MemoryLog, from: number, to = log.events.length): Promise<void> => {
  for (const { stream, revision, position: _, recordedAt: __, ...event } of log.events.slice(from, to))
    await api.log.append(stream, revision === 0 ? 'no-stream' : revision - 1, [event]);
};

/** Brings `some` read models to the end of the log. */
export const project = async (api: TestApi, some: readonly Projection[] = projections): Promise<void> => {
  for (const projection of some) await catchUp({ db: api.database.db, feed: api.log, decode: toDomain }, projection);
};

/** Moves the read models on to `to` and no further, as if the log ended there. */
export const projectTo = async (api: TestApi, log: TestApi['log'], to: string): Promise<void> => {
  for (const projection of projections) {
    const build = await liveBuild(api.database.db, projection);
    const checkpoint = await readCheckpoint(api.database.db, build);
    const { events } = await log.readAfter(checkpoint.position, 5_000);
    const page = events.filter(({ position }) => position <= to).map(toDomain);
    const through = page.at(-1)?.position ?? checkpoint.position;
    await advance(api.database.db, build, checkpoint, { events: page, through, atHead: true });
  }
};

/** Each in a build of its own that takes the live one's place. */
export const rebuild = async (api: TestApi, all: readonly Projection[]): Promise<void> => {
  const service = await createRebuildService(api.database);
  const stop = service.startWorker(all);
  for (const projection of all) {
    await service.request(projection);
    await service.until(`${projection.name}-v2`, 'SWAPPED');
    expect((await liveBuild(api.database.db, projection)).number).toBe(2);
  }
  await stop();
  await service.log.close();
};

/** Every report that can be asked as of a position, about these orders. */
export const questionsAbout = (orderIds: readonly string[]): readonly string[] => [
  '/v1/orders?bu=ACME',
  '/v1/orders?bu=ACME&status=COMPLETED&limit=2',
  ...orderIds.map((id) => `/v1/orders/${id}`),
  '/v1/invoices?bu=ACME',
  '/v1/invoices?bu=ACME&state=TAX_COMMITTED',
  ...orderIds.slice(0, 1).map((id) => `/v1/invoices/${id}-i1`),
  '/v1/gl-journals?bu=ACME&limit=500',
  '/v1/gl-journals?bu=ACME&state=ACKNOWLEDGED',
  '/v1/gl-lines?bu=ACME&limit=500',
  '/v1/gl-lines?bu=ACME&ledger=PRIMARY&period=202611&account=130000&item=BRG-6204',
  '/v1/gl-lines?batchId=PRIMARY-202611-0001',
  '/v1/gl-lines?erpDocument=1900004711',
  ...orderIds.slice(0, 1).map((id) => `/v1/gl-lines?shipmentId=${id}-s1`),
  '/v1/gl-batches/PRIMARY-202611-0001?bu=ACME',
  '/v1/trial-balance?bu=ACME',
  '/v1/trial-balance?bu=ACME&period=202611',
  '/v1/reports/trial-balance?bu=ACME&period=202611',
  '/v1/reports/R01?bu=ACME',
  '/v1/reports/R02?bu=ACME&period=202611',
  '/v1/reports/R10?bu=ACME&limit=5000',
  '/v1/reports/R12?bu=ACME&period=202611',
  '/v1/reports/R13?bu=ACME',
  '/v1/tie-outs?bu=ACME',
  '/v1/tie-outs?bu=ACME&period=202611',
  '/v1/tie-outs/INVENTORY/items?bu=ACME',
  '/v1/tie-outs/TAX_PAYABLE/items?bu=ACME&period=202611',
  '/v1/tie-outs/AR/items?bu=ACME&period=202611&differences=true',
  '/v1/payments?bu=ACME',
  '/v1/accounting-periods?bu=ACME',
  '/v1/accounting-periods/ACME.PRIMARY.202611',
  '/v1/accounting-periods/ACME.PRIMARY.202611/readiness',
  ...orderIds.map((id) => `/v1/audit/lineage?root=order:${id}`),
  '/v1/audit/lineage?root=customer-po:PO-7001',
  '/v1/audit/actors/kim/actions?bu=ACME&limit=20',
  '/v1/audit/duties/conflicts',
  '/v1/reports/R15?bu=ACME',
  '/v1/reports/R15?bu=ACME&period=202611',
];

export const ask = async (api: TestApi, question: string, knownAsOf?: string): Promise<Body | 'nothing'> => {
  const path =
    knownAsOf === undefined ? question : `${question}${question.includes('?') ? '&' : '?'}knownAsOf=${knownAsOf}`;
  const { status, body } = await call(api, 'GET', path, { role: 'auditor' });
  if (status === 404) return 'nothing';
  expect({ path, status, body }).toMatchObject({ path, status: 200 });
  return body as Body;
};

/** The content without what says how it was asked. */
export const contentOf = (body: Body | 'nothing') => {
  if (body === 'nothing') return body;
  const { report: _, asOfPosition: __, lagMs: ___, ...content } = body;
  return content;
};
