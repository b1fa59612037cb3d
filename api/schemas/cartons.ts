import { z } from 'zod';
import { qty } from './fields.ts';

/** What lies in one carton, as whoever is sent the goods is told. */
export const toldCarton = z.object({
  cartonId: z.string(),
  sscc: z.string().exactOptional(),
  tracking: z.string().exactOptional().meta({ description: "The carrier's number on the label." }),
  weight: z.object({ value: z.string(), unit: z.enum(['KG', 'LB']) }).exactOptional(),
  lines: z.array(
    z.object({
      lineId: z.string(),
      item: z.string(),
      qty,
      lots: z.array(z.string()),
      serials: z.array(z.string()),
    }),
  ),
});
