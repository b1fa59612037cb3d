import { z } from 'zod';
import { erasureGrounds } from '../../domain/personal/events.ts';
import { receipt } from './answers.ts';
import { code, day, patterned } from './fields.ts';

export const customerParams = z.strictObject({ bu: code, customer: code });

export const erasureBody = z
  .strictObject({
    ground: z.enum(erasureGrounds),
    reference: patterned(
      /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,59}$/,
      'The number of the request: letters, digits and -_.:/',
    ).exactOptional(),
  })
  .meta({ id: 'EraseDataSubject', description: 'Codes only: the receipt must not hold what it says is gone.' });

export const dataSubject = z
  .object({
    subject: z.string(),
    keys: z.array(z.object({ generation: z.int(), createdAt: z.string(), destroyedAt: z.string().nullable() })),
    erasures: z
      .object({
        throughGeneration: z.int(),
        ground: z.enum(erasureGrounds),
        reference: z.string().nullable(),
        requestedBy: z.string(),
        approvedBy: z.string(),
      })
      .nullable()
      .meta({ description: 'The latest erasure; keys of later generations seal what was written after it.' }),
  })
  .meta({ id: 'DataSubject', description: 'Keys that what was written about a customer is sealed with. Never a key.' });

export const erasureAnswer = dataSubject.extend({ receipt }).meta({ id: 'DataSubjectErased' });

export const personalReadsQuery = z.strictObject({
  bu: code,
  day: day.meta({ description: 'Of Coordinated Universal Time.' }),
  subject: z.string().max(200).exactOptional(),
});

export const personalReads = z
  .object({
    items: z.array(
      z.object({
        subject: z.string(),
        by: z.string(),
        roles: z.array(z.string()),
        operation: z.string(),
        correlationId: z.string(),
        firstAt: z.string(),
        times: z.int(),
        position: z.string(),
      }),
    ),
    truncated: z.boolean().meta({ description: 'There are more; ask for one subject.' }),
  })
  .meta({
    id: 'PersonalReads',
    description: 'Answers of a day that showed personal text. Equal readings within a second are one.',
  });
