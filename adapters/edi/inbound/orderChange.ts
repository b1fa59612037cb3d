import type { OrderMapping, ReadChange } from '../../../commands/ports.ts';
import type { QuantityChanges } from '../../../domain/masterData/partnerEvents.ts';
import type { QuantityMeaning } from '../../../domain/order/quantityMeaning.ts';
import type { Delimiters, Segment } from '../x12/interchange.ts';
import { type Found, makeFindings, shownPo } from './orderFindings.ts';
import { takeLine, wholeNumber } from './orderLines.ts';

/** BCH01: a cancellation of the order, a change. A replacement would be read as if the rest were cancelled, and is refused. */
const cancellation = '01';
const purposes = new Set([cancellation, '04']);

/** What POC03 is, by POC02 and by what the partner means with QI and QD. CA is what the line is to come to, for everybody. */
const meanings: Readonly<Record<string, Readonly<Record<QuantityChanges, QuantityMeaning>>>> = {
  CA: { TOTAL: 'TOTAL', DIFFERENCE: 'TOTAL' },
  QD: { TOTAL: 'LESS_TO', DIFFERENCE: 'LESS_BY' },
  QI: { TOTAL: 'MORE_TO', DIFFERENCE: 'MORE_BY' },
};

/** Without these a line says all that can be changed here; these would say more. */
const splittingLine = new Set(['DTM', 'SAC', 'CUR', 'CSH']);

/** Elements of a PO1 in a POC, which has the code and what is left to receive besides. */
const placeInPoc = (element: number): number => {
  if (element < 2) return element;
  return element === 2 ? 3 : element + 2;
};

const asPo1 = (found: Found): Found => ({
  ...found,
  text: (element) => found.text(placeInPoc(element)),
  wrong: (element, ...rest) => found.wrong(element === null ? null : placeInPoc(element), ...rest),
  at: (pointer, element, dataElement) => found.at(pointer, placeInPoc(element), dataElement),
});

type Wanted = {
  customerPo: string | null;
  cancelAll: boolean;
  readonly lines: Readonly<Record<string, unknown>>[];
  readonly changes: Readonly<Record<string, unknown>>[];
  readonly cancellations: Readonly<Record<string, unknown>>[];
};

const begin = (found: Found, wanted: Wanted): void => {
  const purpose = found.text(1);
  if (!purposes.has(purpose))
    found.wrong(1, '353', 'VALUE_INVALID', `Purpose ${purpose} is not understood: only 01 and 04 are.`, '7');
  wanted.cancelAll = purpose === cancellation;
  wanted.customerPo = found.text(3) || null;
  if (wanted.customerPo === null) found.wrong(3, '324', 'REQUIRED', 'The purchase order has no number.', '1');
  found.at('/customerPo', 3, '324');
};

const quantity = (found: Found, { words }: OrderMapping, pointer: string) => {
  const [qty, uom] = [wholeNumber(found.text(3)), found.text(5)];
  if (qty === undefined)
    found.wrong(3, '330', 'NUMERIC_FORMAT', `"${found.text(3).slice(0, 20)}" is no whole quantity.`, '6');
  if (uom === '') found.wrong(5, '355', 'REQUIRED', 'The line has no unit.', '1');
  found.at(`${pointer}/qty`, 3, '330');
  found.at(`${pointer}/uom`, 5, '355');
  return { qty: qty ?? '', uom: words.UOM.get(uom) ?? uom };
};

/** What the partner did not say is not guessed: ten more and ten in all are both sent as ten. */
const meaningOf = (found: Found, { partner }: OrderMapping, code: string): QuantityMeaning => {
  const { quantityChanges } = partner.orders;
  if (code !== 'CA' && quantityChanges == null)
    found.wrong(
      2,
      '670',
      'VALUE_INVALID',
      `What the quantity of ${code} is was not agreed with this partner (orders.quantityChanges of its definition): only CA is understood.`,
      '7',
    );
  return meanings[code]?.[quantityChanges ?? 'TOTAL'] ?? 'TOTAL';
};

const change = (found: Found, wanted: Wanted, mapping: OrderMapping): void => {
  const [lineId, code] = [found.text(1), found.text(2)];
  if (lineId === '') found.wrong(1, '350', 'REQUIRED', 'The change names no line.', '1');
  const at = (list: 'changes' | 'cancellations'): string => {
    const pointer = `/${list}/${wanted[list].length}`;
    found.at(pointer, 1, '350');
    return pointer;
  };
  if (code === 'AI') wanted.lines.push(takeLine(asPo1(found), wanted.lines.length, mapping));
  else if (Object.hasOwn(meanings, code))
    wanted.changes.push({
      ...{ lineId, ...quantity(found, mapping, at('changes')) },
      meaning: meaningOf(found, mapping, code),
    });
  else if (code === 'DI') {
    at('cancellations');
    wanted.cancellations.push({ lineId });
  } else if (code !== 'NC')
    found.wrong(2, '670', 'VALUE_INVALID', `Change ${code} is not understood: only AI, CA, DI, QD and QI are.`, '7');
};

/** What an 860 asks for in our words. What an order here cannot change is an error at its place, and nothing of it is asked. */
export const readOrderChange = (
  segments: readonly Segment[],
  delimiters: Delimiters,
  mapping: OrderMapping,
): ReadChange => {
  const findings = makeFindings(segments, delimiters);
  const wanted: Wanted = { customerPo: null, cancelAll: false, lines: [], changes: [], cancellations: [] };
  const [first] = findings.all;
  if (first?.id !== 'BCH') findings.start.missing('BCH', 'A change of a purchase order begins with BCH.');
  let count = 0;
  for (const found of findings.all) {
    if (found.id === 'BCH') begin(found, wanted);
    else if (found.id === 'POC') {
      count += 1;
      change(found, wanted, mapping);
    } else if (found.id === 'CTT') found.countOf(count);
    else if (found.forbidden || splittingLine.has(found.id))
      found.wrong(null, null, 'SEGMENT_UNEXPECTED', `${found.id} is not understood: lines alone are changed.`, '2');
    else found.unused();
  }
  const { lines, changes, cancellations, cancelAll } = wanted;
  const isWrong = findings.told().errors.length > 0;
  if (!isWrong && !cancelAll && lines.length + changes.length + cancellations.length === 0)
    findings.last.missing('POC', 'The change changes nothing.');
  if (cancelAll && count > 0)
    first?.wrong(1, '353', 'VALUE_INVALID', 'A cancellation of an order names no lines.', '7');
  const body = { customerPo: wanted.customerPo ?? '', cancelAll, lines, changes, cancellations };
  return { body, customerPo: shownPo(wanted.customerPo), ...findings.told() };
};
