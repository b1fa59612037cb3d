import type { LateSupplyRules } from '../availability/lateSupply.ts';
import type { Event } from '../decider.ts';
import type { CaseClass } from '../exceptionCase/classes.ts';
import type { TransferPrice } from '../ledger/intercompany.ts';
import type { RevenuePolicy } from '../ledger/revenuePolicy.ts';
import type { DuplicateRadar } from '../order/duplicates.ts';
import type { FraudRule } from '../order/fraudPolicy.ts';
import type { ReturnReason } from '../shipment/events.ts';
import type { OvershipmentRule } from '../shipment/overshipmentPolicy.ts';
import type { StockDialect } from '../stockSnapshot/dialect.ts';
import type { CrmAccountRef, CrmOwnership } from './crm.ts';
import type { CrossReferenceDefined, PartnerDefined } from './partnerEvents.ts';
import type { Substitute } from './substitutes.ts';

// Storage format: see `domain/order/events.ts`. Each definition is a full, versioned replacement of its predecessor.
// Streams: item-<bu>.<id>, customer-<bu>.<id>, node-<bu>.<id>, pricelist-<bu>.<id>, policy-<bu>.<kind>, bu-<bu>.profile.

type Of<T extends string, D> = Event<T, { readonly bu: string; readonly version: number } & D>;

export type UomConversion = { readonly uom: string; readonly num: string; readonly den: string };

/** What an item is: its units, its kind, what it is made of, how it is taxed and who can deliver it. */
export type ItemDefined = Of<
  'ItemDefined',
  {
    readonly item: string;
    readonly description: string;
    readonly group: string;
    readonly baseUom: string;
    /** 1 `uom` = num / den base units. */
    readonly conversions: readonly UomConversion[];
    readonly taxCode: string;
    readonly kind: 'STOCK' | 'KIT';
    readonly components: readonly { readonly item: string; readonly qty: string }[];
    readonly leadTimeDays: number | null;
    readonly dropship: { readonly supplierNode: string; readonly unitCost: string } | null;
    /** What whoever handles it has to tell of each piece; absent: no. */
    readonly lotTracked?: boolean;
    readonly serialTracked?: boolean;
    /** Sold by what it weighs, which no two pieces have alike; absent: no. */
    readonly catchWeight?: boolean;
    /** What may be delivered in its place; absent: nothing. */
    readonly substitutes?: readonly Substitute[];
    readonly active: boolean;
  }
>;

/** Who a customer is: where goods go, which prices and terms hold. */
export type CustomerDefined = Of<
  'CustomerDefined',
  {
    readonly customer: string;
    readonly name: string;
    readonly group: string;
    readonly active: boolean;
    readonly billTo: string;
    /** `address`: as it stands on a label, in one line; absent: not told. */
    readonly shipTos: readonly { readonly id: string; readonly region: string; readonly address?: string }[];
    /** People there; absent: none are known. */
    readonly contacts?: readonly CustomerContact[];
    readonly taxCode: string;
    readonly termsDays: number;
    /** Orders the same again through any channel and means it; absent: no. */
    readonly repeatsOrders?: boolean;
    readonly priceListId: string;
    readonly contract: {
      readonly contractId: string;
      readonly discounts: readonly { readonly itemGroup: string; readonly ratePct: string }[];
      /** Minor units of the price list's currency that the goods of an order come to at least, after discounts; absent: none. */
      readonly minimumNet?: string;
    } | null;
    /** The account of a CRM that says what its business unit lets the CRM say; absent: nobody but people does. */
    readonly crmAccount?: CrmAccountRef;
  }
>;

/** Somebody to talk to at a customer. */
export type CustomerContact = { readonly name: string; readonly email?: string; readonly phone?: string };

/** A place that supplies: a warehouse, a contract warehouse or a supplier, with its calendar. */
export type NodeDefined = Of<
  'NodeDefined',
  {
    readonly node: string;
    readonly name: string;
    readonly kind: 'DC' | '3PL' | 'SUPPLIER';
    readonly priority: number;
    readonly region: string;
    readonly timeZone: string;
    /** Local time `HH:MM` after which today's shipping is over. */
    readonly cutOff: string;
    /** ISO weekdays, 1 = Monday. */
    readonly workingDays: readonly number[];
    readonly handlingDays: number;
    readonly transitDays: number;
    readonly inboundDays: number;
    readonly active: boolean;
    /** So long may it tell nothing of its stock before its figures are stale. Absent: `FEED_STALE` of its business unit for a 3PL; others never are. */
    readonly stockFeed?: { readonly staleAfterSeconds: number };
    /** What its snapshots of stock count, by its own words; absent: it sends none. */
    readonly stockDialect?: StockDialect;
  }
>;

/** What items cost to whoever buys by this list. */
export type PriceListDefined = Of<
  'PriceListDefined',
  {
    readonly priceListId: string;
    readonly currency: string;
    readonly prices: readonly { readonly item: string; readonly unitPrice: string }[];
  }
>;

