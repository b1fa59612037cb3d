import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvHead, csvRows } from '../../api/csv.ts';

const columns = [
  { name: 'customer', type: 'text' },
  { name: 'net', type: 'money' },
  { name: 'late', type: 'flag' },
];

/** A plain reader of RFC 4180. */
const parsed = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  for (const [, cell = '', end = ''] of text.matchAll(/((?:"(?:[^"]|"")*")|[^,\r\n]*)(,|\r\n)/g)) {
    const fresh = rows.length === 0 || rows.at(-1)?.at(-1) === '\u0000';
    if (fresh) {
      rows.at(-1)?.pop();
      rows.push([]);
    }
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') rows.at(-1)?.push('\u0000');
  }
  rows.at(-1)?.pop();
  return rows;
};

describe('rows as CSV', () => {
  test('a head, lines that end with CR LF, nothing for null, and quotes where they are needed', () => {
    const rows = [
      { customer: 'Nord, "the" one', net: '-1500', late: false },
      { customer: null, net: '0', late: true },
    ];
    expect(csvHead(columns) + csvRows(columns, rows)).toBe(
      'customer,net,late\r\n"Nord, ""the"" one",-1500,false\r\n,0,true\r\n',
    );
  });

  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\r=1',
    '\n=1',
    '\uff1d1',
    '\uff0b1',
    '\uff0d1',
    '\uff201',
  ])('a text that a spreadsheet takes for a formula is a text: %j', (customer) => {
    const [[cell = ''] = []] = parsed(csvRows(columns, [{ customer, net: '-1', late: false }]));
    expect(cell).toBe(`'${customer}`);
  });

  test('what is written is what is read, and no text begins a formula', () => {
    const row = fc.record({
      customer: fc.string({ unit: 'binary' }),
      net: fc.bigInt().map(String),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const readable = rows.map((each) => ({ ...each, customer: each.customer.replaceAll('\u0000', '') }));
        const read = parsed(csvRows(columns, readable));
        expect(
          read.map(([customer = '', net, late]) => [customer.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/u, ''), net, late]),
        ).toEqual(
          readable.map(({ customer, net, late }) => [
            customer.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/u, ''),
            net,
            String(late),
          ]),
        );
        expect(read.some(([customer = '']) => /^[=+\-@]/.test(customer))).toBe(false);
      }),
    );
  });
});
