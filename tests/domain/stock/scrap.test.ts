import { describe, expect, test } from '@jest/globals';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import { inventoryPosition } from './position.ts';
import { adjustment, given, place, receipt, stateAfter } from './samples.ts';

type Of<T extends StockCommand['type']> = Extract<StockCommand, { readonly type: T }>;

const moving = { costMethod: 'MOVING_AVERAGE' } as const;
const stock = receipt('10', { unitCost: '6.005', ...moving });
const scrap = (qty: string, more: Partial<Of<'ScrapGoods'>> = {}): Of<'ScrapGoods'> => ({
  ...{ ...place, type: 'ScrapGoods', reference: 'S-1', qty, status: 'SELLABLE', currency: 'USD' },
  ...more,
});
const back = (qty: string, more: Partial<Of<'TakeBackScrap'>> = {}): Of<'TakeBackScrap'> => ({
  ...{ ...place, type: 'TakeBackScrap', reference: `B-${qty}`, takesBack: 'S-1', qty },
  ...{ status: 'SELLABLE', currency: 'USD' },
  ...more,
});

describe('T16 scrap from stock', () => {
  test('leaves at the present cost, whichever way it is told', () => {
    const scrapped = {
      type: 'StockAdjusted',
      data: { reference: 'S-1', qty: '-3', reason: 'SCRAP', unitCost: '6.005', cost: '1802', scrap: {} },
    } as const;
    given(stock).when(scrap('3')).thenEvents(scrapped);
    given(stock)
      .when(adjustment('-3', { reason: 'SCRAP', reference: 'S-1' }))
      .thenEvents(scrapped);
    expect(given(stock).when(adjustment('-3')).events[0]?.data).not.toHaveProperty('scrap');
  });

  test('by a change of status is of goods that are in it; by an adjustment it is a fact', () => {
    given(stock).when(scrap('11')).thenRefused('QTY_EXCEEDS_STATUS');
    given(stock)
      .when(scrap('1', { status: 'DAMAGED' }))
      .thenRefused('QTY_EXCEEDS_STATUS');
    given(stock)
      .when(adjustment('-11', { reason: 'SCRAP' }))
      .thenEvents({ type: 'StockAdjusted', data: { scrap: {} } }, { type: 'StockOvercommitted' });
  });

  test('counts once for its reference', () => {
    given(stock, scrap('3')).when(scrap('3')).thenNothing();
    given(stock, scrap('3'), back('3')).when(back('3')).thenNothing();
  });

  test('that is taken back comes in at what it left with, in however many parts, whatever goods cost by then', () => {
    const dearer = receipt('7', { reference: 'R-dear', unitCost: '9.00', ...moving });
    given(stock, scrap('3'), dearer)
      .when(back('3'))
      .thenEvents(
        { type: 'StockAdjusted', data: { qty: '3', unitCost: '6.005', cost: '1802', scrap: { takesBack: 'S-1' } } },
        { type: 'UnitCostSet', data: { unitCost: '7.238235', source: 'scrap S-1 taken back' } },
      );
    given(stock, scrap('3'), back('1'))
      .when(back('2', { status: 'DAMAGED' }))
      .thenEvents({ type: 'StockAdjusted', data: { qty: '2', cost: '1201', status: 'DAMAGED' } });
    given(stock, scrap('3'), back('1'))
      .when(back('1', { reference: 'B-again' }))
      .thenEvents({ type: 'StockAdjusted', data: { qty: '1', cost: '600' } });
    expect(inventoryPosition(stateAfter([stock, scrap('3'), back('1'), back('2')]))).toMatchObject({ onHand: 10n });
  });

  test('no more of it comes back than was scrapped, and nothing of what nobody scrapped', () => {
    given(stock, scrap('3'), back('2'))
      .when(back('3', { reference: 'B' }))
      .thenRefused('QTY_EXCEEDS_STATUS');
    given(stock).when(back('1')).thenRefused('QTY_EXCEEDS_STATUS');
    given(stock, adjustment('-3', { reference: 'S-1' }))
      .when(back('1'))
      .thenRefused('QTY_EXCEEDS_STATUS');
  });

  test('what is found as scrap without a word of which comes in at the present cost', () => {
    given(stock, scrap('3'))
      .when(adjustment('1', { reason: 'SCRAP' }))
      .thenEvents({ type: 'StockAdjusted', data: { qty: '1', cost: '601', scrap: {} } });
  });
});
