import type { Recorded } from '../domain/eventLog.ts';
import type { EventType, RecordedDomainEvent } from '../domain/events.ts';

/** The log holds something that this program does not know: a newer program wrote it. The reader must stop, not guess. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
  readonly type: string;
  readonly schemaVersion: number;
  constructor(event: Pick<Recorded, 'type' | 'stream' | 'revision' | 'metadata'>) {
    super(
      `${event.stream}@${event.revision} is ${event.type} version ${event.metadata.schemaVersion}, which this program does not know`,
    );
    this.type = event.type;
    this.schemaVersion = event.metadata.schemaVersion;
  }
}

/** Turns data of version n into data of version n + 1. Pure and total; invents no money and no quantity. */
export type Upcast = (data: unknown) => unknown;

/** Entry i turns version i + 1 into version i + 2, so an empty list means: only version 1 was ever written. */
const upcasts: Readonly<Record<EventType, readonly Upcast[]>> = {
  AccountMapPublished: [],
  AccrualRecorded: [],
  AccrualReversed: [],
  AcknowledgementReceived: [],
  AllocationDemandAdded: [],
  AllocationFulfilled: [],
  AllocationReleased: [],
  AllocationReleasedBack: [],
  AllocationReopened: [],
  AllocationReservationFailed: [],
  AllocationReservationLost: [],
  AllocationReserved: [],
  AllocationShorted: [],
  AllocationStarted: [],
  ApprovalDenied: [],
  ApprovalExpired: [],
  ApprovalGranted: [],
  ApprovalRequested: [],
  BackorderQueued: [],
  BackorderWithdrawn: [],
  BusinessUnitDefined: [],
  CarrierStatusRecorded: [],
  CaseAssigned: [],
  CaseClosed: [],
  CaseOpened: [],
  CaseResolved: [],
  ChannelReservationExtended: [],
  ChannelReservationMade: [],
  ChannelReservationReleased: [],
  CheckpointSealed: [],
  CreditLimitSet: [],
  CreditMemoDrafted: [],
  CreditMemoIssued: [],
  CreditRefused: [],
  CreditReleased: [],
  CreditReserved: [],
  CreditTaxCommitFailed: [],
  CreditTaxCommitted: [],
  CrossReferenceDefined: [],
  CustomerDefined: [],
  DepositApplied: [],
  DepositAssigned: [],
  DepositFreed: [],
  DepositReceived: [],
  DepositRefunded: [],
  DepositReleased: [],
  DisputeResolved: [],
  DropShipAcknowledged: [],
  DropShipCancelled: [],
  DropShipConfirmed: [],
  DropShipPlaced: [],
  DropShipRefused: [],
  ErpGateOpened: [],
  ErpOrderChanged: [],
  ErpOrderRefused: [],
  ErpOrderRegistered: [],
  EarlierPeriodAwaited: [],
  EvidenceExported: [],
  ExposureSynchronised: [],
  FraudCheckRequested: [],
  FraudCheckUnanswered: [],
  FraudDecisionRecorded: [],
  GlBatchAcknowledged: [],
  GlBatchExported: [],
  GlBatchSealed: [],
  GlEntriesRejected: [],
  GlRepostRequested: [],
  GlRestageRequested: [],
  GlReversalRequested: [],
  IntentsIssued: [],
  InterchangeAcknowledged: [],
  InterchangeReceived: [],
  InterchangeRepeated: [],
  InvoiceDisputed: [],
  InvoiceDrafted: [],
  InvoiceIssued: [],
  InvoicePosted: [],
  InvoicePostingRefused: [],
  InvoiceVoided: [],
  InvoiceWithdrawn: [],
  InvoiceWrittenOff: [],
  ItemDefined: [],
  ItemsPicked: [],
  LineBackordered: [],
  LineReturnedFromDropShip: [],
  LineRoutedToDropShip: [],
  MessagesDiscarded: [],
  NodeDefined: [],
  NumberAssigned: [],
  NumberWithheld: [],
  OrderAccepted: [],
  OrderClosed: [],
  OrderDepositsHeld: [],
  OrderHeld: [],
  OrderHoldReleased: [],
  OrderLineAdded: [],
  OrderLineCancelRefused: [],
  OrderLineCancelRequested: [],
  OrderLineCancelled: [],
  OrderLineChangeRefused: [],
  OrderLineChangeRequested: [],
  OrderLineChanged: [],
  OrderLineProgressed: [],
  OrderLineRepriced: [],
  OrderPriced: [],
  OrderSubmitted: [],
  OrderValidated: [],
  PartnerDefined: [],
  PartnerDocumentBegun: [],
  PartnerDocumentMade: [],
  PaymentRecorded: [],
  PeriodCloseBegun: [],
  PeriodClosed: [],
  PeriodCorrected: [],
  PeriodOpened: [],
  PeriodReopened: [],
  PeriodSoftClosed: [],
  PersonalDataRead: [],
  PostingRulesPublished: [],
  PriceListDefined: [],
  ReadModelRolledBack: [],
  ReadModelSwapped: [],
  RebuildAborted: [],
  RebuildCompared: [],
  RebuildFailed: [],
  RebuildRequested: [],
  RebuildSwapOrdered: [],
  ReceivableCredited: [],
  ReceivableRecorded: [],
  ReceivableReversed: [],
  ReceivableSettled: [],
  ReplayFinished: [],
  ReplayPreviewed: [],
  ReconciliationBreakExplained: [],
  ReconciliationBreakFound: [],
  ReconciliationBreakHealed: [],
  ReconciliationCompleted: [],
  ReconciliationStarted: [],
  ReplayRequested: [],
  ReportRunRecorded: [],
  ReservationExpired: [],
  ReservationExtended: [],
  ReservationHardened: [],
  ReservationRefused: [],
  ReservationReleased: [],
  ReturnAuthorised: [],
  ReturnClosed: [],
  ReturnCredited: [],
  ReturnExpired: [],
  ReturnInspected: [],
  ReturnReceived: [],
  RollbackOrdered: [],
  SafetyStockSet: [],
  ShipmentConfirmed: [],
  ShipmentDelivered: [],
  ShipmentOvershipped: [],
  ShipmentPlanned: [],
  ShipmentReduced: [],
  ShipmentReturnClaimed: [],
  ShipmentReturnFreed: [],
  ShipmentShorted: [],
  ShipmentVoided: [],
  SourcingDecided: [],
  SourcingReopened: [],
  StockAdjusted: [],
  StockIssued: [],
  StockOffered: [],
  StockOvercommitted: [],
  StockPicked: [],
  StockReceived: [],
  StockReinstated: [],
  StockReserved: [],
  StockReturned: [],
  StockScrapped: [],
  StockStatusChanged: [],
  SubjectErased: [],
  SupplierBillMatched: [],
  SupplyCancelled: [],
  SupplyExpected: [],
  SupplyRescheduled: [],
  TaxCalculated: [],
  TaxCalculationFailed: [],
  TaxCodesPublished: [],
  TaxCommitFailed: [],
  TaxCommitMismatch: [],
  TaxCommitted: [],
  TaxVoided: [],
  TransactionSetRejected: [],
  TransactionSetTaken: [],
  UnitCostSet: [],
  WarehouseAccepted: [],
  WarehouseRefused: [],
  WebhookDeleted: [],
  WebhookPaused: [],
  WebhookRedeliveryRequested: [],
  WebhookResumed: [],
  WebhookSecretRotated: [],
  WebhookSubscribed: [],
  WorkPaused: [],
  RateLimitSet: [],
  RateLimitLifted: [],
  WorkResumed: [],
  WriteOffReversed: [],
};

