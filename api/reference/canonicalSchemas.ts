import { z } from 'zod';
import type { OpenRoute } from '../openRoutes.ts';
import { notFound, send } from '../request/respond.ts';
import { answerSent } from '../request/sent.ts';
import { invoice } from '../schemas/invoices.ts';
import { journal } from '../schemas/ledger.ts';
import { notice } from '../schemas/notices.ts';
import { submitOrderBody } from '../schemas/orders.ts';
import {
  changeAcknowledgement,
  invoiceDocument,
  orderAcknowledgement,
  shipNotice,
  shippingOrder,
  stockAdvice,
} from '../schemas/outboundDocuments.ts';
import { shipment } from '../schemas/shipments.ts';

/**
 * A document that several channels and partners share, whatever format each of them speaks. A version never changes in a way
 * that somebody who reads or writes it would notice; `tests/api/canonicalSchemas.test.ts` holds it against what was published.
 */
export type CanonicalSchema = {
  readonly name: string;
  readonly version: number;
  /** Who decides about it, and is asked before it changes. */
  readonly owner: string;
  readonly meaning: string;
  /** `in`: channels write it and we read it; `out`: the other way round. What may change without harm depends on it. */
  readonly direction: 'in' | 'out';
  readonly schema: z.ZodType;
};

export const canonicalSchemas: readonly CanonicalSchema[] = [
  {
    name: 'sales-order',
    version: 1,
    owner: 'Order management',
    meaning: 'An order as every channel hands it in: the body of POST /v1/orders, and what an 850 is made into.',
    direction: 'in',
    schema: submitOrderBody,
  },
  {
    name: 'shipment',
    version: 1,
    owner: 'Fulfilment',
    meaning:
      'A shipment as GET /v1/shipments/{shipmentId} tells it; webhooks and 856s name it and its lines by the same ids.',
    direction: 'out',
    schema: shipment,
  },
  {
    name: 'invoice',
    version: 1,
    owner: 'Receivables',
    meaning:
      'An invoice as GET /v1/invoices/{invoiceId} tells it; webhooks and 810s name it and its lines by the same ids.',
    direction: 'out',
    schema: invoice,
  },
  {
    name: 'gl-journal',
    version: 1,
    owner: 'Financial control',
    meaning: 'A journal of the staging ledger as GET /v1/gl-journals/{journalId} tells it.',
    direction: 'out',
    schema: journal,
  },
  {
    name: 'webhook-notice',
    version: 1,
    owner: 'Channel integration',
    meaning: 'What a webhook subscription is sent of an order: the body of each request, whatever it tells.',
    direction: 'out',
    schema: notice,
  },
  {
    name: 'order-acknowledgement',
    version: 1,
    owner: 'Order management',
    meaning: 'What becomes of each line of an order that was accepted, as a partner is told: what an 855 is made of.',
    direction: 'out',
    schema: orderAcknowledgement,
  },
  {
    name: 'change-acknowledgement',
    version: 1,
    owner: 'Order management',
    meaning: 'What came of each change that a partner asked for: what an 865 is made of.',
    direction: 'out',
    schema: changeAcknowledgement,
  },
  {
    name: 'ship-notice',
    version: 1,
    owner: 'Fulfilment',
    meaning: 'What left, with its lots, serial numbers and parcels, as a partner is told: what an 856 is made of.',
    direction: 'out',
    schema: shipNotice,
  },
  {
    name: 'partner-invoice',
    version: 1,
    owner: 'Receivables',
    meaning: 'An issued invoice as a partner is told, with the order that it bills: what an 810 is made of.',
    direction: 'out',
    schema: invoiceDocument,
  },
  {
    name: 'stock-advice',
    version: 1,
    owner: 'Inventory',
    meaning: 'What can be had at each node that a partner may see, as the partner is told: what an 846 is made of.',
    direction: 'out',
    schema: stockAdvice,
  },
  {
    name: 'shipping-order',
    version: 1,
    owner: 'Fulfilment',
    meaning: 'What a third-party warehouse is to ship for a release, or no longer: what a 940 is made of.',
    direction: 'out',
    schema: shippingOrder,
  },
];

/** Where it is published; its `$id`. */
export const addressOfSchema = ({ name, version }: Pick<CanonicalSchema, 'name' | 'version'>): string =>
  `/v1/schemas/${name}/${version}`;

/** The schema as JSON Schema 2020-12. */
export const publishedSchema = (canonical: CanonicalSchema): Readonly<Record<string, unknown>> => {
  const { name, version, owner, meaning, schema } = canonical;
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return {
    $schema,
    $id: addressOfSchema(canonical),
    title: `${name} ${version}`,
    'x-owner': owner,
    ...rest,
    description: meaning,
  };
};

const list: OpenRoute = {
  operation: 'listSchemas',
  path: '/v1/schemas',
  summary: 'Canonical documents, with who owns them',
  mime: 'application/json',
  answers: [200],
  schema: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        version: z.int(),
        owner: z.string(),
        meaning: z.string(),
        href: z.string(),
      }),
    ),
  }),
  handle: async (request, response) => {
    const items = canonicalSchemas.map((each) => {
      const { name, version, owner, meaning } = each;
      return { name, version, owner, meaning, href: addressOfSchema(each) };
    });
    send(request, response, answerSent(200, { body: { items } }));
  },
};

const readOne: OpenRoute = {
  operation: 'readSchema',
  path: '/v1/schemas/{name}/{version}',
  summary: 'The JSON Schema of a canonical document',
  mime: 'application/json',
  answers: [200, 404],
  schema: z.record(z.string(), z.unknown()),
  handle: async (request, response) => {
    const { name, version } = request.params;
    const found = canonicalSchemas.find((each) => each.name === name && String(each.version) === version);
    if (found === undefined) throw notFound();
    send(request, response, answerSent(200, { body: publishedSchema(found) }));
  },
};

export const schemaRoutes: readonly OpenRoute[] = [list, readOne];
