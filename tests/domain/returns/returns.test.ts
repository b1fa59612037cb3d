import { describe, expect, test } from '@jest/globals';
import { progressOf, returnStatus } from '../../../domain/returns/state.ts';
import { authorise, close, given, head, inspection, part, receipt, stateAfter } from './samples.ts';

type History = Parameters<typeof stateAfter>[0];

const statusAfter = (...history: History) => {
  const { lines, ended } = stateAfter(history);
  return returnStatus(lines.map(progressOf), ended);
};

describe('a return', () => {
  test('is authorised once, and nothing happens to one that is not there', () => {
    given()
      .when(authorise())
      .thenEvents({ type: 'ReturnAuthorised', data: { ...head, soldTo: 'C-1001', expiresOn: '2026-04-09' } });
    given(authorise()).when(authorise('5')).thenNothing();
    given().when(receipt('R1', '1')).thenRefused('NOT_FOUND');
  });

  test('goes from authorised over received and inspected to closed', () => {
    const all: History = [authorise(), receipt('R1', '2'), inspection('I1', '2', 'RESTOCK'), close()];
    expect([1, 2, 3, 4].map((steps) => statusAfter(...all.slice(0, steps)))).toEqual([
      ...['AUTHORISED', 'RECEIVED', 'INSPECTED', 'CLOSED'],
    ]);
    expect(statusAfter(authorise('3'), receipt('R1', '2'), inspection('I1', '2', 'RESTOCK'))).toBe('RECEIVED');
  });
});

describe('a credit memo of a return', () => {
  const credit = (qty: string, creditMemoId = 'CM1') =>
    ({
      type: 'RecordCredit',
      credit: {
        ...{ creditMemoId, invoiceId: 'I1', number: 'CM-1', issueDate: '2026-03-13', currency: 'USD' },
        ...{
          total: '100',
          restockingFee: '0',
          lines: [{ shipmentLineId: '10', lineId: '10', qty, net: '100', tax: '0' }],
        },
      },
    }) as const;
  const inspected = [authorise(), receipt('R1', '2'), inspection('I1', '2', 'RESTOCK')] as const;

  test('is recorded once, also after its end', () => {
    given(...inspected)
      .when(credit('2'))
      .thenEvents({ type: 'ReturnCredited', data: { ...head, creditMemoId: 'CM1' } });
    given(...inspected, credit('2'))
      .when(credit('2'))
      .thenNothing();
    given(...inspected, close())
      .when(credit('2'))
      .thenEvents({ type: 'ReturnCredited', data: { total: '100' } });
  });

  test('makes it CREDITED once everything that was looked at is given back', () => {
    expect(statusAfter(...inspected, credit('1'))).toBe('INSPECTED');
    expect(statusAfter(...inspected, credit('1'), credit('1', 'CM2'))).toBe('CREDITED');
    expect(statusAfter(...inspected, credit('2'), close())).toBe('CLOSED');
  });
});

describe('the last day of a return', () => {
  const expire = (today = '2026-04-10') => ({ type: 'ExpireReturn', today, by: 'returns' }) as const;

  test('ends what did not come, and not a day before', () => {
    given(authorise()).when(expire('2026-04-09')).thenNothing();
    given(authorise())
      .when(expire())
      .thenEvents({ type: 'ReturnExpired', data: { lines: [{ freedQty: '2' }] } });
    given(authorise(), expire()).when(expire('2026-04-11')).thenNothing();
  });

  test('closes what came in part, once it was looked at', () => {
    given(authorise('3'), receipt('R1', '2')).when(expire()).thenNothing();
    given(authorise('3'), receipt('R1', '2'), inspection('I1', '2', 'SCRAP'))
      .when(expire())
      .thenEvents({ type: 'ReturnClosed', data: { closedBy: 'returns', lines: [{ freedQty: '1' }] } });
  });
});

describe('a receipt', () => {
  test('may be one of several, and counts once', () => {
    given(authorise('3'), receipt('R1', '2'))
      .when(receipt('R2', '1'))
      .thenEvents({ type: 'ReturnReceived', data: { receiptId: 'R2', unexpected: false, lines: [{ qty: '1' }] } });
    given(authorise('3'), receipt('R1', '2')).when(receipt('R1', '2')).thenNothing();
    given(authorise('3'), receipt('R1', '2')).when(receipt('R1', '1')).thenRefused('BUSINESS_KEY_REUSED');
  });

  test('of more than was authorised is recorded, the rest as unexpected', () => {
    given(authorise())
      .when(receipt('R1', '5'))
      .thenEvents(
        { type: 'ReturnReceived', data: { unexpected: false, lines: [{ shipmentLineId: '10', qty: '2' }] } },
        { type: 'ReturnReceived', data: { unexpected: true, lines: [{ shipmentLineId: '10', qty: '3' }] } },
      );
  });

  test('of another item, or after the end, is unexpected', () => {
    given(authorise())
      .when(receipt('R1', '1', null))
      .thenEvents({ type: 'ReturnReceived', data: { unexpected: true, lines: [{ item: 'BELT-A42', lineId: null }] } });
    given(authorise(), close())
      .when(receipt('R1', '2'))
      .thenEvents({ type: 'ReturnReceived', data: { unexpected: true, lines: [{ qty: '2' }] } });
  });
});

