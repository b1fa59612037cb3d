import { type Minor, minor, minorSum, minorText } from '../money.ts';
import type { InvoiceIssued } from './events.ts';
import type { SettlementCommand } from './settlementCommands.ts';
import type {
  DepositFacts,
  DepositReleased,
  DisputeOutcome,
  InvoiceFacts,
  OfDocument,
  Sale,
  SettlementEvent,
  WriteOffCause,
  WriteOffReversed,
} from './settlementEvents.ts';
import type { InvoiceState } from './state.ts';

type ApplyDeposit = Extract<SettlementCommand, { type: 'ApplyDeposit' }>;

/** What an invoice holds of deposits, in the order in which it took them. */
export type AppliedDeposit = { readonly deposit: DepositFacts; readonly amount: Minor };

/** `left`: what of `amount` was not reversed. */
type WriteOff = {
  readonly writeOffId: string;
  readonly amount: string;
  readonly cause: WriteOffCause;
  readonly approvalId: string | null;
  readonly left: Minor;
};

export type Settlement = {
  readonly deposits: readonly AppliedDeposit[];
  readonly paid: Minor;
  /** Their ids, and everybody who recorded one. */
  readonly payments: readonly string[];
  readonly paidBy: readonly string[];
  readonly writeOffs: readonly WriteOff[];
  /** The last one; without an outcome it is open. */
  readonly dispute: { readonly disputeId: string; readonly outcome: DisputeOutcome | null } | null;
};

export const unsettled: Settlement = { deposits: [], paid: 0n, payments: [], paidBy: [], writeOffs: [], dispute: null };

type Issued = InvoiceIssued['data'];

export const documentOf = ({ invoiceId, orderId, bu, number, soldTo, currency }: Issued): OfDocument => ({
  ...{ invoiceId, orderId, bu, number, soldTo, currency },
});

export const saleOf = ({ customerGroup, node, channel, shipTo }: Issued): Sale => ({
  ...{ customerGroup, node, channel, shipTo },
});

const factsOf = (issued: Issued): InvoiceFacts => ({ ...documentOf(issued), ...saleOf(issued) });

type Settled = Pick<InvoiceState, 'settlement'>;

export const appliedTo = ({ settlement }: Settled, depositId: string): Minor =>
  settlement.deposits.find(({ deposit }) => deposit.depositId === depositId)?.amount ?? 0n;

const deposited = ({ settlement }: Settled): Minor => settlement.deposits.reduce((sum, { amount }) => sum + amount, 0n);

/** What came in for it: deposits and payments. */
export const paidOf = (state: Settled): Minor => deposited(state) + state.settlement.paid;

export const writtenOffOf = ({ settlement }: Settled): Minor =>
  settlement.writeOffs.reduce((sum, { left }) => sum + left, 0n);

export const isDisputed = ({ settlement: { dispute } }: Settled): boolean => dispute?.outcome === null;

/**
 * What the customer still owes for an invoice: its total less everything that it has decided to give back, everything that
 * paid it and what was written off. Below zero: we owe it. Nothing is owed for a draft, or for what was voided.
 */
export const openOf = (state: InvoiceState): Minor => {
  if (state.issued === null || state.voided) return 0n;
  const credited = minorSum(state.credits.map(({ memo }) => memo.totals.total));
  return minor(state.issued.totals.total) - credited - paidOf(state) - writtenOffOf(state);
};

export const applyDeposit = (
  { deposit, upTo, day }: ApplyDeposit,
  state: InvoiceState,
  issued: Issued,
): readonly SettlementEvent[] => {
  const [offered, open] = [minor(upTo) - appliedTo(state, deposit.depositId), openOf(state)];
  const amount = offered < open ? offered : open;
  if (amount <= 0n) return [];
  return [{ type: 'DepositApplied', data: { ...factsOf(issued), deposit, amount: minorText(amount), day } }];
};

