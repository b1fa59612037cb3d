import type { Request } from 'express';
import type { z } from 'zod';
import { placeText, type StreamPlace, wholePosition } from '../../projections/eventStream/place.ts';
import type { StreamFilter, StreamPage, StreamRequest } from '../../projections/eventStream/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { notFound } from '../request/respond.ts';
import { type Call, type Route, read } from '../route.ts';
import { type CloudEvent, placeIn, streamPage, streamQuery } from '../schemas/eventStream.ts';
import { cloudEventText } from '../stream/cloudEvents.ts';
import { type StreamAsked, sendEvents } from '../stream/serverSentEvents.ts';
import { catchUp, waitForPosition } from '../waitForPosition.ts';

type Asked = z.output<typeof streamQuery>;

const beginning: StreamPlace = { position: '0', place: wholePosition };
const pageUsual = 100;

/** Never more than the caller may see, whatever is asked for. */
const filterOf = ({ bu, types }: Asked, { scope }: Call): StreamFilter => {
  const bus = bu === undefined ? scope?.bus : scope === undefined || scope.bus.includes(bu) ? [bu] : [];
  return { bus, types, customers: scope?.soldTo };
};

/** What both let through. */
const narrowed = (wide: readonly string[] | undefined, by: readonly string[] | null): readonly string[] | undefined =>
  by === null ? wide : wide === undefined ? by : wide.filter((one) => by.includes(one));

/** What is read, and from where, where the question does not say. Undefined: the caller sees no such consumer. */
const askedFor = async (query: Asked, call: Call, deps: ApiDeps): Promise<StreamAsked | undefined> => {
  const filter = filterOf(query, call);
  const given = query.after === 'now' ? await deps.reads.streamEnd() : query.after;
  if (query.consumer === undefined) return { ...filter, after: given ?? beginning };
  const consumer = await deps.reads.eventConsumerById(query.consumer, call.scope);
  if (consumer === undefined) return undefined;
  if (consumer.state === 'DELETED')
    throw new HttpProblem('CONSUMER_DELETED', `Consumer ${query.consumer} is deleted.`, { retain: false });
  return {
    bus: narrowed(filter.bus, [consumer.bu]),
    types: narrowed(filter.types, consumer.types),
    customers: narrowed(filter.customers, consumer.customers),
    after: given ?? placeIn(consumer.sequence) ?? beginning,
    consumer: { consumerId: consumer.consumerId, revision: consumer.revision },
  };
};

/** The last event that a reader has: it tells by itself when it comes again, and is right then whatever its address says. */
const lastEventOf = (request: Request): StreamPlace | undefined => {
  const given = request.get('Last-Event-ID');
  if (given === undefined || given === '') return undefined;
  const place = placeIn(given);
  if (place !== undefined) return place;
  throw new HttpProblem('CURSOR_INVALID', 'Last-Event-ID is the id of an event of this stream.', { retain: false });
};

/** Who was just registered may be heard of in a moment. */
const askedInTime = async (query: Asked, call: Call, deps: ApiDeps): Promise<StreamAsked> => {
  const asked = await askedFor(query, call, deps);
  if (asked !== undefined) return asked;
  await catchUp(deps, ['event_stream']);
  const again = await askedFor(query, call, deps);
  if (again === undefined) throw notFound();
  return again;
};

/** Throws `HttpProblem` 503 where the stream does not come to `after` in time. */
const pageInTime = async (request: StreamRequest, deps: ApiDeps): Promise<StreamPage> => {
  const page = await deps.reads.streamPage(request);
  if (page.isAhead !== true) return page;
  await waitForPosition(deps, ['event_stream'], request.after.position);
  return deps.reads.streamPage(request);
};

const readStream = read({
  operation: 'readEventStream',
  path: '/v1/event-stream',
  tag: 'Event stream',
  summary: 'What happens to orders, as it happens or page by page',
  description:
    'The events that webhooks tell of, to be read at one’s own pace: each at least once, in the order of the log, as CloudEvents 1.0 whose `data` is `/v1/schemas/webhook-notice/1`. With `Accept: text/event-stream` they come as server-sent events until the reader goes; `Last-Event-ID`, which browsers and libraries send by themselves, goes on behind the last one. With `application/json` or `application/x-ndjson` a page is answered: go on with `after={next}`, at once while `more`, later when not. `id` is the key to drop repetitions by. Every reader goes on wherever it likes; of one with a name (`consumer`, see `/v1/event-consumers`) it is kept how far it has come. As many as 10 streams of one credential are open at a time in a process (429), and 500 of all (503); each ends after 15 minutes, and the reader comes again.',
  query: streamQuery,
  answer: streamPage,
  models: ['event_stream'],
  refusals: [404, 409],
  asLines: true,
  streams: async (exchange, { query }, call, deps) => {
    const asked = await askedInTime(query, call, deps);
    const after = lastEventOf(exchange.request) ?? asked.after;
    await waitForPosition(deps, ['event_stream'], after.position);
    await sendEvents(exchange, { ...asked, after }, call, deps);
  },
  handle: async ({ query }, call, deps) => {
    const asked = await askedFor(query, call, deps);
    if (asked === undefined) return undefined;
    const page = await pageInTime({ ...asked, limit: query.limit ?? pageUsual }, deps);
    const items = page.events.map((event) => JSON.parse(cloudEventText(event)) as CloudEvent);
    return { items, next: placeText(page.through), more: page.more, held: page.isHeld === true };
  },
});

export const eventStreamRoutes: readonly Route[] = [readStream];
