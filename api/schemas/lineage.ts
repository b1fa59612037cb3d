import { z } from 'zod';
import { lineageRoots } from '../../projections/lineage/roots.ts';
import { depthMax } from '../../projections/lineage/walk.ts';
import { coded, patterned } from './fields.ts';

const depthError = { error: () => coded('VALUE_INVALID', `A depth is a whole number from 1 to ${depthMax}.`) };

export const lineageQuery = z.strictObject({
  root: patterned(
    new RegExp(`^(${lineageRoots.join('|')}):.{1,200}$`),
    `A root is what it is and its id with a colon between: ${lineageRoots.join(', ')}.`,
  ).meta({
    description: 'Where the walk begins: what it is and its id, with a colon between.',
    examples: ['gl-line:8ad60ada-4a47-588b-abb9-49944315dd33:3', 'customer-po:PO-7001'],
  }),
  direction: z.enum(['up', 'down', 'both']).default('both'),
  depth: z
    .string()
    .regex(/^[1-9]\d?$/, depthError)
    .transform(Number)
    .refine((value) => value <= depthMax, depthError)
    .meta({
      description: `How many steps are walked from the root, 1 to ${depthMax}; 12 unless said.`,
      examples: ['6'],
    })
    .exactOptional(),
});

export const lineageBeside = {
  asOf: z.object({ knownAsOf: z.string() }),
  proof: z.string().exactOptional().meta({ description: 'Of a GL line: where its proof bundle is.' }),
};

const flow = { qty: z.string().exactOptional(), amount: z.string().exactOptional() };

export const lineage = z
  .object({
    root: z.string(),
    summary: z.object({
      orderLine: z.string().nullable(),
      ordered: z.string(),
      shipped: z.string(),
      invoiced: z.string(),
      revenue: z.string(),
      discount: z.string().meta({ description: 'Of what was billed, less that of what was credited.' }),
      credited: z.string().meta({ description: 'Given back for goods and on prices, before discounts.' }),
      cost: z.string().meta({ description: 'Of goods, with what suppliers billed beyond it.' }),
      margin: z
        .string()
        .meta({ description: 'Revenue − discount − credited − cost; without freight and other charges.' }),
      currency: z.string().nullable().meta({
        description: 'Of revenue, discount, credited, cost and margin: that of the first order line.',
      }),
      margins: z
        .array(
          z.object({
            currency: z.string(),
            revenue: z.string(),
            discount: z.string(),
            credited: z.string(),
            cost: z.string(),
            margin: z.string(),
          }),
        )
        .exactOptional()
        .meta({ description: 'Only where something was posted in another currency too: all of it, by currency.' }),
      complete: z.boolean(),
    }),
    nodes: z.array(
      z.looseObject({ id: z.string(), bu: z.string(), type: z.string(), label: z.string(), at: z.string() }),
    ),
    edges: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        kind: z.string(),
        ...flow,
        eventId: z.string(),
        position: z.string(),
      }),
    ),
    decisions: z.array(
      z.object({
        eventId: z.string(),
        type: z.string(),
        actor: z.string(),
        policy: z.record(z.string(), z.number()).nullable(),
        reason: z.string().nullable(),
        position: z.string(),
      }),
    ),
    gaps: z.array(z.looseObject({})),
    truncated: z.boolean(),
  })
  .meta({ id: 'Lineage' });
