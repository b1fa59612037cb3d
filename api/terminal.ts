import { currencyExponent } from '../domain/money.ts';

/** Text drawings for a person at a terminal: tables and trees. No colour unless the terminal takes it. */

const colours = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 } as const;

export const paint = (text: string, colour: keyof typeof colours): string =>
  process.stdout.isTTY === true && process.env.NO_COLOR === undefined
    ? `\u001b[${colours[colour]}m${text}\u001b[0m`
    : text;

export type Column = { readonly title: string; readonly align?: 'right' };

/** Columns of text, which begin at the left. */
export const titled = (...titles: readonly string[]): readonly Column[] => titles.map((title) => ({ title }));

/** Columns as wide as their widest cell. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) =>
        columns[index]?.align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(columns.map((column) => column.title)), rule, ...rows.map(line)].join('\n');
};

export type Tree = { readonly label: string; readonly children: readonly Tree[] };

export const tree = (root: Tree): string => {
  const below = (nodes: readonly Tree[], indent: string): readonly string[] =>
    nodes.flatMap((node, index) => {
      const last = index === nodes.length - 1;
      return [
        `${indent}${last ? '└─ ' : '├─ '}${node.label}`,
        ...below(node.children, `${indent}${last ? '   ' : '│  '}`),
      ];
    });
  return [root.label, ...below(root.children, '')].join('\n');
};

/** Minor units as people write them: "10214" is 102.14 in a currency of two places. */
export const moneyText = (minorText: string, places = 2): string => {
  const negative = minorText.startsWith('-');
  const digits = minorText.replace('-', '').padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative ? `-${text}` : text;
};

/** With its currency, and with as many places as that has; a currency that is not known has two. */
export const moneyWith = (minorText: string, currency: string | null | undefined): string =>
  currency == null ? moneyText(minorText) : `${moneyText(minorText, currencyExponent(currency))} ${currency}`;

/** Money that something is about: nothing where it is about none. */
export const riskText = (money: { readonly amount: string; readonly currency: string } | null): string =>
  money === null ? '' : moneyWith(money.amount, money.currency);
