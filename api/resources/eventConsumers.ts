import type { Receipt } from '../../commands/ports.ts';
import { placeText, type StreamPlace } from '../../projections/eventStream/place.ts';
import { requireScope } from '../authorise.ts';
import type { ApiDeps } from '../deps.ts';
import type { Principal } from '../principal.ts';
import { HttpProblem } from '../problem.ts';
import { command, longCommand, type Route, read } from '../route.ts';
import {
  acknowledgeBody,
  consumerChanged,
  consumerList,
  consumerParams,
  consumerQuery,
  consumerRegistered,
  consumerView,
  deleteConsumerBody,
  eventsAcknowledged,
  registerConsumerBody,
  resetBody,
} from '../schemas/eventConsumers.ts';
import { placeIn } from '../schemas/eventStream.ts';
import { requireConsumer } from '../visibility.ts';
import { waitForPosition } from '../waitForPosition.ts';

const tag = 'Event stream';

/** Whose orders a consumer hears of: never those of customers that the caller may not see. */
const customersOf = ({ customers }: Principal, soldTo: string | undefined): readonly string[] | null => {
  if (soldTo !== undefined) return [soldTo];
  return customers === 'all' ? null : customers;
};

/** A place that the stream has come to. Throws `HttpProblem` 503 for one that it has not, which includes one that never was. */
const reached = async (text: string, deps: ApiDeps): Promise<StreamPlace> => {
  const place = placeIn(text);
  // The schema takes no other text.
  if (place === undefined) throw new RangeError(`not a place in the stream: ${text}`);
  await waitForPosition(deps, ['event_stream'], place.position);
  return place;
};

const register = command({
  operation: 'registerEventConsumer',
  path: '/v1/event-consumers',
  tag,
  summary: 'Keep a place in the event stream under a name',
  description:
    'For a reader that keeps no place itself, or whose lag operators are to see. It reads with `GET /v1/event-stream?consumer={consumerId}` and acknowledges what it has handled.',
  body: registerConsumerBody,
  status: 201,
  answer: consumerRegistered,
  refusals: [409],
  creates: true,
  ask: async ({ body: { bu, name, types = null, soldTo, after } }, { principal, context }, deps) => {
    requireScope(principal, { bu, customer: soldTo });
    const existing = await deps.reads.countEventConsumers(bu);
    const begin = after === undefined ? await deps.reads.streamEnd() : await reached(after, deps);
    const about = { bu, name, types, customers: customersOf(principal, soldTo), after: begin };
    return deps.operations.registerEventConsumer({ ...about, existing }, context);
  },
  tell: ({ after, ...value }, receipt) => ({
    body: { ...value, sequence: placeText(after), receipt },
    etag: receipt.revision,
    location: `/v1/event-consumers/${value.consumerId}`,
  }),
});

const list = read({
  operation: 'listEventConsumers',
  path: '/v1/event-consumers',
  tag,
  summary: 'Consumers and how far behind they are, newest first',
  query: consumerQuery,
  answer: consumerList,
  models: ['event_stream'],
  handle: ({ query }, call, deps) => deps.reads.listEventConsumers(query, call.scope),
});

const readOne = read({
  operation: 'readEventConsumer',
  path: '/v1/event-consumers/{consumerId}',
  tag,
  summary: 'One consumer and how far behind it is',
  params: consumerParams,
  answer: consumerView,
  models: ['event_stream'],
  handle: ({ params }, call, deps) => deps.reads.eventConsumerById(params.consumerId, call.scope),
});

const acknowledge = longCommand({
  operation: 'acknowledgeEvents',
  path: '/v1/event-consumers/{consumerId}/acknowledgements',
  tag,
  summary: 'Say how far a consumer has come',
  description:
    'Everything up to `sequence` is handled. It never goes back: what comes late or twice changes nothing. With `If-Match` (the revision of the consumer) it is 412 when the consumer was reset meanwhile, so that a reset is not undone by who has not heard of it. Kept beside the log, so there is no receipt.',
  params: consumerParams,
  body: acknowledgeBody,
  status: 201,
  answer: eventsAcknowledged,
  handle: async ({ params: { consumerId }, body: { sequence } }, call, deps) => {
    const { isDeleted, revision } = await requireConsumer(consumerId, call, deps);
    if (isDeleted) throw new HttpProblem('CONSUMER_DELETED', `Consumer ${consumerId} is deleted.`);
    const { ifMatch } = call.condition;
    if (ifMatch !== undefined && ifMatch !== revision)
      throw new HttpProblem('REVISION_MISMATCH', `The present revision is ${revision}.`, {
        data: { currentRevision: revision },
      });
    const place = await reached(sequence, deps);
    const { occurredAt } = call.context;
    const now = await deps.operations.acknowledgeEvents({ consumerId, revision, ...place }, occurredAt);
    return { body: { consumerId, sequence: placeText(now), acknowledgedAt: now.at, revision }, etag: revision };
  },
});

const told = ({ consumerId }: { readonly consumerId: string }, receipt: Receipt) => ({
  body: { consumerId, receipt },
  etag: receipt.revision,
});

const reset = command({
  operation: 'resetEventConsumer',
  path: '/v1/event-consumers/{consumerId}/resets',
  tag,
  summary: 'Have a consumer go on from another place',
  description:
    'Back, to handle events once more, or on, to leave some out. Streams that are read for it end, with the new place as their last id: who comes again goes on there.',
  params: consumerParams,
  body: resetBody,
  status: 201,
  answer: consumerChanged,
  ask: async ({ params: { consumerId }, body: { after, reason } }, call, deps) => {
    const { bu } = await requireConsumer(consumerId, call, deps);
    const place = await reached(after, deps);
    return deps.operations.resetEventConsumer(
      { consumerId, bu, after: place, reason, ...call.condition },
      call.context,
    );
  },
  tell: told,
});

const remove = command({
  operation: 'deleteEventConsumer',
  path: '/v1/event-consumers/{consumerId}/deletions',
  tag,
  summary: 'Wait for a consumer no more',
  params: consumerParams,
  body: deleteConsumerBody,
  status: 201,
  answer: consumerChanged,
  ask: async ({ params: { consumerId }, body: { reason } }, call, deps) => {
    const { bu } = await requireConsumer(consumerId, call, deps);
    return deps.operations.deleteEventConsumer({ consumerId, bu, reason, ...call.condition }, call.context);
  },
  tell: told,
});

export const eventConsumerRoutes: readonly Route[] = [register, list, readOne, acknowledge, reset, remove];
