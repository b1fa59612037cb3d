import {
  type Delimiters,
  type GroupHeader,
  gsFields,
  type InterchangeHeader,
  type Segment,
  type TransactionSet,
  textAt,
} from './interchange.ts';
import type { Violation, ViolationKind } from './violations.ts';

export type ReadSet = TransactionSet & {
  /** The number of its ST, counted from the ISA. */
  readonly segmentNumber: number;
  readonly violations: readonly Violation[];
};

export type ReadGroup = {
  readonly header: GroupHeader;
  readonly sets: readonly ReadSet[];
  /** How many sets its GE tells of; null: it does not. */
  readonly setsTold: number | null;
  readonly segmentNumber: number;
  readonly violations: readonly Violation[];
};

export type ReadInterchange = {
  readonly delimiters: Delimiters;
  readonly header: InterchangeHeader;
  readonly acknowledgements: readonly Segment[];
  readonly groups: readonly ReadGroup[];
  readonly violations: readonly Violation[];
};

/** What is being read: each is filled until its trailer. */
type OpenSet = ReadSet & { readonly segments: Segment[]; readonly violations: Violation[] };
type OpenGroup = Omit<ReadGroup, 'setsTold'> & {
  setsTold: number | null;
  readonly sets: OpenSet[];
  readonly violations: Violation[];
};
type OpenInterchange = ReadInterchange & {
  readonly acknowledgements: Segment[];
  readonly groups: OpenGroup[];
  readonly violations: Violation[];
};

/** Details say what stands in an element, and an element may be as long as the text. */
const detailMax = 300;

const groupControlNumber = /^\d{1,9}$/;
const setControlNumber = /^[A-Za-z0-9]{1,9}$/;

/** Numbers of interchanges and groups are numbers: leading zeros make no difference. */
const plainNumber = (text: string): string => text.replace(/^0+(?=.)/, '');

const countOf = (text: string): number | null => (/^\d{1,10}$/.test(text) ? Number(text) : null);

/** How far an interchange has been read. */
export type Reading = {
  readonly interchange: OpenInterchange;
  group: OpenGroup | undefined;
  set: OpenSet | undefined;
  /** The number of the segment that is looked at, and its id. */
  number: number;
  id: string;
  readonly groupNumbers: Set<string>;
  setNumbers: Set<string>;
  violationCount: number;
};

export const startReading = (delimiters: Delimiters, header: InterchangeHeader): Reading => ({
  interchange: { delimiters, header, acknowledgements: [], groups: [], violations: [] },
  ...{ group: undefined, set: undefined, number: 1, id: 'ISA' },
  ...{ groupNumbers: new Set(), setNumbers: new Set(), violationCount: 0 },
});

/** It belongs to the innermost envelope that is open. */
export const note = (reading: Reading, kind: ViolationKind, detail: string, element: number | null = null): void => {
  const { set, group, interchange, number: segmentNumber, id: segmentId } = reading;
  const numberInSet = set === undefined ? null : segmentNumber - set.segmentNumber + 1;
  reading.violationCount += 1;
  const told = { kind, segmentNumber, numberInSet, segmentId, element, detail: detail.slice(0, detailMax) };
  (set ?? group ?? interchange).violations.push(told);
};

/** What is open behind `keep` ends without its trailer. */
export const endOpen = (reading: Reading, keep: 'group' | 'interchange'): void => {
  const { set, group } = reading;
  if (set !== undefined) note(reading, 'SET_TRAILER_MISSING', `Set ${set.controlNumber} ends without its SE.`);
  reading.set = undefined;
  if (keep === 'group' || group === undefined) return;
  note(reading, 'GROUP_TRAILER_MISSING', `Group ${group.header.controlNumber} ends without its GE.`);
  reading.group = undefined;
};

type Taking = (reading: Reading, text: (place: number) => string) => void;

