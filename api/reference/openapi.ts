import { z } from 'zod';
import type { OpenRoute } from '../openRoutes.ts';
import { type Operation, permissions } from '../permissions.ts';
import { rawBytes } from '../request/bytes.ts';
import { linesType } from '../request/lines.ts';
import { rawMediaTypes } from '../request/requestHeaders.ts';
import type { Route } from '../route.ts';
import { problem } from '../schemas/answers.ts';
import { eventStreamType } from '../stream/serverSentEvents.ts';
import { answerHeadersOf, headerComponents, headersOf, openHeadersOf } from './openapiHeaders.ts';
import { problemAnswer } from './openapiProblems.ts';
import { webhooksOf } from './openapiWebhooks.ts';

type Json = { readonly [key: string]: unknown };
type Schemas = Record<string, unknown>;
/** What is written once and referred to. */
type Components = { readonly schemas: Schemas; readonly responses: Schemas };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `#/$defs/X`, as zod writes a reference, where OpenAPI keeps it. */
const relocated = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(relocated);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : relocated(inner),
    ]),
  );
};

/** The JSON Schema of what is sent or received; named parts go to `components`. */
const schemaOf = (schema: z.ZodType, components: Schemas): unknown => {
  const { $schema: _, $defs, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  if (isObject($defs)) for (const [name, definition] of Object.entries($defs)) components[name] = relocated(definition);
  return relocated(rest);
};

const parametersOf = (schema: z.ZodType, place: 'path' | 'query', components: Schemas): readonly Json[] => {
  const object = schemaOf(schema, components);
  if (!isObject(object) || !isObject(object.properties)) return [];
  const required = Array.isArray(object.required) ? object.required : [];
  return Object.entries(object.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
};

/** Problem statuses of a route beside its own refusals. */
const commonRefusals = (route: Route): readonly number[] => [
  401,
  403,
  406,
  429,
  500,
  503,
  ...(route.kind === 'command' ? [400, 409, 412, 413, 415, 422] : [400, 422]),
  ...(route.kind === 'check' || route.kind === 'handover' ? [413, 415] : []),
  // An address of what there is not, or of what no id can be.
  ...(route.path.includes('{') ? [404] : []),
];

const jsonOf = ({ answer, selected }: Route, components: Schemas): unknown =>
  selected === undefined
    ? schemaOf(answer, components)
    : { anyOf: [schemaOf(answer, components), schemaOf(selected(), components)] };

const contentOf = (route: Route, components: Schemas): Json => {
  if (route.pages !== undefined)
    return Object.fromEntries(Object.keys(route.pages).map((form) => [form, { schema: { type: 'string' } }]));
  return {
    'application/json': { schema: jsonOf(route, components) },
    ...(route.asCsv !== undefined && { 'text/csv': { schema: { type: 'string' } } }),
    ...(route.asLines !== undefined && { [linesType]: { schema: { type: 'string' } } }),
    ...(route.streams !== undefined && { [eventStreamType]: { schema: { type: 'string' } } }),
    ...(route.asBytes !== undefined && { [rawBytes]: { schema: { type: 'string', format: 'binary' } } }),
  };
};

const whatIsTold = {
  command: 'Taken; the receipt says where it is recorded.',
  read: 'The answer, and how fresh it is.',
  check: 'The answer, and how fresh it is.',
  handover: 'Handed over.',
} as const satisfies Record<Route['kind'], string>;

const answersOf = (route: Route, { schemas, responses }: Components): Json => ({
  [route.status]: {
    description: whatIsTold[route.kind],
    headers: answerHeadersOf(route),
    content: contentOf(route, schemas),
  },
  ...Object.fromEntries(
    [...new Set([...commonRefusals(route), ...route.refusals])]
      .sort()
      .map((status) => [status, problemAnswer(status, route.kind === 'command', responses)]),
  ),
});

const operationOf = (route: Route, components: Components, example: object | undefined): Json => ({
  operationId: route.operation,
  tags: [route.tag],
  summary: route.summary,
  description: [route.description, `Roles: ${permissions[route.operation].join(', ')}.`].filter(Boolean).join('\n\n'),
  security: [{ bearer: [] }],
  parameters: [
    ...parametersOf(route.params, 'path', components.schemas),
    ...parametersOf(route.query, 'query', components.schemas),
    ...headersOf(route),
  ],
  ...(route.body !== undefined && {
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: schemaOf(route.body, components.schemas),
          ...(example !== undefined && { example }),
        },
        ...(route.rawBody !== undefined &&
          Object.fromEntries(rawMediaTypes.map((type) => [type, { schema: { type: 'string' } }]))),
        ...(route.upload !== undefined && { [route.upload.mediaType]: { schema: { type: 'string' } } }),
      },
    },
  }),
  ...(route.takesBytes !== undefined && {
    requestBody: { required: true, content: { [rawBytes]: { schema: { type: 'string', format: 'binary' } } } },
  }),
  responses: answersOf(route, components),
});

const openOperationOf = (route: OpenRoute, { schemas, responses }: Components): Json => ({
  operationId: route.operation,
  tags: ['Service'],
  summary: route.summary,
  security: [],
  parameters: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  })),
  responses: Object.fromEntries(
    route.answers.map((status) =>
      status === 404
        ? [status, problemAnswer(404, false, responses)]
        : [
            status,
            {
              description: route.summary,
              headers: openHeadersOf(route),
              content: {
                [route.mime]: {
                  schema: route.schema === undefined ? { type: 'string' } : schemaOf(route.schema, schemas),
                },
              },
            },
          ],
    ),
  ),
});

const description = `One ledger from a customer's order to the acknowledged journal.

Money is text of minor units, quantities are integer text, prices decimal text. Every command needs an \`Idempotency-Key\`
and answers with a receipt; send its \`position\` as \`X-Min-Position\` to read what you wrote. Problems follow RFC 9457 and
list all violations at once. At any address a request that does not arrive in time is 408 \`REQUEST_TIMEOUT\`, and one with a
head of more than 16 KiB 431 \`HEADERS_TOO_LARGE\`.`;

/** The OpenAPI 3.1 document of exactly these routes, from the very schemas that they parse with; `examples` are bodies. */
export const openApiDocument = (
  routes: readonly Route[],
  openRoutes: readonly OpenRoute[],
  version: string,
  examples: Readonly<Partial<Record<Operation, object>>> = {},
): Json => {
  const components: Components = { schemas: {}, responses: {} };
  schemaOf(problem, components.schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const operation = operationOf(route, components, examples[route.operation]);
    paths[route.path] = { ...paths[route.path], [route.method]: operation };
  }
  for (const route of openRoutes) paths[route.path] = { ...paths[route.path], get: openOperationOf(route, components) };
  return {
    openapi: '3.1.1',
    info: { title: 'Throughline', version, description },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag)), 'Service'].map((name) => ({ name })),
    paths,
    webhooks: webhooksOf((schema) => schemaOf(schema, components.schemas)),
    components: {
      ...components,
      headers: headerComponents,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
};
