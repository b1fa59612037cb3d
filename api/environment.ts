import { z } from 'zod';
import { givenKeys } from '../domain/evidence/trustedKeys.ts';
import { byAgent, erpMistakes, erpRoutes, erpSystems, secretsStay, systemUrl } from './erpSystems.ts';

const roles = ['api', 'projector', 'process', 'adapter', 'all'] as const;
export type Role = (typeof roles)[number];

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be at most 65535');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' });
const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);

const network = z
  .string()
  .refine(
    (text) => z.union([z.cidrv4(), z.cidrv6()]).safeParse(text).success,
    'must be networks such as 10.1.0.0/16, with commas between them',
  );

/** A century: an instant so long ago can still be written. */
const days = wholeNumber.refine((value) => value <= 36_525, 'must be at most 36525');
const aboveZero = wholeNumber.refine((value) => value > 0, 'must be above zero');
const percent = aboveZero.refine((value) => value <= 100, 'must be at most 100');

/** Everything the service takes from its environment, and what holds where a variable is absent. */
const environment = z.object({
  PORT: port.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('.throughline'),
  DATABASE_URL: postgresUrl.optional(),
  READ_DATABASE_URL: postgresUrl.optional(),
  EVENTSTORE_URL: z
    .string()
    .regex(/^esdb(\+discover)?:\/\/\S+$/, 'must be an esdb:// or esdb+discover:// connection string')
    .optional(),
  ERP_URL: systemUrl.optional(),
  ERP_TOKEN: z.string().min(1).optional(),
  ERP_SYSTEMS: erpSystems,
  ERP_ROUTES: erpRoutes,
  RECEIVABLES_SECONDS: wholeNumber.optional(),
  RECONCILE_SECONDS: wholeNumber.optional(),
  PAYLOAD_DAYS: days.default(730),
  REQUEST_TRAIL_DAYS: days.default(2_557),
  WMS_URL: systemUrl.optional(),
  WMS_TOKEN: z.string().min(1).optional(),
  TAX_URL: httpUrl.optional(),
  TAX_ACCOUNT: z.string().min(1).optional(),
  TAX_LICENSE_KEY: z.string().min(1).optional(),
  FRAUD_URL: httpUrl.optional(),
  FRAUD_API_KEY: z.string().min(1).optional(),
  CRM_URL: httpUrl.optional(),
  CRM_TOKEN: z.string().min(1).optional(),
  CRM_SECONDS: aboveZero.optional(),
  CRM_OVERLAP_SECONDS: wholeNumber.refine((value) => value <= 86_400, 'must be at most 86400').default(600),
  SEED: z.enum(['demo', 'none']).optional(),
  SIM_WMS: z.enum(['auto', 'manual']).default('auto'),
  ROLE: z.enum(roles).default('all'),
  KEYS_FILE: z.string().min(1).optional(),
  MASTER_KEY_FILE: z.string().min(1).optional(),
  JWT_ISSUER: httpUrl.optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  JWT_JWKS_URL: httpUrl.optional(),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  RATE_LIMIT_PER_MINUTE: wholeNumber.default(0),
  SIGNING_KEY_FILE: z.string().min(1).optional(),
  CHECKPOINT_DIR: z.string().min(1).optional(),
  PROMOTION_KEYS: z
    .string()
    .transform(givenKeys)
    .refine(
      ({ unreadable }) => unreadable.length === 0,
      'must be Ed25519 public keys, base64 or PEM, with commas between',
    )
    .transform(({ keys }) => keys)
    .optional(),
  SEAL_EVENTS: aboveZero.default(1_000),
  SEAL_SECONDS: aboveZero.optional(),
  REBUILD_READ_CONNECTIONS: aboveZero.default(3),
  REBUILD_EVENTS_PER_SECOND: wholeNumber.default(0),
  REPLAY_MESSAGES_MAX: wholeNumber.default(1_000),
  REPLAY_PER_SECOND: aboveZero.default(500),
  IMPORT_SHARE_PERCENT: percent.default(10),
  GROUP_WORKERS_PERCENT: percent.default(50),
  PARTNER_WORKERS_PERCENT: percent.default(25),
  PAUSE_OUTCOMES_MIN: aboveZero.default(20),
  PAUSE_ERROR_PERCENT: wholeNumber.refine((value) => value <= 100, 'must be at most 100').default(80),
  ANALYTICS_ROLE: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be the name of a role in lower case, without quotes')
    .optional(),
  ALERT_DEAD_LETTERS: wholeNumber.default(10),
  WEBHOOK_NETWORKS: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.array(network))
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NODE_ENV: z.string().optional(),
});

