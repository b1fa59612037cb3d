import { z } from 'zod';
import { quantityMeanings } from '../../domain/order/quantityMeaning.ts';
import { receipt } from './answers.ts';
import { coded } from './fields.ts';

const base64Error = { error: () => coded('FORMAT_INVALID', 'The interchange as base64.') };

/** As many characters as the largest body has in base64. */
const contentCharsMax = 1_398_104;

export const inboundDocumentBody = z
  .strictObject({
    content: z
      .string(base64Error)
      .min(4, base64Error)
      .max(contentCharsMax)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, base64Error)
      .meta({ description: 'The bytes of one X12 interchange as base64.' }),
  })
  .meta({
    id: 'InboundDocument',
    description: 'Or the bytes themselves as `application/edi-x12`, `text/plain` or `application/octet-stream`.',
  });

const setError = z.object({
  code: z.string(),
  detail: z.string(),
  segment: z.string(),
  segmentNo: z.int().meta({ description: 'Counted from ST, which is 1.' }),
  elementNo: z.int().nullable(),
  dataElement: z.string().nullable(),
  x12Code: z.string().meta({ description: 'Data element 720 of a segment, 723 of an element.' }),
});

const receivedSet = z.object({
  place: z.string().meta({ description: 'Group and set, counted from 1.', examples: ['1.2'] }),
  kind: z.string().meta({ examples: ['850'] }),
  group: z.string(),
  set: z.string(),
  state: z.enum(['ORDER', 'REPEATED', 'CHANGE', 'ADVICE', 'STOCK', 'ACKNOWLEDGEMENT', 'REJECTED']),
  customerPo: z.string().nullable(),
  orderId: z.string().nullable(),
  shipmentId: z.string().nullable().meta({
    description:
      'The shipment that a 945 is about; null also where the partner was sent no 940 under the number that it names.',
  }),
  holds: z.array(z.string()),
  changes: z
    .array(
      z.object({
        kind: z.enum(['ADD', 'QTY', 'CANCEL']),
        lineId: z.string().nullable(),
        item: z.string().nullable(),
        qty: z.string().nullable(),
        uom: z.string().nullable(),
        meaning: z.enum(quantityMeanings).exactOptional().meta({
          description: 'What `qty` is, by what the partner means with QI and QD; absent: what the line is to come to.',
        }),
        changeId: z.string().meta({ description: 'What comes of it: `GET /v1/orders/{orderId}/changes/{changeId}`.' }),
        refusal: z.string().nullable().meta({ description: 'The code by which the order refused it at once.' }),
      }),
    )
    .meta({ description: 'What an 860 asks of its order; an 865 answers when all of it is decided.' }),
  unused: z.array(z.string()).meta({ description: 'Segments that say what an order here has no place for.' }),
  setErrors: z.array(z.string()).meta({ description: 'Codes of data element 718.' }),
  errors: z.array(setError),
});

export const receivedInterchange = z
  .object({
    bu: z.string(),
    partner: z.string(),
    soldTo: z.string(),
    interchange: z.string(),
    payloadSha256: z.string(),
    repeated: z.boolean().meta({ description: 'It came before: it is answered again, and nothing is done again.' }),
    groups: z.array(
      z.object({
        functionalId: z.string(),
        group: z.string(),
        groupErrors: z.array(z.string()).meta({ description: 'Codes of data element 716.' }),
      }),
    ),
    sets: z.array(receivedSet),
    acknowledgement: z.object({ documentId: z.string(), payloadSha256: z.string() }).nullable().meta({
      description:
        'The document with one 997 for each group, its bytes at `/v1/audit/payloads/{payloadSha256}`; null: nothing in it is acknowledged.',
    }),
    receipt,
  })
  .meta({ id: 'ReceivedInterchange' });
