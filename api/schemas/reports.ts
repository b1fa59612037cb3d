import { z } from 'zod';
import { reports } from '../../projections/reports/catalogue.ts';
import { reportLimits } from '../../projections/reports/page.ts';
import { type ReportFilterName, reportFilters } from '../../projections/reports/report.ts';
import { receipt } from './answers.ts';
import { account, anyId, code, coded, currency, day, patterned, period, ulid } from './fields.ts';
import { momentQuery } from './report.ts';

const limitError = { error: () => coded('VALUE_INVALID', `A limit is a whole number from 1 to ${reportLimits.max}.`) };

const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, limitError)
  .transform(Number)
  .refine((value) => value <= reportLimits.max, limitError)
  .meta({ description: `Rows of a page, up to ${reportLimits.max}; ${reportLimits.default} unless said.` });

const formOf: Readonly<Record<ReportFilterName, z.ZodType<string>>> = {
  bu: code.meta({ description: 'Business unit; without it all that the caller may see.' }),
  ledger: code,
  period: period.meta({ description: 'Accounting period; instead of `from` and `to`.' }),
  from: day.meta({ description: 'From this day on.' }),
  to: day.meta({ description: 'Up to this day.' }),
  currency,
  node: code,
  channel: code,
  region: z.string().min(1).max(100),
  customer: code,
  customerGroup: z.string().min(1).max(100),
  item: code,
  itemGroup: z.string().min(1).max(100),
  orderId: anyId,
  invoiceId: anyId,
  account,
  state: patterned(/^[A-Z][A-Z0-9_]{0,59}$/, 'A state is written in capital letters, as the column has it.'),
};

const filters = Object.fromEntries(reportFilters.map((name) => [name, formOf[name].exactOptional()])) as {
  readonly [Name in ReportFilterName]: z.ZodExactOptional<z.ZodType<string>>;
};

/** Every filter that some report has; the catalogue says which has which, and another one is refused. */
export const reportQuery = z.strictObject({
  ...filters,
  totals: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ description: 'False spares the sums over all rows: for the pages after the first.' })
    .exactOptional(),
  limit: limit.exactOptional(),
  cursor: z.string().min(1).max(1_000).exactOptional(),
});

export const reportParams = z.strictObject({
  name: anyId.meta({
    description: `A report, by name or number: ${reports.map(({ id, name }) => `${name} (${id})`).join(', ')}.`,
    examples: ['trial-balance'],
  }),
});

const column = z.object({
  name: z.string(),
  type: z.enum(['text', 'day', 'instant', 'money', 'quantity', 'price', 'percent', 'count', 'flag']).meta({
    description:
      'Money is minor units of the row’s currency, a quantity base units, a price or percentage a decimal: each as text. A count is a number, a flag true or false.',
  }),
  meaning: z.string(),
  total: z.boolean().meta({ description: 'It is in the totals.' }),
});

export const catalogue = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        title: z.string(),
        meaning: z.string(),
        columns: z.array(column),
        filters: z.array(z.string()),
        needs: z.array(z.string()).meta({ description: 'Filters that it is not answered without.' }),
        readers: z.array(z.string()).meta({ description: 'Roles that may read it.' }),
        datedBy: z.string().meta({ description: 'What `from`, `to` and `validAsOf` go by.' }),
        knowsThePast: z.boolean().meta({ description: 'False: it cannot be asked with `knownAsOf`.' }),
        href: z.string(),
      }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: 'ReportCatalogue' });

const cell = z.union([z.string(), z.int(), z.boolean(), z.null()]);

export const reportAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    title: z.string(),
    knowsThePast: z.boolean().meta({ description: 'The pages that follow can be asked with `knownAsOf`.' }),
    columns: z.array(column),
    items: z.array(z.record(z.string(), cell)).meta({ description: 'By the names of the columns.' }),
    totals: z.array(z.record(z.string(), cell)).nullable().meta({
      description:
        'By `currency`: `rows`, and each column that is added up, over all rows and not only those of this page. Null with `totals=false`.',
    }),
    nextCursor: z.string().nullable(),
  })
  .meta({
    id: 'Report',
    description:
      'A page of a report. Ask for those that follow with the `position` of the first one as `knownAsOf`, and all of them are of one moment.',
  });

export const reportRunBody = z
  .strictObject({
    report: reportParams.shape.name,
    filters: z.strictObject(filters).exactOptional(),
    ...momentQuery('the date that the catalogue names for the report'),
  })
  .meta({ id: 'RunReport', description: 'Without `knownAsOf` it is drawn of all that is known now.' });

export const reportRunParams = z.strictObject({ runId: ulid });

const run = {
  runId: z.string(),
  report: z.string(),
  href: z.string().meta({
    description:
      'The question at its position: asked again, its answer has the same hash, after any correction and rebuild.',
  }),
  position: z.string(),
  rows: z
    .int()
    .nonnegative()
    .meta({ description: 'All rows; the hash is that of the first page, which holds the totals of all.' }),
  sha256: z.string(),
  runBy: z.string(),
};

export const reportRunRecorded = z.object({ ...run, receipt }).meta({ id: 'ReportRunRecorded' });
export const reportRun = z.object({ ...run, recordedAt: z.string() }).meta({ id: 'ReportRun' });
