import { describe, expect, test } from '@jest/globals';
import { journalById } from '../../projections/glStaging/queries.ts';
import { ledgerAt } from '../../projections/glStaging/source.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { catchUpAll } from './caughtUp.ts';
import {
  answer,
  appendSeal,
  balances,
  billed,
  database,
  exportAll,
  idOf,
  log,
  offered,
  readAll,
  sealable,
  shown,
  states,
  unexplained,
  voidInvoice,
  withBooks,
} from './correctedBooks.ts';
import { repost, restage, reverse } from './correctionHistory.ts';
import { openPeriod, publishAccounts, publishOtherAccounts } from './masterDataHistory.ts';

describe('journals that finance corrects', () => {
  withBooks();

  const withoutAr = [
    'DEFERRED_COGS',
    'INVENTORY',
    'SALES_DISCOUNT',
    'COGS',
    'REVENUE_PRODUCT',
    'REVENUE_FREIGHT',
    'TAX_PAYABLE',
  ];

  test('B-14 a journal without an account is staged again with the accounts in force, and its old version counts nowhere', async () => {
    await billed(withoutAr);
    const old = await idOf('T03');
    publishAccounts(log, undefined, 2);
    restage(log, old);
    const before = log.events.at(-2)?.position ?? '';
    await readAll();
    expect(await states()).toEqual(['T02 READY', 'T03 READY', 'T03 SUPERSEDED']);
    const fresh = await shown(await idOf('T03', 'READY'));
    expect(fresh).toMatchObject({ supersedes: old, accountMapVersion: 2, accountingDate: '2026-11-23', problems: [] });
    expect(fresh).toMatchObject({ latePosting: false, originalDate: '2026-11-23', reversalOf: null });
    expect(await shown(old)).toMatchObject({ supersededBy: fresh.journalId, state: 'SUPERSEDED', reversedBy: null });
    expect((await balances())['120000']).toBe('10214');
    expect(await unexplained()).toEqual([]);
    expect((await tieOuts(database.db, { bu: 'ACME' })).find(({ pair }) => pair === 'AR')).toMatchObject({
      explained: [],
    });
    const then = await journalById(database.db, old, undefined, ledgerAt(before));
    expect(then).toMatchObject({ state: 'UNMAPPED', supersededBy: null });
  });

  test('a journal that could be sealed is staged again: the old version and its reverse count nowhere', async () => {
    await billed();
    const old = await idOf('T03');
    publishOtherAccounts(log);
    restage(log, old);
    await readAll();
    expect(await states()).toEqual(['T02 READY', 'T03 READY', 'T03 SUPERSEDED', 'T03R SUPERSEDED']);
    expect(await balances()).toMatchObject({ '1200009': '10214' });
    expect(await balances()).not.toHaveProperty('120000');
    expect(await unexplained()).toEqual([]);
    await catchUpAll(database.db, log);
    expect((await lineage(database.db, { root: 'order:O1' }))?.summary).toMatchObject({
      revenue: '8750',
      cost: '4200',
    });
    expect(await offered()).toEqual(['T02', 'T03']);
  });

  test('a seal that had read the old version takes it along; its reverse follows, and the new version stays', async () => {
    await billed();
    const read = await sealable();
    const old = await idOf('T03');
    publishOtherAccounts(log);
    restage(log, old);
    appendSeal(read);
    await readAll();
    expect(await states()).toEqual(['T02 SEALED', 'T03 READY', 'T03 SEALED', 'T03R READY']);
    answer(
      1,
      read.journals.map(({ journalId }) => journalId),
    );
    await readAll();
    expect(await offered()).toEqual(['T03', 'T03R']);
    await exportAll();
    expect(await states()).toEqual(['T02 ACKNOWLEDGED', 'T03 ACKNOWLEDGED', 'T03 REVERSED', 'T03R ACKNOWLEDGED']);
    expect(await balances()).toMatchObject({ '1200009': '10214' });
    expect(await balances()).not.toHaveProperty('120000');
    expect(await unexplained()).toEqual([]);
  });

  test('a restaging that comes after the seal leaves the same books', async () => {
    await billed();
    const old = await idOf('T03');
    publishOtherAccounts(log);
    appendSeal(await sealable());
    restage(log, old);
    await readAll();
    expect(await states()).toEqual(['T02 SEALED', 'T03 READY', 'T03 SEALED', 'T03R READY']);
    expect(await unexplained()).toEqual([]);
  });

  test('G5 a journal of a closed period is staged again in the first open one', async () => {
    await billed(withoutAr);
    const period = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
    const hashes = { checklistSha256: '', trialBalanceSha256: '', throughPosition: '' };
    publishAccounts(log, undefined, 2);
    log.append('period-ACME.PRIMARY.202611', 'PeriodClosed', { ...period, ...hashes });
    openPeriod(log, '202612');
    restage(log, await idOf('T03'));
    await readAll();
    expect(await shown(await idOf('T03', 'READY'))).toMatchObject({
      ...{ accountingDate: '2026-12-01', originalDate: '2026-11-23', latePosting: true, period: '202612' },
    });
  });

  test('G6 a sealed journal is reversed exactly, once the ERP has it, and posted anew with the accounts in force', async () => {
    await billed();
    await exportAll();
    const old = await idOf('T03');
    publishOtherAccounts(log);
    reverse(log, old);
    repost(log, old);
    await readAll();
    const taken = await shown(await idOf('T03R'));
    const anew = await shown(await idOf('T03', 'READY'));
    const first = await shown(old);
    expect(taken).toMatchObject({ reversalOf: old, accountingDate: '2026-11-25', originalDate: '2026-11-25' });
    expect(anew).toMatchObject({ repostOf: old, accountingDate: '2026-11-25', accountMapVersion: 2 });
    expect(first).toMatchObject({ reversedBy: taken.journalId, repostedBy: anew.journalId, supersededBy: null });
    expect(taken.lines.map(({ account, debit, credit }) => [account, credit, debit])).toEqual(
      first.lines.map(({ account, debit, credit }) => [account, debit, credit]),
    );
    await exportAll();
    expect(await states()).toEqual(['T02 ACKNOWLEDGED', 'T03 ACKNOWLEDGED', 'T03 REVERSED', 'T03R ACKNOWLEDGED']);
    expect(await balances()).toMatchObject({ '1200009': '10214', '130000': '-4200' });
    expect(await unexplained()).toEqual([]);
  });

  test('what the ERP refused and finance reverses ends here', async () => {
    await billed();
    await exportAll([await idOf('T03')]);
    reverse(log, await idOf('T03'));
    await readAll();
    expect(await states()).toEqual(['T02 ACKNOWLEDGED', 'T03 REVERSED', 'T03R REVERSED']);
    expect(await offered()).toEqual([]);
  });

  describe('a voided invoice takes back what stands, exactly once', () => {
    const voided = async () => shown(await idOf('T11'));

    test('the version that was staged again, with its accounts', async () => {
      await billed(withoutAr);
      publishOtherAccounts(log);
      restage(log, await idOf('T03'));
      await readAll();
      await exportAll();
      await voidInvoice();
      expect(await voided()).toMatchObject({ reversalOf: await idOf('T03', 'ACKNOWLEDGED') });
      await exportAll();
      expect(await states()).toEqual(['T02 ACKNOWLEDGED', 'T03 REVERSED', 'T03 SUPERSEDED', 'T11 ACKNOWLEDGED']);
      expect(Object.keys(await balances())).toEqual(['130000', '135000']);
      expect(await unexplained()).toEqual([]);
    });

    test('the journal that was posted anew, with its accounts, and not the reversed one', async () => {
      await billed();
      await exportAll();
      publishOtherAccounts(log);
      reverse(log, await idOf('T03'));
      repost(log, await idOf('T03'));
      await readAll();
      await exportAll();
      await voidInvoice();
      expect(await voided()).toMatchObject({ reversalOf: await idOf('T03', 'ACKNOWLEDGED') });
      await exportAll();
      expect(Object.keys(await balances())).toEqual(['130000', '135000']);
      expect(await unexplained()).toEqual([]);
    });

    test('nothing where finance had reversed it', async () => {
      await billed();
      await exportAll();
      reverse(log, await idOf('T03'));
      await voidInvoice();
      expect(await states()).toEqual(['T02 ACKNOWLEDGED', 'T03 ACKNOWLEDGED', 'T03R READY']);
      await exportAll();
      expect(Object.keys(await balances())).toEqual(['130000', '135000']);
      expect(await unexplained()).toEqual([]);
    });

    test('and a correction that comes too late posts nothing', async () => {
      await billed();
      await exportAll();
      const old = await idOf('T03');
      await voidInvoice();
      reverse(log, old);
      repost(log, old);
      await readAll();
      expect(await states()).toEqual(['T02 ACKNOWLEDGED', 'T03 ACKNOWLEDGED', 'T11 READY']);
      expect(await shown(old)).toMatchObject({ reversedBy: await idOf('T11'), repostedBy: null });
    });
  });

  test('goods that were posted anew are issued once', async () => {
    await billed();
    await exportAll();
    publishOtherAccounts(log);
    reverse(log, await idOf('T02'));
    repost(log, await idOf('T02'));
    await readAll();
    expect(await balances()).toMatchObject({ '1300009': '-4200' });
    expect(await unexplained()).toEqual([]);
  });

  test('a reverse whose account is no longer active is staged again with the accounts in force', async () => {
    await billed();
    await exportAll();
    publishAccounts(log, undefined, 2, '9');
    reverse(log, await idOf('T03'));
    await readAll();
    const stuck = await shown(await idOf('T03R'));
    expect(stuck).toMatchObject({
      state: 'UNMAPPED',
      problems: expect.arrayContaining([expect.objectContaining({ code: 'ACCOUNT_INACTIVE' })]),
    });
    restage(log, stuck.journalId);
    await readAll();
    expect(await shown(await idOf('T03R', 'READY'))).toMatchObject({
      reversalOf: await idOf('T03'),
      supersedes: stuck.journalId,
    });
  });
});
