import { afterEach, describe, expect, test } from '@jest/globals';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { confirm, eventsOf, exposure, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('WO');

afterEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);
const owed = () => exposure(world, bu, 'C-1001');
const finance = (id: string) => world.as('finance', { actor: { kind: 'USER', id, roles: ['finance'] } });

/** Seven bearings: 87.14 with tax. One person may write off 50.00 of it. */
const invoiced = async (): Promise<string> => {
  await must(world.app().defineBusinessUnit({ ...demoBusinessUnit, bu, writeOffLimit: '5000' }, world.as('admin')));
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', `R-${bu}`);
  const { orderId } = await submit({
    lines: [{ lineId: '10', item: 'BRG-6204', qty: '7', uom: 'EA' }],
  });
  await world.settle();
  const shipmentId = (await releases()).at(-1)?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, `C-${bu}`, [{ lineId: '10', qty: '7' }]));
  await world.settle();
  return (await events('InvoiceIssued'))[0]?.data.invoiceId ?? '';
};

const pay = async (invoiceId: string, amount: string, by = 'kim') => {
  const input = { invoiceId, amount, reference: `B${amount}`, currency: 'USD', paidAt: '2026-11-23T15:00:00.000Z' };
  await must(world.app().recordPayment(input, finance(by)));
  await world.settle();
};
const writeOff = (invoiceId: string, more: { readonly amount?: string; readonly ifMatch?: number } = {}, by = 'lee') =>
  world.app().writeOffInvoice({ invoiceId, cause: 'BAD_DEBT', reason: 'insolvent', ...more }, finance(by));

describe('a write-off', () => {
  test('takes all that is open, once, and it is owed no more', async () => {
    const invoiceId = await invoiced();
    const before = await owed();
    await pay(invoiceId, '8000');
    expect(await must(writeOff(invoiceId))).toMatchObject({ invoiceId, amount: '714' });
    await world.settle();
    expect(await owed()).toBe(before - 8714n);
    expect(await events('InvoiceWrittenOff')).toMatchObject([
      { data: { amount: '714', cause: 'BAD_DEBT', writtenOffOn: '2026-11-23', writtenOffBy: 'lee' } },
    ]);
    expect(await writeOff(invoiceId)).toMatchObject({ refusal: { refused: 'WRITE_OFF_EXCEEDS_OPEN' } });
    expect(world.problems).toEqual([]);
  });

  test('is not for who recorded a payment, and not of another revision than was looked at', async () => {
    const invoiceId = await invoiced();
    await pay(invoiceId, '8000', 'lee');
    expect(await writeOff(invoiceId)).toMatchObject({ refusal: { refused: 'SOD_VIOLATION' } });
    expect(await writeOff(invoiceId, { ifMatch: 0 }, 'pat')).toMatchObject({
      refusal: { refused: 'REVISION_MISMATCH' },
    });
    expect(await writeOff('01JD0000000000000000000009')).toMatchObject({ refusal: { refused: 'NOT_FOUND' } });
  });

  test('O-34 above the limit in all needs somebody else, who recorded no payment either, and once for each', async () => {
    const invoiceId = await invoiced();
    await pay(invoiceId, '100');
    await must(writeOff(invoiceId, { amount: '4000' }));
    const refused = await writeOff(invoiceId, { amount: '1500' });
    if (refused.kind !== 'refused') throw new Error('it was carried out');
    expect(refused.refusal).toMatchObject({ refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'lee' } });
    const { approvalId, payloadSha256 } = refused.refusal.data as { approvalId: string; payloadSha256: string };
    const decision = { approvalId, payloadSha256, decision: 'GRANT' as const, reason: 'seen the court order' };
    // O-32: to somebody of another business unit there is no such approval.
    expect(await world.app().decideApproval({ ...decision, bus: ['ELSEWHERE'] }, finance('pat'))).toMatchObject({
      refusal: { refused: 'NOT_FOUND' },
    });
    for (const id of ['lee', 'kim'])
      expect(await world.app().decideApproval(decision, finance(id))).toMatchObject({
        refusal: { refused: 'SOD_VIOLATION' },
      });
    await must(world.app().decideApproval(decision, finance('pat')));
    // What was agreed to is that amount, and no other.
    expect(await writeOff(invoiceId, { amount: '1501' })).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED' } });
    await must(writeOff(invoiceId, { amount: '1500' }));
    expect((await events('InvoiceWrittenOff')).map(({ data }) => data.approvalId)).toEqual([undefined, approvalId]);
    expect(await writeOff(invoiceId, { amount: '1500' })).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED' } });
  });

  test('is taken back by what is paid after all, and owed neither twice nor not at all', async () => {
    const invoiceId = await invoiced();
    const before = await owed();
    await must(writeOff(invoiceId, { amount: '4000' }));
    await world.settle();
    expect(await owed()).toBe(before - 4000n);
    await pay(invoiceId, '7000');
    expect((await events('WriteOffReversed')).map(({ data }) => [data.amount, data.because])).toEqual([
      ['2286', 'INVOICE_PAID'],
    ]);
    expect(await owed()).toBe(before - 8714n);
  });

  test.each(['the write-off', 'its end'])('counts once when the worker is killed behind %s', async (which) => {
    const invoiceId = await invoiced();
    const before = await owed();
    let left = which === 'its end' ? 2 : 1;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        if ((command as { readonly type?: string }).type !== 'SettleReceivable') return executed;
        left -= 1;
        if (left === 0) throw new Killed('SettleReceivable');
        return executed;
      };
    await must(writeOff(invoiceId, { amount: '4000' }));
    await world.settle();
    await must(world.app().voidInvoice({ invoiceId, reason: 'wrong customer' }, world.as('finance')));
    await world.settle();
    expect(left).toBeLessThanOrEqual(0);
    // Its goods are reserved again, and nothing is owed for it.
    expect(await owed()).toBe(before - 8714n + 8050n);
    world.problems.length = 0;
  });
});
