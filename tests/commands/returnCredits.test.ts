import { afterEach, describe, expect, test } from '@jest/globals';
import { expireReturns } from '../../commands/workers/returnDeadlines.ts';
import type { EventType } from '../../domain/events.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import type { BusinessUnitDefined, ReturnPolicy } from '../../domain/masterData/events.ts';
import type { Disposition } from '../../domain/returns/events.ts';
import { confirm, eventsOf, exposure, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('RCR');

afterEach(() => {
  delete world.between.execute;
});

const item = 'BRG-6204';
const at = '2026-11-23T14:30:00.000Z';
const events = async <T extends EventType>(type: T) => ofType(await eventsOf(world, bu), type);

/** Ten bearings left in so many at a time, each billed by an invoice of its own. */
const shipped = async (...sizes: readonly string[]) => {
  await receive(world, bu, 'DC-EAST', item, '10', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  for (const [index, qty] of sizes.entries()) {
    await must(confirm(world, shipmentId, orderId, `C${index + 1}`, [{ lineId: '10', qty }]));
    await world.settle();
  }
  return { orderId, shipmentId };
};

type Of = Awaited<ReturnType<typeof shipped>>;

const authorise = async (of: Of, qty: string, by = 'channel') => {
  const lines = [{ shipmentLineId: '10', qty, reason: 'NO_LONGER_NEEDED' as const }];
  return (await must(world.app().authoriseReturn({ ...of, lines }, world.as(by)))).rmaId;
};

const receiveBack = (rmaId: string, receiptId: string, qty: string) =>
  must(
    world
      .app()
      .recordReturnReceipt(
        { rmaId, receiptId, receivedAt: at, lines: [{ shipmentLineId: '10', qty }], others: [] },
        world.as('warehouse'),
      ),
  );

const inspect = (rmaId: string, inspectionId: string, parts: Readonly<Partial<Record<Disposition, string>>>) => {
  const lines = Object.entries(parts).map(([disposition, qty]) => ({
    ...{ shipmentLineId: '10', qty, disposition: disposition as Disposition },
  }));
  return must(world.app().inspectReturn({ rmaId, inspectionId, inspectedAt: at, lines }, world.as('warehouse')));
};

const sendBack = async (of: Of, qty: string) => {
  const rmaId = await authorise(of, qty);
  await receiveBack(rmaId, 'RC1', qty);
  await inspect(rmaId, 'IN1', { RESTOCK: qty });
  return rmaId;
};

const defineUnit = (changes: Partial<BusinessUnitDefined['data']>) =>
  must(world.app().defineBusinessUnit({ ...demoBusinessUnit, bu, ...changes }, world.as('admin')));

const terms = (restockingFee: ReturnPolicy['restockingFee']) =>
  defineUnit({ returns: { windowDays: 90, validDays: 30, ...(restockingFee && { restockingFee }) } });

describe('what came back and was looked at', () => {
  test('is given back at the price, discount and tax it was billed at, and owed no more', async () => {
    const of = await shipped('10');
    const owed = await exposure(world, bu, 'C-1001');
    const rmaId = await sendBack(of, '2');
    await world.settle();
    const [invoice] = await events('InvoiceIssued');
    const [memo] = await events('CreditMemoIssued');
    expect(memo?.data).toMatchObject({
      ...{ invoiceId: invoice?.data.invoiceId, cause: 'RETURN', returnId: rmaId, number: 'CM-000001' },
      totals: { gross: '2500', discount: '200', tax: '190', total: '2490' },
    });
    expect(await events('ReturnCredited')).toMatchObject([
      {
        data: {
          ...{ rmaId, creditMemoId: memo?.data.creditMemoId, number: 'CM-000001', total: '2490', restockingFee: '0' },
          lines: [{ shipmentLineId: '10', lineId: '10', qty: '2', net: '2300', tax: '190' }],
        },
      },
    ]);
    expect(await exposure(world, bu, 'C-1001')).toBe(owed - 2490n);
    expect(world.problems).toEqual([]);
  });

  test('is on the credit memos of the invoices that billed it, inspection by inspection, what is kept included', async () => {
    const of = await shipped('4', '6');
    const rmaId = await authorise(of, '6');
    await receiveBack(rmaId, 'RC1', '3');
    await inspect(rmaId, 'IN1', { RESTOCK: '1', SCRAP: '1' });
    await world.settle();
    await inspect(rmaId, 'IN2', { QUARANTINE: '1', KEEP: '2' });
    await receiveBack(rmaId, 'RC2', '1');
    await inspect(rmaId, 'IN3', { RETURN_TO_VENDOR: '1' });
    await world.settle();
    const invoiceIds = (await events('InvoiceIssued')).map(({ data }) => data.invoiceId);
    const credited = await events('ReturnCredited');
    const qtyOf = (invoiceId: string | undefined) =>
      credited
        .filter(({ data }) => data.invoiceId === invoiceId)
        .reduce((sum, { data }) => sum + BigInt(data.lines[0]?.qty ?? '0'), 0n);
    expect(invoiceIds.map(qtyOf)).toEqual([4n, 2n]);
    expect(credited[0]?.data.lines).toMatchObject([{ qty: '2' }]);
    expect(new Set(credited.map(({ data }) => data.creditMemoId)).size).toBe(credited.length);
  });

  test('less the fee of the day on which it was authorised, for what there was work with', async () => {
    await terms({ ratePct: '10', reasons: ['NO_LONGER_NEEDED'] });
    const of = await shipped('10');
    const rmaId = await authorise(of, '2');
    await terms(undefined);
    await receiveBack(rmaId, 'RC1', '1');
    await inspect(rmaId, 'IN1', { RESTOCK: '1', KEEP: '1' });
    await world.settle();
    const [memo] = await events('CreditMemoIssued');
    expect(memo?.data).toMatchObject({
      charges: [{ code: 'RESTOCKING_FEE', amount: '-115' }],
      totals: { gross: '2500', discount: '200', charges: '-115', total: '2375' },
    });
    expect(await events('ReturnCredited')).toMatchObject([
      { data: { total: '2375', restockingFee: '115', lines: [{ fee: '115' }] } },
    ]);
  });

  test('is never given back beyond what is in returns, whatever people credit by hand', async () => {
    const of = await shipped('10');
    const invoiceId = (await events('InvoiceIssued'))[0]?.data.invoiceId ?? '';
    const byHand = { invoiceId, cause: 'RETURN', reason: 'by hand', charges: [] } as const;
    await must(
      world.app().creditInvoice({ ...byHand, lines: [{ invoiceLineId: '1', qty: '2' }] }, world.as('finance')),
    );
    await sendBack(of, '3');
    await world.settle();
    expect(await events('ReturnCredited')).toMatchObject([{ data: { lines: [{ qty: '1' }] } }]);
    expect(world.problems).toEqual([]);
  });

  test.each([
    'DraftCreditMemo',
    'AssignNumber',
    'IssueCreditMemo',
    'RecordCredit',
  ])('is given back once when the worker is killed behind %s', async (type) => {
    const of = await shipped('10');
    let kills = 0;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const executed = await real(decider, stream, command, context, options);
        if (kills > 1 || (command as { readonly type?: string }).type !== type) return executed;
        kills += 1;
        throw new Killed(type);
      };
    await sendBack(of, '2');
    await world.settle();
    expect(kills).toBeGreaterThan(0);
    expect(await events('CreditMemoIssued')).toMatchObject([{ data: { number: 'CM-000001' } }]);
    expect(await events('ReturnCredited')).toHaveLength(1);
    world.problems.length = 0;
  });
});

describe('4.12 above the limit of what one person may credit', () => {
  const asked = async () => {
    const requests = ofType(await eventsOf(world, 'operations'), 'ApprovalRequested');
    return requests.filter(({ data }) => data.subject.kind === 'return').map(({ data }) => data);
  };
  const decide = async (decision: 'GRANT' | 'DENY', by: string) => {
    const { approvalId = '', payloadSha256 = '' } = (await asked()).at(-1) ?? {};
    const context = { ...world.as('finance'), actor: { kind: 'USER', id: by, roles: ['finance'] } } as const;
    return world.app().decideApproval({ approvalId, decision, reason: 'seen', payloadSha256 }, context);
  };

  test('a return waits for somebody else than whoever authorised it', async () => {
    await defineUnit({ creditMemoLimit: '1000' });
    const of = await shipped('10');
    const rmaId = await authorise(of, '2', 'kim');
    await receiveBack(rmaId, 'RC1', '2');
    await inspect(rmaId, 'IN1', { RESTOCK: '2' });
    await world.settle();
    expect(await events('CreditMemoDrafted')).toEqual([]);
    expect((await asked()).at(-1)).toMatchObject({
      ...{ duty: 'CREDIT_MEMO', subject: { kind: 'return', id: rmaId }, involved: ['kim'] },
      ...{ link: `/v1/returns/${rmaId}`, limit: { allowed: '1000', asked: '2490' }, aboutBu: bu },
    });
    expect(await decide('GRANT', 'kim')).toMatchObject({ kind: 'refused', refusal: { refused: 'SOD_VIOLATION' } });
    expect(await decide('GRANT', 'lee')).toMatchObject({ kind: 'done' });
    await world.settle();
    expect(await events('ReturnCredited')).toMatchObject([{ data: { rmaId, total: '2490' } }]);
    expect(world.problems).toEqual([]);
  });

  test('a "no" is the end of it', async () => {
    await defineUnit({ creditMemoLimit: '1000' });
    const rmaId = await sendBack(await shipped('10'), '2');
    await world.settle();
    expect(await decide('DENY', 'lee')).toMatchObject({ kind: 'done' });
    await world.settle();
    expect(await events('CreditMemoDrafted')).toEqual([]);
    expect((await asked()).filter(({ subject }) => subject.id === rmaId)).toHaveLength(1);
  });
});

describe('what comes back of an invoice', () => {
  test('that a deposit paid is the deposit again, and goes back to the customer of a closed order', async () => {
    const of = await shipped('10');
    const deposit = { orderId: of.orderId, amount: '12449', reference: `D-${bu}`, currency: 'USD', receivedAt: at };
    await must(world.app().recordDeposit(deposit, world.as('finance')));
    await world.settle();
    await sendBack(of, '2');
    await world.settle();
    expect((await events('ReturnCredited')).map(({ data }) => data.total)).toEqual(['2490']);
    expect((await events('DepositReleased')).map(({ data }) => data.amount)).toEqual(['2490']);
    expect((await events('DepositRefunded')).map(({ data }) => data.amount)).toEqual(['2490']);
    expect(await exposure(world, bu, 'C-1001')).toBe(0n);
    expect(world.problems).toEqual([]);
  });

  test('that was written off was not lost, and nothing is owed to the customer for it', async () => {
    const of = await shipped('10');
    const [invoice] = await events('InvoiceIssued');
    const lost = { invoiceId: invoice?.data.invoiceId ?? '', cause: 'BAD_DEBT' as const, reason: 'insolvent' };
    const writeOff = () => world.app().writeOffInvoice(lost, world.as('finance'));
    const asked = await writeOff();
    if (asked.kind !== 'refused') throw new Error('one person wrote it off alone');
    const { approvalId, payloadSha256 } = asked.refusal.data as { approvalId: string; payloadSha256: string };
    const decision = { approvalId, payloadSha256, decision: 'GRANT', reason: 'seen' } as const;
    const lee = { actor: { kind: 'USER', id: 'lee', roles: ['finance'] } } as const;
    await must(world.app().decideApproval(decision, world.as('finance', lee)));
    await must(writeOff());
    await world.settle();
    await sendBack(of, '2');
    await world.settle();
    expect((await events('ReturnCredited')).map(({ data }) => data.total)).toEqual(['2490']);
    expect((await events('WriteOffReversed')).map(({ data }) => data.amount)).toEqual(['2490']);
    expect(await exposure(world, bu, 'C-1001')).toBe(0n);
    expect(world.problems).toEqual([]);
  });
});

describe('a return that is not received within its days', () => {
  const expireAt = async (day: string, rmaId: string) => {
    const due = async () => [{ bu, rmaId }];
    return expireReturns({
      executor: world.executor(),
      catalog: world.catalog,
      due,
      clock: () => `${day}T12:00:00.000Z`,
    });
  };

  test('expires by itself, once, and its goods may be returned once more', async () => {
    const of = await shipped('10');
    const rmaId = await authorise(of, '10');
    const { expiresOn = '' } = (await events('ReturnAuthorised'))[0]?.data ?? {};
    expect(await expireAt(expiresOn, rmaId)).toBe(0);
    expect(await Promise.all([expireAt('2027-02-01', rmaId), expireAt('2027-02-01', rmaId)])).toEqual(
      expect.arrayContaining([1]),
    );
    await world.settle();
    expect(await events('ReturnExpired')).toHaveLength(1);
    await authorise(of, '10');
  });

  test('is closed when some of it came, and not before that was looked at', async () => {
    const of = await shipped('10');
    const rmaId = await authorise(of, '5');
    await receiveBack(rmaId, 'RC1', '2');
    expect(await expireAt('2027-02-01', rmaId)).toBe(0);
    await inspect(rmaId, 'IN1', { SCRAP: '2' });
    expect(await expireAt('2027-02-01', rmaId)).toBe(1);
    await world.settle();
    expect(await events('ReturnClosed')).toMatchObject([{ data: { closedBy: 'returns', lines: [{ freedQty: '3' }] } }]);
    expect(await events('ReturnCredited')).toMatchObject([{ data: { lines: [{ qty: '2' }] } }]);
  });
});
