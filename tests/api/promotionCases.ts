import { describe, expect, test } from '@jest/globals';
import { demoTaxCodes } from '../../domain/masterData/demo.ts';
import type { Artefact } from '../../domain/promotion/artefact.ts';
import { artefactOf, objectOf } from '../support/otherEnvironment.ts';
import type { Answered } from './conformance.ts';
import type { RealApi } from './realApi.ts';
import { readBack } from './realCalls.ts';
import { call } from './testApi.ts';

/** Promotions on an application that is there already; `only-other` may see nothing of the demonstration's business unit. */
export const promotionCases = (api: () => RealApi): void => {
  const base = '/v1/policies/ACME';
  const get = (path: string, after?: Answered) =>
    call(api(), 'GET', path, { role: 'auditor', headers: after === undefined ? {} : readBack(after) });
  const post = (path: string, body: object, more: object = {}) =>
    call(api(), 'POST', path, { role: 'admin', body, ...more });
  const exported = async (include = ''): Promise<Artefact> =>
    (await get(`${base}/artefact${include}`)).body.artefact as unknown as Artefact;
  /** What another environment made of what is in force here. */
  const changed = async (engineCode: string): Promise<Artefact> => {
    const { objects } = await exported('?include=tax-codes');
    const [inForce] = objects;
    if (inForce?.kind !== 'tax-codes') throw new Error('there are no tax codes');
    const charges = demoTaxCodes.charges.map((one) => (one.charge === 'FREIGHT' ? { ...one, engineCode } : one));
    const definition = { ...demoTaxCodes, charges };
    return artefactOf('ACME', [objectOf({ kind: 'tax-codes', definition }, [inForce.definition])]);
  };
  const agree = async (asked: Answered): Promise<void> => {
    const { approvalId, payloadSha256 } = asked.body;
    const body = { decision: 'GRANT', payloadSha256, reason: 'looked at it' };
    const answer = await call(api(), 'POST', `/v1/approvals/${approvalId}/decisions`, { role: 'finance', body });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
  };

  describe('O-45 policies from one environment to another', () => {
    test('are exported as one signed document that is the same for the same versions', async () => {
      const artefact = await exported();
      expect(artefact).toMatchObject({ format: 'throughline-policies/1', bu: 'ACME' });
      expect(artefact.objects.map(({ kind }) => kind).filter((kind) => kind !== 'cross-reference')).toEqual([
        ...['business-unit', 'tax-codes', 'accounts', 'posting'],
      ]);
      expect(await exported()).toEqual(artefact);
      const some = await exported('?include=accounts,posting:ACME');
      expect(some.objects.map(({ kind }) => kind)).toEqual(['accounts', 'posting']);
      expect(some.sha256).not.toBe(artefact.sha256);
      expect((await get(`${base}/artefact?include=cross-reference:NOBODY.ITEM`)).body).toMatchObject({
        ...{ status: 404, detail: 'There is no cross-reference:NOBODY.ITEM.' },
      });
      expect((await get(`${base}/artefact?include=prices`)).status).toBe(422);
      const other = await call(api(), 'GET', `${base}/artefact`, { token: 'only-other' });
      expect(other.status).toBe(404);
    });

    test('are exported in parts where they are more than one document holds, each by its name', async () => {
      const entries = `jsonb_build_array(jsonb_build_object('theirs', repeat('x', 200), 'ours', 'BELT-A42'))`;
      const large = `(select jsonb_agg(jsonb_build_object('theirs', repeat('x', 190) || n, 'ours', 'BELT-A42'))
        from generate_series(1, 4500) n)`;
      const insert = (ids: string, content: string): Promise<unknown> =>
        api().database.pool.query(`insert into rm.definition
          (bu, kind, id, version, content, defined_by, position, updated_at)
          select 'MANY', 'cross-reference', p || '.ITEM', 1, jsonb_build_object(
            'bu', 'MANY', 'partner', p, 'kind', 'ITEM', 'version', 1, 'entries', ${content}), 'test', '', now()
          from ${ids}`);
      const many = '/v1/policies/MANY/artefact';
      try {
        await insert(`(select 'P' || n as p from generate_series(1, 200) n) ids(p)`, entries);
        expect((await get(many)).status).toBe(200);
        await insert(`(values ('Q')) ids(p)`, large);
        const refused = await get(many);
        expect([refused.status, refused.body.code]).toEqual([422, 'VALIDATION_FAILED']);
        const named = await get(`${many}?include=cross-reference:P1.ITEM,cross-reference:P99.ITEM`);
        expect((named.body.artefact as Artefact).objects.map(({ id }) => id)).toEqual(['P1.ITEM', 'P99.ITEM']);
        // One that is too large by itself.
        expect((await get(`${many}?include=cross-reference:Q.ITEM`)).status).toBe(422);
        await insert(`(values ('Z')) ids(p)`, entries);
        const last = await get(`${many}?include=cross-reference:Z.ITEM`);
        expect((last.body.artefact as Artefact).objects).toHaveLength(1);
      } finally {
        await api().database.pool.query(`delete from rm.definition where bu = 'MANY'`);
      }
    });

    test('come into force as they were proposed, after somebody else agreed; what was exported before shows as changed here', async () => {
      const before = await exported('?include=tax-codes');
      const artefact = await changed('FR-NEW');
      const dry = await post(`${base}/promotions/dry-runs`, { artefact });
      expect(dry.body.objects).toMatchObject([
        { kind: 'tax-codes', outcome: 'CHANGED', diverged: false, breaks: [], differences: [{ part: 'charges' }] },
      ]);
      const head = await api().log.head();
      const proposed = await post(`${base}/promotions`, { artefact, reason: 'release' });
      expect({ status: proposed.status, text: proposed.text }).toMatchObject({ status: 201 });
      expect(await api().typesSince(head)).toEqual(['PromotionProposed']);
      const path = String(proposed.headers.location);
      const what = { artefactSha256: artefact.sha256 };
      const asked = await post(`${path}/applications`, what);
      expect([asked.status, asked.body.code]).toEqual([409, 'APPROVAL_REQUIRED']);
      await agree(asked);
      const applied = await post(`${path}/applications`, what, { key: 'apply-1' });
      expect({ status: applied.status, text: applied.text }).toMatchObject({ status: 201 });
      expect(await post(`${path}/applications`, what, { key: 'apply-1' })).toMatchObject({ text: applied.text });
      expect((await api().typesSince(head)).slice(-2)).toEqual(['TaxCodesPublished', 'PromotionApplied']);
      expect((await get(`${base}/tax-codes`, applied)).body).toMatchObject({
        ...{
          version: 2,
          approvalId: asked.body.approvalId,
          definition: { charges: expect.arrayContaining([{ charge: 'FREIGHT', engineCode: 'FR-NEW' }]) },
        },
      });
      expect((await get(path, applied)).body).toMatchObject({
        ...{ state: 'APPLIED', appliedBy: 'key:admin', approvedBy: 'key:finance' },
        ...{ objects: [{ replaces: { version: 1 } }], versions: [{ kind: 'tax-codes', version: 2 }] },
      });
      const list = await get(`${base}/promotions?state=APPLIED`, applied);
      expect(list.body.items).toMatchObject([{ promotionId: proposed.body.promotionId, reason: 'release' }]);
      const again = await post(`${base}/promotions`, { artefact, reason: 'release' });
      expect(again.body).toMatchObject({ promotionId: proposed.body.promotionId, state: 'APPLIED' });
      const back = await post(`${base}/promotions`, { artefact: before, reason: 'back' });
      expect(back.body).toMatchObject({ code: 'PROMOTION_STALE', objects: [{ kind: 'tax-codes', inForce: 2 }] });
      const meant = await post(`${base}/promotions`, { artefact: before, reason: 'back', over: ['tax-codes:ACME'] });
      expect(meant.body).toMatchObject({ state: 'PROPOSED', objects: [{ diverged: true }] });
    });

    test('are none of the business of who is not let into the business unit', async () => {
      const list = await call(api(), 'GET', `${base}/promotions`, { token: 'only-other' });
      expect([list.status, list.body.items]).toEqual([200, []]);
      const artefact = await changed('FR-OTHER');
      const dry = await call(api(), 'POST', `${base}/promotions/dry-runs`, { token: 'only-other', body: { artefact } });
      expect(dry.status).toBe(403);
    });

    test('that were edited on the way are refused, and so is what is no artefact', async () => {
      const artefact = await changed('FR-EDITED');
      const edited = JSON.parse(JSON.stringify(artefact).replace('FR-EDITED', 'FR-FORGED')) as Artefact;
      for (const body of [edited, { ...artefact, sha256: 'a'.repeat(64) }]) {
        const answer = await post(`${base}/promotions`, { artefact: body, reason: 'release' });
        expect([answer.status, answer.body.code]).toEqual([422, 'ARTEFACT_ALTERED']);
      }
      const kind = await post(`${base}/promotions`, {
        artefact: { ...artefact, objects: [{ ...artefact.objects[0], kind: 'prices' }] },
        reason: 'release',
      });
      expect(kind.status).toBe(422);
    });
  });
};
