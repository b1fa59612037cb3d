import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { OpenRoute } from '../openRoutes.ts';
import { openRoutes } from '../openRoutes.ts';
import { send } from '../request/respond.ts';
import { answerSent } from '../request/sent.ts';
import { routes } from '../routes.ts';
import { verifierRoutes } from '../verifier/download.ts';
import { schemaRoutes } from './canonicalSchemas.ts';
import { openApiDocument } from './openapi.ts';
import { requestExamples } from './requestExamples.ts';

// Everything the page needs is served here: it works without any other host, under helmet's content security policy.
const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Throughline API</title>
  <link rel="icon" href="data:,">
</head>
<body>
  <div id="app"></div>
  <noscript>This page needs JavaScript. The document itself is at /v1/openapi.json.</noscript>
  <script src="/docs/reference.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

const startScript = `Scalar.createApiReference('#app', {
  url: '/v1/openapi.json',
  authentication: { preferredSecurityScheme: 'bearer' },
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  mcp: { disabled: true },
  agent: { disabled: true },
});
`;

/** The package names its style sheet but not its browser bundle; the one lies beside the other. */
const bundlePath = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@scalar/api-reference/style.css')), 'browser', 'standalone.js');

const docs: OpenRoute = {
  operation: 'readDocs',
  path: '/docs',
  summary: 'This reference as a page',
  mime: 'text/html',
  answers: [200],
  schema: undefined,
  handle: async (_request, response) => {
    response.type('html').end(page);
  },
};

const start: OpenRoute = {
  operation: 'readDocsStart',
  path: '/docs/start.js',
  summary: 'The script that opens the reference',
  mime: 'text/javascript',
  answers: [200],
  schema: undefined,
  handle: async (_request, response) => {
    response.type('text/javascript').end(startScript);
  },
};

const bundle: OpenRoute = {
  operation: 'readDocsBundle',
  path: '/docs/reference.js',
  summary: 'The reference renderer',
  mime: 'text/javascript',
  answers: [200],
  schema: undefined,
  handle: async (_request, response) => {
    response.type('text/javascript').setHeader('Cache-Control', 'public, max-age=86400');
    await pipeline(createReadStream(bundlePath()), response);
  },
};

/** Made once a day: the dates of its examples are about today. */
let made: { readonly day: string; readonly text: string } | undefined;

const documentOf = (day: string, version: string): string => {
  if (made?.day !== day)
    made = { day, text: JSON.stringify(openApiDocument(routes, allOpenRoutes, version, requestExamples(day))) };
  return made.text;
};

const openApi: OpenRoute = {
  operation: 'readOpenApi',
  path: '/v1/openapi.json',
  summary: 'This document',
  mime: 'application/json',
  answers: [200],
  schema: z.record(z.string(), z.unknown()),
  handle: async (request, response, deps) => {
    const text = documentOf(deps.clock().slice(0, 10), deps.config.version);
    send(request, response, { ...answerSent(200, { body: null }), text });
  },
};

export const allOpenRoutes: readonly OpenRoute[] = [
  ...openRoutes,
  ...schemaRoutes,
  openApi,
  docs,
  start,
  bundle,
  ...verifierRoutes,
];
