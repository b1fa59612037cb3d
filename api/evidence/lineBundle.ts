import { type Bundle, claimOf } from '../../domain/evidence/bundle.ts';
import type { JournalView } from '../../projections/glStaging/views.ts';
import type { Scope } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import { bundleOf } from './prove.ts';
import { type Place, readPolicies, readStored } from './stored.ts';

/** Events behind a line: what led to it by the lineage graph, what was decided on the way, what corrected it, and how its order came in. */
const placesBehind = async (
  { reads }: ApiDeps,
  root: string,
  { sourceEventId, sourcePosition }: Pick<JournalView, 'sourceEventId' | 'sourcePosition'>,
  orderId: string | null,
  scope: Scope | undefined,
): Promise<readonly Place[]> => {
  const [graph, corrections] = await Promise.all([
    reads.lineage({ root, direction: 'up' }, scope),
    reads.correctionsBehind([sourceEventId], sourcePosition, scope),
  ]);
  const ids = [
    sourceEventId,
    ...corrections,
    ...(graph?.edges ?? []).map(({ eventId }) => eventId),
    ...(graph?.decisions ?? []).map(({ eventId }) => eventId),
  ];
  const [behind, opening] = await Promise.all([
    reads.eventsByIds([...new Set(ids)], scope),
    orderId === null ? undefined : reads.listEvents({ orderId, type: 'OrderSubmitted', limit: 1 }, scope),
  ]);
  return [...behind, ...(opening?.items ?? [])];
};

/** The lineage proof bundle of one line: `journalId:lineNo`. Undefined: there is no such line, or none the caller may see. */
export const lineBundle = async (deps: ApiDeps, id: string, scope: Scope | undefined): Promise<Bundle | undefined> => {
  const [, journalId = '', number = ''] = /^([^:]+):([1-9]\d{0,5})$/.exec(id) ?? [];
  const lineNo = Number(number);
  const journal = journalId === '' ? undefined : await deps.reads.journalById(journalId, scope);
  const line = journal?.lines.find((each) => each.lineNo === lineNo);
  if (journal === undefined || line === undefined) return undefined;
  const { bu, sourcePosition } = journal;
  const places = await placesBehind(deps, `gl-line:${id}`, journal, line.lineage.orderId, scope);
  // Before anything else is started: what fails while nobody looks at it yet ends the process.
  const streams = await deps.evidence.policyStreams(bu);
  const [events, policies] = await Promise.all([
    readStored(deps.log.store, places),
    readPolicies(deps.log.store, streams, sourcePosition),
  ]);
  const parts = { subject: { kind: 'gl-line', journalId, lineNo }, journal: claimOf(journal) } as const;
  return bundleOf(deps, parts, events, policies);
};

/** One event with its proof. */
export const eventBundle = async (
  deps: ApiDeps,
  eventId: string,
  scope: Scope | undefined,
): Promise<Bundle | undefined> => {
  const place = await deps.reads.eventById(eventId, scope);
  if (place === undefined) return undefined;
  return bundleOf(
    deps,
    { subject: { kind: 'event', eventId: place.eventId } },
    await readStored(deps.log.store, [place]),
    [],
  );
};
