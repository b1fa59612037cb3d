import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Erp } from '../../commands/partnerPorts.ts';
import type { ErpLookup } from '../../commands/ports.ts';
import type { SealedJournal } from '../../domain/ledger/events.ts';
import { anErpOrder } from '../adapters/erp/order.ts';

/** An ERP that a contract run may break. */
export type ErpUnderTest = {
  readonly erp: Erp;
  readonly lookup: ErpLookup;
  readonly strike: (fault: {
    mode: string;
    times?: number;
    operation?: string;
    match?: string;
    ms?: number;
    when?: 'before' | 'after';
    status?: number;
    code?: string;
  }) => Promise<void>;
  /** Counted on their side. */
  readonly effects: () => Promise<{
    orders: number;
    journalImports: number;
    journalsPosted: number;
    journalsRejected: number;
  }>;
  readonly close: () => Promise<void>;
};

export const aJournal = (journalId: string, amount = '4200', account = '5000'): SealedJournal => ({
  journalId,
  accountingDate: '2026-11-23',
  templateId: 'T02',
  documentRef: 'SHP-1',
  orderId: null,
  invoiceId: null,
  currency: 'USD',
  lines: [
    { lineNo: 1, account, debit: amount, credit: '0' },
    { lineNo: 2, account: '1300', debit: '0', credit: amount },
  ],
});

export const aBatch = (batchId: string, journals: readonly SealedJournal[]) => ({
  batchId,
  bu: 'ACME',
  ledger: 'PRIMARY',
  period: '202611',
  journals,
  contentSha256: 'a'.repeat(64),
});

const journalsNumbered = (count: number): readonly SealedJournal[] =>
  Array.from({ length: count }, (_, index) => aJournal(`J-${index + 1}`));

