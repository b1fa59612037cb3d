import { z } from 'zod';
import { carrierCodes } from '../../domain/shipment/events.ts';
import { overshipmentOutcomes } from '../../domain/shipment/overshipmentEvents.ts';
import { isSscc } from '../../domain/shipment/sscc.ts';
import { shipmentStatuses } from '../../domain/shipment/state.ts';
import { listOf, receipt } from './answers.ts';
import { toldCarton } from './cartons.ts';
import {
  code,
  coded,
  currency,
  instant,
  lineId,
  money,
  paging,
  patterned,
  positiveQty,
  price,
  qty,
  reference,
  shortText,
  signedMoney,
  ulid,
} from './fields.ts';
import { lossView } from './losses.ts';

const linesMax = 2_000;
const lotOrSerial = z.string().normalize('NFC').trim().min(1).max(60);
const component = code.exactOptional().meta({ description: 'Of a kit: which component. Without it, whole kits.' });
const keyed = { orderId: ulid, lineId, item: component, qty: positiveQty };

export const confirmationBody = z
  .strictObject({
    confirmationId: reference,
    shippedAt: instant,
    carrier: shortText.exactOptional(),
    tracking: z.array(shortText).max(500).default([]),
    freightCost: z
      .strictObject({ amount: money, currency: currency.meta({ description: 'That of the business unit.' }) })
      .exactOptional(),
    lines: z
      .array(
        z.strictObject({
          ...keyed,
          uom: code,
          lots: z.array(lotOrSerial).max(1_000).default([]),
          serials: z.array(lotOrSerial).max(5_000).default([]),
        }),
      )
      .min(1)
      .max(linesMax),
  })
  .meta({ id: 'ShipmentConfirmation', description: 'A fact: more than was asked for is recorded too.' });

export const shortageBody = z
  .strictObject({
    lines: z
      .array(z.strictObject({ ...keyed, uom: code.exactOptional(), cause: shortText }))
      .min(1)
      .max(linesMax),
  })
  .meta({ id: 'Shortage' });

export const pickBody = z
  .strictObject({
    pickId: reference,
    lines: z
      .array(z.strictObject({ ...keyed, uom: code.exactOptional() }))
      .min(1)
      .max(linesMax),
  })
  .meta({ id: 'Pick' });

const cartonWeight = z.strictObject({
  value: price.meta({ description: 'Gross, up to 6 places, as text.' }),
  unit: z.enum(['KG', 'LB']),
});

const sscc = patterned(/^\d{18}$/, 'An SSCC has 18 digits.').refine(isSscc, {
  error: () => coded('FORMAT_INVALID', 'The check digit of the SSCC is another one.'),
});

export const packBody = z
  .strictObject({
    packId: reference,
    cartons: z
      .array(
        z.strictObject({
          cartonId: reference.meta({ description: 'Unique within the shipment.' }),
          sscc: sscc.exactOptional(),
          tracking: shortText.exactOptional().meta({ description: "The carrier's number on the label." }),
          weight: cartonWeight.exactOptional(),
          lines: z
            .array(
              z.strictObject({
                ...keyed,
                uom: code.exactOptional(),
                lots: z.array(lotOrSerial).max(1_000).default([]),
                serials: z.array(lotOrSerial).max(5_000).default([]),
              }),
            )
            .min(1)
            .max(linesMax),
        }),
      )
      .min(1)
      .max(500),
  })
  .meta({ id: 'Pack', description: 'What lies in which carton. Of a kit whole ones, or with `item` its components.' });

export const trackingBody = z
  .strictObject({
    trackingEventId: reference,
    code: z.enum(carrierCodes),
    at: instant.meta({ description: "The carrier's time." }),
    tracking: shortText.exactOptional().meta({ description: 'The parcel; absent: all of them.' }),
    place: shortText.exactOptional(),
  })
  .meta({ id: 'TrackingEvent', description: 'A fact: what is older than what was known changes no status.' });

export const deliveryBody = z
  .strictObject({
    deliveryId: reference,
    deliveredAt: instant,
    proof: z
      .strictObject({ name: shortText.exactOptional(), reference: reference.exactOptional() })
      .exactOptional()
      .meta({ description: 'Who took it, and where the signature or picture is kept.' }),
  })
  .meta({ id: 'Delivery', description: 'A fact: everything that has left arrived.' });

