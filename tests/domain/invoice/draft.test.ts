import { describe, expect, test } from '@jest/globals';
import { type DraftInput, draftInvoice } from '../../../domain/invoice/draft.ts';
import { taxAnswerProblem, taxRequestLines } from '../../../domain/invoice/tax.ts';
import { demoTaxCodes } from '../../../domain/masterData/demo.ts';
import { acceptedOrder, bearingLine, confirmation, customer, draftOf, itemOf, taxOf } from './sale.ts';

const order = acceptedOrder([bearingLine('10')], [{ code: 'FREIGHT', amount: '1500' }]);
const seven = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200', itemGroup: 'BEARING-OLD' }]);

const draftWith = (more: Partial<DraftInput> & { readonly billing: DraftInput['billing'] }) =>
  draftInvoice({ invoiceId: 'INV-A', order, confirmation: seven, withCharges: false, itemOf, customer, ...more });

const plan = (fromQty: string, qty: string) => new Map([['10', { fromQty, qty }]]);

describe('drafting an invoice', () => {
  test('P-20 the lines are those of the confirmation, with the price part of the order line and the cost that was shipped', () => {
    const draft = draftOf('INV-A', order, seven, [['10', '0', '7']], true);
    expect(draft.lines).toEqual([
      {
        invoiceLineId: '1',
        orderLineId: '10',
        shipmentId: 'SH-A',
        shipmentLineId: '10',
        confirmationId: 'A',
        item: 'BRG-6204',
        itemGroup: 'BEARING-OLD',
        taxCode: 'TPP',
        qty: '7',
        fromQty: '0',
        unitPrice: '12.50',
        gross: '8750',
        discount: '700',
        net: '8050',
        cost: '4200',
      },
    ]);
    expect(draft.charges).toEqual([{ code: 'FREIGHT', amount: '1500', taxCode: 'FREIGHT' }]);
    expect(draft).toMatchObject({
      node: 'DC-EAST',
      channel: 'portal',
      termsDays: 30,
      customerGroup: 'INDUSTRIAL',
      billTo: 'C-1001',
    });
  });

  test('S-09 an order is billed in the payment terms that it was accepted with; an older one in those of its customer', () => {
    const billing = plan('0', '7');
    const changed = { ...customer, termsDays: 60 };
    expect(draftWith({ billing, order: { ...order, termsDays: 45 }, customer: changed })).toMatchObject({
      termsDays: 45,
    });
    expect(draftWith({ billing, order: { ...order, termsDays: 0 }, customer: changed })).toMatchObject({
      termsDays: 0,
    });
    expect(draftWith({ billing, customer: changed })).toMatchObject({ termsDays: 60 });
  });

  test('over-shipped goods beyond what may be billed stay off the invoice, with their share of the cost', () => {
    const nine = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '9', cost: '5401' }]);
    expect(draftOf('INV-A', order, nine, [['10', '3', '7']]).lines).toMatchObject([
      { qty: '7', fromQty: '3', gross: '8750', cost: '4201' },
    ]);
  });

  test('two parts of one order line in one confirmation continue each other', () => {
    const parts = confirmation('A', [
      { lineId: '10', item: 'BRG-6204', qty: '4', cost: '2400' },
      { lineId: '10', item: 'BRG-6204', qty: '3', cost: '1800' },
    ]);
    expect(draftOf('INV-A', order, parts, [['10', '2', '6']]).lines).toMatchObject([
      { invoiceLineId: '1', fromQty: '2', qty: '4', cost: '2400' },
      { invoiceLineId: '2', fromQty: '6', qty: '2', cost: '1200' },
    ]);
  });

  test('P-20 nothing billable makes no invoice, and more than was shipped is refused', () => {
    expect(draftWith({ billing: new Map() })).toBeUndefined();
    expect(draftWith({ billing: plan('10', '0'), withCharges: true })).toBeUndefined();
    expect(draftWith({ billing: plan('0', '8') })).toMatchObject({
      refused: 'QTY_EXCEEDS_SHIPPED',
      data: { excess: '1' },
    });
  });

  test('a line or item that was accepted but cannot be found is a fault, not a guess', () => {
    expect(() => draftWith({ billing: plan('0', '7'), itemOf: () => undefined })).toThrow(RangeError);
    expect(() => draftWith({ billing: plan('0', '7'), order: acceptedOrder([]) })).toThrow(RangeError);
  });
});

describe('asking for tax', () => {
  const draft = draftOf('INV-A', order, seven, [['10', '0', '7']], true);
  const codes = { ...demoTaxCodes, version: 1, contentSha256: '' };

  test('every line goes net of discount, every charge with its own code', () => {
    expect(taxRequestLines(draft, codes)).toEqual({
      kind: 'ready',
      lines: [
        { reference: '1', item: 'BRG-6204', engineCode: 'P0000000', qty: '7', amount: '8050' },
        { reference: 'charge:FREIGHT', item: 'FREIGHT', engineCode: 'FR020100', qty: '1', amount: '1500' },
      ],
    });
  });

  test('B-13 a code that is not mapped is named and never becomes a default rate', () => {
    const problems = [
      { code: 'TAX_MAPPING_MISSING', reference: '1' },
      { code: 'TAX_MAPPING_MISSING', reference: 'charge:FREIGHT' },
    ];
    expect(taxRequestLines(draft, { ...codes, items: [], charges: [] })).toMatchObject({ kind: 'missing', problems });
    expect(taxRequestLines(draft, undefined)).toMatchObject({ kind: 'missing', problems });
  });

  test('an answer must speak of lines that exist and add up to its own total', () => {
    const [line] = taxOf(draft);
    if (line === undefined) throw new Error('no tax');
    expect(taxAnswerProblem(draft, [line], '664')).toBeUndefined();
    expect(taxAnswerProblem(draft, [line], '665')).toContain('not the sum');
    expect(taxAnswerProblem(draft, [{ ...line, reference: '7' }], '664')).toContain('does not have');
  });
});
