import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import type { NeedsApproval } from '../../commands/calls/approvals.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { agreedDefinitions } from './agreedDefinitions.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

const byKey = makeAuthenticate({ keys });
const person = (name: string, of: Pick<Principal, 'roles' | 'businessUnits'>): Principal => ({
  ...{ tenant: 'default', id: `jwt:${name}`, kind: 'USER', ...of },
  ...{ customers: 'all', nodes: 'all' },
});
const people: Readonly<Record<string, Principal>> = {
  other: person('other', { roles: ['finance'], businessUnits: ['OTHER'] }),
  both: person('both', { roles: ['admin', 'finance'], businessUnits: 'all' }),
};

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi({ authenticate: async (token) => people[token] ?? byKey(token) });
});
afterAll(() => api.close());

/** As the service itself would ask on behalf of the ops key. */
const byOps = (): CommandContext => ({
  commandId: randomUUID(),
  occurredAt: new Date().toISOString(),
  correlationId: 'c',
  causationId: 'c',
  actor: { kind: 'USER', id: 'key:ops', roles: ['ops'] },
  source: { system: 'throughline' },
});

const needOf = (id: string, changes: Partial<NeedsApproval> = {}): NeedsApproval => ({
  duty: 'REBUILD_SWAP',
  subject: { kind: 'rebuild', id },
  payload: { difference: 'abc', rows: 3 },
  summary: 'Swap orders with 3 changed rows.',
  link: `/v1/ops/rebuilds/${id}`,
  limit: null,
  involved: [],
  reason: 'the fix of yesterday',
  ...changes,
});

/** Asks, and answers with what a second person needs to decide. */
const asked = async (need: NeedsApproval) => {
  const outcome = await api.deps.application.requireApproval(need, byOps());
  if (outcome.kind !== 'refused') throw new Error('it was approved already');
  expect(outcome.refusal.refused).toBe('APPROVAL_REQUIRED');
  return outcome.refusal.data as { readonly approvalId: string; readonly payloadSha256: string };
};

const decide = (
  { approvalId, payloadSha256 }: { readonly approvalId: string; readonly payloadSha256: string },
  role: 'ops' | 'admin' | 'finance',
  decision: 'GRANT' | 'DENY' = 'GRANT',
): Promise<Answered> =>
  call(api, 'POST', `/v1/approvals/${approvalId}/decisions`, {
    role,
    body: { decision, payloadSha256, reason: 'looked at it' },
  });

describe('O-34 approvals over HTTP', () => {
  test('one asks, another agrees, and only then the subject with this payload is approved', async () => {
    const need = needOf('R1');
    const request = await asked(need);
    expect(await asked(need)).toEqual(request);
    const own = await decide(request, 'ops');
    expect([own.status, own.body.code]).toEqual([403, 'SOD_VIOLATION']);
    expect((await decide(request, 'finance')).status).toBe(403);
    const granted = await decide(request, 'admin');
    expect([granted.status, granted.body.state]).toEqual([201, 'GRANTED']);
    const read = await call(api, 'GET', `/v1/approvals/${request.approvalId}`, {
      role: 'auditor',
      headers: { 'x-min-position': (granted.body.receipt as { readonly position: string }).position },
    });
    expect(read.body).toMatchObject({ state: 'GRANTED', requestedBy: 'key:ops', decidedBy: 'key:admin' });
    expect(await api.deps.application.requireApproval(need, byOps())).toMatchObject({
      kind: 'done',
      value: { approvalId: request.approvalId, approvedBy: 'key:admin' },
    });
  });

  test('another payload of the same subject is not covered', async () => {
    const first = await asked(needOf('R2'));
    expect((await decide(first, 'admin')).status).toBe(201);
    const second = await asked(needOf('R2', { payload: { difference: 'abd', rows: 3 } }));
    expect(second.approvalId).not.toBe(first.approvalId);
    const mixed = await decide({ ...second, payloadSha256: first.payloadSha256 }, 'admin');
    expect([mixed.status, mixed.body.code]).toEqual([409, 'PAYLOAD_CHANGED']);
  });

  test('of two who decide differently at once, one is heard and the other told', async () => {
    const request = await asked(needOf('R3'));
    const answers = await Promise.all([decide(request, 'admin'), decide(request, 'ops', 'DENY')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test('who had a hand in it cannot agree, and a "no" is what the one who asks is told', async () => {
    const request = await asked(needOf('R4', { involved: ['key:admin'] }));
    expect((await decide(request, 'admin')).body.code).toBe('SOD_VIOLATION');
    expect((await decide(request, 'admin', 'DENY')).status).toBe(201);
    expect(
      await api.deps.application.requireApproval(needOf('R4', { involved: ['key:admin'] }), byOps()),
    ).toMatchObject({
      kind: 'refused',
      refusal: { refused: 'APPROVAL_DENIED' },
    });
  });

  test('are listed, newest first, page by page', async () => {
    const request = await asked(needOf('R5'));
    const seen: string[] = [];
    let cursor: string | null = null;
    await expect(
      (async () => {
        for (let tries = 0; tries < 2_000; tries += 1) {
          const found = await call(api, 'GET', '/v1/approvals?subjectId=R5', { role: 'ops' });
          if ((found.body.items as unknown[]).length === 1) return found.body.items;
        }
        throw new Error('it was not listed');
      })(),
    ).resolves.toMatchObject([{ approvalId: request.approvalId, state: 'REQUESTED' }]);
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await call(api, 'GET', `/v1/approvals?limit=2${query}`, { role: 'ops' });
      seen.push(...(page.body.items as { readonly approvalId: string }[]).map(({ approvalId }) => approvalId));
      cursor = page.body.nextCursor as string | null;
    } while (cursor !== null);
    expect(seen[0]).toBe(request.approvalId);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect((await call(api, 'GET', '/v1/approvals?cursor=nonsense', { role: 'ops' })).body.code).toBe('CURSOR_INVALID');
  });

  test('an approval that does not exist is 404', async () => {
    const unknown = { approvalId: '01JD0000000000000000000009', payloadSha256: 'a'.repeat(64) };
    expect((await decide(unknown, 'admin')).status).toBe(404);
    expect((await call(api, 'GET', `/v1/approvals/${unknown.approvalId}`, { role: 'ops' })).status).toBe(404);
  });
});

agreedDefinitions(() => api);
