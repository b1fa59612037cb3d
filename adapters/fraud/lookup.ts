import type { FraudLookup } from '../../commands/ports.ts';
import { type Ask, badResponse, type HttpAnswer, read } from '../http/answers.ts';
import { type Assessment, assessment, errorAnswer } from './schema.ts';
import { toAnswer } from './translate.ts';

/** What they hold of an order, or why they refuse. An answer about another order is none. */
export const understood = (
  engine: string,
  operation: string,
  orderId: string,
  { status, body }: HttpAnswer,
): { readonly held: Assessment } | { readonly status: number; readonly messages: readonly string[] } => {
  if (status >= 400) return { status, messages: read(engine, operation, errorAnswer, body).messages };
  const held = read(engine, operation, assessment, body);
  if (held.orderId !== orderId) throw badResponse(engine, operation, 'answered for another order');
  return { held };
};

/** Undefined: they were never asked about it. */
export const findAssessment = (
  engine: string,
  ask: Ask,
  orderId: string,
  signal?: AbortSignal,
): Promise<Assessment | undefined> => {
  const operation = 'findDecision';
  const path = `/v3/orders/${encodeURIComponent(orderId)}/decision`;
  return ask({ operation, path, ...(signal !== undefined && { signal }) }, (answer) => {
    const said = understood(engine, operation, orderId, answer);
    if ('held' in said) return said.held;
    if (said.status === 404) return undefined;
    throw badResponse(engine, operation, `refused with ${said.status}`);
  });
};

export const createFraudLookup = ({ engine, ask }: { readonly engine: string; readonly ask: Ask }): FraudLookup => ({
  decision: async (orderId, signal) => {
    const found = await findAssessment(engine, ask, orderId, signal);
    const answer = found === undefined ? undefined : toAnswer(found, '');
    return answer?.kind === 'decided' ? { reference: answer.reference } : undefined;
  },
});
