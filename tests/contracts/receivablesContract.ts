import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Erp } from '../../commands/partnerPorts.ts';
import type { ErpReceivables, ReceivablesFigure } from '../../commands/ports.ts';
import { anErpOrder } from '../adapters/erp/order.ts';
import { aBatch, aJournal } from './erpContract.ts';

/** An ERP whose customers pay, and which a contract run may break. */
export type ReceivablesUnderTest = {
  readonly erp: Erp;
  readonly receivables: ErpReceivables;
  /** The customer pays what is open of the invoice, or so much of it in major units. */
  readonly pay: (invoiceId: string, amount?: string) => Promise<void>;
  /** Something else that is owed, in major units. */
  readonly owe: (customer: string, amount: string, currency?: string) => Promise<void>;
  readonly strike: (fault: { mode: string; times?: number; operation?: string; code?: string }) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** An invoice as it reaches the ERP: a journal that names order and invoice. */
export const anInvoiceJournal = (invoiceId: string, orderId: string, amount: string, sign: 1 | -1 = 1) => {
  const journal = aJournal(`J-${invoiceId}${sign}`, amount);
  const side = (isDebit: boolean) => (isDebit ? { debit: amount, credit: '0' } : { debit: '0', credit: amount });
  return {
    ...journal,
    ...{ templateId: sign === 1 ? 'T03' : 'T11', orderId, invoiceId },
    lines: [
      { lineNo: 1, account: '1100', ...side(sign === 1) },
      { lineNo: 2, account: '4000', ...side(sign === -1) },
    ],
  };
};

const { signal } = new AbortController();

/** What every ERP adapter must tell of receivables, whichever ERP is behind it. */
export const receivablesContract = (name: string, open: () => Promise<ReceivablesUnderTest>): void => {
  describe(`${name} tells what customers owe`, () => {
    let under: ReceivablesUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const from = async (cursor: string) => {
      const figures: ReceivablesFigure[] = [];
      for (let at = cursor; ; ) {
        const page = await under.receivables.figures('ACME', at, signal);
        figures.push(...page.figures);
        at = page.cursor;
        if (!page.more) return { figures, cursor: at };
      }
    };
    const invoice = async (...journals: ReturnType<typeof anInvoiceJournal>[]): Promise<void> => {
      await under.erp.registerOrder(anErpOrder('O-1'));
      await under.erp.importJournals(aBatch(`B-${journals[0]?.journalId}`, journals));
    };
    const customer = anErpOrder('O-1').soldTo;

    test('nothing, while nobody owes anything', async () => {
      expect((await from('')).figures).toEqual([]);
    });

    test('B-17 an invoice that is in their books is in the figure, and named once', async () => {
      await invoice(anInvoiceJournal('I-1', 'O-1', '10214'));
      const first = await from('');
      expect(first.figures).toMatchObject([
        { bu: 'ACME', customer, currency: 'USD', openAr: '10214', contains: ['I-1'] },
      ]);
      expect((await from(first.cursor)).figures).toEqual([]);
      await under.pay('I-1', '2.14');
      const second = await from(first.cursor);
      expect(second.figures).toMatchObject([{ customer, openAr: '10000', contains: [] }]);
      const [before] = first.figures;
      const [after] = second.figures;
      expect(Date.parse(after?.asOf ?? '')).toBeGreaterThan(Date.parse(before?.asOf ?? ''));
    });

    test('an invoice that was posted and paid between two questions is named all the same', async () => {
      await invoice(anInvoiceJournal('I-1', 'O-1', '10214'));
      await under.pay('I-1');
      const { figures } = await from('');
      expect(figures.at(-1)?.openAr).toBe('0');
      expect(figures.flatMap(({ contains }) => contains)).toEqual(['I-1']);
    });

    test('a reversed invoice is owed no more', async () => {
      await invoice(anInvoiceJournal('I-1', 'O-1', '10214'), anInvoiceJournal('I-1', 'O-1', '10214', -1));
      expect((await from('')).figures.at(-1)?.openAr).toBe('0');
    });

    test('a journal that they reject, or that is no receivable, changes nothing', async () => {
      await under.strike({ mode: 'refuse', operation: 'postJournal', code: 'AccountClosed' });
      await invoice(anInvoiceJournal('I-1', 'O-1', '10214'));
      await under.erp.importJournals(aBatch('B-2', [{ ...aJournal('J-2'), orderId: 'O-1' }]));
      expect((await from('')).figures).toEqual([]);
    });

    test('every currency is a figure of its own, and a credit balance is negative', async () => {
      await under.owe(customer, '7.00', 'EUR');
      await under.owe(customer, '-5', 'USD');
      const { figures } = await from('');
      expect(figures.map(({ currency, openAr }) => [currency, openAr]).sort()).toEqual([
        ['EUR', '700'],
        ['USD', '-500'],
      ]);
    });

    test('1,200 customers come in pages, each with the newest of its figures last, and the same again when asked again', async () => {
      for (let n = 0; n < 1_200; n += 1) await under.owe(`C-${n}`, '1');
      await under.owe('C-0', '2');
      const page = await under.receivables.figures('ACME', '', signal);
      expect(page).toMatchObject({ more: true });
      const { figures, cursor } = await from('');
      const newest = new Map(figures.map((figure) => [figure.customer, figure.openAr]));
      expect([newest.size, newest.get('C-0'), newest.get('C-1199')]).toEqual([1_200, '300', '100']);
      expect(await from('')).toEqual({ figures, cursor });
    });

    test('another company has figures of its own', async () => {
      await under.owe('C-1', '1');
      expect((await under.receivables.figures('OTHER', '', signal)).figures).toEqual([]);
    });

    test('an ERP that is away or makes no sense is unavailable, never "nothing"; the question can be given up', async () => {
      await under.owe('C-1', '1');
      await under.strike({ mode: 'fail', times: 4 });
      await expect(from('')).rejects.toMatchObject({ name: 'PartnerUnavailable' });
      await under.strike({ mode: 'malformed' });
      await expect(from('')).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
      await expect(under.receivables.figures('ACME', '', AbortSignal.abort())).rejects.toMatchObject({
        class: 'ABORTED',
      });
      expect((await from('')).figures).toHaveLength(1);
    });
  });
};
