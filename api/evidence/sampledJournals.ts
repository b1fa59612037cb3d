import { auditSampleStream } from '../../commands/calls/auditSamples.ts';
import { totalsOf } from '../../domain/auditSample/population.ts';
import type { Bundle } from '../../domain/evidence/bundle.ts';
import type { EvidenceExported } from '../../domain/evidence/events.ts';
import type { JournalView } from '../../projections/glStaging/views.ts';
import type { Scope } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import type { Place } from './stored.ts';

export type ExportScope = EvidenceExported['data']['scope'];

/** What an export is made of. */
export type Chosen = {
  readonly journals: readonly JournalView[];
  readonly scope: ExportScope;
  /** Events that belong to it beside those of the journals. */
  readonly alsoAt?: readonly Place[];
  readonly population?: NonNullable<Bundle['population']>;
};

type Reads = Pick<ApiDeps, 'reads'>;

/** Journals of a period by a seed, drawn for this export. */
export const sampledNow = async (
  { reads }: Reads,
  bu: string,
  scope: Extract<ExportScope, { readonly kind: 'sample' }>,
  visible: Scope | undefined,
): Promise<Chosen> => {
  const { ledger, period, seed, count } = scope;
  const { ids, population } = await reads.journalsDrawn({ bu, ledger, period }, seed, count, visible);
  return { journals: await reads.journalsByIds(ids, visible), scope: { ...scope, population } };
};

/** A population of more lines is not handed over: whoever recomputes the sample takes it from the report. */
const populationMax = 10_000;

/** The journals of the lines that an auditor drew before, with the event that says so. Undefined: there is no such sample, or none of these books. */
export const sampledBefore = async (
  { reads }: Reads,
  bu: string,
  scope: Extract<ExportScope, { readonly kind: 'audit-sample' }>,
  visible: Scope | undefined,
): Promise<Chosen | undefined> => {
  const { sampleId } = scope;
  const sample = await reads.auditSampleById(sampleId, visible);
  if (sample?.bu !== bu) return undefined;
  const ids = [...new Set(sample.lines.map(({ journalId }) => journalId))];
  const drawn = { bu, position: sample.knownAsOf, population: sample.population };
  const isHandedOver = totalsOf(sample.strata).count <= populationMax;
  const [journals, { items }, population] = await Promise.all([
    reads.journalsByIds(ids, visible),
    reads.listEvents({ stream: auditSampleStream(bu, sampleId), limit: 1 }, visible),
    isHandedOver ? reads.samplePopulation(drawn, populationMax) : undefined,
  ]);
  return { journals, scope, alsoAt: items, ...(population !== undefined && { population }) };
};
