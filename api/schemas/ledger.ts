import { z } from 'zod';
import { tieOutPairs } from '../../projections/glStaging/tieOutSides.ts';
import { journalStates } from '../../projections/glStaging/views.ts';
import { listOf, receipt } from './answers.ts';
import { account, anyId, code, currency, lineId, money, paging, period, role, signedMoney, ulid } from './fields.ts';

const nullableId = z.string().nullable();

const journalState = z.enum(journalStates);

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
  state: journalState.exactOptional(),
  ...paging,
});

const glLine = journal
  .pick({
    ...({ journalId: true, bu: true, ledger: true, accountingDate: true, originalDate: true, period: true } as const),
    ...({ templateId: true, ruleSetVersion: true, accountMapVersion: true, sourceEventId: true } as const),
    ...({ sourcePosition: true, documentRef: true, state: true, reversalOf: true, latePosting: true } as const),
    ...({ batchId: true, erpDocument: true, declaredSource: true, functionalCurrency: true } as const),
    ...({ position: true, updatedAt: true } as const),
  })
  .extend(journalLine.shape)
  .meta({
    id: 'GlLine',
    description:
      'A line with what its journal says of it. Lines of a version that was staged again (SUPERSEDED) are among them and count in no balance.',
  });

export const glLineList = listOf(glLine);

const narrows = 'Narrows what a document or bu, ledger and period have.';

export const glLineQuery = z.strictObject({
  bu: code.exactOptional(),
  ledger: code.exactOptional(),
  period: period.exactOptional().meta({ description: 'With `bu` and `ledger`, or of a document.' }),
  journalId: anyId.exactOptional(),
  orderId: ulid.exactOptional(),
  orderLineId: lineId.exactOptional().meta({
    description: 'Of `orderId`. What an invoice of several order lines posts as a whole is on none of them.',
  }),
  shipmentId: anyId.exactOptional().meta({ description: 'Also where an invoice posts its goods.' }),
  invoiceId: anyId.exactOptional().meta({ description: 'Also what was credited, paid or written off of it.' }),
  batchId: anyId.exactOptional(),
  erpDocument: z.string().min(1).max(100).exactOptional(),
  account: account.exactOptional().meta({ description: narrows }),
  state: journalState.exactOptional().meta({ description: `Of the journal. ${narrows}` }),
  role: role.exactOptional().meta({ description: narrows }),
  item: code.exactOptional().meta({ description: narrows }),
  customer: code.exactOptional().meta({ description: narrows }),
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

const reasons = z.array(z.object({ reason: z.string(), amount: signedMoney, count: z.int() }));

export const tieOuts = listOf(
  z
    .object({
      pair: z.string(),
      currency: z.string(),
      subledger: signedMoney,
      gl: signedMoney,
      difference: signedMoney,
      explained: reasons,
      unexplained: signedMoney,
    })
    .meta({
      id: 'TieOut',
      description: 'Subledger against general ledger; anything but "0" unexplained needs a person.',
    }),
);

export const tieOutPair = z.strictObject({ pair: z.enum(tieOutPairs) });

export const tieOutItemQuery = z.strictObject({
  bu: code,
  period: period.exactOptional(),
  currency: currency.exactOptional(),
  differences: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .exactOptional()
    .meta({ description: 'True: only documents whose sides differ, or of which something is explained.' }),
  ...paging,
});

export const tieOutItems = listOf(
  z
    .object({
      document: z.string().meta({
        description:
          'Invoice, credit memo, deposit or shipment; of INVENTORY also the reference of a stock movement and the event of an inspection or of a new cost.',
      }),
      currency: z.string(),
      subledger: signedMoney,
      gl: signedMoney,
      difference: signedMoney,
      entries: z
        .array(z.object({ kind: z.string(), amount: signedMoney }))
        .meta({ description: 'What `subledger` is made of.' }),
      postings: z
        .array(z.object({ templateId: z.string(), amount: signedMoney }))
        .meta({ description: 'What `gl` is made of; `GET /v1/gl-lines` has its lines.' }),
      explained: reasons,
      unexplained: signedMoney,
    })
    .meta({
      id: 'TieOutItem',
      description: 'What both sides have of one document. All items of a pair and currency add up to its tie-out.',
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

export const batchQuery = z.strictObject({
  bu: code.exactOptional().meta({ description: 'Needed where several business units have a batch of this id.' }),
});

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
