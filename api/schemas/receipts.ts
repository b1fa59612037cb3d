import { z } from 'zod';
import { receipt } from './answers.ts';
import { anyId } from './fields.ts';

export const receiptParams = z.strictObject({ commandId: anyId });

export const commandReceipt = z
  .object({
    receipt: receipt.meta({
      description:
        'Revision, position and time of the last event of the command. The position that was answered then may be a later one: that of the whole append, in which further commands may have been recorded.',
    }),
    occurredAt: z.string(),
    bu: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    correlationId: z.string(),
    orderId: z.string().nullable(),
    events: z.array(z.object({ type: z.string(), count: z.int().positive() })).meta({
      description: 'What was recorded in that stream for the command, in the order in which each type came first.',
    }),
  })
  .meta({ id: 'CommandReceipt' });
