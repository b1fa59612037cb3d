import type { Outcome } from '../commands/application.ts';
import type { Receipt } from '../commands/ports.ts';
import { HttpProblem } from './problem.ts';
import { invalid } from './violations.ts';

/** The value and receipt of a command that was taken. Throws `HttpProblem` for a refusal or for violations. */
export const settled = <T>(outcome: Outcome<T>): { readonly value: T; readonly receipt: Receipt } => {
  if (outcome.kind === 'done') return { value: outcome.value, receipt: outcome.receipt };
  if (outcome.kind === 'invalid') throw invalid(outcome.violations);
  const { refused, detail, data } = outcome.refusal;
  // After a second person agreed, or once the receipt is recorded, the same request gets another answer.
  const retain = refused !== 'APPROVAL_REQUIRED' && refused !== 'RECEIPT_UNKNOWN';
  throw new HttpProblem(refused, detail, { retain, ...(data !== undefined && { data }) });
};
