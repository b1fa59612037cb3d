import type { Event } from '../decider.ts';

// Storage format: see `events.ts`. Streams: partner-<bu>.<partner>, xref-<bu>.<partner>.<kind>.

type Of<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly version: number; readonly partner: string } & D
>;

/** How one side calls itself: ISA05/06 or ISA07/08, and GS02 or GS03. */
export type InterchangeParty = { readonly qualifier: string; readonly id: string; readonly application: string };

/** Transaction sets that are made for a partner; a 997 answers whatever the partner sends. */
export const outboundSets = ['855', '865', '856', '810', '846'] as const;
export type OutboundSet = (typeof outboundSets)[number];

/** Most partners agree on a day for their 997. */
export const acknowledgeWithinHoursUsual = 24;
export const acknowledgeWithinHoursMax = 720;

/** Guides of partners differ: POC03 is what a line is to come to, or how much more or less it is to be. */
export const quantityChangesMeanings = ['TOTAL', 'DIFFERENCE'] as const;
export type QuantityChanges = (typeof quantityChangesMeanings)[number];

export type StockAdvicePlan = {
  /** All that they list, once in so many minutes. */
  readonly everyMinutes: number;
  /** What changed since they were told last, at the earliest after so many minutes; null: all is told in its turn only. */
  readonly changesAfterMinutes: number | null;
  /** Null: all that can supply. */
  readonly nodes: readonly string[] | null;
};

export const stockAdviceUsual: StockAdvicePlan = { everyMinutes: 1_440, changesAfterMinutes: null, nodes: null };

/** In minutes, the least and the most of each. */
export const stockAdviceLimits = { everyMinutes: [15, 10_080], changesAfterMinutes: [1, 1_440] } as const;
export const stockAdviceNodesMax = 200;

/**
 * How a warehouse is told that a release is not wanted any more: `CANCEL`, a 940 that cancels (W05-01 F) the quantities it names;
 * `CHANGE`, one that changes (W05-01 R) and names what each line comes to.
 */
export const cancellationForms = ['CANCEL', 'CHANGE'] as const;
/**
 * Where it says what it has stopped: `945`, the shipping advice tells what did not leave; `997`, who accepts the cancellation ships
 * nothing of it any more, and who rejects it ships all.
 */
export const cancellationAnswers = ['945', '997'] as const;

export const stockReportScopes = ['FULL', 'PARTIAL'] as const;

export type WarehouseTerms = {
  /** Nodes that are theirs: each release of one goes out as a 940. */
  readonly nodes: readonly string[];
  /** Null: they take none by EDI, so nothing that they have is stopped. */
  readonly cancellation: {
    readonly form: (typeof cancellationForms)[number];
    readonly answeredBy: (typeof cancellationAnswers)[number];
  } | null;
  /** What their 846 lists: all that a node has, or as much as it tells; absent: the latter. */
  readonly stockReports?: (typeof stockReportScopes)[number];
};

export const warehouseNodesMax = 50;

/** An EDI partner speaks for one customer; of a warehouse that is the account that it has here. */
export type PartnerDefined = Of<
  'PartnerDefined',
  {
    readonly soldTo: string;
    readonly active: boolean;
    /** As they call themselves: sender of what they send, receiver of what they are sent. */
    readonly them: InterchangeParty;
    readonly us: InterchangeParty;
    /** ISA15, in both directions: an interchange of the other kind is not taken. */
    readonly usage: 'P' | 'T';
    /** GS08 of what they are sent, e.g. 004010. */
    readonly x12Version: string;
    readonly sends: readonly OutboundSet[];
    /** They answer what they are sent with a 997. */
    readonly acknowledges: boolean;
    /** Within so many hours; absent: `acknowledgeWithinHoursUsual`. */
    readonly acknowledgeWithinHours?: number;
    /** When they are told of stock (846); absent: `stockAdviceUsual`. */
    readonly stockAdvice?: StockAdvicePlan;
    /** A third-party warehouse; absent: none. */
    readonly warehouse?: WarehouseTerms;
    readonly orders: {
      readonly channel: string;
      /** Where goods go when an 850 names no ship-to; null: such an 850 is rejected. */
      readonly shipTo: string | null;
      /** Requested date of an 850 without one, in days after the date of the purchase order; null: such an 850 is rejected. */
      readonly leadDays: number | null;
      /** PO104 is what they expect to pay; false: it means nothing and is not looked at. */
      readonly pricesCount: boolean;
      /** POC03 of QI and QD; null or absent: an 860 with one is rejected. */
      readonly quantityChanges?: QuantityChanges | null;
    };
  }
>;

export const crossReferenceKinds = ['ITEM', 'SHIP_TO', 'UOM', 'CHARGE'] as const;
export type CrossReferenceKind = (typeof crossReferenceKinds)[number];

/** What a partner calls things of ours. What is not listed means itself, but for charges. */
export type CrossReferenceDefined = Of<
  'CrossReferenceDefined',
  {
    readonly kind: CrossReferenceKind;
    readonly entries: readonly { readonly theirs: string; readonly ours: string }[];
  }
>;
