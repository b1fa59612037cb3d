import { hostname } from 'node:os';
import { z } from 'zod';
import { newUlid } from '../../commands/eventIds.ts';
import { ConfigInvalid } from '../config.ts';

/** What an agent is told where it runs; none of what lets it in at the partner's goes to the service. */
export type AgentConfig = {
  readonly service: {
    readonly url: string;
    readonly key: string | undefined;
    /** Read again for every request, so that a new key or token needs no restart. */
    readonly keyFile: string | undefined;
  };
  readonly target: {
    /** All that it calls is below this address. */
    readonly url: URL;
    readonly authorization: string | undefined;
  };
  /** At the partner's at once. */
  readonly callsMax: number;
  /** Its own for as long as it runs. */
  readonly name: string;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });

const isOfThisMachine = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

const isPlain = (url: URL): boolean =>
  url.search === '' && url.hash === '' && url.username === '' && url.password === '';

const address = httpUrl
  .transform((text) => new URL(text))
  .refine(isPlain, 'must be an address without a query, a fragment, a user and a password');

const environment = z.object({
  AGENT_SERVICE_URL: address.refine(
    (url) => url.protocol === 'https:' || isOfThisMachine(url),
    'must be an https:// address: what is carried is about customers and money',
  ),
  AGENT_KEY: z.string().min(1).optional(),
  AGENT_KEY_FILE: z.string().min(1).optional(),
  AGENT_TARGET_URL: address,
  AGENT_TARGET_TOKEN: z.string().min(1).optional(),
  AGENT_TARGET_USER: z.string().min(1).optional(),
  AGENT_TARGET_PASSWORD: z.string().min(1).optional(),
  AGENT_CALLS_MAX: z
    .string()
    .regex(/^([1-9]|[12]\d|3[0-2])$/, 'must be a whole number from 1 to 32')
    .transform(Number)
    .default(16),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

type Given = Readonly<Record<string, string | undefined>>;

/** Rules that span several variables. */
const crossChecks = (given: Given): readonly string[] => {
  const isThere = (name: string): boolean => given[name] !== undefined;
  const isUser = isThere('AGENT_TARGET_USER');
  return [
    ...(isThere('AGENT_KEY') === isThere('AGENT_KEY_FILE')
      ? ['AGENT_KEY and AGENT_KEY_FILE say who the agent is: set one of the two']
      : []),
    ...(isUser === isThere('AGENT_TARGET_PASSWORD')
      ? []
      : ['AGENT_TARGET_USER and AGENT_TARGET_PASSWORD belong together: set both, or neither']),
    ...(isUser && isThere('AGENT_TARGET_TOKEN')
      ? ['AGENT_TARGET_TOKEN and AGENT_TARGET_USER both let the agent in: set one of the two']
      : []),
  ];
};

const authorizationOf = (parsed: z.output<typeof environment>): string | undefined => {
  const { AGENT_TARGET_TOKEN: token, AGENT_TARGET_USER: user, AGENT_TARGET_PASSWORD: password } = parsed;
  if (token !== undefined) return `Bearer ${token}`;
  return user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
};

const withoutSlash = (url: URL): string => `${url.origin}${url.pathname.replace(/\/$/, '')}`;

/** Throws `ConfigInvalid` with every mistake. An empty variable counts as absent. */
export const readAgentConfig = (env: Given): AgentConfig => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = environment.safeParse(given);
  const mistakes = [
    ...(result.error?.issues.map(({ path, message }) =>
      given[path.join('.')] === undefined ? `${path.join('.')} is missing` : `${path.join('.')} ${message}`,
    ) ?? []),
    ...crossChecks(given),
  ];
  if (!result.success || mistakes.length > 0) throw new ConfigInvalid(mistakes);
  const parsed = result.data;
  return {
    service: {
      url: withoutSlash(parsed.AGENT_SERVICE_URL),
      key: parsed.AGENT_KEY,
      keyFile: parsed.AGENT_KEY_FILE,
    },
    target: { url: parsed.AGENT_TARGET_URL, authorization: authorizationOf(parsed) },
    callsMax: parsed.AGENT_CALLS_MAX,
    name: `${hostname()
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 60)}:${process.pid}:${newUlid()}`,
    logLevel: parsed.LOG_LEVEL,
  };
};
