import { localClock, periodOf } from '../../domain/calendar.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { orderIdOf, type Reflects, reflecting, required, type Sets } from '../projection.ts';

export type EntryRow = Reflects & {
  readonly entry_position: string;
  readonly entry_no: number;
  readonly pair:
    | 'AR'
    | 'DEFERRED_COGS'
    | 'TAX_PAYABLE'
    | 'UNBILLED_RECEIVABLE'
    | 'DEFERRED_REVENUE'
    | 'GOODS_IN_TRANSIT_OUT'
    | 'CUSTOMER_DEPOSIT'
    | 'DROPSHIP_ACCRUAL'
    | 'CARRIER_CLAIM'
    | 'INVENTORY_IN_TRANSIT';
  readonly kind:
    | 'ISSUED'
    | 'VOIDED'
    | 'CREDITED'
    | 'SHIPPED'
    | 'GIVEN_AWAY'
    | 'RECOGNISED'
    | 'RECOGNITION_REVERSED'
    | 'RETURNED'
    | 'LOST'
    | 'REASSIGNED'
    | 'COMMITTED'
    | 'TAX_VOIDED'
    | 'ACCRUED'
    | 'ACCRUAL_REVERSED'
    | 'RECEIVED'
    | 'REFUNDED'
    | 'APPLIED'
    | 'RELEASED'
    | 'SENT'
    | 'ARRIVED'
    | 'BILLED'
    | 'PAID'
    | 'WRITTEN_OFF'
    | 'WRITE_OFF_REVERSED'
    | 'ACCEPTED'
    | 'ACCEPTANCE_VOIDED';
  readonly day: string;
  readonly period: string;
  readonly currency: string;
  readonly amount: string;
  readonly document: string;
  readonly order_id: string | null;
  /** Of tax that one jurisdiction has otherwise than it was issued. */
  readonly jurisdiction: string | null;
  /** Of goods between two nodes: where they go to, which they are, and how many base units; below zero where they came. */
  readonly node: string | null;
  readonly item: string | null;
  readonly qty: string | null;
};

type ClockRow = Reflects & { readonly time_zone: string };
export type SubledgerRows = { readonly entries: EntryRow; readonly clocks: ClockRow };
export type SubledgerSets = Sets<SubledgerRows>;
export type Entry = Pick<EntryRow, 'pair' | 'kind' | 'day' | 'currency' | 'document'> &
  Partial<Pick<EntryRow, 'jurisdiction' | 'node' | 'item' | 'qty'>> & { readonly amount: bigint };

export const add = (event: RecordedDomainEvent, { entries }: SubledgerSets, all: readonly Entry[]): void => {
  for (const [index, entry] of all.entries()) {
    entries.put({
      ...{ jurisdiction: null, node: null, item: null, qty: null },
      ...entry,
      amount: entry.amount.toString(),
      entry_position: event.position,
      entry_no: index + 1,
      period: periodOf(entry.day),
      order_id: orderIdOf(event) ?? null,
      bu: event.metadata.partition.bu,
      ...reflecting(event),
    });
  }
};

export const dayAt = (event: RecordedDomainEvent, { clocks }: SubledgerSets, instant: string): string => {
  const { bu } = event.metadata.partition;
  return localClock(instant, required(clocks.get(bu), `business unit ${bu}`).time_zone).day;
};
