import type { Field } from './fields.ts';

// What a text holds is said by its name: the same name means the same everywhere, and where it does not, the place is named.

const money = 'minor units';
const quantity = 'base units';
const price = 'major units';
const percent = 'per cent';
const decimal = 'decimal';
const instant = 'RFC 3339, UTC';
const day = 'YYYY-MM-DD';
const period = 'YYYYMM';
const hash = 'SHA-256, hex';
const id = 'id';
const counted = 'count';
const position = 'log position';

const units = [
  ...[money, quantity, price, percent, decimal, instant, day, period, hash, id, counted, position],
] as const;
export type Unit = (typeof units)[number];

const named: Readonly<Record<string, Unit>> = {
  ...Object.fromEntries(
    (
      'acceptedTotal allowance amount charges cost costCorrectionLimit costOfKits credit creditMemoLimit debit discount exposure fee gross inStock ' +
      'leftCost limit net openAr receivables released restockingFee tax taxDifferenceLimit taxable total variance writeOffLimit'
    )
      .split(' ')
      .map((name) => [name, money]),
  ),
  ...Object.fromEntries(
    (
      'allocated available availableNow backordered billed booked counted believed deficit demand dropship excess ' +
      'fromReservation invoiced open ordered overshipped picked qty reserved shipped shortage there unsourced per'
    )
      .split(' ')
      .map((name) => [name, quantity]),
  ),
  ...Object.fromEntries('listPrice requestedPrice unitCost unitPrice'.split(' ').map((name) => [name, price])),
  ...{ rate: decimal, num: decimal, den: decimal, score: decimal },
  ...{ root: hash, previousRoot: hash, merkleRoot: hash },
  ...{ at: instant, asOf: instant, since: instant, answerBy: instant, period, earlier: period },
  ...{ day, needDate: day, activeFrom: day, activeTo: day, validFrom: day, validTo: day },
  ...{ rowsCompared: counted, rowsDiffering: counted, rowsSealed: counted, messages: counted },
  ...{ replayed: counted, stillBlocked: counted },
};

/** Where a name means something else than elsewhere: its place in one event, or in all of them. */
const placed: Readonly<Record<string, Unit | ''>> = {
  'ApprovalRequested.limit.allowed': counted,
  'ApprovalRequested.limit.asked': counted,
  'CommonCut.ours': '',
  'CreditReleased.left': money,
  'DropShipConfirmed.lines[].accrued': money,
  'ReceivableReversed.reserved': money,
  'ReconciliationBreakFound.difference': '',
  'ReturnInspected.lots[]': '',
  'SupplierBillMatched.lines[].billed': money,
  'CreditTaxCommitted.difference': money,
  'CreditTaxCommitted.parts[].difference': money,
  'InvoiceVoided.taxAccepted[].accepted.difference': money,
  'InvoiceVoided.taxAccepted[].accepted.parts[].difference': money,
  'TaxCommitMismatch.difference': money,
  'TaxCommitMismatch.ours': money,
  'TaxCommitMismatch.parts[].difference': money,
  'TaxCommitMismatch.theirs': money,
  'TaxMismatchAccepted.difference': money,
  'TaxMismatchAccepted.parts[].difference': money,
};

const byEnding: readonly (readonly [RegExp, Unit])[] = [
  [/Sha256$/, hash],
  [/(At|Until)$/, instant],
  [/(Date|Day|On)$/, day],
  [/Pct$/, percent],
  [/Qty$/, quantity],
  [/(Id|Ids)$/, id],
  [/[pP]osition$/, position],
];

/** The last name of a path, without what says that there are many. */
const nameOf = (path: string): string =>
  path
    .replaceAll(/\[\]|\{\}/g, '')
    .split('.')
    .at(-1) ?? '';

/** What the figures of a text are counted in, or how it is written; empty: it is a code or a name. */
export const unitOf = (event: string, { path, type }: Pick<Field, 'path' | 'type'>): Unit | '' => {
  if (type !== 'text') return '';
  const own = placed[`${event}.${path}`];
  if (own !== undefined) return own;
  const name = nameOf(path);
  return named[name] ?? byEnding.find(([ending]) => ending.test(name))?.[1] ?? '';
};

const digits = /^-?(0|[1-9]\d*)$/;
const decimals = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** How a text of each unit looks. */
export const formOf: Readonly<Record<Unit, RegExp>> = {
  'minor units': digits,
  'base units': digits,
  'major units': decimals,
  'per cent': decimals,
  decimal: decimals,
  'RFC 3339, UTC': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  'YYYY-MM-DD': /^\d{4}-\d\d-\d\d$/,
  YYYYMM: /^\d{6}$/,
  'SHA-256, hex': /^[0-9a-zA-Z+/=-]+$/,
  id: /^.+$/,
  count: digits,
  'log position': /^\d+$/,
};
