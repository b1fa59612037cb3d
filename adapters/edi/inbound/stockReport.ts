import type { OrderMapping, ReadStockReport } from '../../../commands/ports.ts';
import { isDay } from '../../../domain/calendar.ts';
import type { AdvisedTime } from '../../../domain/edi/adviceTime.ts';
import { ourQualifiers } from '../../../domain/edi/itemQualifiers.ts';
import type { Delimiters, Segment } from '../x12/interchange.ts';
import { type Found, makeFindings } from './orderFindings.ts';

/** BIA01 (data element 353): an original, and one that replaces what was sent. Others cancel, or ask. */
const whole = new Set(['00', '05']);
/** N1 01 of the warehouse whose stock it is. */
const warehouseRoles = new Set(['WH', 'SF']);
/** LIN 02 and REF 01 of a lot. */
const lotQualifier = 'LT';
const idPairs = Array.from({ length: 15 }, (_none, index) => 2 + 2 * index);
const textMax = 60;

type Line = {
  readonly index: number;
  readonly item: string;
  uom: string;
  readonly said: { word: string; qty: string; lot?: string }[];
};

type Reading = {
  number: string;
  node: string | null;
  taken: AdvisedTime | undefined;
  readonly lines: Map<string, Line>;
  line: Line | undefined;
  lot: string | undefined;
  count: number;
};

type Taking = (found: Found, reading: Reading, mapping: OrderMapping) => void;

const takenOf = (dayText: string, timeText: string): AdvisedTime | undefined => {
  const day = `${dayText.slice(0, 4)}-${dayText.slice(4, 6)}-${dayText.slice(6)}`;
  const [, hours, minutes, seconds] = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?\d{0,2}$/.exec(timeText) ?? [];
  if (!/^\d{8}$/.test(dayText) || !isDay(day) || hours === undefined) return undefined;
  return { day, time: seconds === undefined ? `${hours}:${minutes}` : `${hours}:${minutes}:${seconds}`, zone: null };
};

const begin: Taking = (found, reading) => {
  reading.number = found.text(3).slice(0, textMax);
  reading.taken = takenOf(found.text(4), found.text(5));
  found.at('/snapshotId', 3, '127');
  found.at('/takenAt', 4, '373');
  if (!whole.has(found.text(1)))
    found.wrong(1, '353', 'VALUE_INVALID', 'Only a report of stock is taken: 00 or 05.', '7');
  if (reading.number === '') found.wrong(3, '127', 'REQUIRED', 'The report has no number of its own.', '1');
  if (reading.taken === undefined)
    found.wrong(5, '337', 'REQUIRED', 'The report says of no moment that it is true for it: date and time.', '1');
};

const party: Taking = (found, reading) => {
  const code = found.text(4);
  if (!warehouseRoles.has(found.text(1)) || code === '') return found.unused();
  if (reading.node !== null && reading.node !== code)
    return found.wrong(4, '67', 'VALUE_INVALID', 'One report is of one warehouse.', '7');
  reading.node = code;
  found.at('/node', 4, '67');
};

/** Our own number as it is; theirs by the cross-reference, or as if it were ours. */
const itemNamed = (found: Found, { words }: OrderMapping) => {
  const named = idPairs
    .map((place) => ({ qualifier: found.text(place), id: found.text(place + 1), element: place + 1 }))
    .filter(({ qualifier, id }) => id !== '' && qualifier !== lotQualifier);
  const ours = named.find(({ qualifier }) => ourQualifiers.has(qualifier));
  if (ours !== undefined) return { item: ours.id, element: ours.element };
  const mapped = named.find(({ id }) => words.ITEM.has(id)) ?? named[0];
  return mapped === undefined ? undefined : { item: words.ITEM.get(mapped.id) ?? mapped.id, element: mapped.element };
};

/** Lots of an item may come as lines of their own: they are one line here. */
const item: Taking = (found, reading, mapping) => {
  reading.count += 1;
  const named = itemNamed(found, mapping);
  const lotAt = idPairs.find((place) => found.text(place) === lotQualifier);
  reading.lot = lotAt === undefined ? undefined : found.text(lotAt + 1).slice(0, textMax) || undefined;
  if (named === undefined) {
    reading.line = undefined;
    return found.wrong(3, '234', 'REQUIRED', 'The line names no item.', '1');
  }
  const known = reading.lines.get(named.item);
  reading.line = known ?? { index: reading.lines.size, item: named.item, uom: '', said: [] };
  if (known !== undefined) return;
  found.at(`/lines/${reading.line.index}/item`, named.element, '234');
  reading.lines.set(named.item, reading.line);
};

const lot: Taking = (found, reading) => {
  if (reading.line === undefined || found.text(1) !== lotQualifier) return found.unused();
  reading.lot = found.text(2).slice(0, textMax) || undefined;
};

const quantity: Taking = (found, reading, { words }) => {
  const { line } = reading;
  if (line === undefined) return found.unused();
  const [, sign = '', digits] = /^(-?)0*(\d{1,15}?)(?:\.0*)?$/.exec(found.text(2)) ?? [];
  const told = /^[A-Z0-9]{2}/.exec(found.text(3))?.[0] ?? '';
  const uom = words.UOM.get(told) ?? told;
  const where = `/lines/${line.index}/said/${line.said.length}`;
  found.at(`${where}/word`, 1, '673');
  found.at(`${where}/qty`, 2, '380');
  if (digits === undefined)
    found.wrong(2, '380', 'NUMERIC_FORMAT', `"${found.text(2).slice(0, 20)}" is no whole quantity.`, '6');
  if (uom === '') found.wrong(3, '355', 'REQUIRED', 'The quantity has no unit.', '1');
  else if (line.uom === '') {
    line.uom = uom;
    found.at(`/lines/${line.index}/uom`, 3, '355');
  } else if (line.uom !== uom) found.wrong(3, '355', 'VALUE_INVALID', 'All of an item is told in one unit.', '7');
  const qty = digits === undefined || digits === '0' ? '0' : `${sign}${digits}`;
  line.said.push({ word: found.text(1), qty, ...(reading.lot !== undefined && { lot: reading.lot }) });
};

const total: Taking = (found, { count }) => {
  if (found.text(1) !== '') found.countOf(count);
};

const unused: Taking = (found) => found.unused();

const taking: ReadonlyMap<string, Taking> = new Map([
  ['BIA', begin],
  ['N1', party],
  ['LIN', item],
  ['REF', lot],
  ['QTY', quantity],
  ['CTT', total],
]);

/** What an 846 says of stock: items and units in our words, quantities in those of the sender. The rest is told as unused. */
export const readStockReport = (
  segments: readonly Segment[],
  delimiters: Delimiters,
  mapping: OrderMapping,
): ReadStockReport => {
  const findings = makeFindings(segments, delimiters);
  const reading: Reading = {
    ...{ number: '', node: null, taken: undefined, lines: new Map<string, Line>() },
    ...{ line: undefined, lot: undefined, count: 0 },
  };
  const [first] = findings.all;
  if (first?.id !== 'BIA') findings.start.missing('BIA', 'A report of stock begins with BIA.');
  for (const found of findings.all) (taking.get(found.id) ?? unused)(found, reading, mapping);
  const { number, node, taken } = reading;
  const lines = [...reading.lines.values()].map(({ index: _, ...line }) => line);
  if (lines.some(({ said }) => said.length === 0)) findings.last.missing('QTY', 'An item has no quantity.');
  return { number, node, taken: taken ?? null, lines, ...findings.told() };
};
