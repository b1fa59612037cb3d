import { refuse } from '../decider.ts';
import { minor, minorText } from '../money.ts';
import { qtyText } from '../quantity.ts';
import type { SupplierBillMatched } from './events.ts';
import { askedOf, costOf, headOf, type Of, type Outcome, type Placed, repeated } from './parts.ts';
import type { DropShipState } from './state.ts';

type BillLine = Of<'MatchBill'>['lines'][number];

const merged = (a: BillLine, b: BillLine): BillLine => ({ ...a, amount: minorText(minor(a.amount) + minor(b.amount)) });

const sum = (lines: SupplierBillMatched['data']['lines'], of: 'billed' | 'accrued' | 'variance'): string =>
  minorText(lines.reduce((total, line) => total + minor(line[of]), 0n));

/**
 * Order, ship notice and bill must agree on the quantity; on the price they may differ, which is a variance of cost. Goods
 * are billed in the order in which they left, so the bills of a line relieve exactly what its notices accrued.
 */
export const matchBill = (command: Of<'MatchBill'>, placed: Placed, state: DropShipState): Outcome => {
  const { billId, contentSha256, billDate } = command;
  const again = repeated(state.bills, billId, contentSha256);
  if (again !== undefined) return again;
  if (command.currency !== placed.currency) {
    const detail = `The purchase order is in ${placed.currency}, the bill in ${command.currency}.`;
    return refuse('BILL_CURRENCY', detail, { currency: placed.currency });
  }
  const asked = askedOf(state, command.lines, merged);
  if ('refused' in asked) return asked;
  if (asked.length === 0) return [];
  const early = asked.find(({ line, qty }) => line.billed + qty > line.shipped);
  if (early !== undefined) {
    const { lineId, shipped, billed } = early.line;
    const billable = qtyText(shipped - billed);
    const detail = `Of line ${lineId}, ${billable} has left and is on no bill; ${early.qty} cannot be matched.`;
    return refuse('BILL_EXCEEDS_SHIPPED', detail, { lineId, billable, requested: qtyText(early.qty) });
  }
  const { currency, shipmentId } = placed;
  const lines = asked.map(({ line, qty, part: { amount } }) => {
    const { lineId, item, itemGroup } = line;
    const accrued = costOf(line, currency, line.billed, qty);
    const amounts = { billed: amount, accrued: minorText(accrued), variance: minorText(minor(amount) - accrued) };
    return { lineId, item, ...(itemGroup === undefined ? {} : { itemGroup }), qty: qtyText(qty), ...amounts };
  });
  const totals = { billed: sum(lines, 'billed'), accrued: sum(lines, 'accrued'), variance: sum(lines, 'variance') };
  const data = { ...headOf(placed), billId, contentSha256, shipmentId, billDate, currency, ...totals, lines };
  return [{ type: 'SupplierBillMatched', data }];
};
