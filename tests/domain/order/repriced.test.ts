import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import { order } from '../../../domain/order/order.ts';
import { netTotal } from '../../../domain/order/state.ts';
import { accepting, cancelling, given, holding, submitting } from './samples.ts';
import { play } from './scenario.ts';

const terms = { unitPrice: '12.50', discounts: submitting().pricing.lines[0]?.discounts ?? [] };
const at = (unitPrice: string, more: Partial<Extract<OrderCommand, { type: 'RepriceLine' }>> = {}): OrderCommand => ({
  ...{ type: 'RepriceLine', lineId: '10', unitPrice, terms, reason: 'agreed', ...more },
});

describe('S-12 a price that was agreed for a line', () => {
  test('is the whole price of it, in the order as in what is accepted', () => {
    given(submitting(), holding('H', 'MANUAL'))
      .when(at('11.00'))
      .then({
        type: 'OrderLineRepriced',
        data: {
          differencePct: '4.35',
          priced: { unitPrice: '11.00', priceSource: 'OVERRIDE', discounts: [], gross: '11000', net: '11000' },
          totals: { gross: '11000', discount: '0', charges: '1500', net: '12500' },
        },
      });
    given(submitting(), at('11.00'))
      .when(accepting)
      .then({
        type: 'OrderAccepted',
        data: { acceptedTotal: '12500', lines: [{ unitPrice: '11.00', discounts: [] }] },
      });
    given(submitting(), at('11.00')).when(at('11.000')).thenNothing();
  });

  test('more than a tenth from what applies needs somebody else, whichever way and in however many steps', () => {
    // What applies is 11.50.
    for (const far of ['10.349999', '12.650001', '0'])
      given(submitting()).when(at(far)).thenRefused('APPROVAL_REQUIRED');
    for (const near of ['10.35', '12.65']) given(submitting()).when(at(near)).then({ type: 'OrderLineRepriced' });
    given(submitting(), at('10.50')).when(at('10.00')).thenRefused('APPROVAL_REQUIRED');
    given(submitting())
      .when(at('9.00', { approvalId: 'A' }))
      .then({ type: 'OrderLineRepriced', data: { approvalId: 'A', differencePct: '21.74' } });
  });

  test('is for an order that is not accepted, and a line that is there', () => {
    given(submitting(), accepting).when(at('11.00')).thenRefused('PRICE_AGREED');
    given(submitting())
      .when(at('11.00', { lineId: '77' }))
      .thenRefused('LINE_UNKNOWN');
    given(submitting())
      .when(at('11.00', { terms: 'It is not sold any more.' }))
      .thenRefused('MASTER_DATA_INVALID');
    given(submitting({ '10': '10', '20': '1' }), cancelling('C', [{ lineId: '10', qty: '10' }]))
      .when(at('11.00'))
      .thenRefused('LINE_CLOSED');
  });

  test('leaves an order at the sum of its lines', () => {
    const price = fc.record({ lineId: fc.constantFrom('10', '20'), minor: fc.integer({ min: 0, max: 5_000 }) });
    fc.assert(
      fc.property(fc.array(price, { maxLength: 8 }), (prices) => {
        const wishes = prices.map(({ lineId, minor }) => at((minor / 100).toFixed(2), { lineId, approvalId: 'A' }));
        const { state } = play(order, [submitting({ '10': '10', '20': '7' }), ...wishes]);
        const lines = state.pricing?.lines ?? [];
        const sum = lines.reduce((total, { net }) => total + BigInt(net), 0n);
        expect(netTotal(state)).toBe(sum + 1_500n);
      }),
    );
  });
});
