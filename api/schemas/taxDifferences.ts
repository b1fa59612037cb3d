import { z } from 'zod';
import { receipt } from './answers.ts';
import { anyId, movedMoney, shortText, signedMoney } from './fields.ts';

const creditMemoId = anyId.exactOptional().meta({ description: 'Of this credit memo; absent: of the invoice itself.' });

export const taxAcceptanceBody = z
  .strictObject({
    creditMemoId,
    difference: movedMoney.meta({
      description:
        '`taxDifference.open` of the document, as whoever accepts it has seen it; while it is another one nothing is accepted.',
    }),
    reason: shortText,
  })
  .meta({ id: 'TaxAcceptanceRequest' });

export const taxCheckBody = z.strictObject({ creditMemoId }).meta({ id: 'TaxCheckRequest' });

const of = { invoiceId: z.string(), creditMemoId: z.string().optional(), receipt };

export const taxAcceptanceAnswer = z
  .object({ acceptanceId: z.string(), difference: signedMoney, ...of })
  .meta({ id: 'TaxMismatchAccepted' });

export const taxCheckAnswer = z.object(of).meta({ id: 'TaxCheckRequested' });
