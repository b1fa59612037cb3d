import type { Request, RequestHandler } from 'express';
import { identify, requireDuty, scopeOfPrincipal } from '../authorise.ts';
import { csvSent } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { openAnswer } from '../personal/openAnswer.ts';
import type { Principal } from '../principal.ts';
import { HttpProblem } from '../problem.ts';
import type { Call, RawInput, Route } from '../route.ts';
import { type Exchange, eventStreamType } from '../stream/serverSentEvents.ts';
import { catchUp, waitForPosition } from '../waitForPosition.ts';
import { readJsonBody } from './body.ts';
import { bytesSent, rawBytes } from './bytes.ts';
import { execute, executeClaiming } from './execute.ts';
import { fingerprintOf, oncePerKey, type UnderWay } from './idempotency.ts';
import { linesSent, linesType } from './lines.ts';
import { noteWhenOver } from './noteRequest.ts';
import { pageSent } from './pages.ts';
import { type Objections, parseInput } from './parseInput.ts';
import { idempotencyKeyOf, ifMatchOf, minPositionOf, traceparentOf } from './requestHeaders.ts';
import { contextOf, instanceOf, notFound, send } from './respond.ts';
import { answerSent, type Sent } from './sent.ts';
import { receive, withFile } from './upload.ts';

/** What nearly everybody sends; anything else is weighed. */
const plainlyAcceptable: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);

/** Media types of a route's answers, the usual one first. */
const formsOf = ({ asCsv, asBytes, asLines, streams, pages }: Route): readonly string[] => {
  if (pages !== undefined) return Object.keys(pages);
  return [
    'application/json',
    ...(asCsv === undefined ? [] : ['text/csv']),
    ...(asBytes === undefined ? [] : [rawBytes]),
    ...(asLines === undefined ? [] : [linesType]),
    ...(streams === undefined ? [] : [eventStreamType]),
  ];
};

/** Asks for a form that the route has, or for nothing in particular. Says which. Who takes problems as JSON takes answers so too. */
const requireAcceptable = (request: Request, route: Route): string => {
  if (route.pages === undefined && plainlyAcceptable.has(request.headers.accept)) return 'application/json';
  const forms = formsOf(route);
  const accepted = request.accepts([...forms, ...(route.pages === undefined ? ['application/problem+json'] : [])]);
  if (accepted !== false) return accepted;
  throw new HttpProblem('NOT_ACCEPTABLE', `Answers are ${forms.join(' or ')}.`, { retain: false });
};

/** An opened answer in the form that was asked for. */
const inForm = (opened: Sent, form: string, { asCsv, asBytes, pages }: Route, url: string): Sent => {
  const page = pages?.[form];
  if (page !== undefined) return pageSent(opened, form, page);
  if (form === linesType) return linesSent(opened, url);
  if (form === 'text/csv' && asCsv !== undefined) return csvSent(opened, asCsv, url);
  return form === rawBytes && asBytes !== undefined ? bytesSent(opened, asBytes) : opened;
};

const callOf = (request: Request, principal: Principal): Call => ({
  principal,
  scope: scopeOfPrincipal(principal),
  correlationId: contextOf(request).correlationId,
});

const objectionsOf = ({ objections }: Route, call: Call, deps: ApiDeps): Objections | undefined =>
  objections === undefined ? undefined : (input) => objections(input, call, deps);

/** No schema takes such a body, so the violations say why; it cannot be recognised again, so nothing is kept. */
const withoutCanonicalForm = async (route: Route, raw: RawInput): Promise<HttpProblem> => {
  await parseInput(route, raw);
  return new HttpProblem('MALFORMED_JSON', 'The body holds what JSON cannot hold exactly.');
};

const nothingYet = (): HttpProblem =>
  new HttpProblem('REVISION_MISMATCH', 'This makes something new: nobody can have seen a revision of it.', {
    data: { currentRevision: null },
  });

/** The input of a command, or why there is none; what is refused for itself takes no business key. */
const parsedInput = async (route: Route, raw: RawInput, ifMatch: number | undefined, objections?: Objections) => {
  try {
    const input = await parseInput(route, raw, objections);
    if (route.creates && ifMatch !== undefined) throw nothingYet();
    return { input, error: undefined };
  } catch (error) {
    return { input: undefined, error };
  }
};

