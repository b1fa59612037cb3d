import { isRefusal, type Refusal, refuse } from '../decider.ts';
import { divideRounded, type Minor, minor, minorSum, minorText } from '../money.ts';
import { partialCosts } from '../pricing/lineAmounts.ts';
import { qty, qtyText } from '../quantity.ts';
import type { CreditRequest } from './creditCommands.ts';
import type { CreditLine, CreditMemo } from './creditEvents.ts';
import type { InvoiceIssued, TaxLine } from './events.ts';
import { share } from './share.ts';
import { chargeReference } from './tax.ts';
import { takenBack } from './unearned.ts';

type Issued = InvoiceIssued['data'];
type InvoicedLine = Issued['lines'][number];

const between = (amount: Minor, least: Minor, most: Minor): Minor => {
  if (amount < least) return least;
  return amount > most ? most : amount;
};

const invalid = (detail: string): Refusal => refuse('CREDIT_MEMO_INVALID', detail);

const tooMuch = (of: string, left: string): Refusal =>
  refuse('CREDIT_EXCEEDS_INVOICED', `Of ${of} no more than ${left} is left to be credited.`, { of, left });

/** What earlier credit memos gave back of one invoice line. `goods`: net of what came back, as it had been billed. */
const creditedOf = (earlier: readonly CreditMemo[], invoiceLineId: string) => {
  const sum = { qty: 0n, net: 0n, goods: 0n };
  for (const line of earlier.flatMap(({ lines }) => lines)) {
    if (line.invoiceLineId !== invoiceLineId) continue;
    sum.qty += qty(line.qty);
    sum.net += minor(line.net);
    if (line.qty !== '0') sum.goods += minor(line.net) + minor(line.allowance ?? '0');
  }
  return sum;
};

type Amounts = { readonly qty: bigint; readonly gross: Minor; readonly net: Minor; readonly allowance: Minor };

/**
 * Goods come back at the price they were billed at, less what was credited on that price meanwhile: of that a share by
 * the quantity that was still out, and whatever else keeps the rest of the line from falling below zero.
 */
const returned = (line: InvoicedLine, earlier: readonly CreditMemo[], asked: string): Amounts | Refusal => {
  const [whole, part] = [qty(line.qty), qty(asked)];
  const before = creditedOf(earlier, line.invoiceLineId);
  const out = whole - before.qty;
  if (part <= 0n) return invalid(`Line ${line.invoiceLineId}: the quantity is above zero.`);
  if (part > out) return tooMuch(`the quantity of line ${line.invoiceLineId}`, qtyText(out));
  const upTo = (amount: string) => share(minor(amount), whole, 0n, before.qty + part);
  const left = minor(line.net) - before.goods;
  const goods = between(upTo(line.gross) - upTo(line.discount) - before.goods, 0n, left);
  const allowed = before.net - before.goods;
  const most = allowed < goods ? allowed : goods;
  const allowance = between(divideRounded(allowed * part, out), allowed + goods - left, most);
  const gross = share(minor(line.gross), whole, before.qty, part);
  return { qty: part, gross: gross - allowance, net: goods - allowance, allowance };
};

type Earned = Parameters<typeof takenBack>[0];

/**
 * The cost of goods that were lost. Invoice and credit memo count it from the first one of the line, so all together they are
 * what was billed. Of goods that were never earned it waits still, and so does their revenue.
 */
const lostCost = (
  line: InvoicedLine,
  { earned, loss }: { readonly earned: Earned; readonly loss: CreditRequest['loss'] },
  before: bigint,
  part: bigint,
): Pick<CreditLine, 'cost' | 'costs' | 'deferred'> => {
  const waiting = loss?.unearned === true ? takenBack(earned, line, part) : undefined;
  if (waiting !== undefined) return waiting;
  const cost = share(minor(line.cost), qty(line.qty), before, part);
  if (line.costs === undefined) return { cost: minorText(cost) };
  const shares = partialCosts(
    line.costs.map((each) => minor(each.cost)),
    qty(line.qty),
    before,
    part,
  );
  const costs = line.costs.map((each, index) => ({ ...each, cost: minorText(shares[index] ?? 0n) }));
  return { cost: minorText(cost), costs };
};

