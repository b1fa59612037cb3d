import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { ApiDeps } from './deps.ts';
import { type OpenRoute, type ProbeDeps, probeRoutes } from './openRoutes.ts';
import { HttpProblem } from './problem.ts';
import { allOpenRoutes } from './reference/reference.ts';
import { limitRate } from './request/rateLimit.ts';
import { correlationIdOf } from './request/requestHeaders.ts';
import { contextOf, notFound, type RequestContext, rememberContext, sendProblem } from './request/respond.ts';
import { problemOf } from './request/sent.ts';
import { serve } from './request/serve.ts';
import { expressPath, type Route } from './route.ts';
import { resources } from './routes.ts';

/** The first step of every request: an id to follow it by, and one log line and one observation when it is over. */
const open =
  (deps: Pick<ApiDeps, 'metrics' | 'logger'>): RequestHandler =>
  (request, response, next) => {
    const context: RequestContext = {
      correlationId: randomUUID(),
      startedAtMs: performance.now(),
      route: 'unmatched',
      client: undefined,
      code: undefined,
      commandId: undefined,
    };
    rememberContext(request, context);
    response.once('close', () => {
      const { correlationId, route, client, code, commandId } = contextOf(request);
      const ms = Math.round((performance.now() - context.startedAtMs) * 10) / 10;
      const { method } = request;
      deps.metrics.observeRequest({ method, route, status: response.statusCode, seconds: ms / 1_000, code });
      const outcome = { status: response.statusCode, ms, complete: response.writableFinished };
      deps.logger.info(
        { correlationId, method: request.method, route, client, code, commandId, ...outcome },
        'request',
      );
    });
    try {
      context.correlationId = correlationIdOf(request) ?? context.correlationId;
    } finally {
      response.setHeader('X-Correlation-Id', context.correlationId);
    }
    next();
  };

const protection = helmet({
  contentSecurityPolicy: {
    directives: { 'upgrade-insecure-requests': null, 'connect-src': ["'self'"], 'worker-src': ["'self'", 'blob:'] },
  },
});

/** What helmet says is the same for every answer: it is asked once, instead of thirteen functions per request. */
const protectiveHeaders: readonly (readonly [string, string])[] = (() => {
  const headers = new Map<string, string>();
  const listener = {
    setHeader: (name: string, value: string) => void headers.set(name, value),
    removeHeader: (name: string) => void headers.delete(name),
  };
  protection({} as IncomingMessage, listener as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error;
  });
  return [...headers];
})();

const protect: RequestHandler = (_request, response, next) => {
  for (const [name, value] of protectiveHeaders) response.setHeader(name, value);
  next();
};

/** HTTP/1.1 has every request name the host that it is for. */
const refuseWithoutHost: RequestHandler = (request, response, next) => {
  if (request.headers.host !== undefined || request.httpVersion !== '1.1') return next();
  response.setHeader('Connection', 'close');
  throw new HttpProblem('MALFORMED_REQUEST', 'A request by HTTP/1.1 has a Host header.');
};

/** Only `chunked` is understood; anything else could be read differently by whoever stands in front (H28). */
const refuseOtherTransferEncodings: RequestHandler = (request, response, next) => {
  const encoding = request.headers['transfer-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'chunked') return next();
  response.setHeader('Connection', 'close');
  throw new HttpProblem('TRANSFER_ENCODING_UNKNOWN', 'Only Transfer-Encoding: chunked is understood.');
};

const matched =
  (template: string): RequestHandler =>
  (request, _response, next) => {
    contextOf(request).route = template;
    next();
  };

/** Names the methods that a known path has. */
const refuseMethod =
  (methods: readonly string[]): RequestHandler =>
  () => {
    const allow = methods.map((method) => method.toUpperCase()).join(', ');
    throw new HttpProblem('METHOD_NOT_ALLOWED', `This address takes: ${allow}.`, { headers: { Allow: allow } });
  };

const resourceRouter = (resource: readonly Route[], deps: ApiDeps): Router => {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of resource) router[route.method](expressPath(route.path), matched(route.path), serve(route, deps));
  for (const path of new Set(resource.map((route) => route.path))) {
    router.all(
      expressPath(path),
      matched(path),
      refuseMethod(resource.filter((route) => route.path === path).map((route) => route.method)),
    );
  }
  return router;
};

const openRouter = <Deps>(routes: readonly OpenRoute<Deps>[], deps: Deps): Router => {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of routes) {
    router.get(expressPath(route.path), matched(route.path), (request, response) =>
      route.handle(request, response, deps),
    );
    router.all(expressPath(route.path), matched(route.path), refuseMethod(['get']));
  }
  return router;
};

const lastHandler =
  (deps: Pick<ApiDeps, 'logger'>): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    // A caller's mistake is in the request's own line, with its code; a stack is for what went wrong here.
    if (!(error instanceof HttpProblem) && problemOf(error).status >= 500)
      deps.logger.error(
        { err: error, correlationId: contextOf(request).correlationId, route: contextOf(request).route },
        'a request failed',
      );
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(request, response, error);
  };

const bareApp = (deps: Pick<ApiDeps, 'metrics' | 'logger'>): Express => {
  const app = express();
  app.set('etag', false);
  app.disable('x-powered-by');
  app.set('query parser', (text: string) => singleValues(text));
  app.use(open(deps), protect, refuseWithoutHost, refuseOtherTransferEncodings);
  return app;
};

const nothingElse: RequestHandler = () => {
  throw notFound();
};

/** For a role without the API: whether the process lives, what is not ready, and what it counted. */
export const makeProbes = (deps: ProbeDeps): Express => {
  const app = bareApp(deps);
  app.use(openRouter(probeRoutes, deps));
  app.use(nothingElse);
  app.use(lastHandler(deps));
  return app;
};

/** The HTTP edge over the ports in `deps`; it holds no state of its own. */
export const makeApp = (deps: ApiDeps): Express => {
  const app = bareApp(deps);
  app.use(openRouter(allOpenRoutes, deps));
  app.use(limitRate(deps.config.rateLimitPerMinute));
  for (const resource of resources) app.use(resourceRouter(resource, deps));
  app.use(nothingElse);
  app.use(lastHandler(deps));
  return app;
};

/** A parameter given twice has no single meaning, so it keeps all its values and no schema takes it. */
const singleValues = (text: string): Readonly<Record<string, string | readonly string[]>> => {
  const parameters = new URLSearchParams(text ?? '');
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
};