/** Every type of the catalogue, for tests and documentation. */
export const eventTypes = Object.keys(upcasts) as readonly EventType[];

const isKnown = (type: string): type is EventType => Object.hasOwn(upcasts, type);

/** The version that is written today. Throws `RangeError` for a type outside the catalogue: a bug of the writer. */
export const schemaVersionOf = (type: string): number => {
  if (!isKnown(type)) throw new RangeError(`${type} is not in the catalogue of events`);
  return upcasts[type].length + 1;
};

/** Data in today's shape. Throws `UnknownEvent`. */
const upcasted = (recorded: Recorded, chain: readonly Upcast[]): unknown => {
  const { schemaVersion } = recorded.metadata;
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > chain.length + 1)
    throw new UnknownEvent(recorded);
  if (schemaVersion > chain.length) return recorded.data;
  return chain.slice(schemaVersion - 1).reduce((data, upcast) => upcast(data), recorded.data);
};

/** The one way from the log into the domain. Throws `UnknownEvent` for an unknown type or a newer version. */
export const toDomain = (recorded: Recorded): RecordedDomainEvent => {
  if (!isKnown(recorded.type)) throw new UnknownEvent(recorded);
  const data = upcasted(recorded, upcasts[recorded.type]);
  // Nearly every event is of today's version and is handed on as it is.
  return (data === recorded.data ? recorded : { ...recorded, data }) as RecordedDomainEvent;
};
