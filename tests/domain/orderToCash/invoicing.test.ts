import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freeIntervals } from '../../../domain/orderToCash/billing.ts';
import { ulidOfUuid } from '../../../domain/orderToCash/documentIds.ts';
import type { Intent } from '../../../domain/orderToCash/events.ts';
import { orderToCash } from '../../../domain/orderToCash/orderToCash.ts';
import type { PayloadOf } from '../../../domain/orderToCash/steps.ts';
import { partialAmounts } from '../../../domain/pricing/lineAmounts.ts';
import { valuesOf } from '../../../domain/stock/orderedMap.ts';
import { acceptedOrder, confirmed, confirmedLine, feed, recorded } from './samples.ts';

const run = (...events: Parameters<typeof feed>[1]) => feed(orderToCash, events);
const planOf = (intents: readonly Intent[]) => (intents[0]?.payload as PayloadOf<'afterConfirm'> | undefined)?.invoice;
const invoiceVoided = (invoiceId: string, qty: string) =>
  recorded('InvoiceVoided', {
    invoiceId,
    issued: {
      ...{ taxEngine: 'T', taxDocCode: 'D', soldTo: 'C-1', currency: 'USD', totals: { total: '9733', tax: '733' } },
      lines: [{ orderLineId: '10', qty }],
    } as never,
  });