describe('an inspection', () => {
  test('says what becomes of goods, at the cost they left with, part by part', () => {
    given(authorise('3', [part('0', '2'), part('2', '1', '9.00', '1', '900')]), receipt('R1', '3'))
      .when(inspection('I1', '3', 'RESTOCK'))
      .thenEvents(
        { type: 'ReturnInspected', data: { qty: '2', unitCost: '6.00', cost: '1200', disposition: 'RESTOCK' } },
        { type: 'ReturnInspected', data: { qty: '1', unitCost: '9.00', cost: '900', disposition: 'RESTOCK' } },
      );
  });

  test('splits a cost that does not divide so that the parts add up', () => {
    const odd = [part('0', '3', '0.3333', '3', '100')];
    const costs = [1, 2, 3].map((nth) => {
      const before = Array.from({ length: nth - 1 }, (_, index) => inspection(`I${index}`, '1', 'SCRAP'));
      const { events } = given(authorise('3', odd), receipt('R1', '3'), ...before).when(
        inspection('last', '1', 'SCRAP'),
      );
      return events.flatMap((event) => (event.type === 'ReturnInspected' ? [event.data.cost] : []));
    });
    expect(costs).toEqual([['33'], ['34'], ['33']]);
  });

  test('counts once, of what came and nobody has looked at', () => {
    const received: History = [authorise(), receipt('R1', '1')];
    given(...received)
      .when(inspection('I1', '2', 'RESTOCK'))
      .thenRefused('QTY_EXCEEDS_RECEIVED');
    given(...received, inspection('I1', '1', 'RESTOCK'))
      .when(inspection('I1', '1', 'RESTOCK'))
      .thenNothing();
    given(...received, inspection('I1', '1', 'RESTOCK'))
      .when(inspection('I2', '1', 'SCRAP'))
      .thenRefused('QTY_EXCEEDS_RECEIVED');
    given(...received, inspection('I1', '1', 'RESTOCK'))
      .when({ ...inspection('I1', '1', 'RESTOCK'), contentSha256: 'other' })
      .thenRefused('BUSINESS_KEY_REUSED');
  });

  test('leaves to the customer only what did not come', () => {
    given(authorise(), receipt('R1', '1'))
      .when(inspection('I1', '1', 'KEEP'))
      .thenEvents({ type: 'ReturnInspected', data: { qty: '1', disposition: 'KEEP', cost: '600' } });
    given(authorise(), receipt('R1', '1'))
      .when(inspection('I1', '2', 'KEEP'))
      .thenRefused('QTY_EXCEEDS_RECEIVED');
    given(authorise(), inspection('I1', '2', 'KEEP'))
      .when(receipt('R1', '1'))
      .thenEvents({ type: 'ReturnReceived', data: { unexpected: true } });
  });

  test('is nothing for whoever authorised the return', () => {
    given(authorise(), receipt('R1', '2'))
      .when(inspection('I1', '2', 'RESTOCK', undefined, 'kim'))
      .thenRefused('SOD_VIOLATION');
  });

  test('decides later about goods in quarantine, also when the return has ended', () => {
    const kept: History = [authorise('3'), receipt('R1', '3'), inspection('I1', '3', 'QUARANTINE'), close()];
    given(...kept)
      .when(inspection('I2', '2', 'RESTOCK', 'QUARANTINE'))
      .thenEvents({ type: 'ReturnInspected', data: { from: 'QUARANTINE', qty: '2', cost: '1200' } });
    given(...kept, inspection('I2', '2', 'RESTOCK', 'QUARANTINE'))
      .when(inspection('I3', '2', 'SCRAP', 'QUARANTINE'))
      .thenRefused('QTY_EXCEEDS_RECEIVED');
    given(...kept)
      .when(inspection('I2', '1', 'RESTOCK'))
      .thenRefused('RETURN_NOT_OPEN');
  });
});

describe('the end of a return', () => {
  test('frees what did not come', () => {
    given(authorise('3'), receipt('R1', '1'), inspection('I1', '1', 'SCRAP'))
      .when(close())
      .thenEvents({ type: 'ReturnClosed', data: { lines: [{ shipmentLineId: '10', freedQty: '2' }] } });
    given(authorise(), close()).when(close()).thenNothing();
  });

  test('waits for goods that nobody has looked at', () => {
    given(authorise(), receipt('R1', '1')).when(close()).thenRefused('RETURN_NOT_INSPECTED');
  });

  test('is expiry when nothing came by the last day', () => {
    given(authorise()).when(close('2026-04-09')).thenEvents({ type: 'ReturnClosed' });
    given(authorise())
      .when(close('2026-04-10'))
      .thenEvents({ type: 'ReturnExpired', data: { expiresOn: '2026-04-09', lines: [{ freedQty: '2' }] } });
  });
});