export const voidBody = z.strictObject({ reason: shortText }).meta({ id: 'Void' });

export const shipmentAnswer = z.object({ shipmentId: z.string(), receipt }).meta({ id: 'ShipmentRecorded' });

const ourCost = { description: 'Our cost; null for callers who may not see it.' };

const shipmentLine = z.object({
  shipmentLineId: z.string(),
  orderId: z.string(),
  lineId: z.string(),
  item: z.string(),
  reservationId: z.string(),
  qty,
  picked: qty,
  shipped: qty,
  overshipped: qty,
  shorted: qty,
  stopped: qty,
  lost: qty.meta({ description: 'Of what left; what was found again is none of it.' }),
  damaged: qty,
  lots: z.array(z.string()),
  serials: z.array(z.string()),
  unitCost: z.string().nullable().meta(ourCost),
  cost: signedMoney.nullable().meta(ourCost),
  components: z
    .array(z.object({ item: z.string(), per: qty, qty, shipped: qty }))
    .nullable()
    .meta({ description: 'Of a kit: what it is made of, how much of it is asked for and has left. Null: no kit.' }),
});

export const shipment = z
  .object({
    shipmentId: z.string(),
    bu: z.string(),
    orderId: z.string(),
    node: z.string(),
    kind: z.string(),
    state: z.string().meta({ description: `One of ${shipmentStatuses.join(', ')}.` }),
    revision: z.int(),
    releaseId: z.string(),
    shipTo: z.object({ id: z.string(), region: z.string().exactOptional() }),
    plannedAt: z.string(),
    shippedAt: z.string().nullable(),
    carrier: z.string().nullable(),
    tracking: z.array(z.string()),
    carrierStatus: z
      .object({
        code: z.enum(carrierCodes),
        at: z.string(),
        tracking: z.string().nullable(),
        place: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'The newest that the carrier told, by its own time.' }),
    deliveredAt: z.string().nullable(),
    proofOfDelivery: z.object({ name: z.string().exactOptional(), reference: z.string().exactOptional() }).nullable(),
    freightCost: z.object({ amount: signedMoney, currency: z.string() }).nullable(),
    confirmations: z.array(
      z.object({
        ...{ confirmationId: z.string(), shippedAt: z.string(), position: z.string() },
        revenuePolicy: z
          .enum(['ON_SHIPMENT', 'ON_DELIVERY'])
          .exactOptional()
          .meta({ description: 'When its revenue is recognised. Absent: with the invoice.' }),
      }),
    ),
    cartons: z
      .array(toldCarton.extend({ confirmationId: z.string().nullable() }))
      .meta({ description: 'In the order in which they were packed; `confirmationId`: with which it left.' }),
    overshipments: z
      .array(
        z.object({
          ...{ confirmationId: z.string(), lineId: z.string(), item: z.string(), qty },
          allowed: qty.meta({
            description: 'So much of the order line may be over-shipped in all, by the rule of that moment.',
          }),
          isWithinTolerance: z.boolean(),
          foundAt: z.string(),
          outcome: z
            .enum([...overshipmentOutcomes, 'LOST'])
            .nullable()
            .meta({ description: 'Null: nobody has decided. LOST: on their way, before anybody had.' }),
          resolvedAt: z.string().nullable(),
          decidedBy: z.enum(['POLICY', 'PERSON']).nullable().meta({
            description: 'POLICY: within the tolerance, by the rule of the business unit.',
          }),
        }),
      )
      .meta({ description: 'Goods that left beyond what was ordered, by confirmation and order line.' }),
    losses: z.array(lossView).meta({ description: 'What of it was lost or damaged on its way, in the order told.' }),
    voidReason: z.string().nullable(),
    lagSeconds: z.number().nullable(),
    lines: z.array(shipmentLine),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Shipment' });

export const shipmentList = listOf(shipment);

export const shipmentQuery = z.strictObject({
  bu: code.exactOptional(),
  orderId: ulid.exactOptional(),
  node: code.exactOptional(),
  state: z.enum(shipmentStatuses).exactOptional(),
  ...paging,
});
