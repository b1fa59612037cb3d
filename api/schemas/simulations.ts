import { z } from 'zod';
import { lateLineRules, tellings } from '../../domain/availability/lateSupply.ts';
import { figureNames } from '../../domain/simulation/figures.ts';
import { normalPosition } from '../positionText.ts';
import { receipt } from './answers.ts';
import { backwards, code, coded, day, patterned, positionText, qtyOrZero, shortText, ulid } from './fields.ts';
import { someLateSupplyRules } from './lateSupply.ts';

const rulesMax = 200;
const nodesMax = 200;

const safetyRule = z
  .strictObject({
    node: code.exactOptional(),
    item: code.exactOptional(),
    qty: qtyOrZero.exactOptional().meta({ description: 'Withheld there, in base units.' }),
    percent: patterned(/^(0|[1-9]\d{0,4})$/, 'Whole per cent, as text, such as "200".')
      .exactOptional()
      .meta({ description: 'Of what is withheld there in the log, whole per cent as text: 200 doubles it.' }),
  })
  .superRefine(({ qty, percent }, context) => {
    if ((qty === undefined) === (percent === undefined))
      context.addIssue({
        code: 'custom',
        message: coded('VALUE_INVALID', 'A rule says either `qty` or `percent`.'),
      });
  });

const logPosition = positionText.refine((text) => normalPosition(text) !== undefined, {
  error: () => coded('FORMAT_INVALID', 'A position is as a receipt gives it.'),
});

const otherNode = z
  .strictObject({
    node: code,
    priority: z.int().min(0).max(1_000_000).exactOptional(),
    active: z.boolean().exactOptional(),
  })
  .superRefine(({ priority, active }, context) => {
    if (priority === undefined && active === undefined)
      context.addIssue({
        code: 'custom',
        message: coded('VALUE_INVALID', 'Say another `priority`, or whether it is `active`.'),
      });
  });

const simulatedPolicy = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('SAFETY_STOCK'),
      rules: z.array(safetyRule).min(1).max(rulesMax).meta({
        description: 'The first that fits a position counts; without `node` or `item` it fits all of them.',
      }),
    }),
    z.strictObject({ kind: z.literal('SOURCING'), nodes: z.array(otherNode).min(1).max(nodesMax) }),
    z
      .strictObject({
        kind: z.literal('SPLITS'),
        allowSplit: z.boolean().exactOptional(),
        shipComplete: z.boolean().exactOptional(),
      })
      .superRefine(({ allowSplit, shipComplete }, context) => {
        if (allowSplit === undefined && shipComplete === undefined)
          context.addIssue({
            code: 'custom',
            message: coded('VALUE_INVALID', 'Say `allowSplit`, `shipComplete` or both.'),
          });
      }),
    z
      .strictObject({ kind: z.literal('LATE_SUPPLY'), ...someLateSupplyRules })
      .superRefine(({ kind: _, ...replaced }, context) => {
        if (Object.keys(replaced).length === 0)
          context.addIssue({ code: 'custom', message: coded('VALUE_INVALID', 'Say at least one of its rules.') });
      }),
  ])
  .meta({
    description:
      'What is replaced. SAFETY_STOCK: what is withheld from promising. SOURCING: in which order nodes are asked, and which supply at all. SPLITS: whether orders of the range may be split or ship complete, whatever they asked for. LATE_SUPPLY: what happens when announced supply is late or slips; rules that are left out are as they were.',
  });

export const simulationBody = z
  .strictObject({
    bu: code,
    positions: z
      .strictObject({ after: logPosition.exactOptional(), through: logPosition.exactOptional() })
      .exactOptional()
      .meta({
        description: 'Behind `after` up to and with `through`; without them from the beginning, or up to the end.',
      }),
    days: z
      .strictObject({ from: day, through: day })
      .exactOptional()
      .meta({ description: 'What was recorded on these days, in UTC.' }),
    policy: simulatedPolicy,
    reason: shortText,
  })
  .superRefine(({ positions, days }, context) => {
    if (positions !== undefined && days !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['days'],
        message: coded('VALUE_INVALID', 'A range is named by positions or by days.'),
      });
    const late = backwards(days?.from, days?.through);
    if (late !== undefined)
      context.addIssue({ code: 'custom', path: ['days', 'through'], message: coded('VALUE_INVALID', late) });
  })
  .meta({ id: 'RequestSimulation', description: 'Without `positions` and `days` it is about all of the log.' });

