import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { importColumns, importKinds } from '../../../domain/intake/columns.ts';
import { headerViolations } from '../../../domain/intake/header.ts';

const whole = ['item', 'description', 'group', 'baseUom', 'taxCode'];
const said = (names: readonly string[]) =>
  headerViolations('items', names).map(({ pointer, code }) => `${pointer} ${code}`);

test('a header has every required column once, and others in any order', () => {
  expect(said(whole)).toEqual([]);
  expect(said(['active', ...whole.toReversed(), '#row', '#row', '#errors'])).toEqual([]);
  expect(headerViolations('prices', ['unitPrice', 'item', 'priceListId'])).toEqual([]);
});

test('everything that is wrong with it is said at once', () => {
  expect(said(['item', 'item', 'Description', 'group', 'baseUom', ''])).toEqual([
    '/content/header/1 DUPLICATE',
    '/content/header/2 UNKNOWN_PROPERTY',
    '/content/header/5 UNKNOWN_PROPERTY',
    '/content/header/description REQUIRED',
    '/content/header/taxCode REQUIRED',
  ]);
});

test('a note beside the data is no way to say what nobody may say', () => {
  expect(said([...whole, '#\u0000', '#\u27e6sealed\u27e7'])).toEqual([
    '/content/header/5 TEXT_INVALID',
    '/content/header/6 TEXT_INVALID',
  ]);
});

test('another separator, and a first line that is no header, are one mistake', () => {
  expect(said([whole.join(';')])).toEqual(['/content/header/0 FORMAT_INVALID']);
  expect(said([whole.join('\t')])).toEqual(['/content/header/0 FORMAT_INVALID']);
  expect(said([...whole, 'x'.repeat(51)])).toEqual(['/content/header/5 FORMAT_INVALID']);
  expect(said(Array.from({ length: 60_000 }, () => ''))).toEqual(['/content/header/100 FORMAT_INVALID']);
});

test('the page about files describes every column', () => {
  const page = readFileSync(new URL('../../../docs/import-files.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w*) ?\| (.+) \|$/gm)].map(([, name, required, meaning]) => ({
    name,
    isRequired: required === 'required',
    meaning,
  }));
  expect(rows).toEqual(importKinds.flatMap((kind) => importColumns[kind]));
});
