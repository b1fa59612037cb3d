import type { InboundX12, OpenedInterchange } from '../../../commands/ports.ts';
import { type GroupReceived, type SetError, setErrorsMax } from '../../../domain/edi/inboundEvents.ts';
import type { ReadGroup, ReadInterchange, ReadSet } from '../x12/envelopes.ts';
import { readInterchanges } from '../x12/read.ts';
import { isHarmless, type Violation, type ViolationKind } from '../x12/violations.ts';
import { readAcknowledgement, readInterchangeAcknowledgement } from './acknowledgement.ts';
import { readOrderChange } from './orderChange.ts';
import { readPurchaseOrder } from './purchaseOrder.ts';
import { readShippingAdvice } from './shippingAdvice.ts';
import { readStockReport } from './stockReport.ts';

/** Sets of one interchange, each of which becomes an order: what is done within one request. */
const setsMax = 1_000;

type Problem = { readonly pointer: string; readonly code: string; readonly detail: string };

const problem = (code: string, detail: string): Problem => ({ pointer: '/content', code, detail });

/** GS01 of the groups that are understood, with the sets that each holds. From 005010 on a 999 may stand for a 997. */
const understood: ReadonlyMap<string, readonly string[]> = new Map([
  ['PO', ['850']],
  ['PC', ['860']],
  ['SW', ['945']],
  ['IB', ['846']],
  ['FA', ['997', '999']],
]);

type Codes = Readonly<Partial<Record<ViolationKind, string>>>;

/** Data element 716. */
const groupCodes: Codes = {
  GROUP_TRAILER_MISSING: '3',
  GROUP_CONTROL_NUMBER: '4',
  SET_COUNT: '5',
  GROUP_HEADER_INCOMPLETE: '6',
  CONTROL_NUMBER_REPEATED: '19',
};
const groupUnknown = '1';
const versionUnknown = '2';
const setsMiscounted = '5';

/** Data element 718. */
const setCodes: Codes = {
  SET_TRAILER_MISSING: '2',
  SET_CONTROL_NUMBER: '3',
  SEGMENT_COUNT: '4',
  CONTROL_NUMBER_REPEATED: '23',
};
const setUnknown = '1';
const segmentsInError = '5';
const setIdInvalid = '6';
const setNumberInvalid = '7';

const distinct = (codes: readonly string[]): readonly string[] => [...new Set(codes)];
const serious = (violations: readonly Violation[]): readonly Violation[] =>
  violations.filter((violation) => !isHarmless(violation));

const setCode = ({ kind, element }: Violation): string => {
  if (kind === 'SET_HEADER_INCOMPLETE') return element === 1 ? setIdInvalid : setNumberInvalid;
  return setCodes[kind] ?? segmentsInError;
};

const setErrorsOf = (functionalId: string, { id, violations }: ReadSet): readonly string[] =>
  distinct([
    ...(understood.get(functionalId)?.includes(id) === true ? [] : [setUnknown]),
    ...serious(violations).map(setCode),
  ]);

const groupErrorsOf = ({ header, violations }: ReadGroup): readonly string[] =>
  distinct([
    ...(understood.has(header.functionalId) ? [] : [groupUnknown]),
    ...(/^00[2-8]\d{3}/.test(header.version) ? [] : [versionUnknown]),
    ...serious(violations).map(({ kind }) => groupCodes[kind] ?? setsMiscounted),
  ]);

/** What is kept of texts that nobody checked: nothing of an envelope is longer. */
const short = (text: string): string => text.slice(0, 30).replace(/[^\x20-\x7e]/g, '?');

const received = (group: ReadGroup): GroupReceived => ({
  functionalId: short(group.header.functionalId),
  group: short(group.header.controlNumber),
  x12Version: short(group.header.version),
  setsTold: group.setsTold,
  groupErrors: groupErrorsOf(group),
  sets: group.sets.map((set) => ({
    kind: short(set.id),
    set: short(set.controlNumber),
    setErrors: setErrorsOf(group.header.functionalId, set),
  })),
});

