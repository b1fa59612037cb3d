import type { Request, Response } from 'express';
import { z } from 'zod';
import { type CatalogueCode, catalogue, isInCatalogue } from './catalogue.ts';
import type { ApiDeps, HealthCheck } from './deps.ts';
import { problemSlug } from './problem.ts';
import { notFound, send } from './request/respond.ts';
import { answerSent } from './request/sent.ts';

/** What a process tells of itself, whatever its role. */
export type ProbeDeps = Pick<ApiDeps, 'health' | 'metrics' | 'logger'>;

/** A route without credentials: what probes, scrapers and readers of the documentation need. */
export type OpenRoute<Deps = ApiDeps> = {
  readonly operation: string;
  readonly path: string;
  readonly summary: string;
  readonly mime: 'application/json' | 'text/html' | 'text/plain' | 'text/javascript';
  readonly answers: readonly number[];
  readonly schema: z.ZodType | undefined;
  readonly handle: (request: Request, response: Response, deps: Deps) => Promise<void>;
};

const checkTimeoutMs = 2_000;

const runCheck = async ({ name, check }: HealthCheck) => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ readonly ready: false; readonly detail: string }>((resolve) => {
    timer = setTimeout(
      () => resolve({ ready: false, detail: `no answer within ${checkTimeoutMs} ms` }),
      checkTimeoutMs,
    );
  });
  try {
    const { ready, detail } = await Promise.race([check(), late]);
    return { name, ready, ...(detail !== undefined && { detail }) };
  } catch {
    // The error may name hosts and users; the log of the part itself has it.
    return { name, ready: false, detail: 'the check failed' };
  } finally {
    clearTimeout(timer);
  }
};

const health = z.object({
  status: z.enum(['ready', 'not ready']),
  parts: z.array(z.object({ name: z.string(), ready: z.boolean(), detail: z.string().optional() })),
});

const live: OpenRoute<ProbeDeps> = {
  operation: 'readLiveness',
  path: '/health/live',
  summary: 'The process answers',
  mime: 'application/json',
  answers: [200],
  schema: z.object({ status: z.literal('live') }),
  handle: async (request, response) => send(request, response, answerSent(200, { body: { status: 'live' } })),
};

const ready: OpenRoute<ProbeDeps> = {
  operation: 'readReadiness',
  path: '/health/ready',
  summary: 'Which part is not ready, and why',
  mime: 'application/json',
  answers: [200, 503],
  schema: health,
  handle: async (request, response, deps) => {
    const parts = await Promise.all(deps.health.map(runCheck));
    const isReady = parts.every((part) => part.ready);
    send(
      request,
      response,
      answerSent(isReady ? 200 : 503, { body: { status: isReady ? 'ready' : 'not ready', parts } }),
    );
  },
};

const metrics: OpenRoute<ProbeDeps> = {
  operation: 'readMetrics',
  path: '/metrics',
  summary: 'Metrics in the Prometheus text format',
  mime: 'text/plain',
  answers: [200],
  schema: undefined,
  handle: async (_request, response, deps) => {
    const { contentType, text } = await deps.metrics.expose();
    response.setHeader('Content-Type', contentType);
    response.end(text);
  },
};

const codeOfSlug = (slug: string): CatalogueCode | undefined => {
  const code = slug.toUpperCase().replaceAll('-', '_');
  return isInCatalogue(code) && problemSlug(code) === slug ? code : undefined;
};

const problemType: OpenRoute = {
  operation: 'readProblemType',
  path: '/problems/{slug}',
  summary: 'What a code of the catalogue means: of a problem, a violation or a call of an outside system',
  mime: 'application/json',
  answers: [200, 404],
  schema: z.object({ code: z.string(), status: z.int(), title: z.string() }),
  handle: async (request, response) => {
    const code = codeOfSlug(String(request.params.slug));
    if (code === undefined) throw notFound();
    send(request, response, answerSent(200, { body: { code, ...catalogue[code] } }));
  },
};

/** Of a role without the API these are all. */
export const probeRoutes: readonly OpenRoute<ProbeDeps>[] = [live, ready, metrics];

export const openRoutes: readonly OpenRoute[] = [...probeRoutes, problemType];
