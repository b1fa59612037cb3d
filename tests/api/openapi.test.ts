import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import { z } from 'zod';
import { openApiDocument } from '../../api/reference/openapi.ts';
import { allOpenRoutes } from '../../api/reference/reference.ts';
import { routes } from '../../api/routes.ts';
import { samples } from './samples.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

type Layer = {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
};

/** What Express would really serve: every method of every path, read out of its routers. */
const served = (layers: readonly Layer[]): readonly string[] =>
  layers.flatMap((layer) => {
    if (layer.route === undefined) return served(layer.handle.stack ?? []);
    const { path, methods } = layer.route;
    return Object.keys(methods)
      .filter((method) => method !== '_all')
      .map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  });

const stackOf = (app: Express): readonly Layer[] =>
  (app.router as unknown as { readonly stack: readonly Layer[] }).stack;

type Parameter = { readonly name: string; readonly schema: Shown; readonly example?: unknown };
type Shown = { readonly examples?: readonly unknown[] };
type Operation = {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
  readonly parameters: readonly Parameter[];
  readonly security: readonly unknown[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } };
};
type Content = Readonly<Record<string, { readonly schema: object }>>;
type Document = {
  readonly openapi: string;
  readonly webhooks: Readonly<Record<'notice', { readonly post: Operation & { readonly tags: readonly string[] } }>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<'schemas' | 'headers', Readonly<Record<string, object>>>> & {
    readonly responses: Readonly<Record<string, { readonly content: Content }>>;
  };
};

let api: TestApi;
let document: Document;

beforeAll(async () => {
  api = await makeTestApi();
  document = JSON.parse((await supertest(api.app).get('/v1/openapi.json').expect(200)).text) as Document;
});
afterAll(() => api.close());

const operations = (): readonly Operation[] => Object.values(document.paths).flatMap((path) => Object.values(path));

/** A schema of the served document as a zod schema again: the document itself is what answers and bodies are held against. */
const fromDocument = (schema: object): z.ZodType => {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  );
  return z.fromJSONSchema(JSON.parse(text));
};

/** Whether a parameter takes a value: it refers to nothing, and many have the same schema. */
const takes = (() => {
  const known = new Map<string, z.ZodType>();
  return (schema: object, value: unknown): boolean => {
    const text = JSON.stringify(schema);
    const parsed = known.get(text) ?? z.fromJSONSchema(JSON.parse(text));
    known.set(text, parsed);
    return parsed.safeParse(value).success;
  };
})();

describe('the OpenAPI document', () => {
  test('has every route that Express serves, and no other', () => {
    const inDocument = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect([...served(stackOf(api.app))].sort()).toEqual([...inDocument].sort());
    expect(inDocument.length).toBeGreaterThan(45);
  });

  test('is 3.1, names each operation once and resolves every reference', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const ids = operations().map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(100);
    const { schemas, headers, responses } = document.components;
    const parts = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(headers).map((name) => `headers/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ];
    const known = new Set(parts.map((part) => `#/components/${part}`));
    expect([...new Set(references)].filter((reference) => !known.has(reference))).toEqual([]);
  });

  test('asks for credentials everywhere under /v1 but for itself and other descriptions, and documents 401, 403 and problems', () => {
    const descriptions = ['/v1/openapi.json', '/v1/schemas', '/v1/schemas/{name}/{version}'];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        if (!path.startsWith('/v1/') || descriptions.includes(path)) expect(operation.security).toEqual([]);
        else expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '503']));
      }
    }
  });

  test('takes the samples that the routes take, and refuses an additional property as they do', () => {
    for (const route of routes.filter(({ body }) => body !== undefined)) {
      const schema = document.paths[route.path]?.[route.method]?.requestBody?.content['application/json'].schema;
      if (schema === undefined) throw new Error(`${route.operation} has no body in the document`);
      const body = samples[route.operation]?.body ?? {};
      const served = fromDocument(schema);
      const parsed = served.safeParse(body);
      expect({ operation: route.operation, error: parsed.error?.message }).toEqual({
        operation: route.operation,
        error: undefined,
      });
      expect(served.safeParse({ ...body, more: 1 }).success).toBe(false);
    }
  });

  test('describes the answers as they are sent', async () => {
    const orders = await call(api, 'POST', '/v1/orders', { body: samples.submitOrder?.body });
    const responses = document.paths['/v1/orders']?.post?.responses ?? {};
    expect(
      fromDocument(responses['201']?.content?.['application/json']?.schema ?? {}).safeParse(orders.body).error?.message,
    ).toBeUndefined();
    const refused = await call(api, 'POST', '/v1/orders', { body: {} });
    expect(responses['422']).toEqual({ $ref: '#/components/responses/Problem422OfCommand' });
    const problem =
      document.components.responses.Problem422OfCommand?.content['application/problem+json']?.schema ?? {};
    expect(fromDocument(problem).safeParse(refused.body).error?.message).toBeUndefined();
    const own = document.paths['/v1/openapi.json']?.get?.responses['200']?.content?.['application/json']?.schema ?? {};
    expect(fromDocument(own).safeParse(document).success).toBe(true);
  });

  test('says of every address with a name in it that there may be nothing there', () => {
    const open = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/v1/') && path.includes('{'))
      .flatMap(([, methods]) => Object.values(methods));
    expect(open.length).toBeGreaterThan(100);
    expect(open.filter(({ responses }) => responses['404'] === undefined)).toEqual([]);
  });

  test('shows parameters by examples that the parameters take', () => {
    const shown = operations().flatMap(({ operationId, parameters }) =>
      parameters.flatMap(({ name, schema, example }) =>
        [...(schema.examples ?? []), ...(example === undefined ? [] : [example])].map((each) => ({
          ...{ operationId, name, each },
          taken: takes(schema, each),
        })),
      ),
    );
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.filter(({ taken }) => !taken)).toEqual([]);
  });

  test('says what subscribers of webhooks receive, so that a receiver is made of it as a client is', async () => {
    const { post } = document.webhooks.notice;
    const subscribing = document.paths['/v1/webhook-subscriptions']?.post as typeof post | undefined;
    expect(post.tags).toEqual(subscribing?.tags);
    expect(post.parameters.map(({ name }) => name)).toEqual(['Throughline-Delivery', 'Throughline-Signature']);
    expect(post.requestBody?.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/WebhookNotice',
    });
    const published = (await supertest(api.app).get('/v1/schemas/webhook-notice/1').expect(200)).body.$defs;
    expect(Object.keys(document.components.schemas.WebhookNotice ?? {})).toEqual(Object.keys(published.WebhookNotice));
  });

  test('is the same text every time, so that a change of the contract is a change of a file', () => {
    const text = () => JSON.stringify(openApiDocument(routes, allOpenRoutes, '0.1.0'));
    expect(text()).toBe(text());
  });
});

describe('the reference page', () => {
  test('needs nothing from any other host and runs no inline script', async () => {
    const page = await supertest(api.app).get('/docs').expect(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.text).not.toMatch(/https?:\/\//);
    expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self'/);
  });

  test('serves its scripts itself', async () => {
    const start = await supertest(api.app).get('/docs/start.js').expect(200);
    expect(start.text).toContain("url: '/v1/openapi.json'");
    const bundle = await supertest(api.app)
      .get('/docs/reference.js')
      .expect(200)
      .expect('content-type', /javascript/);
    const installed = readFileSync('node_modules/@scalar/api-reference/dist/browser/standalone.js');
    expect(Number(bundle.headers['content-length'] ?? bundle.text.length)).toBeGreaterThan(installed.length / 2);
  });
});
