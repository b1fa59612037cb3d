import { z } from 'zod';
import { sampleMethods } from '../../domain/auditSample/events.ts';
import { listOf, receipt } from './answers.ts';
import { seed } from './evidence.ts';
import { account, backwards, code, coded, day, money, paging, period, role, shortText, ulid } from './fields.ts';
import { knownAsOf } from './report.ts';

/** A sample is one event and one answer. */
const linesMax = 500;
const strataMax = 10;
const listedMax = 50;

const size = z.int().min(1).max(linesMax);
const side = z.enum(['DEBIT', 'CREDIT']);

const populationFields = {
  ledger: code,
  period: period.exactOptional(),
  from: day.exactOptional(),
  to: day.exactOptional(),
  accounts: z.array(account).min(1).max(listedMax).exactOptional(),
  roles: z.array(role).min(1).max(listedMax).exactOptional(),
  side: side.exactOptional().meta({ description: 'Only debits, or only credits.' }),
  amountFrom: money.exactOptional().meta({ description: 'The least amount of a line, in minor units of the ledger.' }),
  amountTo: money.exactOptional().meta({ description: 'The greatest amount of a line.' }),
};

/** Of amounts as text; also of what is none, which is told by its form. */
const isLess = (a: string, b: string): boolean => (a.length === b.length ? a < b : a.length < b.length);

type Asked = { readonly [Name in 'period' | 'from' | 'to' | 'amountFrom' | 'amountTo']?: string };

const populationFaults = ({
  period,
  from,
  to,
  amountFrom,
  amountTo,
}: Asked): readonly (readonly [string, string])[] => {
  const late = backwards(from, to);
  return [
    ...(period === undefined && from === undefined
      ? [['period', 'Name a period, or the days `from` and `to`.'] as const]
      : []),
    ...(period !== undefined && (from ?? to) !== undefined
      ? [['period', 'Name a period, or the days `from` and `to`, and not both.'] as const]
      : []),
    ...(period === undefined && (from === undefined) !== (to === undefined)
      ? [[from === undefined ? 'from' : 'to', 'Days have a first and a last one.'] as const]
      : []),
    ...(late === undefined ? [] : [['to', late] as const]),
    ...(amountFrom !== undefined && amountTo !== undefined && isLess(amountTo, amountFrom)
      ? [['amountTo', 'The greatest amount is below the least.'] as const]
      : []),
  ];
};

const population = z
  .strictObject(populationFields)
  .superRefine((asked, context) => {
    for (const [name, detail] of populationFaults(asked as Asked))
      context.addIssue({ code: 'custom', path: [name], message: coded('VALUE_INVALID', detail) });
  })
  .meta({
    id: 'SamplePopulation',
    description:
      'The lines that can be drawn: what the report `journal-detail` lists with the same filters at the same position. The amount of a line is its debit or its credit, in the currency of the ledger.',
  });

type AskedStratum = { readonly amountFrom: string };

const strataFault = (strata: readonly AskedStratum[], place: number): string | undefined => {
  const [here, before] = [strata[place]?.amountFrom ?? '0', strata[place - 1]?.amountFrom];
  if (before === undefined)
    return here === '0'
      ? undefined
      : 'The first stratum begins at "0"; `population.amountFrom` leaves out what is too small.';
  return isLess(before, here) ? undefined : 'Each stratum begins above the one before it.';
};

const strata = z
  .array(z.strictObject({ amountFrom: money, size }))
  .min(2)
  .max(strataMax)
  .superRefine((asked, context) => {
    for (const place of asked.keys()) {
      const fault = strataFault(asked, place);
      if (fault !== undefined)
        context.addIssue({ code: 'custom', path: [place, 'amountFrom'], message: coded('VALUE_INVALID', fault) });
    }
    if (asked.reduce((all, { size }) => all + size, 0) > linesMax)
      context.addIssue({
        code: 'custom',
        message: coded('SIZE_INVALID', `All strata together draw at most ${linesMax} lines.`),
      });
  });