/** Segments of a set that are wrong wherever they stand. */
const segmentErrors = ({ violations }: ReadSet): readonly SetError[] =>
  serious(violations)
    .filter(({ kind }) => kind === 'SEGMENT_ID' || kind === 'SEGMENT_EMPTY' || kind === 'CHARACTER')
    .slice(0, setErrorsMax)
    .map(({ kind, segmentId, numberInSet, element, detail }) => ({
      ...{
        code: kind === 'CHARACTER' ? 'TEXT_INVALID' : 'SEGMENT_UNKNOWN',
        detail,
        segment: short(segmentId).slice(0, 3),
      },
      ...{ segmentNo: numberInSet ?? 1, elementNo: element, dataElement: null },
      x12Code: element === null ? '1' : '6',
    }));

const toldOfInterchanges = ({ acknowledgements, delimiters }: ReadInterchange) =>
  acknowledgements.map((segment) => readInterchangeAcknowledgement(segment, delimiters));

const opened = (interchange: ReadInterchange): OpenedInterchange => {
  const { header, groups, delimiters } = interchange;
  const setAt = (place: string): ReadSet => {
    const [group, set] = place.split('.').map((number) => Number(number) - 1);
    const found = groups[group ?? -1]?.sets[set ?? -1];
    if (found === undefined) throw new RangeError(`the interchange has no set ${place}`);
    return found;
  };
  return {
    them: { qualifier: header.senderQualifier, id: header.sender },
    us: { qualifier: header.receiverQualifier, id: header.receiver },
    interchange: header.controlNumber.padStart(9, '0'),
    usage: header.usage,
    receiptAsked: header.acknowledgementRequested === '1' ? { date: header.date, time: header.time } : null,
    groups: groups.map(received),
    interchangeAcknowledgements: toldOfInterchanges(interchange).flatMap((told) => told ?? []),
    errorsOf: (place) => segmentErrors(setAt(place)),
    order: (place, mapping) => readPurchaseOrder(setAt(place).segments, delimiters, mapping),
    change: (place, mapping) => readOrderChange(setAt(place).segments, delimiters, mapping),
    advice: (place) => readShippingAdvice(setAt(place).segments, delimiters),
    stockReport: (place, mapping) => readStockReport(setAt(place).segments, delimiters, mapping),
    acknowledgement: (place) => readAcknowledgement(setAt(place).segments, delimiters),
  };
};

/** X12 is ASCII; who sends more sends UTF-8 or, from older systems, Latin-1. */
const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
};

/** What is wrong with a text as a whole: then nothing of it can be trusted, and nothing is taken. */
const unusable = (interchanges: readonly ReadInterchange[], outside: readonly Violation[]): readonly Problem[] => {
  const [interchange] = interchanges;
  const problems = outside.map(({ detail }) => problem('INTERCHANGE_INVALID', detail));
  if (interchange === undefined) return problems;
  for (const { kind, detail } of serious(interchange.violations))
    problems.push(problem(kind === 'TOO_MUCH' ? 'SIZE_INVALID' : 'INTERCHANGE_INVALID', detail));
  if (interchanges.length > 1)
    problems.push(problem('INTERCHANGE_INVALID', 'Send each interchange by itself: this text has several.'));
  if (!/^\d{1,9}$/.test(interchange.header.controlNumber))
    problems.push(problem('INTERCHANGE_INVALID', 'ISA13 is not a number of up to nine digits.'));
  const told = toldOfInterchanges(interchange);
  if (told.includes(undefined))
    problems.push(problem('INTERCHANGE_INVALID', 'A TA1 names no interchange, or does not say A, E or R of it.'));
  // A group without sets is answered too.
  if (interchange.groups.reduce((count, { sets }) => count + Math.max(1, sets.length), told.length) > setsMax)
    problems.push(
      problem(
        'SIZE_INVALID',
        `An interchange has at most ${setsMax} transaction sets, TA1 and empty groups counted in.`,
      ),
    );
  return problems.slice(0, setErrorsMax);
};

/** One whole interchange, or why it is none. */
export const openInterchange: InboundX12['open'] = (bytes) => {
  const { interchanges, violations } = readInterchanges(textOf(bytes));
  const problems = unusable(interchanges, violations);
  const [interchange] = interchanges;
  return interchange === undefined || problems.length > 0 ? problems : opened(interchange);
};
