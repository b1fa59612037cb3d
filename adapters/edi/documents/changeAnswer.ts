import type { ChangeAnswerContent, PartnerWords } from '../../../commands/ports.ts';
import { isDifference } from '../../../domain/order/quantityMeaning.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { inOneUnit, itemIds, party, x12Date } from './segments.ts';

/** POC02 by what was asked for: a line added, its quantity changed, or taken off. */
const changeCodes = { ADD: 'AI', QTY: 'CA', CANCEL: 'DI' } as const;
const directions = { TOTAL: 'CA', MORE_TO: 'QI', MORE_BY: 'QI', LESS_TO: 'QD', LESS_BY: 'QD' } as const;

/** ACK01: accepted, accepted with another quantity, rejected. */
const answerCodes = { ACCEPTED: 'IA', IN_PART: 'IQ', REJECTED: 'IR' } as const;

type Changes = ChangeAnswerContent['changes'];

/** BCA02: accepted or rejected altogether, with detail or, of an order that was to be cancelled, without; else with changes. */
const answerOf = (changes: Changes): string => {
  const results = new Set(changes.map(({ result }) => result));
  const isDetailed = changes.every(({ lineId }) => lineId !== null);
  if (results.size > 1 || results.has('IN_PART')) return 'AC';
  if (results.has('REJECTED')) return isDetailed ? 'RD' : 'RJ';
  return isDetailed ? 'AD' : 'AT';
};

/** 865: what came of each change that an 860 asked for, in the quantities and units that it named. */
export const changeAnswer = ({ order, changes }: ChangeAnswerContent, words: PartnerWords): readonly Segment[] => {
  const ordered = new Map(order.lines.map((line) => [line.lineId, line]));
  const detail = changes.flatMap((change) => {
    const { kind, lineId, item, qty, uom, meaning, result, stands } = change;
    if (lineId === null) return [];
    const line = ordered.get(lineId);
    const named = item ?? line?.item;
    const unit = words.uom(uom ?? line?.uom ?? 'EA');
    const [now] = line === undefined || stands === null ? [] : inOneUnit(line, [stands], words);
    // What was taken in part, or by a difference, is told as what the line has come to, the rest as it was asked for.
    const isTotalTold = result === 'IN_PART' || (result === 'ACCEPTED' && isDifference(change));
    const [told, toldIn] = isTotalTold && now !== undefined ? [now.qty, now.uom] : [qty ?? '0', unit];
    const code = kind === 'QTY' && meaning !== undefined ? directions[meaning] : changeCodes[kind];
    const ids = named === undefined ? [] : itemIds(named, words);
    return [
      segment('POC', lineId, code, qty ?? '0', undefined, unit, undefined, undefined, ...ids),
      segment('ACK', answerCodes[result], told, toldIn),
    ];
  });
  return [
    segment('BCA', '00', answerOf(changes), order.customerPo, undefined, undefined, x12Date(order.acceptedAt)),
    segment('REF', 'VN', order.orderId),
    party('BT', order.billTo, '91'),
    party('ST', words.shipTo(order.shipTo), '92'),
    ...detail,
    ...(detail.length === 0 ? [] : [segment('CTT', `${detail.length / 2}`)]),
  ];
};
