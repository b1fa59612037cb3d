import { z } from 'zod';
import { orderDocumentTypes } from '../../projections/orders/documentTypes.ts';
import { listOf } from './answers.ts';
import { signedMoney } from './fields.ts';

const shipment = z
  .object({
    carrier: z.string().nullable(),
    tracking: z.array(z.string()),
    shippedAt: z.string().nullable(),
    deliveredAt: z.string().nullable(),
  })
  .meta({ description: 'Of a shipment.' });

const acknowledgement = z
  .object({
    dueAt: z
      .string()
      .nullable()
      .meta({ description: 'Until when it was agreed to be said; null: nothing was agreed.' }),
    overdue: z.boolean(),
    at: z.string().nullable().meta({ description: 'When it was said last; null: not yet.' }),
    by: z.string().nullable().meta({ description: 'The interchange of the partner that said it, or our document.' }),
  })
  .meta({ description: 'Of EDI that is acknowledged: whether it was. What was said is the state.' });

export const orderDocumentList = listOf(
  z
    .object({
      type: z.enum(orderDocumentTypes),
      documentId: z.string(),
      number: z.string().nullable().meta({ description: 'What people know it by; null: it has none yet.' }),
      kind: z.string().nullable().meta({ description: 'Of EDI: the transaction set, as 850.' }),
      party: z
        .string()
        .nullable()
        .meta({ description: 'Who else has it: the EDI partner, the warehouse, the supplier, the tax engine.' }),
      state: z.string().meta({ description: 'As the document says it at its address.' }),
      date: z
        .string()
        .nullable()
        .meta({ description: 'Its own date, else the day, in UTC, on which it was made; null: it is not issued yet.' }),
      about: z.string().nullable().meta({
        description:
          'What it belongs to: of a release its shipment, of a credit memo its invoice, of EDI that was sent the number of what it tells.',
      }),
      amount: signedMoney.nullable().meta({ description: 'Minor units of `currency`; null where it names none.' }),
      currency: z.string().nullable(),
      href: z.string().nullable().meta({ description: 'Where it is read.' }),
      shipment: shipment.exactOptional(),
      acknowledgement: acknowledgement.exactOptional(),
    })
    .meta({ id: 'OrderDocument' }),
);
