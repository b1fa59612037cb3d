import type { z } from 'zod';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import { parseExact } from './exactJson.ts';
import { type ErrorAnswer, errorAnswer, type Transaction, transaction } from './schema.ts';

export type Answer = { readonly status: number; readonly body: string };

export const badResponse = (engine: string, operation: string, detail: string): PartnerUnavailable =>
  new PartnerUnavailable(engine, `${engine}: ${operation}: ${detail}`, { class: 'BAD_RESPONSE' });

export const placesOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `/${issue.path.join('/')} ${issue.code}`)
    .join(', ');

/** Only where it is wrong is told, never what was in it. */
const read = <T>(engine: string, operation: string, schema: z.ZodType<T>, body: string): T => {
  let value: unknown;
  try {
    value = parseExact(body);
  } catch {
    throw badResponse(engine, operation, 'the answer is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badResponse(engine, operation, `the answer is not understood: ${placesOf(parsed.error)}`);
};

export const isError = (answer: Transaction | ErrorAnswer): answer is ErrorAnswer => 'error' in answer;

/** The document as they hold it, or why they refuse. */
export const understood = (engine: string, operation: string, answer: Answer): Transaction | ErrorAnswer => {
  if (answer.status < 400) return read(engine, operation, transaction, answer.body);
  const refused = read(engine, operation, errorAnswer, answer.body);
  // An address that does not exist is our configuration, not their decision.
  if (refused.error.code === 'RouteNotFound') throw badResponse(engine, operation, 'there is no such address');
  return refused;
};
