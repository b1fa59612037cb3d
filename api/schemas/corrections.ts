import { z } from 'zod';
import { receipt } from './answers.ts';
import { anyId, code, day, period, shortText } from './fields.ts';

export const journalParams = z.strictObject({ journalId: anyId });

export const restageBody = z.strictObject({ reason: shortText }).meta({ id: 'RestageGlJournal' });
export const reversalBody = z
  .strictObject({
    reason: shortText,
    accountingDate: day
      .exactOptional()
      .meta({ description: 'A day of an open period, not before the journal; absent: today in the business unit.' }),
  })
  .meta({ id: 'ReverseGlJournal' });
export const repostBody = z
  .strictObject({
    ...reversalBody.shape,
    ruleSetVersion: z
      .int()
      .positive()
      .exactOptional()
      .meta({ description: 'The rule set that is wanted; RULE_SET_NOT_IN_FORCE where another one is in force.' }),
  })
  .meta({ id: 'RepostGlJournal' });

const supersededBy = z.string().meta({
  description: 'The new version. There is none where the rules in force no longer post such a journal.',
});
const reversedBy = z.string().nullable().meta({ description: 'The exact reverse.' });

export const restaged = z.object({ journalId: z.string(), supersededBy, receipt }).meta({ id: 'GlJournalRestaged' });
export const reversedAnswer = z
  .object({ journalId: z.string(), accountingDate: z.string(), reversedBy, receipt })
  .meta({ id: 'GlJournalReversed' });
export const reposted = z
  .object({
    journalId: z.string(),
    accountingDate: z.string(),
    reversedBy,
    repostedBy: z.string().meta({ description: 'The journal that posts it anew, by the rules and accounts in force.' }),
    receipt,
  })
  .meta({ id: 'GlJournalReposted' });

export const restageAllBody = z
  .strictObject({
    bu: code,
    ledger: code,
    period: period.exactOptional(),
    role: z
      .string()
      .regex(/^[A-Z_]{1,30}$/)
      .exactOptional()
      .meta({ description: 'Only journals that wait for an account of this role.' }),
    reason: shortText,
  })
  .meta({ id: 'RestageGlJournals' });

export const restagedAll = z
  .object({
    restaged: z.int().nonnegative(),
    refused: z.array(z.object({ journalId: z.string(), code: z.string(), detail: z.string() })),
    more: z.boolean().meta({ description: 'There are more: ask again, with a new key.' }),
    receipt: receipt.nullable(),
  })
  .meta({ id: 'GlJournalsRestaged' });
