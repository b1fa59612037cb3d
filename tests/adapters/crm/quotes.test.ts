import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { quoteRow } from '../../../adapters/crm/quoteSchema.ts';
import { createCrmQuotes } from '../../../adapters/crm/quotesClient.ts';
import { startCrmSimulator } from '../../../adapters/crm/simulator.ts';
import { saidBy, toQuote } from '../../../adapters/crm/translateQuote.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import type { CrmQuoteRow } from '../../../commands/ports.ts';
import { byHand, quickHttp, strike, troubleOf, withFolder } from '../http/peer.ts';

const { signal } = new AbortController();
const closedFrom = '2026-11-01';
const asked = { since: '', after: null, closedFrom };

const open = async (directory?: string) => {
  const place = directory === undefined ? {} : { directory };
  const running = await startCrmSimulator({ serve: serveSimulator, token: 'secret', pageRows: 2, ...place });
  const http = quickHttp(running.url, { headers: () => ({ authorization: 'Bearer secret' }) });
  const enter = (over: object): Promise<unknown> =>
    byHand(running.url, '/control/quotes', {
      ...{ accountnumber: 'C-1001', closedon: '2026-11-20T00:00:00Z', shipto_name: 'MAIN' },
      quote_details: [
        { lineitemnumber: 10, productid: { productnumber: 'BRG-6204' }, quantity: 4, priceperunit: 11.5 },
      ],
      ...over,
    });
  await byHand(running.url, '/control/accounts', { accountnumber: 'C-1001', name: 'Bay' });
  return { url: running.url, quotes: createCrmQuotes({ system: 'crm', send: http.send }), enter, close: running.close };
};

const numberOf = (row: CrmQuoteRow): string => (row.kind === 'QUOTE' ? row.quote.number : row.kind);
const saidIn = (row: CrmQuoteRow | undefined) => (row?.kind === 'QUOTE' ? row.said : undefined);

describe('the simulated Dynamics 365 tells of its quotes', () => {
  let under: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    under = await open();
  });
  afterEach(() => under.close());

  const all = async (since = ''): Promise<readonly CrmQuoteRow[]> => {
    const rows: CrmQuoteRow[] = [];
    for (let after: string | null = null; ; ) {
      const page = await under.quotes.changed('ACME', { ...asked, since, after }, signal);
      rows.push(...page.rows);
      after = page.next;
      if (after === null) return rows;
    }
  };

  test('those of a business unit that are closed, by the instant of their change, page by page', async () => {
    await under.enter({ quotenumber: 'Q-3', modifiedon: '2026-11-22T10:00:00Z' });
    await under.enter({ quotenumber: 'Q-1', modifiedon: '2026-11-20T10:00:00Z' });
    await under.enter({ quotenumber: 'Q-2', modifiedon: '2026-11-21T10:00:00Z', statecode: 3 });
    await under.enter({ quotenumber: 'OPEN', statecode: 1 });
    await under.enter({ quotenumber: 'OLD', closedon: '2026-10-31T00:00:00Z' });
    await under.enter({ quotenumber: 'THEIRS', owningbusinessunit: { name: 'OTHER' } });
    expect((await all()).map(numberOf)).toEqual(['Q-1', 'Q-2', 'Q-3']);
    expect((await all('2026-11-21T10:00:00.000Z')).map(numberOf)).toEqual(['Q-2', 'Q-3']);
    const heads = await under.quotes.changed('ACME', { ...asked, headsOnly: true }, signal);
    expect(heads.rows).toMatchObject([{ kind: 'HEAD' }, { kind: 'HEAD' }]);
  });

  test('in our words, with all that was read of it', async () => {
    await under.enter({ quotenumber: 'Q-1', freightamount: 15, discountamount: 1 });
    const [row] = await all();
    expect(row).toMatchObject({
      kind: 'QUOTE',
      quote: {
        ...{ number: 'Q-1', revision: 0, isWon: true, account: { customer: 'C-1001' }, currency: 'USD' },
        ...{ shipTo: 'MAIN', requested: null, goods: '45', freight: '15' },
        lines: [{ number: 10, item: 'BRG-6204', unit: 'Primary Unit', qty: '4', unitPrice: '11.5' }],
      },
    });
    expect(saidIn(row)).toMatchObject({ quotenumber: 'Q-1', statecode: 2 });
    expect(await under.quotes.quote('ACME', row?.id ?? '', signal)).toEqual(row);
    expect(await under.quotes.quote('OTHER', row?.id ?? '', signal)).toBeUndefined();
    expect(await under.quotes.quote('ACME', '00000000-0000-4000-8000-000000000000', signal)).toBeUndefined();
  });

  test('with more lines than a page tells it is told by its head, and asked for by itself it has all of them', async () => {
    const lines = [10, 20, 30].map((lineitemnumber) => {
      return { lineitemnumber, productid: { productnumber: 'BRG-6204' }, quantity: 1, priceperunit: 2 };
    });
    await under.enter({ quotenumber: 'Q-1', quote_details: lines });
    const [row] = await all();
    expect(row?.kind).toBe('HEAD');
    expect(await under.quotes.quote('ACME', row?.id ?? '', signal)).toMatchObject({
      quote: { goods: '6', lines: [{ number: 10 }, { number: 20 }, { number: 30 }] },
    });
  });

  test('touched it is a new version that says the same; changed it says something else', async () => {
    await under.enter({ quotenumber: 'Q-1', modifiedon: '2026-11-20T10:00:00Z' });
    const [first] = await all();
    const id = { quoteid: first?.id };
    await byHand(under.url, '/control/quotes', { ...id, modifiedon: '2026-11-20T11:00:00Z' });
    const [touched] = await all();
    await byHand(under.url, '/control/quotes', { ...id, requestdeliveryby: '2026-12-24' });
    const [changed] = await all();
    expect(BigInt(touched?.rowVersion ?? 0)).toBeGreaterThan(BigInt(first?.rowVersion ?? 0));
    expect(saidIn(touched)).toEqual(saidIn(first));
    expect(saidIn(changed)).not.toEqual(saidIn(first));
  });

  test('a CRM that is away or makes no sense is unavailable', async () => {
    await under.enter({ quotenumber: 'Q-1' });
    await strike(under.url, { mode: 'fail', times: 4, operation: 'quotes' });
    expect(await troubleOf(all())).toBe('SERVER_ERROR');
    await strike(under.url, { mode: 'malformed', operation: 'quotes' });
    expect(await troubleOf(all())).toBe('BAD_RESPONSE');
    const [row] = await all();
    await strike(under.url, { mode: 'malformed', operation: 'quote' });
    expect(await troubleOf(under.quotes.quote('ACME', row?.id ?? '', signal))).toBe('BAD_RESPONSE');
  });
});

