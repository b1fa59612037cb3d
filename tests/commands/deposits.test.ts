import { afterEach, describe, expect, test } from '@jest/globals';
import { depositDecider, heldOf } from '../../domain/deposit/deposit.ts';
import { streamName } from '../../domain/eventLog.ts';
import { confirm, eventsOf, exposure, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('DP');

afterEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);
const amounts = async (type: 'DepositApplied' | 'DepositReleased' | 'DepositRefunded') =>
  (await eventsOf(world, bu)).flatMap((event) =>
    event.type === type ? [(event.data as { readonly amount: string }).amount] : [],
  );

/** Ten bearings come to 124.49 with tax; seven of them to 87.14 and three to 37.35. */
const ordered = async (qty = '10'): Promise<string> => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', qty, `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  return orderId;
};

let confirmations = 0;
const ship = async (orderId: string, qty: string): Promise<void> => {
  const shipmentId = (await releases()).at(-1)?.shipmentId ?? '';
  confirmations += 1;
  await must(confirm(world, shipmentId, orderId, `C${confirmations}`, [{ lineId: '10', qty }]));
  await world.settle();
};

const paid = (orderId: string, amount: string, reference = `BANK-${orderId}-${amount}`) => ({
  ...{ orderId, amount, reference, currency: 'USD', receivedAt: '2026-11-23T15:00:00.000Z' },
});
const deposit = async (orderId: string, amount: string) => {
  const value = await must(world.app().recordDeposit(paid(orderId, amount), world.as('finance')));
  await world.settle();
  return value;
};
const held = async (orderId: string): Promise<bigint> => {
  const { state } = await world.executor().load(depositDecider, streamName('deposit', bu, orderId));
  return heldOf(state);
};
const owed = () => exposure(world, bu, 'C-1001');
const invoiceIds = async () => (await events('InvoiceIssued')).map(({ data }) => data.invoiceId);

describe('a deposit', () => {
  test('lowers the exposure, goes to the invoices of its order as they are issued, and what is left goes back', async () => {
    const orderId = await ordered();
    const before = await owed();
    const { depositId } = await deposit(orderId, '13000');
    expect(await owed()).toBe(before - 13000n);
    await ship(orderId, '7');
    await ship(orderId, '3');
    expect(await amounts('DepositApplied')).toEqual(['8714', '3735']);
    expect(await events('DepositRefunded')).toMatchObject([
      { data: { depositId, amount: '551', cause: 'ORDER_CLOSED', refundedOn: '2026-11-23' } },
    ]);
    expect(await events('OrderClosed')).toHaveLength(1);
    expect(await held(orderId)).toBe(0n);
    expect(await owed()).toBe(0n);
    expect(world.problems).toEqual([]);
  });

  test('that comes after the invoices is theirs, the oldest first', async () => {
    const orderId = await ordered();
    await ship(orderId, '7');
    await ship(orderId, '3');
    await deposit(orderId, '10000');
    expect((await events('DepositApplied')).map(({ data }) => [data.invoiceId, data.amount])).toEqual([
      [(await invoiceIds())[0], '8714'],
      [(await invoiceIds())[1], '1286'],
    ]);
    expect(await owed()).toBe(12449n - 10000n);
  });

  test('of a voided invoice is there for the next one, and the books and the account say so', async () => {
    const orderId = await ordered();
    await deposit(orderId, '9000');
    await ship(orderId, '7');
    expect(await held(orderId)).toBe(286n);
    const before = await owed();
    const [invoiceId = ''] = await invoiceIds();
    await must(world.app().voidInvoice({ invoiceId, reason: 'wrong price' }, world.as('finance')));
    await world.settle();
    expect(await amounts('DepositReleased')).toEqual(['8714']);
    expect(await held(orderId)).toBe(9000n);
    // Its goods are reserved again, and no longer owed; the deposit is held again.
    expect(await owed()).toBe(before + 8050n - 8714n);
    await ship(orderId, '3');
    expect(await amounts('DepositApplied')).toEqual(['8714', '3735']);
    expect(await events('DepositRefunded')).toEqual([]);
  });

  test('that a credit memo frees goes back when the order is closed', async () => {
    const orderId = await ordered();
    await deposit(orderId, '12449');
    await ship(orderId, '10');
    expect(await events('DepositRefunded')).toEqual([]);
    const [invoiceId = ''] = await invoiceIds();
    const asked = {
      invoiceId,
      cause: 'RETURN' as const,
      reason: 'r',
      lines: [{ invoiceLineId: '1', qty: '2' }],
      charges: [],
    };
    await must(world.app().creditInvoice(asked, world.as('finance')));
    await world.settle();
    expect(await amounts('DepositReleased')).toEqual(['2490']);
    expect(await amounts('DepositRefunded')).toEqual(['2490']);
    expect(await owed()).toBe(0n);
  });

  test('is paid back by hand as far as no invoice has it, and all of it with a cancelled order', async () => {
    const orderId = await ordered();
    const { depositId } = await deposit(orderId, '9000');
    const refund = (amount: string) =>
      world.app().refundDeposit({ depositId, amount, reason: 'asked' }, world.as('finance'));
    await must(refund('1000'));
    await world.settle();
    expect(await refund('8001')).toMatchObject({ refusal: { refused: 'DEPOSIT_EXCEEDED' } });
    expect(await held(orderId)).toBe(8000n);
    await must(world.app().cancelOrder({ orderId, reason: 'no longer needed' }, world.as('channel')));
    await world.settle();
    expect(await amounts('DepositRefunded')).toEqual(['1000', '8000']);
    expect(await owed()).toBe(0n);
  });

  test('is recorded once for ever, whoever says it again, and other content under its reference is refused', async () => {
    const orderId = await ordered();
    const say = (amount: string) => world.app().recordDeposit(paid(orderId, amount, 'BANK-1'), world.as('finance'));
    const all = await Promise.all([say('500'), say('500'), say('500')]);
    expect(new Set(all.map((each) => JSON.stringify(each.kind === 'done' && each.value))).size).toBe(1);
    expect(await events('DepositReceived')).toHaveLength(1);
    expect(await say('600')).toMatchObject({ refusal: { refused: 'BUSINESS_KEY_REUSED' } });
    const other = { ...paid(orderId, '500', 'BANK-2'), currency: 'EUR', receivedAt: '2027-01-01T00:00:00.000Z' };
    expect(await world.app().recordDeposit(other, world.as('finance'))).toMatchObject({
      violations: [{ code: 'DATE_TOO_FAR' }, { code: 'CURRENCY_MISMATCH' }],
    });
  });

  test.each([
    'AssignDeposits',
    'ApplyDeposit',
    'FreeDeposit',
    'RefundDeposits',
    'HoldDeposits',
    'SettleReceivable',
  ])('goes where it belongs once when the worker is killed behind %s', async (type) => {
    const orderId = await ordered();
    await deposit(orderId, '13000');
    let isKilled = false;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        if (isKilled || (command as { readonly type?: string }).type !== type) return executed;
        isKilled = true;
        throw new Killed(type);
      };
    await ship(orderId, '10');
    await world.settle();
    expect(isKilled).toBe(true);
    expect(await amounts('DepositApplied')).toEqual(['12449']);
    expect(await amounts('DepositRefunded')).toEqual(['551']);
    expect(await owed()).toBe(0n);
    world.problems.length = 0;
  });
});
