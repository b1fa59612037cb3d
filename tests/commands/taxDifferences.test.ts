import { afterEach, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../commands/application.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { confirm, eventsOf, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('TD');

afterEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);
const finance = (id: string) => world.as('finance', { actor: { kind: 'USER', id, roles: ['finance'] } });
const docOf = async () => (await events('InvoiceIssued'))[0]?.data.taxDocCode ?? '';

/** Ten bearings, taxed 9.49. */
const invoiced = async (): Promise<string> => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const [release] = await releases();
  await must(confirm(world, release?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '10' }]));
  await world.settle();
  return (await events('InvoiceIssued'))[0]?.data.invoiceId ?? '';
};

/** Somebody changed it there, and the engine is asked. */
const corrected = async (invoiceId: string, tax: string, creditMemoId?: string): Promise<void> => {
  world.partners.seen.taxDocuments.set(creditMemoId ?? (await docOf()), tax);
  const of = creditMemoId === undefined ? {} : { creditMemoId };
  await must(world.app().requestTaxCheck({ invoiceId, ...of }, finance('lee')));
  await world.settle();
};

const accept = (
  invoiceId: string,
  difference: string,
  more: { creditMemoId?: string; ifMatch?: number } = {},
  by = 'lee',
) => world.app().acceptTaxMismatch({ invoiceId, difference, reason: 'rounded there', ...more }, finance(by));

const agree = async (outcome: Outcome<object>, by: string) => {
  if (outcome.kind !== 'refused') throw new Error('it was carried out');
  const { approvalId, payloadSha256 } = outcome.refusal.data as { approvalId: string; payloadSha256: string };
  const decision = { approvalId, payloadSha256, decision: 'GRANT' as const, reason: 'seen there' };
  return world.app().decideApproval(decision, finance(by));
};

describe('a difference of tax', () => {
  test('4.12 takes a second person, who agrees to that amount and to no later one', async () => {
    const invoiceId = await invoiced();
    await corrected(invoiceId, '955');
    const asked = await accept(invoiceId, '6');
    expect(asked).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'lee' } } });
    expect(await agree(asked, 'lee')).toMatchObject({ refusal: { refused: 'SOD_VIOLATION' } });
    await must(agree(asked, 'pat'));
    expect(await accept(invoiceId, '7')).toMatchObject({ refusal: { refused: 'TAX_DIFFERENCE_CHANGED' } });
    const done = await Promise.all([accept(invoiceId, '6'), accept(invoiceId, '6')]);
    expect(done.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    expect(await events('TaxMismatchAccepted')).toMatchObject([
      { data: { invoiceId, difference: '6', acceptedBy: 'lee', approvalId: expect.any(String) } },
    ]);
    await corrected(invoiceId, '961');
    expect(await accept(invoiceId, '6')).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED' } });
    expect(world.problems).toEqual([]);
  });

  test('O-34 is accepted alone up to the limit of the business unit, and only where the rules post it', async () => {
    const raised = { ...demoBusinessUnit, bu, taxDifferenceLimit: '10' };
    const asked = await world.app().defineBusinessUnit(raised, finance('lee'));
    expect(asked).toMatchObject({ refusal: { refused: 'APPROVAL_REQUIRED' } });
    await must(agree(asked, 'pat'));
    await must(world.app().defineBusinessUnit(raised, finance('lee')));
    const invoiceId = await invoiced();
    await corrected(invoiceId, '955');
    await must(accept(invoiceId, '6'));
    await corrected(invoiceId, '961');
    expect(await accept(invoiceId, '6')).toMatchObject({
      refusal: { refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'lee' } },
    });
    const templates = demoPostingRules.templates.filter((each) => each !== 'T23');
    await must(world.app().publishPostingRules({ ...demoPostingRules, bu, templates }, world.as('admin')));
    expect(await accept(invoiceId, '6')).toMatchObject({ refusal: { refused: 'TEMPLATE_NOT_IN_FORCE' } });
    expect(await events('TaxMismatchAccepted')).toHaveLength(1);
  });

  test('is over when the engine has put it right and is asked again, whoever is killed meanwhile', async () => {
    const invoiceId = await invoiced();
    await corrected(invoiceId, '955');
    let kills = 1;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        if ((command as { readonly type?: string }).type !== 'RecordTaxCommit' || kills === 0) return executed;
        kills -= 1;
        throw new Killed('RecordTaxCommit');
      };
    await corrected(invoiceId, '949');
    expect(kills).toBe(0);
    expect((await events('TaxCommitted')).map(({ data }) => data.tax)).toEqual(['949', '949']);
    expect(await accept(invoiceId, '6')).toMatchObject({ refusal: { refused: 'TAX_NOT_MISMATCHED' } });
    world.problems.length = 0;
  });

  test('ends with a void of the invoice, which names all that was accepted', async () => {
    const invoiceId = await invoiced();
    await corrected(invoiceId, '955');
    const asked = await accept(invoiceId, '6');
    await must(agree(asked, 'pat'));
    await must(accept(invoiceId, '6'));
    await must(world.app().voidInvoice({ invoiceId, reason: 'wrong customer' }, world.as('finance')));
    await world.settle();
    const [accepted] = await events('TaxMismatchAccepted');
    const { eventId, position } = accepted ?? {};
    expect(await events('InvoiceVoided')).toMatchObject([{ data: { taxAccepted: [{ eventId, position }] } }]);
    expect(await events('TaxVoided')).toHaveLength(1);
    expect(await accept(invoiceId, '6')).toMatchObject({ refusal: { refused: 'TAX_NOT_MISMATCHED' } });
    expect(await world.app().requestTaxCheck({ invoiceId }, finance('lee'))).toMatchObject({
      refusal: { refused: 'TAX_NOT_MISMATCHED' },
    });
    expect(world.problems).toEqual([]);
  });

  test('of a credit memo is asked and accepted by itself', async () => {
    const invoiceId = await invoiced();
    const lines = [{ invoiceLineId: '1', qty: '2' }];
    const memo = { invoiceId, cause: 'RETURN' as const, reason: 'damaged', lines, charges: [] };
    const { creditMemoId } = await must(world.app().creditInvoice(memo, world.as('finance')));
    await world.settle();
    await corrected(invoiceId, '-189', creditMemoId);
    expect((await events('CreditTaxCommitted')).map(({ data }) => [data.tax, data.difference])).toEqual([
      ['190', undefined],
      ['189', '-1'],
    ]);
    expect(await accept(invoiceId, '-1', {}, 'lee')).toMatchObject({ refusal: { refused: 'TAX_NOT_MISMATCHED' } });
    const asked = await accept(invoiceId, '-1', { creditMemoId });
    await must(agree(asked, 'pat'));
    expect(await must(accept(invoiceId, '-1', { creditMemoId }))).toMatchObject({ creditMemoId, difference: '-1' });
    await corrected(invoiceId, '-189', creditMemoId);
    expect(await events('CreditTaxCommitted')).toHaveLength(2);
    expect(world.problems).toEqual([]);
  });
});
