import { z } from 'zod';
import { lossLiabilities, lossOutcomes } from '../../domain/shipment/lossEvents.ts';
import { instant, positiveQty, qty, reference, shortText, signedMoney, ulid } from './fields.ts';

const linesMax = 2_000;
const shipmentLineId = z.string().min(1).max(40);
const liability = z
  .enum(lossLiabilities)
  .meta({ description: 'CARRIER: it is claimed from the carrier. OURS: it is our loss.' });

export const lossBody = z
  .strictObject({
    lossId: reference,
    kind: z.enum(['LOST', 'DAMAGED']),
    at: instant.meta({ description: 'When it was found out.' }),
    liability,
    reference: reference.exactOptional().meta({ description: 'Of the claim with the carrier, for example.' }),
    lines: z
      .array(z.strictObject({ shipmentLineId, qty: positiveQty, confirmationId: reference.exactOptional() }))
      .min(1)
      .max(linesMax)
      .exactOptional()
      .meta({ description: 'Base units; without `confirmationId` what left first. Absent: all that is on its way.' }),
  })
  .meta({ id: 'Loss', description: 'A fact: goods that left will not arrive, or not so that they can be used.' });

export const lossDecisionBody = z
  .strictObject({
    outcome: z.enum(lossOutcomes).meta({
      description: 'Of what no invoice bills. RESHIP: it is sourced and sent once more. CANCEL: its line is cancelled.',
    }),
  })
  .meta({ id: 'LossDecision' });

export const lossReassignmentBody = z.strictObject({ liability, reason: shortText }).meta({ id: 'LossReassignment' });

export const findingBody = z.strictObject({ at: instant }).meta({ id: 'Finding' });

export const lossParams = z.strictObject({ shipmentId: ulid, lossId: reference });

export const lossView = z
  .object({
    lossId: z.string(),
    kind: z.enum(['LOST', 'DAMAGED']),
    state: z.enum(['UNDECIDED', 'DECIDED', 'SETTLED', 'FOUND', 'FOUND_SETTLED']).meta({
      description:
        'DECIDED: its invoices are looked at. FOUND_SETTLED: found when it had been settled; what is owed for it a person decides.',
    }),
    source: z.enum(['CARRIER', 'PERSON']),
    liability: z.enum(lossLiabilities),
    outcome: z.enum(lossOutcomes).nullable(),
    at: z.string(),
    tracking: z.string().nullable(),
    reference: z.string().nullable(),
    afterDelivery: z.boolean(),
    foundAt: z.string().nullable(),
    cost: signedMoney.nullable().meta({
      description: 'What stands with whoever bears it. Null for callers who may not see it.',
    }),
    creditMemoIds: z.array(z.string()),
    lines: z.array(
      z.object({
        shipmentLineId: z.string(),
        lineId: z.string(),
        item: z.string(),
        confirmationId: z.string(),
        qty,
        unbilled: qty.nullable(),
        billed: qty.nullable().meta({ description: 'On an invoice that was issued before; to be credited.' }),
      }),
    ),
  })
  .meta({ id: 'ShipmentLoss' });
