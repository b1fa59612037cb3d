import { z } from 'zod';
import {
  breakCauses,
  breakClasses,
  breakFixes,
  incompleteReasons,
  reconciliationOutcomes,
  reconciliationPairs,
} from '../../domain/reconciliation/pairs.ts';
import { breakStates } from '../../projections/reconciliations/rows.ts';
import { listOf, receipt } from './answers.ts';
import { code, currency, paging, signedMoney, ulid } from './fields.ts';

const keysOf = <Key extends string>(table: Readonly<Record<Key, string>>) =>
  z.enum(Object.keys(table) as [Key, ...Key[]]);

const pair = z.enum(reconciliationPairs).meta({
  description:
    'stock: goods by warehouse and item, with the warehouse. snapshots: goods as nodes tell of them by themselves (`/v1/stock-snapshots`), each as of its own moment. orders: what left, was billed and cancelled of each line, with the ERP. journals: what the ERP has posted of the batches that it took.',
});
const runState = z.enum(['RUNNING', ...reconciliationOutcomes]);
const breakState = z.enum(breakStates);
const breakClass = z.enum(breakClasses);

export const runParams = z.strictObject({ runId: ulid });

export const startBody = z.strictObject({ bu: code, pair }).meta({ id: 'StartReconciliation' });

export const runStarted = z
  .object({ runId: z.string(), bu: z.string(), pair, receipt })
  .meta({ id: 'ReconciliationStarted' });

export const runView = z
  .object({
    runId: z.string(),
    bu: z.string(),
    pair,
    system: z.string().meta({ description: 'Whom ours is compared with.' }),
    state: runState.meta({
      description:
        'COMPLETE: everything was compared. INCOMPLETE: not everything, `reason` says why. SUPERSEDED: a later request for the same was waiting.',
    }),
    reason: keysOf(incompleteReasons).nullable(),
    detail: z.string().nullable().meta({ description: 'The reason as a sentence.' }),
    requestedBy: z.string().nullable().meta({ description: 'Null: by the schedule.' }),
    startedAt: z.string(),
    endedAt: z.string().nullable(),
    cut: z.object({ takenAt: z.string(), theirs: z.string(), ours: z.string() }).nullable().meta({
      description:
        'What both sides were compared as of: when the partner counted, up to where in what it tells us, and our place in the log.',
    }),
    compared: z.int().meta({ description: 'Objects that both sides were asked about.' }),
    found: z.int().meta({ description: 'Differences that are new, or have other figures than before.' }),
    healed: z.int().meta({ description: 'Differences of earlier runs that are over.' }),
    standing: z.int().meta({ description: 'Differences of earlier runs that are not.' }),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Reconciliation' });

export const runList = listOf(runView);

export const runQuery = z.strictObject({
  bu: code.exactOptional(),
  pair: pair.exactOptional(),
  state: runState.exactOptional(),
  ...paging,
});

const breakView = z
  .object({
    breakId: z.string(),
    bu: z.string(),
    pair,
    state: breakState.meta({
      description:
        'HEALING: nobody has to act, what is under way or was repeated should cure it. OPEN: it takes a person. HEALED: both sides say the same again.',
    }),
    class: breakClass.meta({
      description:
        'TIMING: what is under way may explain it. MISSING_HERE: they know what we have not heard of. MISSING_THERE: the other way round. DUPLICATE: they have it more than once. Else both know it and say different things.',
    }),
    cause: keysOf(breakCauses).nullable(),
    explanation: z.string().nullable().meta({ description: 'The cause as a sentence.' }),
    fix: keysOf(breakFixes).nullable().meta({ description: 'What was repeated for it by itself.' }),
    done: z.string().nullable().meta({ description: 'The same as a sentence.' }),
    references: z.array(z.string()).meta({ description: 'What was repeated, or what holds it up.' }),
    attempts: z.int().meta({ description: 'How often something was repeated for it.' }),
    object: z.object({ kind: z.string(), id: z.string() }),
    node: z.string().nullable(),
    item: z.string().nullable(),
    orderId: z.string().nullable(),
    ours: z.string().nullable().meta({
      description:
        'What we say; null: we do not know it. Of goods a quantity in base units, of snapshots each figure that differs, of an order its number or the lines that differ, of a journal its document or state with amount in minor units and currency, of a batch how many documents and their sums.',
    }),
    theirs: z.string().nullable().meta({ description: 'What they say; null: they do not know it.' }),
    difference: z.string().nullable().meta({
      description: 'Theirs less ours, of goods in base units, of journals in minor units; null of what is no quantity.',
    }),
    moneyAtRisk: z.object({ amount: signedMoney, currency }).nullable(),
    foundBy: z.string().meta({ description: 'The run that found it.' }),
    lastRun: z.string().meta({ description: 'The last run that had something new to say of it.' }),
    foundAt: z.string(),
    healedAt: z.string().nullable(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'ReconciliationBreak' });

export const breakList = listOf(breakView);

export const breakQuery = z.strictObject({
  bu: code.exactOptional(),
  pair: pair.exactOptional(),
  state: breakState.exactOptional().meta({ description: 'Absent, and no run named: all that is not healed.' }),
  class: breakClass.exactOptional(),
  node: code.exactOptional(),
  item: code.exactOptional(),
  orderId: ulid.exactOptional(),
  runId: ulid.exactOptional().meta({ description: 'What stood while this run looked, whatever became of it since.' }),
  ...paging,
});
