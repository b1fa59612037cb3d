import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAccounts, CrmRow } from '../../commands/ports.ts';

/** What somebody enters in the CRM; the number names the account. */
export type Entered = {
  readonly number: string | null;
  /** Null: as nobody can read it. */
  readonly name?: string | null;
  readonly termsCode?: string;
  readonly active?: boolean;
  readonly unit?: string;
  /** No customer yet. */
  readonly isProspect?: boolean;
  readonly modifiedAt?: string;
};

/** A CRM whose accounts a contract run may change, and which it may break. Pages have 100 rows. */
export type CrmUnderTest = {
  readonly crm: CrmAccounts;
  readonly enter: (account: Entered) => Promise<void>;
  readonly strike: (fault: { mode: string; times?: number; operation?: string; code?: string }) => Promise<void>;
  readonly close: () => Promise<void>;
};

const { signal } = new AbortController();
const numberOf = (row: CrmRow): string => (row.kind === 'ACCOUNT' ? row.account.customer : row.kind);

/** What every CRM adapter must tell of accounts, whichever CRM is behind it. */
export const crmContract = (name: string, open: () => Promise<CrmUnderTest>): void => {
  describe(`${name} tells of its accounts`, () => {
    let under: CrmUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const all = async (since = '', headsOnly = false): Promise<readonly CrmRow[]> => {
      const rows: CrmRow[] = [];
      for (let after: string | null = null; ; ) {
        const page = await under.crm.changed('ACME', { since, after, headsOnly }, signal);
        rows.push(...page.rows);
        after = page.next;
        if (after === null) return rows;
      }
    };

    test('nothing, while it has none', async () => {
      expect(await all()).toEqual([]);
    });

    test('those of a business unit that are customers, by the instant of their last change', async () => {
      await under.enter({ number: 'C-2', modifiedAt: '2026-11-30T10:00:00.000Z' });
      await under.enter({ number: 'C-1', modifiedAt: '2026-11-30T09:00:00.000Z', active: false });
      await under.enter({ number: 'C-3', unit: 'OTHER' });
      await under.enter({ number: 'C-4', isProspect: true });
      const rows = await all();
      expect(rows).toMatchObject([
        { kind: 'ACCOUNT', modifiedAt: '2026-11-30T09:00:00.000Z', account: { customer: 'C-1', active: false } },
        { kind: 'ACCOUNT', modifiedAt: '2026-11-30T10:00:00.000Z', account: { customer: 'C-2', active: true } },
      ]);
      for (const row of rows) expect(row).toMatchObject({ account: { accountId: row.id, system: 'crm' } });
      expect(await all('', true)).toMatchObject([{ kind: 'HEAD' }, { kind: 'HEAD' }]);
    });

    test('a change is a higher version, found from its instant on', async () => {
      await under.enter({ number: 'C-1', termsCode: '1', modifiedAt: '2026-11-30T09:00:00.000Z' });
      const [before] = await all();
      await under.enter({ number: 'C-1', termsCode: '3', modifiedAt: '2026-11-30T11:00:00.000Z' });
      const [after] = await all('2026-11-30T11:00:00.000Z');
      expect(after).toMatchObject({ id: before?.id, account: { termsCode: '3' } });
      expect(BigInt(after?.rowVersion ?? 0)).toBeGreaterThan(BigInt(before?.rowVersion ?? 0));
      expect(await all('2026-11-30T11:00:01.000Z')).toEqual([]);
    });

    test('I-05 a change that becomes visible late is there with its own, earlier instant', async () => {
      await under.enter({ number: 'C-1', modifiedAt: '2026-11-30T11:00:00.000Z' });
      await under.enter({ number: 'C-2', modifiedAt: '2026-11-30T10:59:00.000Z' });
      expect((await all('2026-11-30T10:50:00.000Z')).map(numberOf)).toEqual(['C-2', 'C-1']);
    });

    test('250 accounts of one second come in pages, each once', async () => {
      for (let n = 0; n < 250; n += 1) await under.enter({ number: `C-${n}`, modifiedAt: '2026-11-30T10:00:00.000Z' });
      const page = await under.crm.changed('ACME', { since: '', after: null }, signal);
      expect([page.rows.length, page.next === null]).toEqual([100, false]);
      expect(new Set((await all()).map(numberOf)).size).toBe(250);
      expect(await all('', true)).toHaveLength(250);
    });

    test('one that is not understood is told by its place, and holds up no other', async () => {
      await under.enter({ number: 'C-1', modifiedAt: '2026-11-30T10:00:00.000Z' });
      await under.enter({ number: 'C-2', name: null, modifiedAt: '2026-11-30T10:00:01.000Z' });
      await under.enter({ number: 'C-3', modifiedAt: '2026-11-30T10:00:02.000Z' });
      const rows = await all();
      expect(rows.map(numberOf)).toEqual(['C-1', 'NOT_UNDERSTOOD', 'C-3']);
      expect(rows[1]).toMatchObject({ detail: expect.stringContaining('/name') });
    });

    test('one is asked for by its id; of another business unit, or a customer no more, it is none', async () => {
      await under.enter({ number: 'C-1' });
      await under.enter({ number: 'C-2' });
      const [one, two] = await all();
      const single = (row: CrmRow | undefined) => under.crm.account('ACME', row?.id ?? '', signal);
      expect(await single(one)).toEqual(one);
      await under.enter({ number: numberOf(one as CrmRow), unit: 'OTHER' });
      await under.enter({ number: numberOf(two as CrmRow), isProspect: true });
      expect([await single(one), await single(two)]).toEqual([undefined, undefined]);
      expect(await under.crm.account('ACME', '00000000-0000-4000-8000-000000000000', signal)).toBeUndefined();
    });

    test('a CRM that is away or makes no sense is unavailable, never "nothing"; the question can be given up', async () => {
      await under.enter({ number: 'C-1' });
      const [one] = await all();
      await under.strike({ mode: 'fail', times: 4 });
      await expect(all()).rejects.toMatchObject({ name: 'PartnerUnavailable', class: 'SERVER_ERROR' });
      await under.strike({ mode: 'malformed' });
      await expect(all()).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
      await under.strike({ mode: 'refuse', code: '0x80060888' });
      await expect(all()).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
      await under.strike({ mode: 'malformed', operation: 'account' });
      await expect(under.crm.account('ACME', one?.id ?? '', signal)).rejects.toMatchObject({
        class: 'BAD_RESPONSE',
      });
      const givenUp = under.crm.changed('ACME', { since: '', after: null }, AbortSignal.abort());
      await expect(givenUp).rejects.toMatchObject({ class: 'ABORTED' });
      expect(await all()).toHaveLength(1);
    });
  });
};
