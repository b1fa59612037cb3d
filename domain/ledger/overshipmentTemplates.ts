import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { ShipmentVoided } from '../shipment/events.ts';
import type { OvershipmentResolved, Resolution } from '../shipment/overshipmentEvents.ts';
import type { Facts } from './accounts.ts';
import { type Lineage, noLineage } from './journal.ts';
import { costWaitsIn } from './revenuePolicy.ts';
import { type Entry, entry, type Posting, reversed } from './template.ts';

type Shipment = Pick<OvershipmentResolved['data'], 'orderId' | 'shipmentId' | 'node'>;

/** Cost that waits leaves the very accounts that the shipment of the goods built it up in. */
const giftEntries = ({ orderId, shipmentId, node }: Shipment, gift: Resolution): readonly Entry[] =>
  gift.parts.flatMap(({ shipmentLineId, cost, costs }) => {
    const { item, itemGroup, lineId, channel, soldTo, customerGroup, region } = gift;
    const lineage: Lineage = { ...noLineage, orderId, orderLineId: lineId, shipmentId, shipmentLineId };
    const goods = costs ?? [{ item, cost, ...(itemGroup === undefined ? {} : { itemGroup }) }];
    return goods.flatMap((each): readonly Entry[] => {
      const facts: Facts = {
        ...{ node, item: each.item, channel, customer: soldTo, customerGroup },
        ...(region === undefined ? {} : { region }),
        ...(each.itemGroup === undefined ? {} : { itemGroup: each.itemGroup }),
      };
      const amount = minor(each.cost);
      return [
        entry('GOODWILL', 'DEBIT', amount, facts, lineage),
        entry(costWaitsIn(gift.revenuePolicy), 'CREDIT', amount, facts, lineage),
      ];
    });
  });

const ofGift = ({ orderId, shipmentId }: Shipment, currency: string, day: Day) => ({
  ...{ documentRef: shipmentId, declaredSource: null, orderId, shipmentId, invoiceId: null, currency, day },
});

/** T19: goods beyond the order were given away, at the cost that waits for them since T02, T02D or T13. What is billed posts with its invoice. */
export const overshipmentResolved = (data: OvershipmentResolved['data'], day: Day): readonly Posting[] =>
  data.outcome === 'GIFT'
    ? [{ templateId: 'T19', ...ofGift(data, data.currency, day), reversalOf: null, entries: giftEntries(data, data) }]
    : [];

/** T12 of a gift: exact reverse of its T19. */
export const giftsTakenBack = (data: ShipmentVoided['data'], day: Day): readonly Posting[] =>
  (data.resolutions ?? [])
    .filter(({ outcome }) => outcome === 'GIFT')
    .map((gift) => ({
      templateId: 'T12',
      part: gift.resolutionId,
      ...ofGift(data, gift.currency, day),
      reversalOf: { eventId: gift.eventId, templateId: 'T19' },
      entries: reversed(giftEntries(data, gift), gift.position),
    }));