test('a restarted CRM has the same quotes', () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    await first.enter({ quotenumber: "O'Hara" });
    const before = await first.quotes.changed('ACME', asked, signal);
    await first.close();
    const second = await open(folder);
    expect(await second.quotes.changed('ACME', asked, signal)).toEqual(before);
    expect(before.rows).toHaveLength(1);
    await second.close();
  }));

const line = {
  ...{ quotedetailid: '22222222-2222-4222-8222-222222222222', lineitemnumber: 10, quantity: 4, priceperunit: 11.5 },
  ...{ productid: { productnumber: 'BRG-6204' }, uomid: { name: 'Each', '@odata.etag': 'W/"1"' } },
};
/** As the Web API answers, fields that we did not ask for left in. */
const row = {
  '@odata.etag': 'W/"2891465"',
  ...{ quoteid: '11111111-1111-4111-8111-111111111111', versionnumber: 7, modifiedon: '2026-11-30T10:00:00Z' },
  ...{ quotenumber: ' QUO-1 ', revisionnumber: 1, statecode: 2, closedon: '2026-11-20' },
  ...{ totalamountlessfreight: '46.0000000000', freightamount: null, description: 'by phone' },
  customerid_account: { accountid: 'AAAAAAAA-1111-4111-8111-111111111111', accountnumber: 'C-1001' },
  transactioncurrencyid: { isocurrencycode: 'USD' },
  quote_details: [line],
};

describe('a quote of Dynamics 365', () => {
  test('is the same whatever changes of what is not read, and in whichever order its lines come', () => {
    const other = { ...line, quotedetailid: '33333333-3333-4333-8333-333333333333', lineitemnumber: 20 };
    const said = (over: object) => saidBy(quoteRow.parse({ ...row, quote_details: [line, other], ...over }));
    expect(said({ versionnumber: 8, description: 'by mail', quote_details: [other, line] })).toEqual(said({}));
    expect(said({ revisionnumber: 2 })).not.toEqual(said({}));
    expect(toQuote('crm', quoteRow.parse(row))).toMatchObject({
      ...{ number: 'QUO-1', revision: 1, goods: '46.0000000000', freight: '0', shipTo: null },
      account: { accountId: 'aaaaaaaa-1111-4111-8111-111111111111' },
    });
  });

  test.each([
    ['an amount in scientific notation', { totalamountlessfreight: 1e21 }, '/totalamountlessfreight'],
    ['a number that cannot be kept', { quotenumber: 'Q\u0000' }, '/quotenumber'],
    ['lines that are no list', { quote_details: {} }, '/quote_details'],
    ['a line without a price', { quote_details: [{ ...line, priceperunit: null }] }, '/quote_details'],
    ['a day that is none', { closedon: 'yesterday' }, '/closedon'],
  ])('%s is one row that is not understood', async (_, wrong, place) => {
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ value: [{ ...row, ...wrong }] })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { send } = quickHttp(`http://127.0.0.1:${address.port}`);
    const { rows } = await createCrmQuotes({ system: 'crm', send }).changed('ACME', asked, signal);
    expect(rows).toMatchObject([{ kind: 'NOT_UNDERSTOOD', detail: expect.stringContaining(place) }]);
    server.closeAllConnections();
    server.close();
  });
});
