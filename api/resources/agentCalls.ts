import type { Response } from 'express';
import type { CarriedAnswer } from '../../commands/ports.ts';
import type { ApiDeps } from '../deps.ts';
import { handover } from '../handover.ts';
import { HttpProblem } from '../problem.ts';
import { readBytes } from '../request/body.ts';
import { notFound } from '../request/respond.ts';
import type { Call, Route } from '../route.ts';
import { answerQuery, callAnswered, callParams, callsTaken, failBody, takeCallsBody } from '../schemas/agentCalls.ts';

const tag = 'Agents';

/** Aborts when the answer cannot be sent any more. */
const goneOf = (response: Response): AbortSignal => {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  if (response.destroyed) gone.abort();
  return gone.signal;
};

/** From the credentials alone. Throws `HttpProblem` 404. */
const systemOf = ({ principal: { system } }: Call, { agents }: ApiDeps): string => {
  if (system === undefined) throw notFound();
  if (agents.systems.includes(system)) return system;
  throw new HttpProblem('NOT_FOUND', `${system} is not reached through an agent here.`);
};

const take = handover({
  operation: 'takeAgentCalls',
  path: '/v1/agent-calls',
  tag,
  summary: 'Take calls to make them where only the agent can',
  description:
    'For the agent of one system, which its credentials name. Held until there is a call, or for as long as it says. A call is handed to one agent once; whoever does not answer it leaves it unanswered. An agent that has not asked for a minute is away, and calls of its system fail at once.',
  body: takeCallsBody,
  answer: callsTaken,
  handle: async ({ body: { max, waitMs, ...who } }, call, deps) => {
    const system = systemOf(call, deps);
    const calls = await deps.agents.desk.take({ system, ...who }, { max, waitMs }, goneOf(call.exchange.response));
    return { system, calls: [...calls] };
  },
});

const told = async (
  callId: string,
  answer: CarriedAnswer,
  call: Call,
  deps: ApiDeps,
): Promise<{ readonly callId: string } | undefined> =>
  (await deps.agents.desk.answer(systemOf(call, deps), callId, answer)) ? { callId } : undefined;

const answer = handover({
  operation: 'answerAgentCall',
  path: '/v1/agent-calls/{callId}/answers',
  tag,
  summary: 'Bring what the partner answered, whatever its status is',
  description:
    'The body as it came. 404: it was not handed to an agent of this system, is answered, or nobody waits for it any more.',
  params: callParams,
  query: answerQuery,
  takesBytes: true,
  answer: callAnswered,
  handle: async ({ params: { callId }, query: { status, retryAfter = null } }, call, deps) => {
    const wanted = await deps.agents.desk.wanted(systemOf(call, deps), callId);
    if (wanted === undefined) return undefined;
    const body = (await readBytes(call.exchange.request, wanted.answerBytesMax)).toString('utf8');
    return told(callId, { kind: 'answered', status, retryAfter, body }, call, deps);
  },
});

const fail = handover({
  operation: 'failAgentCall',
  path: '/v1/agent-calls/{callId}/failures',
  tag,
  summary: 'Say that there is no answer, and why',
  params: callParams,
  body: failBody,
  answer: callAnswered,
  handle: ({ params: { callId }, body: { failure, code = null } }, call, deps) =>
    told(callId, { kind: 'failed', failure, code }, call, deps),
});

export const agentCallRoutes: readonly Route[] = [take, answer, fail];
