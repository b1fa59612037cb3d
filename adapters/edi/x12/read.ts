import { endOpen, note, type ReadInterchange, type Reading, startReading, takeSegment } from './envelopes.ts';
import type { Delimiters } from './interchange.ts';
import { readIsa } from './isa.ts';
import { cutSegment, skipBlank, splitSegment } from './segments.ts';
import type { Violation } from './violations.ts';

/** How much of a text is read, of all its interchanges together. What is beyond is not, and the reading says so. */
export type ReadLimits = { readonly segmentsMax: number; readonly violationsMax: number };

export type ReadText = {
  readonly interchanges: readonly ReadInterchange[];
  /** What is wrong outside of interchanges; nothing behind it is read. */
  readonly violations: readonly Violation[];
};

const usualReadLimits: ReadLimits = { segmentsMax: 200_000, violationsMax: 1_000 };

const byteOrderMark = 0xfeff;
const segmentId = /^[A-Z][A-Z0-9]{1,2}$/;
const controlCharacters = /\p{Cc}/gu;

const outside = (kind: Violation['kind'], detail: string): Violation => ({
  ...{ kind, segmentNumber: 1, numberInSet: null, segmentId: '', element: null, detail },
});

/** Separators may be control characters themselves. */
const isSpoilt = (text: string, { component, repetition }: Delimiters): boolean =>
  (text.match(controlCharacters) ?? []).some((mark) => mark !== component && mark !== repetition);

/** What is wrong with a segment wherever it stands, by the first place. */
const examine = (reading: Reading, text: string): void => {
  const { delimiters } = reading.interchange;
  if (text === '') note(reading, 'SEGMENT_EMPTY', 'A terminator follows on a terminator.');
  else if (!segmentId.test(reading.id)) note(reading, 'SEGMENT_ID', `"${reading.id.slice(0, 20)}" is no segment.`);
  if (text.search(controlCharacters) < 0) return;
  const element = text.split(delimiters.element).findIndex((part) => isSpoilt(part, delimiters));
  if (element >= 0)
    note(reading, 'CHARACTER', 'A control character stands in the text.', element === 0 ? null : element);
};

/** The segments behind an ISA up to its IEA, or up to what shows that there is none. Where the reading ended. */
const readBody = (text: string, from: number, reading: Reading, limits: ReadLimits): number => {
  const { delimiters } = reading.interchange;
  let at = from;
  for (;;) {
    const cut = cutSegment(text, at, delimiters.segment);
    const segment = cut === undefined ? undefined : splitSegment(cut.text, delimiters);
    Object.assign(reading, { number: reading.number + 1, id: segment?.id ?? '' });
    if (cut === undefined || segment === undefined || segment.id === 'ISA') {
      endOpen(reading, 'interchange');
      note(reading, 'INTERCHANGE_TRAILER_MISSING', 'The interchange ends without its IEA.');
      return skipBlank(text, at);
    }
    at = cut.next;
    if (!cut.terminated) note(reading, 'TERMINATOR_MISSING', 'The last segment has no terminator.');
    examine(reading, cut.text);
    if (cut.text !== '') takeSegment(reading, segment);
    if (segment.id === 'IEA') return skipBlank(text, at);
    if (reading.number >= limits.segmentsMax || reading.violationCount >= limits.violationsMax) {
      endOpen(reading, 'interchange');
      note(reading, 'TOO_MUCH', `Nothing behind segment ${reading.number} was read.`);
      return text.length;
    }
  }
};

/**
 * Reads all interchanges of a text, each with separators of its own. Total: whatever is wrong with the text is told as violations
 * beside what could be read, each at the envelope that it spoils. Takes time and memory in proportion to the text.
 */
export const readInterchanges = (text: string, limits: ReadLimits = usualReadLimits): ReadText => {
  const interchanges: ReadInterchange[] = [];
  let { segmentsMax, violationsMax } = limits;
  let at = skipBlank(text, text.charCodeAt(0) === byteOrderMark ? 1 : 0);
  if (at >= text.length)
    return { interchanges, violations: [outside('TEXT_OUTSIDE_INTERCHANGE', 'The text is empty.')] };
  while (at < text.length) {
    const isa = readIsa(text, at);
    if (isa === undefined) {
      const [kind, detail] = text.startsWith('ISA', at)
        ? (['ISA_UNREADABLE', 'ISA has too few elements, or separators that cannot separate.'] as const)
        : (['TEXT_OUTSIDE_INTERCHANGE', 'An interchange begins with ISA.'] as const);
      return { interchanges, violations: [outside(kind, `${detail} It is at character ${at + 1}.`)] };
    }
    const reading = startReading(isa.delimiters, isa.header);
    for (const [element, detail] of isa.wrong) note(reading, 'ISA_WIDTH', detail, element);
    at = readBody(text, isa.next, reading, { segmentsMax, violationsMax });
    interchanges.push(reading.interchange);
    segmentsMax -= reading.number;
    violationsMax -= reading.violationCount;
  }
  return { interchanges, violations: [] };
};
