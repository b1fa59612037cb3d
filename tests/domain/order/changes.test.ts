import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { netWith } from '../../../domain/order/acceptDecisions.ts';
import { order } from '../../../domain/order/order.ts';
import { netTotal } from '../../../domain/order/state.ts';
import { orderView } from '../../../domain/order/view.ts';
import { adding, agreeing, open, setting, waitingHold } from './changeSamples.ts';
import { accepting, cancelling, given, progress, releasing, submitting } from './samples.ts';
import { play } from './scenario.ts';

describe('a line that is added', () => {
  test('waits first, and then is in the order with its price', () => {
    given(...open)
      .when(adding('X'))
      .then({ type: 'OrderLineChangeRequested', data: { lineId: '30', added: { priceListVersion: 2 } } });
    given(...open, adding('X'))
      .when(agreeing('X', '30'))
      .then({
        type: 'OrderLineAdded',
        data: { line: { qty: '4' }, totals: { gross: '17500', discount: '1400', charges: '1500', net: '17600' } },
      });
    const { state } = play(order, [...open, adding('X'), agreeing('X', '30')]);
    expect(orderView(state)?.lines.map(({ lineId }) => lineId)).toEqual(['10', '30']);
    expect(netTotal(state)).toBe(17_600n);
  });

  test('is not refused twice, accepted twice, or given an id that is taken', () => {
    given(...open, adding('X'))
      .when(adding('X'))
      .thenNothing();
    given(...open, adding('X'), agreeing('X', '30'))
      .when(agreeing('X', '30'))
      .thenNothing();
    given(...open, adding('X'))
      .when(adding('Y'))
      .thenRefused('LINE_EXISTS');
    given(...open)
      .when(adding('X', '10'))
      .thenRefused('LINE_EXISTS');
  });

  test('needs an order that goes on', () => {
    given(submitting()).when(adding('X')).thenRefused('ORDER_NOT_OPEN');
    given(submitting(), cancelling('C'), { type: 'CloseOrder' }).when(adding('X')).thenRefused('ORDER_NOT_OPEN');
    const ended = [...open, progress('c', '10', '10'), { type: 'CloseOrder' } as const];
    given(...ended)
      .when(adding('X'))
      .thenRefused('ORDER_NOT_OPEN');
  });

  test('keeps the order open while it waits', () => {
    given(...open, adding('X'), progress('c', '10', '10'))
      .when({ type: 'CloseOrder' })
      .thenNothing();
  });

  test('is taken back with the order, or by its own name, and the hold that it waits on ends', () => {
    const held = [...open, adding('X'), waitingHold('H')];
    const back = { type: 'OrderLineChangeRefused', data: { changeId: 'X', refusedQty: '4', withdrawnBy: 'C' } };
    const released = { type: 'OrderHoldReleased', data: { holdId: 'H' } };
    given(...held)
      .when(cancelling('C'))
      .then(back, released, { type: 'OrderLineCancelRequested' });
    given(...held)
      .when(cancelling('C', [{ lineId: '30', qty: '4' }]))
      .then(back, released);
    given(...held)
      .when({ type: 'RequestCancel', changeId: 'C', reason: 'r', lines: [{ lineId: '30' }] })
      .then(back, released);
    given(...held)
      .when(cancelling('C', [{ lineId: '30', qty: '3' }]))
      .thenRefused('LINE_UNKNOWN');
    given(...held, cancelling('C', [{ lineId: '30', qty: '4' }]))
      .when(agreeing('X', '30'))
      .thenNothing();
  });

  test('that waits on its hold leaves the order what it is', () => {
    const { state } = play(order, [...open, adding('X'), waitingHold('H')]);
    expect(orderView(state)).toMatchObject({ status: 'OPEN', holds: [{ scope: 'CHANGES', lineId: null }] });
  });

  test('passes the limit when a person releases the hold, and only what waited then', () => {
    const { state } = play(order, [...open, adding('X'), waitingHold('H'), releasing('H'), adding('Y', '40')]);
    expect(state.waiting.map(({ changeId, cleared }) => [changeId, cleared])).toEqual([
      ['X', true],
      ['Y', false],
    ]);
    const found = {
      type: 'ReleaseHold',
      holdId: 'H',
      reason: 'CREDIT_AVAILABLE',
      releasedBy: 'process:credit',
    } as const;
    expect(play(order, [...open, adding('X'), waitingHold('H'), found]).state.waiting[0]?.cleared).toBe(false);
  });
});

