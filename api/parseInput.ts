import { hostileTextIn } from './hostileText.ts';
import { HttpProblem, type ProblemError } from './problem.ts';
import type { Route } from './route.ts';
import { invalid, violationsMax, violationsOf } from './violations.ts';

type Raw = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

type Schema = Route['params'];

const parse = (schema: Schema, value: unknown, prefix: readonly string[]) => {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success
    ? { value: result.data, errors: [] }
    : { value: undefined, errors: violationsOf(result.error, prefix) };
};

const bodyOf = (route: Route, raw: unknown): { readonly value: unknown; readonly errors: readonly ProblemError[] } => {
  if (route.body === undefined) return { value: undefined, errors: [] };
  const hostile = hostileTextIn(raw, violationsMax);
  const parsed = parse(route.body, raw, []);
  // A text that was refused for its characters need not be refused for its form as well.
  const seen = new Set(hostile.map((error) => error.pointer));
  return { value: parsed.value, errors: [...hostile, ...parsed.errors.filter((error) => !seen.has(error.pointer))] };
};

/** A query goes into SQL as it is, so NUL and the like are refused here too. */
const queryOf = (route: Route, raw: unknown): { readonly value: unknown; readonly errors: readonly ProblemError[] } => {
  const hostile = hostileTextIn(raw, violationsMax).map((error) => ({ ...error, pointer: `/query${error.pointer}` }));
  const parsed = parse(route.query, raw, ['query']);
  return { value: parsed.value, errors: [...hostile, ...parsed.errors] };
};

/**
 * The typed input of a route, or `HttpProblem`: 404 for a path that can name nothing, 422 with every violation of query
 * and body. Where the path is the name of something new (PUT) a bad name is a violation, not a missing resource.
 */
export const parseInput = (route: Route, raw: Raw): Raw => {
  const params = parse(route.params, raw.params, ['path']);
  if (params.errors.length > 0 && route.method !== 'put')
    throw new HttpProblem('NOT_FOUND', 'There is nothing at this address.');
  const query = queryOf(route, raw.query);
  const body = bodyOf(route, raw.body);
  const errors = [...params.errors, ...query.errors, ...body.errors];
  if (errors.length > 0) throw invalid(errors);
  return { params: params.value, query: query.value, body: body.value };
};
