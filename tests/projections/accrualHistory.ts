import type { AccruedGoods } from '../../domain/ledger/events.ts';
import type { MemoryLog } from './memoryLog.ts';

const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;
const stream = `period-${key.bu}.${key.ledger}.${key.period}`;

export const softClose = (log: MemoryLog): void => {
  log.append(stream, 'PeriodSoftClosed', key);
};

type Amounts = Pick<AccruedGoods, 'qty' | 'gross' | 'discount' | 'cost'>;

/** The second shipment's 3 of the worked example. */
export const three: Amounts = { qty: '3', gross: '3750', discount: '300', cost: '1800' };

/** Accrual and reversal of what an order's n-th shipment has on no invoice. */
export const accrue = (log: MemoryLog, orderId: string, n: number, { qty, gross, discount, cost }: Amounts): void => {
  const goods: AccruedGoods = {
    ...{ orderId, orderLineId: '10', shipmentId: `${orderId}-s${n}`, shipmentLineId: '10' },
    ...{ node: 'DC-EAST', channel: 'portal', customer: 'C-1001', customerGroup: 'TRADE', region: 'US-EAST' },
    ...{ item: 'BRG-6204', itemGroup: 'BEARING', currency: 'USD', qty, gross, discount, cost },
  };
  const { eventId } = log.append(stream, 'AccrualRecorded', { ...key, ...goods, day: '2026-11-30' });
  log.append(stream, 'AccrualReversed', { ...key, ...goods, day: '2026-12-01', accrualEventId: eventId });
};
