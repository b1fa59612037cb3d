import { describe, expect, test } from '@jest/globals';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import { order } from '../../../domain/order/order.ts';
import { netTotal } from '../../../domain/order/state.ts';
import { orderView } from '../../../domain/order/view.ts';
import {
  acceptedAt,
  accepting,
  cancelling,
  given,
  holding,
  orderId,
  progress,
  releasing,
  submitting,
} from './samples.ts';
import { play } from './scenario.ts';

describe('P-01 order capture', () => {
  test('records the order, its validation and its price in one append', () => {
    given()
      .when(submitting())
      .then(
        { type: 'OrderSubmitted', data: { orderId, lines: [{ lineId: '10', qty: '10' }] } },
        { type: 'OrderValidated', data: { masterData: { 'item:BRG-6204': 1 } } },
        { type: 'OrderPriced', data: { totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' } } },
      );
  });

  test('records the holds that are known at once', () => {
    given()
      .when(
        submitting(undefined, { holds: [{ holdId: 'H1', type: 'POSSIBLE_DUPLICATE_PO', note: 'PO-7001 is known' }] }),
      )
      .then(
        { type: 'OrderSubmitted' },
        { type: 'OrderValidated' },
        { type: 'OrderPriced' },
        { type: 'OrderHeld', data: { holdId: 'H1', soldTo: 'C-1001' } },
      );
  });

  test('the same order again is no second order, other content under its id is refused', () => {
    given(submitting()).when(submitting()).thenNothing();
    given(submitting())
      .when(submitting({ '10': '9' }, { contentSha256: 'b'.repeat(64) }))
      .thenRefused('ORDER_ALREADY_EXISTS');
  });

  test('an order has 1 to 2,000 lines, each above zero, each priced, no id twice', () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`L${index}`, '1']));
    given().when(submitting({})).thenRefused('MASTER_DATA_INVALID');
    given().when(submitting(many)).thenRefused('MASTER_DATA_INVALID');
    given()
      .when(submitting({ '10': '0' }))
      .thenRefused('MASTER_DATA_INVALID');
    const { lines, pricing } = submitting();
    given()
      .when(submitting(undefined, { lines: [...lines, ...lines] }))
      .thenRefused('MASTER_DATA_INVALID');
    given()
      .when(submitting(undefined, { pricing: { ...pricing, lines: [] } }))
      .thenRefused('MASTER_DATA_INVALID');
  });

  test('a line may be called constructor', () => {
    const { state } = play(order, [submitting({ constructor: '3' }), accepting]);
    expect(orderView(state)?.lines).toMatchObject([{ lineId: 'constructor', status: 'SOURCING' }]);
    given(submitting())
      .when(progress('c', '1', '0', 'toString'))
      .thenRefused('LINE_UNKNOWN');
  });
});

describe('holds', () => {
  test('coexist, and the order is accepted only when the last one is gone', () => {
    const held = [submitting(), holding('H1'), holding('H2', 'MANUAL')];
    given(...held)
      .when(accepting)
      .thenRefused('HOLD_OPEN');
    given(...held, releasing('H1'))
      .when(accepting)
      .thenRefused('HOLD_OPEN');
    given(...held, releasing('H1'), releasing('H2'))
      .when(accepting)
      .then({ type: 'OrderAccepted' });
  });

  test('the same obstacle found again is not a second hold', () => {
    given(submitting(), holding('H1')).when(holding('H2')).thenNothing();
    given(submitting(), holding('H1', 'MANUAL')).when(holding('H2', 'MANUAL')).then({ type: 'OrderHeld' });
    given(submitting(), holding('H1')).when(holding('H1')).thenNothing();
  });

  test('only an open hold can be released, and the release says whose order it is', () => {
    given(submitting()).when(releasing('H1')).thenRefused('HOLD_NOT_OPEN');
    given(submitting(), holding('H1'), releasing('H1')).when(releasing('H1')).thenRefused('HOLD_NOT_OPEN');
    given(submitting(), holding('H1'))
      .when(releasing('H1'))
      .then({ type: 'OrderHoldReleased', data: { type: 'CREDIT', bu: 'ACME', soldTo: 'C-1001' } });
  });

  test('nothing is left to release on an order that was cancelled or closed', () => {
    given(submitting(), holding('H1'), cancelling('X')).when(releasing('H1')).thenRefused('HOLD_NOT_OPEN');
    given(submitting(), accepting, holding('H1', 'MANUAL'), progress('c', '10', '10'), { type: 'CloseOrder' })
      .when(releasing('H1'))
      .thenRefused('HOLD_NOT_OPEN');
  });

  test('a hold on a line must name a line of the order', () => {
    given(submitting())
      .when({ type: 'PlaceHold', holdId: 'H', holdType: 'MANUAL', scope: { kind: 'LINE', lineId: '99' }, note: '' })
      .thenRefused('LINE_UNKNOWN');
  });
});

