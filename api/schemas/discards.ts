import { z } from 'zod';
import { receipt } from './answers.ts';
import { shortText } from './fields.ts';

const lettersMax = 100;

export const discardBody = z
  .strictObject({
    deadLetterIds: z.array(z.string().min(1).max(240)).min(1).max(lettersMax).meta({
      description:
        'Messages of a warehouse, quotes of a CRM, or documents for EDI partners, that are STUCK. All of them are discarded, or none.',
    }),
    reason: shortText,
  })
  .meta({ id: 'DiscardMessages' });

export const discarded = z
  .object({
    discardId: z.string(),
    reason: z.string(),
    discardedBy: z.string(),
    messages: z.array(
      z.object({
        consumer: z.string(),
        laneKey: z.string().meta({ description: 'The lane that it was kept in.' }),
        item: z.string().meta({ description: 'The name that it was kept under.' }),
        messageId: z.string(),
        messageKind: z.string(),
        errorClass: z.string(),
        contentSha256: z.string().meta({
          description:
            'Of its text as it was kept; of one that nobody understood, of the JSON that the warehouse sent; of a document, of where its event lies; of a quote, of which one it is and in which state.',
        }),
      }),
    ),
    receipt,
  })
  .meta({ id: 'MessagesDiscarded' });