export type Environment = z.infer<typeof environment>;

const withoutEmpty = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Rules that span several variables; looked at as they were given, so that they are reported beside mistakes in single ones. */
const crossChecks = (given: Readonly<Record<string, string | undefined>>): readonly string[] => {
  const { DATABASE_URL, HOST = '127.0.0.1', ROLE = 'all' } = given;
  const mistakes: string[] = [];
  const embedded = DATABASE_URL === undefined;
  const missing = (names: readonly string[]): readonly string[] => names.filter((name) => given[name] === undefined);
  const jwt = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'];
  const jwtMissing = missing(jwt);
  if (jwtMissing.length > 0 && jwtMissing.length < jwt.length) {
    mistakes.push(`${jwtMissing.join(' and ')} missing: ${jwt.join(', ')} belong together, set all three or none`);
  }
  if ((given.TLS_CERT_FILE === undefined) !== (given.TLS_KEY_FILE === undefined)) {
    mistakes.push('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both, or neither');
  }
  if (!embedded && jwtMissing.length === jwt.length && given.KEYS_FILE === undefined) {
    mistakes.push(`DATABASE_URL is set, so callers need credentials: set ${jwt.join(', ')}, or KEYS_FILE`);
  }
  if (!embedded && given.MASTER_KEY_FILE === undefined) {
    mistakes.push(
      'DATABASE_URL is set, so personal text needs a key that outlives this machine: set MASTER_KEY_FILE (npm run -s throughline -- new-master-key > master-keys)',
    );
  }
  if (embedded && ROLE !== 'all') {
    mistakes.push(`ROLE=${ROLE} shares a database with other processes: set DATABASE_URL, or use ROLE=all`);
  }
  if (embedded && given.READ_DATABASE_URL !== undefined) {
    mistakes.push('READ_DATABASE_URL is a replica of DATABASE_URL: set both, or neither');
  }
  for (const system of ['ERP', 'WMS']) {
    const isKnown = given[`${system}_TOKEN`] !== undefined;
    if (given[`${system}_URL`] === byAgent && isKnown) mistakes.push(`${system}_TOKEN: ${secretsStay}`);
  }
  mistakes.push(...erpMistakes(given, !embedded && ROLE !== 'all'));
  const hasFirstErp = erpRoutes.safeParse(given.ERP_ROUTES).data?.has('*') !== true;
  const partners = missing([...(hasFirstErp ? ['ERP_URL'] : []), 'WMS_URL', 'TAX_URL']);
  if (!embedded && ROLE !== 'all' && partners.length > 0) {
    mistakes.push(
      `ROLE=${ROLE} shares its partners with other processes, and simulators belong to one: set ${partners.join(', ')}`,
    );
  }
  if (embedded && !isLoopback(HOST)) {
    mistakes.push(
      `HOST=${HOST} is not a loopback address: embedded mode is for development; set DATABASE_URL to serve others`,
    );
  }
  if (embedded && given.NODE_ENV === 'production') {
    mistakes.push('NODE_ENV=production needs DATABASE_URL: embedded mode is for development');
  }
  return mistakes;
};

/** The variables, or every mistake in them, one sentence each. An empty variable counts as absent. */
export const readEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): { readonly variables: Environment } | { readonly mistakes: readonly string[] } => {
  const given = withoutEmpty(env);
  const result = environment.safeParse(given);
  const mistakes = [
    ...(result.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? []),
    ...crossChecks(given),
  ];
  return result.success && mistakes.length === 0 ? { variables: result.data } : { mistakes };
};
