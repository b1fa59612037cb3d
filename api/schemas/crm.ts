import { z } from 'zod';
import { crmFields, crmTermsMax, crmUnitsMax } from '../../domain/masterData/crm.ts';
import { code, day, shortText } from './fields.ts';

const quotes = z.strictObject({
  wonFrom: day,
  units: z
    .array(z.strictObject({ theirs: shortText, ours: code }))
    .max(crmUnitsMax)
    .default([])
    .meta({ description: 'Its units of measure, in ours; one that is not among them is one of ours.' }),
});

/** What a business unit leaves to its CRM. */
export const crm = z.strictObject({
  theirs: shortText.exactOptional().meta({ description: 'How the CRM calls the business unit; absent: as here.' }),
  owns: z.array(z.enum(crmFields)).max(crmFields.length).meta({
    description:
      'In these fields the word of the CRM holds, in all others that of whoever defines the customer. What is owned from now on is taken with the next change of each account.',
  }),
  terms: z
    .array(z.strictObject({ theirs: shortText, days: z.int().min(0).max(365) }))
    .max(crmTermsMax)
    .meta({
      description: 'Codes of payment terms there, in days. An account with another one waits as a dead letter.',
    }),
  newCustomers: z.strictObject({ group: code, taxCode: code, priceListId: code }).meta({
    description: 'What an account that is no customer yet begins with beside what the CRM says of it.',
  }),
  quotes: quotes.exactOptional().meta({
    description:
      'Quotes that were closed on the day `wonFrom` or later and won become orders of the channel `inside-sales`, each once. Absent: none does.',
  }),
});
