import { z } from 'zod';
import { erasedText, maskedText } from '../../domain/personal/sealedText.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';
import { payload, sha256 } from '../schemas/payloads.ts';

/** The bytes of a stored message. Throws `HttpProblem` 410 once they are erased. */
export const payloadBytes = ({ content }: { readonly content: string }): Buffer => {
  if (content === erasedText)
    throw new HttpProblem(
      'PAYLOAD_ERASED',
      'What was written about this customer is erased, or it was kept for as long as it is to be.',
    );
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
      'What `source.payloadSha256` of an event names. With `Accept: application/octet-stream` the bytes themselves. What came of it: `/v1/audit/lineage?root=payload:{sha256}`.',
    params: z.strictObject({ sha256 }),
    answer: payload,
    models: ['event_index'],
    refusals: [404, 410],
    handle: ({ params }, call, deps) => deps.reads.payloadByHash(params.sha256, call.scope),
    asBytes: payloadBytes,
  }),
];
