import type { RecognisedLine, RevenueRecognised, RevenueReversed } from '../invoice/revenueEvents.ts';
import { minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import { receivableFacts } from './invoiceTemplates.ts';
import { type Lineage, noLineage } from './journal.ts';
import { costWaitsIn } from './revenuePolicy.ts';
import type { Role } from './roles.ts';
import { type Entry, entry, type Posting, reversed, type Side } from './template.ts';

type Recognised = RevenueRecognised['data'];

const factsOf = (data: Recognised, { item, itemGroup }: Pick<RecognisedLine, 'item' | 'itemGroup'>): Facts => ({
  ...receivableFacts(data),
  item,
  itemGroup,
});

/** The goods' own way, as an accrual has it: there need not be an invoice yet. */
const lineageOf = ({ orderId }: Recognised, { orderLineId, shipmentId, shipmentLineId }: RecognisedLine): Lineage => ({
  ...noLineage,
  ...{ orderId, orderLineId, shipmentId, shipmentLineId },
});

const recognisedEntries = (data: Recognised): readonly Entry[] => {
  const { lines, invoiced, policy } = data;
  const perLine = (role: Role, side: Side, amount: (line: RecognisedLine) => bigint): readonly Entry[] =>
    lines.map((line) => entry(role, side, amount(line), factsOf(data, line), lineageOf(data, line)));
  // Revenue is at the kit, cost at its components, in the accounts that they left to.
  const perCost = (role: Role, side: Side): readonly Entry[] =>
    lines.flatMap((line) =>
      (line.costs ?? [line]).map((part) =>
        entry(role, side, minor(part.cost), factsOf(data, part), lineageOf(data, line)),
      ),
    );
  return [
    ...perLine(
      invoiced ? 'DEFERRED_REVENUE' : 'UNBILLED_RECEIVABLE',
      'DEBIT',
      ({ gross, discount }) => minor(gross) - minor(discount),
    ),
    ...perLine('SALES_DISCOUNT', 'DEBIT', ({ discount }) => minor(discount)),
    ...perCost('COGS', 'DEBIT'),
    ...perLine('REVENUE_PRODUCT', 'CREDIT', ({ gross }) => minor(gross)),
    ...perCost(costWaitsIn(policy), 'CREDIT'),
  ];
};

const templateOf = ({ policy }: Recognised) => (policy === 'ON_SHIPMENT' ? 'T02S' : 'T04D');

const ofRecognised = ({ orderId, invoiceId, currency, lines }: Recognised) => {
  const shipmentId = lines[0]?.shipmentId ?? null;
  return { documentRef: shipmentId ?? invoiceId, declaredSource: null, orderId, shipmentId, invoiceId, currency };
};

/**
 * T02S, ON_SHIPMENT: goods left and are earned. T04D, ON_DELIVERY: goods have arrived and are earned. Of the goods that are
 * billed: T02 or T02D has taken them out of stock before, so that what nobody ordered waits with its cost alone.
 */
export const revenueRecognised = (data: Recognised): Posting => ({
  templateId: templateOf(data),
  ...ofRecognised(data),
  day: data.day,
  reversalOf: null,
  entries: recognisedEntries(data),
});

/** T02SR, T04DR: exact reverse, with the account map that the recognition was posted with. */
export const revenueReversed = (data: RevenueReversed['data']): Posting => {
  const { recognised, recognisedEventId, recognisedPosition, day } = data;
  const templateId = templateOf(recognised);
  return {
    templateId: `${templateId}R`,
    ...ofRecognised(recognised),
    day,
    reversalOf: { eventId: recognisedEventId, templateId },
    entries: reversed(recognisedEntries(recognised), recognisedPosition),
  };
};
