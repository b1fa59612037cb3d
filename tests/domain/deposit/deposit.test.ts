import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import {
  type DepositCommand,
  type DepositState,
  depositDecider,
  heldOf,
  leftOf,
  orderOfDeposit,
} from '../../../domain/deposit/deposit.ts';
import type { DepositEvent } from '../../../domain/deposit/events.ts';
import { recorded } from '../invoice/sale.ts';
import { onlyJournal } from '../ledger/books.ts';

const about = { orderId: 'O1', bu: 'ACME', soldTo: 'C-1001', customerGroup: 'G', channel: 'portal', currency: 'USD' };

const receive = (reference: string, amount: string, contentSha256 = reference): DepositCommand => ({
  ...{ type: 'RecordDeposit', ...about, reference, amount, contentSha256 },
  ...{ receivedAt: '2026-11-23T08:00:00Z', receivedBy: 'kim' },
});
const assign = (invoiceId: string, upTo: string): DepositCommand => ({ type: 'AssignDeposits', invoiceId, upTo });
const free = (depositId: string, invoiceId: string, holds: string): DepositCommand => ({
  ...{ type: 'FreeDeposit', depositId, invoiceId, holds },
});
const back = { type: 'RefundDeposits', refundedOn: '2026-11-24', refundedBy: 'kim' } as const;
const atClose: DepositCommand = { ...back, cause: 'ORDER_CLOSED' };
const byHand = (depositId: string, amount?: string): DepositCommand => ({
  ...{ ...back, cause: 'ON_REQUEST', depositId, reason: 'asked' },
  ...(amount === undefined ? {} : { amount }),
});

const stateAfter = (...commands: readonly DepositCommand[]): DepositState =>
  commands.reduce<DepositState>((state, command) => {
    const decided = depositDecider.decide(command, state);
    return isRefusal(decided) ? state : fold(depositDecider, state, decided);
  }, depositDecider.initial);

const given = (...commands: readonly DepositCommand[]) => ({
  when: (command: DepositCommand) => depositDecider.decide(command, stateAfter(...commands)),
});

const parts = (decided: ReturnType<typeof depositDecider.decide>) =>
  isRefusal(decided)
    ? decided.refused
    : decided.map(({ type, data }: DepositEvent) => [type, data.depositId, data.amount]);

describe('deposits of an order', () => {
  test('are numbered by the order, and the same reference and content is the same deposit', () => {
    expect(parts(given(receive('A', '50')).when(receive('B', '30')))).toEqual([['DepositReceived', 'O1-2', '30']]);
    expect(given(receive('A', '50')).when(receive('A', '50'))).toEqual([]);
    expect(parts(given(receive('A', '50')).when(receive('A', '60', 'other')))).toBe('BUSINESS_KEY_REUSED');
    expect(orderOfDeposit('O1-2')).toBe('O1');
  });

  test('are a hundred at most', () => {
    const many = Array.from({ length: 100 }, (_, index) => receive(`R${index}`, '1'));
    expect(parts(given(...many).when(receive('X', '1')))).toBe('DEPOSITS_MAX');
  });

  test('the oldest goes to an invoice first, and no more than is left', () => {
    const two = [receive('A', '50'), receive('B', '30')];
    const taken = [
      ['DepositAssigned', 'O1-1', '50'],
      ['DepositAssigned', 'O1-2', '10'],
    ];
    expect(parts(given(...two).when(assign('I1', '60')))).toEqual(taken);
    expect(given(...two, assign('I1', '60')).when(assign('I1', '60'))).toEqual([]);
    expect(parts(given(...two, assign('I1', '60')).when(assign('I2', '60')))).toEqual([
      ['DepositAssigned', 'O1-2', '20'],
    ]);
  });

  test('what an invoice does not hold is free again, once', () => {
    const set = [receive('A', '50'), assign('I1', '40')];
    expect(parts(given(...set).when(free('O1-1', 'I1', '25')))).toEqual([['DepositFreed', 'O1-1', '15']]);
    expect(given(...set, free('O1-1', 'I1', '25')).when(free('O1-1', 'I1', '25'))).toEqual([]);
  });

  test('what no invoice has is paid back when the order is closed, and by hand no more than that', () => {
    const set = [receive('A', '50'), receive('B', '30'), assign('I1', '60')];
    expect(parts(given(...set).when(atClose))).toEqual([['DepositRefunded', 'O1-2', '20']]);
    expect(given(...set, atClose).when(atClose)).toEqual([]);
    expect(parts(given(...set).when(byHand('O1-2', '21')))).toBe('DEPOSIT_EXCEEDED');
    expect(parts(given(...set).when(byHand('O1-1')))).toBe('DEPOSIT_EXCEEDED');
    expect(parts(given(...set).when(byHand('O1-2', '5')))).toEqual([['DepositRefunded', 'O1-2', '5']]);
    expect(parts(given(...set).when(byHand('O1-3')))).toBe('NOT_FOUND');
  });

  test('whatever happens, no more leaves a deposit than came in', () => {
    const [amount, invoice] = [fc.integer({ min: 0, max: 90 }).map(String), fc.constantFrom('I1', 'I2', 'I3')];
    const id = fc.constantFrom('O1-1', 'O1-2', 'O1-3');
    const command = fc.oneof(
      fc
        .tuple(fc.constantFrom('A', 'B', 'C'), fc.integer({ min: 1, max: 90 }).map(String))
        .map(([r, a]) => receive(r, a)),
      fc.tuple(invoice, amount).map(([i, a]) => assign(i, a)),
      fc.tuple(id, invoice, amount).map(([d, i, a]) => free(d, i, a)),
      fc.tuple(id, fc.option(amount, { nil: undefined })).map(([d, a]) => byHand(d, a)),
      fc.constant(atClose),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const state = stateAfter(...commands);
        for (const deposit of state.deposits) expect(leftOf(deposit)).toBeGreaterThanOrEqual(0n);
        expect(heldOf(state)).toBe(state.deposits.reduce((sum, each) => sum + leftOf(each), 0n));
      }),
    );
  });

  test('T01 cash against the deposit, and a refund the other way round', () => {
    const [received] = given().when(receive('A', '5000')) as readonly DepositEvent[];
    const [refunded] = given(receive('A', '5000')).when(byHand('O1-1', '2000')) as readonly DepositEvent[];
    const linesOf = (event: DepositEvent | undefined) => {
      const { templateId, declaredSource, lines } = onlyJournal(recorded(event as DepositEvent));
      return [templateId, declaredSource, lines.map(({ role, debit, credit }) => [role, debit, credit])];
    };
    expect(linesOf(received)).toEqual([
      ...['T01', 'deposit:O1-1'],
      [
        ['CASH_CLEARING', '5000', '0'],
        ['CUSTOMER_DEPOSIT', '0', '5000'],
      ],
    ]);
    expect(linesOf(refunded)).toEqual([
      ...['T01', 'deposit:O1-1'],
      [
        ['CASH_CLEARING', '0', '2000'],
        ['CUSTOMER_DEPOSIT', '2000', '0'],
      ],
    ]);
  });
});
