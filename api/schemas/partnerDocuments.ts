import { z } from 'zod';
import { documentStates } from '../../domain/edi/documentState.ts';
import { outboundSets } from '../../domain/masterData/partnerEvents.ts';
import { listOf, receipt } from './answers.ts';
import { code, coded, paging, shortText, ulid } from './fields.ts';

export const documentParams = z.strictObject({ documentId: ulid });

/** ISA13 has nine digits; 0 is before the first one. */
const controlNumber = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})$/, {
    error: () => coded('VALUE_INVALID', 'A control number is a whole number of nine digits at most.'),
  })
  .transform(Number);

export const documentQuery = z.strictObject({
  bu: code.exactOptional(),
  partner: code.exactOptional(),
  kind: z.enum([...outboundSets, '940', '997']).exactOptional(),
  orderId: ulid.exactOptional(),
  afterNumber: controlNumber.exactOptional().meta({
    description:
      'Only control numbers above this one. A partner’s numbers have no gaps, so who knows the last one that was fetched misses none.',
  }),
  state: z.enum(documentStates).exactOptional(),
  overdue: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .exactOptional()
    .meta({ description: 'Whether the hours are over within which the partner agreed to send a 997.' }),
  ...paging,
});

const document = {
  documentId: z.string(),
  bu: z.string(),
  partner: z.string(),
  soldTo: z.string(),
  kind: z.string().meta({ description: 'ST01: 855, 865, 856, 810, 846 or 997.' }),
  functionalId: z.string().meta({ description: 'GS01.' }),
  controlNumber: z.int().meta({ description: 'ISA13 and GS06.' }),
  orderId: z.string().nullable(),
  reference: z.string().meta({
    description: 'PO, shipment or invoice number, the control number it answers, or when stock was asked for.',
  }),
  payloadSha256: z.string(),
  acknowledges: z.boolean().meta({ description: 'The partner answers with a 997.' }),
  madeAt: z.string(),
  state: z.enum(documentStates).meta({
    description:
      'SENT until the partner says something. RECEIVED: a TA1 took the interchange. The rest is what its 997 says: accepted, accepted though errors were noted, accepted in part, rejected; a TA1 that refuses the interchange rejects it too.',
  }),
  acknowledgeBy: z
    .string()
    .nullable()
    .meta({ description: 'By when a 997 is agreed; null: none is waited for, or nothing had been agreed.' }),
  overdue: z.boolean().meta({ description: 'That time is over, no 997 came, and it was not sent again.' }),
  acknowledgedAt: z.string().nullable().meta({ description: 'When the partner said last what became of it.' }),
  acknowledgedIn: z.string().nullable().meta({ description: 'ISA13 of the interchange in which it said so.' }),
  acknowledgementDetail: z.string().nullable().meta({
    description:
      'AK3 to AK5 of the 997, or the note of the TA1 (TA105). "[personal]" to who may not read what partners write.',
  }),
  resends: z.string().nullable().meta({ description: 'The document whose content it has again.' }),
  resentAs: z.string().nullable().meta({ description: 'The newest document that has its content again.' }),
  position: z.string(),
};

export const documentList = listOf(z.object(document).meta({ id: 'PartnerDocument' }));

export const documentContent = z
  .object({
    ...document,
    mediaType: z.string(),
    content: z.string().meta({
      description: 'base64 of the bytes; "[erased]" once the customer was erased or they were kept long enough.',
    }),
    removedAt: z
      .string()
      .nullable()
      .meta({ description: 'When the bytes were removed because they had been kept for long enough.' }),
  })
  .meta({ id: 'PartnerDocumentContent' });

export const resendBody = z
  .strictObject({
    reason: shortText.meta({ description: 'About the work; nothing about persons, because it stays readable.' }),
  })
  .meta({ id: 'ResendPartnerDocument' });

export const resentDocument = z
  .object({
    documentId: z.string().meta({ description: 'Of the document that has the content again.' }),
    controlNumber: z.int(),
    payloadSha256: z.string(),
    resends: z.string(),
    receipt,
  })
  .meta({ id: 'PartnerDocumentResent' });
