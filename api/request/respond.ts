import type { Request, Response } from 'express';
import { HttpProblem } from '../problem.ts';
import { problemOf, problemSent, type Sent } from './sent.ts';

/** What the edge knows of a request from its first step on. */
export type RequestContext = {
  correlationId: string;
  readonly startedAtMs: number;
  /** The route's template, `unmatched` until one is found. */
  route: string;
  client: string | undefined;
  code: string | undefined;
  commandId: string | undefined;
};

/** The context lies at the request itself: a weak map of all requests is looked through at every collection. */
const contextAt = Symbol('context');
type WithContext = { [contextAt]?: RequestContext };

export const rememberContext = (request: Request, context: RequestContext): void => {
  (request as WithContext)[contextAt] = context;
};

export const contextOf = (request: Request): RequestContext => {
  const context = (request as WithContext)[contextAt];
  if (context === undefined) throw new Error('a request reached a handler without passing the first step');
  return context;
};

/** The path without its query, which may hold names; bounded, because it comes back in the answer. */
export const instanceOf = (request: Request): string => (request.originalUrl.split('?')[0] ?? '').slice(0, 300);

export const send = (request: Request, response: Response, sent: Sent): void => {
  contextOf(request).code = sent.code;
  response.status(sent.status);
  for (const [name, value] of Object.entries(sent.headers)) response.setHeader(name, value);
  const encoding = sent.encoding ?? 'utf8';
  response.setHeader('Content-Length', Buffer.byteLength(sent.text, encoding));
  // As text it leaves together with its head, in one write; as bytes the two would be gathered first.
  response.end(sent.text, encoding);
};

export const sendProblem = (request: Request, response: Response, error: unknown): void =>
  send(request, response, problemSent(problemOf(error), instanceOf(request), contextOf(request).correlationId));

export const notFound = (): HttpProblem =>
  new HttpProblem('NOT_FOUND', 'There is nothing at this address, or nothing that you may see.');
