import { describe, expect, test } from '@jest/globals';
import { creditTotal, netWith } from '../../../domain/order/acceptDecisions.ts';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import { order } from '../../../domain/order/order.ts';
import { netTotal } from '../../../domain/order/state.ts';
import { orderView } from '../../../domain/order/view.ts';
import { adding, agreeing, open, setting, waitingHold } from './changeSamples.ts';
import { accepting, cancelling, given, none, progress, releasing, submitting } from './samples.ts';
import { play } from './scenario.ts';

type Substitute = Extract<OrderCommand, { type: 'RequestSubstitute' }>['substitute'];

const proposed = adding('X', '11');
const [sample] = proposed.type === 'RequestLines' ? proposed.lines : [];
if (sample === undefined) throw new Error('the sample has a line');

/** Four of the substitute at 12.50 less 8 per cent for eight of line 10: it comes to half. */
const substituting = (changeId: string, qty = '8', newLineId = '11', consent = true): OrderCommand => {
  const substitute: Substitute = {
    ...sample,
    line: { ...sample.line, lineId: newLineId, item: 'BRG-6205', originLineId: '10' },
    priced: { ...sample.priced, lineId: newLineId },
    inPlaceOf: {
      ...{ lineId: '10', item: 'BRG-6204', qty, ratio: { num: '1', den: '2' }, priceRule: 'SUBSTITUTE_LIST_PRICE' },
      ...(consent && { consent: { reference: 'mail of today' } }),
    },
  };
  return { type: 'RequestSubstitute', changeId, reason: 'SHORT', substitute };
};

const stopped = (changeId: string, qty: string): OrderCommand => ({
  type: 'RecordCancel',
  changeId,
  lines: [
    {
      ...{ lineId: '10', cancelledQty: qty, from: { ...none, backordered: qty }, pendingQty: '0' },
      refusedReason: 'SHIPPED_OR_NOT_STOPPABLE',
    },
  ],
});

const linesOf = (...commands: readonly OrderCommand[]) =>
  orderView(play(order, commands).state)?.lines.map(({ lineId, originLineId, buckets }) => ({
    ...{ lineId, originLineId, ordered: buckets.ordered, cancelled: buckets.cancelled },
  }));

