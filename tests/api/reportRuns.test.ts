import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from '../../api/permissions.ts';
import type { Position } from '../../domain/eventLog.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type ReportAnswer, sum } from './reported.ts';
import { call } from './testApi.ts';

describe('a report that is drawn', () => {
  const run = (body: object, role: Role = 'finance', key?: string) =>
    call(real, 'POST', '/v1/report-runs', { role, body, ...(key !== undefined && { key }) });
  let real: RealApi;
  beforeAll(async () => {
    real = await makeRealApi();
  }, 60_000);
  afterAll(() => real.close());

  test('has its position and hash in the log, and at its address the same answer after whatever came later', async () => {
    const drawn = await run({ report: 'R11', filters: { bu: 'ACME' } }, 'auditor', 'draw-1');
    expect([drawn.status, drawn.body.report, drawn.body.runBy]).toEqual([201, 'trial-balance', 'key:auditor']);
    const receipt = {
      bu: 'ACME',
      node: 'DC-EAST',
      item: 'BRG-6204',
      kind: 'ADJUSTMENT',
      qty: '-1',
      uom: 'EA',
      reference: 'A-1',
    };
    const moved = await call(real, 'POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: { ...receipt, reason: 'COUNT' },
    });
    expect(moved.status).toBe(201);
    const kept = await call(real, 'GET', String(drawn.headers.location), { role: 'finance' });
    const { receipt: _, ...told } = drawn.body;
    expect(kept.body).toMatchObject({ ...told, recordedAt: expect.any(String) });
    const again = await call(real, 'GET', String(kept.body.href), { role: 'finance' });
    expect((again.body as unknown as ReportAnswer).report).toMatchObject({
      sha256: drawn.body.sha256,
      position: drawn.body.position,
    });
    expect(sum((again.body as unknown as ReportAnswer).totals ?? [], 'rows')).toBe(BigInt(String(drawn.body.rows)));
    expect((await run({ report: 'R11', filters: { bu: 'ACME' } }, 'auditor', 'draw-1')).body).toEqual(drawn.body);
    expect(await real.typesSince(String(drawn.body.position) as Position)).toContain('ReportRunRecorded');
  });

  test.each([
    [{ report: 'nothing' }, 422, '/report', 'VALUE_INVALID'],
    [{ report: 'open-orders' }, 422, '/report', 'VALUE_INVALID'],
    [{ report: 'tie-out' }, 422, '/filters/bu', 'REQUIRED'],
    [{ report: 'revenue', filters: { state: 'READY' } }, 422, '/filters/state', 'UNKNOWN_PROPERTY'],
    [{ report: 'revenue', filters: { customer: 'C-404' } }, 422, '/filters/customer', 'CUSTOMER_UNKNOWN'],
    [{ report: 'revenue', knownAsOf: 'soon' }, 422, '/knownAsOf', 'VALUE_INVALID'],
  ])('%j is not drawn: %i %s', async (body, status, pointer, code) => {
    const refused = await run(body);
    expect([refused.status, refused.body.errors]).toMatchObject([status, [{ pointer, code }]]);
  });

  test('is drawn by whoever may read it', async () => {
    expect((await run({ report: 'revenue' }, 'ops')).body.code).toBe('FORBIDDEN');
  });
});
