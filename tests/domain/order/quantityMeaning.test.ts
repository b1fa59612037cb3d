import { describe, test } from '@jest/globals';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import type { QuantityMeaning } from '../../../domain/order/quantityMeaning.ts';
import { agreeing, open, setting } from './changeSamples.ts';
import { given } from './samples.ts';

describe('the quantity of a line', () => {
  const meaning = (qty: string, how: QuantityMeaning, more: object = {}): OrderCommand => ({
    ...setting('X', qty),
    ...{ meaning: how, ...more },
  });

  test('can be told as a difference, once, whatever the line has come to meanwhile', () => {
    given(...open)
      .when(meaning('3', 'MORE_BY'))
      .then({
        type: 'OrderLineChangeRequested',
        data: { raised: { from: '10', to: '13', entered: { qty: '13', uom: 'EA' } } },
      });
    given(...open, meaning('3', 'MORE_BY'), agreeing('X', '10'))
      .when(meaning('3', 'MORE_BY'))
      .thenNothing();
    given(...open)
      .when(meaning('4', 'LESS_BY'))
      .then({ type: 'OrderLineCancelRequested', data: { requestedQty: '4' } });
    given(...open)
      .when(meaning('10', 'LESS_BY'))
      .then({ type: 'OrderLineCancelRequested', data: { requestedQty: '10' } });
  });

  test('as a difference is added to what waits of the line, and takes the place of none of it', () => {
    const waiting = meaning('3', 'MORE_BY', { changeId: 'W' });
    given(...open, waiting)
      .when(meaning('2', 'MORE_BY'))
      .then({ type: 'OrderLineChangeRequested', data: { changeId: 'X', raised: { from: '13', to: '15' } } });
    given(...open, waiting)
      .when(meaning('2', 'LESS_BY'))
      .then({ type: 'OrderLineCancelRequested', data: { changeId: 'X', requestedQty: '2' } });
    given(...open, waiting)
      .when(meaning('11', 'LESS_BY'))
      .thenRefused('CHANGE_CONTRADICTORY');
    given(...open, waiting, meaning('2', 'MORE_BY'), agreeing('X', '10'))
      .when(agreeing('W', '10'))
      .then({ type: 'OrderLineChanged', data: { changeId: 'W', addedQty: '3' } });
  });

  test('keeps the unit that a difference was named in where the total is a whole number of it', () => {
    const entered = (qty: string) => ({ entered: { qty, uom: 'BX' } });
    given(...open)
      .when(meaning('20', 'MORE_BY', entered('2')))
      .then({ type: 'OrderLineChangeRequested', data: { raised: { to: '30', entered: { qty: '3', uom: 'BX' } } } });
    given(...open)
      .when(meaning('12', 'MORE_BY', entered('1')))
      .then({ type: 'OrderLineChangeRequested', data: { raised: { to: '22', entered: { qty: '22', uom: 'EA' } } } });
  });

  test('is not guessed where it contradicts the direction that was named', () => {
    given(...open)
      .when(meaning('12', 'MORE_TO'))
      .then({ type: 'OrderLineChangeRequested', data: { raised: { to: '12' } } });
    given(...open)
      .when(meaning('2', 'MORE_TO'))
      .thenRefused('CHANGE_CONTRADICTORY');
    given(...open)
      .when(meaning('12', 'LESS_TO'))
      .thenRefused('CHANGE_CONTRADICTORY');
    given(...open)
      .when(meaning('11', 'LESS_BY'))
      .thenRefused('CHANGE_CONTRADICTORY');
    given(...open)
      .when(meaning('10', 'MORE_TO'))
      .thenRefused('CHANGE_EMPTY');
  });
});
