import { z } from 'zod';
import { listOf, receipt } from './answers.ts';
import { code, limit, patterned, period, shortText } from './fields.ts';

const states = ['OPEN', 'SOFT_CLOSED', 'CLOSED'] as const;

export const periodBody = z.strictObject({ bu: code, ledger: code, period }).meta({ id: 'OpenAccountingPeriod' });
export const periodOpened = z.object({ period: z.string(), receipt }).meta({ id: 'AccountingPeriodOpened' });

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}\.[A-Za-z0-9][A-Za-z0-9_-]{0,49}\.[1-9]\d{3}(0[1-9]|1[0-2])$/;

export const periodParams = z.strictObject({
  periodId: patterned(idPattern, 'A period is named <bu>.<ledger>.<YYYYMM>.').meta({
    examples: ['ACME.PRIMARY.202611'],
  }),
});

export const periodQuery = z.strictObject({
  bu: code.exactOptional(),
  ledger: code.exactOptional(),
  state: z.enum(states).exactOptional(),
  limit: limit.exactOptional(),
  cursor: z.string().min(1).max(500).exactOptional(),
});

const when = z.string().nullable();

export const accountingPeriod = z
  .object({
    periodId: z.string(),
    bu: z.string(),
    ledger: z.string(),
    period: z.string(),
    firstDay: z.string(),
    lastDay: z.string(),
    state: z.enum(states).meta({
      description:
        'OPEN takes every posting of its days. SOFT_CLOSED takes only what finance posts itself (accruals, corrections); goods and documents dated in it are posted late, in the first open period. CLOSED takes nothing.',
    }),
    revision: z.int(),
    openedAt: z.string(),
    openedBy: z.string(),
    softClosedAt: when,
    softClosedBy: when,
    softCloseReason: when,
    closedAt: when.meta({ description: 'Of the last close, also after the period was reopened; so are the hashes.' }),
    closedBy: when,
    closingReason: when,
    checklistSha256: when.meta({
      description:
        'What the readiness report has as `report.sha256` when it is asked with `knownAsOf=<throughPosition>`.',
    }),
    trialBalanceSha256: when.meta({
      description:
        'What `GET /v1/trial-balance` of this bu, ledger and period has as `report.sha256` when it is asked with `knownAsOf=<throughPosition>`.',
    }),
    throughPosition: when.meta({ description: 'Up to where the log had been read when the checklist was looked at.' }),
    reopenedAt: when,
    reopenedBy: when,
    reopeningReason: when,
    approvalId: when.meta({ description: 'The approval by two people that the last reopening rests on.' }),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'AccountingPeriod' });

export const periodReason = z.strictObject({ reason: shortText }).meta({ id: 'AccountingPeriodReason' });

export const softClosed = z
  .object({ periodId: z.string(), state: z.literal('SOFT_CLOSED'), receipt })
  .meta({ id: 'AccountingPeriodSoftClosed' });

export const accountingPeriodList = listOf(accountingPeriod);
