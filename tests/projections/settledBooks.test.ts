import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../domain/decider.ts';
import type { InvoiceEvent } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { openOf, writtenOffOf } from '../../domain/invoice/settlement.ts';
import { type InvoiceState, invoiceState } from '../../domain/invoice/state.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { invoiceById } from '../../projections/invoices/queries.ts';
import { draft, invoice, someActs } from '../domain/invoice/settlements.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';

/** An invoice of order O1, and what becomes of it. */
const play = (log: MemoryLog, n: number, seed: number): InvoiceState => {
  const of = { invoiceId: `O1-x${n}`, orderId: 'O1', number: `INV-X${n}` };
  const key = { invoiceId: of.invoiceId, orderId: of.orderId, bu: 'ACME' };
  let state = invoiceDecider.initial;
  const append = (events: readonly InvoiceEvent[]): void => {
    for (const event of events) log.append(`invoice-ACME.${of.invoiceId}`, event.type, event.data);
    state = fold(invoiceDecider, state, events);
  };
  append([
    { type: 'InvoiceDrafted', data: { ...draft, ...of } },
    { type: 'InvoiceIssued', data: { ...invoice, ...of } },
    { type: 'TaxCommitted', data: { ...key, engine: 'avatax', docCode: 'd', tax: invoice.totals.tax } },
    { type: 'InvoicePosted', data: { ...key, batchId: 'b', journalId: 'j', erpDocument: 'GL-1' } },
  ]);
  const [acts = []] = fc.sample(someActs, { seed, numRuns: 1 });
  for (const command of acts.flat()) {
    // Credit memos are documents of their own, with numbers of their own.
    const memo = 'creditMemoId' in command ? { creditMemoId: `${command.creditMemoId}-${n}` } : {};
    const named = command.type === 'IssueCreditMemo' ? { number: `${command.number}-${n}` } : {};
    const ofThis = { ...command, ...memo, ...named } as typeof command;
    const outcome = invoiceDecider.decide(ofThis, state);
    if (!isRefusal(outcome)) append(outcome);
  }
  return state;
};

describe('what is open of invoices after payments, write-offs, credit memos, deposits and voids', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  const states: InvoiceState[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    for (let n = 0; n < 12; n += 1) states.push(play(log, n, 4_711 + n));
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('is in the read model what it is in the stream, and so is its state', async () => {
    for (const [n, state] of states.entries()) {
      const { paid } = state.settlement;
      expect(await invoiceById(database.db, `O1-x${n}`)).toMatchObject({
        ...{ state: invoiceState(state), openAmount: openOf(state).toString() },
        settlement: { paid: paid.toString(), writtenOff: writtenOffOf(state).toString() },
      });
    }
    expect(new Set(states.map(invoiceState)).size).toBeGreaterThan(1);
    expect(states.some((state) => writtenOffOf(state) > 0n)).toBe(true);
  });

  test('ties out to the cent, but for the payments that the ERP posts', async () => {
    const [receivable] = await tieOuts(database.db, { bu: 'ACME' });
    const paid = states.reduce((sum, { settlement }) => sum + settlement.paid, 0n);
    // The golden order's two invoices are open: 102.14 and 37.35.
    const open = states.reduce((sum, state) => sum + (state.voided ? -state.settlement.paid : openOf(state)), 13_949n);
    expect(receivable).toMatchObject({
      ...{ pair: 'AR', subledger: open.toString(), gl: (open + paid).toString(), unexplained: '0' },
      explained: [{ reason: 'PAYMENTS_POSTED_BY_ERP', amount: (-paid).toString() }],
    });
  });
});
