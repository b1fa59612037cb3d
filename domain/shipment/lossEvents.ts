import type { Event } from '../decider.ts';
import type { EarlierThanIssue } from '../ledger/revenuePolicy.ts';
import type { Excess, OvershipmentOutcome } from './overshipmentEvents.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<
  T,
  { readonly shipmentId: string; readonly orderId: string; readonly bu: string; readonly node: string } & D
>;

/** Who bears it: the carrier, from whom it is claimed, or we. */
export const lossLiabilities = ['CARRIER', 'OURS'] as const;
export type LossLiability = (typeof lossLiabilities)[number];

/** What becomes of the goods that no invoice bills: they are sourced once more, or nobody waits for them any longer. */
export const lossOutcomes = ['RESHIP', 'CANCEL'] as const;
export type LossOutcome = (typeof lossOutcomes)[number];

/** Goods [fromQty, fromQty + qty) of a shipment line, counted in the order in which they left, all of one confirmation. */
export type LostGoods = {
  readonly shipmentLineId: string;
  readonly lineId: string;
  readonly item: string;
  readonly confirmationId: string;
  readonly fromQty: string;
  readonly qty: string;
};

type Told = {
  readonly lossId: string;
  readonly contentSha256: string;
  /** When it was found out. */
  readonly at: string;
  readonly liability: LossLiability;
  /** CARRIER: the exception of a tracking event, whose id is that of the loss. */
  readonly source: 'CARRIER' | 'PERSON';
  /** The parcel that the carrier told of. */
  readonly tracking?: string;
  /** The number of the claim with the carrier, for example. */
  readonly reference?: string;
  /** They had been told to have arrived. */
  readonly afterDelivery?: true;
  readonly lines: readonly LostGoods[];
};

/** Goods that left will not arrive. A fact: until it is decided what becomes of them nothing of it is billed, credited or sourced again. */
export type ShipmentLost = Of<'ShipmentLost', Told>;
/** Goods that left are there, and nobody can use them. */
export type ShipmentDamaged = Of<'ShipmentDamaged', Told>;

/** Somebody decided what becomes of the goods. */
export type ShipmentLossDecided = Of<
  'ShipmentLossDecided',
  { readonly lossId: string; readonly outcome: LossOutcome; readonly decidedBy: string }
>;

export type LossCost = {
  readonly shipmentLineId: string;
  readonly lineId: string;
  readonly item: string;
  /** The item's group when it left: the cost leaves the account that it was deferred in. */
  readonly itemGroup?: string;
  /** Minor units. */
  readonly cost: string;
};

/** Goods beyond the order: nobody had decided about them, they are billed on an invoice of their own, or were given away. */
export type Beyond = 'UNDECIDED' | OvershipmentOutcome;

/**
 * Lost goods of one line and confirmation, those beyond the order by themselves, told apart by what their invoice had become:
 * `unbilledQty` no invoice bills, and `unbilledCost` of them waited still; `billedQty` is on `invoiceId`, which was issued before
 * and is to credit it.
 */
export type SettledLoss = Omit<LossCost, 'cost'> & {
  readonly confirmationId: string;
  /** That they left under: where their cost waited; absent: ON_INVOICE. */
  readonly revenuePolicy?: EarlierThanIssue;
  /** Absent: they were ordered. GIFT: their cost had become goodwill, `given` says whose. */
  readonly beyond?: Beyond;
  readonly given?: Pick<Excess, 'soldTo' | 'channel' | 'customerGroup' | 'region'>;
  readonly unbilledQty: string;
  readonly unbilledCost: string;
  /** Of a kit: `unbilledCost` by component. */
  readonly components?: readonly Pick<LossCost, 'item' | 'itemGroup' | 'cost'>[];
  readonly billedQty: string;
  readonly invoiceId?: string;
  /** What of them was billed had not been earned: ON_DELIVERY, and it never arrived. */
  readonly unearned?: true;
};

/** What of a loss was billed is known, once and for all: no invoice of the other goods is issued any more (T20). */
export type ShipmentLossSettled = Of<
  'ShipmentLossSettled',
  {
    readonly lossId: string;
    readonly outcome: LossOutcome;
    readonly liability: LossLiability;
    readonly currency: string;
    readonly lines: readonly SettledLoss[];
  }
>;

/** Another one bears it. `lines`: the cost that stood with the first one. */
export type ShipmentLossReassigned = Of<
  'ShipmentLossReassigned',
  {
    readonly lossId: string;
    readonly from: LossLiability;
    readonly to: LossLiability;
    readonly reason: string;
    readonly currency: string;
    readonly lines: readonly LossCost[];
  }
>;

/** A credit memo was issued for what of the loss had been billed; it moved `lines` out of cost of sales to who bore it then. */
export type ShipmentLossCredited = Of<
  'ShipmentLossCredited',
  {
    readonly lossId: string;
    readonly creditMemoId: string;
    readonly invoiceId: string;
    readonly liability: LossLiability;
    readonly lines: readonly (LossCost & { readonly qty: string })[];
  }
>;

/** What was lost is there. `settled`: only after it had been settled, which stays as it is; what is owed for it now a person decides. */
export type ShipmentFound = Of<
  'ShipmentFound',
  {
    readonly lossId: string;
    readonly at: string;
    readonly source: 'CARRIER' | 'PERSON';
    readonly settled?: true;
    readonly lines: readonly LostGoods[];
  }
>;

export type LossEvent =
  | ShipmentLost
  | ShipmentDamaged
  | ShipmentLossDecided
  | ShipmentLossSettled
  | ShipmentLossReassigned
  | ShipmentLossCredited
  | ShipmentFound;
