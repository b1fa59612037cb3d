import type { Delimiters, Element, Segment, Value } from './interchange.ts';

/** The text of a segment and where the next one begins. `terminated`: false of the last one when its terminator is missing. */
export type Cut = { readonly text: string; readonly next: number; readonly terminated: boolean };

const isBlank = (code: number): boolean =>
  code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d || code === 0x1a;

/** Line breaks and indentation between segments, and an old end-of-file mark, belong to nobody. */
export const skipBlank = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at += 1;
  return at;
};

/** Files are wrapped after so many columns wherever they come by: a line break within a segment is not a part of it. */
const unwrapped = (text: string, terminator: string): string =>
  terminator === '\n' || terminator === '\r' ? text.replace(/\r$/, '') : text.replace(/[\r\n]+/g, '');

/** Undefined: there is nothing but blanks. */
export const cutSegment = (text: string, from: number, terminator: string): Cut | undefined => {
  const start = skipBlank(text, from);
  if (start >= text.length) return undefined;
  const end = text.indexOf(terminator, start);
  const terminated = end >= 0;
  const raw = text.slice(start, terminated ? end : text.length);
  return { text: unwrapped(raw, terminator), next: terminated ? end + 1 : text.length, terminated };
};

const valueIn = (text: string, component: string): Value => (text.includes(component) ? text.split(component) : text);

const elementOf = (text: string, { component, repetition }: Delimiters): Element =>
  repetition !== null && text.includes(repetition)
    ? { repeated: text.split(repetition).map((value) => valueIn(value, component)) }
    : valueIn(text, component);

export const splitSegment = (text: string, delimiters: Delimiters): Segment => {
  const [id = '', ...elements] = text.split(delimiters.element);
  return { id, elements: elements.map((element) => elementOf(element, delimiters)) };
};