export const simulationParams = z.strictObject({ simulationId: ulid });
export const cancelSimulationBody = z.strictObject({ reason: shortText }).meta({ id: 'CancelSimulation' });

const count = z.int().nonnegative();

const figure = z
  .object({
    value: z.string().meta({ description: 'A count; per cent, or days on average, with two places.' }),
    rows: count.meta({ description: 'How many lines, or orders, it is made of.' }),
    modelled: count.meta({
      description: 'Of these, those that went a way which nobody went in the log, so that nobody could observe it.',
    }),
  })
  .meta({ id: 'SimulatedFigure' });

const parts = z.array(z.object({ node: z.string(), qty: z.string() }));

const result = z
  .object({
    throughPosition: z.string().nullable().meta({ description: 'Of the last event in the range.' }),
    events: count,
    figures: z.array(
      z.object({
        figure: z.enum(figureNames),
        logged: figure.meta({ description: 'As it was.' }),
        baseline: figure.meta({ description: 'Decided again under the policies that were in force.' }),
        fork: figure.meta({ description: 'Decided with the other policy. Compare it with the baseline.' }),
      }),
    ),
    linesDiffering: count.meta({ description: 'Lines that the fork served in another way than the baseline.' }),
    samples: z
      .array(
        z.object({
          orderId: z.string(),
          lineId: z.string(),
          item: z.string(),
          baseline: parts,
          fork: parts,
          baselineOpen: z.string(),
          forkOpen: z.string(),
        }),
      )
      .meta({ description: 'Up to 50 of them: where goods came from, and what was still missing at the end.' }),
  })
  .meta({ id: 'SimulationResult' });

const range = z.union([
  z.object({ kind: z.literal('POSITIONS'), after: z.string(), through: z.string() }),
  z.object({
    kind: z.literal('DAYS'),
    from: z.string(),
    through: z.string(),
    upTo: z.string().meta({ description: 'Where the log ended when it was asked.' }),
  }),
]);

const toldPolicy = z.union([
  z.object({
    kind: z.literal('SAFETY_STOCK'),
    rules: z.array(
      z.object({
        node: z.string().optional(),
        item: z.string().optional(),
        qty: z.string().optional(),
        percent: z.string().optional(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('SOURCING'),
    nodes: z.array(z.object({ node: z.string(), priority: z.int().optional(), active: z.boolean().optional() })),
  }),
  z.object({
    kind: z.literal('SPLITS'),
    allowSplit: z.boolean().optional(),
    shipComplete: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('LATE_SUPPLY'),
    cushionDays: z.int().optional(),
    pastDueSupplyDays: z.int().optional(),
    lateSlipDays: z.int().optional(),
    toleranceDays: z.int().optional(),
    lateLines: z.enum(lateLineRules).optional(),
    tell: z.enum(tellings).optional(),
  }),
]);

export const simulation = z
  .object({
    simulationId: z.string().meta({ description: 'Made of the question: who asks it again is told the same.' }),
    bu: z.string(),
    range,
    policy: toldPolicy,
    policySha256: z.string(),
    simulationVersion: z.int().meta({ description: 'Of the rules that answer; with other ones the id is another.' }),
    reason: z.string(),
    requestedBy: z.string(),
    state: z.enum(['WAITING', 'COMPLETED', 'FAILED', 'CANCELLED']),
    problem: z.string().nullable(),
    progress: z
      .object({ events: count, readThrough: z.string(), updatedAt: z.string() })
      .nullable()
      .meta({ description: 'How many events the present run has read; null: none has begun.' }),
    result: result.nullable(),
    resultSha256: z.string().nullable(),
  })
  .meta({
    id: 'Simulation',
    description: 'What another policy would have made different in a stretch of the log. Nothing of it has any effect.',
  });

export const simulationRequested = simulation.extend({ receipt }).meta({ id: 'SimulationRequested' });
export const simulationCancelled = z.object({ simulationId: z.string(), receipt }).meta({ id: 'SimulationCancelled' });
