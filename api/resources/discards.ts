import { documentsConsumer } from '../../commands/edi/unmadeDocuments.ts';
import type { DiscardLetter } from '../../commands/steering/discards.ts';
import type { DeadLetterView } from '../../projections/stuck.ts';
import type { ApiDeps } from '../deps.ts';
import { command, type Route } from '../route.ts';
import { discardBody, discarded } from '../schemas/discards.ts';

const toLetter = ({
  id,
  kind,
  consumer,
  laneKey,
  eventId,
  payloadRef,
  eventType,
  errorClass,
}: DeadLetterView): DiscardLetter => {
  const { messageId, quoteId } = payloadRef;
  const ofEvent = consumer === documentsConsumer ? eventId : null;
  const named = messageId ?? quoteId;
  const item = typeof named === 'string' ? named : ofEvent;
  return { id, kind, consumer, laneKey, item, messageKind: eventType, errorClass };
};

/** What there is of them, in the order they were named. */
const lettersOf = async (deps: ApiDeps, ids: readonly string[]): Promise<readonly (DiscardLetter | string)[]> => {
  const { items } = await deps.reads.deadLetters({ ids, limit: ids.length });
  const known = new Map(items.map((item) => [item.id, toLetter(item)]));
  return ids.map((id) => known.get(id) ?? id);
};

const discardMessages = command({
  operation: 'discardMessages',
  path: '/v1/ops/discards',
  tag: 'Operations',
  summary:
    'Give up messages of a warehouse and quotes of a CRM that can never be taken, and documents for partners that can never be made',
  description:
    'For good, and what waits behind it goes on: nothing of such a message is recorded but who discarded it, why, and the hash of its content. What a warehouse really did is to be recorded by hand, and what a document (`partner-documents`) was to say is to be told by other means. A quote (`crm-quotes:…`) is given up in the state that it is shown in: when it is changed in the CRM it is looked at again. Events and steps cannot be discarded.',
  body: discardBody,
  status: 201,
  answer: discarded,
  refusals: [],
  creates: true,
  ask: async ({ body }, call, deps) => {
    const letters = await lettersOf(deps, body.deadLetterIds);
    return deps.operations.discardMessages({ letters, reason: body.reason }, call.context);
  },
  tell: (value, receipt, { body }, { principal }) => ({
    body: { ...value, reason: body.reason, discardedBy: principal.id, receipt },
  }),
});

export const discardRoutes: readonly Route[] = [discardMessages];
