import { hash, timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { JOSEError, JWKSTimeout } from 'jose/errors';
import { type Role, roles } from './permissions.ts';
import type { Principal, Scope } from './principal.ts';
import { HttpProblem } from './problem.ts';

/** Resolves to the caller, or to `undefined` when the token is not good. Throws `HttpProblem` 503 when that cannot be found out now. */
export type Authenticate = (token: string) => Promise<Principal | undefined>;

export type JwtOptions = {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  /** For tests: where keys come from instead of `jwksUrl`. */
  readonly keys?: JWTVerifyGetKey;
};

const algorithms = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
const clockSkewSeconds = 30;
const tokenLengthMax = 8_192;

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

export type HeldKeys = Readonly<Partial<Record<Role | 'admin2', string | undefined>>> & {
  /** By the system that each agent stands in front of. */
  readonly agents?: Readonly<Record<string, string>> | undefined;
};

const everywhere = { tenant: 'default', kind: 'SYSTEM', businessUnits: 'all', customers: 'all', nodes: 'all' } as const;

const holdersOf = ({ agents = {}, ...keys }: HeldKeys): readonly (readonly [key: string, Principal])[] => [
  ...([...roles, 'admin2'] as const).flatMap((name): readonly (readonly [string, Principal])[] => {
    const key = keys[name];
    const role = name === 'admin2' ? 'admin' : name;
    return key === undefined ? [] : [[key, { ...everywhere, id: `key:${name}`, roles: [role] }]];
  }),
  ...Object.entries(agents).map(
    ([system, key]) => [key, { ...everywhere, id: `key:agent:${system}`, roles: ['agent'], system }] as const,
  ),
];

/** One key per role, a second admin's, and one per agent. Compared by hash in constant time, every key every time. */
export const authenticateByKey = (keys: HeldKeys): Authenticate => {
  const known = holdersOf(keys).map(([key, principal]) => ({ hash: digest(key), principal }));
  return async (token) => {
    const hash = digest(token);
    const matches = known.filter((entry) => timingSafeEqual(entry.hash, hash));
    return matches[0]?.principal;
  };
};

const namePattern = /^[A-Za-z0-9_.:@|/-]{1,200}$/;

const textsOf = (claim: unknown): readonly string[] | undefined => {
  const list: readonly unknown[] | undefined =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : undefined;
  if (list === undefined) return undefined;
  return list.filter((entry): entry is string => typeof entry === 'string' && namePattern.test(entry));
};

/** A claim that is absent does not limit; a claim that is there but unreadable limits to nothing. */
const scopeOf = (payload: JWTPayload, claim: string): Scope => {
  if (payload[claim] === undefined) return 'all';
  const ids = textsOf(payload[claim]) ?? [];
  return ids.includes('*') ? 'all' : ids;
};

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

/** Claims: `sub`, `roles` (ours), `bu`, `customers` (sold-to), `nodes`, `tenant`, `partner`, of an agent `system`. */
export const principalOfClaims = (payload: JWTPayload): Principal | undefined => {
  const subject = payload.sub;
  if (subject === undefined || !namePattern.test(subject)) return undefined;
  const customers = scopeOf(payload, 'customers');
  const nodes = scopeOf(payload, 'nodes');
  const businessUnits = scopeOf(payload, 'bu');
  // A customer or node number means something within one business unit only: without it the limit is no limit.
  const bound = customers !== 'all' || nodes !== 'all';
  return {
    tenant: typeof payload.tenant === 'string' && namePattern.test(payload.tenant) ? payload.tenant : 'default',
    id: `jwt:${subject}`,
    kind: bound || payload.partner !== undefined ? 'PARTNER' : 'USER',
    roles: (textsOf(payload.roles) ?? []).filter(isRole),
    businessUnits: bound && businessUnits === 'all' ? [] : businessUnits,
    customers,
    nodes,
    ...(typeof payload.system === 'string' && namePattern.test(payload.system) && { system: payload.system }),
  };
};

/** Access tokens of one issuer. The key set comes from configuration only, never from the token (RFC 8725). */
const authenticateByJwt = (options: JwtOptions): Authenticate => {
  const keySet =
    options.keys ?? createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 30_000 });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms,
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp', 'sub'],
      });
      return principalOfClaims(payload);
    } catch (error) {
      // A key set that answers late or with an error, or not at all, says nothing about the token: it may be good.
      const away = !(error instanceof JOSEError) || error instanceof JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
      if (away) throw signInAway();
      return undefined;
    }
  };
};

const signInAway = (): HttpProblem =>
  new HttpProblem('SERVICE_UNAVAILABLE', 'The token cannot be checked at the moment.', {
    headers: { 'Retry-After': '2' },
    retain: false,
  });

/** Tries keys first, then tokens that look like a JWT. */
export const makeAuthenticate = (sources: { readonly keys?: HeldKeys; readonly jwt?: JwtOptions }): Authenticate => {
  const byKey = authenticateByKey(sources.keys ?? {});
  const byJwt = sources.jwt === undefined ? undefined : authenticateByJwt(sources.jwt);
  return async (token) => {
    if (token.length > tokenLengthMax) return undefined;
    const principal = await byKey(token);
    if (principal !== undefined || byJwt === undefined) return principal;
    return token.split('.').length === 3 ? byJwt(token) : undefined;
  };
};
