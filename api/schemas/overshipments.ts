import { z } from 'zod';
import { overshipmentOutcomes } from '../../domain/shipment/overshipmentEvents.ts';
import { overshipmentRulesMax } from '../../domain/shipment/overshipmentPolicy.ts';
import { receipt } from './answers.ts';
import { code, lineId, percent, reference, shortText } from './fields.ts';

export const overshipmentRules = z
  .array(
    z.strictObject({
      item: code.exactOptional(),
      itemGroup: code.exactOptional(),
      customer: code.exactOptional(),
      customerGroup: code.exactOptional(),
      tolerancePct: percent,
      outcome: z.enum(overshipmentOutcomes),
    }),
  )
  .max(overshipmentRulesMax)
  .meta({
    description:
      'So much more than is wanted of an order line, in per cent and whole base units, may leave, and is then billed or given away without asking; what a rule does not name may be anything, and the first one that fits decides. Beyond it, or where none fits, a person decides. Absent: a person decides about everything that was not ordered.',
  });

export const resolutionBody = z
  .strictObject({
    confirmationId: reference,
    lineId,
    outcome: z.enum(overshipmentOutcomes).meta({
      description:
        'BILL: invoiced as the rest of the line. GIFT: the customer keeps them, and their cost is goodwill (T19).',
    }),
    reason: shortText,
    consent: reference.exactOptional().meta({
      description: "What the customer's agreement to pay goes by; needed to bill what is beyond the tolerance.",
    }),
  })
  .meta({ id: 'OvershipmentResolution' });

export const resolutionAnswer = z
  .object({ shipmentId: z.string(), resolutionId: z.string(), outcome: z.enum(overshipmentOutcomes), receipt })
  .meta({ id: 'OvershipmentResolved' });
