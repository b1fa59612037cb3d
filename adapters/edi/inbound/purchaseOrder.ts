import type { OrderMapping, ReadOrder } from '../../../commands/ports.ts';
import { addDays, type Day, isDay } from '../../../domain/calendar.ts';
import { fromN2 } from '../x12/amounts.ts';
import type { Delimiters, Segment } from '../x12/interchange.ts';
import { type Found, makeFindings, requestedDays, shownPo } from './orderFindings.ts';
import { takeLine } from './orderLines.ts';

/** Change, cancellation, replacement: what an 850 cannot ask for here. */
const originals = new Set(['00', '07']);

/** BEG02: blanket orders (estimated, or firm), consigned goods, a copy for information, a standing order. */
const notToShip = new Set(['BE', 'BK', 'CN', 'IN', 'ST']);

/** What is none is refused with the order. */
const currencyPattern = /^[A-Z]{3}$/;

const dayOf = (text: string): Day | undefined => {
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  return /^\d{8}$/.test(text) && isDay(day) ? (day as Day) : undefined;
};

type Header = {
  customerPo: string | null;
  currency: string | undefined;
  orderedOn: Day | undefined;
  shipTo: string | undefined;
  shipComplete: boolean;
  /** `hundredths`: an amount of type N2. */
  readonly charges: { readonly code: string; readonly hundredths: string; readonly found: Found }[];
  /** Wherever they stand: an order here is wanted for one day. */
  readonly dates: { readonly day: Day; readonly rank: number; readonly found: Found }[];
};

type Taking = (found: Found, header: Header, mapping: OrderMapping) => void;

const begin: Taking = (found, header) => {
  const [purpose, kind] = [found.text(1), found.text(2)];
  if (!originals.has(purpose))
    found.wrong(1, '353', 'VALUE_INVALID', `Purpose ${purpose} is not understood: only new orders (00) are.`, '7');
  if (notToShip.has(kind))
    found.wrong(
      2,
      '92',
      'VALUE_INVALID',
      `An order of type ${kind} is not one to ship and bill: it is not taken.`,
      '7',
    );
  header.customerPo = found.text(3) || null;
  if (header.customerPo === null) found.wrong(3, '324', 'REQUIRED', 'The purchase order has no number.', '1');
  else found.at('/customerPo', 3, '324');
  header.orderedOn = dayOf(found.text(5));
  if (header.orderedOn === undefined)
    found.wrong(5, '373', 'DATE_INVALID', 'The date of the purchase order is CCYYMMDD.', '8');
};

const currency: Taking = (found, header) => {
  header.currency = found.text(2) || undefined;
  found.at('/currency', 2, '100');
};

const date: Taking = (found, header) => {
  const rank = requestedDays.indexOf(found.text(1));
  if (rank < 0) return found.unused();
  const day = dayOf(found.text(2));
  if (day === undefined) found.wrong(2, '373', 'DATE_INVALID', 'A date is CCYYMMDD.', '8');
  else header.dates.push({ day, rank, found });
};

const salesRequirement: Taking = (found, header) => {
  const code = found.text(1);
  if (code === 'SC') header.shipComplete = true;
  else if (code !== '' && code !== 'Y')
    found.wrong(
      1,
      '563',
      'VALUE_INVALID',
      `Requirement ${code} is not understood: only SC (ship complete) and Y are.`,
      '7',
    );
};

const party: Taking = (found, header, { words }) => {
  if (found.text(1) !== 'ST') return found.unused();
  const code = found.text(4);
  if (code === '') return found.wrong(4, '67', 'REQUIRED', 'The ship-to has no code.', '1');
  if (header.shipTo !== undefined)
    return found.wrong(1, '98', 'VALUE_INVALID', 'An order here goes to one ship-to.', '7');
  header.shipTo = words.SHIP_TO.get(code) ?? code;
  found.at('/shipTo/id', 4, '67');
};

const charge: Taking = (found, header, { words }) => {
  const [indicator, code, amount] = [found.text(1), found.text(2), found.text(5)];
  if (indicator === 'N') return found.unused();
  const ours = words.CHARGE.get(code);
  if (indicator !== 'C')
    return found.wrong(1, '248', 'VALUE_INVALID', 'An allowance is not taken from an order: contracts have them.', '7');
  if (ours === undefined) return found.wrong(2, '1300', 'MAPPING_MISSING', `Charge ${code} is not mapped.`, '7');
  if (!/^\d{1,15}$/.test(amount))
    return found.wrong(5, '610', 'NUMERIC_FORMAT', 'An amount is a whole number with two implied decimals.', '6');
  found.at(`/charges/${header.charges.length}/code`, 2, '1300');
  found.at(`/charges/${header.charges.length}/amount`, 5, '610');
  header.charges.push({ code: ours, hundredths: amount, found });
};

