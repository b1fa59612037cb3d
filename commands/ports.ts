import type { EventFeed, EventStore, Metadata, Position } from '../domain/eventLog.ts';
import type { Intent } from '../domain/orderToCash/events.ts';
import type { Paused } from '../domain/pause/events.ts';
import type { ClaimedForEver, ClaimToMake } from './ports/claim.ts';
import type {
  MessageDiscard,
  MessageDiscards,
  ParkedMessage,
  ParkedMessages,
  StuckBoard,
  StuckItem,
  Trouble,
} from './ports/stuck.ts';
import type { GroupRate } from './steering/controls.ts';

export type {
  AnsweredClaim,
  BusinessClaim,
  Claim,
  ClaimedForEver,
  ClaimingAppends,
  ClaimOfAppend,
  ClaimReads,
  ClaimRequest,
  ClaimToMake,
  IdempotencyStore,
  KeysTaken,
  Receipt,
  StoredAnswer,
} from './ports/claim.ts';
export type { Paused };
export type {
  AnsweredGroup,
  InboundX12,
  OpenedInterchange,
  OrderMapping,
  PlaceInSet,
  ReadAcknowledgement,
  ReadAdvice,
  ReadChange,
  ReadInterchangeAcknowledgement,
  ReadOrder,
  ReadStockReport,
} from './edi/inboundPorts.ts';
export type { OldPayload, PayloadStore, StoredPayload } from './edi/payloadPorts.ts';
export type { DocumentRenumberer } from './edi/resendDocument.ts';
export type { UnmadeDocument, UnmadeDocuments } from './edi/unmadeDocuments.ts';
export type { WaitingAnswer, WaitingAnswers } from './edi/waitingAnswers.ts';
export type {
  AgentCall,
  AgentDesk,
  CarriedAnswer,
  CarryCall,
  CarryOutcome,
  HandedCall,
  PresentAgent,
} from './ports/agent.ts';
export type { CrmAccounts, CrmPage, CrmPlace, CrmQuoteRow, CrmQuotes, CrmRow, CrmRowHead } from './ports/crm.ts';
export type { Acknowledged, EventConsumerPlaces } from './ports/eventConsumers.ts';
export type {
  ImportBoard,
  ImportFiles,
  ImportProgress,
  ReadCsv,
  RefusedRow,
} from './ports/intake.ts';
export type { KeyTimes, MasterKeys, NewKey, Rewrapped, SubjectKey, SubjectKeys, WrappedKey } from './ports/key.ts';
export type { HeldItem, OpenStep, WorkerLanes } from './ports/lane.ts';
export type { ErpLookup, FraudLookup, PartnerLookups, TaxLookup, WmsLookup } from './ports/lookup.ts';
export type {
  AcknowledgementContent,
  ChangeAnswerContent,
  DocumentContent,
  DocumentWriter,
  InvoiceContent,
  OrderedDocument,
  OrderedLine,
  PartnerWords,
  ShipNoticeContent,
  ShippingOrderContent,
  StockAdviceContent,
} from './ports/partnerDocument.ts';
export type { ErpReceivables, ReceivablesFigure } from './ports/receivable.ts';
export type { CountedLane, ReplayBoard } from './ports/replay.ts';
export type { OldRequests, RequestTrail, TrailEntry } from './ports/requestTrail.ts';
export type { EarlierOrder, SightedOrders, Sighting } from './ports/sighting.ts';
export type { Snapshot, SnapshotStore } from './ports/snapshot.ts';
export type { KeptLane } from './ports/stuck.ts';
export type {
  DueDelivery,
  LaneNotice,
  NewDelivery,
  Tried,
  WebhookAnswer,
  WebhookDeliveries,
  WebhookObjection,
  WebhookTransport,
} from './ports/webhook.ts';
export type { Controls, GroupRate, LaneRetry } from './steering/controls.ts';
export type {
  EventFeed,
  EventStore,
  MessageDiscard,
  MessageDiscards,
  ParkedMessage,
  ParkedMessages,
  StuckBoard,
  StuckItem,
  Trouble,
};

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
  /**
   * Keys that are claimed, with their answers, by the one append that the command comes to: the request's own first. Where
   * there is no such append nothing is done and nothing claimed.
   */
  readonly claims?: readonly ClaimToMake[];
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
  /** As `domain/orderToCash/priorities.ts` says; what is lower goes first. */
  readonly priority: number;
  /** What it can be held by, beside business unit and lane. The channel is that of the order, where it is about one. */
  readonly partner?: string | null;
  readonly node?: string | null;
  readonly channel?: string | null;
};

/** What may be taken. */
export type Which = {
  /** Nothing of these. */
  readonly held?: readonly Paused[];
  /** Of these no more than their rates allow by now; what is taken counts for every process. */
  readonly rates?: readonly GroupRate[];
  /** Only of this one. */
  readonly priority?: number | undefined;
};

/** `looksAnew`: it need not be stored while the same step with the same payload waits in its lane and was never taken. */
export type NewOutboxItem = Omit<OutboxItem, 'attempts'> & { readonly looksAnew?: true };

/** Layer three: intents, keyed by cause and step. Filled from the `pm-` streams with the checkpoint in the same transaction. */
export type Outbox = {
  /** Stores intents that are not there yet and moves the checkpoint `from` → `to` in one transaction. False: someone else moved it; read again. */
  readonly store: (
    items: readonly NewOutboxItem[],
    checkpoint: { readonly name: string; readonly from: Position | 'start'; readonly to: Position },
  ) => Promise<boolean>;
  /**
   * Leases up to `limit` due items, at most one per lane, by priority and then by age, and nothing that waits behind what
   * is left out.
   */
  readonly take: (worker: string, limit: number, leaseMs: number, which?: Which) => Promise<readonly OutboxItem[]>;
  readonly done: (intentIds: readonly string[]) => Promise<void>;
  /**
   * Puts an item back for later; it stays first in its lane. Without a kind it is STUCK. Nothing happens when the lease ran
   * out meanwhile and it was taken again: whoever has it now says what becomes of it.
   */
  readonly retry: (
    taken: Pick<OutboxItem, 'intentId' | 'attempts'>,
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

/** The workers that take steps, by name. All throw `LogUnavailable`. */
export type WorkerRegister = {
  readonly enter: (worker: string) => Promise<void>;
  readonly others: (worker: string) => Promise<readonly string[]>;
  /** It is gone: what it had taken may be taken at once. Says how many steps that were. */
  readonly remove: (worker: string) => Promise<number>;
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

/** Waiting without losing a wake-up. A caller is known by its signal. */
export type Wakeups = {
  /** Wakes everyone who waits. */
  readonly wake: () => void;
  /**
   * Resolves on the next wake-up, after a bounded wait, or when `signal` aborts; at once when a wake-up came between the
   * caller's last waking and this call.
   */
  readonly changed: (signal: AbortSignal) => Promise<void>;
};

/** Our id ↔ their id. Never part of an event. */
export type CrossReferences = {
  readonly put: (system: string, kind: string, ourId: string, theirId: string) => Promise<void>;
  readonly theirs: (system: string, kind: string, ourId: string) => Promise<string | undefined>;
  readonly ours: (system: string, kind: string, theirId: string) => Promise<string | undefined>;
};
