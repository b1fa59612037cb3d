import { z } from 'zod';
import { shadowKinds } from '../../domain/shadow/events.ts';
import { shadowShows } from '../../projections/shadowLedgers/comparison.ts';
import { listOf, receipt } from './answers.ts';
import { code, currency, day, limit, period, role, shortText } from './fields.ts';

const use = z.enum(['NONE', 'OPTIONAL', 'REQUIRED']);
const condition = shortText.exactOptional();

const match = z.strictObject({
  role: role.exactOptional(),
  fromAccount: code.exactOptional().meta({ description: 'The account that the journal names today.' }),
  itemGroup: condition,
  item: condition,
  customerGroup: condition,
  customer: condition,
  node: condition,
  channel: condition,
  region: condition,
  currency: currency.exactOptional(),
});

const rules = z
  .array(z.strictObject({ match, value: code }))
  .max(500)
  .meta({ description: 'Of the rules that fit a line the one with most conditions applies.' });

const segment = code.nullable().exactOptional().meta({
  description: 'What it is to be there; null: there is to be none. Absent: it may be any.',
});

const definition = {
  system: code.meta({ description: 'The second ERP, by its name in ERP_SYSTEMS.' }),
  accounts: z
    .array(
      z.strictObject({
        account: code,
        name: shortText,
        activeFrom: day,
        activeTo: day.nullable(),
        costCentre: use,
        taxCode: use,
      }),
    )
    .min(1)
    .max(2_000)
    .meta({ description: 'The new chart.' }),
  accountRules: rules,
  costCentreRules: rules,
  taxCodeRules: rules,
  correspondence: z
    .array(
      z.strictObject({ account: code, to: z.strictObject({ account: code, costCentre: segment, taxCode: segment }) }),
    )
    .max(2_000)
    .meta({ description: 'What each account of today is to be in the new chart; several may become one.' }),
};

const cleanDays = z.int().min(1).max(366);
const workingDays = z.array(z.int().min(1).max(7)).min(1).max(7);
const holidays = z.array(day).max(500);

export const unitParams = z.strictObject({ bu: code });

export const shadowBody = z
  .strictObject({
    ...definition,
    cleanDays: cleanDays.default(30).meta({ description: 'Business days without an unexplained difference.' }),
    workingDays: workingDays.default([1, 2, 3, 4, 5]).meta({ description: '1 = Monday … 7 = Sunday.' }),
    holidays: holidays.default([]),
  })
  .meta({ id: 'ShadowLedgerDefinition' });

export const shadowDefined = z.object({ version: z.int(), receipt }).meta({ id: 'ShadowLedgerDefined' });

const text = z.string();
const count = z.int().nonnegative();

export const shadowLedger = z
  .object({
    bu: text,
    ledger: text,
    system: text,
    version: z.int(),
    definition: z.object({
      ...definition,
      accounts: z.array(
        z.object({
          ...{ account: text, name: text, activeFrom: text, activeTo: text.nullable() },
          ...{ costCentre: use, taxCode: use },
        }),
      ),
      ...{ cleanDays, workingDays, holidays: z.array(text) },
    }),
    definedBy: text,
    definedAt: text,
    cleanDays: count.meta({
      description:
        'Business days without an unexplained difference, back from the last day on which a batch was compared. A day without a batch neither counts nor ends the row.',
    }),
    cleanDaysNeeded: count,
    firstDay: text.nullable(),
    lastDay: text.nullable(),
    batches: count.meta({ description: 'How many were compared.' }),
    unexplained: count.meta({ description: 'How many differences nobody explained, or no longer.' }),
    uncomparedCount: count,
    uncompared: z.array(text).meta({ description: 'The oldest batches that are sealed and not compared yet.' }),
    ready: z.boolean().meta({ description: 'It was clean for long enough to be cut over.' }),
    cutOver: z
      .object({
        ...{ from: text, to: text, effectiveDate: text, cleanDays: count, approvalId: text, approvedBy: text },
        ...{ cutOverBy: text, reason: text, cutOverAt: text },
      })
      .nullable(),
    position: text,
    updatedAt: text,
  })
  .meta({ id: 'ShadowLedger' });

const page = { limit: limit.exactOptional(), cursor: z.string().min(1).max(2_000).exactOptional() };

/** As long as the longest key: kinds, and seven codes. */
const key = z.string().min(1).max(600);

export const comparisonQuery = z.strictObject({
  period: period.exactOptional(),
  account: code.exactOptional().meta({ description: 'Of today.' }),
  key: key.exactOptional(),
  show: z.enum(shadowShows).exactOptional().meta({ description: 'Default: ALL, also what is as it is to be.' }),
  ...page,
});

const place = z.object({ account: text.nullable(), costCentre: text.nullable(), taxCode: text.nullable() });

export const comparisonList = listOf(
  z
    .object({
      key: text.meta({ description: 'The same difference has the same key in every batch.' }),
      kinds: z.array(z.enum(shadowKinds)).meta({ description: 'What is wrong with it; none: nothing.' }),
      period: text,
      currency: text,
      account: text.meta({ description: 'Of today.' }),
      simulated: place.meta({ description: 'Where the second ERP would post it.' }),
      expected: z
        .object({ account: text, costCentre: text.nullable().optional(), taxCode: text.nullable().optional() })
        .nullable()
        .meta({ description: 'Where it is to be; null: nobody said.' }),
      debit: text,
      credit: text,
      lineCount: count,
      batches: count,
      firstBatchId: text,
      firstDay: text,
      lastDay: text,
      lines: z
        .array(
          z.object({
            ...{ journalId: text, lineNo: z.int(), orderId: text.nullable(), orderLineId: text.nullable() },
          }),
        )
        .meta({ description: 'The first lines behind the difference, of the first batch that has it.' }),
      explanation: z.object({ until: text, reason: text, explainedBy: text, explainedAt: text }).nullable(),
      unexplained: z.boolean(),
    })
    .meta({ id: 'ShadowComparisonRow' }),
);

export const shadowBatchQuery = z.strictObject({ period: period.exactOptional(), ...page });

export const shadowBatchList = listOf(
  z
    .object({
      ...{ batchId: text, bu: text, ledger: text, system: text, version: z.int(), period: text },
      day: text.meta({ description: 'On which it was sealed, in the time zone of the business unit.' }),
      ...{ journalCount: count, lineCount: count, differences: count, unexplained: count },
      totals: z.array(z.object({ currency: text, debit: text, credit: text })),
      tiesOut: z.boolean().meta({ description: 'What was compared is, by currency and account, what was sealed.' }),
      ...{ position: text, updatedAt: text },
    })
    .meta({ id: 'ShadowBatch' }),
);

export const explanationBody = z
  .strictObject({
    key,
    until: day.meta({ description: 'The last day of batches that it is valid for.' }),
    reason: shortText,
  })
  .meta({ id: 'ExplainShadowDifference' });
export const explanationRecorded = z
  .object({ key: text, until: text, receipt })
  .meta({ id: 'ShadowDifferenceExplained' });

export const cutOverBody = z
  .strictObject({
    effectiveDate: day.meta({ description: 'The first day of an accounting period that is to come.' }),
    reason: shortText,
  })
  .meta({ id: 'CutOverShadowLedger' });
export const cancelCutOverBody = z.strictObject({ reason: shortText }).meta({ id: 'CancelCutOver' });
export const cutOverCancelled = z.object({ bu: text, receipt }).meta({ id: 'ShadowCutOverCancelled' });

export const cutOverRecorded = z
  .object({ from: text, to: text, effectiveDate: text, receipt })
  .meta({ id: 'ShadowLedgerCutOver' });
