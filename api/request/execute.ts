import type { Request } from 'express';
import type { WithRevision } from '../../commands/calls/inputs.ts';
import type { AnsweredClaim, ClaimToMake, CommandContext } from '../../commands/ports.ts';
import { isBlockedLane } from '../asOf/folding.ts';
import type { ApiDeps } from '../deps.ts';
import { isDamage } from '../evidence/damage.ts';
import { actorOf } from '../principal.ts';
import { HttpProblem } from '../problem.ts';
import type { Answer, Call, RawInput, Route } from '../route.ts';
import { claimedAt, type OurClaim, type UnclaimedKey } from './idempotency.ts';
import { ifMatchOf } from './requestHeaders.ts';
import { contextOf, instanceOf, notFound } from './respond.ts';
import { answerSent, problemOf, problemSent, type Sent, storedSent } from './sent.ts';

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

/** The revision that the caller has seen, if it says so. */
const conditionOf = (request: Request): WithRevision => {
  const ifMatch = ifMatchOf(request);
  return ifMatch === undefined ? {} : { ifMatch };
};

/** What was changed in the log is no fault of the caller's either, though no program will repair it. */
const isOurs = (problem: HttpProblem): boolean => problem.status >= 500 || isDamage(problem) || isBlockedLane(problem);

/** What a failed command is answered with; what is our fault is logged. */
const failed = ({ request, route, deps }: Commanded, error: unknown, commandId: string): Sent => {
  const { correlationId } = contextOf(request);
  const problem = problemOf(error);
  if (isOurs(problem))
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
    if (parsed.input === undefined) throw parsed.error;
    const { input } = parsed;
    const condition = conditionOf(request);
    const answer = await run(commanded, commandId, input.body, (context) =>
      route.run(
        input,
        { ...call, context: { ...context, ...(businessKey !== undefined && { businessKey }) }, condition },
        deps,
      ),
    );
    if (answer === undefined) throw notFound();
    return answerSent(route.status, answer);
  } catch (error) {
    return failed(commanded, error, commandId);
  }
};

/** What is told of a command's value, as it is stored under the key. */
const storedAs = (status: number, answer: Answer): AnsweredClaim['answer'] => {
  const { headers, text: body } = answerSent(status, answer);
  return { status, headers, body };
};

/**
 * Runs a command whose key is claimed by its own append. Undefined where that cannot be: its key has to be claimed first.
 * So it is as the answer of a run that wrote nothing.
 */
export const executeClaiming = (commanded: Commanded) => {
  const { request, route, deps, call, parsed } = commanded;
  const { asks, status } = route;
  const condition = conditionOf(request);
  if (asks === undefined || parsed.input === undefined || !deps.application.canClaim) return undefined;
  const { input } = parsed;
  return async ({ commandId, ...key }: UnclaimedKey): Promise<Sent | undefined> => {
    contextOf(request).commandId = commandId;
    const answer: ClaimToMake['answer'] = (value, receipt) => storedAs(status, asks.tell(value, receipt, input, call));
    const claims = [{ ...key, forever: false, answer }];
    try {
      const outcome = await run(commanded, commandId, input.body, (context) =>
        asks.ask(input, { ...call, context: { ...context, claims }, condition }, deps),
      );
      return outcome.kind === 'done' && outcome.stored !== undefined ? storedSent(outcome.stored) : undefined;
    } catch (error) {
      const sent = failed(commanded, error, commandId);
      // What is not our fault is kept under the key, which has to be claimed for it.
      return sent.status < 500 ? undefined : sent;
    }
  };
};
