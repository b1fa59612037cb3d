import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { InvoiceEvent } from '../../domain/invoice/events.ts';
import { evolveInvoice, initialInvoice, invoiceState } from '../../domain/invoice/state.ts';
import { projections } from '../../projections/catalogue.ts';
import { invoiceById } from '../../projections/invoices/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  commitOtherTax,
  commitTax,
  draftInvoice,
  firstInvoice,
  invoice,
  postInvoice,
  withdrawDraft,
} from './invoiceHistory.ts';
import { defineMasterData, openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';

let database: TestDatabase<never>;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(() => database.close());

const committed = (log: MemoryLog): void => commitTax(log, 'O1', 1, '664');
const otherTax = (log: MemoryLog): void => commitOtherTax(log, 'O1', 1);
const posted = (log: MemoryLog): void => postInvoice(log, 'O1', 1);

/** What the aggregate itself says of its invoice. */
const ownState = (log: MemoryLog): string =>
  invoiceState(
    log.events
      .filter(({ stream }) => stream === 'invoice-ACME.O1-i1')
      .reduce((state, event) => evolveInvoice(state, event as unknown as InvoiceEvent), initialInvoice),
  );

test.each([
  ['ISSUED', [otherTax]],
  ['ISSUED', [posted]],
  ['ISSUED', [otherTax, posted]],
  ['TAX_COMMITTED', [committed]],
  ['TAX_COMMITTED', [otherTax, committed]],
  ['POSTED', [committed, posted]],
  ['POSTED', [posted, committed]],
  ['POSTED', [otherTax, posted, committed]],
])('an invoice is %s in the read model as in its stream, in whatever order the answers come (%#)', async (state, acts) => {
  const log = createMemoryLog();
  openBooks(log);
  invoice(log, 'O1', 1, firstInvoice);
  for (const act of acts) act(log);
  for (const projection of projections.filter(({ name }) => ['master_data', 'invoices'].includes(name)))
    await catchUp({ db: database.db, ...log }, projection);
  expect(ownState(log)).toBe(state);
  expect(await invoiceById(database.db, 'O1-i1')).toMatchObject({ state });
});

test('a draft that was withdrawn is VOIDED in the read model as in its stream, and owes nothing', async () => {
  const log = createMemoryLog();
  defineMasterData(log);
  draftInvoice(log, 'O1', 1, firstInvoice);
  withdrawDraft(log, 'O1', 1);
  for (const projection of projections.filter(({ name }) => ['master_data', 'invoices'].includes(name)))
    await catchUp({ db: database.db, ...log }, projection);
  expect(ownState(log)).toBe('VOIDED');
  expect(await invoiceById(database.db, 'O1-i1')).toMatchObject({
    ...{ state: 'VOIDED', number: null, openAmount: '0' },
    ...{ voidDate: '2026-11-24', voidReason: 'SHIPMENT_VOIDED' },
  });
});
