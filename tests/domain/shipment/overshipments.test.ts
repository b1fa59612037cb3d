import { describe, expect, test } from '@jest/globals';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import { allowedExcess, overshipmentRuleFor } from '../../../domain/shipment/overshipmentPolicy.ts';
import { confirm, given, left, line, plan, stateAfter, voided } from './samples.ts';

const found = (excess: string, more: { readonly within?: boolean; readonly outcome?: 'BILL' | 'GIFT' } = {}) =>
  ({
    ...{ type: 'FindOvershipments', confirmationId: 'c1', foundAt: '2026-11-23T12:00:00.000Z' },
    ...{ channel: 'portal', customerGroup: 'INDUSTRIAL' },
    lines: [{ lineId: '10', excess, allowed: '1', within: false, ...more }],
  }) as const satisfies ShipmentCommand;

const decide = (more: Partial<Extract<ShipmentCommand, { type: 'ResolveOvershipment' }>> = {}) =>
  ({
    ...{ type: 'ResolveOvershipment', resolutionId: 'X', confirmationId: 'c1', lineId: '10', outcome: 'GIFT' },
    ...{ resolvedAt: '2026-11-24T08:00:00.000Z', limit: '5000', ...more },
  }) as const satisfies ShipmentCommand;

/** Five planned from two reservations, eight left at 0.335: 1.01 and 1.68. */
const out = [plan(line('10', '3', 'r-a'), line('10', '2', 'r-b')), confirm('c1', left('10', '8', '0.335'))];

describe('goods beyond the order', () => {
  test('are the last that left, at what is left of the cost of their line', () => {
    given(...out)
      .when(found('6'))
      .thenEvents({
        type: 'OvershipmentFound',
        data: {
          ...{ excess: '6', cost: '202' },
          parts: [
            { shipmentLineId: '10', qty: '1', cost: '34' },
            { shipmentLineId: '10.2', qty: '5', cost: '168' },
          ],
        },
      });
    // Of two at 0.015 the ordered one costs 0.02, by which its invoice relieves what was deferred.
    given(plan(line('10', '1')), confirm('c1', left('10', '2', '0.015')))
      .when(found('1'))
      .thenEvents({ type: 'OvershipmentFound', data: { cost: '1' } });
    given(...out, found('6'))
      .when(found('5'))
      .thenNothing();
  });

  test('within the tolerance are decided by the rule in the same append, beyond it by nobody', () => {
    given(...out)
      .when(found('1', { within: true, outcome: 'GIFT' }))
      .thenEvents({ type: 'OvershipmentFound' }, { type: 'OvershipmentResolved', data: { decidedBy: 'POLICY' } });
    given(...out)
      .when(found('3', { outcome: 'GIFT' }))
      .thenEvents({ type: 'OvershipmentFound' });
  });

  test('are decided once, given away up to a limit, and billed beyond the tolerance with the consent of the customer', () => {
    const known = [...out, found('3')];
    given(...out)
      .when(decide())
      .thenRefused('NOT_OVERSHIPPED');
    given(...known)
      .when(decide({ limit: '99' }))
      .thenRefused('APPROVAL_REQUIRED');
    given(...known)
      .when(decide({ outcome: 'BILL' }))
      .thenRefused('OVERSHIP_TOLERANCE');
    given(...known)
      .when(decide({ outcome: 'BILL', consent: 'MAIL-1' }))
      .thenEvents({ type: 'OvershipmentResolved', data: { outcome: 'BILL', consent: 'MAIL-1' } });
    given(...known, decide())
      .when(decide())
      .thenNothing();
    given(...known, decide())
      .when(decide({ resolutionId: 'Y' }))
      .thenRefused('OVERSHIPMENT_RESOLVED');
    given(...known, voided)
      .when(decide())
      .thenRefused('SHIPMENT_VOIDED');
  });

  test('take their decision with them when the shipment is voided', () => {
    const { overshipments } = stateAfter([...out, found('3'), decide()]);
    expect(overshipments).toMatchObject([{ found: { excess: '3' }, resolution: { outcome: 'GIFT' } }]);
    given(...out, found('3'), decide())
      .when({ ...voided, resolved: [{ resolutionId: 'X', eventId: 'e', position: '7' }] } as ShipmentCommand)
      .thenEvents({
        type: 'ShipmentVoided',
        data: { resolutions: [{ resolutionId: 'X', outcome: 'GIFT', excess: '3', eventId: 'e', position: '7' }] },
      });
  });
});

test('the first rule that fits item and customer decides how much is tolerated, in whole units', () => {
  const sold = { item: 'BRG', itemGroup: 'BEARING', customer: 'C-1', customerGroup: 'INDUSTRIAL' };
  const rules = [
    { item: 'BRG', customer: 'C-2', tolerancePct: '50', outcome: 'GIFT' },
    { itemGroup: 'BEARING', customerGroup: 'INDUSTRIAL', tolerancePct: '2.5', outcome: 'BILL' },
    { tolerancePct: '1', outcome: 'GIFT' },
  ] as const;
  expect(overshipmentRuleFor(rules, sold)).toBe(rules[1]);
  expect(overshipmentRuleFor(rules, { ...sold, customer: 'C-2' })).toBe(rules[0]);
  expect(overshipmentRuleFor(rules, { ...sold, itemGroup: 'OTHER', item: 'X' })).toBe(rules[2]);
  expect(overshipmentRuleFor(undefined, sold)).toBeUndefined();
  expect([allowedExcess(100n, '2.5'), allowedExcess(79n, '2.5'), allowedExcess(0n, '50')]).toEqual([2n, 1n, 0n]);
});
