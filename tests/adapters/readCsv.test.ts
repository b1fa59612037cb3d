import { describe, expect, test } from '@jest/globals';
import { readCsv } from '../../adapters/csv/readCsv.ts';
import { CsvUnreadable } from '../../domain/intake/row.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const allOf = async <T>(source: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
};

const rowsOf = async (text: string, size = 100_000): Promise<readonly (readonly string[])[]> =>
  allOf(readCsv(pieces(Buffer.from(text), size)));

describe('a CSV file', () => {
  test('is the same rows however it is cut into pieces', async () => {
    const text = '\ufeffitem,description\r\n"A","say ""ä"", then\r\ngo"\r\n\r\nB,\r\n';
    const rows = [['item', 'description'], ['A', 'say "ä", then\r\ngo'], [''], ['B', '']];
    for (const size of [1, 2, 3, 7, 100_000]) expect(await rowsOf(text, size)).toEqual(rows);
  });

  test('may have line ends of several kinds', async () => {
    for (const size of [1, 1_000])
      expect(await rowsOf('a,b\r\n1,2\n3,4\r5,6', size)).toEqual([
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ]);
  });

  test('may have rows of any number of cells, and none', async () => {
    expect(await rowsOf('a,b\n1\n1,2,3\n')).toEqual([['a', 'b'], ['1'], ['1', '2', '3']]);
    expect(await rowsOf('')).toEqual([]);
  });

  test.each([
    ['a,b\n1,2\n"3,4\n5,6\n', 3, 'never closed'],
    ['a,b\n1,2\n"3"x,4\n', 3, 'closing quote'],
    ['a,b\n1,x"y"\n', 2, 'middle of a cell'],
    [`a\n1\n"${'x'.repeat(70_000)}"\n`, 3, 'longer than'],
    [`a\n1\n${','.repeat(2_000_000)}\n`, 3, 'longer than'],
    [`a\n1\n${`${','.repeat(60_000)}"\n"`.repeat(30)}\n`, 3, 'longer than'],
  ])('%.20j cannot be read from row %i on', async (text, row, detail) => {
    const error = await rowsOf(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CsvUnreadable);
    expect(error).toMatchObject({ row, message: expect.stringContaining(detail) });
  });

  test('is not read any further than somebody wants', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield Buffer.from('1,2\n'.repeat(20_000));
      }
    }
    for await (const row of readCsv(endless())) {
      expect(row).toEqual(['1', '2']);
      break;
    }
    expect(given).toBeLessThan(5);
  });

  test('tells what its source fails with', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a,b\n');
      throw new RangeError('the disk is gone');
    }
    await expect(allOf(readCsv(broken()))).rejects.toThrow('the disk is gone');
  });
});
