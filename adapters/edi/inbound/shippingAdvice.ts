import type { ReadAdvice } from '../../../commands/ports.ts';
import { type Day, isDay } from '../../../domain/calendar.ts';
import type { AdvisedTime } from '../../../domain/edi/adviceTime.ts';
import type { AdvisedLine } from '../../../domain/edi/inboundEvents.ts';
import { ourQualifiers } from '../../../domain/edi/itemQualifiers.ts';
import { isSscc } from '../../../domain/shipment/sscc.ts';
import type { Delimiters, Segment } from '../x12/interchange.ts';
import { zoneOf } from '../x12/zones.ts';
import { type Found, makeFindings } from './orderFindings.ts';
import { wholeNumber } from './orderLines.ts';

/**
 * W06-01 (data element 514): full detail, original, no exceptions. By the others goods came back or were adjusted, nothing really
 * happened (K), or what left as it was ordered is not told of (X).
 */
const wholeReports = new Set(['F', 'J', 'N']);
/** G62 01: shipped on this date. */
const shippedOn = '11';
/** N1 01 of the warehouse that it left from. */
const warehouseRoles = new Set(['SF', 'WH']);
/** N9 01 of what a carrier knows a shipment or a parcel by. */
const trackingQualifiers = new Set(['2I', 'CN']);
const textMax = 100;
const trackingMax = 1_000;

type Line = Omit<AdvisedLine, 'lots' | 'serials' | 'lineId' | 'sscc' | 'tracking'> & {
  lineId: string | null;
  readonly lots: string[];
  readonly serials: string[];
  readonly carton: Carton;
};

/** What one LX begins. */
type Carton = { sscc?: string; tracking?: string; marks: number };

type Reading = {
  number: string;
  reference: string | null;
  /** W06-03, for who sends no G62. */
  dated: Day | undefined;
  node: string | null;
  shipped: AdvisedTime | undefined;
  carrier: string | undefined;
  readonly tracking: Set<string>;
  readonly lines: Line[];
  carton: Carton;
  line: Line | undefined;
  isDetail: boolean;
};

const dayOf = (text: string): Day | undefined => {
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  return /^\d{8}$/.test(text) && isDay(day) ? day : undefined;
};

const timeOf = (text: string): string | undefined => {
  const [, hours, minutes, seconds] = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?\d{0,2}$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  return seconds === undefined ? `${hours}:${minutes}` : `${hours}:${minutes}:${seconds}`;
};

/** A number of theirs: one that is longer than it may be is none. */
const named = (found: Found, element: number, dataElement: string): string => {
  const text = found.text(element);
  if (text.length <= textMax) return text;
  found.wrong(element, dataElement, 'SIZE_INVALID', `It is longer than ${textMax}.`, '5');
  return '';
};

type Taking = (found: Found, reading: Reading) => void;

const begin: Taking = (found, reading) => {
  const report = found.text(1);
  if (report === '') found.wrong(1, '514', 'REQUIRED', 'The advice does not say what it reports.', '1');
  else if (!wholeReports.has(report))
    found.wrong(1, '514', 'VALUE_INVALID', 'Only goods that left are taken, all of them: F, J or N.', '7');
  reading.number = named(found, 2, '285');
  reading.reference = named(found, 4, '145') || null;
  reading.dated = dayOf(found.text(3));
  found.at('/number', 2, '285');
  if (reading.number === '') found.wrong(2, '285', 'REQUIRED', 'The advice does not say which 940 it is about.', '1');
};

const party: Taking = (found, reading) => {
  const code = found.text(4);
  if (!warehouseRoles.has(found.text(1)) || code === '') return found.unused();
  if (reading.node !== null && reading.node !== code)
    return found.wrong(4, '67', 'VALUE_INVALID', 'Goods of one advice leave from one warehouse.', '7');
  reading.node = code;
  found.at('/node', 4, '67');
};

const date: Taking = (found, reading) => {
  if (reading.isDetail || found.text(1) !== shippedOn) return found.unused();
  const [day, timeText, zone] = [dayOf(found.text(2)), found.text(4), zoneOf(found.text(5))];
  const time = timeText === '' ? null : timeOf(timeText);
  if (day === undefined) return found.wrong(2, '373', 'DATE_INVALID', 'A date is CCYYMMDD.', '8');
  if (time === undefined) return found.wrong(4, '337', 'DATE_INVALID', 'A time is HHMM or HHMMSS.', '9');
  if (zone === undefined)
    return found.wrong(5, '623', 'VALUE_INVALID', 'The zone of the time is none that is known here.', '7');
  found.at('/shippedAt', 2, '373');
  reading.shipped = { day, time, zone };
};

const carrier: Taking = (found, reading) => {
  const code = named(found, 2, '140');
  reading.carrier = code || named(found, 3, '387') || undefined;
};

const reference: Taking = (found, reading) => {
  const [qualifier, number] = [found.text(1), named(found, 2, '127')];
  const { line } = reading;
  if (number === '') return found.unused();
  if (line !== undefined && qualifier === 'LI') line.lineId = number;
  else if (line !== undefined && qualifier === 'LT') line.lots.push(number);
  else if (line !== undefined && qualifier === 'SE') line.serials.push(number);
  else if (!trackingQualifiers.has(qualifier)) found.unused();
  else if (reading.isDetail) reading.carton.tracking = number;
  else reading.tracking.add(number);
};

const beginCarton: Taking = (_found, reading) => {
  Object.assign(reading, { isDetail: true, line: undefined, carton: { marks: 0 } });
};

