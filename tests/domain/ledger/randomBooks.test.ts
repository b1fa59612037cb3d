import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InvoiceDrafted } from '../../../domain/invoice/events.ts';
import { checkJournal } from '../../../domain/ledger/checkJournal.ts';
import type { JournalDraft } from '../../../domain/ledger/journal.ts';
import { decimal, extend, minor, minorText } from '../../../domain/money.ts';
import type { AcceptedLine } from '../../../domain/order/events.ts';
import { lineAmounts } from '../../../domain/pricing/lineAmounts.ts';
import { acceptedOrder, confirmation, draftOf, issuedInvoice, recorded, taxOf } from '../invoice/sale.ts';
import { journalsOf, opened, periodsAfter } from './books.ts';

const sixPlaces = (whole: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: whole }), fc.integer({ min: 0, max: 999_999 }))
    .map(([a, b]) => `${a}.${String(b).padStart(6, '0')}`);
const ratePct = fc
  .integer({ min: 0, max: 10_000 })
  .map((parts) => `${Math.floor(parts / 100)}.${String(parts % 100).padStart(2, '0')}`);

const oneLine = fc.record({
  unitPrice: sixPlaces(999),
  unitCost: sixPlaces(500),
  rates: fc.array(ratePct, { maxLength: 3 }),
  parts: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 }),
});

type OneLine = {
  readonly unitPrice: string;
  readonly unitCost: string;
  readonly rates: readonly string[];
  readonly parts: readonly number[];
};

const acceptedLine = (line: OneLine, index: number): AcceptedLine => ({
  lineId: String(index + 1),
  item: `ITEM-${index + 1}`,
  qty: String(line.parts.reduce((a, b) => a + b, 0)),
  baseUom: 'EA',
  unitPrice: line.unitPrice,
  discounts: line.rates.map((rate, at) => ({ sequence: at + 1, kind: 'CONTRACT', ratePct: rate })),
});

/** Ships and invoices round after round: part n of every line goes with confirmation n. */
const sell = (lines: readonly OneLine[], freight: string) => {
  const order = acceptedOrder(lines.map(acceptedLine), [{ code: 'FREIGHT', amount: freight }]);
  const invoiced = lines.map(() => 0);
  const taxed = new Map<string, string>();
  const drafts: InvoiceDrafted['data'][] = [];
  const journals: JournalDraft[] = [];
  const rounds = Math.max(...lines.map((line) => line.parts.length));
  for (let round = 0; round < rounds; round += 1) {
    const going = lines.flatMap((line, index) => {
      const qty = line.parts[round] ?? 0;
      return qty === 0
        ? []
        : [
            {
              index,
              qty,
              lineId: String(index + 1),
              item: `ITEM-${index + 1}`,
              cost: minorText(extend(BigInt(qty), decimal(line.unitCost), 'USD')),
            },
          ];
    });
    if (going.length === 0) continue;
    const data = confirmation(
      `C${round}`,
      going.map((each) => ({ ...each, qty: String(each.qty) })),
    );
    const billing = going.map((each) => [each.lineId, String(invoiced[each.index]), String(each.qty)] as const);
    const draft = draftOf(`I${round}`, order, data, billing, drafts.length === 0);
    const invoice = issuedInvoice(draft, `INV-${round}`, taxOf(draft, taxed));
    for (const each of going) invoiced[each.index] = (invoiced[each.index] ?? 0) + each.qty;
    for (const line of draft.lines)
      taxed.set(line.orderLineId, minorText(minor(taxed.get(line.orderLineId) ?? '0') + minor(line.net)));
    drafts.push(draft);
    journals.push(
      ...journalsOf(recorded({ type: 'ShipmentConfirmed', data })),
      ...journalsOf(recorded({ type: 'InvoiceIssued', data: invoice })),
    );
  }
  return { order, drafts, journals };
};

const sum = (amounts: readonly string[]): bigint => amounts.reduce((total, amount) => total + minor(amount), 0n);

const balanceOf = (journals: readonly JournalDraft[], role: string): bigint =>
  journals
    .flatMap((journal) => journal.lines)
    .filter((line) => line.role === role)
    .reduce((total, line) => total + minor(line.debit) - minor(line.credit), 0n);

const sale = fc.array(oneLine, { minLength: 1, maxLength: 4 });
const freight = fc.integer({ min: 0, max: 99_999 }).map(String);

describe('random sales', () => {
  test('P-21 however an order is split, its invoices add up to one full invoice, line by line and as a whole', () => {
    fc.assert(
      fc.property(sale, freight, (lines, amount) => {
        const { order, drafts } = sell(lines, amount);
        for (const line of order.lines) {
          const whole = lineAmounts(BigInt(line.qty), line.unitPrice, line.discounts, 'USD');
          const parts = drafts.flatMap((draft) => draft.lines).filter((each) => each.orderLineId === line.lineId);
          expect([
            sum(parts.map((each) => each.gross)),
            sum(parts.map((each) => each.discount)),
            sum(parts.map((each) => each.net)),
          ]).toEqual([whole.gross, whole.discount, whole.net]);
        }
        expect(sum(drafts.flatMap((draft) => draft.charges.map((charge) => charge.amount)))).toBe(
          drafts.length === 0 ? 0n : minor(amount),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('B-12 every journal keeps all invariants, and DEFERRED_COGS is back to zero when all is invoiced', () => {
    const periods = periodsAfter(opened('202611'));
    fc.assert(
      fc.property(sale, freight, (lines, amount) => {
        const { journals } = sell(lines, amount);
        expect(journals.flatMap((journal) => checkJournal(journal, periods))).toEqual([]);
        expect(journals.every((journal) => journal.state === 'READY')).toBe(true);
        expect(balanceOf(journals, 'DEFERRED_COGS')).toBe(0n);
        expect(balanceOf(journals, 'COGS')).toBe(-balanceOf(journals, 'INVENTORY'));
      }),
      { numRuns: 300 },
    );
  });
});
