import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import { defaultApiConfig } from '../../api/deps.ts';
import { newUlid } from '../../commands/eventIds.ts';
import type { Position } from '../../domain/eventLog.ts';
import type { Bundle } from '../../domain/evidence/bundle.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import { makeSealing, type Sealing, settle } from '../commands/evidence/sealing.ts';
import { tools } from '../domain/evidence/goldenBundle.ts';
import { golden, written } from './claimingApi.ts';
import type { Answered } from './conformance.ts';
import { byMoney, type Drawn, faultyDraws, period, random, sampleCalls, shrinkage } from './drawnSamples.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes, submitOrder } from './realCalls.ts';
import type { ReportAnswer } from './reported.ts';
import { call, keys } from './testApi.ts';

const { draw, drawn, get, move } = sampleCalls(() => api);
/** Fewer than the lines of the period, more than those of what was lost; and fewer events than an order has. */
const config = { ...defaultApiConfig, samplePopulationMax: 12, exportEventsMax: 4 };

let api: RealApi;
let sealing: Sealing;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  const elsewhere = { tenant: 'default', id: 'elsewhere', kind: 'USER', roles: ['auditor'], nodes: 'all' } as const;
  const other = { ...elsewhere, businessUnits: ['OTHER'], customers: 'all' } as const;
  api = await makeRealApi({ config, authenticate: async (token) => (token === 'elsewhere' ? other : byKey(token)) });
  sealing = await makeSealing(api.database, api.log);
  await move('RECEIPT', '900', { unitCost: '6.00' });
  for (const qty of ['-1', '-2', '-3', '-5', '-8', '-13', '-21', '-34'])
    await move('ADJUSTMENT', qty, { reason: 'COUNT' });
});
afterAll(async () => {
  await api.close();
  await sealing.close();
});

const idOf = ({ journalId, lineNo }: { readonly journalId: unknown; readonly lineNo: unknown }) =>
  `${journalId}:${lineNo}`;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const wrong = (answer: Answered): readonly string[] => codes(answer).toSorted();

