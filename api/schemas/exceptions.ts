import { z } from 'zod';
import { caseClasses, caseTeams } from '../../domain/exceptionCase/classes.ts';
import { caseSorts } from '../../projections/exceptions/queries.ts';
import { listOf, receipt } from './answers.ts';
import { code, currency, paging, reference, shortText, signedMoney, ulid } from './fields.ts';

const caseClass = z.enum(caseClasses);
const outcome = z.enum(['FIXED', 'ACCEPTED']);
const state = z.enum(['OPEN', 'RESOLVED', 'CLOSED']);
const team = z.enum(caseTeams);
const owner = z.string().normalize('NFC').trim().min(1).max(120);
const note = shortText.meta({ description: 'About the work; nothing about persons, because it stays readable.' });

export const caseParams = z.strictObject({ caseId: ulid });

export const assignBody = z
  .strictObject({
    owner: owner.meta({ description: 'Who takes care of it: a name or id that your people know.', examples: ['kim'] }),
    note: note.exactOptional(),
  })
  .meta({ id: 'AssignException' });

export const resolveBody = z
  .strictObject({
    outcome: outcome.meta({
      description:
        'FIXED: it is cured in a moment; where it lasts longer than its limit the case is opened again. ACCEPTED: nothing is to be done about it, and it is not opened again while it lasts.',
    }),
    note,
  })
  .meta({ id: 'ResolveException' });

export const caseAssigned = z
  .object({ caseId: z.string(), owner: z.string(), receipt })
  .meta({ id: 'ExceptionAssigned' });

export const caseResolved = z.object({ caseId: z.string(), outcome, receipt }).meta({ id: 'ExceptionResolved' });

export const caseView = z
  .object({
    caseId: z.string(),
    bu: z.string().meta({ description: '`operations`: of the service itself.' }),
    class: caseClass,
    title: z.string().meta({ description: 'What the class means, in a few words.' }),
    state: state.meta({
      description:
        'OPEN: somebody has to act. RESOLVED: somebody said that it is done, and what it is about is still there. CLOSED: it is over.',
    }),
    object: z.object({ kind: z.string(), id: z.string() }).meta({ description: 'What it is about.' }),
    orderId: z.string().nullable(),
    customerPo: z.string().nullable(),
    soldTo: z.string().nullable(),
    node: z.string().nullable(),
    since: z.string().meta({ description: 'When its clock began.' }),
    openedAt: z.string(),
    dueAt: z.string().meta({ description: 'When it is to be resolved.' }),
    overdue: z.boolean(),
    ageSeconds: z.number().meta({ description: 'From `since` until now, or until it was closed.' }),
    moneyAtRisk: z
      .object({ amount: signedMoney, currency })
      .nullable()
      .meta({ description: 'Of the order, invoice or journals behind it, as it was when the case was opened.' }),
    team,
    owner: z.string().nullable().meta({ description: 'Who has taken it; null: anybody of the team.' }),
    nextAction: z.string(),
    remedies: z
      .array(z.object({ does: z.string(), method: z.enum(['POST', 'PUT']), path: z.string() }))
      .meta({ description: 'Requests that end it. What the case does not know of a path stays in braces.' }),
    href: z.string().nullable().meta({ description: 'Where what it is about is looked at.' }),
    runbook: z.string().meta({ description: 'Page of the documentation that says what to do.' }),
    note: z.string().nullable(),
    outcome: outcome.nullable(),
    resolvedBy: z.string().nullable(),
    resolvedAt: z.string().nullable(),
    closedAt: z.string().nullable(),
    timesOpened: z.int(),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'ExceptionCase' });

export const caseList = listOf(caseView);

export const caseQuery = z.strictObject({
  bu: code.exactOptional(),
  class: caseClass.exactOptional(),
  state: state.exactOptional().meta({ description: 'OPEN unless it is said.' }),
  team: team.exactOptional(),
  owner: owner.exactOptional(),
  orderId: ulid.exactOptional(),
  soldTo: code.exactOptional(),
  node: code.exactOptional(),
  search: reference.exactOptional().meta({
    description: 'An order, a PO of the customer, a customer, a warehouse, or what the case is about: exactly.',
  }),
  sort: z.enum(caseSorts).exactOptional().meta({
    description:
      'money: the most at risk first (minor units, whatever the currency), what has none last. age: opened first. due: to be resolved first. Absent: money.',
  }),
  ...paging,
});

export const slaQuery = z.strictObject({ bu: code.exactOptional() });

export const slaList = listOf(
  z
    .object({
      bu: z.string(),
      sla: caseClass,
      clock: z.string().meta({ description: 'What is measured: from when, until when.' }),
      limitSeconds: z.int().meta({ description: 'Over it, a case is opened. 0: it should not happen at all.' }),
      resolveSeconds: z.int().meta({ description: 'Within it, a case is to be resolved.' }),
      running: z.int(),
      breached: z.int(),
      worstSeconds: z.number().nullable(),
      since: z.string().nullable(),
      openCases: z.int(),
      overdueCases: z.int(),
    })
    .meta({ id: 'ServiceLevel' }),
);
