import { type Route, read } from '../route.ts';
import { documentContent, documentList, documentParams, documentQuery } from '../schemas/partnerDocuments.ts';
import { payloadBytes } from './payloads.ts';

const tag = 'EDI';

export const partnerDocumentRoutes: readonly Route[] = [
  read({
    operation: 'listPartnerDocuments',
    path: '/v1/partner-documents',
    tag,
    summary: 'What EDI partners are sent, newest first',
    description:
      'Acknowledgements (855), ship notices (856) and invoices (810) of orders of a customer that a partner speaks for. A gateway asks for a partner with `afterNumber`, the last control number that it has, and fetches what it is told.',
    query: documentQuery,
    answer: documentList,
    models: ['partner_documents'],
    handle: ({ query }, call, deps) => deps.reads.listPartnerDocuments(query, call.scope),
  }),
  read({
    operation: 'readPartnerDocument',
    path: '/v1/partner-documents/{documentId}',
    tag,
    summary: 'One document for an EDI partner, with its bytes',
    description: 'With `Accept: application/octet-stream` the interchange itself.',
    params: documentParams,
    answer: documentContent,
    models: ['partner_documents'],
    refusals: [404, 410],
    handle: ({ params }, call, deps) => deps.reads.partnerDocumentById(params.documentId, call.scope),
    asBytes: payloadBytes,
  }),
];
