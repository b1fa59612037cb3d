/**
 * What keeps a period from being closed, and whose it is. MUST: books that were closed over it would be wrong or could still
 * change. SHOULD: an estimate stands for it, so a close is right without it. `detail` says what to do next.
 */
type Rule = {
  readonly why: string;
  readonly must: boolean;
  readonly owner: 'finance' | 'ops';
  readonly detail: string;
};

export const blockerRules = {
  NOT_SOFT_CLOSED: {
    why: "The day's work could still change what is looked at.",
    must: true,
    owner: 'finance',
    detail: 'Soft-close the period when its last ordinary postings are in; accruals and corrections still land in it.',
  },
  NEXT_PERIOD_NOT_OPEN: {
    why: 'Asked for before the soft close, because what comes late is posted there.',
    must: true,
    owner: 'finance',
    detail: 'Open the next period: what comes late is posted there.',
  },
  PREVIOUS_PERIOD_NOT_CLOSED: {
    why: 'Periods close in order: an open one behind a closed one could still change its opening balances.',
    must: true,
    owner: 'finance',
    detail: 'Close the period before this one first.',
  },
  JOURNALS_UNMAPPED: {
    why: 'No balance counts them, so the trial balance would lack them.',
    must: true,
    owner: 'finance',
    detail: 'Have an account published for each role without one, then stage these journals again.',
  },
  JOURNALS_HELD: {
    why: 'They wait for rules, a rate or a period, and can never be sealed as they are.',
    must: true,
    owner: 'finance',
    detail: 'Cure what each journal is held for (rules, rate), then stage it again.',
  },
  JOURNALS_NOT_SEALED: {
    why: 'The general ledger lacks them.',
    must: true,
    owner: 'finance',
    detail: 'Seal them into a batch: POST /v1/gl-batches.',
  },
  JOURNALS_REJECTED: {
    why: 'The ERP has refused them, so its ledger lacks them.',
    must: true,
    owner: 'finance',
    detail: 'Put right what the ERP refuses, here or there, and seal them into the next batch.',
  },
  BATCHES_UNACKNOWLEDGED: {
    why: 'Nobody knows whether the ERP has them.',
    must: true,
    owner: 'ops',
    detail:
      'The ERP has not answered for these batches; see the ERP adapter at /v1/ops/adapters and /v1/ops/dead-letters.',
  },
  SHIPPED_NOT_INVOICED: {
    why: 'The accrual stands for them, and a late invoice takes it back.',
    must: false,
    owner: 'finance',
    detail: 'These goods left and are on no invoice; what is not invoiced by the soft close is accrued.',
  },
  OVERSHIPMENTS_OPEN: {
    why: 'Their cost stays deferred, as it is in stock, until somebody decides; what is decided later is posted then.',
    must: false,
    owner: 'finance',
    detail:
      'Goods left that nobody ordered; bill them or give them away: POST /v1/shipments/{shipmentId}/overshipment-resolutions.',
  },
  ACCRUALS_NOT_RECORDED: {
    why: 'The soft close has not been followed by all of its accruals, so revenue and cost of the period would be short.',
    must: true,
    owner: 'ops',
    detail: 'The accruals of the soft close are being recorded; if this stays, see /v1/ops/dead-letters.',
  },
  TAX_NOT_COMMITTED: {
    why: 'The tax return is drawn from the engine: a document that it does not know is missing there.',
    must: true,
    owner: 'ops',
    detail: 'The tax engine does not have these invoices yet; see the tax adapter and /v1/ops/dead-letters.',
  },
  TAX_MISMATCHED: {
    why: 'The tax return is drawn from the engine, so something else would be paid than the ledger owes.',
    must: true,
    owner: 'finance',
    detail:
      'Accept what the tax engine holds (POST /v1/invoices/{invoiceId}/tax-acceptances), or have it put right there and ask it again (…/tax-checks).',
  },
  TIE_OUT_UNEXPLAINED: {
    why: 'Two ways to one sum disagree, and nothing says why: one of them is wrong.',
    must: true,
    owner: 'finance',
    detail: 'Subledger and ledger differ by more than /v1/tie-outs explains; find the document and correct it.',
  },
  JOURNALS_NOT_RECONCILED: {
    why: 'The ERP has posted something else than these journals, so its ledger is not this one.',
    must: true,
    owner: 'finance',
    detail:
      'See /v1/ops/reconciliation-breaks?pair=journals; have the ERP put right. What is reversed here is posted there too, and leaves both as far apart.',
  },
  PARTNERS_DISAGREE: {
    why: 'A count or a status that is wrong is mended by an ordinary posting on the day on which somebody finds out, and another number of a document changes no sum.',
    must: false,
    owner: 'ops',
    detail:
      'A partner has goods, orders or numbers of documents otherwise than we do; see /v1/ops/reconciliation-breaks.',
  },
  OPEN_APPROVALS: {
    why: 'What is asked for could change the books, or how they are read; it is decided or expires within a day.',
    must: true,
    owner: 'ops',
    detail: 'Agree or refuse: POST /v1/approvals/{approvalId}/decisions.',
  },
  STUCK_WORK: {
    why: 'Each would post into the period as soon as it goes on.',
    must: true,
    owner: 'ops',
    detail: 'Mend and replay what cannot go on (/v1/ops/dead-letters): it would post into this period.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type BlockerClass = keyof typeof blockerRules;

export const blockerClasses = Object.keys(blockerRules) as [BlockerClass, ...BlockerClass[]];
