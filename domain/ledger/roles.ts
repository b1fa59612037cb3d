import { type MatchField, matchFields } from './matchFields.ts';
import type { RevenuePolicy } from './revenuePolicy.ts';

/** Account roles of the posting templates (spec 4.8). A role becomes an account only through the account map. */
export const roles = [
  'AP_CLEARING',
  'AR_TRADE',
  'BAD_DEBT',
  'CARRIER_CLAIM',
  'CASH_CLEARING',
  'COGS',
  'COGS_VARIANCE',
  'CUSTOMER_DEPOSIT',
  'DEFERRED_COGS',
  'DEFERRED_REVENUE',
  'DROPSHIP_ACCRUAL',
  'FREIGHT_ACCRUAL',
  'FREIGHT_EXPENSE',
  'FX_REALISED',
  'GOODS_IN_TRANSIT_OUT',
  'GOODWILL',
  'GRNI',
  'INTERCOMPANY_AP',
  'INTERCOMPANY_AR',
  'INTERCOMPANY_COGS',
  'INTERCOMPANY_REVENUE',
  'INVENTORY',
  'INVENTORY_IN_TRANSIT',
  'INVENTORY_RETURNS',
  'LOSS_IN_TRANSIT',
  'REFUND_PAYABLE',
  'RESTOCKING_FEE',
  'REVENUE_FREIGHT',
  'REVENUE_OTHER',
  'REVENUE_PRODUCT',
  'ROUNDING_DIFFERENCE',
  'SALES_ALLOWANCE',
  'SALES_DISCOUNT',
  'SALES_RETURNS',
  'SCRAP',
  'SETTLEMENT_DISCOUNT',
  'SHRINKAGE',
  'SMALL_BALANCE',
  'TAX_PAYABLE',
  'TAX_VARIANCE',
  'UNBILLED_RECEIVABLE',
] as const;

export type Role = (typeof roles)[number];

const known: ReadonlySet<string> = new Set(roles);

export const isRole = (text: string): text is Role => known.has(text);

const saleFields = ['itemGroup', 'item', 'customerGroup', 'customer', 'node', 'channel', 'currency'] as const;

/**
 * The fields that *every* posting of a role supplies. A rule on another field is not publishable: it would match when
 * an account is debited and not when it is credited, and the account would never clear.
 */
const fieldsByRole: Partial<Record<Role, readonly MatchField[]>> = {
  AR_TRADE: ['customerGroup', 'customer', 'node', 'channel', 'currency'],
  BAD_DEBT: ['customerGroup', 'customer', 'node', 'channel', 'currency'],
  SMALL_BALANCE: ['customerGroup', 'customer', 'node', 'channel', 'currency'],
  CASH_CLEARING: ['customerGroup', 'customer', 'channel', 'currency'],
  CUSTOMER_DEPOSIT: ['customerGroup', 'customer', 'channel', 'currency'],
  REVENUE_PRODUCT: saleFields,
  SALES_DISCOUNT: saleFields,
  UNBILLED_RECEIVABLE: saleFields,
  COGS: saleFields,
  REVENUE_FREIGHT: ['customerGroup', 'customer', 'node', 'channel', 'reason', 'currency'],
  REVENUE_OTHER: ['customerGroup', 'customer', 'node', 'channel', 'reason', 'currency'],
  // Where a tax engine tells a difference of several jurisdictions in one sum, nobody knows of which one it is.
  TAX_VARIANCE: ['customerGroup', 'customer', 'node', 'channel', 'currency'],
  TAX_PAYABLE: ['customerGroup', 'customer', 'node', 'channel', 'taxJurisdiction', 'currency'],
  DEFERRED_COGS: ['itemGroup', 'item', 'node', 'currency'],
  GOODS_IN_TRANSIT_OUT: ['itemGroup', 'item', 'node', 'currency'],
  DEFERRED_REVENUE: saleFields,
  CARRIER_CLAIM: ['itemGroup', 'item', 'node', 'currency'],
  LOSS_IN_TRANSIT: ['itemGroup', 'item', 'node', 'currency'],
  DROPSHIP_ACCRUAL: ['itemGroup', 'item', 'node', 'currency'],
  COGS_VARIANCE: ['itemGroup', 'item', 'node', 'currency'],
  AP_CLEARING: ['itemGroup', 'item', 'node', 'currency'],
  INTERCOMPANY_AP: ['itemGroup', 'item', 'node', 'currency'],
  INTERCOMPANY_AR: ['itemGroup', 'item', 'node', 'currency'],
  INTERCOMPANY_COGS: ['itemGroup', 'item', 'node', 'currency'],
  INTERCOMPANY_REVENUE: ['itemGroup', 'item', 'node', 'currency'],
  INVENTORY: ['itemGroup', 'item', 'node', 'currency'],
  INVENTORY_IN_TRANSIT: ['itemGroup', 'item', 'node', 'currency'],
  INVENTORY_RETURNS: saleFields,
  SCRAP: ['itemGroup', 'item', 'node', 'currency'],
  GOODWILL: saleFields,
  GRNI: saleFields,
  FREIGHT_EXPENSE: ['customer', 'node', 'currency'],
  FREIGHT_ACCRUAL: ['customer', 'node', 'currency'],
  SHRINKAGE: ['itemGroup', 'item', 'node', 'reason', 'currency'],
};

