import { describe, expect, test } from '@jest/globals';
import { acceptedOrder, bearingLine, confirmation, draftOf, issuedInvoice, recorded, taxOf } from '../invoice/sale.ts';
import { contextWith, demoMap, demoRules, journalsOf, onlyJournal, table } from './books.ts';

const shippedAt = (day: string) =>
  recorded({
    type: 'ShipmentConfirmed',
    data: confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200' }], {
      shippedAt: `${day}T15:00:00.000Z`,
    }),
  });

const adjusted = (qty: string, reason: string) =>
  recorded({
    type: 'StockAdjusted',
    data: {
      bu: 'ACME',
      node: 'DC-EAST',
      item: 'BRG-6204',
      reference: 'COUNT-1',
      qty,
      status: 'SELLABLE',
      reason,
      unitCost: '6.00',
      currency: 'USD',
      cost: '1800',
    },
  });

const invoiceOf = (cost: string) => {
  const order = acceptedOrder([bearingLine('10')]);
  const draft = draftOf('INV-A', order, confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost }]), [
    ['10', '0', '7'],
  ]);
  return issuedInvoice(draft, 'INV-000001', taxOf(draft));
};

describe('posting', () => {
  test('the journal id is a function of event, template and ledger, and the header pins the rules', () => {
    const event = shippedAt('2026-11-24');
    expect(onlyJournal(event)).toMatchObject({
      journalId: `${event.eventId}:T02:PRIMARY`,
      bu: 'ACME',
      ledger: 'PRIMARY',
      period: '202611',
      accountingDate: '2026-11-24',
      templateId: 'T02',
      ruleSetVersion: 2,
      accountMapVersion: 3,
      sourceEventId: event.eventId,
      sourcePosition: event.position,
      documentRef: 'SH-A',
      latePosting: false,
      reversalOf: null,
      currency: 'USD',
      functionalCurrency: 'USD',
      state: 'READY',
      problems: [],
    });
  });

  test('the accounting date of a shipment is the day in the time zone of the business unit', () => {
    const event = recorded({
      type: 'ShipmentConfirmed',
      data: confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '1', cost: '600' }], {
        shippedAt: '2026-12-01T03:00:00.000Z',
      }),
    });
    const businessUnit = { ...contextWith().businessUnit, timeZone: 'America/New_York' };
    expect(onlyJournal(event, { businessUnit })).toMatchObject({ accountingDate: '2026-11-30', period: '202611' });
  });

  test("T14 freight is a journal of its own, in the carrier bill's currency", () => {
    const data = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200' }], {
      freightCost: { amount: '990', currency: 'USD' },
    });
    const journals = journalsOf(recorded({ type: 'ShipmentConfirmed', data }));
    expect(journals.map((journal) => journal.templateId)).toEqual(['T02', 'T14']);
    expect(table(journals[1] as never)).toEqual({
      debit: { FREIGHT_EXPENSE: '990' },
      credit: { FREIGHT_ACCRUAL: '990' },
    });
  });

  test('freight billed in a currency without a rate is held, not guessed', () => {
    const data = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200' }], {
      freightCost: { amount: '990', currency: 'CAD' },
    });
    const event = recorded({ type: 'ShipmentConfirmed', data });
    expect(journalsOf(event)[1]).toMatchObject({ state: 'HELD', fx: null, problems: [{ code: 'FX_RATE_MISSING' }] });
    const rateFor = () => ({ rate: '0.715', type: 'ECB', date: '2026-11-24' });
    const posted = journalsOf(event, { rateFor })[1];
    expect(posted?.lines.map((line) => [line.debit, line.credit, line.functionalDebit, line.functionalCredit])).toEqual(
      [
        ['990', '0', '708', '0'],
        ['0', '990', '0', '708'],
      ],
    );
  });

  test('T15 a shortage is shrinkage, a surplus is its opposite, and both name their source', () => {
    expect(table(onlyJournal(adjusted('-3', 'COUNT')))).toEqual({
      debit: { SHRINKAGE: '1800' },
      credit: { INVENTORY: '1800' },
    });
    expect(table(onlyJournal(adjusted('3', 'COUNT')))).toEqual({
      debit: { INVENTORY: '1800' },
      credit: { SHRINKAGE: '1800' },
    });
    expect(onlyJournal(adjusted('3', 'COUNT')).declaredSource).toBe('stock-adjustment:DC-EAST/BRG-6204/COUNT-1');
  });

  test('T15 the reason of an adjustment may pick another account', () => {
    const accountOf = (reason: string) => onlyJournal(adjusted('-3', reason)).lines[0]?.account;
    expect([accountOf('COUNT'), accountOf('DAMAGE')]).toEqual(['5100', '5110']);
  });

  test('amounts of zero make no line, and a journal of nothing is none', () => {
    expect(
      onlyJournal(recorded({ type: 'InvoiceIssued', data: invoiceOf('0') })).lines.map((line) => line.role),
    ).toEqual(['AR_TRADE', 'SALES_DISCOUNT', 'REVENUE_PRODUCT', 'TAX_PAYABLE']);
    const free = recorded({
      type: 'ShipmentConfirmed',
      data: confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '0' }]),
    });
    expect(journalsOf(free)).toEqual([]);
  });

  test('B-14 a role without an account stops the journal as UNMAPPED and never goes to suspense', () => {
    const accountMap = { ...demoMap, rules: demoMap.rules.filter((rule) => rule.role !== 'COGS') };
    const journal = onlyJournal(recorded({ type: 'InvoiceIssued', data: invoiceOf('4200') }), { accountMap });
    expect(journal).toMatchObject({ state: 'UNMAPPED', problems: [{ code: 'ACCOUNT_UNMAPPED', role: 'COGS' }] });
    expect(journal.lines.filter((line) => line.account === null).map((line) => line.role)).toEqual(['COGS']);
    expect(onlyJournal(shippedAt('2026-11-24'), { accountMap: undefined }).state).toBe('UNMAPPED');
  });

  test('G4 an account that is no longer active on the accounting date counts as missing', () => {
    const accounts = demoMap.accounts.map((account) =>
      account.account === '1200' ? { ...account, activeTo: '2026-11-23' } : account,
    );
    const on = (day: string) => onlyJournal(shippedAt(day), { accountMap: { ...demoMap, accounts } });
    expect(on('2026-11-23').state).toBe('READY');
    expect(on('2026-11-24')).toMatchObject({
      state: 'UNMAPPED',
      problems: [{ code: 'ACCOUNT_INACTIVE', role: 'INVENTORY' }],
    });
  });

  test('a template that is switched off posts nothing; without any rule set nothing is lost and nothing can be sealed', () => {
    const postingRules = { ...demoRules, templates: ['T15'] };
    expect(journalsOf(shippedAt('2026-11-24'), { postingRules })).toEqual([]);
    expect(onlyJournal(shippedAt('2026-11-24'), { postingRules: undefined })).toMatchObject({
      state: 'HELD',
      ruleSetVersion: 0,
      problems: [{ code: 'POSTING_RULES_MISSING' }],
    });
  });

  test('T11 reverses into the accounts of the original, whatever the map says now', () => {
    const issued = invoiceOf('4200');
    const data = {
      invoiceId: 'INV-A',
      orderId: issued.orderId,
      bu: 'ACME',
      number: issued.number,
      voidDate: '2026-11-25',
      reason: 'r',
      issuedEventId: 'e',
      issuedPosition: '00000000000000000007',
      issued,
    };
    const moved = {
      ...demoMap,
      version: 4,
      rules: demoMap.rules.map((rule) => (rule.role === 'COGS' ? { ...rule, account: '5010' } : rule)),
    };
    const accountMapAt = (position: string) => (position === data.issuedPosition ? demoMap : moved);
    const event = recorded({ type: 'InvoiceVoided', data });
    const accountOfCogs = (more: object) =>
      onlyJournal(event, more).lines.find((line) => line.role === 'COGS')?.account;
    expect(accountOfCogs({ accountMap: moved, accountMapAt })).toBe('5000');
    expect(accountOfCogs({ accountMap: moved })).toBe('5010');
  });

  test('an event that contradicts itself is never booked', () => {
    const issued = invoiceOf('4200');
    const broken = { ...issued, totals: { ...issued.totals, total: '1' } };
    expect(() => onlyJournal(recorded({ type: 'InvoiceIssued', data: broken }))).toThrow(/G1/);
  });
});
