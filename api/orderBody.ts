import type { SubmitOrderInput } from '../commands/applicationInputs.ts';
import { hostileTextIn } from './hostileText.ts';
import type { ProblemError } from './problem.ts';
import { submitOrderBody } from './schemas/orders.ts';
import { violationsMax, violationsOf } from './violations.ts';

/** An order that came another way than over HTTP, held against the very schema of `POST /v1/orders`. */
export const understoodOrder = (
  body: unknown,
): { readonly input: SubmitOrderInput } | { readonly violations: readonly ProblemError[] } => {
  const hostile = hostileTextIn(body, violationsMax);
  const parsed = submitOrderBody.safeParse(body, { reportInput: true });
  if (parsed.success && hostile.length === 0) return { input: parsed.data };
  const formal = parsed.success ? [] : violationsOf(parsed.error);
  const seen = new Set(hostile.map(({ pointer }) => pointer));
  return { violations: [...hostile, ...formal.filter(({ pointer }) => !seen.has(pointer))].slice(0, violationsMax) };
};
