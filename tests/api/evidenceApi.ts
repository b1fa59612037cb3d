import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import { makeSealing, type Sealing, settle } from '../commands/evidence/sealing.ts';
import { tools } from '../domain/evidence/goldenBundle.ts';
import { api, withRealApi } from './fileApi.ts';
import { call } from './testApi.ts';

let sealing: Sealing;

/** The application of a file, and a sealer of its log. */
export const withEvidence = (): void => {
  withRealApi();
  beforeAll(async () => {
    sealing = await makeSealing(api.database, api.log);
  });
  afterAll(() => sealing.close());
};

export const get = (
  path: string,
  headers: Readonly<Record<string, string>> = {},
  role: 'auditor' | 'finance' = 'auditor',
) => call(api, 'GET', path, { role, headers });

/** A count that finds five pieces less: T15, SHRINKAGE against INVENTORY. */
export const adjust = async (): Promise<{ readonly position: string; readonly eventId: string }> => {
  const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };
  const send = (body: object) => call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body });
  const reference = randomUUID();
  await send({ ...place, kind: 'RECEIPT', qty: '7', uom: 'EA', unitCost: '6.00', reference: randomUUID() });
  const answer = await send({ ...place, kind: 'ADJUSTMENT', qty: '-5', uom: 'EA', reason: 'COUNT', reference });
  expect(answer.status).toBe(201);
  const { position } = answer.body.receipt as { readonly position: string };
  const events = await get(`/v1/audit/events?type=StockAdjusted`, { 'x-min-position': position });
  const items = events.body.items as readonly { readonly eventId: string; readonly position: string }[];
  return { position, eventId: items.at(-1)?.eventId ?? '' };
};

export const journalOf = async (eventId: string, position: string): Promise<string> => {
  const { body } = await get('/v1/gl-journals?bu=ACME&limit=500', { 'x-min-position': position });
  const items = body.items as readonly { readonly journalId: string; readonly sourceEventId: string }[];
  return items.find(({ sourceEventId }) => sourceEventId === eventId)?.journalId ?? '';
};

export const seal = async (): Promise<void> => {
  sealing.minutesLater();
  await settle(sealing.sealer());
};

export const found = async (body: unknown): Promise<readonly string[]> =>
  (await checkBundle(body, tools)).findings.map(({ code, detail }) => `${code} ${detail}`);
