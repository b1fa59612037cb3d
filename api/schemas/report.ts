import { z } from 'zod';
import { normalPosition } from '../positionText.ts';
import { coded, day, instant } from './fields.ts';

export const knownAsOf = z
  .string()
  .refine((text) => normalPosition(text) !== undefined || instant.safeParse(text).success, {
    error: () => coded('VALUE_INVALID', 'A position as a receipt gives it, or an instant in RFC 3339 UTC.'),
  })
  .meta({
    description:
      'Only what had been recorded by then: a position of the log, or an instant. What is asked at a position has the same answer for ever.',
    examples: ['00000000000000000042', '2026-11-24T08:00:00Z'],
  });

/** Both times that a report can be asked by. `datedBy`: the date that says whether something is valid by a day. */
export const momentQuery = (datedBy: string) => ({
  knownAsOf: knownAsOf.exactOptional(),
  validAsOf: day.meta({ description: `Only what is dated up to this day, by ${datedBy}.` }).exactOptional(),
});

/** What makes an answer checkable and repeatable. */
export const reportFooter = z
  .object({
    reportId: z.string().meta({ description: 'The question: equal for the same question, whenever it is asked.' }),
    position: z.string(),
    exact: z.boolean().meta({
      description:
        'False: read models stood at different positions. Ask with `knownAsOf` for an answer that does not move.',
    }),
    knownAsOf: z.string().nullable(),
    validAsOf: z.string().nullable(),
    policyVersions: z.record(z.string(), z.record(z.string(), z.int())).meta({
      description: 'By business unit: the versions of its policies that were in force at the position.',
    }),
    projectionVersion: z.record(z.string(), z.int()),
    rowCount: z.int().nonnegative(),
    sha256: z.string().meta({
      description:
        'Over the canonical JSON (RFC 8785) of the answer without `report`, `asOfPosition` and `lagMs`, with `[personal]` for each personal text, as an answer of an earlier time shows it.',
    }),
  })
  .meta({ id: 'ReportFooter' });
