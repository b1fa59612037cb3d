import { describe, expect, test } from '@jest/globals';
import { messagesOf } from '../../../adapters/wms/feed.ts';
import {
  sameShippingOrder,
  toCancellation,
  toShippingOrder,
  toStopped,
  toWarehouseMessage,
} from '../../../adapters/wms/translate.ts';
import { strike, troubleOf } from '../http/peer.ts';
import { aRelease, outOfTwoReservations } from './release.ts';
import { startWms } from './startWms.ts';

const shipped = (sequence: string, lines: readonly object[] = [{ shipped: '7' }]) => ({
  sequence,
  content: {
    messageType: 'SHIPPING_ADVICE' as const,
    messageId: `M-${sequence}`,
    shipmentReference: 'S-R1',
    releaseId: 'R1',
    shipmentNumber: `R1-${sequence}`,
    shippedAt: '2026-11-23T10:00:00+01:00',
    trackingNumbers: [],
    lines: lines.map((line) => ({
      lineReference: '10',
      quantityOrdered: 'ordered' in line ? String(line.ordered) : '7',
      quantityShipped: 'shipped' in line ? String(line.shipped) : '0',
      quantityDifference: '0',
      lotNumbers: ['L1'],
      serialNumbers: [],
    })),
  },
});

describe('messages that are not understood', () => {
  const rubbish = (sequence: string, told: object = {}) => ({
    sequence,
    content: { messageType: 'STOCK_ADVICE', messageId: `M-${sequence}`, ...told },
  });

  test('one is among the others, with the shipment that it names and as it was said', () => {
    const strange = rubbish('6', { shipmentReference: 'S-R1', aisle: 7 });
    expect(messagesOf({ messages: [shipped('5'), strange, shipped('7')] })).toMatchObject([
      { kind: 'SHIPPED', messageId: 'M-5' },
      {
        ...{ kind: 'NOT_UNDERSTOOD', messageId: 'feed:6', theirId: 'M-6', shipmentId: 'S-R1' },
        detail: expect.stringContaining('/messageType'),
        content: JSON.stringify(strange.content),
      },
      { kind: 'SHIPPED', messageId: 'M-7' },
    ]);
  });

  test('what comes behind it comes behind it, in whatever order they arrive', () => {
    const list = { messages: [shipped('9'), rubbish('8'), shipped('7'), shipped('6')] };
    expect(messagesOf(list).map(({ messageId }) => messageId)).toEqual(['M-6', 'M-7', 'feed:8', 'M-9']);
  });

  test.each([
    ['a number', 7],
    ['nothing', null],
    ['left out', undefined],
    ['a list', [{ shipmentReference: 'S-R1' }]],
    ['of a shipment without a name', { shipmentReference: '', messageId: 4 }],
    ['of a shipment that nobody could keep', { shipmentReference: 'S\u0000', messageId: 'M\ud800' }],
    ['nested without end', JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)],
  ])("content that is %s is nobody's, and hides no other", (_, content) => {
    expect(messagesOf({ messages: [{ sequence: '6', content }, shipped('7')] })).toMatchObject([
      { kind: 'NOT_UNDERSTOOD', messageId: 'feed:6', shipmentId: null, theirId: null, content: expect.any(String) },
      { kind: 'SHIPPED' },
    ]);
  });

  test('freight finer than a cent makes its own message none that is understood', () => {
    const { sequence, content } = shipped('6');
    const fine = { ...content, freightCharge: { amount: '1.005', currencyCode: 'USD' } };
    expect(messagesOf({ messages: [{ sequence, content: fine }] })).toMatchObject([
      { kind: 'NOT_UNDERSTOOD', shipmentId: 'S-R1' },
    ]);
  });

  test('an answer that is no page stops the feed, which says where', async () => {
    const { wms, url } = await startWms();
    await strike(url, { mode: 'malformed', operation: 'messages' });
    expect(await troubleOf(wms.messages('', 0, new AbortController().signal))).toBe('BAD_RESPONSE');
  });

  test('an advice of nothing is understood: it tells of nothing', () => {
    const empty = shipped('6', [{ ordered: '0' }]);
    expect(messagesOf({ messages: [empty, shipped('7')] })).toMatchObject([{ messageId: 'M-7' }]);
  });

  test('a cursor older than what they keep is trouble, not an empty feed', async () => {
    const { wms, url } = await startWms();
    await strike(url, { mode: 'refuse', operation: 'messages', status: 410, code: 'CursorTooOld' });
    await expect(wms.messages('1', 0, new AbortController().signal)).rejects.toThrow('CURSOR_TOO_OLD');
  });
});

