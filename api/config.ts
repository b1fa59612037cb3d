import { z } from 'zod';

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

const aboveZero = wholeNumber.refine((value) => value > 0, 'must be above zero');
const percent = aboveZero.refine((value) => value <= 100, 'must be at most 100');

/** Everything the service takes from its environment. An empty variable counts as absent. */
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
  ERP_URL: httpUrl.optional(),
  ERP_TOKEN: z.string().min(1).optional(),
  RECEIVABLES_SECONDS: wholeNumber.optional(),
  WMS_URL: httpUrl.optional(),
  WMS_TOKEN: z.string().min(1).optional(),
  TAX_URL: httpUrl.optional(),
  TAX_ACCOUNT: z.string().min(1).optional(),
  TAX_LICENSE_KEY: z.string().min(1).optional(),
  SEED: z.enum(['demo', 'none']).optional(),
  SIM_WMS: z.enum(['auto', 'manual']).default('auto'),
  ROLE: z.enum(roles).default('all'),
  KEYS_FILE: z.string().min(1).optional(),
  MASTER_KEY_FILE: z.string().min(1).optional(),
  JWT_ISSUER: httpUrl.optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  JWT_JWKS_URL: httpUrl.optional(),
  RATE_LIMIT_PER_MINUTE: wholeNumber.default(0),
  SIGNING_KEY_FILE: z.string().min(1).optional(),
  CHECKPOINT_DIR: z.string().min(1).optional(),
  SEAL_EVENTS: aboveZero.default(1_000),
  SEAL_SECONDS: aboveZero.optional(),
  REBUILD_READ_CONNECTIONS: aboveZero.default(3),
  REBUILD_EVENTS_PER_SECOND: wholeNumber.default(0),
  REPLAY_MESSAGES_MAX: wholeNumber.default(1_000),
  REPLAY_PER_SECOND: aboveZero.default(500),
  GROUP_WORKERS_PERCENT: percent.default(50),
  PARTNER_WORKERS_PERCENT: percent.default(25),
  PAUSE_OUTCOMES_MIN: aboveZero.default(20),
  PAUSE_ERROR_PERCENT: wholeNumber.refine((value) => value <= 100, 'must be at most 100').default(80),
  ALERT_DEAD_LETTERS: wholeNumber.default(10),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NODE_ENV: z.string().optional(),
});

export type Config = {
  readonly port: number;
  /** Where a role without the API answers probes and scrapers: only where it was told to, so that many fit on one machine. */
  readonly probePort: number | undefined;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** A replica of it that answers questions. */
  readonly readDatabaseUrl: string | undefined;
  readonly embedded: boolean;
  /** The log is in EventStoreDB instead of Postgres. */
  readonly eventStoreUrl: string | undefined;
  readonly erp: {
    readonly url: string | undefined;
    readonly token: string | undefined;
    /** How often it is asked what customers owe; 0: never. */
    readonly receivablesMs: number;
  };
  readonly wms: { readonly url: string | undefined; readonly token: string | undefined };
  readonly tax: {
    readonly url: string | undefined;
    readonly account: string | undefined;
    readonly licenseKey: string | undefined;
  };
  readonly seed: 'demo' | 'none';
  readonly simulatedWarehouse: 'auto' | 'manual';
  readonly role: Role;
  readonly keysFile: string | undefined;
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string } | undefined;
  /** Per credential; 0 = no limit. */
  readonly rateLimitPerMinute: number;
  readonly evidence: {
    /** The Ed25519 key that signs checkpoints; absent in embedded mode: one is made in the data folder. */
    readonly signingKeyFile: string | undefined;
    /** A second place for checkpoints, best one that cannot be rewritten. */
    readonly checkpointDir: string | undefined;
    readonly sealEvents: number;
    readonly sealMs: number;
  };
  /** Of the workers of a process: what a business unit, channel or node may take while others wait, and what a partner may take at all. */
  readonly workers: { readonly groupPercent: number; readonly partnerPercent: number };
  /** Master keys that wrap the keys of subjects; absent in embedded mode: one is made in the data folder. */
  readonly masterKeyFile: string | undefined;
  /** A group is paused by itself when more than `errorPercent` of at least `outcomesMin` steps within a minute failed; 100: never. */
  readonly pause: { readonly outcomesMin: number; readonly errorPercent: number };
  readonly rebuild: {
    /** What reads the log for rebuilds, proofs and previews of replays shares so many connections. */
    readonly readConnections: number;
    /** Of all rebuilds of a process together; 0: no limit. */
    readonly eventsPerSecond: number;
  };
  readonly replay: {
    /** A replay of more messages than this needs a second person. */
    readonly messagesMax: number;
    /** Of all replays of a process together. */
    readonly eventsPerSecond: number;
  };
  /** Readiness names a consumer that more than so many events, steps or messages are stuck at. */
  readonly alertDeadLetters: number;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

