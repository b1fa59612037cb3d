import { dialectWordsMax, type StockDialect } from '../stockSnapshot/dialect.ts';
import { type Catalog, nodesOf } from './catalog.ts';
import { atMost, expectThat, unique } from './checks.ts';
import type { NodeDefined } from './events.ts';
import type { Violation } from './violation.ts';

type Found = readonly Violation[];

/** Printable, without spaces at its ends: what a source sends is compared as it is. */
const wordPattern = /^[!-~](?:[ -~]{0,48}[!-~])?$/;

const wordViolations = ({ word, measure, less }: StockDialect['words'][number], index: number): Found => [
  ...expectThat(
    wordPattern.test(word),
    ['stockDialect', 'words', index, 'word'],
    'FORMAT_INVALID',
    'A word is 1 to 50 printable characters without a space at either end.',
  ),
  ...expectThat(
    less === undefined || measure === 'ON_HAND',
    ['stockDialect', 'words', index, 'less'],
    'VALUE_INVALID',
    'Something is taken off what is on hand only; other words count one thing.',
  ),
  ...(less === undefined ? [] : unique(['stockDialect', 'words', index, 'less'], less)),
];

/** What is wrong with the words of a node. */
export const dialectViolations = (kind: NodeDefined['data']['kind'], { words }: StockDialect): Found => [
  ...expectThat(kind !== 'SUPPLIER', ['stockDialect'], 'NODE_KEEPS_NO_STOCK', 'A supplier tells nothing of stock.'),
  ...expectThat(words.length > 0, ['stockDialect', 'words'], 'REQUIRED', 'A dialect has at least one word.'),
  ...atMost(['stockDialect', 'words'], words, dialectWordsMax),
  ...unique(
    ['stockDialect', 'words'],
    words.map(({ word }) => word),
    'word',
  ),
  ...words.flatMap(wordViolations),
];

/** Nodes that send snapshots of their stock. */
export const nodesWithDialect = (catalog: Catalog, bu: string): readonly string[] =>
  nodesOf(catalog, bu)
    .filter(({ stockDialect }) => stockDialect !== undefined)
    .map(({ node }) => node);
