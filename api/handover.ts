import type { z } from 'zod';
import type { ApiDeps } from './deps.ts';
import { type Call, type Input, type Nothing, type Route, type Shared, shared } from './route.ts';
import type { Exchange } from './stream/serverSentEvents.ts';

/** With the request itself, which is held, or brings bytes that are no JSON. */
export type HandoverCall = Call & { readonly exchange: Exchange };

type HandoverDeclaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> = Shared<
  P,
  Q,
  B,
  A
> & {
  readonly takesBytes?: true;
  /** `undefined` is 404. */
  readonly handle: (input: Input<P, Q, B>, call: HandoverCall, deps: ApiDeps) => Promise<z.input<A> | undefined>;
};

/**
 * Something is handed over that is known by an id of its own: POST, but it needs no key, and nothing of it is in the log or in a
 * read model.
 */
export const handover = <
  A extends z.ZodType,
  B extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  P extends z.ZodType = Nothing,
>(
  declared: HandoverDeclaration<P, Q, B, A>,
): Route => ({
  ...shared(declared),
  kind: 'handover',
  method: 'post',
  status: 200,
  answer: declared.answer,
  refusals: [404],
  creates: false,
  rawBody: undefined,
  ...(declared.takesBytes !== undefined && { takesBytes: declared.takesBytes }),
  businessKey: undefined,
  asks: undefined,
  models: [],
  run: async (input, call, deps) => {
    // The pipeline parsed `input` with these very schemas.
    const body = await declared.handle(input as Input<P, Q, B>, call as HandoverCall, deps);
    return body === undefined ? undefined : { body };
  },
});
