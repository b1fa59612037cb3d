import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sheetAsHtml } from '../../api/rendering/html.ts';
import { invoiceOnPaper } from '../../api/rendering/invoiceSheet.ts';
import { printedMoney, printedPrice, printedRate, printedText } from '../../api/rendering/printed.ts';
import type { Sheet } from '../../api/rendering/sheet.ts';
import { sheetAsText } from '../../api/rendering/text.ts';
import type { InvoiceSheetView } from '../../projections/invoices/sheet.ts';

const line = {
  ...{ orderLineId: '10', item: 'BRG-6204', description: 'Deep groove ball bearing 6204', qty: '1200', uom: 'EA' },
  ...{ unitPrice: '12.5', discount: '120000', net: '1380000' },
};

const invoice: InvoiceSheetView = {
  ...{ invoiceId: 'I-1', bu: 'ACME', number: 'INV-000001', state: 'POSTED', revision: 4, orderId: 'O-1' },
  ...{ customerPo: 'PO-7001', soldTo: 'C-1001', billTo: 'C-1001', shipTo: { id: 'MAIN', region: 'US-CA' } },
  ...{ seller: 'Acme Industrial Supply', buyer: 'Nord & Sons', payer: 'Nord & Sons' },
  ...{ issueDate: '2026-11-23', dueDate: '2026-12-23', voidDate: null, currency: 'USD', lines: [line] },
  charges: [{ code: 'FREIGHT', amount: '1500' }],
  taxes: [{ jurisdiction: 'CA', type: 'SALES', rate: '0.0825', taxable: '1380000', tax: '113850' }],
  totals: { gross: '1500000', discount: '120000', charges: '1500', tax: '113850', total: '1495350' },
  ...{ credited: '0', deposits: '0', paid: '0', writtenOff: '0', openAmount: '1495350' },
};

const text = (changes: Partial<InvoiceSheetView> = {}): string =>
  sheetAsText(invoiceOnPaper({ ...invoice, ...changes }));
const html = (changes: Partial<InvoiceSheetView> = {}): string =>
  sheetAsHtml(invoiceOnPaper({ ...invoice, ...changes }));

describe('values on paper', () => {
  test.each([
    ['10214', 'USD', '102.14 USD'],
    ['-149535000', 'USD', '-1,495,350.00 USD'],
    ['-12300', 'USD', '-123.00 USD'],
    ['5', 'USD', '0.05 USD'],
    ['1234567', 'JPY', '1,234,567 JPY'],
    ['1234567', 'KWD', '1,234.567 KWD'],
    ['0', 'CLF', '0.0000 CLF'],
  ])('%s minor units of %s are %s', (amount, currency, printed) => {
    expect(printedMoney(amount, currency)).toBe(printed);
  });

  test('prices have the places of the currency and more where they need it, rates are of a hundred', () => {
    expect([printedPrice('12.5', 'USD'), printedPrice('1234.123456', 'USD'), printedPrice('7', 'JPY')]).toEqual([
      ...['12.50', '1,234.123456', '7'],
    ]);
    expect(['0.0825', '0', '1', '0.1', '0.006875'].map(printedRate)).toEqual([
      '8.25 %',
      '0 %',
      '100 %',
      '10 %',
      '0.6875 %',
    ]);
  });

  test('text is one line, and turns nothing around', () => {
    expect(printedText('a\u0007\u001b[2Jb\r\nc\u202ed\u2066e\u2028f\u0085g\u061ch')).toBe('a [2Jb c d e f g h');
    expect(printedText('Łódź 東京 👩‍🔧')).toBe('Łódź 東京 👩‍🔧');
  });
});

