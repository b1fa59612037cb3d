import type { Day } from '../calendar.ts';
import { businessUnitOf, type Catalog, customerOf, itemOf } from '../masterData/catalog.ts';
import type { CrmQuotes } from '../masterData/crm.ts';
import { pointer, type Violation } from '../masterData/violation.ts';
import { currencyExponent, decimal, decimalText, minorOfMajor, minorText, quotientDecimal } from '../money.ts';
import { type ClosedQuote, dayMeant, type QuotedLine } from './closedQuote.ts';

/** Orders that inside sales made in the CRM. */
export const quoteChannel = 'inside-sales';

/** What a quote is held against, all of one moment. `today`: where the business unit is. */
export type QuoteContext = {
  readonly bu: string;
  readonly quotes: CrmQuotes;
  readonly catalog: Catalog;
  readonly today: Day;
};

/** `body`: as that of `POST /v1/orders`; only what a quote can be wrong in beyond such a body was checked. */
export type QuotedOrder = {
  /** Null: there is no customer whose it could be. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly violations: readonly Violation[];
};

/** As many places as the amounts of a quote may have, and a price of an order. */
const scaleMax = 12;
const pricePlaces = 6;

const wrong = (where: string, code: string, detail: string): readonly Violation[] => [{ pointer: where, code, detail }];

const scaled = (text: string): bigint => {
  const { digits, scale } = decimal(text);
  return digits * 10n ** BigInt(scaleMax - scale);
};

/** What the line comes to after its discounts, times 10^(2 × scaleMax). */
const lineNet = ({ qty, unitPrice, unitDiscount, lineDiscount }: QuotedLine): bigint =>
  scaled(qty) * (scaled(unitPrice) - scaled(unitDiscount)) - scaled(lineDiscount) * 10n ** BigInt(scaleMax);

const unitOf = ({ quotes }: QuoteContext, { unit }: QuotedLine): string =>
  quotes.units.find(({ theirs }) => theirs === unit)?.ours ?? unit ?? '';

/** `5` of `5.0000000000`: half a piece stays half a piece, which no order can have. */
const plain = (text: string): string => decimalText(decimal(text));

/**
 * The net price of one base unit, which is what an order's line asks for. What cannot be divided exactly differs from ours in
 * the last place, and the order says so. Undefined: of nothing, or below zero.
 */
const priceOf = ({ bu, catalog }: QuoteContext, line: QuotedLine, uom: string): string | undefined => {
  const conversion = itemOf(catalog, bu, line.item ?? '')?.conversions.find((one) => one.uom === uom);
  const { num, den } = conversion ?? { num: '1', den: '1' };
  const [net, qty] = [lineNet(line) * BigInt(den), scaled(line.qty) * BigInt(num) * 10n ** BigInt(scaleMax)];
  return qty <= 0n || net < 0n ? undefined : decimalText(quotientDecimal(net, qty, pricePlaces));
};

/** Their numbers, where each line has one of its own; otherwise lines are counted. */
const lineIdsOf = (lines: readonly QuotedLine[]): readonly string[] => {
  const own = lines.map(({ number }) => number);
  const isNumbered = own.every((number) => number !== null && number > 0) && new Set(own).size === own.length;
  return lines.map((_, index) => String(isNumbered ? own[index] : index + 1));
};

const lineOf = (context: QuoteContext, line: QuotedLine, lineId: string) => {
  const uom = unitOf(context, line);
  const requestedPrice = priceOf(context, line, uom);
  return {
    ...{ lineId, item: line.item ?? '', qty: plain(line.qty), uom },
    ...(requestedPrice !== undefined && { requestedPrice }),
  };
};

const lineViolations = (lines: readonly QuotedLine[], lineIds: readonly string[]): readonly Violation[] =>
  lines.flatMap((line, index) => {
    const id = lineIds[index];
    if (line.item === null)
      return wrong(pointer('lines', index, 'item'), 'ITEM_UNKNOWN', `Line ${id} is written in, and is no product.`);
    if (lineNet(line) >= 0n) return [];
    const detail = `Line ${id} comes to less than nothing after its discounts.`;
    return wrong(pointer('lines', index, 'requestedPrice'), 'PRICE_MISMATCH', detail);
  });

/** A discount on the whole quote belongs to no line, and an order has no place for it. Each line may be rounded once. */
const amountViolations = ({ goods, lines }: ClosedQuote, currency: string): readonly Violation[] => {
  const ofLines = lines.reduce((sum, line) => sum + lineNet(line), 0n);
  const difference = ofLines - scaled(goods) * 10n ** BigInt(scaleMax);
  const halfMinor = 5n * 10n ** BigInt(2 * scaleMax - 1 - currencyExponent(currency));
  if ((difference < 0n ? -difference : difference) <= halfMinor * BigInt(lines.length)) return [];
  const come = decimalText({ digits: ofLines, scale: 2 * scaleMax });
  const detail = `The lines come to ${come} and the quote to ${plain(goods)}: an order has no place for a discount on all of it.`;
  return wrong('/lines', 'PRICE_MISMATCH', detail);
};

const noDay = ({ closed }: ClosedQuote): readonly Violation[] =>
  closed === null ? wrong('/closed', 'DATE_INVALID', 'The quote does not say on which day it was won.') : [];

const freightOf = ({ freight }: ClosedQuote, currency: string) => {
  if (scaled(freight) === 0n) return { charges: [], violations: [] };
  try {
    const amount = minorText(minorOfMajor(freight, currency));
    return { charges: [{ code: 'FREIGHT', amount }], violations: [] };
  } catch {
    const detail = `The freight of ${plain(freight)} is no whole number of minor units.`;
    return { charges: [], violations: wrong('/charges/0/amount', 'NUMERIC_FORMAT', detail) };
  }
};

type Customer = NonNullable<ReturnType<typeof customerOf>>;

/** The customer that the quote's account is. Another account may have that number there, too. */
const customerIn = ({ bu, catalog }: QuoteContext, { system, account }: ClosedQuote): Customer | string => {
  if (account === null) return 'The quote is for no account that has a number.';
  const { accountId, customer } = account;
  const known = customerOf(catalog, bu, customer);
  if (known === undefined)
    return `There is no customer ${customer}: the account is no customer's in the CRM, or is not here yet.`;
  const { crmAccount } = known;
  if (crmAccount === undefined || crmAccount.system !== system || crmAccount.accountId === accountId) return known;
  return `Customer ${customer} is account ${crmAccount.accountId}, and the quote is for account ${accountId}.`;
};

const shipToOf = ({ shipTo }: ClosedQuote, { customer, shipTos }: Customer): string | readonly Violation[] => {
  const [first, ...others] = shipTos;
  if (shipTo !== null) return shipTo;
  if (first !== undefined && others.length === 0) return first.id;
  return wrong('/shipTo/id', 'SHIP_TO_UNKNOWN', `Customer ${customer} has several ship-tos, and the quote names none.`);
};

/**
 * The order that a won quote is, as inside sales would enter it: the prices are those that were quoted, a day that is over or
 * not named is today, and the quote's number is the number of the purchase order.
 */
export const orderOfQuote = (context: QuoteContext, quote: ClosedQuote): QuotedOrder => {
  const { bu, catalog, today } = context;
  const unit = businessUnitOf(catalog, bu);
  const currency = quote.currency ?? unit?.currency ?? '';
  const customer = customerIn(context, quote);
  if (typeof customer === 'string') return { body: null, violations: wrong('/soldTo', 'CUSTOMER_UNKNOWN', customer) };
  const shipTo = shipToOf(quote, customer);
  const freight = freightOf(quote, currency);
  const lineIds = lineIdsOf(quote.lines);
  const requested = quote.requested === null ? today : dayMeant(quote.requested, unit?.timeZone ?? 'UTC');
  return {
    body: {
      ...{ bu, channel: quoteChannel, customerPo: quote.number, soldTo: customer.customer, currency },
      shipTo: { id: typeof shipTo === 'string' ? shipTo : '' },
      requestedDate: requested > today ? requested : today,
      ...(freight.charges.length > 0 && { charges: freight.charges }),
      lines: quote.lines.map((line, index) => lineOf(context, line, lineIds[index] ?? '')),
    },
    violations: [
      ...noDay(quote),
      ...(typeof shipTo === 'string' ? [] : shipTo),
      ...lineViolations(quote.lines, lineIds),
      ...amountViolations(quote, currency),
      ...freight.violations,
    ],
  };
};
