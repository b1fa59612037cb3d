import { localClock, periodOf } from '../../domain/calendar.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { defineProjection, orderIdOf, type Reflects, reflecting, required, type Sets } from '../projection.ts';

type EntryRow = Reflects & {
  readonly entry_position: string;
  readonly entry_no: number;
  readonly pair:
    | 'AR'
    | 'DEFERRED_COGS'
    | 'TAX_PAYABLE'
    | 'UNBILLED_RECEIVABLE'
    | 'CUSTOMER_DEPOSIT'
    | 'DROPSHIP_ACCRUAL';
  readonly kind:
    | 'ISSUED'
    | 'VOIDED'
    | 'CREDITED'
    | 'SHIPPED'
    | 'RECOGNISED'
    | 'RETURNED'
    | 'COMMITTED'
    | 'TAX_VOIDED'
    | 'ACCRUED'
    | 'ACCRUAL_REVERSED'
    | 'RECEIVED'
    | 'REFUNDED'
    | 'APPLIED'
    | 'RELEASED'
    | 'BILLED'
    | 'PAID'
    | 'WRITTEN_OFF'
    | 'WRITE_OFF_REVERSED';
  readonly day: string;
  readonly period: string;
  readonly currency: string;
  readonly amount: string;
  readonly document: string;
  readonly order_id: string | null;
};

type ClockRow = Reflects & { readonly time_zone: string };
type SubledgerRows = { readonly entries: EntryRow; readonly clocks: ClockRow };
type SubledgerSets = Sets<SubledgerRows>;
type Entry = Pick<EntryRow, 'pair' | 'kind' | 'day' | 'currency' | 'document'> & { readonly amount: bigint };

