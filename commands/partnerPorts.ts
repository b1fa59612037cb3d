import type { ReleaseLine } from '../domain/allocation/events.ts';
import type { ShippingAdviceReceived } from '../domain/edi/inboundEvents.ts';
import type { SealedJournal } from '../domain/ledger/events.ts';
import type { AcceptedLine, Charge } from '../domain/order/events.ts';

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
  /** The partner does not want to be asked before so many milliseconds have passed; 0: it did not say. */
  readonly retryAfterMs: number;
  constructor(
    partner: string,
    detail: string,
    options: { cause?: unknown; class?: PartnerTrouble; retryAfterMs?: number } = {},
  ) {
    super(detail, { cause: options.cause });
    this.partner = partner;
    this.class = options.class ?? 'UNAVAILABLE';
    this.retryAfterMs = options.retryAfterMs ?? 0;
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

/** They have it and have not answered, as an ERP that takes files. Asked again with the same ids after so long, they may have. */
export type ErpPending = { readonly kind: 'pending'; readonly askAgainMs: number };

/** All calls are safe to repeat with the same ids: the adapter finds before it creates. All throw `PartnerUnavailable`. */
export type Erp = {
  readonly system: string;
  readonly registerOrder: (
    order: ErpOrder,
  ) => Promise<{ readonly kind: 'registered'; readonly erpNumber: string } | ErpPending | PartnerRefusal>;
  /**
   * The ERP is to hold the order as it is here, after so many `changes`; what it has of later ones stays. Without lines:
   * nothing of it is left.
   */
  readonly changeOrder: (
    order: ErpOrder & { readonly erpNumber: string; readonly changes: number },
  ) => Promise<{ readonly kind: 'changed' } | ErpPending | PartnerRefusal>;
  readonly importJournals: (batch: {
    readonly batchId: string;
    readonly bu: string;
    readonly ledger: string;
    readonly period: string;
    readonly journals: readonly SealedJournal[];
    readonly contentSha256: string;
  }) => Promise<{ readonly kind: 'imported'; readonly fileSha256: string } | PartnerRefusal>;
  /**
   * Batch ids are unique within a business unit. `pending` while the ERP still works on it. `notUnderstood`: where it said
   * something else that makes no sense, for a person to look at.
   */
  readonly journalOutcomes: (
    bu: string,
    batchId: string,
  ) => Promise<
    | { readonly kind: 'pending'; readonly askAgainMs?: number }
    | { readonly kind: 'done'; readonly journals: readonly JournalOutcome[]; readonly notUnderstood?: string }
  >;
};

/**
 * The ERPs that there are. Each business unit belongs to one; what one has taken of it stays with that one, also when the
 * business unit moves to another.
 */
export type ErpSystems = {
  readonly of: (bu: string) => Erp;
  /** Undefined: it is configured no more. */
  readonly named: (system: string) => Erp | undefined;
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

/** Base units. A warehouse knows a kit by its components alone. */
export type WarehouseLine = { readonly lineId: string; readonly component?: string; readonly qty: string };

/** What a warehouse tells us, already translated; `messageId` is theirs and never repeats for another content. */
export type WarehouseMessage =
  | {
      readonly kind: 'PICKED';
      readonly messageId: string;
      readonly shipmentId: string;
      readonly pickId: string;
      readonly pickedAt: string;
      readonly lines: readonly WarehouseLine[];
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
      readonly lines: readonly (WarehouseLine & {
        readonly lots: readonly string[];
        readonly serials: readonly string[];
      })[];
    }
  | {
      readonly kind: 'SHORTED';
      readonly messageId: string;
      readonly shipmentId: string;
      readonly lines: readonly (WarehouseLine & { readonly cause: string })[];
    }
  /** A whole 945 as it was received: which of our lines it is about shows when it is taken. */
  | ({
      readonly kind: 'ADVISED';
      readonly messageId: string;
      readonly shipmentId: string;
      /** The event that keeps it, and the bytes that it was in. */
      readonly eventId: string;
      readonly payloadSha256?: string;
    } & Pick<
      ShippingAdviceReceived['data'],
      'partner' | 'confirmationId' | 'shippedAt' | 'carrier' | 'tracking' | 'lines'
    >);

/** A message of the feed that makes no sense to us. It keeps its place before the later ones of its shipment. */
export type NotUnderstood = {
  readonly kind: 'NOT_UNDERSTOOD';
  /** Made of its place in the feed: what it says of itself is not to be trusted. */
  readonly messageId: string;
  /** Null: not even that can be read. */
  readonly shipmentId: string | null;
  /** Under which id it came, so that it can be told again in better words. */
  readonly theirId: string | null;
  /** Where it is wrong; never what was in it. */
  readonly detail: string;
  /** Their JSON, whole. */
  readonly content: string;
};

export type FeedMessage = WarehouseMessage | NotUnderstood;

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
    readonly lines: readonly WarehouseLine[];
  }) => Promise<{ readonly kind: 'stopped'; readonly lines: readonly WarehouseLine[] } | PartnerRefusal>;
  /**
   * Messages after `cursor`, oldest first, waiting up to `waitMs` for one. Duplicates and reordering are possible. One that is
   * not understood is among them.
   */
  readonly messages: (
    cursor: string,
    waitMs: number,
    signal: AbortSignal,
  ) => Promise<{ readonly messages: readonly FeedMessage[]; readonly cursor: string }>;
  /** What such a message tells by what is known today: perhaps still nothing that is understood, or nothing at all. */
  readonly understand: (message: NotUnderstood) => readonly FeedMessage[];
};

export type {
  ErpBook,
  HeldOrder,
  OrderProgress,
  PostedBatch,
  PostedDocument,
  UntakenOrder,
} from './ports/erpBook.ts';
export type { FraudAnswer, FraudEngine, FraudRequest } from './ports/fraud.ts';
export type { Tax, TaxCommit, TaxDocumentKind, TaxRequest } from './ports/tax.ts';
export type { CountedStock, WarehouseStock } from './ports/warehouseStock.ts';