const takeCommand = async (
  request: Request,
  declared: Route,
  deps: ApiDeps,
  caller: Call,
  underWay: UnderWay,
): Promise<Sent> => {
  const key = idempotencyKeyOf(request);
  const { route, raw, body, upload } = await receive(request, declared, deps);
  const call = upload === undefined ? caller : { ...caller, upload };
  const keyed = {
    tenant: call.principal.tenant,
    client: call.principal.id,
    method: route.method,
    template: route.path,
    path: instanceOf(request),
    key,
    body,
    ifMatch: ifMatchOf(request),
  };
  const fingerprint = fingerprintOf(keyed);
  if (fingerprint === undefined) throw await withoutCanonicalForm(route, raw);
  // Looked at before the key is claimed, so that a business key in it is claimed in the same round trip.
  const parsed = await parsedInput(route, raw, keyed.ifMatch, objectionsOf(route, call, deps));
  const businessKey = parsed.input === undefined ? undefined : route.businessKey?.(parsed.input, call, deps);
  const commanded = { request, route, deps, call, parsed };
  return withFile({ upload }, deps, () =>
    oncePerKey({ ...keyed, fingerprint, businessKey }, deps, {
      execute: (claim) => execute(commanded, claim),
      claiming: executeClaiming(commanded),
      underWay,
    }),
  );
};

const modelsOf = (route: Route, input: RawInput): Route['models'] => route.modelsOf?.(input) ?? route.models;

/** The input of a question, when the read models have what the caller wants to see in its answer. */
const askedInput = async (request: Request, route: Route, deps: ApiDeps, call: Call): Promise<RawInput> => {
  const body = route.body === undefined ? undefined : await readJsonBody(request);
  const minPosition = minPositionOf(request);
  const raw = { params: request.params, query: request.query, body };
  const input = await parseInput(route, raw, objectionsOf(route, call, deps));
  if (minPosition !== undefined) await waitForPosition(deps, modelsOf(route, input), minPosition);
  return input;
};

const answerQuestion = async (request: Request, route: Route, deps: ApiDeps, call: Call): Promise<Sent> => {
  const input = await askedInput(request, route, deps, call);
  const answer =
    (await route.run(input, call, deps)) ?? (isSettled(input) ? undefined : await askAgain(route, input, call, deps));
  if (answer === undefined) throw notFound();
  return answerSent(route.status, answer);
};

/** What was not known at a position will not be known at it later either. */
const isSettled = ({ query }: Parameters<Route['run']>[0]): boolean =>
  typeof query === 'object' && query !== null && 'knownAsOf' in query;

/** Who was just told 201 may ask before the read model has heard of it: what is not there is asked for once more when it has. */
const askAgain = async (
  route: Route,
  input: Parameters<Route['run']>[0],
  call: Call,
  deps: ApiDeps,
): ReturnType<Route['run']> => {
  await catchUp(deps, modelsOf(route, input));
  return route.run(input, call, deps);
};

/** Not in a span: it lasts for as long as somebody listens. */
const streamAnswer = async (exchange: Exchange, route: Route, deps: ApiDeps, call: Call): Promise<void> =>
  route.streams?.(exchange, await askedInput(exchange.request, route, deps, call), call, deps);

/** Not in a span, as it may be held; told as it is: what is handed over is for somebody else, word for word. */
const handOver = async (exchange: Exchange, route: Route, deps: ApiDeps, call: Call): Promise<void> => {
  const { request, response } = exchange;
  const input = await askedInput(request, route, deps, call);
  const answer = await route.run(input, { ...call, exchange }, deps);
  if (answer === undefined) throw notFound();
  send(request, response, answerSent(route.status, answer));
};

/** The Express handler of a declared route: credentials and duty first, then form, then work. */
export const serve = (route: Route, deps: ApiDeps): RequestHandler => {
  const underWay: UnderWay = new Map();
  return async (request, response) => {
    const principal = await identify(request, deps);
    noteWhenOver(request, response, route, principal, deps);
    requireDuty(route, principal);
    const form = requireAcceptable(request, route);
    const call = callOf(request, principal);
    if (route.kind === 'handover') return handOver({ request, response }, route, deps, call);
    if (form === eventStreamType) return streamAnswer({ request, response }, route, deps, call);
    const attributes = {
      'http.request.method': request.method,
      'http.route': route.path,
      'throughline.operation': route.operation,
    };
    const sent = await deps.tracing.inSpan(
      `${request.method} ${route.path}`,
      attributes,
      () =>
        route.kind === 'command'
          ? takeCommand(request, route, deps, call, underWay)
          : answerQuestion(request, route, deps, call),
      traceparentOf(request),
    );
    const { correlationId } = call;
    const opened = await openAnswer(sent, deps, { operation: route.operation, principal, correlationId });
    send(request, response, inForm(opened, form, route, request.originalUrl));
  };
};
