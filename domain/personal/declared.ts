import type { DataOf, EventType } from '../events.ts';

/**
 * What a text field of an event can hold. `personal`: what people or partners write about a customer, or a person's name; it is
 * sealed. The others stay in the clear, for the reason each is named by:
 * `business` names of our own things · `written` by this program, of ids and figures · `operation` why staff ran, paused or
 * approved something of the service itself · `goods` what a warehouse says of goods, which account determination reads ·
 * `partner` the answer of a partner to a message that carries nobody's text · `secret` what a webhook is signed with; it is
 * sealed too, with a key of its subscription.
 */
export type TextKind = 'personal' | 'business' | 'written' | 'operation' | 'goods' | 'partner' | 'secret';

/** Names under which text is found. Every other field that is free in its form is listed in `plainFields`. */
type TextName =
  | 'address'
  | 'cause'
  | 'data'
  | 'description'
  | 'detail'
  | 'email'
  | 'error'
  | 'explanation'
  | 'name'
  | 'note'
  | 'phone'
  | 'place'
  | 'reason'
  | 'secret'
  | 'summary';

type Join<Head extends string, Rest extends string> = Rest extends '' ? Head : `${Head}.${Rest}`;

/** The paths of all fields whose type is `string` and no list of codes; `*` is any element or key. */
type FreePaths<Data> = Data extends string
  ? string extends Data
    ? ''
    : never
  : Data extends number | boolean | null | undefined
    ? never
    : unknown extends Data
      ? never
      : Data extends readonly (infer Element)[]
        ? Join<'*', FreePaths<Element>>
        : string extends keyof Data
          ? Join<'*', FreePaths<Data[keyof Data]>>
          : { [Name in keyof Data & string]: Join<Name, FreePaths<Data[Name]>> }[keyof Data & string];

/** The last name of a path, stars left out. */
type NameOf<Path extends string> = Path extends `${infer Rest}.*`
  ? NameOf<Rest>
  : Path extends `${string}.${infer Rest}`
    ? NameOf<Rest>
    : Path;

type TextPaths<Path extends string> = Path extends unknown ? (NameOf<Path> extends TextName ? Path : never) : never;
type PlainNames<Path extends string> = Exclude<NameOf<Path>, TextName>;

type FieldsOf<T extends EventType> = FreePaths<DataOf<T>>;
type TextsOf<T extends EventType> = TextPaths<FieldsOf<T>>;
export type PlainName = { [T in EventType]: PlainNames<FieldsOf<T>> }[EventType];

export type Declared = {
  readonly [T in EventType as [TextsOf<T>] extends [never] ? never : T]: { readonly [Path in TextsOf<T>]: TextKind };
};

