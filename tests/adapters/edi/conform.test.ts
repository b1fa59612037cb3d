import { describe, expect, test } from '@jest/globals';
import { conform } from '../../../adapters/edi/x12/conform.ts';
import { segment } from '../../../adapters/edi/x12/interchange.ts';

const elementsOf = (...of: Parameters<typeof segment>) => conform(segment(...of)).elements;

describe('an element of a document that is sent', () => {
  test('stays what it is where it fits', () => {
    const po1 = ['10', '100', 'BX', '12.5', '', 'BP', 'NB-88', 'VP', 'BRG-6204'];
    expect(elementsOf('PO1', ...po1)).toEqual(po1);
  });

  test('is cut where it only describes, and is filled up where it is too short a text', () => {
    expect(elementsOf('TD5', 'B', undefined, undefined, undefined, 'x'.repeat(40))).toEqual([
      'B',
      '',
      '',
      '',
      'x'.repeat(35),
    ]);
    expect(elementsOf('N1', 'ST', undefined, '92', '7')).toEqual(['ST', '', '92', '7 ']);
  });

  test('is measured as it will be written', () => {
    // One letter that becomes three.
    expect(() => conform(segment('BAK', '00', 'AD', '№'.repeat(12), '20261123'))).toThrow(/BAK03 .* longer than 22/);
    expect(elementsOf('BAK', '00', 'AD', 'Größe', '20261123')[2]).toBe('Große'.replace('ß', '?'));
  });

  test.each([
    ['a PO number of 23 characters', segment('BAK', '00', 'AD', 'P'.repeat(23), '20261123'), /BAK03 .* longer than 22/],
    ['no PO number', segment('PRF', '', undefined, undefined, '20261123'), /PRF01 has to be there/],
    ['a unit of three letters', segment('PO1', '10', '1', 'BOX'), /PO103 "BOX" is longer than 2/],
    ['a unit of one letter', segment('PO1', '10', '1', 'E'), /PO103 "E" is shorter than 2/],
    ['a quantity of eleven digits', segment('SN1', '10', '12345678901', 'EA'), /SN102 .* longer than 10/],
    ['a quantity that is no number', segment('QTY', '33', 'many', 'EA'), /QTY02 "many" is not of type R/],
    ['a day that is none', segment('DTM', '011', '2026-11-23'), /DTM02 .* not of type DT/],
    ['an amount with a point', segment('TDS', '129.75'), /TDS01 .* not of type N/],
    ['an element too many', segment('CTT', '1', '2'), /CTT has 2 elements instead of 1/],
    ['a segment that nobody makes', segment('ZZZ', '1'), /ZZZ is in no document/],
  ])('is refused with its place: %s', (_what, spoilt, told) => {
    expect(() => conform(spoilt)).toThrow(told);
    expect(() => conform(spoilt)).toThrow(RangeError);
  });

  test('of a number counts neither its sign nor its point', () => {
    expect(elementsOf('TXI', 'TX', '-1234567890123456.78')[1]).toBe('-1234567890123456.78');
    expect(() => conform(segment('TXI', 'TX', '12345678901234567.89'))).toThrow(/TXI02/);
  });
});
