import { sameContent } from '../masterData/sameContent.ts';
import type { InvoiceCommand } from './commands.ts';
import type { InvoiceDrafted, InvoiceEvent } from './events.ts';
import type { RecognisedLine, RevenueRecognised } from './revenueEvents.ts';
import type { InvoiceState } from './state.ts';
import { earnedOf, unearnedLines } from './unearned.ts';

type Reversal = {
  readonly type: 'ReverseRevenue';
  readonly day: string;
  readonly recognisedEventId: string;
  readonly recognisedPosition: string;
};

export type RevenueCommand =
  /**
   * The goods of the draft left (ON_SHIPMENT) or have arrived (ON_DELIVERY) on that day. Told twice, of goods that are back, or of
   * an invoice whose issue recognises its revenue: no event. `lost`: of what was billed, that was lost before it was earned.
   */
  | {
      readonly type: 'RecogniseRevenue';
      readonly day: string;
      readonly lost?: readonly { readonly shipmentLineId: string; readonly qty: string }[];
    }
  /** Names the last recognition. Nothing to take back, or that is done: no event. GOODS_LOST: `lines` stay earned. */
  | (Reversal & { readonly reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED' })
  | (Reversal & { readonly reason: 'GOODS_LOST'; readonly lines: InvoiceDrafted['data']['lines'] });

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
  { day, lost = [] }: CommandOf<'RecogniseRevenue'>,
  { draft, issued, voided, recognised, credits, goodsAreBack }: InvoiceState,
): readonly InvoiceEvent[] => {
  if (draft?.revenuePolicy === undefined || recognised !== null || goodsAreBack) return [];
  const invoiced = issued !== null && !voided;
  const unearned = invoiced ? unearnedLines({ earlier: credits.map(({ memo }) => memo) }, draft.lines, lost) : [];
  const lines = draft.lines.flatMap((line) => earnedOf(line, unearned) ?? []);
  if (lines.length === 0) return [];
  const event = recognitionOf({ ...draft, lines }, draft.revenuePolicy, day, invoiced);
  return [unearned.length === 0 ? event : { ...event, data: { ...event.data, unearned } }];
};

/** Once more with the same lines: nothing is lost any more. */
const unearnLost = (
  { type: _type, lines, ...why }: Extract<CommandOf<'ReverseRevenue'>, { readonly reason: 'GOODS_LOST' }>,
  draft: InvoiceDrafted['data'],
  recognised: RevenueRecognised['data'],
  invoiced: boolean,
): readonly InvoiceEvent[] => {
  const kept = recognitionOf({ ...draft, lines }, recognised.policy, why.day, invoiced);
  if (sameContent(kept.data.lines, recognised.lines)) return [];
  const { invoiceId, orderId, bu } = recognised;
  const reversal: InvoiceEvent = { type: 'RevenueReversed', data: { invoiceId, orderId, bu, ...why, recognised } };
  return lines.length === 0 ? [reversal] : [reversal, kept];
};

export const reverseRevenue = (
  command: CommandOf<'ReverseRevenue'>,
  { draft, recognised, issued, voided }: InvoiceState,
): readonly InvoiceEvent[] => {
  if (draft === null || recognised === null) return [];
  if (command.reason === 'GOODS_LOST') return unearnLost(command, draft, recognised, issued !== null && !voided);
  const { type: _type, ...why } = command;
  const isMoved = why.reason === 'INVOICE_VOIDED';
  if (isMoved && !(voided && recognised.invoiced)) return [];
  const { invoiceId, orderId, bu, policy } = recognised;
  const reversal: InvoiceEvent = { type: 'RevenueReversed', data: { invoiceId, orderId, bu, ...why, recognised } };
  return isMoved ? [reversal, recognitionOf(draft, policy, why.day, false)] : [reversal];
};