/** Every mistake of the environment at once, one sentence each, naming the variable. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length} mistake(s):\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}

const withoutEmpty = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));

/** The simulated one costs nothing to ask. */
const receivablesSeconds = 60;

const sealSeconds = 60;
/** Who tries the product out does not want to wait for a proof. */
const embeddedSealSeconds = 10;

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
  const partners = missing(['ERP_URL', 'WMS_URL', 'TAX_URL']);
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

const defaultPort = 3_000;

export const servesApi = (role: Role): boolean => role === 'all' || role === 'api';

/** Parses once. Throws `ConfigInvalid` with all mistakes. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const given = withoutEmpty(env);
  const result = environment.safeParse(given);
  const mistakes = [
    ...(result.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? []),
    ...crossChecks(given),
  ];
  if (!result.success || mistakes.length > 0) throw new ConfigInvalid(mistakes);
  const parsed = result.data;
  const embedded = parsed.DATABASE_URL === undefined;
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: jwksUrl } = parsed;
  return {
    port: parsed.PORT ?? defaultPort,
    probePort: servesApi(parsed.ROLE) ? undefined : parsed.PORT,
    host: parsed.HOST,
    dataDir: parsed.DATA_DIR,
    databaseUrl: parsed.DATABASE_URL,
    readDatabaseUrl: parsed.READ_DATABASE_URL,
    embedded,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    erp: {
      url: parsed.ERP_URL,
      token: parsed.ERP_TOKEN,
      receivablesMs: (parsed.RECEIVABLES_SECONDS ?? (parsed.ERP_URL === undefined ? 2 : receivablesSeconds)) * 1_000,
    },
    wms: { url: parsed.WMS_URL, token: parsed.WMS_TOKEN },
    tax: { url: parsed.TAX_URL, account: parsed.TAX_ACCOUNT, licenseKey: parsed.TAX_LICENSE_KEY },
    seed: parsed.SEED ?? (embedded ? 'demo' : 'none'),
    simulatedWarehouse: parsed.SIM_WMS,
    role: parsed.ROLE,
    keysFile: parsed.KEYS_FILE,
    jwt:
      issuer !== undefined && audience !== undefined && jwksUrl !== undefined
        ? { issuer, audience, jwksUrl }
        : undefined,
    rateLimitPerMinute: parsed.RATE_LIMIT_PER_MINUTE,
    evidence: {
      signingKeyFile: parsed.SIGNING_KEY_FILE,
      checkpointDir: parsed.CHECKPOINT_DIR,
      sealEvents: parsed.SEAL_EVENTS,
      sealMs: (parsed.SEAL_SECONDS ?? (embedded ? embeddedSealSeconds : sealSeconds)) * 1_000,
    },
    workers: { groupPercent: parsed.GROUP_WORKERS_PERCENT, partnerPercent: parsed.PARTNER_WORKERS_PERCENT },
    pause: { outcomesMin: parsed.PAUSE_OUTCOMES_MIN, errorPercent: parsed.PAUSE_ERROR_PERCENT },
    rebuild: {
      readConnections: parsed.REBUILD_READ_CONNECTIONS,
      eventsPerSecond: parsed.REBUILD_EVENTS_PER_SECOND,
    },
    replay: { messagesMax: parsed.REPLAY_MESSAGES_MAX, eventsPerSecond: parsed.REPLAY_PER_SECOND },
    alertDeadLetters: parsed.ALERT_DEAD_LETTERS,
    masterKeyFile: parsed.MASTER_KEY_FILE,
    logLevel: parsed.LOG_LEVEL,
  };
};
