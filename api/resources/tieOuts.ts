import { dated, ledgerOf } from '../asOf/ledger.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import type { Route } from '../route.ts';
import { tieOutItemQuery, tieOutItems, tieOutPair, tieOutQuery, tieOuts } from '../schemas/ledger.ts';

const tag = 'General ledger';
const datedBy = 'the accounting date of the journal on one side and the day of the document on the other';

const readTieOuts = report({
  operation: 'readTieOuts',
  path: '/v1/tie-outs',
  tag,
  summary: 'Subledgers against the general ledger',
  query: tieOutQuery,
  objections: unknownBooks,
  answer: tieOuts,
  models: ['gl_staging', 'subledgers', 'inventory'],
  alsoKnows: ['master_data'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: (_body, { bu }) => [bu],
  handle: async ({ query }, call, deps, moment) => ({
    items: await deps.reads.tieOuts(dated(query, moment), call.scope, ledgerOf(moment)),
    nextCursor: null,
  }),
});

const listItems = report({
  operation: 'listTieOutItems',
  path: '/v1/tie-outs/{pair}/items',
  tag,
  summary: 'The documents behind one pair of the tie-outs: what the subledger has of each, and what the ledger has',
  description:
    'By their ids. Documents of which nothing is left on either side are left out. `differences=true` leaves those that need an explanation. Each page takes as long as the tie-out itself.',
  params: tieOutPair,
  query: tieOutItemQuery,
  objections: unknownBooks,
  answer: tieOutItems,
  models: ['gl_staging', 'subledgers', 'inventory'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: (_body, { bu }) => [bu],
  handle: ({ params, query }, call, deps, moment) =>
    deps.reads.tieOutItems({ ...dated(query, moment), ...params }, call.scope, ledgerOf(moment)),
});

export const tieOutRoutes: readonly Route[] = [readTieOuts, listItems];
