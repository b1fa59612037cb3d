import { problemTable } from '../problem.ts';
import { problemHeadersOf } from './openapiHeaders.ts';

type Json = { readonly [key: string]: unknown };

const answerOf = (status: number, repeatable: boolean): Json => ({
  description: Object.entries(problemTable)
    .filter(([, row]) => row.status === status)
    .map(([code]) => code)
    .join(', '),
  headers: problemHeadersOf(status, repeatable),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/**
 * A problem of this status, as a reference to where it is written once: in full at each of two hundred operations, problems would
 * be most of the document. `repeatable`: it may be what an idempotency key was answered with before.
 */
export const problemAnswer = (status: number, repeatable: boolean, responses: Record<string, unknown>): Json => {
  const name = `Problem${status}${repeatable && status < 500 ? 'OfCommand' : ''}`;
  responses[name] ??= answerOf(status, repeatable);
  return { $ref: `#/components/responses/${name}` };
};
