import { lineBooks, lineDocuments, lineNarrowings } from '../../projections/glStaging/lineQueries.ts';
import { dated, ledgerOf } from '../asOf/ledger.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import type { ApiDeps } from '../deps.ts';
import type { ProblemError } from '../problem.ts';
import type { Call, Route } from '../route.ts';
import { glLineList, glLineQuery } from '../schemas/ledger.ts';

type Asked = Readonly<Partial<Record<keyof typeof glLineQuery.shape, unknown>>> & {
  readonly bu?: string;
  readonly ledger?: string;
  readonly item?: string;
  readonly customer?: string;
};

/** Filters by which alone a whole ledger would be read, and often for nothing. */
const notAlone = ['period', ...lineNarrowings] as const;

const unserved = (query: Asked): readonly ProblemError[] => {
  const has = (name: keyof Asked): boolean => query[name] !== undefined;
  const isServed = lineDocuments.some(has) || lineBooks.every(has);
  const alone = isServed ? [] : notAlone.filter(has);
  return [
    ...alone.map((name) => ({
      pointer: `/query/${name}`,
      code: 'VALUE_INVALID',
      detail: `Lines are not found by this alone: name ${lineBooks.join(', ')}, or one of ${lineDocuments.join(', ')}.`,
    })),
    ...(has('orderLineId') && !has('orderId')
      ? [{ pointer: '/query/orderId', code: 'REQUIRED', detail: 'An order line is one of its order.' }]
      : []),
  ];
};

const objections = async ({ query }: { readonly query: Asked }, call: Call, deps: ApiDeps) => {
  const { bu, ledger, item, customer: soldTo } = query;
  const unknown = await unknownBooks({ query: { bu, ledger, item, soldTo } }, call, deps);
  return [
    ...unserved(query),
    ...unknown.map((each) => ({ ...each, pointer: each.pointer.replace('/soldTo', '/customer') })),
  ];
};

const list = report({
  operation: 'listGlLines',
  path: '/v1/gl-lines',
  tag: 'General ledger',
  summary: 'Lines of the staged journals, in the order in which things happened',
  description:
    'Each with the keys of its journal and its lineage. Without a filter, or of a business unit or a ledger, all lines, for whoever copies them. Documents, and bu, ledger and period together, are found by an index, an account within those three as well; state, role, item and customer narrow what these find.',
  query: glLineQuery,
  objections,
  answer: glLineList,
  // Which order a shipment is of is told by its own model.
  models: ['gl_staging', 'shipments'],
  datedBy: 'the accounting date of the journal',
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ query }, call, deps, moment) => deps.reads.listGlLines(dated(query, moment), call.scope, ledgerOf(moment)),
});

export const glLineRoutes: readonly Route[] = [list];
