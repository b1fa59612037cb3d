import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedAnswer, SimulatedPartner, SimulatedRequest, SimulatedRoute } from './simulatedPartner.ts';
import { type Fault, type FaultList, faultModes } from './simulatorFaults.ts';
import { controlRoutes, routeFor } from './simulatorRoutes.ts';

/** What all requests to one simulator share. */
export type SimulatedExchange = {
  readonly partner: SimulatedPartner;
  readonly faults: FaultList;
  /** How often each operation was asked for, struck by a fault or not. */
  readonly requests: Map<string, number>;
  /** Requests that let the next one overtake. */
  readonly waiting: Set<() => void>;
  readonly stopping: AbortSignal;
};

const bodyBytesMax = 64 * 1024 * 1024;

const textOf = ({ body, contentType }: Omit<SimulatedAnswer, 'status'>): string => {
  if (body === undefined) return '';
  return contentType === undefined ? JSON.stringify(body) : String(body);
};

const answerWith = (
  response: ServerResponse,
  { status, ...answer }: SimulatedAnswer,
  headers: Record<string, string> = {},
): void => {
  if (response.destroyed || response.headersSent) return;
  response
    .writeHead(status, { 'content-type': answer.contentType ?? 'application/json', ...headers })
    .end(textOf(answer));
};

/** The error shape that the simulated partners have in common: `{ error: { code, message } }`. */
export const refusal = (response: ServerResponse, status: number, code: string, message: string): void =>
  answerWith(response, { status, body: { error: { code, message } } });

/** Undefined: longer than the limit. */
const readText = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): { readonly value: unknown } | undefined => {
  if (text === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

/** Waits until another request was answered, or `ms`. */
const letOneOvertake = async (exchange: SimulatedExchange, ms: number): Promise<void> => {
  const turn = Promise.withResolvers<void>();
  exchange.waiting.add(turn.resolve);
  await Promise.race([turn.promise, sleep(ms, undefined, { signal: exchange.stopping, ref: false }).catch(() => {})]);
  exchange.waiting.delete(turn.resolve);
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => {});

/** Acts the fault out around the route. Returns undefined when the connection was cut. */
const struck = async (
  exchange: SimulatedExchange,
  fault: Fault,
  act: () => Promise<SimulatedAnswer>,
): Promise<SimulatedAnswer | undefined> => {
  const { mode } = fault;
  if (mode === 'drop') return undefined;
  if (mode === 'fail')
    return {
      status: fault.status ?? 503,
      body: { error: { code: fault.code ?? 'ServiceUnavailable', message: 'Out of order on request.' } },
    };
  if (mode === 'refuse')
    return {
      status: fault.status ?? 422,
      body: { error: { code: fault.code ?? 'RefusedOnRequest', message: 'Refused on request.' } },
    };
  if (mode === 'delay' && fault.when === 'before') await pause(fault.ms ?? 1_000, exchange.stopping);
  if (mode === 'reorder') await letOneOvertake(exchange, fault.ms ?? 500);
  if (mode === 'duplicate') await act();
  const answer = await act();
  if (mode === 'delay' && fault.when !== 'before') await pause(fault.ms ?? 1_000, exchange.stopping);
  return mode === 'lose-answer' ? undefined : answer;
};

const handle = async (
  exchange: SimulatedExchange,
  route: SimulatedRoute,
  request: SimulatedRequest,
  subject: string,
  response: ServerResponse,
): Promise<void> => {
  const act = async () => route.handle(request);
  if (route.operation === 'control') {
    return answerWith(response, await act());
  }
  const operation = route.operationOf?.(request) ?? route.operation;
  exchange.requests.set(operation, (exchange.requests.get(operation) ?? 0) + 1);
  const modes = new Set(faultModes.filter((mode) => route.ownFaults?.includes(mode) !== true));
  const fault = exchange.faults.take(operation, modes, subject);
  const answer = fault === undefined ? await act() : await struck(exchange, fault, act);
  if (fault?.mode !== 'reorder') for (const go of exchange.waiting) go();
  if (answer === undefined) {
    response.destroy();
    return;
  }
  if (fault?.mode === 'malformed')
    return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"value": [{"nu');
  const later = fault?.retryAfterSeconds === undefined ? undefined : { 'retry-after': String(fault.retryAfterSeconds) };
  answerWith(response, answer, later);
};

/** Finds the route, reads the body, applies faults, answers. A body that is not JSON by type is refused, so no web page can reach a control route. */
export const answerRequest = async (
  exchange: SimulatedExchange,
  request: IncomingMessage,
  response: ServerResponse,
  allowed: boolean,
): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const gone = new AbortController();
  // After a whole answer nobody waits any more, and an abort costs more than most of the routes: it makes an error with its stack.
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  response.on('error', () => {});
  if (request.method === 'DELETE' && url.pathname === '/control/faults') {
    exchange.faults.clear();
    return answerWith(response, { status: 204, body: undefined });
  }
  const found = routeFor([...controlRoutes(exchange), ...exchange.partner.routes], request.method, url.pathname);
  if (found === undefined) return refusal(response, 404, 'RouteNotFound', 'There is nothing at this address.');
  if (!allowed && found.route.operation !== 'control')
    return refusal(response, 401, 'Unauthorized', 'Credentials are missing or wrong.');
  const bodyText = await readText(request);
  if (bodyText === undefined) return refusal(response, 413, 'BodyTooLarge', 'The body is too large.');
  const isXml = found.route.takes === 'xml';
  const wanted = isXml ? /^(text|application)\/(soap\+)?xml\b/ : /^application\/json/;
  if (bodyText !== '' && !wanted.test(request.headers['content-type'] ?? '')) {
    return isXml
      ? refusal(response, 415, 'NotXml', 'Send text/xml or application/soap+xml.')
      : refusal(response, 415, 'NotJson', 'Send application/json.');
  }
  const parsed = isXml ? { value: undefined } : parseJson(bodyText);
  if (parsed === undefined) return refusal(response, 400, 'NotJson', 'The body is not JSON.');
  const signal = AbortSignal.any([gone.signal, exchange.stopping]);
  const simulated = { params: found.params, query: url.searchParams, body: parsed.value, bodyText, signal };
  await handle(exchange, found.route, simulated, `${request.url}\n${bodyText}`, response);
};
