import type { RecordedSnapshot } from '../../commands/calls/stockSnapshots.ts';
import { namedFigures } from '../../domain/stockSnapshot/named.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { command, type Route, read } from '../route.ts';
import { stockSnapshotAnswer, stockSnapshotBody, toldStockList, toldStockQuery } from '../schemas/stockSnapshots.ts';
import { nodeFilter } from './stock.ts';

const tag = 'Stock';

const lineOf = ({ item, figures, contradicts }: RecordedSnapshot['lines'][number]) => ({
  item,
  figures: namedFigures(Object.fromEntries(figures.map(({ figure, qty }) => [figure, qty]))),
  contradicts: contradicts === true,
});

const recordSnapshot = command({
  operation: 'recordStockSnapshot',
  path: '/v1/stock-snapshots',
  tag,
  summary: 'Tell what a node says that it has, in its own words',
  description:
    'A fact that moves no goods. Each figure is brought to the same position by the dialect of the node (`stockDialect`); what does not follow from what was told is null. It is held against the books as they were at `takenAt` (pair `snapshots` of `/v1/ops/reconciliations`). The same `snapshotId` and content is answered again without effect.',
  body: stockSnapshotBody,
  status: 201,
  answer: stockSnapshotAnswer,
  refusals: [],
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node }) ? deps.application.contentChecks.stockSnapshot(body) : [],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.recordStockSnapshot({ ...body, ...call.condition }, call.context);
  },
  tell: ({ snapshotId, dialectVersion, lines }, receipt) => ({
    body: { snapshotId, dialectVersion, lines: lines.map(lineOf), receipt },
    etag: receipt.revision,
  }),
});

const listSnapshots = read({
  operation: 'listToldStock',
  path: '/v1/stock-snapshots',
  tag,
  summary: 'What each node last said that it has, item by item',
  query: toldStockQuery,
  objections: unknownBooks,
  answer: toldStockList,
  models: ['reconciliations', 'master_data'],
  handle: ({ query }, call, deps) =>
    deps.reads.listToldStock({ ...query, ...nodeFilter(query.node, call) }, call.scope),
});

export const stockSnapshotRoutes: readonly Route[] = [recordSnapshot, listSnapshots];
