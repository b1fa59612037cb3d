import { afterEach, describe, expect, test } from '@jest/globals';
import type { CreditRequest } from '../../domain/invoice/creditCommands.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { confirm, eventsOf, exposure, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('CM');

afterEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);

/** The invoice of ten bearings, without charges: 115.00 and 9.49 of tax. */
const invoiced = async (): Promise<string> => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const [release] = await releases();
  await must(confirm(world, release?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '10' }]));
  await world.settle();
  return (await events('InvoiceIssued'))[0]?.data.invoiceId ?? '';
};

const asked = (invoiceId: string, qty: string, more: Partial<CreditRequest> = {}) => ({
  ...{ invoiceId, cause: 'RETURN' as const, reason: 'damaged', lines: [{ invoiceLineId: '1', qty }], charges: [] },
  ...more,
});
const credit = (invoiceId: string, qty: string, by = 'finance') =>
  world.app().creditInvoice(asked(invoiceId, qty), world.as(by));

describe('a credit memo', () => {
  test('gets its number and its date, goes to the tax engine as its own document, and is owed no more', async () => {
    const invoiceId = await invoiced();
    const owed = await exposure(world, bu, 'C-1001');
    const { creditMemoId } = await must(credit(invoiceId, '2'));
    await world.settle();
    const [issued] = await events('CreditMemoIssued');
    expect(issued?.data).toMatchObject({
      ...{ creditMemoId, invoiceId, number: 'CM-000001', issueDate: '2026-11-23', cause: 'RETURN' },
      totals: { gross: '2500', discount: '200', charges: '0', tax: '190', total: '2490' },
    });
    expect(await events('CreditTaxCommitted')).toMatchObject([{ data: { docCode: creditMemoId, tax: '190' } }]);
    expect(world.partners.seen.taxDocuments.get(creditMemoId)).toBe('-190');
    expect(await exposure(world, bu, 'C-1001')).toBe(owed - 2490n);
    const voided = await world.app().voidInvoice({ invoiceId, reason: 'r' }, world.as('finance'));
    expect(voided).toMatchObject({ kind: 'refused', refusal: { refused: 'INVOICE_NOT_VOIDABLE' } });
    expect(world.problems).toEqual([]);
  });

  test('is issued while the tax engine is away, and told once it is back', async () => {
    const invoiceId = await invoiced();
    world.partners.behaviour.down.add('tax');
    await must(credit(invoiceId, '1'));
    await world.settle(3);
    expect(await events('CreditMemoIssued')).toHaveLength(1);
    expect(await events('CreditTaxCommitFailed')).toMatchObject([{ data: { code: 'TAX_UNAVAILABLE' } }]);
    world.partners.behaviour.down.delete('tax');
    await world.settle();
    expect(await events('CreditTaxCommitted')).toHaveLength(1);
    world.problems.length = 0;
  });

  test('two at once give back no more than was billed', async () => {
    const invoiceId = await invoiced();
    const outcomes = await Promise.all(['6', '6', '5'].map((qty) => credit(invoiceId, qty)));
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'refused')).toMatchObject([
      { refusal: { refused: 'CREDIT_EXCEEDS_INVOICED' } },
      { refusal: { refused: 'CREDIT_EXCEEDS_INVOICED' } },
    ]);
    await world.settle();
    expect(await events('CreditMemoIssued')).toHaveLength(1);
  });

  test('the same command again is the same credit memo', async () => {
    const invoiceId = await invoiced();
    const context = world.as('finance');
    const first = await must(world.app().creditInvoice(asked(invoiceId, '2'), context));
    expect(await must(world.app().creditInvoice(asked(invoiceId, '2'), context))).toEqual(first);
    expect(await events('CreditMemoDrafted')).toHaveLength(1);
  });

  test.each([
    'AssignNumber',
    'IssueCreditMemo',
    'RecordCreditTaxCommit',
    'CreditReceivable',
  ])('is one document with one number when the worker is killed behind %s', async (type) => {
    const invoiceId = await invoiced();
    let isKilled = false;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        if (isKilled || (command as { readonly type?: string }).type !== type) return executed;
        isKilled = true;
        throw new Killed(type);
      };
    const owed = await exposure(world, bu, 'C-1001');
    const { creditMemoId } = await must(credit(invoiceId, '2'));
    await world.settle();
    expect(isKilled).toBe(true);
    const given = (await events('NumberAssigned')).filter(({ data }) => data.series === 'CM');
    expect(given.map(({ data }) => [data.documentId, data.number])).toEqual([[creditMemoId, 'CM-000001']]);
    expect(await events('CreditMemoIssued')).toMatchObject([{ data: { creditMemoId, number: 'CM-000001' } }]);
    expect(await events('CreditTaxCommitted')).toHaveLength(1);
    expect(await exposure(world, bu, 'C-1001')).toBe(owed - 2490n);
    world.problems.length = 0;
  });

  test('O-34 4.12 above the limit somebody else has to agree, once for each', async () => {
    const invoiceId = await invoiced();
    const limited = { ...demoBusinessUnit, bu, creditMemoLimit: '3000' };
    await must(world.app().defineBusinessUnit(limited, world.as('admin')));
    await must(credit(invoiceId, '2'));
    const refused = await credit(invoiceId, '1', 'kim');
    if (refused.kind !== 'refused') throw new Error('it was carried out');
    expect(refused.refusal).toMatchObject({ refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'kim' } });
    const { approvalId, payloadSha256 } = refused.refusal.data as { approvalId: string; payloadSha256: string };
    const decision = { approvalId, payloadSha256, decision: 'GRANT' as const, reason: 'seen the goods' };
    const finance = (id: string) => world.as('finance', { actor: { kind: 'USER', id, roles: ['finance'] } });
    expect(await world.app().decideApproval(decision, finance('kim'))).toMatchObject({ kind: 'refused' });
    await must(world.app().decideApproval(decision, finance('lee')));
    await must(credit(invoiceId, '1', 'kim'));
    expect((await events('CreditMemoDrafted')).map(({ data }) => data.approvalId)).toEqual([undefined, approvalId]);
    expect(await credit(invoiceId, '1', 'kim')).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED' } });
  });
});