describe('an invoice on paper', () => {
  test('as text', () => {
    expect(text({ lines: [line, { ...line, orderLineId: '20', description: null, qty: '3', net: '3450' }] })).toBe(`\
Invoice INV-000001
Acme Industrial Supply

Invoice number  INV-000001
Date of issue   2026-11-23
Due             2026-12-23
Sold to         Nord & Sons (C-1001)
Ship to         MAIN, US-CA
Your order      PO-7001
Our order       O-1
Currency        USD

Goods

Line  Item      Description                    Quantity  Unit  Price  Discount        Net
----  --------  -----------------------------  --------  ----  -----  --------  ---------
10    BRG-6204  Deep groove ball bearing 6204     1,200  EA    12.50  1,200.00  13,800.00
20    BRG-6204                                        3  EA    12.50  1,200.00      34.50

Tax by jurisdiction

Jurisdiction  Type     Rate    Taxable       Tax
------------  -----  ------  ---------  --------
CA            SALES  8.25 %  13,800.00  1,138.50

Goods           15,000.00 USD
Discount        -1,200.00 USD
Charge FREIGHT      15.00 USD
Tax              1,138.50 USD
Total           14,953.50 USD

Open  14,953.50 USD
`);
  });

  test.each<[string, Partial<InvoiceSheetView>, string]>([
    ['void', { state: 'VOIDED', voidDate: '2026-11-25', openAmount: '0' }, 'VOID: Voided on 2026-11-25.'],
    ['withdrawn', { state: 'VOIDED', voidDate: '2026-11-25', number: null }, 'WITHDRAWN: Withdrawn on 2026-11-25.'],
    ['a draft', { state: 'DRAFT', number: null, issueDate: null, dueDate: null }, 'DRAFT: Not an invoice yet.'],
    ['disputed', { state: 'DISPUTED' }, 'DISPUTED: '],
    ['paid', { state: 'SETTLED', paid: '1495350', openAmount: '0' }, 'PAID: '],
    ['credited', { credited: '1495350', openAmount: '0' }, 'CREDITED: All of it was given back by credit memos.'],
    ['credited in part', { credited: '2990', openAmount: '1492360' }, 'PARTLY CREDITED: 29.90 USD of it'],
  ])('says at once that it is %s', (_, changes, notice) => {
    expect(text(changes).split('\n\n')[1]).toContain(notice);
    expect(html(changes)).toContain(`<p class="notice"><strong>${notice.split(':')[0]}</strong>`);
  });

  test('what was settled is taken off line by line; of what is void or a draft nothing is open', () => {
    const settled = text({ deposits: '100', paid: '200', credited: '300', writtenOff: '50', openAmount: '1494700' });
    const lines = settled.trimEnd().split('\n').slice(-5);
    expect(lines.map((each) => each.split(/ {2,}/))).toEqual([
      ...[
        ['Deposits', '-1.00 USD'],
        ['Paid', '-2.00 USD'],
        ['Credited', '-3.00 USD'],
        ['Not claimed', '-0.50 USD'],
      ],
      ['Open', '14,947.00 USD'],
    ]);
    expect(text({ state: 'VOIDED', voidDate: '2026-11-25' })).not.toContain('Open');
    expect(text({ number: null, state: 'DRAFT' })).not.toContain('Open');
  });

  test('who pays is named when it is somebody else', () => {
    expect(text({ billTo: 'C-1009', payer: 'Nord Finance' })).toContain('Bill to         Nord Finance (C-1009)');
    expect(text({ buyer: '[erased]', payer: null, billTo: 'C-1009' })).toContain('Sold to         [erased] (C-1001)');
  });

  test('as HTML: one file that names nothing elsewhere and runs nothing', () => {
    const page = html();
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<dd>Nord &amp; Sons (C-1001)</dd>');
    expect(page).toContain('<td class="number">13,800.00</td>');
    expect(page).not.toMatch(
      /<(script|link|img|iframe|object|embed|base|form)\b|https?:|url\(|@import|\bon\w+=|style=/i,
    );
  });

  test('2,000 lines are a row each, and less than a megabyte', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => ({ ...line, orderLineId: String(index + 1) }));
    const [page, plain] = [html({ lines }), text({ lines })];
    expect(page.match(/<td>BRG-6204<\/td>/g)?.length).toBe(2_000);
    expect(plain.match(/ BRG-6204 /g)?.length).toBe(2_000);
    expect(Math.max(page.length, plain.length)).toBeLessThan(1_000_000);
  });
});

/** Whatever it holds, and often what HTML reads as something else than text. */
const markup = fc.constantFrom('<', '>', '&', '"', "'", '/', '=', 'b', ' ', '&lt;', '</td>', '<!--');
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: markup, maxLength: 20 }));
const anySheet: fc.Arbitrary<Sheet> = fc.record({
  title: anyText,
  from: anyText,
  notices: fc.array(fc.record({ word: anyText, text: anyText }), { maxLength: 2 }),
  facts: fc.array(fc.record({ name: anyText, value: anyText }), { maxLength: 3 }),
  tables: fc.array(
    fc.record({
      caption: anyText,
      columns: fc.constant([
        { name: 'A', isNumber: false },
        { name: 'B', isNumber: true },
      ]),
      rows: fc.array(fc.tuple(anyText, anyText), { maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
  sums: fc.array(fc.array(fc.record({ name: anyText, value: anyText }), { maxLength: 2 }), { maxLength: 2 }),
});

const unescaped = (text: string): string =>
  text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

const blankFacts = (facts: readonly object[]) => facts.map(() => ({ name: 'x', value: 'x' }));

/** The same sheet with nothing written on it. */
const blank = ({ notices, facts, tables, sums }: Sheet): Sheet => ({
  ...{ title: 'x', from: 'x', notices: notices.map(() => ({ word: 'x', text: 'x' })), facts: blankFacts(facts) },
  tables: tables.map(({ columns, rows }) => ({
    caption: 'x',
    columns,
    rows: rows.map((cells) => cells.map(() => 'x')),
  })),
  sums: sums.map(blankFacts),
});

test('whatever a text holds, it is text in HTML and nothing else', () => {
  const tagsOf = (sheet: Sheet) => sheetAsHtml(sheet).match(/<[^>]*>/g);
  fc.assert(
    fc.property(anySheet, (sheet) => {
      expect(tagsOf(sheet)).toEqual(tagsOf(blank(sheet)));
      for (const fact of sheet.facts) {
        const page = sheetAsHtml({ ...sheet, facts: [fact] });
        const [, name = '', value = ''] = /<dt>([^<]*)<\/dt><dd>([^<]*)<\/dd>/.exec(page) ?? [];
        expect({ name: unescaped(name), value: unescaped(value) }).toEqual(fact);
      }
    }),
  );
});

test('a cell of plain text that is long goes on below, whole', () => {
  const long = `${'seal '.repeat(20)}${'x'.repeat(90)}`;
  const plain = sheetAsText(invoiceOnPaper({ ...invoice, lines: [{ ...line, description: long }, line] }));
  const [, table = ''] = plain.split('Goods\n\n');
  const rows = table.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  const cells = rows.map((row) => row.slice('----  --------  '.length).slice(0, 40).trim());
  expect(cells.slice(0, -1).join(' ').replaceAll(' ', '')).toBe(long.replaceAll(' ', ''));
  expect(rows.every((row) => row.length < 110)).toBe(true);
});
