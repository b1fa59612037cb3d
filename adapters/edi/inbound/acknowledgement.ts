import type {
  AnsweredGroup,
  InboundX12,
  ReadAcknowledgement,
  ReadInterchangeAcknowledgement,
} from '../../../commands/ports.ts';
import type { SetError } from '../../../domain/edi/inboundEvents.ts';
import { printable } from '../../../domain/edi/printable.ts';
import { stockAdviceNodesMax } from '../../../domain/masterData/partnerEvents.ts';
import { explanationOf } from '../../../domain/outsideText.ts';
import { type Delimiters, type Segment, segment, textAt } from '../x12/interchange.ts';
import { usualDelimiters, writeInterchange } from '../x12/write.ts';

/** As many of one kind of code as AK5 and AK9 have room for. */
const codesMax = 5;
const segmentHasErrors = '8';
/** AK902 has six digits. */
const countMax = 999_999;

/** AK401 has two digits: an element behind them has no place, and its segment is named all the same. */
const elementMax = 99;

/** A name of theirs as it may stand in its element: what did not fit there is why the set or group is rejected. */
const echoed = (text: string, lengthMax: number): string => printable(text).slice(0, lengthMax);

type AnsweredSet = AnsweredGroup['sets'][number];
type Answered = Parameters<InboundX12['acknowledge']>[1];

/** AK3 of one segment with its AK4: the errors of a place come together. What has no name cannot be named. */
const errorSegments = (errors: readonly SetError[]): readonly Segment[] => {
  const named = errors.filter(({ segment: id }) => id !== '');
  return [...Map.groupBy(named, ({ segment: id, segmentNo }) => `${segmentNo} ${id}`).values()].flatMap((ofSegment) => {
    const [first] = ofSegment as [SetError];
    const whole = ofSegment.find(({ elementNo }) => elementNo === null);
    const code = whole?.x12Code ?? segmentHasErrors;
    return [
      segment('AK3', first.segment, `${first.segmentNo}`, undefined, code),
      ...ofSegment.flatMap(({ elementNo, dataElement, x12Code }) =>
        elementNo === null || elementNo > elementMax
          ? []
          : [segment('AK4', `${elementNo}`, dataElement ?? undefined, x12Code)],
      ),
    ];
  });
};

const setSegments = ({ kind, set, rejected }: AnsweredSet): readonly Segment[] => [
  segment('AK2', echoed(kind, 3), echoed(set, 9)),
  ...errorSegments(rejected?.errors ?? []),
  rejected === null ? segment('AK5', 'A') : segment('AK5', 'R', ...rejected.setErrors.slice(0, codesMax)),
];

const groupNumber = /^\d{1,9}$/;

const groupStatus = ({ groupErrors, sets }: AnsweredGroup, accepted: number): 'A' | 'P' | 'R' => {
  if (groupErrors.length > 0 || (sets.length > 0 && accepted === 0)) return 'R';
  return accepted === sets.length ? 'A' : 'P';
};

const groupSegments = (group: AnsweredGroup): readonly Segment[] => {
  const { functionalId, group: number, setsTold, groupErrors, sets } = group;
  const accepted = groupErrors.length > 0 ? 0 : sets.filter(({ rejected }) => rejected === null).length;
  const told = setsTold === null || setsTold > countMax ? sets.length : setsTold;
  const counts = [told, sets.length, accepted].map(String);
  return [
    segment('AK1', echoed(functionalId, 2), groupNumber.test(number) ? number : '0'),
    // Of a group that is rejected as a whole the sets are not looked at.
    ...(groupErrors.length > 0 ? [] : sets.flatMap(setSegments)),
    segment('AK9', groupStatus(group, accepted), ...counts, ...groupErrors.slice(0, codesMax)),
  ];
};

const versionWithRepetition = '00402';

/** TA104 and TA105: it arrived, and nothing is wrong with it as a whole; what is, is refused before there is anything to answer. */
const receiptOf = ({ interchange, receiptAsked }: Answered['of']): readonly Segment[] =>
  receiptAsked === null
    ? []
    : [segment('TA1', interchange, echoed(receiptAsked.date, 6), echoed(receiptAsked.time, 4), 'A', '000')];

