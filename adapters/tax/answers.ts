import { type HttpAnswer, read, readError } from '../http/answers.ts';
import { parseExact } from './exactJson.ts';
import { type ErrorAnswer, errorAnswer, type Transaction, transaction } from './schema.ts';

export const isError = (answer: object): answer is ErrorAnswer => 'error' in answer;

/** The document as they hold it, or why they refuse. */
export const understood = (
  engine: string,
  operation: string,
  { status, body }: HttpAnswer,
): Transaction | ErrorAnswer =>
  status < 400
    ? read(engine, operation, transaction, body, parseExact)
    : readError(engine, operation, errorAnswer, body, parseExact);
