import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { makeApp } from '../../api/app.ts';
import type { Bundle } from '../../domain/evidence/bundle.ts';
import { partsOf } from '../../domain/evidence/parts.ts';
import { adjust, found, get, journalOf, seal } from './evidenceApi.ts';
import { api } from './fileApi.ts';
import { orderOf } from './orders.ts';
import { call } from './testApi.ts';

/** What auditors take along. */
export const evidenceExports = (): void => {
  describe('exports', () => {
    const make = (scope: object, key = randomUUID(), app = api.app) =>
      call({ app }, 'POST', '/v1/audit/exports', { role: 'auditor', body: { bu: 'ACME', scope }, key });
    const thisPeriod = new Date().toISOString().slice(0, 7).replace('-', '');
    const ofPeriod = { ledger: 'PRIMARY', period: thisPeriod };

    test('of a period and of a sample are signed, verified offline, and the log says who took them', async () => {
      for (let n = 0; n < 3; n += 1) {
        const { eventId, position } = await adjust();
        await journalOf(eventId, position);
      }
      await seal();
      const key = randomUUID();
      const made = await make({ kind: 'sample', ...ofPeriod, count: 2, seed: 'S1' }, key);
      expect(made.status).toBe(201);
      expect((await make({ kind: 'sample', ...ofPeriod, count: 2, seed: 'S1' }, key)).text).toBe(made.text);
      const { exportId, receipt } = made.body as { exportId: string; receipt: { position: string } };
      const { body } = await get(`/v1/audit/exports/${exportId}`);
      expect(await found(body)).toEqual([]);
      const bundle = body as unknown as Bundle;
      expect(bundle.journals?.length).toBe(2);
      expect(await found({ ...bundle, journals: bundle.journals?.slice(1) })).toEqual([
        'MANIFEST_INVALID The journals are not those that were exported.',
      ]);
      const logged = await get('/v1/audit/events?type=EvidenceExported', { 'x-min-position': receipt.position });
      expect((logged.body.items as readonly object[]).at(-1)).toMatchObject({
        stream: `export-ACME.${exportId}`,
        actor: { id: 'key:auditor' },
      });
      const period = await make({ kind: 'period', ...ofPeriod });
      const whole = await get(`/v1/audit/exports/${(period.body as { exportId: string }).exportId}`);
      expect(await found(whole.body)).toEqual([]);
      expect((whole.body as unknown as Bundle).journals?.length).toBeGreaterThanOrEqual(3);
    });

    test('with one seed are the same sample again, with another one another', async () => {
      const idsOf = async (seed: string): Promise<readonly string[]> => {
        const { body } = await make({ kind: 'sample', ...ofPeriod, count: 2, seed });
        const bundle = (await get(`/v1/audit/exports/${(body as { exportId: string }).exportId}`))
          .body as unknown as Bundle;
        return (bundle.journals ?? []).map(({ journalId }) => journalId);
      };
      const first = await idsOf('A');
      expect(await idsOf('A')).toEqual(first);
      const others = await Promise.all(['B', 'C', 'D', 'E', 'F', 'G'].map(idsOf));
      expect(others.some((ids) => ids.join() !== first.join())).toBe(true);
    });

    test('of a period in parts verify one by one, and together are known to be all or not to be', async () => {
      const parts: Bundle[] = [];
      for (let after: string | undefined; ; ) {
        const scope = { kind: 'period', ...ofPeriod, partJournals: 2, ...(after !== undefined && { after }) };
        const made = await make(scope);
        expect(made.status).toBe(201);
        const { body } = await get(`/v1/audit/exports/${(made.body as { exportId: string }).exportId}`);
        expect(await found(body)).toEqual([]);
        const part = body as unknown as Bundle;
        parts.push(part);
        after = (part.manifest?.content.scope as { readonly next?: string }).next;
        if (after === undefined) break;
      }
      const journals = parts.flatMap((part) => part.journals ?? []);
      const ids = journals.map(({ journalId }) => journalId);
      const whole = await make({ kind: 'period', ...ofPeriod });
      expect(parts.length).toBe(Math.ceil((whole.body as { journals: number }).journals / 2));
      expect(parts.length).toBeGreaterThanOrEqual(2);
      expect(new Set(ids).size).toBe((whole.body as { journals: number }).journals);
      const manifests = parts.flatMap(({ manifest }) => manifest?.content ?? []);
      expect(partsOf([...manifests].reverse())).toMatchObject([{ complete: true }]);
      expect(partsOf(manifests)[0]?.says).toEqual([
        `These ${parts.length} parts are the whole period ${thisPeriod} of ACME, ledger PRIMARY: ${ids.length} journals.`,
      ]);
      for (const missing of manifests.keys())
        expect(partsOf(manifests.filter((_, index) => index !== missing))[0]?.complete ?? false).toBe(false);
      // Whoever has all parts and the seed finds the sample that was drawn from them.
      const { body } = await make({ kind: 'sample', ...ofPeriod, count: 2, seed: 'Q4' });
      const drawn = (await get(`/v1/audit/exports/${(body as { exportId: string }).exportId}`))
        .body as unknown as Bundle;
      const rank = (id: string): string => createHash('sha256').update(`Q4:${id}`).digest('hex');
      const expected = ids.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, 2);
      expect(drawn.journals?.map(({ journalId }) => journalId)).toEqual(expected);
      expect(drawn.manifest?.content.scope).toMatchObject({ seed: 'Q4', population: ids.length });
      expect((await make({ kind: 'period', ...ofPeriod, after: 'x' })).status).toBe(422);
    });

    test('hold everything that the log held when they were asked for, or are asked for again', async () => {
      const { reference } = await api.database.db.transaction().execute(async (transaction) => {
        // The staging ledger cannot go on.
        await sql`select from ops.projection where name = 'gl_staging' for update`.execute(transaction);
        const body = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', kind: 'ADJUSTMENT', reason: 'COUNT' };
        const reference = randomUUID();
        const adjusted = { ...body, qty: '-1', uom: 'EA', reference };
        expect((await call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body: adjusted })).status).toBe(
          201,
        );
        await seal();
        const impatient = makeApp({ ...api.deps, config: { ...api.deps.config, minPositionWaitMs: 100 } });
        expect(await make({ kind: 'period', ...ofPeriod }, randomUUID(), impatient)).toMatchObject({
          status: 503,
          body: { code: 'READ_MODEL_BEHIND' },
        });
        return { reference };
      });
      const made = await make({ kind: 'period', ...ofPeriod });
      const whole = await get(`/v1/audit/exports/${(made.body as { exportId: string }).exportId}`);
      expect(whole.text).toContain(reference);
    });

    test('of an order are of the business unit that it belongs to', async () => {
      const { orderId } = (await call(api, 'POST', '/v1/orders', { role: 'channel', body: orderOf() })).body;
      await seal();
      const scope = { kind: 'order', orderId };
      expect((await make(scope)).status).toBe(201);
      const another = { bu: 'OTHER', scope };
      const refused = await call(api, 'POST', '/v1/audit/exports', { role: 'auditor', body: another });
      expect(refused).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    });

    test('of what is not there are 404, and nobody reads an export that the log does not know', async () => {
      expect((await make({ kind: 'period', ledger: 'PRIMARY', period: '199901' })).status).toBe(404);
      expect((await make({ kind: 'order', orderId: '01JD0000000000000000000001' })).status).toBe(404);
      await api.deps.evidence.exports.keep('01JD0000000000000000000077', 'ACME', '{}');
      expect((await get('/v1/audit/exports/01JD0000000000000000000077')).status).toBe(404);
      expect((await make({ kind: 'sample', ...ofPeriod, count: 0 })).status).toBe(422);
    });
  });
};