describe('a sample', () => {
  test('is kept in the log with who drew it and why, answered again, and listed', async () => {
    const before = (await api.log.head()) as Position;
    const key = randomUUID();
    const first = await draw({ method: byMoney }, { key });
    expect(first.body).toMatchObject({
      ...{ bu: 'ACME', method: 'MONETARY_UNIT', currency: 'USD', count: 8, debit: '52200', credit: '0' },
      ...{ reason: 'stock that was lost', drawnBy: 'key:auditor' },
    });
    expect((await draw({ method: byMoney }, { key })).text).toBe(first.text);
    expect(await api.typesSince(before)).toEqual(['AuditSampleDrawn']);
    const { sampleId, receipt, ...told } = first.body as unknown as Drawn;
    expect(first.headers.location).toBe(`/v1/audit/samples/${sampleId}`);
    const kept = await get(`/v1/audit/samples/${sampleId}`, { role: 'finance', min: receipt.position });
    expect(kept.body).toMatchObject({ sampleId, ...told, drawnAt: expect.any(String), position: receipt.position });
    const { body } = await get(`/v1/audit/samples?bu=ACME&ledger=PRIMARY&period=${period}&limit=1`);
    const { lines: _, ...summary } = told;
    expect(body.items).toEqual([expect.objectContaining({ sampleId, ...summary })]);
    expect((body.items as readonly object[])[0]).not.toHaveProperty('lines');
    const path = `/v1/audit/samples/${sampleId}`;
    const statuses = [
      `${path}?knownAsOf=${receipt.position}`,
      `${path}?knownAsOf=${before}`,
      `${path}?validAsOf=2020-01-01`,
    ].map(async (asked) => (await get(asked)).status);
    expect(await Promise.all(statuses)).toEqual([200, 404, 404]);
    for (const moment of [`knownAsOf=${before}`, 'validAsOf=2020-01-01'])
      expect((await get(`/v1/audit/samples?${moment}`)).body.items).toEqual([]);
  });

  test('is found again by whoever has the seed and the report, with a few lines of any language', async () => {
    const sample = await drawn();
    expect(sample.seed).toBe(sample.sampleId);
    const report = (await get(sample.populationHref)).body as unknown as ReportAnswer;
    const those = report.items.filter(({ role }) => role === 'SHRINKAGE');
    const ranked = those.map((row) => ({ id: idOf(row as never), rank: hash(`${sample.seed}:${idOf(row as never)}`) }));
    const expected = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, 4);
    expect(sample.lines.map((line) => ({ id: idOf(line), rank: line.rank }))).toEqual(expected);

    const units = await drawn({ method: byMoney, seed: 'Q4', knownAsOf: sample.knownAsOf });
    const ordered = those.toSorted((a, b) => (String(a.journalId) < String(b.journalId) ? -1 : 1));
    const total = ordered.reduce((sum, row) => sum + BigInt(String(row.functionalDebit)), 0n);
    const start = BigInt(`0x${hash('Q4:start')}`) % total;
    const hits = new Map<string, number>();
    for (const point of [0n, 1n, 2n, 3n]) {
      let through = 0n;
      const hit = ordered.find((row) => {
        through += BigInt(String(row.functionalDebit));
        return point * total + start < through * 4n;
      });
      const id = idOf(hit as never);
      hits.set(id, (hits.get(id) ?? 0) + 1);
    }
    expect(new Map(units.lines.map((line) => [idOf(line), line.hits]))).toEqual(hits);
  });

  test('is the same again with its seed and position, after whatever came later', async () => {
    const first = await drawn({ seed: 'again', method: { kind: 'RANDOM', size: 6 } });
    await move('ADJUSTMENT', '-55', { reason: 'COUNT' });
    const later = await drawn({ seed: 'again', method: { kind: 'RANDOM', size: 500 } });
    const again = await drawn({ seed: 'again', method: { kind: 'RANDOM', size: 6 }, knownAsOf: first.knownAsOf });
    expect(again.lines).toEqual(first.lines);
    expect(later.lines).toHaveLength(9);
    expect(again.sampleId).not.toBe(first.sampleId);
  });

  test('is drawn of strata, each with what there was', async () => {
    const strata = [
      { amountFrom: '0', size: 2 },
      { amountFrom: '5000', size: 5 },
    ];
    const { body } = await draw({
      method: { kind: 'STRATIFIED', strata },
      population: { ...shrinkage, amountTo: '30000' },
    });
    expect(body.strata).toEqual([
      { amountFrom: '0', size: 2, count: 5, debit: '11400', credit: '0' },
      { amountFrom: '5000', size: 5, count: 3, debit: '40800', credit: '0' },
    ]);
    expect((body.lines as Drawn['lines']).map(({ debit }) => BigInt(debit) >= 5000n)).toEqual([
      ...[false, false, true, true, true],
    ]);
  });

  test.each(faultyDraws)('%j is told all that is wrong with it', async (changes, expected) => {
    const answer = await draw(changes);
    expect([answer.status, wrong(answer)]).toEqual([422, expected]);
  });

  test('of nothing is none, and writes nothing', async () => {
    const before = await api.log.head();
    const nothing = await draw({ population: { ...shrinkage, roles: ['GRNI'] } });
    expect([nothing.status, nothing.body.code]).toEqual([404, 'NOT_FOUND']);
    const early = await draw({ knownAsOf: '1' });
    expect([early.status, early.body.code]).toEqual([404, 'NOT_FOUND']);
    const ahead = await draw({ knownAsOf: '99999999' });
    expect([ahead.status, ahead.body.code]).toEqual([503, 'READ_MODEL_BEHIND']);
    const whole = await draw({ population: { ledger: 'PRIMARY', period } });
    expect([whole.status, wrong(whole)]).toEqual([422, ['/population SIZE_INVALID']]);
    expect(whole.body.detail).toContain('More than 12 lines');
    expect(await api.log.head()).toBe(before);
  });

  test('is drawn by auditors, and seen by those of its business unit only', async () => {
    const { sampleId, receipt } = await drawn();
    expect((await draw({}, { role: 'finance' })).body.code).toBe('FORBIDDEN');
    expect((await draw({}, { token: 'elsewhere' })).body.code).toBe('PARTNER_SCOPE');
    const path = `/v1/audit/samples/${sampleId}`;
    expect((await get(path, { min: receipt.position })).status).toBe(200);
    expect((await get(path, { token: 'elsewhere' })).status).toBe(404);
    expect((await get('/v1/audit/samples', { token: 'elsewhere' })).body.items).toEqual([]);
  });
});