/** These name quantities: the goods themselves are given back for. */
const isOfGoods = (cause: CreditRequest['cause']): boolean => cause === 'RETURN' || cause === 'LOSS';

const reduced = (line: InvoicedLine, earlier: readonly CreditMemo[], asked: string): Amounts | Refusal => {
  const amount = minor(asked);
  if (amount <= 0n) return invalid(`Line ${line.invoiceLineId}: the amount is above zero.`);
  const left = minor(line.net) - creditedOf(earlier, line.invoiceLineId).net;
  if (amount > left) return tooMuch(`line ${line.invoiceLineId}`, minorText(left));
  return { qty: 0n, gross: amount, net: amount, allowance: 0n };
};

/** Of each tax of a line or charge the share of what is credited of it: a document that is credited in full has no tax left. */
const taxesOf = (
  issued: Issued,
  reference: string,
  net: { readonly whole: Minor; readonly before: Minor; readonly part: Minor },
): readonly TaxLine[] =>
  issued.taxes
    .filter((tax) => tax.reference === reference)
    .map((tax) => {
      const part = (amount: string) => minorText(share(minor(amount), net.whole, net.before, net.part));
      return { ...tax, taxable: part(tax.taxable), tax: part(tax.tax) };
    })
    .filter(({ taxable, tax }) => taxable !== '0' || tax !== '0');

type Part<T> = { readonly is: T; readonly taxes: readonly TaxLine[] };
const sumOf = (taxes: readonly TaxLine[]): string => minorText(minorSum(taxes.map(({ tax }) => tax)));

const lineOf = (
  issued: Issued,
  earned: Earned,
  { cause, lines, loss }: CreditRequest,
  asked: CreditRequest['lines'][number],
): Part<CreditLine> | Refusal => {
  const { earlier } = earned;
  const { invoiceLineId } = asked;
  const line = issued.lines.find((each) => each.invoiceLineId === invoiceLineId);
  if (line === undefined) return invalid(`Invoice ${issued.number} has no line ${invoiceLineId}.`);
  if (lines.filter((each) => each.invoiceLineId === invoiceLineId).length > 1)
    return invalid(`Line ${invoiceLineId} is named twice.`);
  const ofGoods = isOfGoods(cause);
  const wanted = ofGoods ? asked.qty : asked.amount;
  const other = ofGoods ? asked.amount : asked.qty;
  if (wanted === undefined || other !== undefined)
    return invalid(`A credit memo for ${cause} names ${ofGoods ? 'a quantity' : 'an amount'} of each line.`);
  const amounts = ofGoods ? returned(line, earlier, wanted) : reduced(line, earlier, wanted);
  if (isRefusal(amounts)) return amounts;
  const { orderLineId, shipmentId, shipmentLineId, item, itemGroup, taxCode } = line;
  const net = { whole: minor(line.net), before: creditedOf(earlier, invoiceLineId).net, part: amounts.net };
  const taxes = taxesOf(issued, invoiceLineId, net);
  const is = {
    ...{ invoiceLineId, orderLineId, shipmentId, shipmentLineId, item, itemGroup, taxCode },
    qty: qtyText(amounts.qty),
    gross: minorText(amounts.gross),
    discount: minorText(amounts.gross - amounts.net),
    net: minorText(amounts.net),
    ...(amounts.allowance === 0n ? {} : { allowance: minorText(amounts.allowance) }),
    tax: sumOf(taxes),
    ...(cause === 'LOSS' ? lostCost(line, { earned, loss }, creditedOf(earlier, invoiceLineId).qty, amounts.qty) : {}),
  };
  return { is, taxes };
};

type Charge = CreditMemo['charges'][number];

