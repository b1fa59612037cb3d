import { contentSha256 } from '../commands/canonicalJson.ts';
import { CursorInvalid } from '../projections/readModel.ts';

/** What a list was asked for. */
type Asked = {
  readonly operation: string;
  readonly params: unknown;
  readonly query: object;
  readonly validAsOf?: string | undefined;
};

/** These say how much of a list is shown, how, and as of when: one page may differ in them from the next. */
const passing: ReadonlySet<string> = new Set(['cursor', 'limit', 'totals', 'knownAsOf', 'fields']);

const markLength = 12;

const markOf = ({ query, ...list }: Asked): string => {
  const filters = Object.fromEntries(Object.entries(query).filter(([name]) => !passing.has(name)));
  return contentSha256({ ...list, query: filters }).slice(0, markLength);
};

type Query = { readonly cursor?: unknown };

/**
 * Cursors are keys of rows, and keys of two lists can have one shape: what callers are given carries the mark of its list and
 * filters, so that another list, or this one by other filters, refuses it instead of going on at a place that means nothing there.
 */
export const boundCursor = (asked: Asked) => ({
  /** The query as the list understands it. Throws `CursorInvalid`. */
  opened: <Q extends object>(query: Q): Q => {
    const { cursor } = query as Query;
    if (typeof cursor !== 'string') return query;
    if (!cursor.startsWith(markOf(asked))) throw new CursorInvalid('the cursor is not one of this list');
    return { ...query, cursor: cursor.slice(markLength) };
  },
  /** The answer as callers get it. */
  sealed: <Body>(body: Body): Body => {
    if (typeof body !== 'object' || body === null || !('nextCursor' in body)) return body;
    const { nextCursor } = body;
    return typeof nextCursor === 'string' ? { ...body, nextCursor: markOf(asked) + nextCursor } : body;
  },
});

/** The same of a handler that is asked by parameters and query alone. */
export const withBoundCursor =
  <I extends { readonly params: unknown; readonly query: unknown }, Rest extends readonly unknown[], Body>(
    operation: string,
    handle: (input: I, ...rest: Rest) => Promise<Body>,
  ) =>
  async (input: I, ...rest: Rest): Promise<Body> => {
    const query = input.query as object;
    const cursors = boundCursor({ operation, params: input.params, query });
    return cursors.sealed(await handle({ ...input, query: cursors.opened(query) }, ...rest));
  };
