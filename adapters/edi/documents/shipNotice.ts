import type { PartnerWords, ShipNoticeContent } from '../../../commands/ports.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { cartonLevels, type Levels, levelsBelow } from './cartons.ts';
import { inOneUnit, itemIds, lineIn, party, reference, x12Date, x12Time } from './segments.ts';

/** BSN05: shipment, order, packaging and item where it is known what lies in which carton; without packaging where not. */
const structures = { cartons: '0001', items: '0004' } as const;
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
  ...reference('SI', confirmation.shipmentId),
  ...confirmation.tracking.flatMap((tracking) => reference('2I', tracking)),
  segment('DTM', '011', x12Date(confirmation.shippedAt), x12Time(confirmation.shippedAt)),
  party('SF', confirmation.node, '91'),
  party('ST', words.shipTo(order.shipTo), '92'),
];

const orderLevel = ({ order }: ShipNoticeContent): readonly Segment[] => [
  segment('HL', '2', '1', 'O'),
  segment('PRF', order.customerPo, undefined, undefined, x12Date(order.acceptedAt)),
  segment('REF', 'VN', order.orderId),
];

type ConfirmedLine = ShipNoticeContent['confirmation']['lines'][number];

const lotsAndSerials = ({ lots, serials }: Pick<ConfirmedLine, 'lots' | 'serials'>): readonly Segment[] => [
  ...lots.flatMap((lot) => reference('LT', lot)),
  ...serials.flatMap((serial) => reference('SE', serial)),
];

/** Levels below the order: those of a line come one after the other, its number first. */
const itemLevels = (
  { order, confirmation }: ShipNoticeContent,
  words: PartnerWords,
  levels: Levels,
): readonly (readonly Segment[])[] => {
  const lineOf = lineIn(order.lines);
  const { level, number } = levels;
  return confirmation.lines.flatMap((confirmed) => {
    const { lineId, item, qty, components = [] } = confirmed;
    const line = lineOf(lineId);
    const [shipped, ordered] = inOneUnit(line, [qty, line.qty], words);
    const counted = segment('SN1', lineId, shipped?.qty, shipped?.uom, undefined, ordered?.qty, ordered?.uom);
    const own = level(2, 'I', segment('LIN', lineId, ...itemIds(item, words)), counted, ...lotsAndSerials(confirmed));
    const parent = number();
    const parts = components.map((part) =>
      level(
        parent,
        'F',
        segment('LIN', undefined, ...itemIds(part.item, words)),
        segment('SN1', undefined, part.qty, words.baseUomOf(part.item)),
        ...lotsAndSerials(part),
      ),
    );
    return [own, ...parts];
  });
};

/**
 * 856: what left, where to and with whom, and of each line which lots and serial numbers. Of a kit the line counts those that
 * became whole, and levels of its own (HL03 F) tell what left of its components, so that a part of a kit is told too.
 * What was packed is told carton by carton. `documentId` names this notice.
 */
export const shipNotice = (
  content: ShipNoticeContent,
  words: PartnerWords,
  documentId: string,
  at: string,
): readonly Segment[] => {
  const isPacked = content.confirmation.cartons !== undefined;
  const below = levelsBelow(2);
  const levels = isPacked ? cartonLevels(content, words, below, lotsAndSerials) : itemLevels(content, words, below);
  return [
    segment('BSN', '00', documentId, x12Date(at), x12Time(at), isPacked ? structures.cartons : structures.items),
    ...shipmentLevel(content, words),
    ...orderLevel(content),
    ...levels.flat(),
    segment('CTT', `${levels.length + 2}`),
  ];
};
