import { z } from 'zod';
import { listOf, receipt } from './answers.ts';
import { code, currency, limit, money, period, signedMoney, ulid } from './fields.ts';

const paging = { limit: limit.exactOptional(), cursor: z.string().min(1).max(500).exactOptional() };
const nullableId = z.string().nullable();

const journalLine = z.object({
  lineNo: z.int().positive(),
  role: z.string(),
  account: nullableId,
  debit: signedMoney,
  credit: signedMoney,
  currency: z.string(),
  functionalDebit: signedMoney,
  functionalCredit: signedMoney,
  dimensions: z.record(z.string(), z.unknown()),
  lineage: z.object({
    orderId: nullableId,
    orderLineId: nullableId,
    shipmentId: nullableId,
    shipmentLineId: nullableId,
    invoiceId: nullableId,
    invoiceLineId: nullableId,
  }),
});

export const journal = z
  .object({
    journalId: z.string(),
    bu: z.string(),
    ledger: z.string(),
    accountingDate: z.string(),
    originalDate: z.string(),
    period: z.string(),
    templateId: z.string(),
    ruleSetVersion: z.int(),
    accountMapVersion: z.int(),
    sourceEventId: z.string(),
    sourcePosition: z.string(),
    documentRef: z.string(),
    state: z.string(),
    reversalOf: nullableId,
    latePosting: z.boolean(),
    batchId: nullableId,
    erpDocument: nullableId,
    rejection: z.object({ code: z.string(), detail: z.string() }).nullable(),
    problems: z.array(z.object({ code: z.string(), role: nullableId, detail: z.string() })),
    reversedBy: nullableId,
    supersedes: nullableId,
    supersededBy: nullableId,
    repostOf: nullableId,
    repostedBy: nullableId,
    declaredSource: nullableId,
    functionalCurrency: z.string(),
    orderId: nullableId,
    shipmentId: nullableId,
    invoiceId: nullableId,
    currency: z.string(),
    lines: z.array(journalLine),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'GlJournal', description: 'Debit and credit are both given; one is "0".' });

export const journalList = listOf(journal);

export const journalQuery = z.strictObject({
  bu: code.exactOptional(),
  ledger: code.exactOptional(),
  orderId: ulid.exactOptional(),
  invoiceId: z.string().min(1).max(100).exactOptional(),
  period: period.exactOptional(),
  state: z
    .string()
    .regex(/^[A-Z_]{1,30}$/)
    .exactOptional(),
  ...paging,
});

export const trialBalanceQuery = z.strictObject({
  bu: code,
  ledger: code.exactOptional(),
  period: period.exactOptional(),
});

export const trialBalance = z
  .object({
    items: z.array(
      z.object({
        account: z.string(),
        name: z.string().nullable(),
        role: z.string(),
        currency: z.string(),
        opening: signedMoney,
        debit: signedMoney,
        credit: signedMoney,
        closing: signedMoney,
      }),
    ),
    totalDebit: signedMoney,
    totalCredit: signedMoney,
    functionalCurrency: z.string().exactOptional(),
    totals: z.array(z.object({ currency: z.string(), debit: signedMoney, credit: signedMoney })).exactOptional(),
  })
  .meta({
    id: 'TrialBalance',
    description:
      'The two totals are in the currency of the ledger: what was posted in another one counts at the rate of its journal, and not at all while that has none. Only where there is such an item, `functionalCurrency` says which that is and `totals` what is listed in each currency.',
  });

export const tieOutQuery = z.strictObject({ bu: code, period: period.exactOptional() });

export const tieOuts = listOf(
  z
    .object({
      pair: z.string(),
      currency: z.string(),
      subledger: signedMoney,
      gl: signedMoney,
      difference: signedMoney,
      explained: z.array(z.object({ reason: z.string(), amount: signedMoney, count: z.int() })),
      unexplained: signedMoney,
    })
    .meta({
      id: 'TieOut',
      description: 'Subledger against general ledger; anything but "0" unexplained needs a person.',
    }),
);

const ledgerPeriod = { bu: code, ledger: code, period };

export const sealBatchBody = z.strictObject(ledgerPeriod).meta({ id: 'SealGlBatch' });

const controlTotal = z.object({ currency: z.string(), account: z.string(), debit: signedMoney, credit: signedMoney });

export const sealedBatch = z
  .object({
    batchId: z.string(),
    state: z.literal('SEALED'),
    journalCount: z.int().positive(),
    controlTotals: z.array(controlTotal),
    sha256: z.string(),
    receipt,
  })
  .meta({ id: 'GlBatchSealed' });

export const batch = z
  .object({
    batchId: z.string(),
    bu: z.string(),
    ledger: z.string(),
    period: z.string(),
    sequence: z.int(),
    state: z.enum(['SEALED', 'EXPORTED', 'ACKNOWLEDGED', 'PARTIALLY_ACKNOWLEDGED', 'REJECTED']),
    journalCount: z.int(),
    acknowledgedCount: z.int(),
    rejectedCount: z.int(),
    controlTotals: z.array(controlTotal),
    sha256: z.string(),
    merkleRoot: z.string(),
    fileSha256: nullableId,
    erpSystem: nullableId,
    throughPosition: z.string(),
    sealedAt: z.string(),
    revision: z.int(),
    journals: z.array(
      z.object({
        journalId: z.string(),
        state: z.string(),
        erpDocument: nullableId,
        code: nullableId,
        detail: nullableId,
      }),
    ),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'GlBatch' });

export const batchQuery = z.strictObject({ bu: code.exactOptional() });

export const creditLimitBody = z.strictObject({ bu: code, limit: money, currency }).meta({ id: 'SetCreditLimit' });
export const creditAnswer = z.object({ customer: z.string(), receipt }).meta({ id: 'CreditLimitSet' });
export const creditQuery = z.strictObject({ bu: code });
export const creditAccount = z
  .object({
    bu: z.string(),
    customer: z.string(),
    currency: z.string(),
    limit: signedMoney,
    openAr: signedMoney,
    openArAsOf: nullableId,
    openOrders: signedMoney,
    deposits: signedMoney.meta({ description: 'Held of the deposits of its orders and not applied to an invoice.' }),
    exposure: signedMoney,
    headroom: signedMoney,
    refusedCount: z.int(),
    revision: z.int(),
    reservations: z.array(z.object({ orderId: z.string(), amount: signedMoney, override: z.boolean() })),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'CreditAccount' });
