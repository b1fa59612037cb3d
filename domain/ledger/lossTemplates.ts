import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import { unbilledCosts } from '../shipment/lossCosts.ts';
import type { LossCost, LossLiability, ShipmentLossReassigned, ShipmentLossSettled } from '../shipment/lossEvents.ts';
import type { Facts } from './accounts.ts';
import { noLineage } from './journal.ts';
import type { Role } from './roles.ts';
import { type Entry, entry, type Posting } from './template.ts';

type Settled = ShipmentLossSettled['data'];
type Reassigned = ShipmentLossReassigned['data'];
type Moved = { readonly debit: Role; readonly credit: Role };

/** Who bears a loss owes it, or it is our expense. */
export const roleOf: Readonly<Record<LossLiability, Role>> = { CARRIER: 'CARRIER_CLAIM', OURS: 'LOSS_IN_TRANSIT' };

const entriesOf = (
  { orderId, shipmentId, node }: Pick<Settled, 'orderId' | 'shipmentId' | 'node'>,
  lines: readonly LossCost[],
  { debit, credit }: Moved,
): readonly Entry[] =>
  lines.flatMap(({ shipmentLineId, lineId: orderLineId, item, itemGroup, cost }) => {
    const facts: Facts = { node, item, ...(itemGroup === undefined ? {} : { itemGroup }) };
    const lineage = { ...noLineage, orderId, orderLineId, shipmentId, shipmentLineId };
    return [entry(debit, 'DEBIT', minor(cost), facts, lineage), entry(credit, 'CREDIT', minor(cost), facts, lineage)];
  });

const posted = (data: Settled | Reassigned, lines: readonly LossCost[], day: Day, moved: Moved): readonly Posting[] => {
  const { orderId, shipmentId, lossId, currency } = data;
  if (lines.every(({ cost }) => cost === '0')) return [];
  return [
    {
      templateId: 'T20',
      documentRef: lossId,
      declaredSource: null,
      orderId,
      shipmentId,
      invoiceId: null,
      day,
      currency,
      reversalOf: null,
      entries: entriesOf(data, lines, moved),
    },
  ];
};

/**
 * T20: the cost of lost goods that no invoice bills waits for no revenue any more. It is posted when that is known, not with
 * the loss itself, of which an invoice may be issued in the very same moment. What is billed is credited (T10).
 */
export const lossSettled = (data: Settled, day: Day): readonly Posting[] =>
  posted(data, unbilledCosts(data.lines), day, { debit: roleOf[data.liability], credit: 'DEFERRED_COGS' });

/** T20 once more, from the one who bore it to the one who does. */
export const lossReassigned = (data: Reassigned, day: Day): readonly Posting[] =>
  posted(data, data.lines, day, { debit: roleOf[data.to], credit: roleOf[data.from] });
