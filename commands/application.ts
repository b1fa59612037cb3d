import type { Refusal } from '../domain/decider.ts';
import type { CustomerDefined, ItemDefined, NodeDefined, PriceListDefined } from '../domain/masterData/events.ts';
import type { ApprovalCalls } from './calls/approvals.ts';
import type { Books } from './calls/books.ts';
import type { CarrierCalls } from './calls/carrierFacts.ts';
import type { PreviewInput, PreviewOutcome } from './calls/changePreviews.ts';
import type { CorrectionCalls } from './calls/corrections.ts';
import type { CostCalls } from './calls/costCorrections.ts';
import type { StockCountInput } from './calls/countContent.ts';
import type { CreditMemoCalls } from './calls/creditMemos.ts';
import type { DepositCalls } from './calls/deposits.ts';
import type { DropShipCalls } from './calls/dropShipInputs.ts';
import type {
  AddLinesInput,
  CancelledLine,
  CapturedOrder,
  ChangeLineInput,
  ConfirmationInput,
  Definition,
  Keyed,
  OrderHolds,
  SafetyStockInput,
  StatusChangeInput,
  StockMovementInput,
  SubmitOrderInput,
  SubstituteLineInput,
  SupplyInput,
  WithRevision,
} from './calls/inputs.ts';
import type { LossCalls } from './calls/losses.ts';
import type { PartnerDataCalls } from './calls/masterData.ts';
import type { OvershipmentCalls } from './calls/overshipments.ts';
import type { OwnershipCalls } from './calls/ownership.ts';
import type { PackCalls, PackInput } from './calls/packing.ts';
import type { PeriodCalls } from './calls/periods.ts';
import type { PolicyCalls } from './calls/policies.ts';
import type { RebuildCalls } from './calls/rebuilds.ts';
import type { RepriceCalls } from './calls/reprices.ts';
import type { ReturnCalls } from './calls/returnInputs.ts';
import type { SettlementCalls } from './calls/settlements.ts';
import type { StockSnapshotInput } from './calls/snapshotContent.ts';
import type { StockCountCalls } from './calls/stockCounts.ts';
import type { StockSnapshotCalls } from './calls/stockSnapshots.ts';
import type { SupplyCalls } from './calls/supplies.ts';
import type { RescheduleInput, SupplyCancellationInput, SupplyReceiptInput } from './calls/supplyContent.ts';
import type { TaxDifferenceCalls } from './calls/taxDifferences.ts';
import type { TransferCalls } from './calls/transferInputs.ts';
import type { WarehouseMessage } from './partnerPorts.ts';
import type { BusinessClaim, CommandContext, Receipt, StoredAnswer } from './ports.ts';
import type { ReservationCalls } from './reservations/reservationCalls.ts';
import type { ReservationInput } from './reservations/reservationContent.ts';

/** One thing wrong with a body: a JSON pointer, a code of the catalogue and a sentence. */
export type Violation = { readonly pointer: string; readonly code: string; readonly detail: string };

export type Outcome<T> =
  | {
      readonly kind: 'done';
      readonly value: T;
      readonly receipt: Receipt;
      /** What the append stored under the request's key, when it claimed that. */
      readonly stored?: StoredAnswer;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] };

/**
 * What the master data of this moment have against a content. Nothing is recorded or claimed: a caller whose content is
 * wrong in other ways too learns everything at once. Throws `LogUnavailable` where the log has to be read, as it is before
 * a content is called wrong.
 */
export type ContentChecks = {
  readonly order: (input: SubmitOrderInput) => Promise<readonly Violation[]>;
  readonly reservation: (input: ReservationInput) => Promise<readonly Violation[]>;
  readonly stockMovement: (input: StockMovementInput) => Promise<readonly Violation[]>;
  readonly statusChange: (input: StatusChangeInput) => Promise<readonly Violation[]>;
  readonly supply: (input: SupplyInput) => Promise<readonly Violation[]>;
  readonly stockCount: (input: StockCountInput) => Promise<readonly Violation[]>;
  readonly stockSnapshot: (input: StockSnapshotInput) => Promise<readonly Violation[]>;
  readonly supplyReschedule: (input: RescheduleInput) => Promise<readonly Violation[]>;
  readonly supplyReceipt: (input: SupplyReceiptInput) => Promise<readonly Violation[]>;
  readonly supplyCancellation: (input: SupplyCancellationInput) => Promise<readonly Violation[]>;
  readonly safetyStock: (input: SafetyStockInput) => Promise<readonly Violation[]>;
  /**
   * A business unit that does not exist, or a ledger, node, item or customer that it does not have; without a unit, one that
   * none of `visible` has (absent: of all).
   */
  readonly books: (books: Books, visible: readonly string[] | undefined) => Promise<readonly Violation[]>;
  /** Lines that are to be added to an order; nothing for one that does not exist. */
  readonly addedLines: (input: AddLinesInput) => Promise<readonly Violation[]>;
  /** The lines that are to be cancelled; nothing for an order that does not exist. */
  readonly cancelledLines: (orderId: string, lines: readonly CancelledLine[]) => Promise<readonly Violation[]>;
  /** The quantity that a line is to come to; nothing for one that does not exist. */
  readonly changedLine: (input: ChangeLineInput) => Promise<readonly Violation[]>;
  /** What is to stand for part of a line; nothing for one that does not exist. */
  readonly substitutedLine: (input: SubstituteLineInput) => Promise<readonly Violation[]>;
  /** The lines of cartons; nothing for a shipment that does not exist. */
  readonly cartons: (shipmentId: string, cartons: PackInput['cartons']) => Promise<readonly Violation[]>;
  /** The lines of a pick, confirmation or shortage; nothing for a shipment that does not exist. */
  readonly shipmentLines: (shipmentId: string, lines: readonly Keyed[]) => Promise<readonly Violation[]>;
};