describe('the export of a sample', () => {
  const exported = async (sampleId: string, bu = 'ACME', token?: string): Promise<Answered> => {
    const body = { bu, scope: { kind: 'audit-sample', sampleId } };
    const made = await call(api, 'POST', '/v1/audit/exports', { ...(token ? { token } : { role: 'auditor' }), body });
    return made.status === 201 ? get(`/v1/audit/exports/${made.body.exportId}`) : made;
  };
  const seal = async (): Promise<void> => {
    sealing.minutesLater();
    await settle(sealing.sealer());
  };

  test.each([
    random,
    byMoney,
  ])('by $kind has each line with its proof, and the verifier draws it again', async (method) => {
    const sample = await drawn({ method });
    expect((await exported(sample.sampleId)).body.code).toBe('EVENT_NOT_SEALED');
    await seal();
    const { status, body } = await exported(sample.sampleId);
    expect(status).toBe(200);
    const bundle = body as unknown as Bundle;
    const verdict = await checkBundle(bundle, tools);
    expect(verdict.findings).toEqual([]);
    expect(verdict.proven.at(-1)).toContain(
      `Sample ${sample.sampleId}: ${sample.lines.length} lines drawn by ${method.kind}`,
    );
    expect(bundle.population).toHaveLength(9);
    const wanted = [...new Set(sample.lines.map(({ journalId }) => journalId))];
    expect(bundle.journals?.map(({ journalId }) => journalId)).toEqual(wanted);
    const without = { ...bundle, journals: bundle.journals?.slice(1), population: bundle.population?.slice(1) };
    const codes = new Set((await checkBundle(without, tools)).findings.map(({ code }) => code));
    expect([...codes].sort()).toEqual(['MANIFEST_INVALID', 'SAMPLE_DIFFERS']);
    for (const { proof } of sample.lines.slice(0, 1)) expect((await get(proof)).status).toBe(200);
  });

  test('of orders with more events than an export holds has the first one of each document, and is verified', async () => {
    const orderId = String((await submitOrder(api)).body.orderId);
    const [invoiceId, shipmentId] = [newUlid(), newUlid()];
    const [billed] = (golden('InvoiceIssued') as { readonly lines: readonly [object] }).lines;
    const document = { orderId, invoiceId, number: `INV-${invoiceId}`, lines: [{ ...billed, shipmentId }] };
    const line = { lineId: '10', item: 'BRG-6204', qty: '9', reservationId: 'R' };
    const planned = { orderId, shipmentId, node: 'DC-EAST', lines: [line] };
    await written(api, `shipment-ACME.${shipmentId}`, [['ShipmentPlanned', planned]]);
    await written(api, `invoice-ACME.${invoiceId}`, [
      ['InvoiceDrafted', document],
      ['InvoiceIssued', document],
    ]);
    const receivables = { ledger: 'PRIMARY', from: '2026-11-01', to: '2099-12-31', roles: ['AR_TRADE'] };
    const { sampleId } = await drawn({ population: receivables });
    await seal();
    const whole = { bu: 'ACME', scope: { kind: 'order', orderId } };
    const refused = await call(api, 'POST', '/v1/audit/exports', { role: 'auditor', body: whole });
    expect([refused.status, wrong(refused)]).toEqual([422, ['/scope SIZE_INVALID']]);
    const { body } = await exported(sampleId);
    expect((await checkBundle(body, tools)).findings).toEqual([]);
    const types = (body as unknown as Bundle).events.map(({ leaf }) => (JSON.parse(leaf) as { type: string }).type);
    expect(types).toEqual([
      ...['OrderSubmitted', 'ShipmentPlanned', 'InvoiceDrafted', 'InvoiceIssued', 'AuditSampleDrawn'],
    ]);
  });

  test('is made for whoever may see the sample, in its own books', async () => {
    const { sampleId } = await drawn();
    await seal();
    const statuses = [
      (await exported('01JD0000000000000000000390')).status,
      (await exported(sampleId, 'OTHER')).status,
      (await exported(sampleId, 'OTHER', 'elsewhere')).status,
      (await exported(sampleId, 'ACME', 'elsewhere')).status,
    ];
    expect(statuses).toEqual([404, 404, 404, 403]);
  });
});
