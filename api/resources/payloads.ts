import { z } from 'zod';
import { erasedText, maskedText } from '../../domain/personal/sealedText.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';
import { payload, sha256 } from '../schemas/payloads.ts';

/** What is known of a message without its bytes. */
const expired = (removedAt: string, about: Readonly<Record<string, unknown>> = {}): HttpProblem =>
  new HttpProblem('PAYLOAD_EXPIRED', 'Its bytes were kept for as long as they are to be; the hash stays.', {
    data: { ...about, removedAt },
  });

type Stored = { readonly content: string; readonly removedAt?: string | null };

/** The bytes of a stored message. Throws `HttpProblem` 410 once they are erased, or were kept long enough. */
export const payloadBytes = ({ content, removedAt }: Stored): Buffer => {
  if (removedAt != null) throw expired(removedAt);
  if (content === erasedText)
    throw new HttpProblem('PAYLOAD_ERASED', 'What was written about this customer is erased, or is not kept any more.');
  if (content === maskedText)
    throw new HttpProblem('SERVICE_UNAVAILABLE', 'Who reads this cannot be noted at the moment. Ask again.', {
      headers: { 'Retry-After': '2' },
    });
  return Buffer.from(content, 'base64');
};

export const payloadRoutes: readonly Route[] = [
  read({
    operation: 'readPayload',
    path: '/v1/audit/payloads/{sha256}',
    tag: 'Audit',
    summary: 'A message of a partner, byte for byte',
    description:
      'What `source.payloadSha256` of an event names; of a quote of a CRM, what was read of it, as canonical JSON. With `Accept: application/octet-stream` the bytes themselves. 410 PAYLOAD_EXPIRED once they were kept for long enough: what the log made of it stays. What came of it: `/v1/audit/lineage?root=payload:{sha256}`.',
    params: z.strictObject({ sha256 }),
    answer: payload,
    models: ['event_index'],
    refusals: [404, 410],
    handle: async ({ params }, call, deps) => {
      const found = await deps.reads.payloadByHash(params.sha256, call.scope);
      if (found === undefined) return undefined;
      const { removedAt, ...message } = found;
      if (removedAt === null) return message;
      const { size, mediaType, storedAt } = message;
      throw expired(removedAt, { size, mediaType, storedAt });
    },
    asBytes: payloadBytes,
  }),
];