export const fieldsOfRole = (role: Role): readonly MatchField[] => fieldsByRole[role] ?? matchFields;

/**
 * Forms that T02 and T03 take under another revenue policy than ON_INVOICE: T02S and T04D recognise revenue before or behind
 * the invoice. A rule set switches them on with the template they stand for, so that what left under an earlier policy runs out.
 */
const variants = { T02S: 'T03', T02D: 'T02', T03S: 'T03', T03D: 'T03', T04D: 'T03' } as const;

export type Variant = keyof typeof variants;

export type TemplateId =
  | Variant
  | 'T01'
  | 'T02'
  | 'T03'
  | 'T05'
  | 'T06'
  | 'T07'
  | 'T07R'
  | 'T08'
  | 'T09'
  | 'T09Q'
  | 'T09S'
  | 'T09V'
  | 'T10'
  | 'T11'
  | 'T12'
  | 'T13'
  | 'T13M'
  | 'T14'
  | 'T15'
  | 'T16'
  | 'T17'
  | 'T19'
  | 'T20'
  | 'T21'
  | 'T22'
  | 'T23'
  | 'T24';

/** What a journal is posted by. With an `R` behind it: the reverse of a journal of that template, asked for by a correction. */
export type JournalTemplate = TemplateId | `${TemplateId}R`;

export const isVariant = (template: string): template is Variant => Object.hasOwn(variants, template);

/** The template that a rule set names for this one. */
export const switchOf = (template: JournalTemplate): string => {
  const base = template.endsWith('R') ? template.slice(0, -1) : template;
  return isVariant(base) ? variants[base] : template;
};

/** Of a sale between two business units, whose two journals are posted both or not at all: no rule set switches it. */
export const isPairedTemplate = (template: JournalTemplate): boolean => template === 'T24' || template === 'T24R';

/** Templates that a rule set can name, with the templates whose postings they relieve or reverse. */
export const templateNeeds: ReadonlyMap<string, readonly TemplateId[]> = new Map<TemplateId, readonly TemplateId[]>([
  ['T01', []],
  ['T02', []],
  ['T03', ['T02']],
  ['T05', ['T01', 'T03']],
  ['T06', ['T03']],
  ['T22', ['T03']],
  ['T23', ['T03']],
  // An accrual without its reversal would stand for ever beside the invoice.
  ['T07', ['T03', 'T07R']],
  ['T07R', ['T07']],
  ['T08', ['T03']],
  ['T10', ['T03']],
  ['T09', ['T03']],
  ['T09Q', ['T03']],
  ['T09S', ['T03']],
  ['T09V', ['T03']],
  ['T11', ['T03']],
  ['T12', ['T02']],
  ['T20', ['T02']],
  ['T13', []],
  ['T13M', ['T13']],
  ['T14', []],
  ['T15', []],
  ['T16', []],
  ['T17', []],
  ['T19', ['T02']],
  ['T21', []],
]);

