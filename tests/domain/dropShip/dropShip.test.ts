import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DropShipCommand } from '../../../domain/dropShip/commands.ts';
import { dropShipDecider } from '../../../domain/dropShip/dropShip.ts';
import { dropShipStatus, openOf } from '../../../domain/dropShip/state.ts';
import { decimal, extend } from '../../../domain/money.ts';
import { scenarioOf } from '../stock/scenario.ts';

const { given, stateAfter } = scenarioOf(dropShipDecider);

const head = { poId: 'PO-1', bu: 'ACME', orderId: 'O1', supplier: 'SUP-NORD' } as const;

const placing = (qty = '5', unitCost = '140.00'): DropShipCommand => ({
  ...head,
  type: 'PlaceDropShip',
  ...{ shipmentId: 'SH-1', soldTo: 'C-1001', shipTo: { id: 'MAIN' }, currency: 'USD', requestedDate: '2026-12-01' },
  placedAt: '2026-11-23T15:00:00.000Z',
  lines: [{ lineId: '10', item: 'MOTOR-1HP', itemGroup: 'MOTOR', qty, unitCost }],
});

const saying = (id: string, accepted: string, refused = '0', lineId = '10'): DropShipCommand => ({
  type: 'RecordAcknowledgement',
  ...{ acknowledgementId: id, contentSha256: `sha ${id} ${accepted} ${refused}` },
  accepted: accepted === '0' ? [] : [{ lineId, qty: accepted, shipDate: '2026-12-10' }],
  refused: refused === '0' ? [] : [{ lineId, qty: refused, code: 'DISCONTINUED' }],
});

const shipping = (supplierAsn: string, qty: string, lineId = '10'): DropShipCommand => ({
  type: 'RecordShipNotice',
  ...{ supplierAsn, contentSha256: `sha ${supplierAsn} ${qty}`, shippedAt: '2026-11-25T10:00:00.000Z', tracking: [] },
  lines: [{ lineId, qty, lots: [], serials: [] }],
});

const billing = (billId: string, qty: string, amount: string, currency = 'USD'): DropShipCommand => ({
  type: 'MatchBill',
  ...{ billId, contentSha256: `sha ${billId} ${qty} ${amount}`, billDate: '2026-11-30', currency },
  lines: [{ lineId: '10', qty, amount }],
});

const cancelling = (changeId: string, qty: string): DropShipCommand => ({
  ...{ type: 'CancelDropShip', changeId, lines: [{ lineId: '10', qty }] },
});

const statusAfter = (...history: readonly DropShipCommand[]) => dropShipStatus(stateAfter(history).lines);