const method = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('RANDOM'), size }),
    z.strictObject({ kind: z.literal('STRATIFIED'), strata }),
    z.strictObject({ kind: z.literal('MONETARY_UNIT'), size }),
  ])
  .meta({
    description:
      'RANDOM: the `size` lines whose SHA-256 of `seed:journalId:lineNo`, in hex, is smallest. STRATIFIED: so many of the lines from each `amountFrom` up to that of the next stratum. MONETARY_UNIT: lines stand by the bytes of their journal id and their number; with n = `size`, T = the sum of all amounts and r = SHA-256 of `seed:start`, as a number, modulo T, selection point k of 0 … n-1 lies at (kT + r) / n, and drawn is every line in which a point lies.',
  });

export const sampleBody = z
  .strictObject({
    bu: code,
    population,
    method,
    seed: seed.exactOptional().meta({ description: 'Made here, and told, when it is missing.' }),
    knownAsOf: knownAsOf.exactOptional(),
    reason: shortText.meta({ description: 'What it is drawn for.' }),
  })
  .meta({ id: 'DrawAuditSample', description: 'Without `knownAsOf` it is drawn of all that is in the log.' });

export const sampleParams = z.strictObject({ sampleId: ulid });

export const sampleQuery = z.strictObject({
  bu: code.exactOptional(),
  ledger: code.exactOptional(),
  period: period.exactOptional(),
  ...paging,
});

const count = z.int().nonnegative();

const sample = {
  sampleId: z.string(),
  bu: z.string(),
  population: z.object({
    ...{ ledger: z.string(), period: z.string().optional(), from: z.string().optional(), to: z.string().optional() },
    ...{ accounts: z.array(z.string()).optional(), roles: z.array(z.string()).optional(), side: side.optional() },
    ...{ amountFrom: z.string().optional(), amountTo: z.string().optional() },
  }),
  method: z.enum(sampleMethods),
  seed: z.string(),
  knownAsOf: z.string().meta({ description: 'The position of the log whose ledger it was drawn from.' }),
  currency: z.string().meta({ description: 'Of the ledger, and of every amount here.' }),
  count: count.meta({ description: 'How many lines could be drawn.' }),
  debit: z.string().meta({ description: 'Their debits, added up.' }),
  credit: z.string().meta({ description: 'Their credits, added up.' }),
  strata: z.array(
    z.object({ amountFrom: z.string(), size: count, count, debit: z.string(), credit: z.string() }).meta({
      description: 'What was asked for, and what there was to draw from.',
    }),
  ),
  lineCount: count.meta({ description: 'How many lines were drawn.' }),
  reason: z.string(),
  drawnBy: z.string(),
  populationHref: z.string().meta({
    description: 'The report whose rows, by accounts, roles, side and amounts, are the lines that could be drawn.',
  }),
};

const line = z
  .object({
    journalId: z.string(),
    lineNo: z.int(),
    role: z.string(),
    account: z.string().nullable(),
    debit: z.string(),
    credit: z.string(),
    rank: z.string().optional().meta({ description: 'RANDOM and STRATIFIED: what it was chosen by.' }),
    before: z.string().optional().meta({ description: 'MONETARY_UNIT: what the lines before it come to.' }),
    hits: z.int().optional().meta({ description: 'MONETARY_UNIT: how many selection points lie in it.' }),
    proof: z.string().meta({ description: 'Where its proof and its lineage are.' }),
  })
  .meta({ id: 'DrawnLine' });

const lines = { lines: z.array(line) };
const drawnAt = { drawnAt: z.string(), position: z.string(), updatedAt: z.string() };

export const sampleDrawn = z.object({ ...sample, ...lines, receipt }).meta({ id: 'AuditSampleDrawn' });
export const sampleView = z.object({ ...sample, ...drawnAt, ...lines }).meta({ id: 'AuditSample' });
export const sampleList = listOf(z.object({ ...sample, ...drawnAt }).meta({ id: 'AuditSampleSummary' }));
