import { qty } from '../quantity.ts';
import type { StockEvent } from './events.ts';

/** Could this fact, whoever waits, leave stock at its node for lines that its position does not serve by itself? */
export const freesStock = (event: StockEvent): boolean => {
  switch (event.type) {
    case 'StockReceived':
    case 'StockReturned':
      return event.data.status === 'SELLABLE';
    case 'StockAdjusted':
    case 'StockTransferred':
      return event.data.status === 'SELLABLE' && qty(event.data.qty) > 0n;
    case 'StockStatusChanged':
      return event.data.to === 'SELLABLE';
    case 'StockReinstated':
    case 'ReservationReleased':
    case 'ReservationExpired':
    case 'SafetyStockSet':
    case 'StockOffered':
      return true;
    default:
      return false;
  }
};