/** Roles that a template posts to whatever the reason of its event is: without an account for one of them its journals are not whole. */
const rolesByTemplate: Readonly<Record<TemplateId, readonly Role[]>> = {
  T02S: ['COGS', 'DEFERRED_COGS', 'REVENUE_PRODUCT', 'UNBILLED_RECEIVABLE'],
  T02D: ['GOODS_IN_TRANSIT_OUT', 'INVENTORY'],
  T03S: ['AR_TRADE', 'UNBILLED_RECEIVABLE'],
  T03D: ['AR_TRADE', 'DEFERRED_REVENUE'],
  T04D: ['COGS', 'DEFERRED_REVENUE', 'GOODS_IN_TRANSIT_OUT', 'REVENUE_PRODUCT', 'UNBILLED_RECEIVABLE'],
  T01: ['CASH_CLEARING', 'CUSTOMER_DEPOSIT'],
  T02: ['DEFERRED_COGS', 'INVENTORY'],
  T03: ['AR_TRADE', 'COGS', 'DEFERRED_COGS', 'REVENUE_PRODUCT'],
  T05: ['AR_TRADE', 'CUSTOMER_DEPOSIT'],
  T06: ['AR_TRADE', 'CASH_CLEARING'],
  T07: ['COGS', 'DEFERRED_COGS', 'REVENUE_PRODUCT', 'UNBILLED_RECEIVABLE'],
  T07R: ['COGS', 'DEFERRED_COGS', 'REVENUE_PRODUCT', 'UNBILLED_RECEIVABLE'],
  T08: ['AR_TRADE', 'SALES_RETURNS'],
  T09: ['COGS', 'INVENTORY'],
  T09Q: ['INVENTORY_RETURNS'],
  T09S: ['COGS'],
  T09V: ['COGS', 'GRNI'],
  T10: ['AR_TRADE'],
  T11: ['AR_TRADE', 'COGS', 'DEFERRED_COGS', 'REVENUE_PRODUCT'],
  T12: ['DEFERRED_COGS', 'INVENTORY'],
  T13: ['DEFERRED_COGS', 'DROPSHIP_ACCRUAL'],
  T13M: ['AP_CLEARING', 'DROPSHIP_ACCRUAL'],
  T14: ['FREIGHT_ACCRUAL', 'FREIGHT_EXPENSE'],
  T15: ['INVENTORY', 'SHRINKAGE'],
  T16: ['INVENTORY', 'SCRAP'],
  T17: ['INVENTORY', 'INVENTORY_IN_TRANSIT', 'SHRINKAGE'],
  T19: ['DEFERRED_COGS', 'GOODWILL'],
  T20: ['CARRIER_CLAIM', 'DEFERRED_COGS', 'LOSS_IN_TRANSIT'],
  T21: ['COGS_VARIANCE', 'INVENTORY'],
  T22: ['AR_TRADE'],
  T23: ['TAX_PAYABLE', 'TAX_VARIANCE'],
  T24: ['INTERCOMPANY_AP', 'INTERCOMPANY_AR', 'INTERCOMPANY_COGS', 'INTERCOMPANY_REVENUE', 'INVENTORY'],
};

const formsUnder: Readonly<Record<RevenuePolicy, readonly Variant[]>> = {
  ON_INVOICE: [],
  ON_SHIPMENT: ['T02S', 'T03S'],
  ON_DELIVERY: ['T02D', 'T03S', 'T03D', 'T04D'],
};

/** Also of the forms that it takes under the policy. None of a template that is not known here. */
export const rolesOfTemplate = (template: string, policy: RevenuePolicy): readonly Role[] => {
  if (!Object.hasOwn(rolesByTemplate, template)) return [];
  const forms = formsUnder[policy].filter((form) => variants[form] === template);
  return [...new Set([template as TemplateId, ...forms].flatMap((each) => rolesByTemplate[each]))];
};