/** Every text field of every event. A new one does not compile before somebody has said what it can hold. */
export const textFields = {
  AccountMapPublished: { 'accounts.*.name': 'business', 'rules.*.match.reason': 'goods' },
  AcknowledgementReceived: { place: 'written', 'sets.*.detail': 'personal' },
  AllocationReservationLost: { cause: 'written' },
  AllocationShorted: { cause: 'goods' },
  ApprovalDenied: { reason: 'operation' },
  ApprovalGranted: { reason: 'operation' },
  ApprovalRequested: { 'limit.name': 'written', reason: 'operation', summary: 'written' },
  AuditSampleDrawn: { reason: 'operation' },
  BackorderWithdrawn: { cause: 'written' },
  BusinessUnitDefined: { name: 'business' },
  CarrierStatusRecorded: { place: 'personal' },
  CaseAssigned: { note: 'operation' },
  CaseResolved: { note: 'operation' },
  CheckpointSealed: { note: 'written' },
  CreditMemoDrafted: { reason: 'personal' },
  CreditReleased: { cause: 'written' },
  CreditTaxCommitFailed: { detail: 'partner' },
  CustomerDefined: {
    'contacts.*.email': 'personal',
    'contacts.*.name': 'personal',
    'contacts.*.phone': 'personal',
    name: 'personal',
    'shipTos.*.address': 'personal',
  },
  DepositRefunded: { reason: 'personal' },
  DisputeResolved: { reason: 'personal' },
  ErpOrderRefused: { detail: 'personal' },
  EventConsumerDeleted: { reason: 'operation' },
  EventConsumerRegistered: { name: 'business' },
  EventConsumerReset: { reason: 'operation' },
  GlEntriesRejected: { 'journals.*.detail': 'partner' },
  GlRepostRequested: { 'entries.*.facts.reason': 'goods', reason: 'operation' },
  GlRestageRequested: { 'entries.*.facts.reason': 'goods', reason: 'operation' },
  GlReversalRequested: { 'entries.*.facts.reason': 'goods', reason: 'operation' },
  ImportCancelled: { reason: 'operation' },
  ImportFailed: { detail: 'written' },
  InvoiceDisputed: { reason: 'personal' },
  InvoicePostingRefused: { detail: 'partner' },
  InvoiceVoided: { reason: 'personal' },
  InvoiceWrittenOff: { reason: 'personal' },
  TaxMismatchAccepted: { reason: 'personal' },
  ItemDefined: { description: 'business' },
  LineRoutedToDropShip: { 'explanation.*': 'written' },
  LineBackordered: { reason: 'written' },
  MessagesDiscarded: { reason: 'operation' },
  NodeDefined: { name: 'business' },
  OrderHeld: { note: 'written', 'data.*': 'written' },
  OrderHoldReleased: { reason: 'personal' },
  OrderLineCancelRefused: { reason: 'written' },
  OrderLineCancelRequested: { reason: 'personal' },
  OrderLineCancelled: { reason: 'personal' },
  OrderLineChangeRefused: { reason: 'written' },
  OrderLineChangeRequested: { reason: 'personal' },
  OrderLineRepriced: { reason: 'personal' },
  PartnerDocumentMade: { 'resends.reason': 'operation' },
  PeriodCloseBegun: { reason: 'operation' },
  PeriodClosed: { reason: 'operation' },
  PeriodReopened: { reason: 'operation' },
  OvershipmentResolved: { reason: 'personal' },
  PeriodSoftClosed: { reason: 'operation' },
  PromotionProposed: {
    'objects.*.definition.accounts.*.name': 'business',
    'objects.*.definition.name': 'business',
    'objects.*.definition.rules.*.match.reason': 'goods',
    reason: 'operation',
  },
  RateLimitLifted: { reason: 'operation' },
  RateLimitSet: { reason: 'operation' },
  RebuildAborted: { reason: 'operation' },
  RebuildFailed: { detail: 'operation' },
  RebuildRequested: { reason: 'operation' },
  RebuildSwapOrdered: { reason: 'operation' },
  ReplayFinished: { 'lanes.*.error': 'operation', reason: 'operation' },
  ReplayPreviewed: { reason: 'operation' },
  ReplayRequested: { reason: 'operation' },
  ReservationReleased: { cause: 'goods' },
  ReturnClosed: { reason: 'personal' },
  RollbackOrdered: { reason: 'operation' },
  ShadowCutOverCancelled: { reason: 'operation' },
  ShadowDifferenceExplained: { reason: 'operation' },
  ShadowLedgerCutOver: { reason: 'operation' },
  ShadowLedgerDefined: { 'accounts.*.name': 'business' },
  ShipmentDelivered: { 'proof.name': 'personal' },
  ShipmentLossReassigned: { reason: 'personal' },
  ShipmentShorted: { 'lines.*.cause': 'goods' },
  ShipmentVoided: { reason: 'personal' },
  SimulationCancelled: { reason: 'operation' },
  SimulationFailed: { detail: 'operation' },
  SimulationRequested: { reason: 'operation' },
  SourcingDecided: { 'explanation.*': 'written' },
  ShippingAdviceReceived: { place: 'written' },
  SourcingReopened: { cause: 'written' },
  StockAdjusted: { reason: 'goods' },
  StockReportTaken: { place: 'written' },
  StockStatusChanged: { reason: 'goods' },
  SupplyCancelled: { reason: 'goods' },
  TaxCalculationFailed: { detail: 'partner' },
  TaxCommitFailed: { detail: 'partner' },
  TransactionSetRejected: { place: 'written', 'errors.*.detail': 'personal' },
  TransactionSetTaken: { place: 'written' },
  TransferClosed: { reason: 'goods' },
  WebhookDeleted: { reason: 'operation' },
  WebhookPaused: { reason: 'operation' },
  WebhookRedeliveryRequested: { reason: 'operation' },
  WebhookResumed: { reason: 'operation' },
  WebhookSecretRotated: { reason: 'operation', secret: 'secret' },
  WebhookSubscribed: { secret: 'secret' },
  WorkPaused: { reason: 'operation' },
  WorkResumed: { reason: 'operation' },
} as const satisfies Declared;
