import { isRefusal } from '../decider.ts';
import type { CreditRequest } from '../invoice/creditCommands.ts';
import { creditMemoOf } from '../invoice/creditMemo.ts';
import type { InvoiceState } from '../invoice/state.ts';
import { decimal, divideRounded, type Minor, minor, minorText, percentOf } from '../money.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import type { InspectedPiece, ReturnState, StateLine } from './state.ts';

/** Of one shipment line what one confirmation sent: the place of its first goods, and how many of them are in returns. */
export type SentGoods = {
  readonly shipmentLineId: string;
  readonly leftFromQty: string;
  readonly inReturns: bigint;
  /** Of them another invoice bills so many, which are given back before those of this one; absent: none. */
  readonly billedBefore?: bigint;
};

type Invoiced = Pick<InvoiceState, 'issued' | 'credits' | 'voided'>;
/** `worked`: what of it came back, so that there was work with it. */
type Taken = { readonly invoiceLineId: string; readonly qty: bigint; readonly worked: bigint; readonly pct: string };

type Memo = Invoiced['credits'][number]['memo'];

/** What the invoice has given back of goods of one of its lines, in these credit memos. */
const creditedQty = ({ credits }: Invoiced, invoiceLineId: string, isMeant: (memo: Memo) => boolean = () => true) =>
  credits
    .filter(({ memo }) => isMeant(memo))
    .flatMap(({ memo }) => memo.lines)
    .reduce((sum, line) => sum + (line.invoiceLineId === invoiceLineId ? qty(line.qty) : 0n), 0n);

/** How many goods of [from, from + amount) came back and were not left to the customer. */
const workedOf = (pieces: readonly InspectedPiece[], from: bigint, amount: bigint): bigint => {
  let begin = 0n;
  let worked = 0n;
  for (const piece of pieces) {
    const end = begin + piece.qty;
    const size = minQty(end, from + amount) - maxQty(begin, from);
    if (!piece.isKept) worked += maxQty(0n, size);
    begin = end;
  }
  return worked;
};

const takenOf = (line: StateLine, rmaId: string, invoice: Invoiced, sent: SentGoods): readonly Taken[] => {
  const billed = (invoice.issued?.lines ?? []).filter((each) => each.shipmentLineId === line.shipmentLineId);
  const creditedOf = (isMeant: (memo: Memo) => boolean): bigint =>
    billed.reduce((sum, { invoiceLineId }) => sum + creditedQty(invoice, invoiceLineId, isMeant), 0n);
  const pieces = line.pieces.filter(({ leftFromQty }) => leftFromQty === sent.leftFromQty);
  const all = pieces.reduce((sum, piece) => sum + piece.qty, 0n);
  const { billedBefore = 0n } = sent;
  let done = creditedOf(({ returnId }) => returnId === rmaId) + billedBefore;
  // Whatever people credited by hand: no more than is in returns is ever given back. What is lost is in none.
  let left = minQty(all - done, sent.inReturns - billedBefore - creditedOf(({ cause }) => cause !== 'LOSS'));
  return billed.flatMap(({ invoiceLineId, qty: whole }): readonly Taken[] => {
    const amount = minQty(left, qty(whole) - creditedQty(invoice, invoiceLineId));
    if (amount <= 0n) return [];
    const worked = workedOf(pieces, done, amount);
    left -= amount;
    done += amount;
    return [{ invoiceLineId, qty: amount, worked, pct: line.restockingPct ?? '0' }];
  });
};

/** Of the net price that is given back, for what there was work with; each line is rounded once. */
const feeOf = (invoice: Invoiced, request: CreditRequest, taken: readonly Taken[]): Minor => {
  if (invoice.issued === null || taken.every(({ pct }) => pct === '0')) return 0n;
  const earlier = invoice.credits.map(({ memo }) => memo);
  const memo = creditMemoOf(invoice.issued, earlier, request);
  if (isRefusal(memo)) return 0n;
  return taken.reduce((sum, { invoiceLineId, qty: amount, worked, pct }) => {
    const net = minor(memo.lines.find((line) => line.invoiceLineId === invoiceLineId)?.net ?? '0');
    return sum + percentOf(divideRounded(net * worked, amount), decimal(pct));
  }, 0n);
};

/**
 * What `invoice` has to give back for what was looked at of the return and is on none of its credit memos; undefined:
 * nothing. Of goods that one invoice bills, whoever credited them; `sent` are those of the confirmation that it bills.
 */
export const returnCreditOf = (
  { authorised, lines }: ReturnState,
  invoice: Invoiced,
  sent: readonly SentGoods[],
  creditMemoId: string,
): CreditRequest | undefined => {
  if (authorised === null || invoice.issued === null || invoice.voided) return undefined;
  const { rmaId } = authorised;
  const taken = lines.flatMap((line) =>
    sent
      .filter(({ shipmentLineId }) => shipmentLineId === line.shipmentLineId)
      .flatMap((goods) => takenOf(line, rmaId, invoice, goods)),
  );
  if (taken.length === 0) return undefined;
  const request: CreditRequest = {
    ...{ creditMemoId, cause: 'RETURN', reason: `Return ${rmaId}`, charges: [], returnId: rmaId },
    lines: taken.map(({ invoiceLineId, qty: amount }) => ({ invoiceLineId, qty: qtyText(amount) })),
  };
  const fee = feeOf(invoice, request, taken);
  return fee === 0n ? request : { ...request, restockingFee: minorText(fee) };
};