describe('acceptance', () => {
  test('repeats what everything after it needs', () => {
    given(submitting())
      .when(accepting)
      .then({
        type: 'OrderAccepted',
        data: {
          acceptedAt,
          acceptedTotal: '13000',
          soldTo: 'C-1001',
          lines: [{ lineId: '10', qty: '10', unitPrice: '12.50', discounts: [{ ratePct: '8' }] }],
        },
      });
  });

  test('S-09 keeps the payment terms in which it was ordered', () => {
    given(submitting({ '10': '10' }, { termsDays: 45 }))
      .when(accepting)
      .then({ type: 'OrderAccepted', data: { termsDays: 45 } });
  });

  test('happens once', () => given(submitting(), accepting).when(accepting).thenNothing());

  test('counts only what was not cancelled before', () => {
    const history = [
      submitting({ '10': '10', '20': '5' }),
      {
        type: 'RequestCancel',
        changeId: 'X',
        reason: 'r',
        lines: [
          { lineId: '10', qty: '7' },
          { lineId: '20', qty: '5' },
        ],
      } as const,
    ];
    given(...history)
      .when(accepting)
      .then({ type: 'OrderAccepted', data: { lines: [{ lineId: '10', qty: '3' }], acceptedTotal: '4950' } });
    expect(netTotal(play(order, history).state)).toBe(3n * 1150n + 1500n);
  });

  test('is refused when nothing is left', () => {
    given(submitting(), { type: 'RequestCancel', changeId: 'X', reason: 'r' })
      .when(accepting)
      .thenRefused('ORDER_NOT_OPEN');
  });
});

describe('P-12 the ERP', () => {
  const registering = { type: 'RegisterErpOrder', erpSystem: 'ERP', erpNumber: 'SO-1' } as const;
  const refusing = {
    type: 'RefuseErpOrder',
    erpSystem: 'ERP',
    code: 'BLOCKED',
    detail: 'customer blocked',
    holdId: 'E1',
  } as const;

  test('gives one number per system', () => {
    given(submitting(), accepting).when(registering).then({ type: 'ErpOrderRegistered' });
    given(submitting(), accepting, registering).when(registering).thenNothing();
    given(submitting(), accepting, registering)
      .when({ ...registering, erpNumber: 'SO-2' })
      .thenRefused('BUSINESS_KEY_REUSED');
    given(submitting()).when(registering).thenRefused('ORDER_NOT_OPEN');
  });

  test('a refusal and its hold are one append; a late refusal says nothing', () => {
    given(submitting(), accepting)
      .when(refusing)
      .then({ type: 'ErpOrderRefused' }, { type: 'OrderHeld', data: { type: 'ERP_REFUSED', holdId: 'E1' } });
    given(submitting(), accepting, refusing)
      .when({ ...refusing, holdId: 'E2' })
      .thenNothing();
    given(submitting(), accepting, registering).when(refusing).thenNothing();
  });

  test('can refuse again after the hold was released, and a registration lifts the hold', () => {
    given(submitting(), accepting, refusing, releasing('E1'))
      .when({ ...refusing, holdId: 'E2' })
      .then({ type: 'ErpOrderRefused' }, { type: 'OrderHeld' });
    given(submitting(), accepting, refusing)
      .when(registering)
      .then({ type: 'ErpOrderRegistered' }, { type: 'OrderHoldReleased', data: { holdId: 'E1' } });
  });
});

