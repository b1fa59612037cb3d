import type { ReleaseLine } from '../domain/allocation/events.ts';
import type { EventFeed, EventStore, Metadata, Position } from '../domain/eventLog.ts';
import type { TaxLine } from '../domain/invoice/events.ts';
import type { SealedJournal } from '../domain/ledger/events.ts';
import type { AcceptedLine, Charge } from '../domain/order/events.ts';
import type { Intent } from '../domain/orderToCash/events.ts';
import type { Paused } from '../domain/pause/events.ts';
import type { ClaimedForEver } from './claimPorts.ts';
import type { StuckBoard, StuckItem, Trouble } from './stuckPorts.ts';

export type {
  BusinessClaim,
  Claim,
  ClaimedForEver,
  ClaimRequest,
  IdempotencyStore,
  StoredAnswer,
} from './claimPorts.ts';
export type { Paused };
export type { Controls, LaneRetry } from './controls.ts';
export type { HeldItem, OpenStep, WorkerLanes } from './lanePorts.ts';
export type { ErpLookup, PartnerLookups, TaxLookup, WmsLookup } from './lookupPorts.ts';
export type { CountedLane, ReplayBoard } from './replayPorts.ts';
export type { EventFeed, EventStore, StuckBoard, StuckItem, Trouble };

/** The only clock of the write side: RFC 3339 UTC with milliseconds. */
export type Clock = () => string;

/** Who asks, and under which id. Two executions with the same `commandId` have one effect. */
export type CommandContext = {
  readonly commandId: string;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: Metadata['actor'];
  readonly source: Metadata['source'];
  readonly policy?: Metadata['policy'];
  readonly reason?: Metadata['reason'];
  readonly traceparent?: string;
  /** What came of the command's business key, when it was claimed together with the key of the request. */
  readonly businessKey?: ClaimedForEver;
};

/** What a client can quote later. */
export type Receipt = {
  readonly commandId: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
};

/** One stored intent. Rows of one lane are handed out one at a time, oldest first. */
export type OutboxItem = Intent & {
  readonly process: string;
  readonly key: string;
  readonly bu: string;
  readonly causeEventId: string;
  readonly causePosition: string;
  readonly correlationId: string;
  readonly attempts: number;
  /** What it can be held by, beside business unit and lane. The channel stands on the first steps of an order only. */
  readonly partner?: string | null;
  readonly node?: string | null;
  readonly channel?: string | null;
};

/** Layer three: intents, keyed by cause and step. Filled from the `pm-` streams with the checkpoint in the same transaction. */
export type Outbox = {
  /** Stores intents that are not there yet and moves the checkpoint `from` → `to` in one transaction. False: someone else moved it; read again. */
  readonly store: (
    items: readonly Omit<OutboxItem, 'attempts'>[],
    checkpoint: { readonly name: string; readonly from: Position | 'start'; readonly to: Position },
  ) => Promise<boolean>;
  /** Leases up to `limit` due items, at most one per lane; nothing that is `held`, nor what waits behind it. */
  readonly take: (
    worker: string,
    limit: number,
    leaseMs: number,
    held?: readonly Paused[],
  ) => Promise<readonly OutboxItem[]>;
  readonly done: (intentIds: readonly string[]) => Promise<void>;
  /** Puts an item back for later; it stays first in its lane. Without a kind it is STUCK. */
  readonly retry: (
    intentId: string,
    error: Omit<Trouble, 'kind'> & { readonly kind?: Trouble['kind'] | 'WAITING' },
    delayMs: number,
  ) => Promise<void>;
  /** Resolves when something may be due. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  readonly counts: () => Promise<{
    readonly waiting: number;
    readonly retrying: number;
    readonly oldestSeconds: number;
  }>;
};

export type Checkpoints = {
  readonly read: (name: string) => Promise<Position | 'start'>;
  /** Compare-and-swap; false when another worker moved it. */
  readonly advance: (name: string, from: Position | 'start', to: Position) => Promise<boolean>;
};

/** Efficiency, not safety: correctness rests on compare-and-swap and revisions. */
export type Leases = {
  /** Runs `work` while holding `name`; its signal aborts when the lease is lost. Returns false when another worker holds it. */
  readonly whileHeld: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
};

/** Our id ↔ their id. Never part of an event. */
export type CrossReferences = {
  readonly put: (system: string, kind: string, ourId: string, theirId: string) => Promise<void>;
  readonly theirs: (system: string, kind: string, ourId: string) => Promise<string | undefined>;
  readonly ours: (system: string, kind: string, theirId: string) => Promise<string | undefined>;
};

/**
 * Why a partner gave no usable answer. `BUSY`, `BREAKER_OPEN`, `BULKHEAD_FULL` and `CREDENTIALS`: it certainly did nothing.
 * `AMBIGUOUS`: it holds two documents for one of ours, and a person has to say which.
 */
export type PartnerTrouble =
  | 'UNAVAILABLE'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'BUSY'
  | 'SERVER_ERROR'
  | 'BREAKER_OPEN'
  | 'BULKHEAD_FULL'
  | 'CREDENTIALS'
  | 'BAD_RESPONSE'
  | 'AMBIGUOUS'
  | 'ABORTED';

