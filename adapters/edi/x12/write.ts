import { printable } from '../../../domain/edi/printable.ts';
import {
  type Delimiters,
  type Element,
  type FunctionalGroup,
  gsFields,
  type Interchange,
  type InterchangeHeader,
  isaFields,
  type Segment,
  type TransactionSet,
  type Value,
} from './interchange.ts';

/** What most partners ask for. */
export const usualDelimiters: Delimiters = { element: '*', component: '>', repetition: null, segment: '~' };

/**
 * Printable text with blanks for what would separate. There is no escape in X12, so a separator that was written as it is would
 * make another document.
 */
const cleanerFor = ({ element, component, repetition, segment }: Delimiters) => {
  const separators = new Set([element, component, repetition ?? element, segment]);
  return (text: string): string => {
    const ascii = printable(text);
    return [...ascii].some((mark) => separators.has(mark))
      ? [...ascii].map((mark) => (separators.has(mark) ? ' ' : mark)).join('')
      : ascii;
  };
};

type Writing = { readonly delimiters: Delimiters; readonly clean: (text: string) => string };

const valueText = (value: Value, { delimiters, clean }: Writing): string =>
  typeof value === 'string' ? clean(value) : value.map(clean).join(delimiters.component);

const elementText = (element: Element, writing: Writing): string =>
  typeof element === 'object' && 'repeated' in element
    ? element.repeated.map((value) => valueText(value, writing)).join(writing.delimiters.repetition ?? ' ')
    : valueText(element, writing);

const segmentText = ({ id, elements }: Segment, writing: Writing): string =>
  [id, ...elements.map((element) => elementText(element, writing))].join(writing.delimiters.element);

const isaText = (header: InterchangeHeader, { delimiters, clean }: Writing): string => {
  const elements = isaFields.map(([name, width]) => {
    // ISA11 of later versions is the repetition separator itself.
    const text = name === 'standard' ? (delimiters.repetition ?? header[name]) : clean(header[name]);
    if (text.length > width) throw new RangeError(`${name} of an interchange has at most ${width} characters: ${text}`);
    return text.padEnd(width);
  });
  return ['ISA', ...elements, delimiters.component].join(delimiters.element);
};

const setTexts = (set: TransactionSet, writing: Writing): readonly string[] => {
  const { id, controlNumber, implementation, segments } = set;
  const st = [id, controlNumber, ...(implementation === null ? [] : [implementation])];
  return [
    segmentText({ id: 'ST', elements: st }, writing),
    ...segments.map((segment) => segmentText(segment, writing)),
    segmentText({ id: 'SE', elements: [`${segments.length + 2}`, controlNumber] }, writing),
  ];
};

const groupTexts = ({ header, sets }: FunctionalGroup, writing: Writing): readonly string[] => [
  segmentText({ id: 'GS', elements: gsFields.map((name) => header[name]) }, writing),
  ...sets.flatMap((set) => setTexts(set, writing)),
  segmentText({ id: 'GE', elements: [`${sets.length}`, header.controlNumber] }, writing),
];

/**
 * The text of an interchange with its counts, a line for each segment. Text of documents is made fit to be sent; a header that is
 * wider than ISA has room for throws `RangeError`, because partners and numbers are checked before they come here.
 */
export const writeInterchange = ({ delimiters, header, acknowledgements, groups }: Interchange): string => {
  const writing: Writing = { delimiters, clean: cleanerFor(delimiters) };
  const texts = [
    isaText(header, writing),
    ...acknowledgements.map((segment) => segmentText(segment, writing)),
    ...groups.flatMap((group) => groupTexts(group, writing)),
    segmentText({ id: 'IEA', elements: [`${groups.length}`, header.controlNumber] }, writing),
  ];
  const lineEnd = delimiters.segment === '\n' || delimiters.segment === '\r' ? '' : '\n';
  return texts.map((text) => `${text}${delimiters.segment}${lineEnd}`).join('');
};