const beginGroup: Taking = (reading, text) => {
  endOpen(reading, 'interchange');
  const fields = gsFields.map((name, index) => [name, text(index + 1)] as const);
  const header = Object.fromEntries(fields) as GroupHeader;
  const group = { header, sets: [], setsTold: null, segmentNumber: reading.number, violations: [] };
  reading.interchange.groups.push(group);
  Object.assign(reading, { group, setNumbers: new Set() });
  fields.forEach(([name, value], index) => {
    if (value === '' || (name === 'controlNumber' && !groupControlNumber.test(value)))
      note(reading, 'GROUP_HEADER_INCOMPLETE', `GS0${index + 1} is "${value}".`, index + 1);
  });
  const key = plainNumber(header.controlNumber);
  if (reading.groupNumbers.has(key)) note(reading, 'CONTROL_NUMBER_REPEATED', `Group ${key} occurs twice.`, 6);
  reading.groupNumbers.add(key);
};

const beginSet: Taking = (reading, text) => {
  endOpen(reading, 'group');
  if (reading.group === undefined) return note(reading, 'SEGMENT_MISPLACED', 'ST stands outside of a group.');
  const [id, controlNumber, implementation] = [text(1), text(2), text(3) || null];
  const set = { id, controlNumber, implementation, segments: [], segmentNumber: reading.number, violations: [] };
  reading.group.sets.push(set);
  reading.set = set;
  if (!/^\d{3}$/.test(id)) note(reading, 'SET_HEADER_INCOMPLETE', `ST01 is "${id}".`, 1);
  if (!setControlNumber.test(controlNumber)) note(reading, 'SET_HEADER_INCOMPLETE', `ST02 is "${controlNumber}".`, 2);
  if (reading.setNumbers.has(controlNumber))
    note(reading, 'CONTROL_NUMBER_REPEATED', `Set ${controlNumber} occurs twice in its group.`, 2);
  reading.setNumbers.add(controlNumber);
};

const endSet: Taking = (reading, text) => {
  const { set, number } = reading;
  if (set === undefined) return note(reading, 'SEGMENT_MISPLACED', 'SE ends no set.');
  const count = number - set.segmentNumber + 1;
  if (countOf(text(1)) !== count) note(reading, 'SEGMENT_COUNT', `SE01 is "${text(1)}" for ${count} segments.`, 1);
  if (text(2) !== set.controlNumber)
    note(reading, 'SET_CONTROL_NUMBER', `SE02 is "${text(2)}", ST02 "${set.controlNumber}".`, 2);
  reading.set = undefined;
};

const endGroup: Taking = (reading, text) => {
  endOpen(reading, 'group');
  const { group } = reading;
  if (group === undefined) return note(reading, 'SEGMENT_MISPLACED', 'GE ends no group.');
  group.setsTold = countOf(text(1));
  const { length } = group.sets;
  if (group.setsTold !== length) note(reading, 'SET_COUNT', `GE01 is "${text(1)}" for ${length} sets.`, 1);
  const { controlNumber } = group.header;
  if (plainNumber(text(2)) !== plainNumber(controlNumber))
    note(reading, 'GROUP_CONTROL_NUMBER', `GE02 is "${text(2)}", GS06 "${controlNumber}".`, 2);
  reading.group = undefined;
};

const endInterchange: Taking = (reading, text) => {
  endOpen(reading, 'interchange');
  const { groups, header } = reading.interchange;
  if (countOf(text(1)) !== groups.length)
    note(reading, 'GROUP_COUNT', `IEA01 is "${text(1)}" for ${groups.length} groups.`, 1);
  if (plainNumber(text(2)) !== plainNumber(header.controlNumber))
    note(reading, 'INTERCHANGE_CONTROL_NUMBER', `IEA02 is "${text(2)}", ISA13 "${header.controlNumber}".`, 2);
};

const envelopes = new Map<string, Taking>([
  ...([
    ['GS', beginGroup],
    ['ST', beginSet],
    ['SE', endSet],
    ['GE', endGroup],
    ['IEA', endInterchange],
  ] as const),
]);

/** Takes the next segment of the interchange. */
export const takeSegment = (reading: Reading, segment: Segment): void => {
  const { interchange, set, group } = reading;
  const envelope = envelopes.get(segment.id);
  if (envelope !== undefined) envelope(reading, (place) => textAt(segment, place, interchange.delimiters));
  else if (set !== undefined) set.segments.push(segment);
  else if (segment.id === 'TA1' && group === undefined) interchange.acknowledgements.push(segment);
  else note(reading, 'SEGMENT_MISPLACED', `${segment.id} stands outside of a transaction set.`);
};
