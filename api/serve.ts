import type { Request, RequestHandler } from 'express';
import type { CommandContext } from '../commands/ports.ts';
import { identify, requireDuty, scopeOfPrincipal } from './authorise.ts';
import { readJsonBody } from './body.ts';
import type { ApiDeps } from './deps.ts';
import { claimedAt, fingerprintOf, type OurClaim, oncePerKey } from './idempotency.ts';
import { type Objections, parseInput } from './parseInput.ts';
import { openAnswer } from './personal/openAnswer.ts';
import { actorOf, type Principal } from './principal.ts';
import { HttpProblem } from './problem.ts';
import { idempotencyKeyOf, ifMatchOf, minPositionOf, traceparentOf } from './requestHeaders.ts';
import { contextOf, instanceOf, notFound, send } from './respond.ts';
import type { Call, CommandCall, Route } from './route.ts';
import { answerSent, problemOf, problemSent, type Sent } from './sent.ts';
import { catchUp, waitForPosition } from './waitForPosition.ts';

type Raw = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/** An input, or what is wrong with it: said only to whom the key belongs. */
type Parsed =
  | { readonly input: Raw; readonly error: undefined }
  | { readonly input: undefined; readonly error: unknown };

/** What nearly everybody sends; anything else is weighed. */
const plainlyAcceptable: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);

/** Asks for JSON, or for nothing in particular. */
const requireAcceptable = (request: Request): void => {
  if (plainlyAcceptable.has(request.headers.accept)) return;
  if (request.accepts(['application/json', 'application/problem+json']) === false) {
    throw new HttpProblem('NOT_ACCEPTABLE', 'Answers are application/json.', { retain: false });
  }
};

const callOf = (request: Request, principal: Principal): Call => ({
  principal,
  scope: scopeOfPrincipal(principal),
  correlationId: contextOf(request).correlationId,
});

const withinTime = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new HttpProblem('COMMAND_TIMEOUT', 'It took too long. Send the same request again with the same key.', {
            headers: { 'Retry-After': '2' },
          }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const channelOf = (body: unknown): { readonly channel?: string } =>
  typeof body === 'object' && body !== null && 'channel' in body && typeof body.channel === 'string'
    ? { channel: body.channel }
    : {};

const commandContext = (call: Call, commandId: string, body: unknown, deps: ApiDeps): CommandContext => {
  const traceparent = deps.tracing.currentTraceparent();
  return {
    commandId,
    occurredAt: claimedAt(commandId),
    correlationId: call.correlationId,
    causationId: commandId,
    actor: actorOf(call.principal),
    source: {
      system: 'api',
      ...channelOf(body),
      ...(call.principal.kind === 'PARTNER' && { partnerId: call.principal.id }),
    },
    ...(traceparent !== undefined && { traceparent }),
  };
};

const objectionsOf = ({ objections }: Route, call: Call, deps: ApiDeps): Objections | undefined =>
  objections === undefined ? undefined : (input) => objections(input, call, deps);

const nothingYet = (): HttpProblem =>
  new HttpProblem('REVISION_MISMATCH', 'This makes something new: nobody can have seen a revision of it.', {
    data: { currentRevision: null },
  });

/** Runs one command under `commandId`; whatever happens becomes an answer that can be kept. */
const execute = async (
  request: Request,
  route: Route,
  deps: ApiDeps,
  parsed: Parsed,
  call: Call,
  { commandId, businessKey }: OurClaim,
): Promise<Sent> => {
  const context = contextOf(request);
  context.commandId = commandId;
  try {
    const ifMatch = ifMatchOf(request);
    if (parsed.input === undefined) throw parsed.error;
    const { input } = parsed;
    if (route.creates && ifMatch !== undefined) throw nothingYet();
    const answer = await deps.tracing.inSpan(
      `command ${route.operation}`,
      { 'throughline.command_id': commandId },
      () => {
        // Made inside the span, so that the envelope of its events names it.
        const commandCall: CommandCall = {
          ...call,
          context: {
            ...commandContext(call, commandId, input.body, deps),
            ...(businessKey !== undefined && { businessKey }),
          },
          condition: ifMatch === undefined ? {} : { ifMatch },
        };
        return withinTime(route.run(input, commandCall, deps), deps.config.commandTimeoutMs);
      },
    );
    if (answer === undefined) throw notFound();
    return answerSent(route.status, answer);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status >= 500)
      deps.logger.error(
        { err: error, correlationId: context.correlationId, commandId, route: route.operation },
        'a command failed',
      );
    return problemSent(problem, instanceOf(request), context.correlationId);
  }
};

/** No schema takes such a body, so the violations say why; it cannot be recognised again, so nothing is kept. */
const withoutCanonicalForm = async (route: Route, raw: Raw): Promise<HttpProblem> => {
  await parseInput(route, raw);
  return new HttpProblem('MALFORMED_JSON', 'The body holds what JSON cannot hold exactly.');
};

const takeCommand = async (request: Request, route: Route, deps: ApiDeps, call: Call): Promise<Sent> => {
  const key = idempotencyKeyOf(request);
  const body = await readJsonBody(request);
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
  const raw = { params: request.params, query: request.query, body };
  const fingerprint = fingerprintOf(keyed);
  if (fingerprint === undefined) throw await withoutCanonicalForm(route, raw);
  // Looked at before the key is claimed, so that a business key in it is claimed in the same round trip.
  const parsed = await parseInput(route, raw, objectionsOf(route, call, deps)).then(
    (input) => ({ input, error: undefined }),
    (error: unknown) => ({ input: undefined, error }),
  );
  const businessKey = parsed.input === undefined ? undefined : route.businessKey?.(parsed.input, call, deps);
  return oncePerKey({ ...keyed, fingerprint, businessKey }, deps, (claim) =>
    execute(request, route, deps, parsed, call, claim),
  );
};

const answerQuestion = async (request: Request, route: Route, deps: ApiDeps, call: Call): Promise<Sent> => {
  const body = route.body === undefined ? undefined : await readJsonBody(request);
  const minPosition = minPositionOf(request);
  const raw = { params: request.params, query: request.query, body };
  const input = await parseInput(route, raw, objectionsOf(route, call, deps));
  if (minPosition !== undefined) await waitForPosition(deps, route.models, minPosition);
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
  await catchUp(deps, route.models);
  return route.run(input, call, deps);
};

/** The Express handler of a declared route: credentials and duty first, then form, then work. */
export const serve =
  (route: Route, deps: ApiDeps): RequestHandler =>
  async (request, response) => {
    const principal = await identify(request, deps);
    requireDuty(route, principal);
    requireAcceptable(request);
    const call = callOf(request, principal);
    const attributes = {
      'http.request.method': request.method,
      'http.route': route.path,
      'throughline.operation': route.operation,
    };
    const sent = await deps.tracing.inSpan(
      `${request.method} ${route.path}`,
      attributes,
      () =>
        route.kind === 'command' ? takeCommand(request, route, deps, call) : answerQuestion(request, route, deps, call),
      traceparentOf(request),
    );
    const { correlationId } = call;
    send(request, response, await openAnswer(sent, deps, { operation: route.operation, principal, correlationId }));
  };
