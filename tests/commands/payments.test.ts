import { afterEach, describe, expect, test } from '@jest/globals';
import { confirm, eventsOf, exposure, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('PY');

afterEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);
const owed = () => exposure(world, bu, 'C-1001');

/** Seven of ten bearings: 87.14 with tax. The other three wait in the warehouse. */
const invoiced = async (): Promise<{ readonly orderId: string; readonly invoiceId: string }> => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases()).at(-1)?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, `C-${bu}`, [{ lineId: '10', qty: '7' }]));
  await world.settle();
  return { orderId, invoiceId: (await events('InvoiceIssued'))[0]?.data.invoiceId ?? '' };
};

const payment = (invoiceId: string, amount: string, reference = `BANK-${amount}`) => ({
  ...{ invoiceId, amount, reference, currency: 'USD', paidAt: '2026-11-23T15:00:00.000Z' },
});
const record = (input: ReturnType<typeof payment>, ifMatch?: number) =>
  world.app().recordPayment({ ...input, ...(ifMatch === undefined ? {} : { ifMatch }) }, world.as('finance'));
const pay = async (invoiceId: string, amount: string) => {
  const value = await must(record(payment(invoiceId, amount)));
  await world.settle();
  return value;
};

describe('a payment', () => {
  test('lowers what is owed as long as the ERP tells nothing, and what comes back is owed again', async () => {
    const { invoiceId } = await invoiced();
    const before = await owed();
    await pay(invoiceId, '5000');
    expect(await owed()).toBe(before - 5000n);
    await pay(invoiceId, '-2000');
    expect(await owed()).toBe(before - 3000n);
    expect(await record(payment(invoiceId, '-3001'))).toMatchObject({ refusal: { refused: 'PAYMENT_EXCEEDED' } });
    expect(await events('ReceivableSettled')).toMatchObject([
      { data: { invoiceId, cause: 'PAYMENT', amount: '5000' } },
      { data: { invoiceId, cause: 'PAYMENT', amount: '-2000' } },
    ]);
    expect(world.problems).toEqual([]);
  });

  test('leaves a deposit what is open of the invoice', async () => {
    const { orderId, invoiceId } = await invoiced();
    await pay(invoiceId, '5000');
    const deposit = { orderId, amount: '9000', reference: `D-${bu}`, currency: 'USD' };
    const receivedAt = '2026-11-23T15:00:00.000Z';
    await must(world.app().recordDeposit({ ...deposit, receivedAt }, world.as('finance')));
    await world.settle();
    expect((await events('DepositApplied')).map(({ data }) => data.amount)).toEqual(['3714']);
  });

  test('is recorded once for ever at its invoice, and other content under its reference is refused', async () => {
    const { invoiceId } = await invoiced();
    const say = (amount: string) => record(payment(invoiceId, amount, 'BANK-1'));
    const all = await Promise.all([say('500'), say('500'), say('500')]);
    expect(new Set(all.map((each) => JSON.stringify(each.kind === 'done' && each.value))).size).toBe(1);
    expect(await events('PaymentRecorded')).toHaveLength(1);
    expect(await say('600')).toMatchObject({ refusal: { refused: 'BUSINESS_KEY_REUSED' } });
  });

  test('of another currency or time, or on another revision than was meant, is none', async () => {
    const { invoiceId } = await invoiced();
    const other = { ...payment(invoiceId, '500'), currency: 'EUR', paidAt: '2027-01-01T00:00:00.000Z' };
    expect(await record(other)).toMatchObject({
      violations: [{ code: 'DATE_TOO_FAR' }, { code: 'CURRENCY_MISMATCH' }],
    });
    expect(await record(payment(invoiceId, '500'), 0)).toMatchObject({ refusal: { refused: 'REVISION_MISMATCH' } });
    const paid = await record(payment(invoiceId, '500'));
    const revision = paid.kind === 'done' ? paid.receipt.revision : -1;
    expect(await record(payment(invoiceId, '600'), revision)).toMatchObject({ kind: 'done' });
    // Said again, it is answered again, whatever happened to the invoice since.
    expect(await record(payment(invoiceId, '600'), revision)).toMatchObject({ kind: 'done' });
    expect(await events('PaymentRecorded')).toHaveLength(2);
    expect(await record(payment('01JD0000000000000000000009', '500'))).toMatchObject({
      refusal: { refused: 'NOT_FOUND' },
    });
  });

  test('counts once when the worker is killed behind it', async () => {
    const { invoiceId } = await invoiced();
    const before = await owed();
    let isKilled = false;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        if (isKilled || (command as { readonly type?: string }).type !== 'SettleReceivable') return executed;
        isKilled = true;
        throw new Killed('SettleReceivable');
      };
    await pay(invoiceId, '5000');
    await world.settle();
    expect(isKilled).toBe(true);
    expect(await owed()).toBe(before - 5000n);
    world.problems.length = 0;
  });
});
