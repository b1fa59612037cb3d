import type { Refusal } from '../../domain/decider.ts';
import type { CreditRequest } from '../../domain/invoice/creditCommands.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { businessUnitOf, type Catalog } from '../../domain/masterData/catalog.ts';
import { majorText, minor } from '../../domain/money.ts';
import type { NeedsApproval } from './approvals.ts';

/** A limit is in the currency of the unit; in another one nothing is credited by one person alone. */
export const creditLimitOf = (catalog: Catalog, bu: string, { issued }: Pick<InvoiceState, 'issued'>): string => {
  const unit = businessUnitOf(catalog, bu);
  return unit?.currency === issued?.currency ? (unit?.creditMemoLimit ?? '0') : '0';
};

/**
 * What somebody else has to agree to, by the refusal that said so. Of this request and no later one like it: the payload
 * says how many credit memos the invoice had. `involved`: who authorised the goods to come back (spec 4.12).
 */
export const creditNeed = (
  { issued, credits }: Pick<InvoiceState, 'issued' | 'credits'>,
  { cause, lines, charges, restockingFee, returnId }: CreditRequest,
  { data }: Refusal,
  involved: readonly string[],
): NeedsApproval => {
  const { bu = '', invoiceId = '', number = '', currency = '' } = issued ?? {};
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const payload = { invoiceId, earlier: credits.length, cause, lines, charges, restockingFee, returnId, asked };
  return {
    duty: 'CREDIT_MEMO',
    subject: returnId === undefined ? { kind: 'invoice', id: invoiceId } : { kind: 'return', id: returnId },
    payload: JSON.parse(JSON.stringify(payload)) as unknown,
    summary: `Credit invoice ${number} for ${cause}: then ${majorText(minor(asked), currency)} ${currency} of it are credited in all.`,
    link: returnId === undefined ? `/v1/invoices/${invoiceId}` : `/v1/returns/${returnId}`,
    limit: { name: 'credited of one invoice, minor units', allowed: limit, asked },
    involved,
    // What people write about a customer is sealed, and an approval is not.
    reason: `Credit memo for ${cause}`,
    aboutBu: bu,
  };
};