describe('a purchase order', () => {
  test('is placed once', () => {
    given()
      .when(placing())
      .thenEvents({ type: 'DropShipPlaced', data: { ...head, lines: [{ qty: '5' }] } });
    given(placing()).when(placing('6')).thenNothing();
    given().when(shipping('ASN-1', '1')).thenRefused('NOT_FOUND');
  });

  test('goes from placed over acknowledged and shipped to billed', () => {
    const all = [
      placing(),
      saying('A1', '5'),
      shipping('ASN-1', '2'),
      shipping('ASN-2', '3'),
      billing('B1', '5', '70000'),
    ];
    expect([1, 2, 3, 4, 5].map((steps) => statusAfter(...all.slice(0, steps)))).toEqual([
      ...['PLACED', 'ACKNOWLEDGED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'BILLED'],
    ]);
    expect(statusAfter(placing(), saying('A1', '0', '5'))).toBe('REFUSED');
    expect(statusAfter(placing(), cancelling('C1', '5'))).toBe('CANCELLED');
  });
});

describe('an acknowledgement', () => {
  test('says yes and no, of no more than is open, once', () => {
    given(placing())
      .when(saying('A1', '3', '4'))
      .thenEvents(
        { type: 'DropShipAcknowledged', data: { lines: [{ lineId: '10', qty: '3', shipDate: '2026-12-10' }] } },
        { type: 'DropShipRefused', data: { lines: [{ lineId: '10', qty: '4', code: 'DISCONTINUED' }] } },
      );
    given(placing(), shipping('ASN-1', '4'))
      .when(saying('A1', '0', '5'))
      .thenEvents({ type: 'DropShipRefused', data: { lines: [{ qty: '1' }] } });
    given(placing(), saying('A1', '3', '2'))
      .when(saying('A1', '3', '2'))
      .thenNothing();
    given(placing(), saying('A1', '3', '2'))
      .when(saying('A1', '5'))
      .thenRefused('BUSINESS_KEY_REUSED');
    given(placing())
      .when(saying('A1', '1', '0', '99'))
      .thenRefused('LINE_UNKNOWN');
  });
});

describe('a ship notice', () => {
  test('is recorded whatever was ordered, and counts once', () => {
    given(placing())
      .when(shipping('ASN-1', '7'))
      .thenEvents({ type: 'DropShipConfirmed', data: { lines: [{ qty: '7', excess: '2', cost: '98000' }] } });
    given(placing(), saying('A1', '0', '5'))
      .when(shipping('ASN-1', '5'))
      .thenEvents({ type: 'DropShipConfirmed', data: { lines: [{ qty: '5', excess: '5' }] } });
    given(placing(), shipping('ASN-1', '2')).when(shipping('ASN-1', '2')).thenNothing();
    given(placing(), shipping('ASN-1', '2')).when(shipping('ASN-1', '3')).thenRefused('BUSINESS_KEY_REUSED');
    given(placing())
      .when(shipping('ASN-1', '2', '99'))
      .thenRefused('LINE_UNKNOWN');
  });
});

describe('a bill', () => {
  test('is matched with what left, and its difference to the order is a variance', () => {
    given(placing(), shipping('ASN-1', '5'))
      .when(billing('B1', '2', '29000'))
      .thenEvents({
        type: 'SupplierBillMatched',
        data: { billed: '29000', accrued: '28000', variance: '1000', lines: [{ itemGroup: 'MOTOR', qty: '2' }] },
      });
    given(placing(), shipping('ASN-1', '5'), billing('B1', '5', '70000'))
      .when(billing('B1', '5', '70000'))
      .thenNothing();
    given(placing(), shipping('ASN-1', '5'), billing('B1', '5', '70000'))
      .when(billing('B1', '5', '70001'))
      .thenRefused('BUSINESS_KEY_REUSED');
  });

  test('of goods that have not left, are on another bill, or are in another currency is not', () => {
    given(placing())
      .when(billing('B1', '1', '14000'))
      .thenRefused('BILL_EXCEEDS_SHIPPED');
    given(placing(), shipping('ASN-1', '3'), billing('B1', '3', '42000'))
      .when(billing('B2', '1', '14000'))
      .thenRefused('BILL_EXCEEDS_SHIPPED');
    given(placing(), shipping('ASN-1', '3'))
      .when(billing('B1', '3', '42000', 'EUR'))
      .thenRefused('BILL_CURRENCY');
  });
});

describe('a cancellation', () => {
  test('stops what is still open and nothing that left, once', () => {
    given(placing(), shipping('ASN-1', '2'))
      .when(cancelling('C1', '5'))
      .thenEvents({ type: 'DropShipCancelled', data: { changeId: 'C1', lines: [{ qty: '3' }] } });
    given(placing(), cancelling('C1', '2')).when(cancelling('C1', '2')).thenNothing();
    given(placing(), shipping('ASN-1', '5')).when(cancelling('C1', '1')).thenNothing();
  });
});

test('however notices and bills are cut, what is accrued is what the goods cost, and all of it is relieved in the end', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(parts, parts, (left, bills) => {
      const shipped = left.reduce((sum, part) => sum + part, 0);
      const cuts: number[] = [];
      for (const size of [...bills, shipped]) {
        const rest = shipped - cuts.reduce((sum, part) => sum + part, 0);
        if (rest > 0) cuts.push(Math.min(size, rest));
      }
      let state = stateAfter([placing('20', '3.333333')]);
      const [costs, accrued] = [[] as string[], [] as string[]];
      const told = [
        ...left.map((part, index) => shipping(`ASN-${index}`, String(part))),
        ...cuts.map((part, index) => billing(`B-${index}`, String(part), '1')),
      ];
      for (const command of told) {
        const events = dropShipDecider.decide(command, state);
        if ('refused' in events) throw new Error(events.detail);
        for (const event of events) {
          if (event.type === 'DropShipConfirmed') costs.push(...event.data.lines.map(({ cost }) => cost));
          if (event.type === 'SupplierBillMatched') accrued.push(event.data.accrued);
          state = dropShipDecider.evolve(state, event);
        }
      }
      const sum = (texts: readonly string[]) => texts.reduce((total, text) => total + BigInt(text), 0n);
      const whole = extend(BigInt(shipped), decimal('3.333333'), 'USD');
      expect([sum(costs), sum(accrued)]).toEqual([whole, whole]);
      expect(state.lines.map(openOf)).toEqual([BigInt(Math.max(0, 20 - shipped))]);
    }),
    { numRuns: 100 },
  );
});
