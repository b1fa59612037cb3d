import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openOf } from '../../../domain/invoice/settlement.ts';
import { checkJournal } from '../../../domain/ledger/checkJournal.ts';
import { revenuePolicies } from '../../../domain/ledger/revenuePolicy.ts';
import { decimal, extend, minor } from '../../../domain/money.ts';
import { onHandOf } from '../../../domain/stock/state.ts';
import { acceptedOrder } from '../invoice/sale.ts';
import { opened, periodsAfter } from './books.ts';
import { balanceOf, type FlowInvoice } from './flowBooks.ts';
import { lineFlow } from './lineFlow.ts';

type Flow = ReturnType<typeof lineFlow>;

const sixPlaces = (whole: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: whole }), fc.integer({ min: 0, max: 999_999 }))
    .map(([a, b]) => `${a}.${String(b).padStart(6, '0')}`);

/** Goods leave, and are billed, more often than anything else happens: it needs some that did. */
const step = fc.record({
  kind: fc.constantFrom(
    ...(['LEAVE', 'LEAVE', 'BILL', 'GIFT', 'ARRIVE', 'COST', 'ISSUE', 'ISSUE', 'ISSUE', 'TAX', 'PRICE'] as const),
    ...(['BACK', 'VOID', 'VOID', 'FOLLOW', 'VOID_SHIPMENT', 'VOID_SHIPMENT'] as const),
  ),
  which: fc.nat(5),
  size: fc.integer({ min: 1, max: 9 }),
  policy: fc.constantFrom(...revenuePolicies),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Of what was billed on its way and has arrived, the invoice is voided, and then the gift beyond the order is known. */
const rare = [
  ...(['USD', '12.500000', '6.000000', 5] as const),
  (['LEAVE', 'ISSUE', 'ARRIVE', 'VOID', 'FOLLOW', 'GIFT'] as const).map((kind): Step => {
    return { kind, which: 0, size: 7, policy: 'ON_DELIVERY' };
  }),
] as [string, string, string, number, Step[]];

const ofInvoice = (flow: Flow, invoice: FlowInvoice, { kind, size }: Step): void => {
  if (kind === 'ISSUE') invoice.issue();
  if (kind === 'TAX') invoice.acceptTax(BigInt(size - 5));
  if (kind === 'PRICE') invoice.credit({ amount: String(size) });
  if (kind === 'BACK') flow.comeBack(invoice);
  if (kind === 'VOID') invoice.void();
  if (kind === 'FOLLOW') invoice.takeBack('INVOICE_VOIDED');
};

const happens = (flow: Flow, step: Step): void => {
  const { kind, size, policy, which } = step;
  if (kind === 'LEAVE') flow.leave(policy, BigInt(size));
  if (kind === 'BILL' || kind === 'GIFT') flow.resolve(kind);
  if (kind === 'ARRIVE') flow.arrive();
  if (kind === 'COST') flow.correctCost(BigInt(size * 37 - 100));
  if (kind === 'VOID_SHIPMENT') flow.voidShipment();
  const invoice = flow.invoices[which % Math.max(1, flow.invoices.length)];
  if (invoice !== undefined) ofInvoice(flow, invoice, step);
};

/** Everything is decided about and has arrived, is billed or taken back. */
const finish = (flow: Flow): void => {
  for (const { takeBack } of flow.invoices) takeBack('INVOICE_VOIDED');
  while (flow.shipment().overshipments.some(({ resolution }) => resolution === null) && !flow.shipment().voided)
    flow.resolve('GIFT');
  flow.arrive();
  for (const { issue } of flow.invoices) issue();
};

const sum = <T>(all: readonly T[], amountOf: (each: T) => bigint): bigint =>
  all.reduce((total, each) => total + amountOf(each), 0n);

/** What each account has to hold in the end, by what the documents say. */
const expected = (flow: Flow) => {
  const lines = (invoice: FlowInvoice) => invoice.state().draft?.lines ?? [];
  const isStanding = ({ state }: FlowInvoice): boolean => state().issued !== null && !state().voided;
  const gone = flow.shipment().voided ? [] : flow.invoices;
  const unbilled = gone.filter((invoice) => !isStanding(invoice));
  const waiting = unbilled.filter(({ policy }) => policy === 'ON_INVOICE');
  const earned = unbilled.filter(({ policy }) => policy !== 'ON_INVOICE');
  const gifts = flow.shipment().voided
    ? []
    : flow.shipment().overshipments.filter(({ resolution }) => resolution?.outcome === 'GIFT');
  const net = (invoice: FlowInvoice) => sum(lines(invoice), (line) => minor(line.net));
  const gross = (invoice: FlowInvoice) => sum(lines(invoice), (line) => minor(line.gross));
  const recognised = gone.filter((invoice) => !waiting.includes(invoice));
  const cost = (invoice: FlowInvoice) => sum(lines(invoice), (line) => minor(line.cost));
  return {
    DEFERRED_REVENUE: 0n,
    GOODS_IN_TRANSIT_OUT: 0n,
    DEFERRED_COGS: sum(waiting, cost),
    UNBILLED_RECEIVABLE: sum(earned, net),
    GOODWILL: sum(gifts, ({ found }) => minor(found.cost)),
    AR_TRADE: sum(flow.invoices, ({ state }) => (state().voided || state().issued === null ? 0n : openOf(state()))),
    TAX_PAYABLE: -sum(flow.invoices, ({ taxOwed }) => taxOwed()),
    REVENUE_PRODUCT: -sum(recognised, gross),
    COGS: sum(recognised, cost) - flow.returnedCost(),
    COGS_VARIANCE: flow.shipment().voided ? 0n : flow.lateCosts(),
  };
};

test('P-22 whatever becomes of goods, in whichever order: every journal balances, and each account holds what the documents say', () => {
  const periods = periodsAfter(opened('202611'));
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom('USD', 'JPY', 'KWD'),
      ...([sixPlaces(900), sixPlaces(90), fc.integer({ min: 3, max: 12 })] as const),
      fc.array(step, { minLength: 6, maxLength: 24 }),
      (currency, unitPrice, unitCost, ordered, steps) => {
        const discounts = [{ sequence: 1, kind: 'CONTRACT', ratePct: '7.35' } as const];
        const line = { lineId: '10', item: 'BRG-6204', qty: String(ordered), baseUom: 'EA', unitPrice, discounts };
        const flow = lineFlow({ ...acceptedOrder([line]), currency }, BigInt(ordered), unitCost);
        for (const each of steps) happens(flow, each);
        finish(flow);
        const { journals } = flow;
        expect(journals.flatMap((journal) => checkJournal(journal, periods))).toEqual([]);
        expect(journals.filter(({ state }) => state !== 'READY')).toEqual([]);
        const ends = expected(flow);
        expect(Object.fromEntries(Object.keys(ends).map((role) => [role, balanceOf(journals, role)]))).toEqual(ends);
        // Stock × cost, less what the ERP posts itself: the receipt and its late costs. Each move rounds once.
        const { cost } = flow.stock();
        const worth = extend(onHandOf(flow.stock()), decimal(cost?.unitCost ?? '0'), currency);
        const ledger =
          balanceOf(journals, 'INVENTORY') + extend(1_000n, decimal(unitCost), currency) + flow.lateCosts();
        const apart = worth - ledger;
        expect({ apart, within: apart * apart <= BigInt(steps.length * steps.length) }).toMatchObject({ within: true });
        for (const { templateId } of journals) reached.add(templateId);
      },
    ),
    { numRuns: 300, examples: [rare] },
  );
  expect([...reached].sort()).toEqual([
    'T02',
    'T02D',
    'T02S',
    'T02SR',
    'T03',
    'T03D',
    'T03S',
    'T04D',
    'T04DR',
    'T08',
    'T09',
    'T10',
    'T11',
    'T12',
    'T19',
    'T21',
    'T23',
  ]);
});
