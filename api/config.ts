import { type Role, readEnvironment } from './environment.ts';
import type { ErpSystems } from './erpSystems.ts';
import type { TlsFiles } from './tlsFiles.ts';

export type Config = {
  readonly port: number;
  /** Where a role without the API answers probes and scrapers: only where it was told to, so that many fit on one machine. */
  readonly probePort: number | undefined;
  readonly host: string;
  /** Absent: plain HTTP. */
  readonly tls: TlsFiles | undefined;
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
    /** Beside the one above; each without an address is simulated. */
    readonly systems: ErpSystems;
    /** Whose business units are whose; `*`: of all others. */
    readonly routes: ReadonlyMap<string, string>;
  };
  /** How long after a comparison with a partner the next one begins; 0: only when somebody asks. */
  readonly reconcileMs: number;
  /** The bytes of partners' messages are kept for so many days; 0: for ever. */
  readonly payloadDays: number;
  /** Refused commands and looks at the books are kept for so many days; 0: for ever. */
  readonly requestTrailDays: number;
  readonly wms: { readonly url: string | undefined; readonly token: string | undefined };
  readonly tax: {
    readonly url: string | undefined;
    readonly account: string | undefined;
    readonly licenseKey: string | undefined;
  };
  readonly fraud: { readonly url: string | undefined; readonly apiKey: string | undefined };
  readonly crm: {
    /** Absent: none, or a simulator in embedded mode. */
    readonly url: string | undefined;
    readonly token: string | undefined;
    /** How often it is asked which accounts were changed. */
    readonly pollMs: number;
    /** Changes of accounts may become visible so much later than others that were made after them. */
    readonly overlapMs: number;
  };
  /** May read the read models and nothing else; absent: nobody but the service may. */
  readonly analyticsRole: string | undefined;
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
  /** Public keys of the environments whose policies may be proposed here, as base64 of 32 bytes. */
  readonly promotionKeys: readonly string[];
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
  /** What imports of files may take of the time, 1 to 100. */
  readonly imports: { readonly sharePercent: number };
  readonly webhooks: {
    /** Private networks, as CIDR, that notices may be sent to. */
    readonly networks: readonly string[];
    /** Whether `http:` will do. */
    readonly plainHttp: boolean;
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

const receivablesSeconds = 60;
/** The simulated ERP costs nothing to ask. */
const simulatedReceivablesSeconds = 2;

const crmSeconds = 60;
/** Neither does the simulated CRM, and whoever tries it out does not want to wait. */
const simulatedCrmSeconds = 2;

const reconcileSeconds = 900;
/** Who tries the product out wants to see what it does. */
const embeddedReconcileSeconds = 60;

const embeddedAnalyticsRole = 'throughline_analytics';

const sealSeconds = 60;
/** Who tries the product out does not want to wait for a proof. */
const embeddedSealSeconds = 10;

/** Whoever tries the product out listens on this machine. */
const loopback = ['127.0.0.0/8', '::1/128'];

const defaultPort = 3_000;

export const servesApi = (role: Role): boolean => role === 'all' || role === 'api';

/** Parses once. Throws `ConfigInvalid` with all mistakes. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const read = readEnvironment(env);
  if ('mistakes' in read) throw new ConfigInvalid(read.mistakes);
  const parsed = read.variables;
  const embedded = parsed.DATABASE_URL === undefined;
  const { TLS_CERT_FILE: certificateFile, TLS_KEY_FILE: keyFile } = parsed;
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: jwksUrl } = parsed;
  return {
    port: parsed.PORT ?? defaultPort,
    probePort: servesApi(parsed.ROLE) ? undefined : parsed.PORT,
    host: parsed.HOST,
    tls: certificateFile !== undefined && keyFile !== undefined ? { certificateFile, keyFile } : undefined,
    dataDir: parsed.DATA_DIR,
    databaseUrl: parsed.DATABASE_URL,
    readDatabaseUrl: parsed.READ_DATABASE_URL,
    embedded,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    erp: {
      url: parsed.ERP_URL,
      token: parsed.ERP_TOKEN,
      receivablesMs:
        1_000 *
        (parsed.RECEIVABLES_SECONDS ??
          (parsed.ERP_URL === undefined ? simulatedReceivablesSeconds : receivablesSeconds)),
      systems: parsed.ERP_SYSTEMS,
      routes: parsed.ERP_ROUTES,
    },
    reconcileMs: 1_000 * (parsed.RECONCILE_SECONDS ?? (embedded ? embeddedReconcileSeconds : reconcileSeconds)),
    payloadDays: parsed.PAYLOAD_DAYS,
    requestTrailDays: parsed.REQUEST_TRAIL_DAYS,
    wms: { url: parsed.WMS_URL, token: parsed.WMS_TOKEN },
    tax: { url: parsed.TAX_URL, account: parsed.TAX_ACCOUNT, licenseKey: parsed.TAX_LICENSE_KEY },
    fraud: { url: parsed.FRAUD_URL, apiKey: parsed.FRAUD_API_KEY },
    crm: {
      url: parsed.CRM_URL,
      token: parsed.CRM_TOKEN,
      pollMs: 1_000 * (parsed.CRM_SECONDS ?? (parsed.CRM_URL === undefined ? simulatedCrmSeconds : crmSeconds)),
      overlapMs: 1_000 * parsed.CRM_OVERLAP_SECONDS,
    },
    analyticsRole: parsed.ANALYTICS_ROLE ?? (embedded ? embeddedAnalyticsRole : undefined),
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
    promotionKeys: parsed.PROMOTION_KEYS ?? [],
    workers: { groupPercent: parsed.GROUP_WORKERS_PERCENT, partnerPercent: parsed.PARTNER_WORKERS_PERCENT },
    pause: { outcomesMin: parsed.PAUSE_OUTCOMES_MIN, errorPercent: parsed.PAUSE_ERROR_PERCENT },
    rebuild: {
      readConnections: parsed.REBUILD_READ_CONNECTIONS,
      eventsPerSecond: parsed.REBUILD_EVENTS_PER_SECOND,
    },
    replay: { messagesMax: parsed.REPLAY_MESSAGES_MAX, eventsPerSecond: parsed.REPLAY_PER_SECOND },
    imports: { sharePercent: parsed.IMPORT_SHARE_PERCENT },
    webhooks: { networks: parsed.WEBHOOK_NETWORKS ?? (embedded ? loopback : []), plainHttp: embedded },
    alertDeadLetters: parsed.ALERT_DEAD_LETTERS,
    masterKeyFile: parsed.MASTER_KEY_FILE,
    logLevel: parsed.LOG_LEVEL,
  };
};
