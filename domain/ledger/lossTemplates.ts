import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import { unbilledCosts } from '../shipment/lossCosts.ts';
import type {
  LossCost,
  LossLiability,
  SettledLoss,
  ShipmentLossReassigned,
  ShipmentLossSettled,
} from '../shipment/lossEvents.ts';
import type { Facts } from './accounts.ts';
import { noLineage } from './journal.ts';
import { costWaitsIn } from './revenuePolicy.ts';
import type { Role } from './roles.ts';
import { type Entry, entry, type Posting } from './template.ts';

type Settled = ShipmentLossSettled['data'];
type Reassigned = ShipmentLossReassigned['data'];
/** `given`: the customer that T19 took the cost to the goodwill of. */
type Moved = { readonly debit: Role; readonly credit: Role; readonly given?: SettledLoss['given'] };

/** Who bears a loss owes it, or it is our expense. */
export const roleOf: Readonly<Record<LossLiability, Role>> = { CARRIER: 'CARRIER_CLAIM', OURS: 'LOSS_IN_TRANSIT' };

const entriesOf = (
  { orderId, shipmentId, node }: Pick<Settled, 'orderId' | 'shipmentId' | 'node'>,
  lines: readonly LossCost[],
  { debit, credit, given }: Moved,
): readonly Entry[] =>
  lines.flatMap(({ shipmentLineId, lineId: orderLineId, item, itemGroup, cost }) => {
    const facts: Facts = { node, item, ...(itemGroup === undefined ? {} : { itemGroup }) };
    const lineage = { ...noLineage, orderId, orderLineId, shipmentId, shipmentLineId };
    const { soldTo: customer, ...sale } = given ?? {};
    const from: Facts = { ...facts, ...sale, ...(customer === undefined ? {} : { customer }) };
    return [entry(debit, 'DEBIT', minor(cost), facts, lineage), entry(credit, 'CREDIT', minor(cost), from, lineage)];
  });

const posted = (data: Settled | Reassigned, day: Day, entries: readonly Entry[]): readonly Posting[] => {
  const { orderId, shipmentId, lossId, currency } = data;
  if (entries.every(({ amount }) => amount === 0n)) return [];
  const of = { templateId: 'T20', documentRef: lossId, declaredSource: null, invoiceId: null } as const;
  return [{ ...of, orderId, shipmentId, day, currency, reversalOf: null, entries }];
};

/** Where the cost of what is lost stands: what was given away is goodwill, and everything else waits for its revenue. */
const standsIn = ({ beyond, revenuePolicy }: SettledLoss): Role =>
  beyond === 'GIFT' ? 'GOODWILL' : costWaitsIn(revenuePolicy);

/**
 * T20: the cost of lost goods that no invoice bills waits for no revenue any more. It is posted when that is known, not with
 * the loss itself, of which an invoice may be issued in the very same moment. What is billed is credited (T10).
 */
export const lossSettled = (data: Settled, day: Day): readonly Posting[] =>
  posted(
    data,
    day,
    data.lines.flatMap((line) => {
      const given = line.given === undefined ? {} : { given: line.given };
      return entriesOf(data, unbilledCosts(line), { debit: roleOf[data.liability], credit: standsIn(line), ...given });
    }),
  );

/** T20 once more, from the one who bore it to the one who does. */
export const lossReassigned = (data: Reassigned, day: Day): readonly Posting[] =>
  posted(data, day, entriesOf(data, data.lines, { debit: roleOf[data.to], credit: roleOf[data.from] }));
