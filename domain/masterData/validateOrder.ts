import type { Day } from '../calendar.ts';
import { orderLinesMax } from '../order/commands.ts';
import type { SubmittedLine } from '../order/events.ts';
import { contractHold, contractInForce } from '../pricing/contractTerms.ts';
import { type HoldWanted, type Pricing, priceOrder } from '../pricing/price.ts';
import { businessUnitOf, type Catalog, customerOf, itemOf, priceListOf, taxCodesOf } from './catalog.ts';
import { dateViolations, duplicates, shapeViolations } from './orderShape.ts';
import { purchaseOrderViolations } from './partners.ts';
import { type LineOutcome, resolveLine } from './resolveLine.ts';
import { pointer, type Violation } from './violation.ts';

/** What a channel sends, whatever its own format was. Texts; nothing looked up yet. */
export type OrderInput = {
  readonly bu: string;
  readonly soldTo: string;
  readonly billTo?: string;
  readonly shipTo: { readonly id: string };
  /** Absent: these are lines for an order that has its number. */
  readonly customerPo?: string;
  readonly currency: string;
  readonly requestedDate: string;
  readonly charges: readonly { readonly code: string; readonly amount: string }[];
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly uom: string;
    readonly requestedPrice?: string;
  }[];
};

export type ValidOrder = {
  readonly billTo: string;
  readonly shipTo: { readonly id: string; readonly region: string };
  /** Of the customer, from here on of the order. */
  readonly termsDays: number;
  readonly lines: readonly SubmittedLine[];
  /** Versions of the master data used, by `kind:id`; goes into `OrderValidated`. */
  readonly masterData: Readonly<Record<string, number>>;
  readonly pricing: Pricing;
  /**
   * Holds that follow from content: PRICE (a requested price differs), CONTRACT_TERMS (less than the contract wants),
   * MASTER_DATA (a tax mapping is missing).
   */
  readonly holds: readonly HoldWanted[];
};

export type OrderValidation =
  | { readonly kind: 'valid'; readonly order: ValidOrder }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] };

const customerViolations = (input: OrderInput, catalog: Catalog): readonly Violation[] => {
  const customer = customerOf(catalog, input.bu, input.soldTo);
  if (customer === undefined) {
    return [{ pointer: '/soldTo', code: 'CUSTOMER_UNKNOWN', detail: `There is no customer ${input.soldTo}.` }];
  }
  const found: Violation[] = [];
  if (!customer.active) {
    found.push({ pointer: '/soldTo', code: 'CUSTOMER_INACTIVE', detail: `Customer ${input.soldTo} is not active.` });
  }
  if (!customer.shipTos.some((shipTo) => shipTo.id === input.shipTo.id)) {
    const detail = `Customer ${input.soldTo} has no ship-to ${input.shipTo.id}.`;
    found.push({ pointer: '/shipTo/id', code: 'SHIP_TO_UNKNOWN', detail });
  }
  const billTo = input.billTo ?? customer.billTo;
  if (billTo !== customer.billTo && customerOf(catalog, input.bu, billTo) === undefined) {
    found.push({ pointer: '/billTo', code: 'BILL_TO_UNKNOWN', detail: `There is no customer ${billTo} to bill.` });
  }
  return found;
};

/** Prices of the lines that could be resolved, and what is wrong with them. */
const priced = (input: OrderInput, catalog: Catalog, outcomes: readonly LineOutcome[]) => {
  const customer = customerOf(catalog, input.bu, input.soldTo);
  if (customer === undefined) return { pricing: undefined, violations: [] };
  const priceList = priceListOf(catalog, input.bu, customer.priceListId);
  if (priceList === undefined) {
    const detail = `Customer ${input.soldTo} has no usable price list: ${customer.priceListId} does not exist.`;
    return { pricing: undefined, violations: [{ pointer: '/soldTo', code: 'PRICE_MISSING', detail }] };
  }
  const outcome = priceOrder({
    currency: input.currency,
    lines: outcomes.flatMap(({ line }) => (line === undefined ? [] : [line])),
    charges: input.charges,
    priceList,
    contract: contractInForce(customer),
    itemGroupOf: (item) => itemOf(catalog, input.bu, item)?.group,
  });
  if (outcome.kind === 'priced') return { pricing: outcome.pricing, violations: [] };
  const violations = outcome.problems.map((problem) => {
    const at = outcomes.findIndex(({ line }) => line?.lineId === problem.lineId);
    const where = problem.code === 'CURRENCY_MISMATCH' ? '/currency' : pointer('lines', at, 'item');
    return { pointer: where, code: problem.code, detail: problem.detail };
  });
  return { pricing: undefined, violations };
};

/** The books are kept in the business unit's currency; no rate table is known here, so another currency is refused. */
const currencyViolations = (input: OrderInput, catalog: Catalog): readonly Violation[] => {
  const unit = businessUnitOf(catalog, input.bu);
  if (unit === undefined || unit.currency === input.currency) return [];
  const detail = `${input.bu} trades in ${unit.currency}, not in ${input.currency}.`;
  return [{ pointer: '/currency', code: 'CURRENCY_MISMATCH', detail }];
};

