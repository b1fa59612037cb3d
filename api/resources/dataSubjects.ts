import { toDomain } from '../../commands/codec.ts';
import type { EventStore, Recorded, StreamName } from '../../domain/eventLog.ts';
import { accessStreamsOf } from '../../domain/personal/accessTrail.ts';
import type { PersonalDataRead } from '../../domain/personal/events.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { longCommand, type Route, read } from '../route.ts';
import {
  customerParams,
  dataSubject,
  erasureAnswer,
  erasureBody,
  personalReads,
  personalReadsQuery,
} from '../schemas/dataSubjects.ts';

const tag = 'Personal data';

const readDataSubject = read({
  operation: 'readDataSubject',
  path: '/v1/data-subjects/{bu}/{customer}',
  tag,
  summary: "What a customer's personal text is sealed with",
  params: customerParams,
  answer: dataSubject,
  models: ['event_index'],
  handle: async ({ params }, call, deps) =>
    isInScope(call.principal, params) ? deps.operations.dataSubject(params) : undefined,
});

const eraseDataSubject = longCommand({
  operation: 'eraseDataSubject',
  path: '/v1/data-subjects/{bu}/{customer}/erasures',
  tag,
  summary: "Make a customer's personal text unreadable for ever",
  description:
    "Needs a second admin: the first call answers APPROVAL_REQUIRED with the approval's id; after it was granted, ask again with a new key. " +
    'Hashes, amounts and proofs stay what they are.',
  params: customerParams,
  body: erasureBody,
  status: 201,
  answer: erasureAnswer,
  refusals: [403, 404, 409],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    const request = { ...params, ground: body.ground, reference: body.reference ?? null, ...call.condition };
    return deps.operations.eraseSubject(request, call.context);
  },
  tell: (value, receipt, { params }) => ({
    body: { ...value, receipt },
    location: `/v1/data-subjects/${params.bu}/${params.customer}`,
  }),
});

const readsMax = 1_000;

type Read = PersonalDataRead['data']['reads'][number] & { readonly position: string };

/** Streams one after the other. All begin together, so that a log can bring their first pages in one round trip. */
const inTurn = async function* (
  store: Pick<EventStore, 'read'>,
  streams: readonly StreamName[],
): AsyncGenerator<Recorded> {
  const readers = streams.map((stream) => store.read(stream)[Symbol.asyncIterator]());
  try {
    const firsts = await Promise.all(readers.map((reader) => reader.next()));
    for (const [index, reader] of readers.entries()) {
      let next = firsts[index];
      for (; next !== undefined && next.done !== true; next = await reader.next()) yield next.value;
    }
  } finally {
    await Promise.allSettled(readers.map((reader) => reader.return?.()));
  }
};

const readsOf = async (
  store: Pick<EventStore, 'read'>,
  { bu, day, subject }: { readonly bu: string; readonly day: string; readonly subject?: string },
): Promise<readonly Read[]> => {
  const found: Read[] = [];
  for await (const recorded of inTurn(store, accessStreamsOf(bu, day))) {
    const event = toDomain(recorded);
    if (event.type !== 'PersonalDataRead') continue;
    const wanted = event.data.reads.filter((one) => subject === undefined || one.subject === subject);
    found.push(...wanted.map((one) => ({ ...one, position: event.position })));
    if (found.length > readsMax) return found;
  }
  return found;
};

const listPersonalReads = read({
  operation: 'listPersonalReads',
  path: '/v1/audit/personal-reads',
  tag,
  summary: 'Who read personal text on a day',
  query: personalReadsQuery,
  objections: unknownBooks,
  answer: personalReads,
  models: ['event_index'],
  handle: async ({ query }, call, deps) => {
    if (!isInScope(call.principal, query)) return undefined;
    const found = await readsOf(deps.log.store, query);
    return { items: found.slice(0, readsMax), truncated: found.length > readsMax };
  },
});

export const dataSubjectRoutes: readonly Route[] = [readDataSubject, eraseDataSubject, listPersonalReads];
