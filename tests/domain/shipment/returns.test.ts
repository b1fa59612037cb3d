import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import { costOfPart, inReturns } from '../../../domain/shipment/returnSpans.ts';
import { confirm, given, head, left, line, plan, stateAfter, voided } from './samples.ts';

type Claim = Extract<ShipmentCommand, { readonly type: 'ClaimReturn' }>;

const claim = (rmaId: string, qty: string, changes: Partial<Claim> & { readonly billed?: string } = {}): Claim => {
  const { billed = '7', ...rest } = changes;
  return {
    type: 'ClaimReturn',
    ...{
      rmaId,
      authorisedBy: 'kim',
      authorisedAt: '2026-03-10T10:00:00.000Z',
      expiresOn: '2026-04-09',
      windowDays: 30,
    },
    sale: { channel: 'portal', customerGroup: 'RETAIL' },
    lines: [{ shipmentLineId: '10', qty, reason: 'DEFECTIVE', billed }],
    ...rest,
  };
};

const free = (rmaId: string, qty: string): ShipmentCommand => ({
  type: 'FreeReturn',
  rmaId,
  lines: [{ shipmentLineId: '10', qty }],
});

const shipped = [plan(line('10', '7')), confirm('c1', left('10', '7'))];

describe('goods of a shipment that are set aside for a return', () => {
  test('carry the cost that they left with', () => {
    given(...shipped)
      .when(claim('A', '2'))
      .thenEvents({
        type: 'ShipmentReturnClaimed',
        data: {
          ...{ ...head, rmaId: 'A', soldTo: 'C-1001', currency: 'USD' },
          lines: [{ lineId: '10', qty: '2', parts: [{ fromQty: '0', qty: '2', leftQty: '7', leftCost: '4200' }] }],
        },
      });
    given(...shipped, claim('A', '2'))
      .when(claim('A', '5'))
      .thenNothing();
  });

  test('are in no other return', () => {
    given(...shipped, claim('A', '5'))
      .when(claim('B', '3'))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    given(...shipped, claim('A', '5'))
      .when(claim('B', '2'))
      .thenEvents({ type: 'ShipmentReturnClaimed', data: { lines: [{ parts: [{ fromQty: '5', qty: '2' }] }] } });
  });

  test('were billed, left not too long ago, and left at all', () => {
    given(...shipped)
      .when(claim('A', '2', { billed: '1' }))
      .thenRefused('GOODS_NOT_INVOICED');
    given(...shipped)
      .when(claim('A', '2', { windowDays: 7 }))
      .thenRefused('RETURN_WINDOW_CLOSED');
    given(plan(line('10', '7')))
      .when(claim('A', '1'))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    given(...shipped)
      .when(claim('A', '1', { lines: [{ shipmentLineId: '20', qty: '1', reason: 'OTHER', billed: '1' }] }))
      .thenRefused('LINE_UNKNOWN');
  });

  test('keep the shipment from being voided, and what is voided does not come back', () => {
    given(...shipped, claim('A', '1'))
      .when(voided)
      .thenRefused('SHIPMENT_RETURNED');
    given(...shipped, voided)
      .when(claim('A', '1'))
      .thenRefused('SHIPMENT_VOIDED');
    given(...shipped, claim('A', '1'), free('A', '1'))
      .when(voided)
      .thenEvents({ type: 'ShipmentVoided' });
  });

  test('are free again when they did not come, the last ones first and once', () => {
    given(...shipped, claim('A', '5'), claim('B', '2'), free('A', '3'))
      .when(claim('C', '3'))
      .thenEvents({ type: 'ShipmentReturnClaimed', data: { lines: [{ parts: [{ fromQty: '2', qty: '3' }] }] } });
    given(...shipped, claim('A', '5'), free('A', '3'))
      .when(free('A', '3'))
      .thenNothing();
    given(...shipped)
      .when(free('A', '3'))
      .thenNothing();
  });
});

test('whatever is claimed and freed, no goods are in two returns and all of them cost what left', () => {
  const steps = fc.array(fc.record({ take: fc.bigInt({ min: 1n, max: 6n }), give: fc.bigInt({ min: 0n, max: 6n }) }), {
    maxLength: 12,
  });
  const batches = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 5n }), fc.integer({ min: 1, max: 99_999 })), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(batches, steps, (confirmed, wanted) => {
      const total = confirmed.reduce((sum, [qty]) => sum + qty, 0n);
      const history: ShipmentCommand[] = [
        plan(line('10', String(total))),
        ...confirmed.map(([qty, cost], index) =>
          confirm(`c${index}`, left('10', String(qty), `0.${String(cost).padStart(5, '0')}`)),
        ),
      ];
      const room = () => total - inReturns(stateAfter(history), '10');
      const take = (rmaId: string, amount: bigint): void => {
        if (amount > 0n) history.push(claim(rmaId, String(amount), { billed: String(total) }));
      };
      for (const [index, { take: amount, give }] of wanted.entries()) {
        const taken = amount < room() ? amount : room();
        take(`R${index}`, taken);
        const back = give < taken ? give : taken;
        if (back > 0n) history.push(free(`R${index}`, String(back)));
      }
      take('rest', room());
      const state = stateAfter(history);
      const units = state.returnSpans.flatMap(({ from, to }) =>
        Array.from({ length: Number(to - from) }, (_, offset) => from + BigInt(offset)),
      );
      expect(new Set(units).size).toBe(units.length);
      expect(BigInt(units.length)).toBe(total);
      const lines = state.confirmedLines;
      let start = 0n;
      let cost = 0n;
      for (const { qty, cost: leftCost, unitCost } of lines) {
        for (let unit = start; unit < start + BigInt(qty); unit += 1n) {
          const part = { fromQty: String(unit), qty: '1', unitCost };
          cost += costOfPart({ ...part, leftFromQty: String(start), leftQty: qty, leftCost }, 0n, 1n);
        }
        start += BigInt(qty);
      }
      expect(cost).toBe(lines.reduce((sum, each) => sum + BigInt(each.cost), 0n));
    }),
    { numRuns: 60 },
  );
});
