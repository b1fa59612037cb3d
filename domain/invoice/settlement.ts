import { type Refusal, refuse } from '../decider.ts';
import { type Minor, minor, minorSum, minorText } from '../money.ts';
import type { InvoiceIssued } from './events.ts';
import type { SettlementCommand } from './settlementCommands.ts';
import type { DepositFacts, DepositReleased, InvoiceFacts, SettlementEvent } from './settlementEvents.ts';
import type { InvoiceState } from './state.ts';

type Outcome = readonly SettlementEvent[] | Refusal;
type Of<T extends SettlementCommand['type']> = Extract<SettlementCommand, { type: T }>;

/** What an invoice holds of deposits, in the order in which it took them. */
export type AppliedDeposit = { readonly deposit: DepositFacts; readonly amount: Minor };

export type Settlement = { readonly deposits: readonly AppliedDeposit[] };

export const unsettled: Settlement = { deposits: [] };

export const factsOf = (issued: InvoiceIssued['data']): InvoiceFacts => {
  const { invoiceId, orderId, bu, number, soldTo, customerGroup, node, channel, shipTo, currency } = issued;
  return { invoiceId, orderId, bu, number, soldTo, customerGroup, node, channel, shipTo, currency };
};

export const appliedTo = ({ settlement }: InvoiceState, depositId: string): Minor =>
  settlement.deposits.find(({ deposit }) => deposit.depositId === depositId)?.amount ?? 0n;

const deposited = ({ settlement }: Pick<InvoiceState, 'settlement'>): Minor =>
  settlement.deposits.reduce((sum, { amount }) => sum + amount, 0n);

/** What came in for it: deposits. */
export const paidOf = (state: Pick<InvoiceState, 'settlement'>): Minor => deposited(state);

/**
 * What the customer still owes for an invoice: its total less everything that it has decided to give back and everything
 * that paid it. Below zero: we owe it. Nothing is owed for a draft, or for what was voided.
 */
export const openOf = (state: InvoiceState): Minor => {
  if (state.issued === null || state.voided) return 0n;
  const credited = minorSum(state.credits.map(({ memo }) => memo.totals.total));
  return minor(state.issued.totals.total) - credited - deposited(state);
};

const apply = ({ deposit, upTo, day }: Of<'ApplyDeposit'>, state: InvoiceState): Outcome => {
  const { issued } = state;
  if (issued === null) return refuse('INVOICE_NOT_ISSUED', 'A draft is not paid.');
  const [offered, open] = [minor(upTo) - appliedTo(state, deposit.depositId), openOf(state)];
  const amount = offered < open ? offered : open;
  if (amount <= 0n) return [];
  return [{ type: 'DepositApplied', data: { ...factsOf(issued), deposit, amount: minorText(amount), day } }];
};

/** Gives back `excess` of its deposits, what was taken last first. Says so before what it follows from. */
export const releases = (
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

export const releaseAll = (state: InvoiceState, day: string): readonly DepositReleased[] =>
  releases(state, deposited(state), { cause: 'INVOICE_VOIDED', day });

export const decideSettlement = (command: SettlementCommand, state: InvoiceState): Outcome => apply(command, state);

const withDeposit = (settlement: Settlement, deposit: DepositFacts, more: Minor): Settlement => {
  const known = settlement.deposits.find((each) => each.deposit.depositId === deposit.depositId);
  const others = settlement.deposits.filter((each) => each !== known);
  const amount = (known?.amount ?? 0n) + more;
  return { ...settlement, deposits: amount === 0n ? others : [...others, { deposit, amount }] };
};

export const evolveSettlement = (settlement: Settlement, event: SettlementEvent): Settlement => {
  const { deposit, amount } = event.data;
  return withDeposit(settlement, deposit, event.type === 'DepositApplied' ? minor(amount) : -minor(amount));
};
