import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { makeAuthenticate, principalOfClaims } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { samples } from './samples.ts';
import { call, keyOf, keys, makeTestApi, type TestApi } from './testApi.ts';

const issuer = 'https://id.example.test';
const audience = 'throughline';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

let pair: Pair;
let other: Pair;
let unlisted: Pair;
let keyServer: Server;
let jwksUrl: string;
let isKeyServerBroken = false;
let api: TestApi;

beforeAll(async () => {
  [pair, other, unlisted] = await Promise.all([
    generateKeyPair('ES256'),
    generateKeyPair('ES256'),
    generateKeyPair('RS384'),
  ]);
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const alsoPublished = { ...(await exportJWK(unlisted.publicKey)), kid: 'two', use: 'sig' };
  keyServer = createServer((_request, response) => {
    response.statusCode = isKeyServerBroken ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [jwk, alsoPublished] }));
  });
  await new Promise<void>((resolve) => {
    keyServer.listen(0, '127.0.0.1', resolve);
  });
  jwksUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/jwks`;
  api = await makeTestApi({ authenticate: makeAuthenticate({ keys, jwt: { issuer, audience, jwksUrl } }) });
});
afterAll(async () => {
  keyServer.closeAllConnections();
  keyServer.close();
  await api.close();
});

const signed = (
  claims: JWTPayload,
  changes: { readonly by?: Pair; readonly iss?: string; readonly aud?: string; readonly exp?: string } = {},
): Promise<string> =>
  new SignJWT({ sub: 'kim', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(changes.iss ?? issuer)
    .setAudience(changes.aud ?? audience)
    .setIssuedAt()
    .setExpirationTime(changes.exp ?? '5m')
    .sign((changes.by ?? pair).privateKey);

const statusFor = async (token: string): Promise<number> => (await call(api, 'GET', '/v1/orders', { token })).status;

describe('O-28 access tokens', () => {
  test('a good token is a person with roles', async () => {
    const token = await signed({ roles: ['channel'] });
    const answer = await call(api, 'POST', '/v1/orders', { token, body: samples.submitOrder?.body });
    expect(answer.status).toBe(201);
    expect(api.fake.calls.at(-1)?.context.actor).toEqual({ kind: 'USER', id: 'jwt:kim', roles: ['channel'] });
  });

  test('H35 what is not signed by the issuer for us, now, is nobody', async () => {
    const payload = {
      sub: 'kim',
      roles: ['channel'],
      iss: issuer,
      aud: audience,
      exp: Math.floor(Date.now() / 1_000) + 300,
    };
    expect(await statusFor(await signed({ roles: ['channel'] }, { by: other }))).toBe(401);
    expect(await statusFor(await signed({ roles: ['channel'] }, { iss: 'https://evil.example.test' }))).toBe(401);
    expect(await statusFor(await signed({ roles: ['channel'] }, { aud: 'another-service' }))).toBe(401);
    expect(await statusFor(await signed({ roles: ['channel'] }, { exp: '-2m' }))).toBe(401);
    expect(await statusFor(new UnsecuredJWT(payload).encode())).toBe(401);
    const symmetric = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(pair.publicKey))));
    expect(await statusFor(symmetric)).toBe(401);
    expect(await statusFor(`${await signed({ roles: ['channel'] })}x`)).toBe(401);
    const otherAlgorithm = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS384', kid: 'two' })
      .sign(unlisted.privateKey);
    expect(await statusFor(otherAlgorithm)).toBe(401);
  });

  test('roles that we do not know are no roles', async () => {
    expect(await statusFor(await signed({ roles: ['root', 'channel '] }))).toBe(403);
    expect(await statusFor(await signed({}))).toBe(403);
    expect(await statusFor(await signed({ roles: 'auditor finance' }))).toBe(200);
  });

  test('a key set that is away is 503, not 401: the token may be good', async () => {
    isKeyServerBroken = true;
    const away = await makeTestApi({ authenticate: makeAuthenticate({ keys, jwt: { issuer, audience, jwksUrl } }) });
    try {
      const answer = await call(away, 'GET', '/v1/orders', { token: await signed({ roles: ['auditor'] }) });
      expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
        503,
        'SERVICE_UNAVAILABLE',
        '2',
      ]);
      expect((await call(away, 'GET', '/v1/orders')).status).toBe(200);
    } finally {
      isKeyServerBroken = false;
      await away.close();
    }
  });

  test('without configuration no token is looked at', async () => {
    const authenticate = makeAuthenticate({ keys });
    expect(await authenticate(await signed({ roles: ['admin'] }))).toBeUndefined();
    expect(await authenticate(keyOf('admin'))).toMatchObject({ id: 'key:admin', roles: ['admin'], kind: 'SYSTEM' });
    expect(await authenticate('')).toBeUndefined();
    expect(await makeAuthenticate({})('anything')).toBeUndefined();
  });
});

describe('O-32 partner boundaries', () => {
  test('claims become limits; a limit without its business unit is a limit to nothing', () => {
    const principal = (claims: JWTPayload): Principal | undefined =>
      principalOfClaims({ sub: 'portal', roles: ['channel'], ...claims });
    expect(principal({})).toMatchObject({ kind: 'USER', businessUnits: 'all', customers: 'all', nodes: 'all' });
    expect(principal({ bu: ['ACME'], customers: ['C-1001'] })).toMatchObject({
      kind: 'PARTNER',
      businessUnits: ['ACME'],
      customers: ['C-1001'],
    });
    expect(principal({ customers: ['C-1001'] })).toMatchObject({ businessUnits: [], customers: ['C-1001'] });
    expect(principal({ bu: '*', nodes: ['3PL-SOUTH'] })).toMatchObject({ businessUnits: [], nodes: ['3PL-SOUTH'] });
    expect(principal({ bu: 17, customers: { a: 1 } })).toMatchObject({ businessUnits: [], customers: [] });
    expect(principal({ sub: 'with space' })).toBeUndefined();
  });

  test('S-05 a warehouse of another company cannot move stock at a node it does not own', async () => {
    const token = await signed({ roles: ['warehouse'], bu: ['ACME'], nodes: ['3PL-SOUTH'] });
    const before = api.fake.calls.length;
    const head = await api.log.head();
    const facts = ['recordStockMovement', 'changeStockStatus', 'expectSupply', 'recordStockCount'] as const;
    for (const operation of [...facts, 'rescheduleSupply', 'receiveSupply', 'cancelSupply'] as const) {
      const { path, body } = samples[operation] ?? { path: '', body: {} };
      const answer = await call(api, 'POST', path, { token, body });
      expect([answer.status, answer.body.code]).toEqual([403, 'PARTNER_SCOPE']);
    }
    expect(api.fake.calls.length).toBe(before);
    expect(await api.log.head()).toBe(head);
    const { path, body } = samples.recordStockMovement ?? { path: '', body: {} };
    expect((await call(api, 'POST', path, { token, body: { ...body, node: '3PL-SOUTH' } })).status).toBe(201);
  });

  test('a portal may order for its own customer only', async () => {
    const token = await signed({ roles: ['channel'], bu: ['ACME'], customers: ['C-1001'] });
    const { path, body } = samples.submitOrder ?? { path: '', body: {} };
    expect((await call(api, 'POST', path, { token, body })).status).toBe(201);
    expect((await call(api, 'POST', path, { token, body: { ...body, soldTo: 'C-1002' } })).body.code).toBe(
      'PARTNER_SCOPE',
    );
    expect((await call(api, 'POST', path, { token, body: { ...body, bu: 'OTHER' } })).body.code).toBe('PARTNER_SCOPE');
  });

  test('routes that do not look at a limit are closed to credentials that have one', async () => {
    const partner = {
      bu: ['ACME'],
      customers: ['C-1001'],
      roles: ['channel', 'finance', 'auditor', 'ops', 'admin', 'warehouse'],
    };
    const token = await signed(partner);
    for (const path of [
      '/v1/gl-journals',
      '/v1/trial-balance?bu=ACME',
      '/v1/audit/events',
      '/v1/audit/lineage?root=order:X',
      '/v1/inventory-positions',
      '/v1/ops/projections',
    ]) {
      const answer = await call(api, 'GET', path, { token });
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'PARTNER_SCOPE']);
    }
    const { path, body } = samples.recordStockMovement ?? { path: '', body: {} };
    expect((await call(api, 'POST', path, { token, body })).body.code).toBe('PARTNER_SCOPE');
  });

  test('H36 a key of another client is another key', async () => {
    const { path, body } = samples.submitOrder ?? { path: '', body: {} };
    const first = await call(api, 'POST', path, {
      token: await signed({ roles: ['channel'], sub: 'a' }),
      key: 'same',
      body,
    });
    const second = await call(api, 'POST', path, {
      token: await signed({ roles: ['channel'], sub: 'b' }),
      key: 'same',
      body,
    });
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(second.body.orderId).not.toBe(first.body.orderId);
  });
});
