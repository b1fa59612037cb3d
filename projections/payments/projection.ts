import { localClock } from '../../domain/calendar.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { buOf, defineProjection, reflecting, required } from '../projection.ts';
import { type PaymentRows, paymentTables } from './rows.ts';

const clockLane = (event: RecordedDomainEvent): string => `clock:${buOf(event)}`;

/** Single payments, which invoices show in sum only. Rows are added and never change: a correction is a payment below zero. */
export const payments = defineProjection<PaymentRows>({
  name: 'payments',
  version: 1,
  money: [{ table: 'payment', by: ['bu', 'currency'], sums: ['amount'] }],
  tables: paymentTables,
  needs: { clocks: (event) => [buOf(event)] },
  laneOf: (event) => (event.type === 'PaymentRecorded' ? `invoice:${event.data.invoiceId}` : clockLane(event)),
  waitsFor: (event) => [clockLane(event)],
  on: {
    BusinessUnitDefined: (event, { clocks }) =>
      clocks.put({ bu: event.data.bu, time_zone: event.data.timeZone, ...reflecting(event) }),
    PaymentRecorded: (event, rows) => {
      const { data } = event;
      const bu = buOf(event);
      const { time_zone: timeZone } = required(rows.clocks.get(bu), `business unit ${bu}`);
      rows.payments.put({
        payment_id: data.paymentId,
        invoice_id: data.invoiceId,
        invoice_number: data.number,
        order_id: data.orderId,
        sold_to: data.soldTo,
        currency: data.currency,
        amount: data.amount,
        reference: data.reference,
        paid_at: data.paidAt,
        paid_on: localClock(data.paidAt, timeZone).day,
        recorded_by: data.recordedBy,
        bu,
        ...reflecting(event),
      });
    },
  },
});