const add = (event: RecordedDomainEvent, { entries }: SubledgerSets, all: readonly Entry[]): void => {
  for (const [index, entry] of all.entries()) {
    entries.put({
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

/** Net by which it is receivable, and the cost that is recognised with it. */
const accrual = (
  event: RecordedOf<'AccrualRecorded' | 'AccrualReversed'>,
  rows: SubledgerSets,
  kind: 'ACCRUED' | 'ACCRUAL_REVERSED',
): void => {
  const { day, currency, shipmentId: document, gross, discount, cost } = event.data;
  const sign = kind === 'ACCRUED' ? 1n : -1n;
  const net = BigInt(gross) - BigInt(discount);
  add(event, rows, [
    { pair: 'UNBILLED_RECEIVABLE', kind, day, currency, amount: sign * net, document },
    { pair: 'DEFERRED_COGS', kind, day, currency, amount: -sign * BigInt(cost), document },
  ]);
};

/** A deposit pays a receivable, or is a deposit again. */
const deposited = (
  event: RecordedOf<'DepositApplied' | 'DepositReleased'>,
  rows: SubledgerSets,
  kind: 'APPLIED' | 'RELEASED',
): void => {
  const { day, currency, invoiceId, deposit } = event.data;
  const amount = (kind === 'APPLIED' ? -1n : 1n) * BigInt(event.data.amount);
  add(event, rows, [
    { pair: 'AR', kind, day, currency, amount, document: invoiceId },
    { pair: 'CUSTOMER_DEPOSIT', kind, day, currency, amount, document: deposit.depositId },
  ]);
};

const dayAt = (event: RecordedDomainEvent, { clocks }: SubledgerSets, instant: string): string => {
  const { bu } = event.metadata.partition;
  return localClock(instant, required(clocks.get(bu), `business unit ${bu}`).time_zone).day;
};

type Costed = { readonly cost: string; readonly components?: readonly { readonly cost: string }[] };

/** Of a kit what left of its components, also of those that are not whole yet. */
const costOf = (lines: readonly Costed[]): bigint =>
  lines.reduce((sum, { cost, components }) => sum + (components === undefined ? BigInt(cost) : costOf(components)), 0n);

/** What the tax engine knows of an invoice or credit memo lies in the period of its issue. */
const committed = (rows: SubledgerSets, documentId: string) => {
  const known = rows.entries.inGroup(documentId).filter((entry) => entry.pair === 'TAX_PAYABLE');
  const issue = required(
    known.find((entry) => entry.kind === 'ISSUED' || entry.kind === 'CREDITED'),
    `tax of document ${documentId}`,
  );
  const sum = known
    .filter((entry) => entry.kind === 'COMMITTED' || entry.kind === 'TAX_VOIDED')
    .reduce((total, entry) => total + BigInt(entry.amount), 0n);
  return { issue, sum };
};

const bus = (event: RecordedDomainEvent): readonly string[] => [event.metadata.partition.bu];

/** Whose entries are looked at. */
const taxDocument = (event: RecordedDomainEvent): readonly string[] => {
  if (event.type === 'CreditTaxCommitted') return [event.data.creditMemoId];
  const isTax = event.type === 'TaxCommitted' || event.type === 'TaxCommitMismatch' || event.type === 'TaxVoided';
  return isTax ? [event.data.invoiceId] : [];
};

/** The engine holds so much of a document now. */
const held = (event: RecordedDomainEvent, rows: SubledgerSets, documentId: string, theirs: bigint): void => {
  const { issue, sum } = committed(rows, documentId);
  const { day, currency, document } = issue;
  add(event, rows, [{ pair: 'TAX_PAYABLE', kind: 'COMMITTED', day, currency, amount: theirs - sum, document }]);
};

const clockLane = (event: RecordedDomainEvent): string => `clock:${event.metadata.partition.bu}`;

/**
 * What documents and accruals themselves say is receivable, deferred and owed as tax, entry by entry. Made without the posting
 * function, so that the tie-out compares two ways to the same sum. Stock's own entries are with the stock positions.
 */
export const subledgers = defineProjection<SubledgerRows>({
  name: 'subledgers',
  version: 1,
  money: [{ table: 'subledger_entry', by: ['bu', 'pair', 'period', 'currency'], sums: ['amount'] }],
  replayIndexes: ['subledger_entry_document'],
  tables: {
    entries: {
      name: 'subledger_entry',
      columns: [
        'entry_position',
        'entry_no',
        'pair',
        'kind',
        'day',
        'period',
        'currency',
        'amount',
        'document',
        'order_id',
        'bu',
        'position',
        'updated_at',
      ],
      key: ['entry_position', 'entry_no'],
      group: 'document',
    },
    clocks: {
      name: 'subledger_clock',
      columns: ['bu', 'time_zone', 'position', 'updated_at'],
      key: ['bu'],
      group: 'bu',
    },
  },
  needs: {
    entries: taxDocument,
    clocks: bus,
  },
  laneOf: (event) => (event.type === 'BusinessUnitDefined' ? clockLane(event) : `order:${orderIdOf(event)}`),
  waitsFor: (event) => [clockLane(event)],
  on: {
    BusinessUnitDefined: (event, { clocks }) =>
      clocks.put({ bu: event.data.bu, time_zone: event.data.timeZone, ...reflecting(event) }),
    ShipmentConfirmed: (event, rows) => {
      const { currency, lines, shipmentId } = event.data;
      const day = dayAt(event, rows, event.data.shippedAt);
      const shipped = { kind: 'SHIPPED', day, currency, amount: costOf(lines), document: shipmentId } as const;
      const isSuppliers = event.data.kind === 'DROPSHIP';
      add(event, rows, [
        { pair: 'DEFERRED_COGS', ...shipped },
        ...(isSuppliers ? [{ pair: 'DROPSHIP_ACCRUAL', ...shipped } as const] : []),
      ]);
    },
    SupplierBillMatched: (event, rows) => {
      const { billDate: day, currency, accrued, shipmentId: document } = event.data;
      add(event, rows, [
        { pair: 'DROPSHIP_ACCRUAL', kind: 'BILLED', day, currency, amount: -BigInt(accrued), document },
      ]);
    },
    ShipmentVoided: (event, rows) => {
      const { currency, lines, shipmentId } = event.data;
      const day = dayAt(event, rows, event.metadata.occurredAt);
      add(event, rows, [
        { pair: 'DEFERRED_COGS', kind: 'RETURNED', day, currency, amount: -costOf(lines), document: shipmentId },
      ]);
    },
    InvoiceIssued: (event, rows) => {
      const { issueDate: day, currency, totals, lines, invoiceId: document } = event.data;
      add(event, rows, [
        { pair: 'AR', kind: 'ISSUED', day, currency, amount: BigInt(totals.total), document },
        { pair: 'DEFERRED_COGS', kind: 'RECOGNISED', day, currency, amount: -costOf(lines), document },
        { pair: 'TAX_PAYABLE', kind: 'ISSUED', day, currency, amount: BigInt(totals.tax), document },
      ]);
    },
    InvoiceVoided: (event, rows) => {
      const { voidDate: day, issued, invoiceId: document } = event.data;
      const { currency, totals, lines } = issued;
      add(event, rows, [
        { pair: 'AR', kind: 'VOIDED', day, currency, amount: -BigInt(totals.total), document },
        { pair: 'DEFERRED_COGS', kind: 'VOIDED', day, currency, amount: costOf(lines), document },
        { pair: 'TAX_PAYABLE', kind: 'VOIDED', day, currency, amount: -BigInt(totals.tax), document },
      ]);
    },
    CreditMemoIssued: (event, rows) => {
      const { issueDate: day, currency, totals, invoiceId, creditMemoId } = event.data;
      add(event, rows, [
        { pair: 'AR', kind: 'CREDITED', day, currency, amount: -BigInt(totals.total), document: invoiceId },
        { pair: 'TAX_PAYABLE', kind: 'CREDITED', day, currency, amount: -BigInt(totals.tax), document: creditMemoId },
      ]);
    },
    DepositReceived: (event, rows) => {
      const { currency, depositId: document, receivedAt } = event.data;
      const amount = BigInt(event.data.amount);
      const day = dayAt(event, rows, receivedAt);
      add(event, rows, [{ pair: 'CUSTOMER_DEPOSIT', kind: 'RECEIVED', day, currency, amount, document }]);
    },
    DepositRefunded: (event, rows) => {
      const { refundedOn: day, currency, depositId: document } = event.data;
      const amount = -BigInt(event.data.amount);
      add(event, rows, [{ pair: 'CUSTOMER_DEPOSIT', kind: 'REFUNDED', day, currency, amount, document }]);
    },
    DepositApplied: (event, rows) => deposited(event, rows, 'APPLIED'),
    DepositReleased: (event, rows) => deposited(event, rows, 'RELEASED'),
    PaymentRecorded: (event, rows) => {
      const { invoiceId: document, currency, paidAt } = event.data;
      const amount = -BigInt(event.data.amount);
      add(event, rows, [{ pair: 'AR', kind: 'PAID', day: dayAt(event, rows, paidAt), currency, amount, document }]);
    },
    InvoiceWrittenOff: (event, rows) => {
      const { invoiceId: document, currency, writtenOffOn: day } = event.data;
      const amount = -BigInt(event.data.amount);
      add(event, rows, [{ pair: 'AR', kind: 'WRITTEN_OFF', day, currency, amount, document }]);
    },
    WriteOffReversed: (event, rows) => {
      const { invoiceId: document, currency, day } = event.data;
      const amount = BigInt(event.data.amount);
      add(event, rows, [{ pair: 'AR', kind: 'WRITE_OFF_REVERSED', day, currency, amount, document }]);
    },
    CreditTaxCommitted: (event, rows) => held(event, rows, event.data.creditMemoId, -BigInt(event.data.tax)),
    AccrualRecorded: (event, rows) => accrual(event, rows, 'ACCRUED'),
    AccrualReversed: (event, rows) => accrual(event, rows, 'ACCRUAL_REVERSED'),
    TaxCommitted: (event, rows) => held(event, rows, event.data.invoiceId, BigInt(event.data.tax)),
    TaxCommitMismatch: (event, rows) => held(event, rows, event.data.invoiceId, BigInt(event.data.theirs)),
    TaxVoided: (event, rows) => {
      const { issue, sum } = committed(rows, event.data.invoiceId);
      const { currency, document } = issue;
      const day = dayAt(event, rows, event.metadata.occurredAt);
      add(event, rows, [{ pair: 'TAX_PAYABLE', kind: 'TAX_VOIDED', day, currency, amount: -sum, document }]);
    },
  },
});
