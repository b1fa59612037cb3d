import { type Delimiters, type InterchangeHeader, isaFields } from './interchange.ts';
import { skipBlank } from './segments.ts';

export type Isa = {
  readonly delimiters: Delimiters;
  readonly header: InterchangeHeader;
  /** Elements that are not as wide as the standard has them, from 1, and how wide they are. */
  readonly wrong: readonly (readonly [number, string])[];
  /** Where the next segment begins. */
  readonly next: number;
};

/** Far more than the 106 characters of one; what has no 16 separators by then is none. */
const charsMax = 400;

const versionWithRepetition = '00402';

/** A letter or digit stands in names and numbers, so it cannot separate them; half of a character outside the basic plane neither. */
const canSeparate = (mark: string): boolean => /^[^\p{L}\p{N}\p{Cs} ]$/u.test(mark);

const delimitersOf = (marks: readonly string[], repetition: string | null): Delimiters | undefined => {
  const [element = '', component = '', segment = ''] = marks;
  const all = repetition === null ? marks : [...marks, repetition];
  const canDo = all.every(canSeparate) && ![element, component, repetition ?? '^'].some((mark) => /\s/.test(mark));
  return canDo && new Set(all).size === all.length ? { element, component, repetition, segment } : undefined;
};

const headerOf = (elements: readonly string[]): InterchangeHeader =>
  Object.fromEntries(isaFields.map(([name], place) => [name, (elements[place] ?? '').trimEnd()])) as InterchangeHeader;

const wrongWidths = (elements: readonly string[]): Isa['wrong'] =>
  isaFields.flatMap(([, width], index) => {
    const length = elements[index]?.length ?? 0;
    return length === width
      ? []
      : [[index + 1, `ISA${index + 1} has ${length} characters instead of ${width}.`] as const];
  });

/** Where the element behind the last of so many separators begins; -1: there are not so many. */
const behind = (text: string, at: number, separator: string, count: number): number => {
  let place = at;
  for (let found = 0; found < count; found += 1) {
    const next = text.indexOf(separator, place);
    if (next < 0) return -1;
    place = next + 1;
  }
  return place;
};

/**
 * The separators are where the standard puts them: the element separator behind `ISA`, the component separator as element 16,
 * the terminator behind that. They are found by counting elements, so that an ISA which is too short or too long is read too.
 * Undefined: it cannot be read.
 */
export const readIsa = (text: string, at: number): Isa | undefined => {
  if (!text.startsWith('ISA', at)) return undefined;
  const isa = text.slice(at, at + charsMax);
  const separator = isa.charAt(3);
  const componentAt = separator === '' ? -1 : behind(isa, 0, separator, isaFields.length + 1);
  if (componentAt < 0) return undefined;
  const [, ...elements] = isa
    .slice(0, componentAt - 1)
    .split(separator)
    .map((part) => part.replace(/[\r\n]/g, ''));
  const [repeats = '', version = ''] = elements.slice(10);
  const repetition = version >= versionWithRepetition && canSeparate(repeats) ? repeats : null;
  const marks = [separator, isa.charAt(componentAt), isa.charAt(componentAt + 1)];
  const delimiters = delimitersOf(marks, repetition);
  if (delimiters === undefined) return undefined;
  const next = skipBlank(text, at + componentAt + 2);
  return { delimiters, header: headerOf(elements), wrong: wrongWidths(elements), next };
};
