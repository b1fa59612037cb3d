import { z } from 'zod';
import { listOf } from './answers.ts';
import { code, coded, limit, ulid } from './fields.ts';

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
  kind: z.enum(['855', '856', '810', '997']).exactOptional(),
  orderId: ulid.exactOptional(),
  afterNumber: controlNumber.exactOptional().meta({
    description:
      'Only control numbers above this one. A partner’s numbers have no gaps, so who knows the last one that was fetched misses none.',
  }),
  limit: limit.exactOptional(),
  cursor: z.string().min(1).max(500).exactOptional(),
});

const document = {
  documentId: z.string(),
  bu: z.string(),
  partner: z.string(),
  soldTo: z.string(),
  kind: z.string().meta({ description: 'ST01: 855, 856, 810 or 997.' }),
  functionalId: z.string().meta({ description: 'GS01.' }),
  controlNumber: z.int().meta({ description: 'ISA13 and GS06.' }),
  orderId: z.string().nullable(),
  reference: z.string().meta({ description: 'PO, shipment or invoice number, or the control number it answers.' }),
  payloadSha256: z.string(),
  acknowledges: z.boolean().meta({ description: 'The partner answers with a 997.' }),
  madeAt: z.string(),
  position: z.string(),
};

export const documentList = listOf(z.object(document).meta({ id: 'PartnerDocument' }));

export const documentContent = z
  .object({
    ...document,
    mediaType: z.string(),
    content: z.string().meta({ description: 'base64 of the bytes; "[erased]" once the customer was erased.' }),
  })
  .meta({ id: 'PartnerDocumentContent' });