const chargeOf = (
  issued: Issued,
  earlier: readonly CreditMemo[],
  { charges }: CreditRequest,
  { code, amount }: CreditRequest['charges'][number],
): Part<Charge> | Refusal => {
  const sum = (all: readonly { readonly code: string; readonly amount: string }[]): Minor =>
    minorSum(all.filter((each) => each.code === code).map((each) => each.amount));
  const billed = issued.charges.find((each) => each.code === code);
  if (billed === undefined) return invalid(`Invoice ${issued.number} has no charge ${code}.`);
  if (charges.filter((each) => each.code === code).length > 1) return invalid(`Charge ${code} is named twice.`);
  const [whole, before, part] = [sum(issued.charges), sum(earlier.flatMap((memo) => memo.charges)), minor(amount)];
  if (part <= 0n) return invalid(`Charge ${code}: the amount is above zero.`);
  if (part > whole - before) return tooMuch(`charge ${code}`, minorText(whole - before));
  const taxes = taxesOf(issued, chargeReference(code), { whole, before, part });
  return { is: { code, amount, taxCode: billed.taxCode, tax: sumOf(taxes) }, taxes };
};

/** A charge of the credit memo alone. */
export const restockingFee = 'RESTOCKING_FEE';

const feeOf = ({ restockingFee: fee = '0' }: CreditRequest): readonly Charge[] =>
  fee === '0' ? [] : [{ code: restockingFee, amount: minorText(-minor(fee)), taxCode: '', tax: '0' }];

/** What a request of this cause may name. */
const misplaced = ({ cause, lines, charges, restockingFee: fee }: CreditRequest): Refusal | undefined => {
  if (fee !== undefined && (cause !== 'RETURN' || minor(fee) < 0n))
    return invalid('Only what comes back has a restocking fee, and none is below zero.');
  if (cause === 'FREIGHT' ? lines.length > 0 || charges.length === 0 : lines.length === 0)
    return invalid(cause === 'FREIGHT' ? 'FREIGHT names charges and no lines.' : `${cause} names lines.`);
  if (charges.length > 0 && cause !== 'FREIGHT' && cause !== 'RETURN') return invalid(`${cause} names no charges.`);
  return undefined;
};

const totalsOf = (lines: readonly CreditLine[], charges: readonly Charge[]): CreditMemo['totals'] => {
  const gross = minorSum(lines.map((line) => line.gross));
  const discount = minorSum(lines.map((line) => line.discount));
  const extra = minorSum(charges.map(({ amount }) => amount));
  const tax = minorSum([...lines, ...charges].map((each) => each.tax));
  return {
    gross: minorText(gross),
    discount: minorText(discount),
    charges: minorText(extra),
    tax: minorText(tax),
    total: minorText(gross - discount + extra + tax),
  };
};

/**
 * What is given back of an issued invoice besides everything that `earlier` credit memos gave back: at the price, discount
 * and tax it was billed at, each by the cumulative method, so that many credit memos never give back more than one.
 */
export const creditMemoOf = (
  issued: Issued,
  earlier: readonly CreditMemo[],
  request: CreditRequest,
  recognised: Earned['recognised'] = null,
): CreditMemo | Refusal => {
  const wrong = misplaced(request);
  if (wrong !== undefined) return wrong;
  const earned = { recognised, earlier };
  const lines = request.lines.map((asked) => lineOf(issued, earned, request, asked));
  const billed = request.charges.map((asked) => chargeOf(issued, earlier, request, asked));
  const refused = [...lines, ...billed].find((part) => isRefusal(part));
  if (refused !== undefined && isRefusal(refused)) return refused;
  const kept = lines as readonly Part<CreditLine>[];
  const charged = billed as readonly Part<Charge>[];
  const charges = [...charged.map(({ is }) => is), ...feeOf(request)];
  const totals = totalsOf(
    kept.map(({ is }) => is),
    charges,
  );
  if (minor(totals.total) < 0n) return invalid('The restocking fee is more than what is credited.');
  const { invoiceId, orderId, bu, soldTo, billTo, shipTo, node, channel, customerGroup, currency, number } = issued;
  return {
    ...{ invoiceId, orderId, bu, creditMemoId: request.creditMemoId, kind: 'CREDIT_MEMO', cause: request.cause },
    ...{ invoiceNumber: number, soldTo, billTo, shipTo, node, channel, customerGroup, currency },
    lines: kept.map(({ is }) => is),
    charges,
    taxes: [...kept, ...charged].flatMap(({ taxes }) => taxes),
    totals,
    ...(request.returnId === undefined ? {} : { returnId: request.returnId }),
    ...(request.loss === undefined ? {} : { loss: request.loss }),
  };
};