/** Gives back `excess` of its deposits, what was taken last first. Says so before what it follows from. */
const releases = (
  state: InvoiceState,
  excess: Minor,
  { cause, day }: Pick<DepositReleased['data'], 'cause' | 'day'>,
): readonly DepositReleased[] => {
  if (state.issued === null) return [];
  const about = factsOf(state.issued);
  let left = excess;
  return state.settlement.deposits.toReversed().flatMap(({ deposit, amount }) => {
    const part = left < amount ? left : amount;
    if (part <= 0n) return [];
    left -= part;
    return [{ type: 'DepositReleased', data: { ...about, deposit, amount: minorText(part), cause, day } }];
  });
};

/** Of `excess` what was written off was not lost, what was written off last first. Says so before what it follows from. */
export const reversals = (
  state: InvoiceState,
  excess: Minor,
  why: Pick<WriteOffReversed['data'], 'because' | 'day'>,
): readonly WriteOffReversed[] => {
  if (state.issued === null) return [];
  const about = { ...documentOf(state.issued), receivable: saleOf(state.issued), ...why };
  let left = excess;
  return state.settlement.writeOffs.toReversed().flatMap(({ writeOffId, cause, left: standing }) => {
    const part = left < standing ? left : standing;
    if (part <= 0n) return [];
    left -= part;
    return [{ type: 'WriteOffReversed', data: { ...about, writeOffId, cause, amount: minorText(part) } }];
  });
};

/** What an invoice gives back of `excess` that it has beyond what is owed: first what was written off, then deposits. */
export const givenBack = (
  state: InvoiceState,
  excess: Minor,
  { cause, day }: Pick<DepositReleased['data'], 'cause' | 'day'>,
): readonly (WriteOffReversed | DepositReleased)[] => [
  ...reversals(state, excess, { because: cause, day }),
  ...releases(state, excess - writtenOffOf(state), { cause, day }),
];

export const giveAllBack = (state: InvoiceState, day: string): readonly (WriteOffReversed | DepositReleased)[] =>
  givenBack(state, writtenOffOf(state) + deposited(state), { cause: 'INVOICE_VOIDED', day });

const withDeposit = (settlement: Settlement, deposit: DepositFacts, more: Minor): Settlement => {
  const known = settlement.deposits.find((each) => each.deposit.depositId === deposit.depositId);
  const others = settlement.deposits.filter((each) => each !== known);
  const amount = (known?.amount ?? 0n) + more;
  return { ...settlement, deposits: amount === 0n ? others : [...others, { deposit, amount }] };
};

export const evolveSettlement = (settlement: Settlement, event: SettlementEvent): Settlement => {
  switch (event.type) {
    case 'DepositApplied':
      return withDeposit(settlement, event.data.deposit, minor(event.data.amount));
    case 'DepositReleased':
      return withDeposit(settlement, event.data.deposit, -minor(event.data.amount));
    case 'PaymentRecorded': {
      const { paymentId, amount, recordedBy } = event.data;
      const payments = [...settlement.payments, paymentId];
      const paidBy = [...new Set([...settlement.paidBy, recordedBy])];
      return { ...settlement, paid: settlement.paid + minor(amount), payments, paidBy };
    }
    case 'InvoiceWrittenOff': {
      const { writeOffId, cause, amount, approvalId = null } = event.data;
      const writeOff = { writeOffId, amount, cause, approvalId, left: minor(amount) };
      return { ...settlement, writeOffs: [...settlement.writeOffs, writeOff] };
    }
    case 'WriteOffReversed': {
      const { writeOffId, amount } = event.data;
      const writeOffs = settlement.writeOffs.map((each) =>
        each.writeOffId === writeOffId ? { ...each, left: each.left - minor(amount) } : each,
      );
      return { ...settlement, writeOffs };
    }
    case 'InvoiceDisputed':
      return { ...settlement, dispute: { disputeId: event.data.disputeId, outcome: null } };
    case 'DisputeResolved': {
      const { disputeId, outcome } = event.data;
      return { ...settlement, dispute: { disputeId, outcome } };
    }
  }
};
