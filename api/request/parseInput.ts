import { HttpProblem, type ProblemError } from '../problem.ts';
import type { Route } from '../route.ts';
import { invalid, violationsMax, violationsOf } from '../violations.ts';
import { hostileTextIn } from './hostileText.ts';
import { isCovered, repaired } from './standIns.ts';

type Raw = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/** Says what is wrong with the content of an input whose form is right. */
export type Objections = (input: Raw) => Promise<readonly ProblemError[]>;

const none: Objections = async () => [];

type Schema = Route['params'];
type Parsed = { readonly value: unknown; readonly errors: readonly ProblemError[] };

const parse = (schema: Schema, value: unknown, prefix: readonly string[]): Parsed => {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success
    ? { value: result.data, errors: [] }
    : { value: undefined, errors: violationsOf(result.error, prefix) };
};

/** What an address names may be written to the log, or go into SQL, as it is. */
const paramsOf = (route: Route, raw: unknown): Parsed => {
  const parsed = parse(route.params, raw, ['path']);
  if (parsed.errors.length > 0) return parsed;
  const hostile = hostileTextIn(raw, violationsMax).map((error) => ({ ...error, pointer: `/path${error.pointer}` }));
  return { ...parsed, errors: hostile };
};

const bodyOf = (route: Route, raw: unknown): Parsed => {
  if (route.body === undefined) return { value: undefined, errors: [] };
  const hostile = hostileTextIn(raw, violationsMax);
  const parsed = parse(route.body, raw, []);
  // A text that was refused for its characters need not be refused for its form as well.
  const seen = new Set(hostile.map((error) => error.pointer));
  return { value: parsed.value, errors: [...hostile, ...parsed.errors.filter((error) => !seen.has(error.pointer))] };
};

/** A query goes into SQL as it is, so NUL and the like are refused here too. */
const queryOf = (route: Route, raw: unknown): Parsed => {
  const hostile = hostileTextIn(raw, violationsMax).map((error) => ({ ...error, pointer: `/query${error.pointer}` }));
  const parsed = parse(route.query, raw, ['query']);
  return { value: parsed.value, errors: [...hostile, ...parsed.errors] };
};

/** A missing list becomes a list of one, whose parts become stand-ins; a rule about several fields may then still object. */
const roundsMax = 5;

/**
 * What else is wrong with a body or query whose form is wrong somewhere: the parts that are right are looked at with stand-ins in
 * the other places, and objections to a stand-in are not told. Nothing more where no stand-in helps.
 */
const behind = async (
  parseAgain: (raw: unknown) => Parsed,
  raw: unknown,
  found: readonly ProblemError[],
  objections: (value: unknown) => Promise<readonly ProblemError[]>,
): Promise<readonly ProblemError[]> => {
  const more: ProblemError[] = [];
  const wrong = new Set(found.filter(({ code }) => code !== 'UNKNOWN_PROPERTY').map(({ pointer }) => pointer));
  const tell = (errors: readonly ProblemError[]): void => {
    const uncovered = errors.filter(({ pointer }) => !isCovered(pointer, wrong));
    more.push(...uncovered);
    for (const { pointer } of uncovered) wrong.add(pointer);
  };
  let errors = found;
  let copy = raw;
  for (let round = 0; round < roundsMax && !wrong.has(''); round += 1) {
    copy = repaired(copy, errors, round);
    const parsed = parseAgain(copy);
    if (parsed.errors.length === 0) {
      tell(await objections(parsed.value));
      break;
    }
    errors = parsed.errors;
    tell(errors);
  }
  return more;
};

/** Objections to a body that is wrong somewhere, or to the query of a question without one. */
const moreOf = (
  route: Route,
  raw: Raw,
  { params, query, body }: { readonly [Part in keyof Raw]: Parsed },
  objections: Objections,
): Promise<readonly ProblemError[]> => {
  const schema = route.body;
  if (schema === undefined) {
    const parseAgain = (copy: unknown): Parsed => parse(route.query, (copy as Pick<Raw, 'query'>).query, ['query']);
    return behind(parseAgain, { query: raw.query }, query.errors, (value) =>
      objections({ params: params.value, query: value, body: undefined }),
    );
  }
  return behind(
    (copy) => parse(schema, copy, []),
    raw.body,
    body.errors,
    (value) => objections({ params: params.value, query: query.value, body: value }),
  );
};

/**
 * The typed input of a route, or `HttpProblem`: 404 for a path that can name nothing, 422 with every violation of query
 * and body, of form and of content. The content of a body of the right form is for whoever acts on it; a question without
 * one is objected to here. Where the path is the name of something new (PUT) a bad name is a violation, not a missing
 * resource.
 */
export const parseInput = async (route: Route, raw: Raw, objections?: Objections): Promise<Raw> => {
  const params = paramsOf(route, raw.params);
  if (params.errors.length > 0 && route.method !== 'put')
    throw new HttpProblem('NOT_FOUND', 'There is nothing at this address.');
  const query = queryOf(route, raw.query);
  const body = bodyOf(route, raw.body);
  const errors = [...params.errors, ...query.errors, ...body.errors];
  const input = { params: params.value, query: query.value, body: body.value };
  if (errors.length === 0) {
    const wrong = route.body === undefined ? await objections?.(input) : undefined;
    if (wrong !== undefined && wrong.length > 0) throw invalid(wrong);
    return input;
  }
  const own = route.body === undefined ? query : body;
  const canLook = params.errors.length === 0 && own.errors.length > 0 && errors.length < violationsMax;
  if (!canLook) throw invalid(errors);
  // Rules over several fields look only once each field is right, so a route without objections is parsed again as well.
  throw invalid([...errors, ...(await moreOf(route, raw, { params, query, body }, objections ?? none))]);
};
