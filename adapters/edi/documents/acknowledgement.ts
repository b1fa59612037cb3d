import type { AcknowledgementContent, PartnerWords } from '../../../commands/ports.ts';
import type { AcknowledgedLine } from '../../../domain/edi/acknowledged.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { inOneUnit, itemIds, lineIn, party, x12Date } from './segments.ts';

/** ACK01: accepted, backordered, rejected. */
const codes = { SHIPS: 'IA', BACKORDERED: 'IB', REJECTED: 'IR' } as const;
/** ACK04: the day on which it is to leave. */
const scheduledShip = '068';

/** BAK02: as it was ordered, with changes, or rejected altogether. */
const answerOf = (lines: readonly AcknowledgedLine[]): string => {
  const outcomes = new Set(lines.flatMap(({ parts }) => parts.map(({ outcome }) => outcome)));
  if (outcomes.size > 1 || outcomes.has('BACKORDERED')) return 'AC';
  return outcomes.has('REJECTED') ? 'RD' : 'AD';
};

/** 855: what becomes of each line of a purchase order, part by part, with the days on which they are to leave. */
export const acknowledgement = ({ order, lines }: AcknowledgementContent, words: PartnerWords): readonly Segment[] => {
  const lineOf = lineIn(order.lines);
  const detail = lines.flatMap(({ lineId, parts }) => {
    const line = lineOf(lineId);
    const [ordered, ...told] = inOneUnit(line, [line.qty, ...parts.map(({ qty }) => qty)], words);
    return [
      segment('PO1', lineId, ordered?.qty, ordered?.uom, ordered?.unitPrice, undefined, ...itemIds(line.item, words)),
      ...parts.map(({ outcome, shipDate }, index) => {
        const dated = shipDate === null ? [] : [scheduledShip, x12Date(shipDate)];
        return segment('ACK', codes[outcome], told[index]?.qty, told[index]?.uom, ...dated);
      }),
    ];
  });
  return [
    segment('BAK', '00', answerOf(lines), order.customerPo, x12Date(order.acceptedAt)),
    segment('CUR', 'SE', order.currency),
    segment('REF', 'VN', order.orderId),
    party('BT', order.billTo, '91'),
    party('ST', words.shipTo(order.shipTo), '92'),
    ...detail,
    segment('CTT', `${lines.length}`),
  ];
};