/** The two digits of the application identifier may stand in front of it. */
const ssccOf = (text: string): string | undefined => {
  const digits = text.length === 20 && text.startsWith('00') ? text.slice(2) : text;
  return isSscc(digits) ? digits : undefined;
};

/** Of several cartons that are told of together nobody can say what lies in which. */
const mark: Taking = (found, { carton }) => {
  const [qualifier, text] = [found.text(1), named(found, 2, '87')];
  if (text === '' || found.text(3) !== '') return found.unused();
  if (qualifier === 'CP') carton.tracking = text;
  else if (qualifier !== 'GM') found.unused();
  else {
    const sscc = ssccOf(text);
    if (sscc === undefined) return found.wrong(2, '87', 'FORMAT_INVALID', `"${text}" is no SSCC.`, '7');
    carton.marks += 1;
    carton.sscc = sscc;
  }
  if (carton.marks > 1) found.unused();
};

/** Pairs of qualifier and id, the first of which most send alone. Of a substitute the others name what was ordered, which did not leave. */
const idPairs = [7, 17, 21];
const substitute = 'IS';

const itemOf = (found: Found) => {
  const pairs = idPairs
    .slice(0, found.text(1) === substitute ? 1 : idPairs.length)
    .map((place) => ({ qualifier: found.text(place), item: named(found, place + 1, '234') }))
    .filter(({ item }) => item !== '');
  const upc = found.text(6);
  const first = pairs.find(({ qualifier }) => ourQualifiers.has(qualifier)) ?? pairs[0];
  return first ?? (upc === '' ? undefined : { qualifier: 'UA', item: upc });
};

/** An element that counts; what is not there is nothing. Undefined: it is no whole number. */
const counted = (found: Found, element: number, dataElement: string): string => {
  const text = found.text(element);
  const number = text === '' ? '0' : wholeNumber(text.replace(/^-/, ''));
  if (number === undefined)
    found.wrong(element, dataElement, 'NUMERIC_FORMAT', `"${text.slice(0, 20)}" is no whole quantity.`, '6');
  return number ?? '0';
};

const shippedLine: Taking = (found, reading) => {
  const [asked, shipped, difference] = [counted(found, 2, '330'), counted(found, 3, '382'), counted(found, 4, '383')];
  const item = itemOf(found);
  const uom = found.text(5);
  const lot = named(found, 9, '451');
  if (item === undefined) found.wrong(8, '234', 'REQUIRED', 'The line names no item.', '1');
  if (uom === '') found.wrong(5, '355', 'REQUIRED', 'The line has no unit.', '1');
  if (found.text(3).startsWith('-')) found.wrong(3, '382', 'NUMERIC_FORMAT', 'Less than nothing cannot leave.', '6');
  reading.line = {
    ...{ lineId: null, qualifier: item?.qualifier ?? '', item: item?.item ?? '' },
    ...{ status: found.text(1).slice(0, 2), code: found.text(19).slice(0, 3) || null },
    asked: found.text(2) === '' ? `${BigInt(shipped) + BigInt(difference)}` : asked,
    ...{ shipped, uom: uom.slice(0, textMax), lots: lot === '' ? [] : [lot], serials: [], carton: reading.carton },
  };
  reading.lines.push(reading.line);
};

const totals: Taking = (found, { lines }) => {
  const sum = lines.reduce((total, { shipped }) => total + BigInt(shipped), 0n);
  if (found.text(1) !== '' && counted(found, 1, '382') !== `${sum}`)
    found.wrong(1, '382', 'VALUE_INVALID', `W03 01 is "${found.text(1).slice(0, 20)}" for ${sum} units.`, '7');
};

const unused: Taking = (found) => found.unused();

const taking: ReadonlyMap<string, Taking> = new Map([
  ['W06', begin],
  ['N1', party],
  ['G62', date],
  ['W27', carrier],
  ['N9', reference],
  ['LX', beginCarton],
  ['MAN', mark],
  ['W12', shippedLine],
  ['W03', totals],
]);

const advised = ({ carton: { sscc, tracking, marks }, ...line }: Line): AdvisedLine => ({
  ...line,
  ...(sscc !== undefined && marks === 1 && { sscc }),
  ...(tracking !== undefined && marks <= 1 && { tracking }),
});

/** What a 945 says, in the words of the warehouse. What it says beyond that is told as unused. */
export const readShippingAdvice = (segments: readonly Segment[], delimiters: Delimiters): ReadAdvice => {
  const findings = makeFindings(segments, delimiters);
  const reading: Reading = {
    ...{ number: '', reference: null, dated: undefined, node: null, shipped: undefined, carrier: undefined },
    ...{ tracking: new Set<string>(), lines: [], carton: { marks: 0 }, line: undefined, isDetail: false },
  };
  const [first] = findings.all;
  if (first?.id !== 'W06') findings.start.missing('W06', 'A shipping advice begins with W06.');
  for (const found of findings.all) (taking.get(found.id) ?? unused)(found, reading);
  const { number, reference: theirs, dated, node, carrier: by, lines } = reading;
  if (lines.length === 0) findings.last.missing('W12', 'The advice has no line.');
  const shipped = reading.shipped ?? (dated === undefined ? undefined : { day: dated, time: null, zone: null });
  if (shipped === undefined)
    (first ?? findings.start).missing('G62', 'The advice does not say when goods left (G62 11).');
  for (const { carton } of lines) if (carton.tracking !== undefined) reading.tracking.add(carton.tracking);
  const tracking = [...reading.tracking].filter((text) => text !== '').slice(0, trackingMax);
  return {
    ...{ number, reference: theirs, node, shipped: shipped ?? null, tracking, lines: lines.map(advised) },
    ...(by !== undefined && { carrier: by }),
    ...findings.told(),
  };
};