describe('progress and close', () => {
  test('a reference counts once, and values are cumulative', () => {
    given(submitting(), accepting, progress('c1', '7', '0'))
      .when(progress('c1', '7', '0'))
      .thenNothing();
    given(submitting(), accepting, progress('c1', '7', '0'))
      .when(progress('c2', '3', '0'))
      .then({ type: 'OrderLineProgressed', data: { shipped: '10', invoiced: '0' } });
  });

  test('falls only by a void that is named', () => {
    given(submitting(), accepting, progress('c1', '7', '0'))
      .when(progress('v', '-7', '0'))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    given(submitting(), accepting, progress('c1', '7', '0'))
      .when({
        type: 'RecordProgress',
        reference: 'v',
        lines: [{ lineId: '10', addShipped: '-7', addInvoiced: '0' }],
        voids: { shipmentId: 'S' },
      })
      .then({ type: 'OrderLineProgressed', data: { shipped: '0', voids: { shipmentId: 'S' } } });
  });

  const close = { type: 'CloseOrder' } as const;
  test('an order closes when all that left is billed and nothing is open or pending', () => {
    const shipped = [submitting(), accepting, progress('c1', '10', '0')];
    given(...shipped)
      .when(close)
      .thenNothing();
    given(...shipped, progress('i1', '0', '10'))
      .when(close)
      .then({ type: 'OrderClosed', data: { soldTo: 'C-1001' } });
    given(...shipped, progress('i1', '0', '10'), close)
      .when(close)
      .thenNothing();
    given(submitting(), accepting, progress('c1', '7', '7'))
      .when(close)
      .thenNothing();
  });

  test('goods beyond the order keep it open until someone decides about them', () => {
    given(submitting(), accepting, progress('c1', '12', '10'))
      .when(close)
      .thenNothing();
  });

  test('a void opens a closed order again', () => {
    const closed = [submitting(), accepting, progress('c1', '10', '10'), close];
    const voided = {
      type: 'RecordProgress',
      reference: 'v',
      lines: [{ lineId: '10', addShipped: '0', addInvoiced: '-10' }],
      voids: { invoiceId: 'I' },
    } as const;
    expect(play(order, [...closed, voided]).state.closed).toBe(false);
    given(...closed, voided, progress('i2', '0', '10'))
      .when(close)
      .then({ type: 'OrderClosed' });
  });

  test('nothing but a submission starts an order', () => given().when(close).thenRefused('NOT_FOUND'));
});

describe('the order as answered to its channel', () => {
  test('shows holds, totals and the equation before acceptance', () => {
    const view = orderView(play(order, [submitting(), holding('H1')]).state);
    expect(view).toMatchObject({
      status: 'ON_HOLD',
      holds: [{ holdId: 'H1', type: 'CREDIT', lineId: null }],
      totals: { net: '13000' },
    });
    expect(view?.lines[0]).toMatchObject({ status: 'ON_HOLD', uom: 'EA', buckets: { ordered: 10n, unsourced: 10n } });
  });

  test('shows no hold of an order that is cancelled or closed; a void that opens it again shows it again', () => {
    const holdsOf = (...commands: readonly OrderCommand[]) => orderView(play(order, commands).state)?.holds;
    const close = { type: 'CloseOrder' } as const;
    expect(holdsOf(submitting(), holding('H1'), cancelling('X', [{ lineId: '10', qty: '4' }]))).toHaveLength(1);
    expect(holdsOf(submitting(), holding('H1'), cancelling('X'))).toEqual([]);
    expect(holdsOf(submitting(), holding('H1'), cancelling('X'), close)).toEqual([]);
    const shipped = [submitting(), accepting, holding('H1', 'MANUAL'), progress('c', '10', '10')];
    expect(holdsOf(...shipped, close)).toEqual([]);
    const taken = { ...progress('v', '-10', '-10'), voids: { shipmentId: 'S' } } as OrderCommand;
    expect(holdsOf(...shipped, close, taken)).toMatchObject([{ holdId: 'H1' }]);
  });

  test('takes the open buckets from the allocation when there is one', () => {
    const { state } = play(order, [submitting(), accepting]);
    const open = { unsourced: 0n, backordered: 3n, reserved: 0n, allocated: 7n, dropship: 0n };
    const allocated = { ...open, shipped: 0n, overshipped: 0n, gifts: [], added: 0n };
    expect(orderView(state, () => allocated)?.lines[0]).toMatchObject({
      status: 'RELEASED',
      buckets: { backordered: 3n, allocated: 7n, cancelled: 0n },
    });
  });
});
