import { printable } from '../../../domain/edi/printable.ts';
import type { Segment } from './interchange.ts';

/**
 * What an element has to be: `M` when it must be there, its type, and its least and greatest length, as in the dictionary of
 * version 004010; later versions are wider. `text` is a description of type AN, which may be cut: every other element names
 * something, and cut it would name something else.
 */
type Type = 'AN' | 'DT' | 'ID' | 'N' | 'R' | 'TM' | 'text';
type Spec = `${'M ' | ''}${Type} ${number}/${number}`;

const idPairs = (count: number): readonly Spec[] =>
  Array.from({ length: count }, () => ['ID 2/2', 'AN 1/48'] as const).flat();

const [unit, quantity, price, day, purchaseOrder] = ['ID 2/2', 'R 1/15', 'R 1/17', 'DT 8/8', 'AN 1/22'] as const;

/** Elements of the segments that documents here are made of, in their order. */
const dictionary: Readonly<Record<string, readonly Spec[]>> = {
  ACK: ['M ID 2/2', quantity, unit, 'ID 3/3', day],
  BAK: ['M ID 2/2', 'M ID 2/2', `M ${purchaseOrder}`, `M ${day}`],
  BCA: ['M ID 2/2', 'ID 2/2', `M ${purchaseOrder}`, 'AN 1/30', 'AN 1/8', day],
  BIA: ['M ID 2/2', 'M ID 2/2', 'M AN 1/30', `M ${day}`, 'TM 4/8'],
  BIG: [`M ${day}`, 'M AN 1/22', day, purchaseOrder, 'AN 1/30', 'AN 1/8', 'ID 2/2'],
  BSN: ['M ID 2/2', 'M AN 2/30', `M ${day}`, 'M TM 4/8', 'ID 4/4'],
  CTT: ['M N 1/6'],
  CUR: ['M ID 2/3', 'M ID 3/3'],
  DTM: ['M ID 3/3', day, 'TM 4/8'],
  G62: ['ID 2/2', day, 'ID 1/2', 'TM 4/8', 'ID 2/2'],
  HL: ['M AN 1/12', 'AN 1/12', 'M ID 1/2'],
  IT1: ['AN 1/20', 'R 1/10', unit, price, 'ID 2/2', ...idPairs(10)],
  ITD: ['ID 2/2', 'ID 1/2', 'R 1/6', day, 'N 1/3', day, 'N 1/3'],
  LIN: ['AN 1/20', 'M ID 2/2', 'M AN 1/48', ...idPairs(14)],
  LX: ['M N 1/6'],
  MAN: ['M ID 1/2', 'M AN 1/48', 'AN 1/48'],
  MEA: ['ID 2/2', 'ID 1/3', 'R 1/20', unit],
  N1: ['M ID 2/3', 'text 1/60', 'ID 1/2', 'AN 2/80'],
  N9: ['M ID 2/3', 'AN 1/30', 'AN 1/45'],
  PO1: ['AN 1/20', quantity, unit, price, 'ID 2/2', ...idPairs(10)],
  POC: ['AN 1/20', 'M ID 2/2', quantity, 'R 1/9', unit, price, 'ID 2/2', ...idPairs(10)],
  PRF: [`M ${purchaseOrder}`, 'AN 1/30', 'AN 1/8', day],
  QTY: ['M ID 2/2', `M ${quantity}`, unit],
  REF: ['M ID 2/3', 'AN 1/30', 'text 1/80'],
  SAC: [
    ...(['M ID 1/1', 'ID 4/4', 'ID 2/2', 'AN 1/10', 'N 1/15', 'ID 1/1', 'R 1/6', 'R 1/9', 'ID 2/2', quantity] as const),
    ...([quantity, 'ID 2/2', 'AN 1/30', 'AN 1/20', 'text 1/80'] as const),
  ],
  SN1: ['AN 1/20', 'M R 1/10', `M ${unit}`, 'R 1/15', quantity, unit],
  TD5: ['ID 1/2', 'ID 1/2', 'AN 2/80', 'ID 1/2', 'text 1/35'],
  TDS: ['M N 1/15'],
  TXI: ['M ID 2/2', 'R 1/18', 'R 1/10', 'ID 2/2', 'AN 1/10'],
  W01: [`M ${quantity}`, `M ${unit}`, 'AN 12/12', ...idPairs(2)],
  W05: ['M ID 1/1', 'M AN 1/22', purchaseOrder],
  W76: [`M ${quantity}`],
};

const forms: Readonly<Record<Type, RegExp>> = {
  AN: /^/,
  DT: /^\d{8}$/,
  ID: /^[A-Za-z0-9]+$/,
  N: /^-?\d+$/,
  R: /^-?(\d+(\.\d*)?|\.\d+)$/,
  TM: /^\d{4,8}$/,
  text: /^/,
};

/** Neither a sign nor a decimal point counts. */
const lengthOf = (type: Type, text: string): number =>
  type === 'N' || type === 'R' ? text.replace(/[-.]/g, '').length : text.length;

type Parsed = {
  readonly isRequired: boolean;
  readonly type: Type;
  readonly least: number;
  readonly most: number;
};

const parse = (spec: Spec): Parsed => {
  const [, must, type, least, most] = /^(M )?(\w+) (\d+)\/(\d+)$/.exec(spec) ?? [];
  return { isRequired: must !== undefined, type: type as Type, least: Number(least), most: Number(most) };
};

const parsed = new Map(Object.entries(dictionary).map(([id, specs]) => [id, specs.map(parse)]));

type Place = { readonly id: string; readonly place: number };

const placed = ({ id, place }: Place): string => `${id}${`${place}`.padStart(2, '0')}`;

const fitted = (text: string, { isRequired, type, least, most }: Parsed, at: Place): string => {
  if (text === '') {
    if (isRequired) throw new RangeError(`${placed(at)} has to be there`);
    return text;
  }
  if (type === 'text') return text.slice(0, most);
  if (!forms[type].test(text)) throw new RangeError(`${placed(at)} "${text}" is not of type ${type}`);
  const length = lengthOf(type, text);
  if (length > most)
    throw new RangeError(`${placed(at)} "${text}" is longer than ${most}, the most that X12 has room for`);
  if (length >= least) return text;
  // Blanks at its end are how a text that is too short comes to its least length.
  if (type === 'AN') return text.padEnd(least);
  throw new RangeError(`${placed(at)} "${text}" is shorter than ${least}`);
};

/**
 * The segment with elements that the dictionary allows. Descriptions are cut; whatever names or counts something throws `RangeError`
 * where it does not fit, with the element and what stands in it, because neither half a number nor half a name can be sent.
 */
export const conform = (segment: Segment): Segment => {
  const specs = parsed.get(segment.id);
  if (specs === undefined) throw new RangeError(`${segment.id} is in no document that is made here`);
  if (segment.elements.length > specs.length)
    throw new RangeError(`${segment.id} has ${segment.elements.length} elements instead of ${specs.length}`);
  const elements = specs.map((spec, index) => {
    const element = segment.elements[index] ?? '';
    if (typeof element !== 'string')
      throw new RangeError(`${placed({ id: segment.id, place: index + 1 })} is composite`);
    return fitted(printable(element), spec, { id: segment.id, place: index + 1 });
  });
  return { id: segment.id, elements: elements.slice(0, elements.findLastIndex((text) => text !== '') + 1) };
};
