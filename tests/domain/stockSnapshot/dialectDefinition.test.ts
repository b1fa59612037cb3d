import { describe, expect, test } from '@jest/globals';
import { dialectViolations } from '../../../domain/masterData/stockDialects.ts';
import type { StockDialect } from '../../../domain/stockSnapshot/dialect.ts';

const wrong = (words: StockDialect['words'], kind: '3PL' | 'SUPPLIER' = '3PL') =>
  dialectViolations(kind, { words, unsaid: 'ZERO' }).map(({ pointer, code }) => `${pointer} ${code}`);

describe('the dialect of a node', () => {
  test('is a list of words, each with what it counts', () => {
    expect(wrong([{ word: 'ON HAND', measure: 'ON_HAND', less: ['HELD'] }])).toEqual([]);
  });

  test('is told everything that is wrong with it at once', () => {
    expect(
      wrong([
        { word: ' 17', measure: 'ON_HAND', less: ['HELD', 'HELD'] },
        { word: '33', measure: 'DAMAGED', less: ['HELD'] },
        { word: '33', measure: 'HELD' },
      ]),
    ).toEqual([
      '/stockDialect/words/2/word DUPLICATE',
      '/stockDialect/words/0/word FORMAT_INVALID',
      '/stockDialect/words/0/less/1 DUPLICATE',
      '/stockDialect/words/1/less VALUE_INVALID',
    ]);
  });

  test('has a word at least, and belongs to a node that keeps stock', () => {
    expect(wrong([], 'SUPPLIER')).toEqual(['/stockDialect NODE_KEEPS_NO_STOCK', '/stockDialect/words REQUIRED']);
  });
});