/** A business unit with its ledger and the policies that it works by. */
export type BusinessUnitDefined = Of<
  'BusinessUnitDefined',
  {
    readonly name: string;
    readonly ledger: string;
    readonly currency: string;
    readonly timeZone: string;
    /** Until posting rules are published, which say the policy in force. */
    readonly revenuePolicy: 'ON_INVOICE';
    /** Decision 4: must the ERP know the order before the warehouse does? */
    readonly erpGate: boolean;
    readonly costMethod: 'STANDARD' | 'MOVING_AVERAGE';
    /** Minor units of `currency` that one person may credit of an invoice in all; absent: nothing without a second person. */
    readonly creditMemoLimit?: string;
    /** Minor units of `currency` that one person may write off of an invoice in all; absent: nothing without a second person. */
    readonly writeOffLimit?: string;
    /**
     * Minor units of `currency` by which one person may correct the cost of a receipt, or of the goods of a shipment, in all;
     * absent: nothing without a second person.
     */
    readonly costCorrectionLimit?: string;
    /** Minor units of `currency` by which one person may take an invoice's tax from the tax engine otherwise than issued; absent: by nothing without a second person. */
    readonly taxDifferenceLimit?: string;
    /** Minor units of `currency` that goods beyond an order may have cost for one person to give them away; absent: nothing without a second person. */
    readonly giftLimit?: string;
    /** What becomes of goods that leave beyond what was ordered; absent: a person decides about each of them. */
    readonly overshipments?: readonly OvershipmentRule[];
    /** What suppliers may deliver to customers by themselves; absent: at any margin. */
    readonly dropShip?: { readonly minMarginPct: string };
    /** Which orders are checked for fraud; absent: none. */
    readonly fraudChecks?: readonly FraudRule[];
    /** When two orders are taken for one that came in twice; absent: within 24 hours, at 75 % or more. */
    readonly duplicateRadar?: DuplicateRadar;
    /** Absent: `usualReturns`. */
    readonly returns?: ReturnPolicy;
    /** What a CRM says of its customers; absent: it has none. */
    readonly crm?: CrmOwnership;
    /** Where it wants other limits than `caseRules`; a class at most once. */
    readonly slas?: readonly ServiceLevel[];
    /** What a second person agreed to; absent: no limit up to which one person decides alone was raised. */
    readonly approvalId?: string;
  }
>;

/**
 * Goods may be sent back for so many days after they left; a return that was authorised is expected for so many.
 * `restockingFee`: so much of the net price of what comes back for one of these reasons is kept for the work.
 */
export type ReturnPolicy = {
  readonly windowDays: number;
  readonly validDays: number;
  readonly restockingFee?: { readonly ratePct: string; readonly reasons: readonly ReturnReason[] };
};

/** So long may a clock of the class run before a case is opened, and so long may that take. */
export type ServiceLevel = {
  readonly class: CaseClass;
  readonly limitSeconds: number;
  readonly resolveSeconds: number;
};

/** Where a business unit says nothing. */
export const usualReturns: ReturnPolicy = { windowDays: 90, validDays: 30 };

export type AccountRule = {
  readonly role: string;
  readonly account: string;
  readonly match: {
    readonly itemGroup?: string;
    readonly item?: string;
    readonly customerGroup?: string;
    readonly customer?: string;
    readonly node?: string;
    readonly channel?: string;
    readonly taxJurisdiction?: string;
    readonly reason?: string;
    readonly currency?: string;
  };
};

type Published = {
  readonly contentSha256: string;
  /** What a second person agreed to; absent: the first version of the business unit, or one from before that was asked for. */
  readonly approvalId?: string;
};

/** Which account each role is posted to, and which accounts there are. */
export type AccountMapPublished = Of<
  'AccountMapPublished',
  {
    readonly ledger: string;
    readonly accounts: readonly {
      readonly account: string;
      readonly name: string;
      readonly activeFrom: string;
      readonly activeTo: string | null;
    }[];
    readonly rules: readonly AccountRule[];
  } & Published
>;

/** Which posting templates apply from here on. Templates themselves are code, named T02, T03 …; the rule set switches and parametrises them. */
export type PostingRulesPublished = Of<
  'PostingRulesPublished',
  {
    readonly ledger: string;
    /** Of what leaves from here on; what left before keeps the policy that it left under. */
    readonly revenuePolicy: RevenuePolicy;
    readonly templates: readonly string[];
  } & Published
>;

/** Item and customer tax codes to the tax engine's; a missing mapping is TAX_MAPPING_MISSING, never a default rate. */
export type TaxCodesPublished = Of<
  'TaxCodesPublished',
  {
    readonly items: readonly { readonly taxCode: string; readonly engineCode: string }[];
    readonly charges: readonly { readonly charge: string; readonly engineCode: string }[];
  } & Published
>;

/** What happens when announced supply is late or slips; before the first, `usualLateSupply`. */
export type LateSupplyPublished = Of<'LateSupplyPublished', LateSupplyRules & Published>;

/**
 * Whose the goods at a business unit's nodes are, where they are not its own, and what it pays their owners when it sells them.
 * An owner and a node are in every later version: what was sold before is sold on the same terms as to whose it was.
 */
export type IntercompanyPublished = Of<
  'IntercompanyPublished',
  {
    readonly owners: readonly {
      readonly owner: string;
      /** The one with the last day that is not behind the day of shipment; before all of them the first. */
      readonly prices: readonly TransferPrice[];
    }[];
    readonly nodes: readonly { readonly node: string; readonly owner: string }[];
  } & Published
>;

export type MasterDataEvent =
  | ItemDefined
  | CustomerDefined
  | NodeDefined
  | PriceListDefined
  | PartnerDefined
  | CrossReferenceDefined
  | BusinessUnitDefined
  | AccountMapPublished
  | PostingRulesPublished
  | TaxCodesPublished
  | LateSupplyPublished
  | IntercompanyPublished;
