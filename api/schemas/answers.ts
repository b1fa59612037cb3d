import { z } from 'zod';
import { positionText } from './fields.ts';

/** What a client can quote later, and send as `X-Min-Position` to read what it wrote. */
export const receipt = z
  .object({
    commandId: z.string(),
    stream: z.string(),
    revision: z.int().nonnegative(),
    position: positionText,
    recordedAt: z.string(),
  })
  .meta({ id: 'Receipt', description: 'Proof that the command is recorded, and where.' });

/** How fresh a read is: the last position its read model has applied, and how far behind that is in time. */
export const freshness = { asOfPosition: z.string(), lagMs: z.number().nonnegative() };

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    correlationId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457. `errors` lists every violation at once; some codes add members of their own.',
  });
