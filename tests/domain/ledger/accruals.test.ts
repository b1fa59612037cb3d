import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { InvoiceLine } from '../../../domain/invoice/events.ts';
import type { RecordAccruals } from '../../../domain/ledger/commands.ts';
import type { AccrualEvent, AccruedGoods, PeriodEvent } from '../../../domain/ledger/events.ts';
import { periodDecider } from '../../../domain/ledger/period.ts';
import { acceptedOrder, bearingLine, confirmation, draftOf, issuedInvoice, recorded, taxOf } from '../invoice/sale.ts';
import { closed, journalsOf, onlyJournal, opened, periodsAfter, reopened, softClosed, table } from './books.ts';

const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };

const goods = (shipmentId: string, more: Partial<AccruedGoods> = {}): AccruedGoods => ({
  orderId: '01JD0000000000000000000001',
  orderLineId: '10',
  shipmentId,
  shipmentLineId: '10',
  node: 'DC-EAST',
  channel: 'portal',
  customer: 'C-1001',
  customerGroup: 'INDUSTRIAL',
  region: 'US-CA-SANTA-CLARA',
  item: 'BRG-6204',
  itemGroup: 'BEARING',
  currency: 'USD',
  qty: '3',
  gross: '3750',
  discount: '300',
  cost: '1800',
  ...more,
});

const record = (all: readonly AccruedGoods[], range: Partial<RecordAccruals> = {}) =>
  ({
    ...key,
    type: 'RecordAccruals',
    after: '',
    upTo: null,
    goods: all,
    eventIdAt: (index: number) => `id-${index}`,
    ...range,
  }) as const;

const given = (...events: readonly PeriodEvent[]) => ({
  when: (command: ReturnType<typeof record>) =>
    periodDecider.decide(command, fold(periodDecider, periodDecider.initial, events)),
});

const recordedBy = (history: readonly PeriodEvent[], all: readonly AccruedGoods[]): readonly PeriodEvent[] => {
  const outcome = given(...history).when(record(all));
  if (isRefusal(outcome)) throw new Error(outcome.detail);
  return outcome;
};

const soft = [opened('202611'), softClosed('202611')];
const amounts = (events: readonly PeriodEvent[]) =>
  events.map((event) =>
    event.type === 'AccrualRecorded' || event.type === 'AccrualReversed'
      ? [event.type, event.data.shipmentId, event.data.qty, event.data.gross, event.data.discount, event.data.cost]
      : [event.type],
  );

describe('accruals of a soft-closed period', () => {
  test('each is recorded with its reversal on the first day of the next period', () => {
    expect(given(...soft).when(record([goods('SH-B')]))).toEqual([
      { type: 'AccrualRecorded', data: { ...key, ...goods('SH-B'), day: '2026-11-30' } },
      { type: 'AccrualReversed', data: { ...key, ...goods('SH-B'), day: '2026-12-01', accrualEventId: 'id-0' } },
    ]);
  });

  test('the reversal of the second accrual names the second accrual', () => {
    const events = recordedBy(soft, [goods('SH-A'), goods('SH-B')]);
    expect(events[3]).toMatchObject({ type: 'AccrualReversed', data: { shipmentId: 'SH-B', accrualEventId: 'id-2' } });
  });

  test('the same again is nothing', () => {
    const first = recordedBy(soft, [goods('SH-B')]);
    expect(given(...soft, ...first).when(record([goods('SH-B')]))).toEqual([]);
  });

  test('after a reopening the next soft close records only the difference, which may be negative', () => {
    const before = [...soft, ...recordedBy(soft, [goods('SH-A'), goods('SH-B')])];
    const again = [...before, reopened('202611'), softClosed('202611')];
    const more = goods('SH-B', { qty: '1', gross: '1250', discount: '100', cost: '600' });
    const second = recordedBy(again, [more, goods('SH-C')]);
    expect(amounts(second.filter(({ type }) => type === 'AccrualRecorded'))).toEqual([
      ['AccrualRecorded', 'SH-B', '-2', '-2500', '-200', '-1200'],
      ['AccrualRecorded', 'SH-C', '3', '3750', '300', '1800'],
      ['AccrualRecorded', 'SH-A', '-3', '-3750', '-300', '-1800'],
    ]);
    expect(given(...again, ...second).when(record([more, goods('SH-C')]))).toEqual([]);
  });

  test('only what lies in the stretch that was looked at is taken back', () => {
    const history = [...soft, ...recordedBy(soft, [goods('SH-A'), goods('SH-B'), goods('SH-C')])];
    const stretch = record([], { after: 'SH-A/10', upTo: 'SH-B/10' });
    expect(amounts(given(...history).when(stretch) as readonly PeriodEvent[])).toEqual([
      ['AccrualRecorded', 'SH-B', '-3', '-3750', '-300', '-1800'],
      ['AccrualReversed', 'SH-B', '-3', '-3750', '-300', '-1800'],
    ]);
  });

  test('a period that was reopened meanwhile is accrued by its next soft close, a closed one by nothing', () => {
    expect(given(opened('202611')).when(record([goods('SH-A')]))).toEqual([]);
    const done = [...soft, closed('202611')];
    expect(given(...done).when(record([goods('SH-A')]))).toMatchObject({ refused: 'PERIOD_CLOSED' });
    expect(given(...done).when(record([]))).toEqual([]);
  });
});

