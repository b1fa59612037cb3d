import type { InvoiceCommand } from './commands.ts';
import type { InvoiceDrafted, InvoiceEvent } from './events.ts';
import type { RecognisedLine, RevenueRecognised } from './revenueEvents.ts';
import type { InvoiceState } from './state.ts';

export type RevenueCommand =
  /**
   * The goods of the draft left (ON_SHIPMENT) or have arrived (ON_DELIVERY) on that day. Told twice, of goods that are back, or of
   * an invoice whose issue recognises its revenue: no event.
   */
  | { readonly type: 'RecogniseRevenue'; readonly day: string }
  /** Names the last recognition. Nothing to take back, or that is done: no event. */
  | {
      readonly type: 'ReverseRevenue';
      readonly reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED';
      readonly day: string;
      readonly recognisedEventId: string;
      readonly recognisedPosition: string;
    };

type CommandOf<T extends RevenueCommand['type']> = Extract<InvoiceCommand, { type: T }>;

const lineOf = ({
  invoiceLineId: _line,
  confirmationId: _confirmation,
  taxCode: _code,
  fromQty: _from,
  unitPrice: _price,
  net: _net,
  ...line
}: InvoiceDrafted['data']['lines'][number]): RecognisedLine => line;

const recognitionOf = (
  draft: InvoiceDrafted['data'],
  policy: RevenueRecognised['data']['policy'],
  day: string,
  invoiced: boolean,
): RevenueRecognised => {
  const { invoiceId, orderId, bu, soldTo, shipTo, node, channel, customerGroup, currency, lines } = draft;
  const sold = { soldTo, shipTo, node, channel, customerGroup, currency, lines: lines.map(lineOf) };
  return { type: 'RevenueRecognised', data: { invoiceId, orderId, bu, day, policy, invoiced, ...sold } };
};

export const recogniseRevenue = (
  { day }: CommandOf<'RecogniseRevenue'>,
  { draft, issued, voided, recognised, goodsAreBack }: InvoiceState,
): readonly InvoiceEvent[] => {
  if (draft?.revenuePolicy === undefined || recognised !== null || goodsAreBack) return [];
  return [recognitionOf(draft, draft.revenuePolicy, day, issued !== null && !voided)];
};

export const reverseRevenue = (
  { type: _type, ...why }: CommandOf<'ReverseRevenue'>,
  { draft, recognised, voided }: InvoiceState,
): readonly InvoiceEvent[] => {
  if (draft === null || recognised === null) return [];
  const isMoved = why.reason === 'INVOICE_VOIDED';
  if (isMoved && !(voided && recognised.invoiced)) return [];
  const { invoiceId, orderId, bu, policy } = recognised;
  const reversal: InvoiceEvent = { type: 'RevenueReversed', data: { invoiceId, orderId, bu, ...why, recognised } };
  return isMoved ? [reversal, recognitionOf(draft, policy, why.day, false)] : [reversal];
};
