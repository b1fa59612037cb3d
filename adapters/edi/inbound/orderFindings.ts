import type { PlaceInSet, ReadOrder } from '../../../commands/ports.ts';
import { type SetError, setErrorsMax } from '../../../domain/edi/inboundEvents.ts';
import { explanationOf } from '../../../domain/outsideText.ts';
import { type Delimiters, type Segment, textAt } from '../x12/interchange.ts';

/** Qualifiers of DTM that say when goods are wanted, the most telling first: delivery, required by, shipment. */
export const requestedDays = ['002', '106', '010'];

/** Several dates, quantities, destinations or parts of a line: what an order here cannot say, and may not be passed over. */
const splitting = new Set(['SCH', 'SLN', 'SDQ', 'POC']);

/** Details say what stands in an element, and an element may be as long as the interchange. */
const detailMax = 300;

/** A segment of an order, and what was found in it. */
export type Found = {
  readonly id: string;
  readonly forbidden: boolean;
  /** An element as text, blanks around it left away; `''` where there is none. */
  readonly text: (element: number) => string;
  readonly wrong: (
    elementNo: number | null,
    dataElement: string | null,
    code: string,
    detail: string,
    x12Code: string,
  ) => void;
  /** A segment should have followed here. */
  readonly missing: (segment: string, detail: string) => void;
  /** The part of the order at `pointer` is told by this element. */
  readonly at: (pointer: string, elementNo: number, dataElement: string) => void;
  readonly unused: () => void;
  /** What it says of the number of lines is true. */
  readonly countOf: (lines: number) => void;
};

export type Findings = {
  readonly all: readonly Found[];
  /** The ST itself, for what is not there at all. */
  readonly start: Found;
  readonly last: Found;
  readonly told: () => Pick<ReadOrder, 'errors' | 'unused' | 'placeOf'>;
};

const customerPoMax = 100;

/** The number of a purchase order as far as it is shown of one that is rejected; a longer one is none. */
export const shownPo = (customerPo: string | null): string | null =>
  customerPo === null ? null : explanationOf(customerPo, customerPoMax) || null;

export const makeFindings = (segments: readonly Segment[], delimiters: Delimiters): Findings => {
  const errors: SetError[] = [];
  const unused = new Set<string>();
  const places = new Map<string, PlaceInSet>();

  const tell = ({ detail, ...error }: SetError): void => {
    if (errors.length < setErrorsMax) errors.push({ ...error, detail: explanationOf(detail, detailMax) });
  };
  const found = (of: Segment, segmentNo: number): Found => {
    const segment = of.id.slice(0, 3);
    const text = (element: number): string => textAt(of, element, delimiters).trim();
    const wrong: Found['wrong'] = (elementNo, dataElement, code, detail, x12Code) =>
      tell({ code, detail, segment, segmentNo, elementNo, dataElement, x12Code });
    return {
      ...{ id: of.id, forbidden: splitting.has(of.id), text, wrong },
      missing: (id, detail) =>
        tell({ code: 'REQUIRED', detail, segment: id, segmentNo, elementNo: null, dataElement: null, x12Code: '3' }),
      at: (pointer, elementNo, dataElement) => places.set(pointer, { segment, segmentNo, elementNo, dataElement }),
      unused: () => unused.add(segment),
      countOf: (lines) => {
        if (Number(text(1)) !== lines)
          wrong(1, '354', 'VALUE_INVALID', `CTT01 is "${text(1)}" for ${lines} lines.`, '7');
      },
    };
  };

  const all = segments.map((segment, index) => found(segment, index + 2));
  const start = found({ id: 'ST', elements: [] }, 1);
  const beginning: PlaceInSet = { segment: 'BEG', segmentNo: 2, elementNo: null, dataElement: null };
  const placeOf = (pointer: string): PlaceInSet => {
    for (let path = pointer; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) {
      const place = places.get(path);
      if (place !== undefined) return place;
    }
    return beginning;
  };
  return {
    ...{ all, start, last: all.at(-1) ?? start },
    told: () => ({ errors, unused: [...unused].slice(0, setErrorsMax), placeOf }),
  };
};
