import { z } from 'zod';
import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import { liveLineage, postedBy } from '../../projections/lineage/source.ts';
import { lineageSourceAt } from '../asOf/documents.ts';
import { knownPosition } from '../asOf/moment.ts';
import { report } from '../asOf/report.ts';
import { streamState } from '../asOf/streamState.ts';
import type { ApiDeps } from '../deps.ts';
import { damage, readTold } from '../evidence/damage.ts';
import { type Route, read } from '../route.ts';
import { auditEvent, eventList, eventQuery, stateQuery, streamState as streamStateAnswer } from '../schemas/audit.ts';
import { anyId } from '../schemas/fields.ts';
import { lineage, lineageBeside, lineageQuery } from '../schemas/lineage.ts';

const tag = 'Audit';
/** 409: the log is not what was sealed, or cannot be followed to its end. */
const refusals = [404, 409];

const lineRoot = 'gl-line:';

const readLineage = report({
  operation: 'readLineage',
  path: '/v1/audit/lineage',
  tag,
  summary: 'Where goods and money came from and went to',
  query: lineageQuery,
  answer: lineage,
  models: ['lineage', 'gl_staging', 'orders', 'event_index'],
  datedBy: 'the accounting date of what is posted; goods and documents stay',
  rowCount: ({ nodes, edges }) => nodes.length + edges.length,
  bus: ({ nodes }) => nodes.map(({ bu }) => bu),
  beside: {
    shape: lineageBeside,
    say: (position, { root }) => ({
      asOf: { knownAsOf: position },
      ...(root.startsWith(lineRoot) && { proof: `/v1/audit/proofs/gl-lines/${root.slice(lineRoot.length)}` }),
    }),
  },
  handle: async ({ query }, call, deps, { knownAsOf, validAsOf }) => {
    const source = knownAsOf === undefined ? liveLineage : await lineageSourceAt(deps, query, knownAsOf);
    return deps.reads.lineage(query, call.scope, validAsOf === undefined ? source : postedBy(validAsOf, source));
  },
});

const readState = read({
  operation: 'readStreamState',
  path: '/v1/audit/state',
  tag,
  summary: 'The state of one stream at a position, as its decider saw it',
  query: stateQuery,
  answer: streamStateAnswer,
  models: ['event_index'],
  refusals,
  handle: async ({ query }, call, deps) => {
    const position = await knownPosition(query.position, ['event_index'], deps);
    return streamState(deps, query.stream as StreamName, position, call.scope);
  },
});

const listEvents = read({
  operation: 'listAuditEvents',
  path: '/v1/audit/events',
  tag,
  summary: 'Events in log order: where they are and what they are about',
  query: eventQuery,
  answer: eventList,
  models: ['event_index'],
  handle: ({ query }, call, deps) => deps.reads.listEvents(query, call.scope),
});

const storedEvent = async (
  deps: ApiDeps,
  place: { readonly stream: string; readonly revision: number; readonly eventId: string; readonly position: string },
): Promise<Recorded> => {
  // The name comes out of the log itself, by way of the index.
  for await (const event of readTold(deps.log.store, place.stream as StreamName, place.revision)) {
    if (event.eventId === place.eventId) return event;
    break;
  }
  const { eventId, stream, revision, position } = place;
  throw damage(`The log no longer holds event ${eventId} at ${stream}@${revision}, position ${position}.`, position);
};

const readEvent = read({
  operation: 'readAuditEvent',
  path: '/v1/audit/events/{eventId}',
  tag,
  summary: 'One event, envelope and data exactly as stored',
  params: z.strictObject({ eventId: anyId }),
  answer: auditEvent,
  models: ['event_index'],
  refusals,
  handle: async (input, call, deps) => {
    const place = await deps.reads.eventById(input.params.eventId, call.scope);
    const event = place === undefined ? undefined : await storedEvent(deps, place);
    if (event === undefined) return undefined;
    const { eventId, type, stream, revision, position, recordedAt, metadata, data } = event;
    return { eventId, type, stream, revision, position, recordedAt, metadata: { ...metadata }, data };
  },
});

export const auditRoutes: readonly Route[] = [readLineage, readState, listEvents, readEvent];
