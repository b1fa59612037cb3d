import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { agree, publishAgreed } from '../support/agreed.ts';
import type { Answered } from './conformance.ts';
import type { RealApi } from './realApi.ts';
import { readBack, streamOf } from './realCalls.ts';
import { type CallOptions, call, keys } from './testApi.ts';

/** Policies and other definitions that take a second person, over one application. */
export const agreedDefinitions = (api: () => RealApi): void => {
  const path = '/v1/policies/ACME/posting';
  const { bu: _, ...inForce } = demoPostingRules;
  /** Templates that no other one needs. */
  const [one, another] = ['T22', 'T15'];
  const without = (...templates: readonly string[]) => ({
    ...inForce,
    templates: inForce.templates.filter((each) => !templates.includes(each)),
  });

  const put = (body: object, options: CallOptions = {}): Promise<Answered> =>
    call(api(), 'PUT', path, { role: 'admin', body, ...options });

  /** Once all that is in the log is shown. */
  const get = async (at: string, options: CallOptions = {}): Promise<Answered> =>
    call(api(), 'GET', at, { role: 'auditor', headers: { 'x-min-position': await api().log.head() }, ...options });

  describe('O-34 other posting rules than those in force', () => {
    test('are asked for once, shown as what would be different, agreed to by another person, and published as they were', async () => {
      const head = await api().log.head();
      expect((await put(inForce)).body.version).toBe(1);
      const asked = await put(without(one));
      expect([asked.status, asked.body.code]).toEqual([409, 'APPROVAL_REQUIRED']);
      expect((await put(without(one))).body.approvalId).toBe(asked.body.approvalId);
      expect(await api().typesSince(head)).toEqual(['ApprovalRequested']);
      const shown = (await get(`/v1/approvals/${asked.body.approvalId}`)).body;
      expect(shown).toMatchObject({
        ...{ duty: 'POLICY_PUBLISHING', aboutBu: 'ACME', subject: { kind: 'policy', id: 'ACME.posting' } },
        ...{ requestedBy: 'key:admin', approvalsNeeded: 1, link: path },
        summary: 'Version 2 of the posting rules of ACME: 0 added, 1 removed, 0 changed.',
        change: {
          replaces: { version: 1, contentSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
          differences: [{ kind: 'REMOVED', part: 'templates', key: one, before: { template: one }, after: null }],
        },
      });

      expect((await agree(api(), asked, keys.admin)).body.code).toBe('SOD_VIOLATION');
      expect((await agree(api(), asked, keys.ops)).body.code).toBe('SOD_VIOLATION');
      expect((await put(without(one))).body.code).toBe('APPROVAL_REQUIRED');
      expect((await agree(api(), asked, keys.finance)).body.state).toBe('GRANTED');
      const otherContent = await put(without(one, another));
      expect(otherContent.body).toMatchObject({ code: 'APPROVAL_REQUIRED' });
      expect(otherContent.body.approvalId).not.toBe(asked.body.approvalId);

      const before = await api().log.head();
      const published = await put(without(one));
      expect([published.status, published.body.version]).toEqual([200, 2]);
      expect((await put(without(one))).body.version).toBe(2);
      expect(await api().typesSince(before)).toEqual(['PostingRulesPublished']);
      const { approvalId } = asked.body;
      const { contentSha256 } = shown.change as { readonly contentSha256: string };
      expect((await streamOf(api(), 'policy-ACME.posting')).at(-1)?.data).toMatchObject({ approvalId, contentSha256 });

      const read = (await get(path)).body;
      expect(read).toMatchObject({ version: 2, approvalId, contentSha256, definedBy: 'key:admin' });
      expect(read.definition).toEqual(without(one));
      expect((await get('/v1/definitions?bu=ACME&kind=posting&versions=all')).body.items).toMatchObject([
        { version: 2, approvalId, definedBy: 'key:admin' },
        { version: 1, approvalId: null, definedBy: 'seed' },
      ]);
    });

    test('need another agreement when they are to come back, and when a version came in between', async () => {
      const back = await put(inForce);
      const far = await put(without(one, another));
      expect([back.body.code, far.body.code]).toEqual(['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED']);
      for (const each of [back, far]) expect((await agree(api(), each)).status).toBe(201);
      expect((await put(inForce)).body.version).toBe(3);
      const again = await put(without(one, another));
      expect(again.body.code).toBe('APPROVAL_REQUIRED');
      expect(again.body.approvalId).not.toBe(far.body.approvalId);
    });

    test('are published once by three who send them at once, and by a request that is sent again under its key', async () => {
      const key = randomUUID();
      const asked = await put(without(one), { key });
      expect((await put(without(one), { key })).body.code).toBe('APPROVAL_REQUIRED');
      await agree(api(), asked);
      const head = await api().log.head();
      const answers = await Promise.all([put(without(one), { key }), put(without(one)), put(without(one))]);
      const versions = answers.map(({ status, body }) => [status, body.version]);
      expect(new Set(versions.map(String)).size).toBe(1);
      expect(versions[0]).toEqual([200, 4]);
      expect(await api().typesSince(head)).toEqual(['PostingRulesPublished']);
      const replayed = await put(without(one), { key });
      expect([replayed.text, replayed.headers['idempotency-replayed']]).toEqual([answers[0]?.text, 'true']);
    });

    test('O-33 are not published by who agreed', async () => {
      const asked = await put(inForce);
      await agree(api(), asked, keys.admin2);
      const own = await put(inForce, { token: keys.admin2 });
      expect([own.status, own.body.code]).toEqual([403, 'SOD_VIOLATION']);
      expect((await put(inForce)).body.version).toBe(5);
    });

    test('O-33 keep whoever published them from sealing what is posted by them', async () => {
      const seal = (options: CallOptions) =>
        call(api(), 'POST', '/v1/gl-batches', {
          body: { bu: 'ACME', ledger: 'PRIMARY', period: '203001' },
          ...options,
        });
      expect((await seal({ token: 'both' })).body.code).toBe('BATCH_EMPTY');
      await agree(api(), await put(without(one), { token: 'both' }), keys.finance);
      expect((await put(without(one), { token: 'both' })).body.version).toBe(6);
      const own = await seal({ token: 'both' });
      expect([own.status, own.body.code]).toEqual([403, 'SOD_VIOLATION']);
      expect((await seal({ role: 'finance' })).body.code).toBe('BATCH_EMPTY');
    });

    test('O-32 are neither seen nor agreed to by who is not let into the business unit', async () => {
      const asked = await put(without(another));
      const theirs = { token: 'other' };
      expect((await get(`/v1/approvals/${asked.body.approvalId}`, theirs)).status).toBe(404);
      expect((await get('/v1/approvals?subjectId=ACME.posting', theirs)).body.items).toEqual([]);
      expect((await get('/v1/approvals?subjectId=ACME.posting')).body.items).not.toEqual([]);
      const head = await api().log.head();
      expect((await agree(api(), asked, 'other')).status).toBe(404);
      const decision = { decision: 'DENY', payloadSha256: asked.body.payloadSha256, reason: 'mischief' };
      const stale = { token: 'other', body: decision, headers: { 'if-match': '"7"' } };
      expect((await call(api(), 'POST', `/v1/approvals/${asked.body.approvalId}/decisions`, stale)).status).toBe(404);
      expect(await api().typesSince(head)).toEqual([]);
    });

    test('are asked of nobody while they are wrong, or the caller has not seen what is in force', async () => {
      const head = await api().log.head();
      const wrong = await put({ ...inForce, templates: ['T22', 'T99'] });
      expect(wrong.body.errors).toMatchObject([
        { pointer: '/templates/0', code: 'TEMPLATE_INCOMPLETE' },
        { pointer: '/templates/1', code: 'TEMPLATE_UNKNOWN' },
      ]);
      expect((await put(without(one, another), { headers: { 'if-match': '"0"' } })).status).toBe(412);
      expect(await api().typesSince(head)).toEqual([]);
    });

    test('are tried beforehand: what would be different, whether somebody has to agree, and what is wrong; nothing is kept', async () => {
      const dryRun = (body: object, options: CallOptions = {}) =>
        call(api(), 'POST', `${path}/dry-runs`, { role: 'admin', key: null, body, ...options });
      const head = await api().log.head();
      const { definition, version } = (await get(path)).body as { definition: object; version: number };
      const same = await dryRun(definition);
      expect([same.status, same.body]).toMatchObject([
        200,
        { version, needsApproval: false, change: { differences: [] } },
      ]);
      expect((await dryRun({ ...definition, templates: ['T02'] })).body).toMatchObject({
        ...{ bu: 'ACME', version: version + 1, needsApproval: true },
        change: {
          replaces: { version },
          differences: expect.arrayContaining([expect.objectContaining({ key: 'T03' })]),
        },
      });
      const wrong = await dryRun({ ...definition, ledger: 'OTHER', templates: ['T99'] });
      expect([wrong.status, (wrong.body.errors as unknown[]).length]).toEqual([422, 2]);
      expect((await dryRun(definition, { token: 'other' })).body.code).toBe('PARTNER_SCOPE');
      expect(await api().typesSince(head)).toEqual([]);
    });

    test('are the same for an account map and for tax codes', async () => {
      for (const [of, part, changed] of [
        ['accounts', 'rules', { rules: [] }],
        ['tax-codes', 'items', { items: [] }],
      ] as const) {
        const at = `/v1/policies/ACME/${of}`;
        const { definition, version } = (await get(at)).body as { definition: object; version: number };
        const body = { ...definition, ...changed };
        const asked = await call(api(), 'PUT', at, { role: 'admin', body });
        const { change } = (await get(`/v1/approvals/${asked.body.approvalId}`)).body as {
          change: { differences: readonly { part: string; kind: string }[] };
        };
        expect(new Set(change.differences.map(({ kind, part: where }) => `${kind} ${where}`))).toEqual(
          new Set([`REMOVED ${part}`]),
        );
        const published = await publishAgreed(api(), at, body);
        expect([published.status, published.body.version]).toEqual([200, version + 1]);
        const read = await call(api(), 'GET', at, { role: 'finance', headers: readBack(published) });
        expect(read.body).toMatchObject({ definition: body, approvalId: asked.body.approvalId });
      }
    });
  });

  describe('O-34 what happens to late supply', () => {
    const at = '/v1/policies/ACME/late-supply';
    const rules = {
      cushionDays: 0,
      pastDueSupplyDays: 14,
      lateSlipDays: 1,
      toleranceDays: 3,
      lateLines: 'WAIT',
      tell: 'DELAYS',
    };

    test('is usual until it is published, by one person first, and then in the place of that only with the agreement of another', async () => {
      expect((await get(at)).status).toBe(404);
      const wrong = await call(api(), 'PUT', at, {
        role: 'admin',
        body: { ...rules, cushionDays: 91, lateLines: 'HOPE' },
      });
      expect(wrong.body.errors).toMatchObject([{ pointer: '/cushionDays' }, { pointer: '/lateLines' }]);
      const first = await call(api(), 'PUT', at, { role: 'admin', body: rules });
      expect([first.status, first.body.version]).toEqual([200, 1]);
      const other = { ...rules, lateLines: 'USE_SAFETY_STOCK' };
      const tried = await call(api(), 'POST', `${at}/dry-runs`, { role: 'ops', key: null, body: other });
      expect(tried.body).toMatchObject({
        ...{ version: 2, needsApproval: true },
        change: {
          differences: [
            {
              ...{ kind: 'CHANGED', part: 'lateSupply', key: 'lateLines' },
              ...{ before: { lateLines: 'WAIT' }, after: { lateLines: 'USE_SAFETY_STOCK' } },
            },
          ],
        },
      });
      expect((await call(api(), 'PUT', at, { role: 'admin', body: other })).body.code).toBe('APPROVAL_REQUIRED');
      const second = await publishAgreed(api(), at, other);
      expect([second.status, second.body.version]).toEqual([200, 2]);
      const read = (version: string) =>
        call(api(), 'GET', `${at}${version}`, { role: 'ops', headers: readBack(second) });
      expect((await read('')).body).toMatchObject({ version: 2, definition: other });
      expect((await read('?version=1')).body).toMatchObject({ version: 1, current: false, definition: rules });
      // What an availability check goes by.
      expect(await api().deps.reads.availabilityInputs({ bu: 'ACME', items: [] })).toMatchObject({ lateSupply: other });
    });
  });

  describe('O-34 a business unit that raises what one person may decide alone', () => {
    const at = '/v1/business-units/ACME';
    const define = (body: object, options: CallOptions = {}) =>
      call(api(), 'PUT', at, { role: 'admin', body, ...options });

    test('takes a second person for that, and shows everything that would be different', async () => {
      const { definition, version } = (await get(at)).body as { definition: object; version: number };
      const raised = { ...definition, name: 'Acme & Sons', creditMemoLimit: '100001' };
      const asked = await define(raised);
      expect([asked.status, asked.body.code]).toEqual([409, 'APPROVAL_REQUIRED']);
      expect((await get(`/v1/approvals/${asked.body.approvalId}`)).body).toMatchObject({
        ...{ duty: 'POLICY_PUBLISHING', aboutBu: 'ACME', subject: { kind: 'business-unit', id: 'ACME' }, link: at },
        summary: `Version ${version + 1} of the definition of ACME: 0 added, 0 removed, 2 changed.`,
        change: {
          replaces: { version },
          differences: [
            { kind: 'CHANGED', part: 'profile', key: 'name', after: { name: 'Acme & Sons' } },
            { key: 'creditMemoLimit', before: { creditMemoLimit: '100000' }, after: { creditMemoLimit: '100001' } },
          ],
        },
      });
      expect((await agree(api(), asked, keys.admin)).body.code).toBe('SOD_VIOLATION');
      await agree(api(), asked, keys.finance);
      expect((await define(raised)).body.version).toBe(version + 1);
      expect((await get(at)).body).toMatchObject({ definition: raised, approvalId: asked.body.approvalId });
      const head = await api().log.head();
      expect((await define({ ...definition, creditMemoLimit: '99999' })).body.version).toBe(version + 2);
      expect((await get(at)).body.approvalId).toBeNull();
      expect(await api().typesSince(head)).toEqual(['BusinessUnitDefined']);
    });
  });
};