/** A missing mapping never becomes a default rate (B-13): the order is kept and held until somebody maps it. */
const taxHold = (input: OrderInput, catalog: Catalog): HoldWanted | undefined => {
  const codes = taxCodesOf(catalog, input.bu);
  const wanted = [...new Set(input.lines.map((line) => itemOf(catalog, input.bu, line.item)?.taxCode ?? ''))];
  const items = wanted.filter((taxCode) => !codes?.items.some((mapping) => mapping.taxCode === taxCode));
  const charges = input.charges
    .map((charge) => charge.code)
    .filter((code) => !codes?.charges.some((mapping) => mapping.charge === code));
  if (items.length + charges.length === 0) return undefined;
  const missing = [...items.map((code) => `tax code ${code}`), ...charges.map((code) => `charge ${code}`)].join(', ');
  const note = `The tax engine's code is not mapped for ${missing}.`;
  return { type: 'MASTER_DATA', note, data: { code: 'TAX_MAPPING_MISSING', missing } };
};

const versionsUsed = (input: OrderInput, catalog: Catalog): Readonly<Record<string, number>> => {
  const { bu } = input;
  const customer = customerOf(catalog, bu, input.soldTo);
  const used: Record<string, number> = {};
  const note = (name: string, found: { readonly version: number } | undefined): void => {
    if (found !== undefined) used[name] = found.version;
  };
  note(`businessUnit:${bu}`, businessUnitOf(catalog, bu));
  note(`customer:${input.soldTo}`, customer);
  note(`priceList:${customer?.priceListId}`, priceListOf(catalog, bu, customer?.priceListId ?? ''));
  note(`taxCodes:${bu}`, taxCodesOf(catalog, bu));
  for (const { item } of input.lines) note(`item:${item}`, itemOf(catalog, bu, item));
  return used;
};

/** What warehouses are asked for is bounded, too: a kit is as many lines there as it has components. */
const kitViolations = (outcomes: readonly LineOutcome[]): readonly Violation[] => {
  if (!outcomes.some(({ line }) => line?.components !== undefined)) return [];
  const goods = outcomes.reduce((sum, { line }) => sum + (line?.components?.length ?? 1), 0);
  if (goods <= orderLinesMax) return [];
  const detail = `An order has at most ${orderLinesMax} lines, the components of its kits counted.`;
  return [{ pointer: '/lines', code: 'LINES_TOO_MANY', detail }];
};

/** The same currency mistake seen by the list and by the business unit is one violation. */
const once = (violations: readonly Violation[]): readonly Violation[] =>
  violations.length < 2
    ? violations
    : [...new Map([...violations].reverse().map((each) => [`${each.pointer} ${each.code}`, each])).values()].reverse();

/**
 * Checks an order against master data and prices it: every violation at once, with pointers into the body (P-03).
 * `today` is the business unit's own day. Codes: BU_UNKNOWN, CUSTOMER_UNKNOWN, CUSTOMER_INACTIVE, SHIP_TO_UNKNOWN,
 * BILL_TO_UNKNOWN, ITEM_UNKNOWN, ITEM_INACTIVE, KIT_NOT_ORDERABLE, UOM_UNKNOWN, UOM_NOT_DIVISIBLE, QTY_NOT_POSITIVE,
 * QTY_TOO_LARGE, PRICE_MISSING, CURRENCY_MISMATCH, DUPLICATE_LINE, DUPLICATE_CHARGE, CHARGE_NEGATIVE, DATE_INVALID,
 * DATE_IN_PAST, DATE_TOO_FAR, LINES_MISSING, LINES_TOO_MANY, NUMERIC_FORMAT, SIZE_INVALID.
 */
export const validateOrder = (input: OrderInput, catalog: Catalog, today: Day): OrderValidation => {
  if (businessUnitOf(catalog, input.bu) === undefined) {
    const detail = `There is no business unit ${input.bu}.`;
    return { kind: 'invalid', violations: [{ pointer: '/bu', code: 'BU_UNKNOWN', detail }] };
  }
  const shape = [...shapeViolations(input), ...duplicates(input), ...dateViolations(input.requestedDate, today)];
  const outcomes = input.lines.map((line, index) => resolveLine(line, index, input.bu, catalog));
  const numeric = shape.some((violation) => violation.code === 'NUMERIC_FORMAT');
  const { pricing, violations } = numeric ? { pricing: undefined, violations: [] } : priced(input, catalog, outcomes);
  const { bu, soldTo, customerPo } = input;
  const all = once([
    ...customerViolations(input, catalog),
    ...(customerPo === undefined ? [] : purchaseOrderViolations(catalog, { bu, soldTo, customerPo })),
    ...currencyViolations(input, catalog),
    ...shape,
    ...outcomes.flatMap((outcome) => outcome.violations),
    ...kitViolations(outcomes),
    ...violations,
  ]);
  const customer = customerOf(catalog, input.bu, input.soldTo);
  const shipTo = customer?.shipTos.find((each) => each.id === input.shipTo.id);
  if (all.length > 0 || pricing === undefined || customer === undefined || shipTo === undefined) {
    return { kind: 'invalid', violations: all };
  }
  const lines = outcomes.flatMap(({ line }) => (line === undefined ? [] : [line]));
  const terms = contractHold(contractInForce(customer), pricing.totals, input.currency);
  const holds = [pricing.hold, terms, taxHold(input, catalog)].filter((hold) => hold !== undefined);
  const { id, region } = shipTo;
  const { termsDays } = customer;
  const order = { billTo: input.billTo ?? customer.billTo, shipTo: { id, region }, termsDays, lines, pricing, holds };
  return { kind: 'valid', order: { ...order, masterData: versionsUsed(input, catalog) } };
};
