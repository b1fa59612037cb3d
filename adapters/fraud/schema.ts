import { z } from 'zod';
import { explanation, listOf, named } from '../http/wire.ts';

/**
 * The part of Signifyd's API v3 that we use, by its published names.
 *
 * - `POST /v3/orders/events/sales` with `decisionDelivery: SYNC` → 201 `{ signifydId, orderId, decision }`. The same `orderId`
 *   again is a new look at the order, so it is looked up before it is sent once more.
 * - `GET  /v3/orders/{orderId}/decision` → the same answer, or 404
 * - `decision.checkpointAction`: ACCEPT, HOLD, REJECT; absent while they think
 * - Basic auth, the API key as the name. Errors: `{ messages: [...] }`
 */
const id = named(200).min(1);

const checkpointActions = ['ACCEPT', 'HOLD', 'REJECT'] as const;

const decision = z.looseObject({
  createdAt: z.iso.datetime({ offset: true }).nullish(),
  checkpointAction: z.enum(checkpointActions).nullish(),
  checkpointActionReason: explanation.nullish(),
  score: z.number().nullish(),
});

export const assessment = z.looseObject({
  signifydId: z.union([z.int(), id]),
  orderId: id,
  decision: decision.nullish(),
});
export type Assessment = z.infer<typeof assessment>;

export const errorAnswer = z.looseObject({ messages: listOf(explanation, 100, 1) });

const amount = z.number().min(0).max(1_000_000_000_000);

/** What we send: ids, goods and figures. */
export const saleRequest = z.strictObject({
  orderId: z.string().min(1).max(100),
  decisionDelivery: z.literal('SYNC'),
  coverageRequests: z.tuple([z.literal('NONE')]),
  purchase: z.strictObject({
    createdAt: z.iso.datetime(),
    orderChannel: z.string().max(50),
    totalPrice: amount,
    currency: z.string().length(3),
    products: z
      .array(z.strictObject({ itemId: z.string().max(100), itemQuantity: amount, itemPrice: amount }))
      .min(1)
      .max(2_000),
    shipments: z
      .array(
        z.strictObject({
          shipmentId: z.string().max(100),
          destination: z.strictObject({
            address: z.strictObject({ provinceCode: z.string().max(50), countryCode: z.string().length(2) }),
          }),
        }),
      )
      .max(1),
  }),
  userAccount: z.strictObject({ accountNumber: z.string().min(1).max(100) }),
  transactions: z.tuple([z.strictObject({ paymentMethod: z.enum(['CREDIT_CARD', 'INVOICE']) })]),
  checkoutId: z.string().max(100).optional(),
});
export type SaleRequest = z.infer<typeof saleRequest>;

/** A decision that the simulated engine writes down. */
export const bookEntry = z.strictObject({
  signifydId: z.int(),
  orderId: z.string(),
  action: z.enum(checkpointActions).nullable(),
  score: z.number(),
  createdAt: z.string(),
});
export type BookEntry = z.infer<typeof bookEntry>;
