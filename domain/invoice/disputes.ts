import { isRefusal, type Refusal, refuse } from '../decider.ts';
import { minorSum, minorText } from '../money.ts';
import type { InvoiceIssued } from './events.ts';
import { documentOf, isDisputed } from './settlement.ts';
import type { SettlementCommand } from './settlementCommands.ts';
import type { SettlementEvent } from './settlementEvents.ts';
import type { InvoiceState } from './state.ts';

type Outcome = readonly SettlementEvent[] | Refusal;
type Of<T extends SettlementCommand['type']> = Extract<SettlementCommand, { type: T }>;
type Issued = InvoiceIssued['data'];

/** What lines come to with tax, and the order lines that they bill; of no named line: all of it. */
const meantBy = ({ lines, totals, number }: Issued, ids: readonly string[]) => {
  const [known, named] = [new Set(lines.map(({ invoiceLineId }) => invoiceLineId)), new Set(ids)];
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0)
    return refuse('LINE_UNKNOWN', `Invoice ${number} has no line ${unknown.join(', ')}.`, { lineIds: unknown });
  const meant = ids.length === 0 ? lines : lines.filter(({ invoiceLineId }) => named.has(invoiceLineId));
  const ofLines = minorText(minorSum(meant.flatMap(({ net, tax }) => [net, tax])));
  return {
    amount: ids.length === 0 ? totals.total : ofLines,
    orderLineIds: [...new Set(meant.map(({ orderLineId }) => orderLineId))],
  };
};

/** One at a time: what else the customer does not agree to is said with the next one. */
export const dispute = (
  { type: _type, ...said }: Of<'DisputeInvoice'>,
  state: InvoiceState,
  issued: Issued,
): Outcome => {
  const known = state.settlement.dispute;
  if (known?.disputeId === said.disputeId) return [];
  const { number } = issued;
  if (state.voided) return refuse('INVOICE_NOT_DISPUTABLE', `Invoice ${number} was voided.`, { number });
  if (isDisputed(state))
    return refuse('INVOICE_NOT_DISPUTABLE', `Invoice ${number} is disputed already.`, {
      number,
      disputeId: known?.disputeId,
    });
  const invoiceLineIds = [...new Set(said.invoiceLineIds)];
  const meant = meantBy(issued, invoiceLineIds);
  if (isRefusal(meant)) return meant;
  return [{ type: 'InvoiceDisputed', data: { ...documentOf(issued), ...said, invoiceLineIds, ...meant } }];
};

/** Also of an invoice that was voided meanwhile, which is how some disputes end. */
export const resolve = (
  { type: _type, ...said }: Of<'ResolveDispute'>,
  state: InvoiceState,
  issued: Issued,
): Outcome => {
  const { disputeId, outcome } = said;
  const known = state.settlement.dispute;
  if (known?.disputeId !== disputeId) return refuse('NOT_FOUND', `The invoice has no open dispute ${disputeId}.`);
  if (known.outcome === outcome) return [];
  if (known.outcome !== null) return refuse('DISPUTE_RESOLVED', `It was ${known.outcome} already.`, { disputeId });
  return [{ type: 'DisputeResolved', data: { ...documentOf(issued), ...said } }];
};