describe('a line that another item takes the place of', () => {
  test('B-02 waits for credit, is stopped as a whole, and the new line names it; both in one append', () => {
    given(...open)
      .when(substituting('X'))
      .then({
        type: 'OrderLineChangeRequested',
        data: { lineId: '11', added: { inPlaceOf: { lineId: '10', qty: '8' } } },
      });
    given(...open, substituting('X'))
      .when(agreeing('X', '11'))
      .then({ type: 'OrderLineCancelRequested', data: { lineId: '10', requestedQty: '8', cause: 'SUBSTITUTED' } });
    given(...open, substituting('X'), agreeing('X', '11'))
      .when(stopped('X', '8'))
      .then(
        { type: 'OrderLineAdded', data: { lineId: '11', line: { item: 'BRG-6205', qty: '4', originLineId: '10' } } },
        { type: 'OrderLineCancelled', data: { lineId: '10', cancelledQty: '8', cause: 'SUBSTITUTED' } },
        {
          type: 'OrderLineSubstituted',
          data: {
            ...{ lineId: '10', item: 'BRG-6204', qty: '8', newLineId: '11', newItem: 'BRG-6205', newQty: '4' },
            ...{ ratio: { num: '1', den: '2' }, consent: { reference: 'mail of today' } },
          },
        },
      );
    expect(linesOf(...open, substituting('X'), agreeing('X', '11'), stopped('X', '8'))).toEqual([
      { lineId: '10', originLineId: null, ordered: 10n, cancelled: 8n },
      { lineId: '11', originLineId: '10', ordered: 4n, cancelled: 0n },
    ]);
  });

  test('is substituted once, however often that is asked for, agreed to or answered', () => {
    given(...open, substituting('X'))
      .when(substituting('X'))
      .thenNothing();
    given(...open, substituting('X'), agreeing('X', '11'))
      .when(agreeing('X', '11'))
      .thenNothing();
    const done = [...open, substituting('X'), agreeing('X', '11'), stopped('X', '8')];
    given(...done)
      .when(stopped('X', '8'))
      .thenNothing();
    given(...done)
      .when(substituting('X'))
      .thenNothing();
  });

  test('needs the consent of a customer who ordered without substitutes', () => {
    given(...open)
      .when(substituting('X', '8', '11', false))
      .thenRefused('CONSENT_REQUIRED');
    given(submitting({ '10': '10' }, { allowSubstitute: true }), accepting)
      .when(substituting('X', '8', '11', false))
      .then({ type: 'OrderLineChangeRequested' });
  });

  test('has as much open as is asked for, what waits for another substitute left out', () => {
    given(...open)
      .when(substituting('X', '12'))
      .thenRefused('NOT_SUBSTITUTABLE');
    given(...open, progress('c', '4', '4'))
      .when(substituting('X'))
      .thenRefused('NOT_SUBSTITUTABLE');
    given(...open, progress('c', '10', '10'))
      .when(substituting('X'))
      .thenRefused('LINE_CLOSED');
    given(...open, substituting('X'))
      .when(substituting('Y', '4', '12'))
      .thenRefused('NOT_SUBSTITUTABLE');
    given(...open, substituting('X'))
      .when(substituting('Y', '2', '12'))
      .then({ type: 'OrderLineChangeRequested' });
    given(...open, substituting('X'), agreeing('X', '11'))
      .when(substituting('Y', '4', '12'))
      .thenRefused('NOT_SUBSTITUTABLE');
  });

  test('is in an order that goes on, and the new line has an id of its own', () => {
    given(submitting()).when(substituting('X')).thenRefused('ORDER_NOT_OPEN');
    given(...open)
      .when(substituting('X', '8', '10'))
      .thenRefused('LINE_EXISTS');
    given(...open, substituting('X'), agreeing('X', '11'))
      .when(substituting('Y', '2'))
      .thenRefused('LINE_EXISTS');
    given(...open, substituting('X'), agreeing('X', '11'))
      .when(adding('Y', '11'))
      .thenRefused('LINE_EXISTS');
    given(submitting({ '20': '10' }), accepting)
      .when(substituting('X'))
      .thenRefused('LINE_UNKNOWN');
  });

  test('stays what it is when it left or was cancelled before there was credit, or cannot be stopped', () => {
    const refused = {
      type: 'OrderLineChangeRefused',
      data: { lineId: '11', refusedQty: '4', reason: 'NOT_SUBSTITUTABLE' },
    };
    given(...open, substituting('X'), progress('c', '4', '0'))
      .when(agreeing('X', '11'))
      .then(refused);
    given(...open, substituting('X'), cancelling('C', [{ lineId: '10', qty: '5' }]))
      .when(agreeing('X', '11'))
      .then(refused);
    const asked = [...open, substituting('X'), agreeing('X', '11')];
    given(...asked)
      .when(stopped('X', '0'))
      .then(refused, { type: 'OrderLineCancelRefused', data: { lineId: '10', refusedQty: '8' } });
    expect(linesOf(...asked, stopped('X', '0'))).toEqual([
      { lineId: '10', originLineId: null, ordered: 10n, cancelled: 0n },
    ]);
  });

  test('is only cancelled when the order, or the new line, is cancelled while it is being stopped', () => {
    const asked = [...open, substituting('X'), agreeing('X', '11')];
    const back = { type: 'OrderLineChangeRefused', data: { changeId: 'X', lineId: '11', withdrawnBy: 'C' } };
    given(...asked)
      .when(cancelling('C'))
      .then(back, { type: 'OrderLineCancelRequested', data: { lineId: '10', requestedQty: '2' } });
    given(...asked)
      .when(cancelling('C', [{ lineId: '11', qty: '4' }]))
      .then(back);
    given(...asked, cancelling('C'))
      .when(stopped('X', '8'))
      .then({ type: 'OrderLineCancelled', data: { lineId: '10', cancelledQty: '8' } });
    expect(linesOf(...asked, cancelling('C'), stopped('X', '8'))).toHaveLength(1);
  });

  test('keeps the order open until it is there', () => {
    const all = [...open, substituting('X', '10')];
    given(...all, agreeing('X', '11'))
      .when({ type: 'CloseOrder' })
      .thenNothing();
    given(...all, agreeing('X', '11'), stopped('X', '10'))
      .when({ type: 'CloseOrder' })
      .thenNothing();
  });
});

describe('credit', () => {
  const net = (...commands: readonly OrderCommand[]) => {
    const { state } = play(order, commands);
    return { now: netTotal(state), coming: netWith(state, state.waiting), credit: creditTotal(state) };
  };

  test('is for the order as it will be, and nothing is given back before it is', () => {
    expect(net(...open)).toEqual({ now: 13_000n, coming: 13_000n, credit: 13_000n });
    const less = { now: 13_000n, coming: 8_400n, credit: 13_000n };
    expect(net(...open, substituting('X'))).toEqual(less);
    expect(net(...open, substituting('X'), agreeing('X', '11'))).toEqual(less);
    expect(net(...open, substituting('X'), agreeing('X', '11'), stopped('X', '8')).credit).toBe(8_400n);
  });

  test('of what is dearer stays asked for while it is being stopped, also beside what waits on a hold', () => {
    const dearer = [...open, substituting('X', '2'), agreeing('X', '11')];
    expect(net(...dearer)).toEqual({ now: 13_000n, coming: 15_300n, credit: 15_300n });
    expect(net(...dearer, setting('Y', '12'), waitingHold('H')).credit).toBe(15_300n);
  });

  test('a person lets a substitution pass the limit as any other change', () => {
    const held = [...open, substituting('X'), waitingHold('H')];
    given(...held)
      .when(releasing('H'))
      .then({ type: 'OrderHoldReleased', data: { override: true } });
  });
});
