import fc from 'fast-check';
import { creditFirst } from './creditHistory.ts';
import { payFirst, payInAdvance } from './depositHistory.ts';
import { heldAndCancelled, sealFirst, voidShipment } from './eventfulHistory.ts';
import { checkForFraud } from './fraudHistory.ts';
import { fillBackorder, receive, release, ship } from './fulfilmentHistory.ts';
import { close } from './goldenHistory.ts';
import { commitTax, firstInvoice, invoice, issuedInvoice, secondInvoice } from './invoiceHistory.ts';
import { openPeriod, publishAccounts } from './masterDataHistory.ts';
import type { MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';
import { defineCustomer, moveSupplies } from './supplyHistory.ts';

type Step = (log: MemoryLog) => void;

const november = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;

const place =
  (id: string): Step =>
  (log) => {
    receive(log, '7', `rcpt-1-${id}`);
    placeOrder(log, id);
  };

/** Seals, exports and acknowledges the first journal of one order, while the month is still open. */
const sealOnce =
  (id: string): Step =>
  (log) => {
    if (!log.events.some(({ type }) => type === 'GlBatchSealed' || type === 'PeriodClosed')) sealFirst(log, id);
  };

const shipFirst = (id: string): readonly Step[] => [
  (log) => release(log, id, 1, '7'),
  (log) => ship(log, id, 1, '7', '4200'),
];

const invoiceFirst = (id: string): readonly Step[] => [
  (log) => invoice(log, id, 1, firstInvoice),
  (log) => commitTax(log, id, 1, '664'),
];

const rest = (id: string): readonly Step[] => [
  (log) => fillBackorder(log, id),
  (log) => release(log, id, 2, '3'),
  (log) => ship(log, id, 2, '3', '1800'),
  (log) => invoice(log, id, 2, secondInvoice),
  (log) => commitTax(log, id, 2, '285'),
];

const voidInvoice =
  (id: string): Step =>
  (log) => {
    const issued = log.events.find(({ type, stream }) => type === 'InvoiceIssued' && stream.endsWith(`${id}-i1`));
    if (issued === undefined) throw new Error('it was issued before');
    const key = { invoiceId: `${id}-i1`, orderId: id, bu: 'ACME', number: `INV-${id}-1`, voidDate: '2026-11-24' };
    const why = { reason: 'WRONG', issuedEventId: issued.eventId, issuedPosition: issued.position };
    log.append(`invoice-ACME.${id}-i1`, 'InvoiceVoided', {
      ...key,
      ...why,
      issued: issuedInvoice(id, 1, firstInvoice),
    });
  };

/** Ways that an order can go, step by step: whole in two shipments, taken back, its invoice voided, credited, held and cancelled. */
const ways: readonly ((id: string) => readonly Step[])[] = [
  (id) => [place(id), ...shipFirst(id), ...invoiceFirst(id), sealOnce(id), ...rest(id), (log) => close(log, id)],
  (id) => [place(id), ...shipFirst(id), sealOnce(id), (log) => voidShipment(log, id)],
  (id) => [place(id), ...shipFirst(id), ...invoiceFirst(id), sealOnce(id), voidInvoice(id), ...rest(id)],
  (id) => [
    ...[place(id), ...shipFirst(id), ...invoiceFirst(id), sealOnce(id)],
    ...[(log: MemoryLog) => void creditFirst(log, id), ...rest(id), (log: MemoryLog) => void payInAdvance(log, id)],
    (log: MemoryLog) => payFirst(log, id),
  ],
  (id) => [
    place(id),
    (log) => heldAndCancelled(log, id),
    (log) => checkForFraud(log, id),
    ...shipFirst(id),
    ...invoiceFirst(id),
  ],
];

/** What happens to the books meanwhile: late postings, a reopened month, other accounts. */
const books: readonly Step[] = [
  (log) => openPeriod(log, '202612'),
  (log) =>
    log.append('period-ACME.PRIMARY.202611', 'PeriodClosed', {
      ...{ ...november, checklistSha256: 'c', trialBalanceSha256: 't' },
      throughPosition: log.events.at(-1)?.position ?? '',
    }),
  (log) => publishAccounts(log, undefined, 2, '9'),
  (log) =>
    log.append('period-ACME.PRIMARY.202611', 'PeriodReopened', { ...november, approvalId: 'a', reason: 'a bill' }),
];

const goods: readonly Step[] = [defineCustomer, (log) => receive(log, '20', 'rcpt-more'), moveSupplies];

const stepsOf = (orderIds: readonly string[], taken: readonly number[]): readonly (readonly Step[])[] => [
  ...orderIds.map((id, index) => ways[(taken[index] ?? 0) % ways.length]?.(id) ?? []),
  ...[books, goods],
];

/**
 * A history on top of `start`: orders that go different ways, whose steps lie between each other's and between changes of
 * the books in any order. Half of them are still under way at its end.
 */
export const randomHistory = (
  start: () => MemoryLog,
  orderIds: readonly string[],
): fc.Arbitrary<{ readonly log: MemoryLog; readonly started: number }> =>
  fc
    .record({
      taken: fc.array(fc.nat(ways.length - 1), { minLength: orderIds.length, maxLength: orderIds.length }),
      turns: fc.array(fc.nat(1_000), { minLength: 25, maxLength: 50 }),
    })
    .map(({ taken, turns }) => {
      const log = start();
      const started = log.events.length;
      const waiting = stepsOf(orderIds, taken).map((steps) => [...steps]);
      for (const turn of turns) {
        const open = waiting.filter((steps) => steps.length > 0);
        open[turn % Math.max(1, open.length)]?.shift()?.(log);
      }
      return { log, started };
    });
