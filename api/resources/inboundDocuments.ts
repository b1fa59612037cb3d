import { requireScope } from '../authorise.ts';
import { longCommand, type Route } from '../route.ts';
import { inboundDocumentBody, receivedInterchange } from '../schemas/inboundDocuments.ts';
import { invalid } from '../violations.ts';

export const inboundDocumentRoutes: readonly Route[] = [
  longCommand({
    operation: 'receiveDocument',
    path: '/v1/inbound-documents',
    tag: 'EDI',
    summary: 'Send an X12 interchange',
    description:
      'One interchange of a partner that is defined: its bytes are kept, each 850 becomes an order like one of `POST /v1/orders`, an 860 asks its order for changes, a 945 tells of goods that a third-party warehouse shipped, a 997 or TA1 tells of documents that the partner was sent. Every set is taken or rejected by itself, and every group is answered with a 997. The same interchange again does nothing again and is answered with another 997; its control number with other content is refused. A purchase order that was there already with the same content is `REPEATED`; with other content it is kept on hold `POSSIBLE_DUPLICATE_PO`. What is no whole interchange, or of nobody that is known, is refused and not kept.',
    body: inboundDocumentBody,
    rawBody: (bytes) => ({ content: bytes.toString('base64') }),
    status: 201,
    answer: receivedInterchange,
    refusals: [409],
    creates: true,
    ask: async ({ body }, { principal, context }, deps) => {
      const found = await deps.operations.identifyInterchange(Buffer.from(body.content, 'base64'));
      if (!('partner' in found)) throw invalid(found);
      const { bu, soldTo } = found.partner;
      requireScope(principal, { bu, customer: soldTo });
      return deps.operations.receiveInterchange(found, context);
    },
    tell: (value, receipt) => ({ body: { ...value, receipt }, etag: receipt.revision }),
  }),
];
