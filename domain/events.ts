import type { AllocationEvent } from './allocation/events.ts';
import type { ApprovalEvent } from './approval/events.ts';
import type { AuditSampleDrawn } from './auditSample/events.ts';
import type { CreditEvent } from './credit/events.ts';
import type { DepositEvent } from './deposit/events.ts';
import type { MessagesDiscarded } from './discard/events.ts';
import type { DropShipEvent } from './dropShip/events.ts';
import type { StockAdviceRequested } from './edi/adviceEvents.ts';
import type { InboundDocumentEvent } from './edi/inboundEvents.ts';
import type { PartnerDocumentBegun, PartnerDocumentMade } from './edi/madeEvents.ts';
import type { PayloadsRemoved } from './edi/retentionEvents.ts';
import type { EventConsumerEvent } from './eventConsumer/events.ts';
import type { Recorded } from './eventLog.ts';
import type { EvidenceEvent } from './evidence/events.ts';
import type { CaseEvent } from './exceptionCase/events.ts';
import type { ImportEvent } from './intake/events.ts';
import type { InvoiceEvent, NumberingEvent } from './invoice/events.ts';
import type { GlCorrectionEvent } from './ledger/correctionEvents.ts';
import type { GlBatchEvent, PeriodEvent } from './ledger/events.ts';
import type { MasterDataEvent } from './masterData/events.ts';
import type { OrderEvent } from './order/events.ts';
import type { IntentsIssued } from './orderToCash/events.ts';
import type { PauseEvent } from './pause/events.ts';
import type { PersonalDataEvent } from './personal/events.ts';
import type { PromotionEvent } from './promotion/events.ts';
import type { RateLimitEvent } from './rateLimit/events.ts';
import type { RebuildEvent } from './rebuild/events.ts';
import type { ReconciliationEvent } from './reconciliation/events.ts';
import type { ReplayEvent } from './replay/events.ts';
import type { ReportRunRecorded } from './reportRun/events.ts';
import type { ReservationEvent } from './reservation/events.ts';
import type { ReturnEvent } from './returns/events.ts';
import type { ShadowEvent } from './shadow/events.ts';
import type { ShipmentEvent } from './shipment/events.ts';
import type { SimulationEvent } from './simulation/events.ts';
import type { StockEvent } from './stock/events.ts';
import type { StockSnapshotTold } from './stockSnapshot/events.ts';
import type { TransferEvent } from './transfer/events.ts';
import type { WebhookEvent } from './webhook/events.ts';

/** The catalogue: every event type that this product writes. The codec refuses any other. */
export type DomainEvent =
  | OrderEvent
  | AllocationEvent
  | StockEvent
  | StockSnapshotTold
  | ShipmentEvent
  | TransferEvent
  | ReturnEvent
  | DropShipEvent
  | InvoiceEvent
  | DepositEvent
  | NumberingEvent
  | CreditEvent
  | PeriodEvent
  | GlBatchEvent
  | GlCorrectionEvent
  | ShadowEvent
  | MasterDataEvent
  | PromotionEvent
  | ApprovalEvent
  | RebuildEvent
  | ReplayEvent
  | MessagesDiscarded
  | CaseEvent
  | ReconciliationEvent
  | ReportRunRecorded
  | AuditSampleDrawn
  | ReservationEvent
  | PauseEvent
  | RateLimitEvent
  | SimulationEvent
  | ImportEvent
  | IntentsIssued
  | EvidenceEvent
  | PersonalDataEvent
  | WebhookEvent
  | EventConsumerEvent
  | PartnerDocumentBegun
  | PartnerDocumentMade
  | PayloadsRemoved
  | StockAdviceRequested
  | InboundDocumentEvent;

export type EventType = DomainEvent['type'];

export type DataOf<T extends EventType> = Extract<DomainEvent, { type: T }>['data'];

/** A recorded event narrowed by its type. */
export type RecordedOf<T extends EventType> = Recorded<Extract<DomainEvent, { type: T }>>;

export type RecordedDomainEvent = { readonly [T in EventType]: RecordedOf<T> }[EventType];
