import { isDeepStrictEqual } from 'node:util';
import { openApiDocument } from '../../api/reference/openapi.ts';
import { allOpenRoutes } from '../../api/reference/reference.ts';
import type { Route } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { problem } from '../../api/schemas/answers.ts';

type Doc = {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Documented | Referred>> }>>>
  >;
  readonly components: { readonly responses: Readonly<Record<string, Documented>> };
};

type Documented = { readonly headers: Readonly<Record<string, unknown>> };
type Referred = { readonly $ref: string };

const document = openApiDocument(routes, allOpenRoutes, '0.0.0') as unknown as Doc;

const documentedOf = ({ method, path }: Route, status: number): Documented | undefined => {
  const documented = document.paths[path]?.[method]?.responses[String(status)];
  return documented !== undefined && '$ref' in documented
    ? document.components.responses[documented.$ref.replace('#/components/responses/', '')]
    : documented;
};

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

const routeFor = (method: string, path: string): Route | undefined => {
  const plain = path.split('?')[0] ?? '';
  return routes.find((route) => route.method === method.toLowerCase() && patternOf(route.path).test(plain));
};

export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
};

/** Operation and status of every answer that was checked, so that a test can say which were never seen. */
const seenAnswers = new Set<string>();

/** What clients read beside the body; the rest is of transport and protection. */
const told = [
  ...['x-correlation-id', 'idempotency-replayed', 'etag', 'location', 'retry-after', 'www-authenticate'],
  ...['link', 'x-report-position', 'x-report-rows', 'x-report-sha256', 'x-as-of-position', 'x-lag-ms'],
  ...['x-stream-next', 'x-stream-more', 'x-stream-held', 'ratelimit', 'ratelimit-policy'],
];

const undocumentedHeaders = ({ headers }: Answered, documented: Documented): readonly string[] => {
  const known = new Set(Object.keys(documented.headers).map((name) => name.toLowerCase()));
  return told.filter((name) => headers[name] !== undefined && !known.has(name));
};

/** Who names fields gets these and no others. */
const schemaFor = ({ answer, selected }: Route, path: string) =>
  selected !== undefined && new URL(path, 'http://here').searchParams.has('fields') ? selected() : answer;

const mismatch = (route: Route | undefined, path: string, answer: Answered): string | undefined => {
  const type = answer.headers['content-type'] ?? '';
  if (answer.status >= 400) {
    if (!type.startsWith('application/problem+json')) return `a ${answer.status} of type ${type}`;
    const parsed = problem.safeParse(answer.body);
    if (!parsed.success) return `no problem document: ${parsed.error.message}`;
    if (answer.body.status !== answer.status) return `the document says ${String(answer.body.status)}`;
    return undefined;
  }
  if (route === undefined) return undefined;
  if (route.asCsv !== undefined && type.startsWith('text/csv')) return undefined;
  if (route.asLines !== undefined && type.startsWith('application/x-ndjson')) return undefined;
  if (route.pages !== undefined)
    return Object.hasOwn(route.pages, type.split(';')[0] ?? '') ? undefined : `a page of type ${type}`;
  if (!type.startsWith('application/json')) return `an answer of type ${type}`;
  const parsed = schemaFor(route, path).safeParse(answer.body);
  if (!parsed.success) return `not the documented answer: ${parsed.error.message}`;
  // A field that the document does not name is stripped by the schema, so the two differ.
  return isDeepStrictEqual(parsed.data, answer.body)
    ? undefined
    : `undocumented fields in ${answer.text.slice(0, 400)}`;
};

/** Throws unless the answer is what the OpenAPI document says of this route and status. */
export const requireConformance = (method: string, path: string, answer: Answered): void => {
  const route = routeFor(method, path);
  if (route !== undefined) {
    seenAnswers.add(`${route.operation} ${answer.status}`);
    const documented = documentedOf(route, answer.status);
    if (documented === undefined)
      throw new Error(`${route.operation} answered an undocumented ${answer.status}: ${answer.text.slice(0, 300)}`);
    const headers = documented === undefined ? [] : undocumentedHeaders(answer, documented);
    if (headers.length > 0) throw new Error(`${route.operation} ${answer.status}: undocumented ${headers.join(', ')}`);
  }
  const wrong = mismatch(route, path, answer);
  if (wrong !== undefined) throw new Error(`${method} ${path}: ${wrong}`);
};
