import { isDay } from '../calendar.ts';
import { type Refusal, refuse } from '../decider.ts';
import { minorText } from '../money.ts';
import type { InvoiceCommand } from './commands.ts';
import type { InvoiceEvent } from './events.ts';
import { giveAllBack } from './settlement.ts';
import { type InvoiceState, invoiceState } from './state.ts';
import { acceptancesOf } from './taxDifferences.ts';

type VoidInvoice = Extract<InvoiceCommand, { type: 'VoidInvoice' }>;

/**
 * Once, and only as long as nothing was given back, and nothing of a payment stands: then credit memos take back the rest. A
 * draft is not a document yet. What a deposit paid of it is the deposit again, and what was written off is
 * no loss any more.
 */
export const voidInvoice = (command: VoidInvoice, state: InvoiceState): readonly InvoiceEvent[] | Refusal => {
  const { issued } = state;
  if (issued === null) return refuse('INVOICE_NOT_ISSUED', `The invoice is ${invoiceState(state)}, not issued.`);
  if (state.voided) {
    return refuse('INVOICE_NOT_VOIDABLE', `Invoice ${issued.number} was voided before.`, { number: issued.number });
  }
  if (state.credits.length > 0) {
    const data = { number: issued.number, creditMemos: state.credits.map(({ memo }) => memo.creditMemoId) };
    return refuse('INVOICE_NOT_VOIDABLE', `Invoice ${issued.number} was credited; so can be what is left of it.`, data);
  }
  const { paid } = state.settlement;
  if (paid > 0n) {
    const data = { number: issued.number, paid: minorText(paid) };
    return refuse('INVOICE_NOT_VOIDABLE', `Invoice ${issued.number} was paid; it can be credited.`, data);
  }
  const { reason, voidDate, issuedEventId, issuedPosition, taxAccepted = [] } = command;
  const named = new Set(taxAccepted.map(({ accepted }) => accepted.acceptanceId));
  if (acceptancesOf(state, undefined).some(({ acceptanceId }) => !named.has(acceptanceId))) {
    const detail = `Tax of invoice ${issued.number} was accepted in this moment; ask again.`;
    return refuse('INVOICE_NOT_VOIDABLE', detail, { number: issued.number });
  }
  if (!isDay(voidDate)) return refuse('INVOICE_NOT_VOIDABLE', `${voidDate} is not a date.`);
  const at = issuedPosition === undefined ? {} : { issuedPosition };
  const { invoiceId, orderId, bu, number } = issued;
  const more = taxAccepted.length === 0 ? {} : { taxAccepted };
  const data = { invoiceId, orderId, bu, number, voidDate, reason, issuedEventId, ...at, issued, ...more };
  return [...giveAllBack(state, voidDate), { type: 'InvoiceVoided', data }];
};