describe('the quantity of a line', () => {
  test('that rises waits, keeps the price, and then is ordered', () => {
    given(...open)
      .when(setting('X', '13'))
      .then({ type: 'OrderLineChangeRequested', data: { raised: { from: '10', to: '13' } } });
    given(...open, setting('X', '13'))
      .when(agreeing('X', '10'))
      .then({
        type: 'OrderLineChanged',
        data: { addedQty: '3', priced: { gross: '16250', discount: '1300', net: '14950' }, totals: { net: '16450' } },
      });
  });

  test('is that of the line without what was cancelled', () => {
    const less = [...open, cancelling('C', [{ lineId: '10', qty: '4' }])];
    given(...less)
      .when(setting('X', '6'))
      .thenRefused('CHANGE_EMPTY');
    given(...less)
      .when(setting('X', '8'))
      .then({ type: 'OrderLineChangeRequested', data: { raised: { from: '6', to: '8' } } });
  });

  test('that falls is a cancellation', () => {
    given(...open)
      .when(setting('X', '7'))
      .then({ type: 'OrderLineCancelRequested', data: { changeId: 'X', requestedQty: '3' } });
    given(...open, progress('c', '10', '0'))
      .when(setting('X', '7'))
      .thenRefused('LINE_CLOSED');
  });

  test('takes the place of what waits of the line', () => {
    const waiting = [...open, setting('X', '13')];
    given(...waiting)
      .when(setting('Y', '12'))
      .then(
        { type: 'OrderLineChangeRefused', data: { changeId: 'X', refusedQty: '3', reason: 'REPLACED' } },
        { type: 'OrderLineChangeRequested', data: { changeId: 'Y', raised: { from: '10', to: '12' } } },
      );
    given(...waiting)
      .when(setting('Y', '9'))
      .then(
        { type: 'OrderLineChangeRefused', data: { changeId: 'X', withdrawnBy: 'Y' } },
        { type: 'OrderLineCancelRequested', data: { changeId: 'Y', requestedQty: '1' } },
      );
    given(...waiting)
      .when(setting('Y', '10'))
      .then({ type: 'OrderLineChangeRefused', data: { changeId: 'X', withdrawnBy: 'Y' } });
    given(...waiting, setting('Y', '10'))
      .when(setting('Y', '10'))
      .thenNothing();
  });

  test('does not rise at another price, on a closed line, or before the order is accepted', () => {
    given(...open)
      .when(setting('X', '13', { unitPrice: '12.51' }))
      .thenRefused('PRICE_MISMATCH');
    given(...open)
      .when(setting('X', '13', { terms: 'The item is not sold any more.' }))
      .thenRefused('MASTER_DATA_INVALID');
    given(...open, progress('c', '10', '0'))
      .when(setting('X', '13'))
      .thenRefused('LINE_CLOSED');
    given(submitting()).when(setting('X', '13')).thenRefused('ORDER_NOT_OPEN');
  });
});

test('however it is added to, an order comes to its lines at their prices, and credit is asked for just that', () => {
  const wish = fc.record({ isLine: fc.boolean(), qty: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 12 }), (wishes) => {
      let { state } = play(order, [submitting({ '10': '10', '20': '7' }), accepting]);
      for (const [index, { isLine, qty }] of wishes.entries()) {
        const command = isLine ? adding(`X${index}`, `L${index}`) : setting(`X${index}`, String(qty));
        const events = order.decide(command, state);
        if ('refused' in events) continue;
        state = events.reduce(order.evolve, state);
        const asked = netWith(state, state.waiting);
        const all = agreeing(`X${index}`, '10', `L${index}`);
        const accepted = order.decide(all, state);
        if ('refused' in accepted) throw new Error(accepted.detail);
        state = accepted.reduce(order.evolve, state);
        expect(netTotal(state)).toBe(asked);
        const { lines = [], totals } = state.pricing ?? {};
        const sum = (name: 'gross' | 'discount') => lines.reduce((total, each) => total + BigInt(each[name]), 0n);
        expect([totals?.gross, totals?.discount]).toEqual([String(sum('gross')), String(sum('discount'))]);
      }
    }),
  );
});
