import { sql } from 'kysely';
import type { AuditSample } from '../../domain/auditSample/auditSample.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';

/** A sample without its lines. */
export type SampleSummary = Omit<AuditSample, 'position' | 'lines'> & {
  /** Up to where in the log the ledger was drawn from. */
  readonly knownAsOf: string;
  readonly lineCount: number;
  readonly drawnAt: string;
  readonly position: string;
  readonly updatedAt: string;
};

export type SampleView = SampleSummary & Pick<AuditSample, 'lines'>;

export type SampleFilter = PageRequest & {
  readonly bu?: string | undefined;
  readonly ledger?: string | undefined;
  readonly period?: string | undefined;
};

/** What of the samples counts: those recorded by a position of the log, those drawn by a day, which is UTC's. Absent: all. */
export type SamplesBy = { readonly position?: string | undefined; readonly day?: string | undefined };

const counted = ({ position, day }: SamplesBy, scope: Scope | undefined) => [
  position === undefined ? undefined : sql`a.position <= ${position}`,
  day === undefined ? undefined : sql`(a.drawn_at at time zone 'UTC')::date <= ${day}::date`,
  anyOf(sql`a.bu`, scope?.bus),
];

const summary = sql`a.sample_id as "sampleId", a.bu, a.population, a.method, a.seed, a.known_as_of as "knownAsOf", a.currency, a.strata,
  a.line_count as "lineCount", a.reason, a.drawn_by as "drawnBy", a.drawn_at as "drawnAt", a.position, a.updated_at as "updatedAt"`;

/** Newest first. Throws `CursorInvalid`. */
export const listAuditSamples = defineQuery(
  (filter: SampleFilter, scope?: Scope, by: SamplesBy = {}): Question<SampleSummary, Page<SampleSummary>> => {
    const { before, tail, page } = newestFirst(filter, sql`a.position`);
    const statement = sql<SampleSummary>`select ${summary} from rm.audit_sample a where ${allOf([
      equals(sql`a.bu`, filter.bu),
      equals(sql`a.ledger`, filter.ledger),
      equals(sql`a.period`, filter.period),
      before,
      ...counted(by, scope),
    ])} ${tail}`;
    return {
      statement,
      answer: (rows) =>
        page(
          rows,
          ({ position }) => position,
          (row) => row,
        ),
    };
  },
);

export const auditSampleById = defineQuery(
  (sampleId: string, scope?: Scope, by: SamplesBy = {}): Question<SampleView, SampleView | undefined> => ({
    statement: sql`select ${summary}, a.lines from rm.audit_sample a
      where ${allOf([sql`a.sample_id = ${sampleId}`, ...counted(by, scope)])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);