const outcomesOf = async (erp: Erp, batchId: string, bu = 'ACME') => {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const answer = await erp.journalOutcomes(bu, batchId);
    if (answer.kind === 'done') return answer.journals;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${batchId} is still pending`);
};

/** What every ERP adapter must do, whichever ERP is behind it. */
export const erpContract = (name: string, open: () => Promise<ErpUnderTest>): void => {
  describe(`${name} keeps the ERP contract`, () => {
    let under: ErpUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    describe('orders', () => {
      test('S-01: an order is registered once and keeps its number when asked again', async () => {
        const first = await under.erp.registerOrder(anErpOrder('O-1'));
        expect(first).toEqual({ kind: 'registered', erpNumber: expect.stringMatching(/\S/) });
        expect(await under.erp.registerOrder(anErpOrder('O-1'))).toEqual(first);
        expect(await under.erp.registerOrder(anErpOrder('O-2'))).not.toEqual(first);
        expect((await under.effects()).orders).toBe(2);
      });

      test('S-01: the answer is lost 20 times and there is still one ERP order', async () => {
        await under.strike({ mode: 'lose-answer', operation: 'createOrder', times: 20 });
        await under.strike({ mode: 'lose-answer', operation: 'findOrder', times: 20 });
        const numbers = new Set<string>();
        for (let tries = 0; tries < 20; tries += 1) {
          const answer = await under.erp.registerOrder(anErpOrder('O-1')).catch(() => undefined);
          if (answer?.kind === 'registered') numbers.add(answer.erpNumber);
        }
        expect(numbers.size).toBe(1);
        expect((await under.effects()).orders).toBe(1);
      });

      test('a call that is answered too late is found, not sent again', async () => {
        await under.strike({ mode: 'delay', operation: 'createOrder', ms: 600 });
        expect((await under.erp.registerOrder(anErpOrder('O-1'))).kind).toBe('registered');
        expect((await under.effects()).orders).toBe(1);
      });

      test('a call whose effect comes after we gave up is waited for, not sent again', async () => {
        await under.strike({ mode: 'delay', operation: 'createOrder', ms: 600, when: 'before' });
        expect((await under.erp.registerOrder(anErpOrder('O-1'))).kind).toBe('registered');
        expect((await under.effects()).orders).toBe(1);
      });

      test('an answer that nobody understands is not taken for a no: the order is looked for', async () => {
        await under.strike({ mode: 'malformed', operation: 'createOrder' });
        expect((await under.erp.registerOrder(anErpOrder('O-1'))).kind).toBe('registered');
        expect((await under.effects()).orders).toBe(1);
      });

      test('a business no is a value with their code, and leaves nothing behind', async () => {
        await under.strike({ mode: 'refuse', operation: 'createOrder', code: 'CustomerBlocked' });
        expect(await under.erp.registerOrder(anErpOrder('O-1'))).toMatchObject({
          kind: 'refused',
          code: 'CUSTOMER_BLOCKED',
        });
        expect((await under.effects()).orders).toBe(0);
      });

      test('an ERP that is down is unavailable, and the order goes through when it is back', async () => {
        await under.strike({ mode: 'fail', times: 8 });
        await expect(under.erp.registerOrder(anErpOrder('O-1'))).rejects.toMatchObject({ name: 'PartnerUnavailable' });
        await expect(under.erp.registerOrder(anErpOrder('O-1'))).rejects.toMatchObject({ name: 'PartnerUnavailable' });
        expect((await under.erp.registerOrder(anErpOrder('O-1'))).kind).toBe('registered');
        expect((await under.effects()).orders).toBe(1);
      });
    });

    describe('changes of an order', () => {
      const changed = (erpNumber: string, changes: number, lines = anErpOrder('O-1').lines) =>
        under.erp.changeOrder({ ...anErpOrder('O-1'), lines, erpNumber, changes });

      const registered = async () => {
        const answer = await under.erp.registerOrder(anErpOrder('O-1'));
        if (answer.kind !== 'registered') throw new Error(JSON.stringify(answer));
        return answer.erpNumber;
      };

      test('the newest state is kept, whatever is lost, late or repeated, and there is one order', async () => {
        const erpNumber = await registered();
        await under.strike({ mode: 'lose-answer', operation: 'changeOrder', times: 1 });
        expect(await changed(erpNumber, 2)).toEqual({ kind: 'changed' });
        expect(await changed(erpNumber, 1)).toEqual({ kind: 'changed' });
        expect(await changed(erpNumber, 2)).toEqual({ kind: 'changed' });
        expect(await changed(erpNumber, 3, [])).toEqual({ kind: 'changed' });
        expect((await under.effects()).orders).toBe(1);
        expect(await under.erp.registerOrder(anErpOrder('O-1'))).toEqual({ kind: 'registered', erpNumber });
      });

      test('a business no is a value with their code; one that is down is unavailable', async () => {
        const erpNumber = await registered();
        expect(await changed('SO-NONE', 1)).toMatchObject({ kind: 'refused', code: 'SALES_ORDER_NOT_FOUND' });
        await under.strike({ mode: 'refuse', operation: 'changeOrder', code: 'OrderLocked' });
        expect(await changed(erpNumber, 1)).toMatchObject({ kind: 'refused', code: 'ORDER_LOCKED' });
        await under.strike({ mode: 'fail', operation: 'changeOrder', times: 8 });
        await expect(changed(erpNumber, 1)).rejects.toMatchObject({ name: 'PartnerUnavailable' });
      });
    });

    describe('journals', () => {
      test('P-25: every journal of a batch is acknowledged with a document number of its own', async () => {
        const imported = await under.erp.importJournals(aBatch('B-1', journalsNumbered(3)));
        expect(imported).toEqual({ kind: 'imported', fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
        const outcomes = await outcomesOf(under.erp, 'B-1');
        expect(outcomes.map(({ journalId, outcome }) => [journalId, outcome])).toEqual([
          ['J-1', 'ACKNOWLEDGED'],
          ['J-2', 'ACKNOWLEDGED'],
          ['J-3', 'ACKNOWLEDGED'],
        ]);
        expect(new Set(outcomes.map((one) => (one.outcome === 'ACKNOWLEDGED' ? one.erpDocument : ''))).size).toBe(3);
      });

      test('S-16: one of 100 journals is rejected with its code and 99 are acknowledged', async () => {
        await under.strike({ mode: 'refuse', operation: 'postJournal', match: 'J-57', code: 'AccountClosed' });
        await under.erp.importJournals(aBatch('B-1', journalsNumbered(100)));
        const outcomes = await outcomesOf(under.erp, 'B-1');
        expect(outcomes.filter((one) => one.outcome === 'ACKNOWLEDGED')).toHaveLength(99);
        expect(outcomes.filter((one) => one.outcome === 'REJECTED')).toEqual([
          expect.objectContaining({ journalId: 'J-57', code: 'ACCOUNT_CLOSED' }),
        ]);
        expect(await under.effects()).toMatchObject({ journalImports: 1, journalsPosted: 99, journalsRejected: 1 });
      });

      test('the answer is lost 20 times and the batch is posted once', async () => {
        await under.strike({ mode: 'lose-answer', operation: 'importJournals', times: 20 });
        await under.strike({ mode: 'lose-answer', operation: 'findJournalImport', times: 20 });
        const batch = aBatch('B-1', journalsNumbered(2));
        const hashes = new Set<string>();
        for (let tries = 0; tries < 20; tries += 1) {
          const answer = await under.erp.importJournals(batch).catch(() => undefined);
          if (answer?.kind === 'imported') hashes.add(answer.fileSha256);
        }
        expect(hashes.size).toBe(1);
        expect(await under.effects()).toMatchObject({ journalImports: 1, journalsPosted: 2 });
      });

      test('the same batch id with other content is refused, and the first stays', async () => {
        await under.erp.importJournals(aBatch('B-1', journalsNumbered(1)));
        const other = await under.erp.importJournals(aBatch('B-1', journalsNumbered(2)));
        expect(other).toMatchObject({ kind: 'refused', code: 'BATCH_CONTENT_DIFFERS' });
        expect(await under.effects()).toMatchObject({ journalImports: 1, journalsPosted: 1 });
      });

      test('E-08: two business units number their batches alike, and each has its own posted and answered', async () => {
        const ours = await under.erp.importJournals(aBatch('B-1', [aJournal('J-1')]));
        const theirs = await under.erp.importJournals({ ...aBatch('B-1', [aJournal('J-2')]), bu: 'OTHER' });
        expect([ours.kind, theirs.kind]).toEqual(['imported', 'imported']);
        expect(await outcomesOf(under.erp, 'B-1')).toMatchObject([{ journalId: 'J-1', outcome: 'ACKNOWLEDGED' }]);
        expect(await outcomesOf(under.erp, 'B-1', 'OTHER')).toMatchObject([
          { journalId: 'J-2', outcome: 'ACKNOWLEDGED' },
        ]);
        expect(await under.effects()).toMatchObject({ journalImports: 2, journalsPosted: 2 });
      });

      test('a journal posted in another batch is rejected, not posted twice', async () => {
        await under.erp.importJournals(aBatch('B-1', [aJournal('J-1')]));
        await under.erp.importJournals(aBatch('B-2', [aJournal('J-1'), aJournal('J-2')]));
        expect(await outcomesOf(under.erp, 'B-2')).toMatchObject([
          { journalId: 'J-1', outcome: 'REJECTED', code: 'JOURNAL_ALREADY_POSTED' },
          { journalId: 'J-2', outcome: 'ACKNOWLEDGED' },
        ]);
        expect((await under.effects()).journalsPosted).toBe(2);
      });

      test('a batch that they do not know, or still work on, is pending', async () => {
        expect(await under.erp.journalOutcomes('ACME', 'B-9')).toEqual({ kind: 'pending' });
      });
    });

    describe('what they hold is asked without touching it', () => {
      const { signal } = new AbortController();

      test('an order: nothing, then its number, also when the answer to the creation was lost', async () => {
        expect(await under.lookup.order('ACME', 'O-1', signal)).toBeUndefined();
        await under.strike({ mode: 'lose-answer', operation: 'createOrder' });
        const registered = await under.erp.registerOrder(anErpOrder('O-1'));
        if (registered.kind !== 'registered') throw new Error('it was refused');
        expect(await under.lookup.order('ACME', 'O-1', signal)).toEqual({ erpNumber: registered.erpNumber });
        expect(await under.lookup.order('OTHER', 'O-1', signal)).toBeUndefined();
        expect((await under.effects()).orders).toBe(1);
      });

      test('a journal import: nothing, then the file that they took', async () => {
        expect(await under.lookup.journalImport('ACME', 'B-1', signal)).toBeUndefined();
        const imported = await under.erp.importJournals(aBatch('B-1', journalsNumbered(2)));
        await outcomesOf(under.erp, 'B-1');
        expect(await under.lookup.journalImport('ACME', 'B-1', signal)).toEqual({
          fileSha256: imported.kind === 'imported' ? imported.fileSha256 : '',
          finished: true,
        });
        expect(await under.lookup.journalImport('OTHER', 'B-1', signal)).toBeUndefined();
        expect(await under.effects()).toMatchObject({ journalImports: 1, journalsPosted: 2 });
      });

      test('an ERP that is away, broken or silent is unavailable, never "nothing"; the question can be given up', async () => {
        await under.strike({ mode: 'fail', times: 4 });
        await expect(under.lookup.order('ACME', 'O-1', signal)).rejects.toMatchObject({ name: 'PartnerUnavailable' });
        await under.strike({ mode: 'malformed' });
        await expect(under.lookup.journalImport('ACME', 'B-1', signal)).rejects.toMatchObject({
          class: 'BAD_RESPONSE',
        });
        await under.strike({ mode: 'delay', ms: 5_000, when: 'before' });
        const impatient = AbortSignal.timeout(50);
        await expect(under.lookup.order('ACME', 'O-1', impatient)).rejects.toMatchObject({ class: 'ABORTED' });
      });
    });
  });
};
