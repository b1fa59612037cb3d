import { z } from 'zod';
import { type BlockerClass, blockerClasses, blockerRules } from '../../domain/ledger/readiness.ts';
import { listOf, receipt } from './answers.ts';
import { code, paging, patterned, period, shortText, signedMoney } from './fields.ts';

const states = ['OPEN', 'SOFT_CLOSED', 'CLOSING', 'CLOSED'] as const;

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
  ...paging,
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
        'OPEN takes every posting of its days. SOFT_CLOSED takes only what finance posts itself (accruals, corrections); goods and documents dated in it are posted late, in the first open period. CLOSING takes nothing while a close is decided: repeat a close that was cut off, or take it back by another soft close. CLOSED takes nothing.',
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

export const periodClosed = z
  .object({
    periodId: z.string(),
    state: z.literal('CLOSED'),
    checklistSha256: z.string(),
    trialBalanceSha256: z.string(),
    throughPosition: z.string(),
    receipt,
  })
  .meta({
    id: 'AccountingPeriodClosed',
    description:
      'The hashes are those that the readiness report and the trial balance carry when they are asked with `knownAsOf=<throughPosition>`.',
  });

export const periodReopened = z
  .object({ periodId: z.string(), state: z.literal('OPEN'), receipt })
  .meta({ id: 'AccountingPeriodReopened' });

export const accountingPeriodList = listOf(accountingPeriod);

const said = (name: BlockerClass): string => {
  const { must, why } = blockerRules[name];
  return `${name} (${must ? 'MUST' : 'SHOULD'}): ${why}`;
};

const amount = z.object({ currency: z.string(), amount: signedMoney });

const blocker = z
  .object({
    class: z.enum(blockerClasses).meta({ description: blockerClasses.map(said).join(' ') }),
    must: z.boolean().meta({ description: 'True: the period cannot be closed while there is one.' }),
    owner: z.string().meta({ description: 'The role whose duty it is.' }),
    count: z.int().positive(),
    amounts: z.array(amount).meta({
      description:
        'By currency, added up without signs, so that nothing makes up for something else: debits of journals, net of goods, tax of invoices, what a tie-out does not explain.',
    }),
    oldest: z.string().nullable(),
    detail: z.string().meta({ description: 'What to do next.' }),
    items: z
      .array(
        z.object({
          id: z.string().meta({
            description:
              'Of the journal, batch, shipment line (`<shipment>/<line>`), invoice, tie-out pair, approval, dead letter or period.',
          }),
          what: z.string().meta({ description: 'What kind of thing it is, or what it waits for.' }),
          day: z.string().nullable(),
          currency: z.string().nullable(),
          amount: signedMoney.nullable(),
        }),
      )
      .meta({ description: 'The 20 oldest; one in several currencies has a row for each.' }),
  })
  .meta({ id: 'CloseBlocker' });

export const periodReadiness = z
  .object({
    periodId: z.string(),
    bu: z.string(),
    state: z.enum(states),
    ready: z.boolean().meta({ description: 'It is soft-closed, or being closed, and nothing that is a MUST is left.' }),
    blockers: z.array(blocker),
    accrualForecast: z
      .array(
        z.object({
          currency: z.string(),
          lines: z.int().meta({ description: 'Shipment lines.' }),
          gross: signedMoney,
          discount: signedMoney,
          net: signedMoney,
          cost: signedMoney,
          accruedNet: signedMoney.meta({ description: 'Net that stands recorded as accrual of this period.' }),
          accruedCost: signedMoney,
        }),
      )
      .meta({ description: 'Goods that left by the end of the period and were on no invoice then.' }),
  })
  .meta({
    id: 'CloseReadiness',
    description:
      'Open approvals, stuck work and accruals that are being recorded are told of the present only: an answer with `knownAsOf` leaves them out. Each of them is a MUST, so the checklist that a period was closed with had none and is answered the same for ever.',
  });
