import type { Request } from 'express';
import type { CommandContext } from '../commands/ports.ts';
import type { ApiDeps } from './deps.ts';
import { claimedAt, type OurClaim, type UnclaimedKey } from './idempotency.ts';
import { actorOf } from './principal.ts';
import { HttpProblem } from './problem.ts';
import { ifMatchOf } from './requestHeaders.ts';
import { contextOf, instanceOf, notFound } from './respond.ts';
import type { Call, CommandCall, RawInput, Route } from './route.ts';
import { answerSent, problemOf, problemSent, type Sent } from './sent.ts';

/** An input, or what is wrong with it: said only to whom the key belongs. */
export type Parsed =
  | { readonly input: RawInput; readonly error: undefined }
  | { readonly input: undefined; readonly error: unknown };

/** A command route that is asked for by somebody. */
export type Commanded = {
  readonly request: Request;
  readonly route: Route;
  readonly deps: ApiDeps;
  readonly call: Call;
  readonly parsed: Parsed;
};

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

const nothingYet = (): HttpProblem =>
  new HttpProblem('REVISION_MISMATCH', 'This makes something new: nobody can have seen a revision of it.', {
    data: { currentRevision: null },
  });

/** What a failed command is answered with; what is our fault is logged. */
const failed = ({ request, route, deps }: Commanded, error: unknown, commandId: string): Sent => {
  const { correlationId } = contextOf(request);
  const problem = problemOf(error);
  if (problem.status >= 500)
    deps.logger.error({ err: error, correlationId, commandId, route: route.operation }, 'a command failed');
  return problemSent(problem, instanceOf(request), correlationId);
};

/** In a span of its own and within its time; the context is made inside, so that the envelope of its events names the span. */
const run = <T>(
  { route, deps, call }: Commanded,
  commandId: string,
  body: unknown,
  work: (context: CommandContext) => Promise<T>,
): Promise<T> =>
  deps.tracing.inSpan(`command ${route.operation}`, { 'throughline.command_id': commandId }, () =>
    withinTime(work(commandContext(call, commandId, body, deps)), deps.config.commandTimeoutMs),
  );

/** Runs one command under `commandId`; whatever happens becomes an answer that can be kept. */
export const execute = async (commanded: Commanded, { commandId, businessKey }: OurClaim): Promise<Sent> => {
  const { request, route, deps, call, parsed } = commanded;
  contextOf(request).commandId = commandId;
  try {
    const ifMatch = ifMatchOf(request);
    if (parsed.input === undefined) throw parsed.error;
    const { input } = parsed;
    if (route.creates && ifMatch !== undefined) throw nothingYet();
    const answer = await run(commanded, commandId, input.body, (context) => {
      const commandCall: CommandCall = {
        ...call,
        context: { ...context, ...(businessKey !== undefined && { businessKey }) },
        condition: ifMatch === undefined ? {} : { ifMatch },
      };
      return route.run(input, commandCall, deps);
    });
    if (answer === undefined) throw notFound();
    return answerSent(route.status, answer);
  } catch (error) {
    return failed(commanded, error, commandId);
  }
};

/**
 * Runs a command whose key is claimed by its own append. Undefined where the route cannot, or not for this request: its key
 * has to be claimed first.
 */
export const executeClaiming = ({ request, route, deps, call, parsed }: Commanded) => {
  const runClaiming = route.runClaiming?.(deps);
  if (runClaiming === undefined || parsed.input === undefined || ifMatchOf(request) !== undefined) return undefined;
  const { input } = parsed;
  const commanded = { request, route, deps, call, parsed };
  return async ({ commandId, ...key }: UnclaimedKey): Promise<Sent | undefined> => {
    contextOf(request).commandId = commandId;
    try {
      const stored = await run(commanded, commandId, input.body, (context) =>
        runClaiming(
          input,
          { ...call, context, condition: {} },
          {
            ...key,
            answer: (answer) => {
              const { status, headers, text: body } = answerSent(route.status, answer);
              return { status, headers, body };
            },
          },
        ),
      );
      if (stored === undefined) return undefined;
      const { body: text, ...sent } = stored;
      return { ...sent, text, code: undefined, retain: false };
    } catch (error) {
      const sent = failed(commanded, error, commandId);
      // What is not our fault is kept under the key, which has to be claimed for it.
      return sent.status < 500 ? undefined : sent;
    }
  };
};
