import type { Refusal } from '../domain/decider.ts';
import type {
  AccountMapPublished,
  BusinessUnitDefined,
  CustomerDefined,
  ItemDefined,
  NodeDefined,
  PostingRulesPublished,
  PriceListDefined,
  TaxCodesPublished,
} from '../domain/masterData/events.ts';
import type { Charge, HoldType } from '../domain/order/events.ts';
import type { LineBuckets, LineStatus, OrderStatus } from '../domain/order/quantities.ts';
import type { ApprovalCalls } from './appApprovals.ts';
import type { RebuildCalls } from './appRebuilds.ts';
import type { BusinessClaim, CommandContext, Receipt, WarehouseMessage } from './ports.ts';

/** One thing wrong with a body: a JSON pointer, a code of the catalogue and a sentence. */
export type Violation = { readonly pointer: string; readonly code: string; readonly detail: string };

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] };

export type SubmitOrderInput = {
  readonly bu: string;
  readonly channel: string;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly billTo?: string;
  readonly shipTo: { readonly id: string };
  readonly currency: string;
  readonly requestedDate: string;
  readonly shipComplete: boolean;
  readonly allowSplit: boolean;
  readonly allowSubstitute: boolean;
  readonly incoterm?: string;
  readonly charges: readonly Charge[];
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly uom: string;
    readonly requestedPrice?: string;
  }[];
};

/** The order as the write side knows it at the moment of the answer; shaped like the read model's. */
export type CapturedOrder = {
  readonly orderId: string;
  readonly bu: string;
  readonly channel: string;
  readonly status: OrderStatus;
  readonly revision: number;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly currency: string;
  readonly requestedDate: string;
  readonly totals: {
    readonly gross: string;
    readonly discount: string;
    readonly charges: string;
    readonly net: string;
  };
  readonly holds: readonly {
    readonly holdId: string;
    readonly type: HoldType;
    readonly note: string;
    readonly lineId: string | null;
  }[];
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly uom: string;
    readonly status: LineStatus;
    readonly unitPrice: string;
    readonly buckets: LineBuckets;
  }[];
};

export type StockMovementInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly kind: 'RECEIPT' | 'ADJUSTMENT';
  readonly qty: string;
  readonly uom: string;
  readonly unitCost?: string;
  readonly reason?: string;
  readonly reference: string;
  readonly supplyId?: string;
  readonly status?: 'SELLABLE' | 'QUARANTINE' | 'DAMAGED' | 'EXPIRED' | 'BLOCKED';
};

export type StatusChangeInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly qty: string;
  readonly uom: string;
  readonly from: NonNullable<StockMovementInput['status']>;
  readonly to: NonNullable<StockMovementInput['status']>;
  readonly reason: string;
  readonly reference: string;
};

export type SupplyInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly supplyId: string;
  readonly type: 'PO' | 'TRANSFER' | 'ASN';
  readonly qty: string;
  readonly uom: string;
  readonly availableDate: string;
};

export type SafetyStockInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly qty: string;
};

export type ConfirmationInput = {
  readonly shipmentId: string;
  readonly confirmationId: string;
  readonly shippedAt: string;
  readonly carrier?: string;
  readonly tracking: readonly string[];
  readonly freightCost?: { readonly amount: string; readonly currency: string };
  readonly lines: readonly {
    readonly orderId: string;
    readonly lineId: string;
    readonly qty: string;
    readonly uom: string;
    readonly lots: readonly string[];
    readonly serials: readonly string[];
  }[];
};

type Keyed = { readonly orderId: string; readonly lineId: string; readonly qty: string; readonly uom?: string };

/** A definition without what the service adds itself. */
export type Definition<E extends { data: object }> = Omit<E['data'], 'version' | 'contentSha256'>;

/** The stream revision that the caller has seen; another one is refused REVISION_MISMATCH. */
export type WithRevision = { readonly ifMatch?: number };

/**
 * What the master data of this moment have against a content. Nothing is recorded or claimed: a caller whose content is
 * wrong in other ways too learns everything at once. Throws `LogUnavailable` where a stream has to be read.
 */
export type ContentChecks = {
  readonly order: (input: SubmitOrderInput) => readonly Violation[];
  readonly stockMovement: (input: StockMovementInput) => readonly Violation[];
  readonly statusChange: (input: StatusChangeInput) => readonly Violation[];
  readonly supply: (input: SupplyInput) => readonly Violation[];
  readonly safetyStock: (input: SafetyStockInput) => readonly Violation[];
  /** The lines of a pick, confirmation or shortage; nothing for a shipment that does not exist. */
  readonly shipmentLines: (shipmentId: string, lines: readonly Keyed[]) => Promise<readonly Violation[]>;
};

/** What keeps the service running is asked for like everything else. */
type OperationCalls = ApprovalCalls & RebuildCalls;

/**
 * Everything a caller can ask the write side for. Each call is one command in effect: repeating it with the same
 * `context.commandId` changes nothing more and answers the same. Throws `LogUnavailable`.
 */
export type Application = OperationCalls & {
  readonly contentChecks: ContentChecks;
  /** The business key of a valid order, for callers that claim it together with their own key and hand it in with the context. */
  readonly orderKey: (input: SubmitOrderInput) => BusinessClaim | undefined;
  readonly submitOrder: (input: SubmitOrderInput, context: CommandContext) => Promise<Outcome<CapturedOrder>>;
  readonly cancelOrder: (
    input: {
      readonly orderId: string;
      readonly reason: string;
      readonly lines?: readonly { readonly lineId: string; readonly qty: string }[];
    } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly changeId: string }>>;
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
  readonly openPeriod: (
    input: { readonly bu: string; readonly ledger: string; readonly period: string } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly period: string }>>;
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
  readonly defineBusinessUnit: (
    input: Definition<BusinessUnitDefined> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  readonly publishAccountMap: (
    input: Definition<AccountMapPublished> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  readonly publishPostingRules: (
    input: Definition<PostingRulesPublished> & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  readonly publishTaxCodes: (
    input: Definition<TaxCodesPublished> & WithRevision,
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
