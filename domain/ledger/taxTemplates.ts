import type { AcceptedTax, InvoiceVoided } from '../invoice/events.ts';
import type { TaxMismatchAccepted } from '../invoice/taxEvents.ts';
import { minor } from '../money.ts';
import { receivableFacts } from './invoiceTemplates.ts';
import { noLineage } from './journal.ts';
import { type Entry, entry, type Posting, reversed } from './template.ts';

type Accepted = Omit<TaxMismatchAccepted['data'], 'reason'>;

/** A line of each kind for each jurisdiction, as the tax itself was posted: its account may be one of its own. */
const acceptedEntries = (data: Accepted): readonly Entry[] => {
  const { orderId, invoiceId, creditMemoId, parts } = data;
  const lineage = { ...noLineage, orderId, invoiceId };
  // What the engine gives back of a credit memo is not payable.
  const sign = creditMemoId === undefined ? 1n : -1n;
  return parts.flatMap(({ jurisdiction, difference }) => {
    const facts = { ...receivableFacts(data), ...(jurisdiction !== null && { taxJurisdiction: jurisdiction }) };
    const amount = sign * minor(difference);
    return [
      entry('TAX_VARIANCE', 'DEBIT', amount, facts, lineage),
      entry('TAX_PAYABLE', 'CREDIT', amount, facts, lineage),
    ];
  });
};

const of = ({ number, orderId, invoiceId, currency }: Accepted) => ({
  ...{ documentRef: number, declaredSource: null, orderId, shipmentId: null, invoiceId, currency },
});

/** T23: what the engine holds beyond the tax that was issued is payable all the same, and nobody pays it to us. */
export const taxMismatchAccepted = (data: Accepted): Posting => ({
  templateId: 'T23',
  ...of(data),
  day: data.acceptedOn,
  reversalOf: null,
  entries: acceptedEntries(data),
});

const acceptanceVoided = ({ eventId, position, accepted }: AcceptedTax, voidDate: string): Posting => ({
  templateId: 'T11',
  part: accepted.acceptanceId,
  ...of(accepted),
  day: voidDate,
  reversalOf: { eventId, templateId: 'T23' },
  entries: reversed(acceptedEntries(accepted), position),
});

/** T11 of each acceptance: with the invoice its tax is owed no more, neither as issued nor as accepted. */
export const acceptancesVoided = ({ taxAccepted = [], voidDate }: InvoiceVoided['data']): readonly Posting[] =>
  taxAccepted.map((each) => acceptanceVoided(each, voidDate));