/** The other side is away, slow or broken: try again later. Retries, breaker and timeouts are the adapter's. */
export class PartnerUnavailable extends Error {
  override readonly name = 'PartnerUnavailable';
  readonly partner: string;
  readonly class: PartnerTrouble;
  constructor(partner: string, detail: string, options: { cause?: unknown; class?: PartnerTrouble } = {}) {
    super(detail, { cause: options.cause });
    this.partner = partner;
    this.class = options.class ?? 'UNAVAILABLE';
  }
}

/** The other side understood and said no. Trying again changes nothing. */
export type PartnerRefusal = { readonly kind: 'refused'; readonly code: string; readonly detail: string };

export type ErpOrder = {
  readonly orderId: string;
  readonly bu: string;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly billTo: string;
  readonly shipTo: { readonly id: string };
  readonly currency: string;
  readonly requestedDate: string;
  readonly lines: readonly AcceptedLine[];
  readonly charges: readonly Charge[];
};

export type JournalOutcome =
  | { readonly journalId: string; readonly outcome: 'ACKNOWLEDGED'; readonly erpDocument: string }
  | { readonly journalId: string; readonly outcome: 'REJECTED'; readonly code: string; readonly detail: string };

/** All calls are safe to repeat with the same ids: the adapter finds before it creates. All throw `PartnerUnavailable`. */
export type Erp = {
  readonly system: string;
  readonly registerOrder: (
    order: ErpOrder,
  ) => Promise<{ readonly kind: 'registered'; readonly erpNumber: string } | PartnerRefusal>;
  readonly importJournals: (batch: {
    readonly batchId: string;
    readonly bu: string;
    readonly ledger: string;
    readonly period: string;
    readonly journals: readonly SealedJournal[];
    readonly contentSha256: string;
  }) => Promise<{ readonly kind: 'imported'; readonly fileSha256: string } | PartnerRefusal>;
  /** `pending` while the ERP still works on it. */
  readonly journalOutcomes: (
    batchId: string,
  ) => Promise<{ readonly kind: 'pending' } | { readonly kind: 'done'; readonly journals: readonly JournalOutcome[] }>;
};

export type WarehouseRelease = {
  readonly releaseId: string;
  readonly shipmentId: string;
  readonly orderId: string;
  readonly bu: string;
  readonly node: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  readonly lines: readonly ReleaseLine[];
};

/** What a warehouse tells us, already translated; `messageId` is theirs and never repeats for another content. */
export type WarehouseMessage =
  | {
      readonly kind: 'PICKED';
      readonly messageId: string;
      readonly shipmentId: string;
      readonly pickId: string;
      readonly pickedAt: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
    }
  | {
      readonly kind: 'SHIPPED';
      readonly messageId: string;
      readonly shipmentId: string;
      readonly confirmationId: string;
      readonly shippedAt: string;
      readonly carrier?: string;
      readonly tracking: readonly string[];
      readonly freightCost?: { readonly amount: string; readonly currency: string };
      readonly lines: readonly {
        readonly lineId: string;
        readonly qty: string;
        readonly lots: readonly string[];
        readonly serials: readonly string[];
      }[];
    }
  | {
      readonly kind: 'SHORTED';
      readonly messageId: string;
      readonly shipmentId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string; readonly cause: string }[];
    };

export type Wms = {
  readonly system: string;
  readonly release: (
    release: WarehouseRelease,
  ) => Promise<{ readonly kind: 'accepted'; readonly warehouseReference: string } | PartnerRefusal>;
  /** Asks the warehouse to stop. The answer is what will certainly not ship, per line, possibly 0; `changeId` makes it repeatable. */
  readonly stop: (request: {
    readonly changeId: string;
    readonly releaseId: string;
    readonly shipmentId: string;
    readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
  }) => Promise<
    | { readonly kind: 'stopped'; readonly lines: readonly { readonly lineId: string; readonly qty: string }[] }
    | PartnerRefusal
  >;
  /** Messages after `cursor`, oldest first, waiting up to `waitMs` for one. Duplicates and reordering are possible. */
  readonly messages: (
    cursor: string,
    waitMs: number,
    signal: AbortSignal,
  ) => Promise<{ readonly messages: readonly WarehouseMessage[]; readonly cursor: string }>;
};

export type TaxRequest = {
  readonly docCode: string;
  readonly bu: string;
  readonly customer: string;
  readonly customerTaxCode: string;
  readonly date: string;
  readonly currency: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  /** `amount` in minor units after discount; `engineCode` is the tax engine's code for the goods or charge. */
  readonly lines: readonly {
    readonly reference: string;
    readonly item: string;
    readonly engineCode: string;
    readonly qty: string;
    readonly amount: string;
  }[];
};

export type Tax = {
  readonly engine: string;
  readonly calculate: (request: TaxRequest) => Promise<
    | {
        readonly kind: 'calculated';
        readonly docCode: string;
        readonly lines: readonly TaxLine[];
        readonly tax: string;
      }
    | PartnerRefusal
  >;
  readonly commit: (
    bu: string,
    docCode: string,
  ) => Promise<{ readonly kind: 'committed'; readonly tax: string } | PartnerRefusal>;
  readonly void: (bu: string, docCode: string) => Promise<{ readonly kind: 'voided' } | PartnerRefusal>;
};
