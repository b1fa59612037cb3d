import type { Application } from '../commands/application.ts';
import type { AuditSampleCalls } from '../commands/calls/auditSamples.ts';
import type { ReportRunCalls } from '../commands/calls/reportRuns.ts';
import type { ShadowCalls } from '../commands/calls/shadowLedgers.ts';
import type { CaseCalls } from '../commands/cases/caseCalls.ts';
import type { InboundCalls } from '../commands/edi/receiveInterchange.ts';
import type { ResendCalls } from '../commands/edi/resendDocument.ts';
import type { EventConsumerCalls } from '../commands/eventConsumers/eventConsumerCalls.ts';
import type { ImportCalls } from '../commands/intake/calls.ts';
import type { AccessTrail } from '../commands/personal/accessTrail.ts';
import type { ErasureCalls } from '../commands/personal/eraseSubject.ts';
import type { Vault } from '../commands/personal/vault.ts';
import type { AgentDesk, Clock, IdempotencyStore, RequestTrail } from '../commands/ports.ts';
import type { PromotionCalls } from '../commands/promotion/calls.ts';
import type { ReconciliationCalls } from '../commands/reconciliation/calls.ts';
import type { SimulationCalls } from '../commands/simulation/calls.ts';
import type { DiscardCalls } from '../commands/steering/discards.ts';
import type { PauseCalls } from '../commands/steering/pauses.ts';
import type { RateLimitCalls } from '../commands/steering/rateLimits.ts';
import type { ReplayCalls } from '../commands/steering/replays.ts';
import type { WebhookCalls } from '../commands/webhooks/webhookCalls.ts';
import type { GroupCalls } from '../commands/workers/knownGroups.ts';
import type { EventFeed, EventStore } from '../domain/eventLog.ts';
import type { ExportStore, Signer, TreeReads } from '../domain/evidence/ports.ts';
import type { Authenticate } from './credentials.ts';
import type { PolicyStreams } from './evidence/policyStreams.ts';
import type { Reads } from './reads.ts';
import type { EventStream } from './stream/follow.ts';
import { type StreamTimes, streamTimes } from './stream/serverSentEvents.ts';

/** Structured log lines; the fields never hold secrets or personal data. Fits pino. */
export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

export type IdempotencyOutcome = 'executed' | 'resumed' | 'replayed' | 'in_progress' | 'reused' | 'released';

/** What the edge counts. `route` is the template, never the path: labels stay few. */
export type Metrics = {
  readonly observeRequest: (request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
    /** Of the problem that it was answered with. */
    readonly code: string | undefined;
  }) => void;
  readonly countIdempotency: (outcome: IdempotencyOutcome) => void;
  /** The Prometheus text and its content type. */
  readonly expose: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Traces; both functions do nothing unless tracing is configured. */
export type Tracing = {
  /** Runs `work` in a span; `traceparent` is the caller's, when there is one. */
  readonly inSpan: <T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    traceparent?: string,
  ) => Promise<T>;
  readonly currentTraceparent: () => string | undefined;
};

/** One part that must work before requests are sent here. */
export type HealthCheck = {
  readonly name: string;
  readonly check: () => Promise<{ readonly ready: boolean; readonly detail?: string }>;
};

export type ApiConfig = {
  /** Requests per minute and credential; 0 = no limit. */
  readonly rateLimitPerMinute: number;
  /** After this long a command is answered 503 and may be sent again under the same key. */
  readonly commandTimeoutMs: number;
  /** An idempotency claim without an answer may be taken over after this long. More than `commandTimeoutMs`. */
  readonly claimLeaseMs: number;
  /** How long `X-Min-Position` waits. */
  readonly minPositionWaitMs: number;
  /** Out of so many lines a sample is drawn within `commandTimeoutMs`, also on a busy machine. */
  readonly samplePopulationMax: number;
  /** An export is made in memory and kept whole. */
  readonly exportEventsMax: number;
  readonly streamTimes: StreamTimes;
  readonly version: string;
};

export const defaultApiConfig: ApiConfig = {
  rateLimitPerMinute: 0,
  commandTimeoutMs: 20_000,
  claimLeaseMs: 30_000,
  minPositionWaitMs: 2_000,
  samplePopulationMax: 500_000,
  exportEventsMax: 10_000,
  streamTimes,
  version: '0.1.0',
};

export type Operations = ReplayCalls &
  DiscardCalls &
  CaseCalls &
  ResendCalls &
  ReconciliationCalls &
  ReportRunCalls &
  AuditSampleCalls &
  ShadowCalls &
  PromotionCalls &
  SimulationCalls &
  ImportCalls &
  PauseCalls &
  RateLimitCalls &
  GroupCalls &
  ErasureCalls &
  WebhookCalls &
  EventConsumerCalls &
  InboundCalls;

type RetryPolicy = {
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  readonly jitter: 'FULL';
  readonly repeats: Readonly<Record<string, 'ALWAYS' | 'WHEN_REPEATABLE' | 'NEVER'>>;
  readonly concurrentMax: number;
  readonly queuedMax: number;
  readonly breakerFailures: number;
  readonly breakerOpenMs: number;
};

/** An outside system: what goes there, by whose words, and how calls of it are repeated. */
export type Adapter = {
  readonly name: string;
  /** A worker of its own asks it, or tells it something; no step goes there. */
  readonly hasOwnWorker?: true;
  /** The system whose agent carries its calls; absent: it is called at its address. */
  readonly agentOf?: string;
  readonly protocol: 'REST' | 'SOAP' | 'FILE';
  /** Steps, or what it is asked for and told, and of which business units; `*`: of all that no other adapter is named for. */
  readonly routes: readonly { readonly message: string; readonly businessUnits: readonly string[] }[];
  /** Of the code that translates: with another one the same may be said in other words. */
  readonly mappingVersion: string;
  /** Null: files are written and read, and nothing is called. */
  readonly retryPolicy: RetryPolicy | null;
};

/** The offline verifier as this version makes it: a program for Node and a page, each a single file. */
export type Verifier = {
  readonly version: string;
  /** Of `program`. */
  readonly sha256: string;
  readonly program: string;
  readonly page: string;
};

/** The Merkle tree over the log, where policies lie, and the program that checks a bundle without us. */
export type Evidence = {
  readonly tree: TreeReads;
  readonly policyStreams: PolicyStreams;
  readonly verifier: () => Promise<Verifier>;
  readonly exports: ExportStore;
  /** Signs exports; absent: this process has no key. */
  readonly signer: Signer | undefined;
};

export type PersonalText = Pick<Vault, 'open'> & Pick<AccessTrail, 'note'>;

export type ApiDeps = {
  readonly application: Application;
  /** What keeps the service going: not about orders, goods or money. */
  readonly operations: Operations;
  readonly adapters: readonly Adapter[];
  /** Where agents come, and the systems that are called through one. */
  readonly agents: { readonly desk: AgentDesk; readonly systems: readonly string[] };
  readonly reads: Reads;
  /** Who reads canonical events as they come. */
  readonly eventStream: EventStream;
  readonly claims: IdempotencyStore;
  /** The raw truth for the audit routes. */
  readonly log: { readonly store: EventStore; readonly feed: EventFeed };
  readonly evidence: Evidence;
  readonly personal: PersonalText;
  /** What was asked and is not in the log. */
  readonly requestTrail: RequestTrail;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly health: readonly HealthCheck[];
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly logger: Log;
  readonly config: ApiConfig;
};

export const noTracing: Tracing = {
  inSpan: (_name, _attributes, work) => work(),
  currentTraceparent: () => undefined,
};