const order = acceptedOrder([bearingLine('10')], [{ code: 'FREIGHT', amount: '1500' }]);
const second = confirmation('B', [{ lineId: '10', item: 'BRG-6204', qty: '3', cost: '1800', itemGroup: 'BEARING' }]);
const periods = periodsAfter(opened('202611'), softClosed('202611'), opened('202612'));

/** What is accrued of a drafted line: what its invoice will bill. */
const accruedLine = (line: InvoiceLine): AccruedGoods =>
  goods(line.shipmentId, {
    orderLineId: line.orderLineId,
    shipmentLineId: line.shipmentLineId,
    itemGroup: line.itemGroup,
    ...{ qty: line.qty, gross: line.gross, discount: line.discount, cost: line.cost },
  });

const journalsOfAccrual = (all: readonly AccruedGoods[]) =>
  recordedBy(soft, all).map((event) => {
    const { accrualEventId } = event.data as { readonly accrualEventId?: string };
    const eventId = accrualEventId === undefined ? 'id-0' : 'id-1';
    return onlyJournal({ ...recorded(event as AccrualEvent), eventId }, { periods });
  });

describe('T07 and T07R', () => {
  test('the worked example: period end before the second invoice, and the next day 1', () => {
    const draft = draftOf('INV-B', order, second, [['10', '7', '3']]);
    const [accrual, reversal] = journalsOfAccrual(draft.lines.map(accruedLine));
    expect(accrual && table(accrual)).toEqual({
      debit: { UNBILLED_RECEIVABLE: '3450', SALES_DISCOUNT: '300', COGS: '1800' },
      credit: { REVENUE_PRODUCT: '3750', DEFERRED_COGS: '1800' },
    });
    expect(reversal && table(reversal)).toEqual({
      debit: { REVENUE_PRODUCT: '3750', DEFERRED_COGS: '1800' },
      credit: { UNBILLED_RECEIVABLE: '3450', SALES_DISCOUNT: '300', COGS: '1800' },
    });
    expect(accrual).toMatchObject({
      ...{ templateId: 'T07', accountingDate: '2026-11-30', period: '202611', state: 'READY', latePosting: false },
      ...{ documentRef: 'SH-B', orderId: order.orderId, shipmentId: 'SH-B', invoiceId: null, reversalOf: null },
    });
    expect(reversal).toMatchObject({ templateId: 'T07R', accountingDate: '2026-12-01', period: '202612' });
    expect(reversal?.reversalOf).toBe(accrual?.journalId);
    const lineage = { orderId: order.orderId, orderLineId: '10', shipmentId: 'SH-B', shipmentLineId: '10' };
    for (const line of accrual?.lines ?? []) expect(line.lineage).toMatchObject(lineage);
    expect(reversal?.lines.map(({ account, dimensions }) => ({ account, dimensions }))).toEqual(
      accrual?.lines.map(({ account, dimensions }) => ({ account, dimensions })),
    );
  });

  const ring = { item: 'SEAL-RING', itemGroup: 'SEAL' };
  const grease = { item: 'GREASE-50', itemGroup: 'LUBRICANT' };
  const ofKit = { item: 'KIT-SEAL', itemGroup: 'KIT' };
  const kit = goods('SH-B', {
    ...ofKit,
    costs: [
      { ...ring, cost: '1500' },
      { ...grease, cost: '300' },
    ],
  });

  test('of a kit revenue is at the kit, cost at its components', () => {
    const [accrual] = journalsOfAccrual([kit]);
    const lines = accrual?.lines.map(({ role, dimensions, debit, credit }) => [
      ...[role, dimensions.item, dimensions.itemGroup, debit, credit],
    ]);
    expect(lines).toEqual([
      ['UNBILLED_RECEIVABLE', 'KIT-SEAL', 'KIT', '3450', '0'],
      ['SALES_DISCOUNT', 'KIT-SEAL', 'KIT', '300', '0'],
      ['COGS', 'SEAL-RING', 'SEAL', '1500', '0'],
      ['COGS', 'GREASE-50', 'LUBRICANT', '300', '0'],
      ['REVENUE_PRODUCT', 'KIT-SEAL', 'KIT', '0', '3750'],
      ['DEFERRED_COGS', 'SEAL-RING', 'SEAL', '0', '1500'],
      ['DEFERRED_COGS', 'GREASE-50', 'LUBRICANT', '0', '300'],
    ]);
  });

  test('a kit that stands accrued under one group moves to its components, and is taken back from where it stands', () => {
    const closedAgain = [reopened('202611'), softClosed('202611')];
    const whole = recordedBy(soft, [goods('SH-B', ofKit)]);
    const moved = recordedBy([...soft, ...whole, ...closedAgain], [kit]);
    expect(moved[0]?.data).toMatchObject({
      ...{ qty: '0', gross: '0', discount: '0', cost: '0' },
      costs: [
        { ...ring, cost: '1500' },
        { ...grease, cost: '300' },
        { ...ofKit, cost: '-1800' },
      ],
    });
    const history = [...soft, ...whole, ...closedAgain, ...moved];
    expect(given(...history).when(record([kit]))).toEqual([]);
    const gone = recordedBy([...history, ...closedAgain], []);
    expect(gone[0]?.data).toMatchObject({
      ...{ qty: '-3', gross: '-3750', cost: '-1800' },
      costs: [
        { ...ring, cost: '-1500' },
        { ...grease, cost: '-300' },
      ],
    });
    expect(given(...history, ...closedAgain, ...gone).when(record([]))).toEqual([]);
  });

  test('the reversal waits HELD while nobody has opened the next period', () => {
    const event = recordedBy(soft, [goods('SH-B')])[1] as AccrualEvent;
    const notYet = periodsAfter(opened('202611'), softClosed('202611'));
    expect(onlyJournal(recorded(event), { periods: notYet })).toMatchObject({
      ...{ accountingDate: '2026-12-01', period: '202612', state: 'HELD', problems: [{ code: 'PERIOD_NOT_OPEN' }] },
    });
  });

  test('without an account for unbilled receivables the journal is UNMAPPED and says so', () => {
    const event = recordedBy(soft, [goods('SH-B')])[0] as AccrualEvent;
    expect(onlyJournal(recorded(event), { periods, accountMap: undefined })).toMatchObject({
      state: 'UNMAPPED',
      problems: expect.arrayContaining([expect.objectContaining({ role: 'UNBILLED_RECEIVABLE' })]),
    });
  });

  test('an accrual that takes back more than it adds stands on the other sides', () => {
    const negative = goods('SH-B', { qty: '-3', gross: '-3750', discount: '-300', cost: '-1800' });
    const data = { ...key, ...negative, day: '2026-11-30' };
    expect(table(onlyJournal(recorded({ type: 'AccrualRecorded', data }), { periods }))).toEqual({
      debit: { REVENUE_PRODUCT: '3750', DEFERRED_COGS: '1800' },
      credit: { UNBILLED_RECEIVABLE: '3450', SALES_DISCOUNT: '300', COGS: '1800' },
    });
  });

  test('accrual, reversal and late invoices end where one invoice without accrual ends, whatever the parts', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 50n }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 99_999 }), (sizes, cut, cents) => {
        const whole = sizes.reduce((a, b) => a + b, 0n);
        const line = { ...bearingLine(String(whole)), unitPrice: (cents / 100).toFixed(2) };
        const sale = acceptedOrder([line]);
        const balances = new Map<string, bigint>();
        const post = (journals: ReturnType<typeof journalsOf>): void => {
          for (const { role, debit, credit } of journals.flatMap(({ lines }) => lines))
            balances.set(role, (balances.get(role) ?? 0n) + BigInt(debit) - BigInt(credit));
        };
        const bill = (name: string, from: bigint, size: bigint) => {
          const shipped = confirmation(name, [
            { lineId: '10', item: 'BRG-6204', qty: String(size), cost: String(600n * size), itemGroup: 'BEARING' },
          ]);
          const draft = draftOf(`INV-${name}`, sale, shipped, [['10', String(from), String(size)]]);
          return { shipped, draft, invoice: issuedInvoice(draft, name, taxOf(draft)) };
        };
        let from = 0n;
        const bills = sizes.map((size, index) => {
          from += size;
          return bill(`P${index}`, from - size, size);
        });
        for (const { shipped } of bills) post(journalsOf(recorded({ type: 'ShipmentConfirmed', data: shipped })));
        const late = bills.slice(cut);
        for (const { draft } of late)
          for (const event of recordedBy(soft, draft.lines.map(accruedLine)))
            post(journalsOf(recorded(event), { periods }));
        for (const { invoice } of bills) post(journalsOf(recorded({ type: 'InvoiceIssued', data: invoice })));
        const one = bill('W', 0n, whole);
        const plain = new Map<string, bigint>();
        for (const event of [
          recorded({ type: 'ShipmentConfirmed' as const, data: one.shipped }),
          recorded({ type: 'InvoiceIssued' as const, data: one.invoice }),
        ])
          for (const { role, debit, credit } of journalsOf(event).flatMap(({ lines }) => lines))
            plain.set(role, (plain.get(role) ?? 0n) + BigInt(debit) - BigInt(credit));
        const tax = new Set(['TAX_PAYABLE', 'AR_TRADE']);
        for (const [role, amount] of balances)
          if (!tax.has(role)) expect([role, amount]).toEqual([role, plain.get(role) ?? 0n]);
        expect(balances.get('DEFERRED_COGS')).toBe(0n);
        expect(balances.get('UNBILLED_RECEIVABLE') ?? 0n).toBe(0n);
      }),
      { numRuns: 30 },
    );
  });
});