/** One 997 for each group, all in one group of one interchange, behind the TA1 where one is asked for. */
export const writeAcknowledgement: InboundX12['acknowledge'] = (partner, { of, groups }, { controlNumber, at }) => {
  const { them, us, usage, x12Version } = partner;
  const version = x12Version.slice(0, 5);
  const [date, time] = [at.slice(0, 10).replaceAll('-', ''), at.slice(11, 16).replace(':', '')];
  return writeInterchange({
    delimiters: version < versionWithRepetition ? usualDelimiters : { ...usualDelimiters, repetition: '^' },
    header: {
      ...{ authorisationQualifier: '00', authorisation: '', securityQualifier: '00', security: '' },
      ...{ senderQualifier: us.qualifier, sender: us.id, receiverQualifier: them.qualifier, receiver: them.id },
      ...{ date: date.slice(2), time, standard: 'U', version, controlNumber: String(controlNumber).padStart(9, '0') },
      ...{ acknowledgementRequested: '0', usage },
    },
    acknowledgements: receiptOf(of),
    groups:
      groups.length === 0
        ? []
        : [
            {
              header: {
                ...{ functionalId: 'FA', sender: us.application, receiver: them.application },
                ...{ date, time, controlNumber: String(controlNumber), agency: 'X', version: x12Version },
              },
              sets: groups.map((group, index) => ({
                ...{ id: '997', controlNumber: String(index + 1).padStart(4, '0'), implementation: null },
                segments: groupSegments(group),
              })),
            },
          ],
  });
};

/** What a 997 says of a set, and what a 999 does. */
const telling = /^[AI]K[345]$/;
const detailMax = 2_000;
/** As many as a document here has at most: who tells of more tells of something else. */
const setsMax = stockAdviceNodesMax;

/** What a partner says of one group that it was sent. Undefined: no AK1 says which. */
export const readAcknowledgement = (
  segments: readonly Segment[],
  delimiters: Delimiters,
): ReadAcknowledgement | undefined => {
  const text = (of: Segment | undefined, place: number): string =>
    of === undefined ? '' : textAt(of, place, delimiters).trim();
  const [begin] = segments;
  if (begin?.id !== 'AK1' || text(begin, 1) === '' || !/^\d{1,9}$/.test(text(begin, 2))) return undefined;
  const starts = segments.flatMap(({ id }, index) => (id === 'AK2' ? [index] : []));
  const sets = starts.slice(0, setsMax).map((start, index) => {
    const own = segments.slice(start, starts[index + 1] ?? segments.length).filter(({ id }) => id !== 'AK9');
    const detail = own
      .filter(({ id }) => telling.test(id))
      .map(({ id, elements }) =>
        [id, ...elements.map((_element, at) => textAt({ id, elements }, at + 1, delimiters))].join('*'),
      )
      .join(' ');
    const status = text(
      own.find(({ id }) => id === 'AK5' || id === 'IK5'),
      1,
    );
    return {
      ...{ kind: echoed(text(own[0], 1), 3), set: echoed(text(own[0], 2), 9), status: echoed(status, 1) },
      detail: explanationOf(detail, detailMax),
    };
  });
  return {
    functionalId: echoed(text(begin, 1), 2),
    acknowledgedGroup: text(begin, 2),
    status: echoed(
      text(
        segments.find(({ id }) => id === 'AK9'),
        1,
      ),
      1,
    ),
    sets,
  };
};

/** TA1: what a partner says of an interchange as a whole. Undefined: it names none, or says nothing of it. */
export const readInterchangeAcknowledgement = (
  of: Segment,
  delimiters: Delimiters,
): ReadInterchangeAcknowledgement | undefined => {
  const [number, status, noteCode] = [1, 4, 5].map((place) => textAt(of, place, delimiters).trim());
  if (!/^\d{1,9}$/.test(number ?? '') || !/^[AER]$/.test(status ?? '')) return undefined;
  return { interchange: number ?? '', status: status ?? '', noteCode: echoed(noteCode ?? '', 3) };
};
