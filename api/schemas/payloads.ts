import { z } from 'zod';
import { patterned } from './fields.ts';

export const sha256 = patterned(/^[0-9a-f]{64}$/, 'A SHA-256 is 64 hexadecimal digits in small letters.');

export const payload = z
  .object({
    sha256: z.string(),
    bu: z.string(),
    soldTo: z.string(),
    mediaType: z.string(),
    size: z.int().meta({ description: 'In bytes.' }),
    content: z.string().meta({
      description:
        'base64 of the bytes; "[erased]" once the customer was erased. Once they were kept for long enough the answer is 410.',
    }),
    storedAt: z.string(),
  })
  .meta({ id: 'Payload' });
