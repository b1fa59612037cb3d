import { longCommand, type Route, read } from '../route.ts';
import {
  documentContent,
  documentList,
  documentParams,
  documentQuery,
  resendBody,
  resentDocument,
} from '../schemas/partnerDocuments.ts';
import { requirePartnerDocument } from '../visibility.ts';
import { payloadBytes } from './payloads.ts';

const tag = 'EDI';

export const partnerDocumentRoutes: readonly Route[] = [
  read({
    operation: 'listPartnerDocuments',
    path: '/v1/partner-documents',
    tag,
    summary: 'What EDI partners are sent, newest first',
    description:
      'Acknowledgements (855), answers to changes (865), ship notices (856) and invoices (810) of orders of a customer that a partner speaks for, stock (846), and what became of each by the partner’s 997 or TA1. A gateway asks for a partner with `afterNumber`, the last control number that it has, and fetches what it is told.',
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
  longCommand({
    operation: 'resendPartnerDocument',
    path: '/v1/partner-documents/{documentId}/resends',
    tag,
    summary: 'Make a document for an EDI partner again',
    description:
      'Another document with the same content under the next control number, for a gateway to fetch. Each names the other (`resends`, `resentAs`); the old one is waited for no longer. Whoever needs other content corrects what the document is made of.',
    params: documentParams,
    body: resendBody,
    status: 201,
    answer: resentDocument,
    refusals: [404, 410],
    creates: true,
    ask: async ({ params: { documentId }, body: { reason } }, call, deps) => {
      const place = await requirePartnerDocument(documentId, call, deps);
      return deps.operations.resendDocument({ ...place, documentId, reason }, call.context);
    },
    tell: (value, receipt) => ({ body: { ...value, receipt } }),
  }),
];
