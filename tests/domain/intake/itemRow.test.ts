import { describe, expect, test } from '@jest/globals';
import { itemColumnOf, itemOfRow } from '../../../domain/intake/itemRow.ts';
import { type Cells, cellsOf, isBlank, otherUnit } from '../../../domain/intake/row.ts';
import type { ItemDefined } from '../../../domain/masterData/events.ts';
import { sameContent } from '../../../domain/masterData/sameContent.ts';

const names = ['item', 'description', 'group', 'baseUom', 'taxCode'];
const bearing = { item: 'BRG-1', description: 'Bearing', group: 'BEARING', baseUom: 'EA', taxCode: 'TPP' };

const cells = (changes: Readonly<Record<string, string>> = {}): Cells =>
  new Map(Object.entries({ ...bearing, ...changes }));
const read = (changes: Readonly<Record<string, string>> = {}, current: ItemDefined['data'] | null = null) =>
  itemOfRow('ACME', cells(changes), current);

const defined: ItemDefined['data'] = {
  ...{ ...bearing, bu: 'ACME', version: 3, kind: 'STOCK', components: [], active: true },
  conversions: [{ uom: 'BX', num: '12', den: '1' }],
  leadTimeDays: 21,
  dropship: { supplierNode: 'SUP', unitCost: '1.50' },
  lotTracked: true,
  substitutes: [{ item: 'BRG-2', ratio: { num: '1', den: '1' }, both: false }] as never,
};

describe('a row of an item', () => {
  test('is a new item with what is usual', () => {
    expect(read()).toEqual({
      definition: {
        ...{ ...bearing, bu: 'ACME', kind: 'STOCK', conversions: [], components: [] },
        ...{ leadTimeDays: null, dropship: null, active: true },
      },
    });
  });

  test('has its description as it would have it from its own address', () => {
    expect(read({ description: ' Gro\u0308\u00dfe 4 ' })).toMatchObject({
      definition: { description: 'Gr\u00f6\u00dfe 4' },
    });
    expect(read({ description: ' \u00a0 ' })).toMatchObject({ errors: [{ column: 'description', code: 'REQUIRED' }] });
  });

  test('says everything that an item is', () => {
    const row = {
      ...{ kind: 'KIT', conversions: 'BX=12; LB=1000/2205;', components: 'RING=2;GREASE=1', leadTimeDays: '21' },
      ...{ supplierNode: 'SUP', supplierCost: '1.5', lotTracked: 'TRUE', serialTracked: '', active: 'false' },
    };
    expect(read(row)).toMatchObject({
      definition: {
        ...{ kind: 'KIT', leadTimeDays: 21, lotTracked: true, active: false },
        conversions: [
          { uom: 'BX', num: '12', den: '1' },
          { uom: 'LB', num: '1000', den: '2205' },
        ],
        components: [
          { item: 'RING', qty: '2' },
          { item: 'GREASE', qty: '1' },
        ],
        dropship: { supplierNode: 'SUP', unitCost: '1.5' },
      },
    });
    expect(read(row)).not.toHaveProperty('definition.serialTracked');
  });

  test('leaves of an item what the file has no column for, and empties what it has an empty cell for', () => {
    const { version: _, ...content } = defined;
    expect(read({}, defined)).toEqual({ definition: content });
    expect(sameContent(read({}, defined), { definition: content })).toBe(true);
    const emptied = { conversions: '', leadTimeDays: '', supplierNode: '', supplierCost: '', lotTracked: '' };
    expect(read(emptied, defined)).toEqual({
      definition: { ...content, conversions: [], leadTimeDays: null, dropship: null, lotTracked: false },
    });
  });

  test.each([
    ['description', '', 'REQUIRED'],
    ['kind', 'kit', 'VALUE_INVALID'],
    ['conversions', 'BX12', 'FORMAT_INVALID'],
    ['conversions', 'BX=-12', 'FORMAT_INVALID'],
    ['conversions', 'BX=1234567890', 'NUMERIC_FORMAT'],
    ['conversions', 'BX=1/1234567890', 'NUMERIC_FORMAT'],
    ['components', 'RING=1/2', 'NUMERIC_FORMAT'],
    ['leadTimeDays', '1.5', 'NUMERIC_FORMAT'],
    ['active', 'yes', 'VALUE_INVALID'],
    ['lotTracked', '1', 'VALUE_INVALID'],
    ['supplierCost', '1.50', 'REQUIRED'],
  ])('with %s = "%s" is %s', (column, cell, code) => {
    const named = column === 'supplierCost' ? 'supplierNode' : column;
    expect(read({ [column]: cell })).toEqual({ errors: [{ column: named, code, detail: expect.any(String) }] });
  });

  test('tells all of its cells that cannot be read, and names the column of what a definition objects to', () => {
    expect(read({ group: '', active: 'no', kind: 'X' })).toMatchObject({
      errors: [{ column: 'group' }, { column: 'kind' }, { column: 'active' }],
    });
    expect(
      ['/conversions/0/uom', '/dropship/unitCost', '/dropship/supplierNode', '/baseUom', ''].map(itemColumnOf),
    ).toEqual([...['conversions', 'supplierCost', 'supplierNode', 'baseUom', null]]);
  });
});

describe('the cells of a row', () => {
  const at = (...texts: readonly string[]) => cellsOf(names, { row: 2, cells: texts });

  test('are as many as the header has', () => {
    expect(at('a', 'b')).toMatchObject({ kind: 'REFUSED', errors: [{ column: null, code: 'SIZE_INVALID' }] });
  });

  test.each(['line\nend', 'nul\u0000', 'a ⟦sealed:1|x|y⟧ word'])('%j is no text', (text) => {
    expect(at('a', text, 'c', 'd', text)).toMatchObject({
      errors: [
        { column: 'description', code: 'TEXT_INVALID' },
        { column: 'taxCode', code: 'TEXT_INVALID' },
      ],
    });
  });

  test('keep what looks like a formula, without the apostrophe that tells a spreadsheet so', () => {
    expect(at("'=1+1", '-40 °C', "'quoted", '@home', "'-5")).toEqual(
      new Map([
        ...[['item', '=1+1'] as const, ['description', '-40 °C'] as const, ['group', "'quoted"] as const],
        ...[['baseUom', '@home'] as const, ['taxCode', '-5'] as const],
      ]),
    );
  });

  test('of notes are not read, and an empty line is no row', () => {
    expect(cellsOf(['#row', 'item'], { row: 2, cells: ['⟦x⟧', 'A'] })).toEqual(new Map([['item', 'A']]));
    expect([isBlank({ row: 2, cells: [''] }), isBlank({ row: 2, cells: ['', ''] })]).toEqual([true, false]);
  });

  test('of another business unit are refused', () => {
    expect(otherUnit('ACME', cells())).toBeUndefined();
    expect(otherUnit('ACME', cells({ bu: 'ACME' }))).toBeUndefined();
    expect(otherUnit('ACME', cells({ bu: 'OTHER' }))).toMatchObject({
      errors: [{ column: 'bu', code: 'PARTNER_SCOPE' }],
    });
    expect(otherUnit('ACME', cells({ bu: '' }))).toMatchObject({ kind: 'REFUSED' });
  });
});
