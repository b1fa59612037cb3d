import type { Fact, Sheet, Table } from './sheet.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Light on screen and paper. Each cell is read by itself, so that a name in another script does not reorder what is beside it. */
const style = `
:root { color-scheme: light; }
@page { margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: #fff; color: #111; font: 0.9rem/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
.from { margin: 0.2rem 0 1.2rem; color: #555; }
.notice { margin: 0 0 0.8rem; padding: 0.6rem 0.8rem; border: 2px solid #111; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.2rem; margin: 0 0 1.2rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
td, th, dd, p { unicode-bidi: isolate; }
table { width: 100%; margin: 0 0 1.2rem; border-collapse: collapse; }
caption { padding: 0 0 0.3rem; text-align: left; font-weight: 600; }
th, td { padding: 0.3rem 0.4rem; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #111; }
td { overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.sums { width: auto; margin-left: auto; }
.sums th { border-bottom: 1px solid #ccc; font-weight: 400; }
.sums tr:last-child > * { border-bottom: 2px solid #111; font-weight: 600; }
thead { display: table-header-group; }
tr, .notice { break-inside: avoid; }
@media print { body { max-width: none; padding: 0; font-size: 9.5pt; } }
`;

const factHtml = ({ name, value }: Fact): string => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`;

const numberClass = (isNumber: boolean | undefined): string => (isNumber === true ? ' class="number"' : '');

const tableHtml = ({ caption, columns, rows }: Table): string => {
  const head = columns.map(({ name, isNumber }) => `<th scope="col"${numberClass(isNumber)}>${escaped(name)}</th>`);
  const body = rows.map((cells) => {
    const row = cells.map((cell, index) => `<td${numberClass(columns[index]?.isNumber)}>${escaped(cell)}</td>`);
    return `<tr>${row.join('')}</tr>`;
  });
  return `<table>\n<caption>${escaped(caption)}</caption>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`;
};

const sumsHtml = (facts: readonly Fact[]): string => {
  const rows = facts.map(
    ({ name, value }) => `<tr><th scope="row">${escaped(name)}</th><td class="number">${escaped(value)}</td></tr>`,
  );
  return `<table class="sums">\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
};

/** A sheet as one HTML file, which needs nothing from elsewhere. */
export const sheetAsHtml = ({ title, from, notices, facts, tables, sums }: Sheet): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    `<p class="from">${escaped(from)}</p>`,
    ...notices.map(({ word, text }) => `<p class="notice"><strong>${escaped(word)}</strong> ${escaped(text)}</p>`),
    `<dl>\n${facts.map(factHtml).join('\n')}\n</dl>`,
    ...tables.map(tableHtml),
    ...sums.map(sumsHtml),
    '</body>',
    '</html>',
    '',
  ].join('\n');
