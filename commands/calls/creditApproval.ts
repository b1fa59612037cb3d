import type { Refusal } from '../../domain/decider.ts';
import type { CreditRequest } from '../../domain/invoice/creditCommands.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { businessUnitOf, type Catalog } from '../../domain/masterData/catalog.ts';
import { majorText, minor } from '../../domain/money.ts';
import { lossKey } from '../../domain/orderToCash/losses.ts';
import type { NeedsApproval } from './approvals.ts';

/** A limit is in the currency of the unit; in another one nothing is credited by one person alone. */
export const creditLimitOf = (catalog: Catalog, bu: string, { issued }: Pick<InvoiceState, 'issued'>): string => {
  const unit = businessUnitOf(catalog, bu);
  return unit?.currency === issued?.currency ? (unit?.creditMemoLimit ?? '0') : '0';
};

type Why = { readonly [K in 'returnId' | 'loss']: CreditRequest[K] | undefined };

/** What it is about, and where whoever decides can look. */
const aboutOf = (invoiceId: string, { returnId, loss }: Why): Pick<NeedsApproval, 'subject' | 'link'> => {
  if (loss !== undefined)
    return { subject: { kind: 'loss', id: lossKey(loss) }, link: `/v1/shipments/${loss.shipmentId}` };
  return returnId === undefined
    ? { subject: { kind: 'invoice', id: invoiceId }, link: `/v1/invoices/${invoiceId}` }
    : { subject: { kind: 'return', id: returnId }, link: `/v1/returns/${returnId}` };
};

/**
 * What somebody else has to agree to, by the refusal that said so. Of this request and no later one like it: the payload
 * says how many credit memos the invoice had. `involved`: who authorised the goods to come back (spec 4.12).
 */
export const creditNeed = (
  { issued, credits }: Pick<InvoiceState, 'issued' | 'credits'>,
  { cause, lines, charges, restockingFee, returnId, loss }: CreditRequest,
  { data }: Refusal,
  involved: readonly string[],
): NeedsApproval => {
  const { bu = '', invoiceId = '', number = '', currency = '' } = issued ?? {};
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const payload = { invoiceId, earlier: credits.length, cause, lines, charges, restockingFee, returnId, loss, asked };
  return {
    duty: 'CREDIT_MEMO',
    payload: JSON.parse(JSON.stringify(payload)) as unknown,
    summary: `Credit invoice ${number} for ${cause}: then ${majorText(minor(asked), currency)} ${currency} of it are credited in all.`,
    ...aboutOf(invoiceId, { returnId, loss }),
    limit: { name: 'credited of one invoice, minor units', allowed: limit, asked },
    involved,
    // What people write about a customer is sealed, and an approval is not.
    reason: `Credit memo for ${cause}`,
    aboutBu: bu,
  };
};
