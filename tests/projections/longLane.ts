import { orders } from '../../projections/orders/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { defineMasterData } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

// One order about which ten thousand things happened, all behind an event that could not be applied. The same in every process.

export const behindCount = 10_000;
export const lane = 'order:O1';
export const replayId = 'R';

export const longHistory = () => {
  const log = createMemoryLog();
  defineMasterData(log);
  placeOrder(log, 'O1');
  placeOrder(log, 'O2');
  const of = { orderId: 'O1', bu: 'ACME', erpSystem: 'erp' };
  for (let n = 1; n <= behindCount; n += 1)
    log.append('order-ACME.O1', 'ErpOrderRefused', { ...of, code: `C${n}`, detail: 'not yet' });
  return log;
};

/** Cannot apply the first of them. */
export const broken: Projection = {
  ...orders,
  apply: async (batch, into) => {
    if (batch.some(({ type, data }) => type === 'ErpOrderRefused' && (data as { code: string }).code === 'C1'))
      throw new TypeError('cannot fold it');
    return orders.apply(batch, into);
  },
};
