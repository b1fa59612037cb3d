import { z } from 'zod';
import { intercompanyMax } from '../../domain/masterData/validatePolicy.ts';
import { code, day } from './fields.ts';

const price = z.strictObject({
  from: day.meta({ description: 'Of what leaves on this day or later; the first one also of what left before.' }),
  markupPct: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,4})?$/)
    .meta({ description: 'Percent added to the cost of the goods; "0": they are sold at cost.' }),
});

export const intercompanyBody = z
  .strictObject({
    owners: z
      .array(z.strictObject({ owner: code, prices: z.array(price).min(1).max(intercompanyMax) }))
      .max(intercompanyMax)
      .meta({
        description:
          'Business units whose goods are sold here, with their transfer prices. None is ever left out again.',
      }),
    nodes: z
      .array(z.strictObject({ node: code, owner: code }))
      .max(intercompanyMax)
      .meta({
        description:
          "Nodes whose goods are another business unit's. A node is listed before it is defined, and stays its owner's for ever: goods on hand never change hands by a definition.",
      }),
  })
  .meta({ id: 'Intercompany' });