describe('P-21 only what was shipped is billed', () => {
  test('7 of 10, then 3: two invoices whose parts join, charges on the first', () => {
    const first = run(acceptedOrder(), confirmed('7'));
    expect(planOf(first.last)).toMatchObject({
      withCharges: true,
      lines: [{ lineId: '10', fromQty: '0', qty: '7', cost: '4200' }],
    });
    const second = feed(orderToCash, [confirmed('3', 'S2')], first.state);
    expect(planOf(second.last)).toMatchObject({
      withCharges: false,
      lines: [{ fromQty: '7', qty: '3', cost: '1800' }],
    });
  });

  test('goods beyond the order are not billed, and their cost stays where it is', () => {
    expect(planOf(run(acceptedOrder(), confirmed('12')).last)).toMatchObject({
      lines: [{ fromQty: '0', qty: '10', cost: '6000' }],
    });
    expect(planOf(run(acceptedOrder(), confirmed('10'), confirmed('2', 'S2')).last)).toBeNull();
  });

  test('what was cancelled is not billed', () => {
    const cancelled = () => recorded('OrderLineCancelled', { lineId: '10', cancelledQty: '4' });
    expect(planOf(run(acceptedOrder(), cancelled(), confirmed('7')).last)).toMatchObject({ lines: [{ qty: '6' }] });
  });

  test('goods that were over-shipped after all are not remembered as billed, and charges leave with the last of them', () => {
    const accepted = acceptedOrder({ '10': '10', '20': '5' });
    const shipped = confirmed('8');
    const cancelled = recorded('OrderLineCancelled', { lineId: '10', cancelledQty: '4' });
    const counted = (overshipped: string) =>
      recorded(
        'AllocationFulfilled',
        { lines: [{ lineId: '10', item: 'BRG-6204', qty: '8', overshipped }] as never },
        shipped.eventId,
      );
    const first = run(accepted, shipped, cancelled);
    const next = (overshipped: string) => feed(orderToCash, [counted(overshipped)], first.state);
    expect(next('0').issued).toEqual([]);
    const some = next('2');
    const intervals = [...valuesOf(some.state.billed)].flat().map(({ from, to }) => [from, to]);
    expect(intervals).toEqual([[0n, 6n]]);
    const none = next('8');
    const other = recorded('ShipmentConfirmed', {
      ...{ shipmentId: 'S2', node: 'DC-EAST', confirmationId: 'c-S2', lines: [confirmedLine('5', '20')] },
    });
    expect(planOf(feed(orderToCash, [other], some.state).last)).toMatchObject({ withCharges: false });
    expect(planOf(feed(orderToCash, [other], none.state).last)).toMatchObject({ withCharges: true });
  });

  test('the invoice takes its id from the confirmation', () => {
    const accepted = acceptedOrder();
    const event = confirmed('7');
    expect(planOf(run(accepted, event).last)?.invoiceId).toBe(ulidOfUuid(event.eventId));
    expect(ulidOfUuid('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    expect(() => ulidOfUuid('no')).toThrow(RangeError);
  });

  test('a voided invoice frees its part and its charges for the next one', () => {
    const first = run(acceptedOrder(), confirmed('4'), confirmed('3', 'S2'));
    const invoiceId = planOf(first.intents.filter((intent) => intent.step === 'afterConfirm'))?.invoiceId ?? '';
    const voided = feed(orderToCash, [invoiceVoided(invoiceId, '4')], first.state);
    expect(voided.steps).toEqual(['voidTax', 'afterInvoiceVoid']);
    expect(voided.last[1]?.payload).toMatchObject({ receivable: { customer: 'C-1', currency: 'USD', net: '9000' } });
    const returned = recorded('ShipmentVoided', {
      shipmentId: 'S1',
      node: 'DC-EAST',
      lines: [{ ...confirmedLine('4'), confirmationId: 'c-S1' }],
    });
    const { last } = feed(orderToCash, [returned, confirmed('6', 'S3')], voided.state);
    expect(planOf(last)).toMatchObject({
      withCharges: true,
      lines: [
        { fromQty: '0', qty: '4', cost: '2400' },
        { fromQty: '7', qty: '2', cost: '1200' },
      ],
    });
  });

  test('a voided shipment frees what its draft would have billed, which is never issued', () => {
    const accepted = acceptedOrder();
    const shipped = confirmed('7');
    const first = run(accepted, shipped);
    const { eventId, position } = shipped;
    const returned = recorded('ShipmentVoided', {
      shipmentId: 'S1',
      node: 'DC-EAST',
      lines: [{ ...confirmedLine('7'), confirmationId: 'c-S1' }],
      confirmed: [{ confirmationId: 'c-S1', eventId, position }],
    });
    const voided = feed(orderToCash, [returned], first.state);
    expect(voided.last).toMatchObject([{ step: 'afterShipmentVoid', payload: { invoiceIds: [ulidOfUuid(eventId)] } }]);
    const second = feed(orderToCash, [confirmed('3', 'S2')], voided.state);
    expect(planOf(second.last)).toMatchObject({ withCharges: true, lines: [{ fromQty: '0', qty: '3' }] });
    const third = feed(orderToCash, [confirmed('7', 'S3')], second.state);
    expect(planOf(third.last)).toMatchObject({ withCharges: false, lines: [{ fromQty: '3', qty: '7' }] });
  });

  test('any sequence of shipments bills each unit at most once, and the parts come to one full invoice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 25 }),
        (sizes, ordered) => {
          const accepted = acceptedOrder({ '10': String(ordered) });
          const shipments = sizes.map((size, index) => confirmed(String(size + 1), `S${index}`));
          const { intents } = run(accepted, ...shipments);
          const parts = intents
            .filter((intent) => intent.step === 'afterConfirm')
            .flatMap((intent) => planOf([intent])?.lines ?? []);
          const billed = parts.reduce((sum, part) => sum + BigInt(part.qty), 0n);
          const shipped = sizes.reduce((sum, size) => sum + BigInt(size + 1), 0n);
          expect(billed).toBe(shipped < BigInt(ordered) ? shipped : BigInt(ordered));
          const rates = [{ sequence: 1, kind: 'CONTRACT', ratePct: '8' }];
          const net = (from: bigint, qty: bigint) => partialAmounts(from, qty, '12.495', rates, 'USD').net;
          const sum = parts.reduce((total, part) => total + net(BigInt(part.fromQty), BigInt(part.qty)), 0n);
          expect(sum).toBe(net(0n, billed));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('free parts never overlap what is billed and have the size that is asked for', () => {
    const billed = [
      { from: 2n, to: 4n },
      { from: 4n, to: 5n },
      { from: 9n, to: 12n },
    ];
    expect(freeIntervals(billed, 8n)).toEqual([
      { from: 0n, to: 2n },
      { from: 5n, to: 9n },
      { from: 12n, to: 14n },
    ]);
    expect(freeIntervals(billed, 0n)).toEqual([]);
    expect(freeIntervals([], 3n)).toEqual([{ from: 0n, to: 3n }]);
  });
});

describe('S-17 tax', () => {
  const drafted = (invoiceId: string) => recorded('InvoiceDrafted', { invoiceId });
  const failed = (invoiceId: string) => recorded('TaxCalculationFailed', { invoiceId });

  test('each document has a lane of its own', () => {
    const lanes = run(drafted('I1'), drafted('I2')).intents.map((intent) => intent.lane);
    expect(new Set(lanes).size).toBe(2);
  });

  test('a refusal is tried again, later each time, for ever', () => {
    const { intents } = run(drafted('I1'), ...Array.from({ length: 7 }, () => failed('I1')));
    expect(intents.slice(1).map((intent) => intent.delayMs)).toEqual([
      60_000, 300_000, 900_000, 3_600_000, 3_600_000, 3_600_000, 3_600_000,
    ]);
    expect(new Set(intents.map((intent) => intent.intentId)).size).toBe(8);
    expect(run(drafted('I1'), failed('I1'), recorded('TaxCommitFailed', { invoiceId: 'I1' })).last).toMatchObject([
      { step: 'commitTax', delayMs: 60_000 },
    ]);
  });

  test('calculated: issued; issued: committed, and counted per order line', () => {
    expect(run(recorded('TaxCalculated', { invoiceId: 'I1' })).last).toMatchObject([{ step: 'issueInvoice' }]);
    const lines = [
      { orderLineId: '10', qty: '4' },
      { orderLineId: '10', qty: '2' },
    ] as never;
    const issued = {
      invoiceId: 'I1',
      soldTo: 'C-1001',
      currency: 'USD',
      lines,
      totals: { total: '10214', tax: '664' },
    };
    expect(run(recorded('InvoiceIssued', issued as never)).last).toMatchObject([
      { step: 'commitTax' },
      {
        step: 'afterInvoice',
        payload: {
          lines: [{ lineId: '10', qty: '6' }],
          receivable: { customer: 'C-1001', currency: 'USD', amount: '10214', net: '9550' },
        },
      },
    ]);
  });
});

describe('re-reading history', () => {
  test('issues nothing twice: the same event again, or everything from the start', () => {
    const history = [
      acceptedOrder(),
      confirmed('7'),
      confirmed('3', 'S2'),
      recorded('AllocationShorted', {}),
      recorded('InvoiceDrafted', { invoiceId: 'I' }),
    ];
    const first = run(...history);
    expect(first.issued).toHaveLength(5);
    expect(feed(orderToCash, history, first.state).issued).toEqual([]);
    for (const event of history) expect(feed(orderToCash, [event, event]).issued.length).toBeLessThanOrEqual(1);
  });

  test('gives every intent an id of its own that names its cause', () => {
    const { issued, intents } = run(
      acceptedOrder(),
      recorded('AllocationReleased', { releaseId: 'A', node: 'N' }),
      confirmed('7'),
    );
    expect(new Set(intents.map((intent) => intent.intentId)).size).toBe(intents.length);
    for (const data of issued)
      for (const intent of data.intents) expect(intent.intentId.startsWith(`${data.causeEventId}:`)).toBe(true);
  });

  test('as a decider answers with one event or none, in a stream named after its key', () => {
    const event = acceptedOrder();
    expect(orderToCash.decider.decide(event, orderToCash.initial)).toMatchObject([
      { type: 'IntentsIssued', data: { process: 'o2c', causeEventId: event.eventId, causePosition: event.position } },
    ]);
    expect(orderToCash.decider.decide(recorded('StockReceived', {}), orderToCash.initial)).toEqual([]);
    expect(orderToCash.streamOf('01J')).toBe('pm-o2c.01J');
  });
});
