import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createCrmClient } from '../../../adapters/crm/client.ts';
import { startCrmSimulator } from '../../../adapters/crm/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { type CrmUnderTest, crmContract } from '../../contracts/crmContract.ts';
import { byHand, quickHttp, strike, troubleOf, withFolder } from '../http/peer.ts';

const { signal } = new AbortController();

const open = async (directory?: string): Promise<CrmUnderTest> => {
  const place = directory === undefined ? {} : { directory };
  const running = await startCrmSimulator({ serve: serveSimulator, token: 'secret', pageRows: 100, ...place });
  const http = quickHttp(running.url, { headers: () => ({ authorization: 'Bearer secret' }) });
  return {
    crm: createCrmClient({ system: 'crm', send: http.send }),
    enter: async ({ number, name, termsCode, active, unit, isProspect, modifiedAt }) => {
      await byHand(running.url, '/control/accounts', {
        accountnumber: number,
        ...(name !== undefined && { name }),
        ...(termsCode !== undefined && { paymenttermscode: Number(termsCode) }),
        ...(active !== undefined && { statecode: active ? 0 : 1 }),
        ...(unit !== undefined && { owningbusinessunit: { name: unit } }),
        ...(isProspect === true && { customertypecode: 8 }),
        ...(modifiedAt !== undefined && { modifiedon: modifiedAt }),
      });
    },
    strike: (fault) => strike(running.url, fault),
    close: running.close,
  };
};

crmContract('the simulated Dynamics 365', () => open());

test('a restarted CRM has the same accounts in the same states', () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    await first.enter({ number: 'C-1', name: "O'Hara & Söhne" });
    const before = await first.crm.changed('ACME', { since: '', after: null }, signal);
    await first.close();
    const second = await open(folder);
    expect(await second.crm.changed('ACME', { since: '', after: null }, signal)).toEqual(before);
    expect(before.rows).toMatchObject([{ account: { name: "O'Hara & Söhne" } }]);
    await second.close();
  }));

/** What a server says to any question, and what it was asked. */
const answered = async (body: unknown) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const http = quickHttp(`http://127.0.0.1:${address.port}`);
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { crm: createCrmClient({ system: 'crm', send: http.send }), asked, close };
};

const row = {
  ...{ accountid: '11111111-1111-4111-8111-111111111111', versionnumber: 7, modifiedon: '2026-11-30T10:00:00Z' },
  ...{ name: 'Bay', accountnumber: 'C-1', statecode: 0, customertypecode: 3 },
};

describe('answers that are no page of accounts', () => {
  test.each([
    ['no list', { value: { length: 1 } }],
    ['a row without an id', { value: [{ ...row, accountid: undefined }] }],
    ['an instant that is none', { value: [{ ...row, modifiedon: 'yesterday' }] }],
    ['a version that is none', { value: [{ ...row, versionnumber: 1.5 }] }],
    ['more, without a way to it', { value: [row], '@odata.nextLink': 'https://crm.example/accounts' }],
    ['more, behind the same place', { value: [row], '@odata.nextLink': 'https://crm.example/?$skiptoken=same' }],
    ['too many', { value: Array.from({ length: 5_001 }, () => row) }],
  ])('%s', async (_, body) => {
    const { crm, close } = await answered(body);
    expect(await troubleOf(crm.changed('ACME', { since: '', after: 'same' }, signal))).toBe('BAD_RESPONSE');
    close();
  });

  test('a link to somewhere else is not followed: its token alone is used', async () => {
    const { crm, asked, close } = await answered({
      value: [row],
      '@odata.nextLink': 'http://169.254.169.254/steal?%24skiptoken=a%20b',
    });
    const { next } = await crm.changed("O'Hara", { since: '2026-11-30T10:00:00.000Z', after: null }, signal);
    // It leads nowhere else.
    const again = crm.changed("O'Hara", { since: '2026-11-30T10:00:00.000Z', after: next }, signal);
    expect(await troubleOf(again)).toBe('BAD_RESPONSE');
    const [, last] = asked.map((path) => new URL(path, 'http://crm').searchParams);
    expect(last?.get('$skiptoken')).toBe('a b');
    expect(last?.get('$filter')).toBe(
      "owningbusinessunit/name eq 'O''Hara' and customertypecode eq 3 and modifiedon ge 2026-11-30T10:00:00.000Z",
    );
    close();
  });

  test('an answer about another account is none about this one', async () => {
    const { crm, close } = await answered(row);
    expect(await crm.account('ACME', row.accountid, signal)).toMatchObject({ kind: 'ACCOUNT' });
    const other = '22222222-2222-4222-8222-222222222222';
    expect(await troubleOf(crm.account('ACME', other, signal))).toBe('BAD_RESPONSE');
    close();
  });

  test.each([
    ['a name that cannot be kept', { name: 'Bay\u0000' }, '/name'],
    ['text that looks sealed', { accountnumber: '⟦x⟧' }, '/accountnumber'],
    ['a state that is none', { statecode: 2 }, '/statecode'],
    ['addresses that are no list', { Account_CustomerAddress: {} }, '/Account_CustomerAddress'],
  ])('%s is one row that is not understood', async (_, wrong, place) => {
    const { crm, close } = await answered({ value: [{ ...row, ...wrong }] });
    const { rows } = await crm.changed('ACME', { since: '', after: null }, signal);
    expect(rows).toMatchObject([{ kind: 'NOT_UNDERSTOOD', detail: expect.stringContaining(place) }]);
    close();
  });
});
