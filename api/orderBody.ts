import type { z } from 'zod';
import type { SubmitOrderInput } from '../commands/calls/inputs.ts';
import type { ChangeInput } from '../commands/edi/takeChange.ts';
import type { ProblemError } from './problem.ts';
import { hostileTextIn } from './request/hostileText.ts';
import { askedChangesBody } from './schemas/orderChanges.ts';
import { submitOrderBody } from './schemas/orders.ts';
import { violationsMax, violationsOf } from './violations.ts';

type Understood<Input> = { readonly input: Input } | { readonly violations: readonly ProblemError[] };

const understood = <Input>(schema: z.ZodType<Input>, body: unknown): Understood<Input> => {
  const hostile = hostileTextIn(body, violationsMax);
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success && hostile.length === 0) return { input: parsed.data };
  const formal = parsed.success ? [] : violationsOf(parsed.error);
  const seen = new Set(hostile.map(({ pointer }) => pointer));
  return { violations: [...hostile, ...formal.filter(({ pointer }) => !seen.has(pointer))].slice(0, violationsMax) };
};

/** An order that came another way than over HTTP, held against the very schema of `POST /v1/orders`. */
export const understoodOrder = (body: unknown): Understood<SubmitOrderInput> => understood(submitOrderBody, body);

/** Changes of an order, held against the schemas of the routes that ask for them. */
export const understoodOrderChange = (body: unknown): Understood<ChangeInput> => understood(askedChangesBody, body);