/** What keeps the service running, and whose a document is, is asked for like everything else. */
type OtherCalls = ReturnCalls &
  CarrierCalls &
  LossCalls &
  DropShipCalls &
  ApprovalCalls &
  RebuildCalls &
  OwnershipCalls &
  PeriodCalls &
  PolicyCalls &
  CorrectionCalls &
  CreditMemoCalls &
  PartnerDataCalls &
  DepositCalls &
  TransferCalls &
  SettlementCalls &
  CostCalls &
  TaxDifferenceCalls &
  OvershipmentCalls &
  RepriceCalls &
  PackCalls &
  StockCountCalls &
  StockSnapshotCalls &
  SupplyCalls &
  ReservationCalls;

/**
 * Everything a caller can ask the write side for. Each call is one command in effect: repeating it with the same
 * `context.commandId` changes nothing more and answers the same. Throws `LogUnavailable`.
 */
export type Application = OtherCalls & {
  readonly contentChecks: ContentChecks;
  /** The log has a transaction in common with the keys, so that a context may leave claims to the append. */
  readonly canClaim: boolean;
  /** The business key of a valid order, for callers that claim it together with their own key and hand it in with the context. */
  readonly orderKey: (input: SubmitOrderInput) => BusinessClaim | undefined;
  readonly submitOrder: (input: SubmitOrderInput, context: CommandContext) => Promise<Outcome<CapturedOrder>>;
  readonly cancelOrder: (
    input: {
      readonly orderId: string;
      readonly reason: string;
      readonly lines?: readonly CancelledLine[];
    } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly changeId: string }>>;
  /** Lines for an order that is accepted; the change tells when they are there. */
  readonly addLines: (
    input: AddLinesInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly changeId: string }>>;
  readonly changeLine: (
    input: ChangeLineInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly changeId: string }>>;
  /** Another item for part of a line, where master data names it as its substitute. */
  readonly substituteLine: (
    input: SubstituteLineInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly changeId: string }>>;
  /** What changes would come to now. Writes nothing. Undefined: there is no such order. */
  readonly previewChange: (input: PreviewInput) => Promise<PreviewOutcome | undefined>;
  /** As the order's stream has it now, whatever a read model knows of it. Undefined: there is no such order. */
  readonly orderHolds: (orderId: string) => Promise<OrderHolds | undefined>;
  readonly releaseHold: (
    input: { readonly orderId: string; readonly holdId: string; readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<CapturedOrder>>;
  readonly recordStockMovement: (
    input: StockMovementInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly qty: string }>>;
  readonly changeStockStatus: (
    input: StatusChangeInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly qty: string }>>;
  readonly expectSupply: (
    input: SupplyInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly qty: string }>>;
  readonly recordPick: (
    input: { readonly shipmentId: string; readonly pickId: string; readonly lines: readonly Keyed[] } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly shipmentId: string }>>;
  readonly confirmShipment: (
    input: ConfirmationInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly shipmentId: string; readonly orderId: string }>>;
  readonly reportShortage: (
    input: {
      readonly shipmentId: string;
      readonly lines: readonly (Keyed & { readonly cause: string })[];
    } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly shipmentId: string }>>;
  readonly voidShipment: (
    input: { readonly shipmentId: string; readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly shipmentId: string }>>;
  readonly voidInvoice: (
    input: { readonly invoiceId: string; readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly invoiceId: string }>>;
  /** `journals` and `sequence` come from one read of the staging ledger; a stale read is refused BATCH_SEALED and must be read again. */
  readonly sealGlBatch: (
    input: { readonly bu: string; readonly ledger: string; readonly period: string },
    context: CommandContext,
  ) => Promise<
    Outcome<{
      readonly batchId: string;
      readonly state: 'SEALED';
      readonly journalCount: number;
      readonly controlTotals: readonly unknown[];
      readonly sha256: string;
    }>
  >;
  readonly setCreditLimit: (
    input: {
      readonly bu: string;
      readonly customer: string;
      readonly limit: string;
      readonly currency: string;
    } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly customer: string }>>;
  readonly setSafetyStock: (
    input: SafetyStockInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly qty: string }>>;
  readonly defineItem: (
    input: Definition<ItemDefined> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  readonly defineCustomer: (
    input: Definition<CustomerDefined> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  readonly defineNode: (
    input: Definition<NodeDefined> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  readonly definePriceList: (
    input: Definition<PriceListDefined> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  /**
   * A translated warehouse message, from the adapter or the API: the same commands, the same once-only effect. What it
   * follows from lies at or before `seen`, when that is given.
   */
  readonly takeWarehouseMessage: (
    bu: string,
    message: WarehouseMessage,
    context: CommandContext,
    seen?: string,
  ) => Promise<Outcome<{ readonly shipmentId: string }>>;
};
