import { afterEach, beforeEach } from '@jest/globals';
import { projections } from '../../projections/catalogue.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { journalById, listJournals, sealableJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { receive, release, ship } from './fulfilmentHistory.ts';
import { commitTax, firstInvoice, invoice, issuedInvoice } from './invoiceHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

// Books of one order that are read from a log in memory, new for each test. Who imports `database` and `log` always sees those of
// the test that runs.

export let database: TestDatabase<never>;
export let log: MemoryLog;

export const withBooks = (): void => {
  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    defineMasterData(log);
  });
  afterEach(() => database.close());
};

const ledger = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;

const erpSystem = 'sim-erp';

/** What the books are read from. */
const books = projections.filter(({ name }) => ['gl_staging', 'subledgers', 'inventory', 'master_data'].includes(name));

export const readAll = async (): Promise<void> => {
  for (const projection of books) await catchUp({ db: database.db, ...log }, projection);
};

const journals = async () => (await listJournals(database.db, { orderId: 'O1' })).items;

/** Template and state of each, in log order. */
export const states = async () => (await journals()).map(({ templateId, state }) => `${templateId} ${state}`).sort();

export const idOf = async (templateId: string, state?: string): Promise<string> => {
  const found = (await journals()).find(
    (each) => each.templateId === templateId && (state ?? each.state) === each.state,
  );
  return found?.journalId ?? '';
};

export const shown = async (journalId: string) => {
  const journal = await journalById(database.db, journalId);
  if (journal === undefined) throw new Error(`no journal ${journalId}`);
  return journal;
};

export const sealable = () => sealableJournals(database.db, ledger);

export const offered = async () => (await sealable()).journals.map((each) => each.templateId).sort();

const batchKey = (no: number) => ({ bu: 'ACME', ledger: 'PRIMARY', batchId: `PRIMARY-202611-000${no}` });

export const appendSeal = ({ journals, sequence }: Awaited<ReturnType<typeof sealable>>): void => {
  const key = batchKey(sequence);
  const hashes = { controlTotals: [], merkleRoot: 'm', contentSha256: 's', throughPosition: '' };
  const content = { ...key, period: '202611', sequence, journals, ...hashes };
  log.append(`glbatch-ACME.${key.batchId}`, 'GlBatchSealed', content);
};

export const answer = (no: number, acknowledged: readonly string[], rejected: readonly string[] = []): void => {
  const key = { ...batchKey(no), erpSystem };
  const stream = `glbatch-ACME.${batchKey(no).batchId}`;
  const yes = acknowledged.map((journalId, n) => ({ journalId, erpDocument: `${no}${n}` }));
  const no_ = rejected.map((journalId) => ({ journalId, code: 'ACCT_BLOCKED', detail: 'blocked' }));
  if (yes.length > 0) log.append(stream, 'GlBatchAcknowledged', { ...key, journals: yes });
  if (no_.length > 0) log.append(stream, 'GlEntriesRejected', { ...key, journals: no_ });
};

/** Seals what is offered, and the ERP takes all of it but `refused`. */
export const exportAll = async (refused: readonly string[] = []): Promise<void> => {
  const found = await sealable();
  appendSeal(found);
  const ids = found.journals.map(({ journalId }) => journalId);
  answer(
    found.sequence,
    ids.filter((id) => !refused.includes(id)),
    ids.filter((id) => refused.includes(id)),
  );
  await readAll();
};

export const voidInvoice = async (): Promise<void> => {
  const issued = log.events.find((event) => event.type === 'InvoiceIssued');
  if (issued === undefined) throw new Error('no invoice');
  log.append('invoice-ACME.O1-i1', 'InvoiceVoided', {
    ...{ invoiceId: 'O1-i1', orderId: 'O1', bu: 'ACME', number: 'INV-O1-1', voidDate: '2026-11-24', reason: 'WRONG' },
    ...{ issuedEventId: issued.eventId, issuedPosition: issued.position },
    issued: issuedInvoice('O1', 1, firstInvoice),
  });
  await readAll();
};

export const unexplained = async () =>
  (await tieOuts(database.db, { bu: 'ACME' })).filter((row) => row.unexplained !== '0').map(({ pair }) => pair);

/** Closing balances by account, without those that are even. */
export const balances = async () =>
  Object.fromEntries(
    (await trialBalance(database.db, { bu: 'ACME' })).items
      .filter(({ closing }) => closing !== '0')
      .map(({ account, closing }) => [account, closing]),
  );

export const billed = async (roles?: readonly string[]): Promise<void> => {
  publishAccounts(log, roles);
  openPeriod(log);
  receive(log, '7', 'rcpt');
  placeOrder(log, 'O1');
  release(log, 'O1', 1, '7');
  ship(log, 'O1', 1, '7', '4200');
  invoice(log, 'O1', 1, firstInvoice);
  commitTax(log, 'O1', 1, '664');
  await readAll();
};
