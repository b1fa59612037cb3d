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

/** With tax. */
const amountOf = ({ lines, totals, number }: Issued, ids: readonly string[]): string | Refusal => {
  if (ids.length === 0) return totals.total;
  const known = new Map(lines.map((line) => [line.invoiceLineId, line]));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) return refuse('LINE_UNKNOWN', `Invoice ${number} has no line ${unknown}.`);
  return minorText(minorSum(ids.flatMap((id) => [known.get(id)?.net ?? '0', known.get(id)?.tax ?? '0'])));
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
  const amount = amountOf(issued, invoiceLineIds);
  if (typeof amount !== 'string' && isRefusal(amount)) return amount;
  return [{ type: 'InvoiceDisputed', data: { ...documentOf(issued), ...said, invoiceLineIds, amount } }];
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
