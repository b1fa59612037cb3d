import type { PartnerWords, ShipNoticeContent } from '../../../commands/ports.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { inOneUnit, itemIds, lineIn, party, x12Date, x12Time } from './segments.ts';

/** BSN05: shipment, order, item. What is in which carton is not known here; the parcels' numbers are. */
const shipmentOrderItem = '0004';
const standardCarrierCode = /^[A-Z]{2,4}$/;

const carrierOf = (carrier: string | undefined): readonly Segment[] => {
  if (carrier === undefined) return [];
  return standardCarrierCode.test(carrier)
    ? [segment('TD5', 'B', '2', carrier)]
    : [segment('TD5', 'B', undefined, undefined, undefined, carrier)];
};

const shipmentLevel = ({ order, confirmation }: ShipNoticeContent, words: PartnerWords): readonly Segment[] => [
  segment('HL', '1', undefined, 'S'),
  ...carrierOf(confirmation.carrier),
  segment('REF', 'SI', confirmation.shipmentId),
  ...confirmation.tracking.map((tracking) => segment('REF', '2I', tracking)),
  segment('DTM', '011', x12Date(confirmation.shippedAt), x12Time(confirmation.shippedAt)),
  party('SF', confirmation.node, '91'),
  party('ST', words.shipTo(order.shipTo), '92'),
];

const orderLevel = ({ order }: ShipNoticeContent): readonly Segment[] => [
  segment('HL', '2', '1', 'O'),
  segment('PRF', order.customerPo, undefined, undefined, x12Date(order.acceptedAt)),
  segment('REF', 'VN', order.orderId),
];

/** 856: what left, where to and with whom, and of each line which lots and serial numbers. `documentId` names this notice. */
export const shipNotice = (
  content: ShipNoticeContent,
  words: PartnerWords,
  documentId: string,
  at: string,
): readonly Segment[] => {
  const { order, confirmation } = content;
  const lineOf = lineIn(order.lines);
  const items = confirmation.lines.flatMap(({ lineId, item, qty, lots, serials }, index) => {
    const line = lineOf(lineId);
    const [shipped, ordered] = inOneUnit(line, [qty, line.qty], words);
    return [
      segment('HL', `${index + 3}`, '2', 'I'),
      segment('LIN', lineId, ...itemIds(item, words)),
      segment('SN1', lineId, shipped?.qty, shipped?.uom, undefined, ordered?.qty, ordered?.uom),
      ...lots.map((lot) => segment('REF', 'LT', lot)),
      ...serials.map((serial) => segment('REF', 'SE', serial)),
    ];
  });
  return [
    segment('BSN', '00', documentId, x12Date(at), x12Time(at), shipmentOrderItem),
    ...shipmentLevel(content, words),
    ...orderLevel(content),
    ...items,
    segment('CTT', `${confirmation.lines.length + 2}`),
  ];
};