describe('translation', () => {
  test('instants become UTC, freight becomes minor units, lines of which nothing left are dropped', () => {
    const { content } = shipped('1', [{ shipped: '7' }, {}]);
    const message = toWarehouseMessage({
      ...content,
      freightCharge: { amount: '12.5', currencyCode: 'USD' },
      carrierCode: 'UPSN',
    });
    expect(message).toEqual({
      kind: 'SHIPPED',
      messageId: 'M-1',
      shipmentId: 'S-R1',
      confirmationId: 'R1-1',
      shippedAt: '2026-11-23T09:00:00.000Z',
      carrier: 'UPSN',
      tracking: [],
      freightCost: { amount: '1250', currency: 'USD' },
      lines: [{ lineId: '10', qty: '7', lots: ['L1'], serials: [] }],
    });
  });

  test('an advice of which nothing left is a shortage of everything ordered', () => {
    expect(toWarehouseMessage(shipped('1', [{}]).content)).toMatchObject({
      kind: 'SHORTED',
      lines: [{ lineId: '10', qty: '7', cause: 'NOT_SHIPPED' }],
    });
  });

  test('freight finer than a cent is not rounded', () => {
    const { content } = shipped('1');
    expect(() => toWarehouseMessage({ ...content, freightCharge: { amount: '12.505', currencyCode: 'USD' } })).toThrow(
      RangeError,
    );
  });

  test('a release carries our references, so that every message finds its way back', () => {
    expect(toShippingOrder(aRelease('R1'))).toMatchObject({
      releaseId: 'R1',
      shipmentReference: 'S-R1',
      lines: [{ lineReference: '10', quantityOrdered: '7', reservationReference: 'R-1' }, { lineReference: '20' }],
    });
  });

  test('an order line out of two reservations is one reference with all of it, as it is in what they hold', () => {
    const ours = toShippingOrder(outOfTwoReservations('R1'));
    expect(ours.lines).toEqual([
      { lineReference: '10', itemNumber: 'BRG-6204', quantityOrdered: '10', reservationReference: 'R-1' },
      { lineReference: '20', itemNumber: 'BELT-A42', quantityOrdered: '2', reservationReference: 'R-2' },
    ]);
    const [first, ...others] = ours.lines;
    const part = (quantityOrdered: string) => ({ lineReference: '10', itemNumber: 'BRG-6204', quantityOrdered });
    const asSentBefore = [
      { ...part('7'), reservationReference: 'R-1' },
      { ...part('3'), reservationReference: 'R-3' },
      ...others,
    ];
    expect(first?.lineReference).toBe('10');
    expect(sameShippingOrder(ours, { ...ours, lines: asSentBefore })).toBe(true);
    expect(sameShippingOrder(ours, { ...ours, lines: asSentBefore.slice(1) })).toBe(false);
  });

  test('a stop asks and is answered once per line, for the sum', () => {
    const asked = [
      { lineId: '10', qty: '3' },
      { lineId: '20', qty: '1' },
      { lineId: '10', qty: '2' },
    ];
    expect(toCancellation('C1', asked).lines).toEqual([
      { lineReference: '10', quantity: '5' },
      { lineReference: '20', quantity: '1' },
    ]);
    const answer = {
      changeId: 'C1',
      lines: [
        { lineReference: '10', quantityStopped: '3' },
        { lineReference: '10', quantityStopped: '1' },
      ],
    };
    expect(toStopped(asked, answer)).toEqual([
      { lineId: '10', qty: '4' },
      { lineId: '20', qty: '0' },
    ]);
  });
});
