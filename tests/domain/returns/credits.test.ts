import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { creditMemoOf } from '../../../domain/invoice/creditMemo.ts';
import type { InvoiceIssued } from '../../../domain/invoice/events.ts';
import type { InvoiceState } from '../../../domain/invoice/state.ts';
import { returnCreditOf } from '../../../domain/returns/credits.ts';
import type { Disposition } from '../../../domain/returns/events.ts';
import { authorise, inspection, part, receipt, stateAfter } from './samples.ts';

const line = { shipmentId: 'S1', orderLineId: '10', item: 'BRG-6204', itemGroup: 'BEARING', taxCode: 'P1' };

/** Seven bearings of 12.50 less 8 %. */
const issued = {
  ...{ invoiceId: 'I1', orderId: 'O1', bu: 'ACME', number: 'INV-1', currency: 'USD', soldTo: 'C-1001', taxes: [] },
  ...{
    charges: [],
    shipTo: { id: 'S' },
    billTo: 'C-1001',
    node: 'DC-EAST',
    channel: 'portal',
    customerGroup: 'RETAIL',
  },
  lines: [
    {
      ...{ ...line, invoiceLineId: '1', shipmentLineId: '10', qty: '7' },
      ...{ gross: '8750', discount: '700', net: '8050', tax: '0' },
    },
  ],
} as unknown as InvoiceIssued['data'];

const invoice: Pick<InvoiceState, 'issued' | 'credits' | 'voided'> = { issued, credits: [], voided: false };
const sent = [{ shipmentLineId: '10', leftFromQty: '0', inReturns: 7n }];

/** With the credit memo that is asked for. */
const credited = (of: typeof invoice, request: NonNullable<ReturnType<typeof returnCreditOf>>): typeof invoice => {
  const memo = creditMemoOf(
    issued,
    of.credits.map((each) => each.memo),
    request,
  );
  if ('refused' in memo) throw new Error(memo.detail);
  const drafted = {
    memo: { ...memo, reason: 'r', draftedBy: 'x' },
    issued: null,
    isTaxCommitted: false,
    mismatch: null,
  };
  return { ...of, credits: [...of.credits, drafted] };
};

const returned = (qty: string, ...inspections: readonly (readonly [string, Disposition])[]) =>
  stateAfter([
    authorise(qty, [part('0', qty)]),
    receipt('R1', qty),
    ...inspections.map(([amount, disposition], index) => inspection(`I${index}`, amount, disposition)),
  ]);

describe('what a return gives back', () => {
  test('is what was looked at, once', () => {
    const request = returnCreditOf(returned('3', ['2', 'SCRAP']), invoice, sent, 'M1');
    expect(request).toMatchObject({ cause: 'RETURN', returnId: 'RMA-1', lines: [{ invoiceLineId: '1', qty: '2' }] });
    const after = credited(invoice, request as NonNullable<typeof request>);
    expect(returnCreditOf(returned('3', ['2', 'SCRAP']), after, sent, 'M2')).toBeUndefined();
    expect(returnCreditOf(returned('3', ['2', 'SCRAP'], ['1', 'RESTOCK']), after, sent, 'M2')).toMatchObject({
      lines: [{ qty: '1' }],
    });
  });

  test('is nothing for what was never looked at, of another confirmation, not invoiced or on a voided invoice', () => {
    expect(returnCreditOf(returned('3'), invoice, sent, 'M1')).toBeUndefined();
    const ofOthers = [{ shipmentLineId: '10', leftFromQty: '7', inReturns: 7n }];
    expect(returnCreditOf(returned('3', ['2', 'SCRAP']), invoice, ofOthers, 'M1')).toBeUndefined();
    expect(returnCreditOf(returned('3', ['2', 'SCRAP']), { ...invoice, voided: true }, sent, 'M1')).toBeUndefined();
    expect(returnCreditOf(returned('3', ['2', 'SCRAP']), { ...invoice, issued: null }, sent, 'M1')).toBeUndefined();
  });

  test('R6 is in all what one return of everything gives back, however it comes, and never more than is in returns', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.bigInt({ min: 0n, max: 7n }), (parts, inReturns) => {
        const looked = parts.filter((_, index) => parts.slice(0, index + 1).reduce((a, b) => a + b, 0) <= 7);
        let of = invoice;
        for (const upTo of looked.keys()) {
          const state = returned('7', ...looked.slice(0, upTo + 1).map((size) => [String(size), 'SCRAP'] as const));
          const request = returnCreditOf(
            state,
            of,
            [{ ...sent[0], shipmentLineId: '10', leftFromQty: '0', inReturns }],
            `M${upTo}`,
          );
          if (request !== undefined) of = credited(of, request);
        }
        const lines = of.credits.flatMap(({ memo }) => memo.lines);
        const qty = lines.reduce((sum, each) => sum + BigInt(each.qty), 0n);
        const all = BigInt(looked.reduce((a, b) => a + b, 0));
        expect(qty).toBe(all < inReturns ? all : inReturns);
        expect(lines.reduce((sum, each) => sum + BigInt(each.net), 0n)).toBe(1150n * qty);
      }),
    );
  });
});