const taking: ReadonlyMap<string, Taking> = new Map([
  ['BEG', begin],
  ['CUR', currency],
  ['DTM', date],
  ['CSH', salesRequirement],
  ['N1', party],
  ['SAC', charge],
]);

/** In minor units of the currency, which stands anywhere in the header; what is less than one of them is an error. */
const chargesIn = ({ charges }: Header, currency: string) =>
  charges.map(({ code, hundredths, found }) => {
    const amount = currencyPattern.test(currency) ? fromN2(hundredths, currency) : hundredths;
    if (amount === undefined)
      found.wrong(
        5,
        '610',
        'NUMERIC_FORMAT',
        `The amount is no whole number of the smallest unit of ${currency}.`,
        '6',
      );
    return { code, amount: amount ?? '' };
  });

/** Of one kind of date the earliest is meant when several say the same; two different days are no one day. */
const requestedDate = (header: Header, { orders }: OrderMapping['partner'], first: Found): string | undefined => {
  const rank = header.dates.reduce((least, each) => Math.min(least, each.rank), requestedDays.length);
  const wanted = header.dates.filter((each) => each.rank === rank);
  const [one] = wanted;
  if (one === undefined) {
    if (orders.leadDays !== null && header.orderedOn !== undefined) {
      first.at('/requestedDate', 5, '373');
      return addDays(header.orderedOn, orders.leadDays);
    }
    first.missing('DTM', 'The order names no requested date (DTM 002).');
    return undefined;
  }
  for (const other of wanted)
    if (other.day !== one.day)
      other.found.wrong(
        2,
        '373',
        'VALUE_INVALID',
        `An order here is wanted for one day, and ${one.day} is named too.`,
        '7',
      );
  one.found.at('/requestedDate', 2, '373');
  return one.day;
};

/** A purchase order in our words. Whatever an order here cannot say is an error, or told as unused where nothing hangs on it. */
export const readPurchaseOrder = (
  segments: readonly Segment[],
  delimiters: Delimiters,
  mapping: OrderMapping,
): ReadOrder => {
  const { partner } = mapping;
  const findings = makeFindings(segments, delimiters);
  const header: Header = {
    ...{ customerPo: null, currency: undefined, orderedOn: undefined, shipTo: undefined, shipComplete: false },
    ...{ charges: [], dates: [] },
  };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const [first] = findings.all;
  if (first === undefined || first.id !== 'BEG') findings.start.missing('BEG', 'A purchase order begins with BEG.');
  for (const found of findings.all) {
    const take = taking.get(found.id);
    if (found.id === 'PO1') lines.push(takeLine(found, lines.length, mapping));
    else if (take !== undefined) take(found, header, mapping);
    else if (found.id === 'CTT') found.countOf(lines.length);
    else if (found.forbidden)
      found.wrong(null, null, 'SEGMENT_UNEXPECTED', `${found.id} is not understood: it splits an order.`, '2');
    else found.unused();
  }
  const beginning = first ?? findings.start;
  if (lines.length === 0) findings.last.missing('PO1', 'The purchase order has no line.');
  const day = requestedDate(header, partner, beginning);
  const shipTo = header.shipTo ?? partner.orders.shipTo ?? undefined;
  if (shipTo === undefined) beginning.missing('N1', 'The order names no ship-to (N1 ST).');
  const ordered = header.currency ?? mapping.currency;
  const body = {
    ...{ bu: partner.bu, channel: partner.orders.channel, soldTo: partner.soldTo },
    ...{ customerPo: header.customerPo ?? '', shipTo: { id: shipTo ?? '' } },
    ...{ currency: ordered, requestedDate: day ?? '' },
    ...{ shipComplete: header.shipComplete, allowSplit: true, allowSubstitute: false },
    ...{ charges: chargesIn(header, ordered), lines },
  };
  return { body, customerPo: shownPo(header.customerPo), ...findings.told() };
};
