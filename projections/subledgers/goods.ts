import type { RecordedOf } from '../../domain/events.ts';
import { costWaitsIn } from '../../domain/ledger/revenuePolicy.ts';
import type { Entry } from './entries.ts';

type Costed = { readonly cost: string; readonly components?: readonly { readonly cost: string }[] };

/** Of a kit what left of its components, also of those that are not whole yet. */
export const costOf = (lines: readonly Costed[]): bigint =>
  lines.reduce((sum, { cost, components }) => sum + (components === undefined ? BigInt(cost) : costOf(components)), 0n);

/** What an issue does to what waits: T03 relieves the cost, T03S what is not billed, and T03D defers revenue. */
export const issuedGoods = (
  { lines, currency, invoiceId: document, revenuePolicy, earned }: RecordedOf<'InvoiceIssued'>['data'],
  day: string,
  kind: 'RECOGNISED' | 'VOIDED',
  sign: 1n | -1n,
): Entry => {
  const of = { kind, day, currency, document };
  if (revenuePolicy === undefined) return { pair: 'DEFERRED_COGS', ...of, amount: -sign * costOf(lines) };
  const net = lines.reduce((sum, line) => sum + BigInt(line.net), 0n);
  return earned
    ? { pair: 'UNBILLED_RECEIVABLE', ...of, amount: -sign * net }
    : { pair: 'DEFERRED_REVENUE', ...of, amount: sign * net };
};

/** Goods are earned without, before or behind an invoice; their cost stops waiting. */
export const recognisedGoods = (
  { policy, invoiced, currency, lines, invoiceId: document }: RecordedOf<'RevenueRecognised'>['data'],
  day: string,
  kind: 'RECOGNISED' | 'RECOGNITION_REVERSED',
): readonly Entry[] => {
  const sign = kind === 'RECOGNISED' ? 1n : -1n;
  const net = lines.reduce((sum, { gross, discount }) => sum + BigInt(gross) - BigInt(discount), 0n);
  const of = { kind, day, currency, document };
  return [
    invoiced
      ? { pair: 'DEFERRED_REVENUE', ...of, amount: -sign * net }
      : { pair: 'UNBILLED_RECEIVABLE', ...of, amount: sign * net },
    { pair: costWaitsIn(policy), ...of, amount: -sign * costOf(lines) },
  ];
};

/** By where it waited. */
export const costsBack = ({ lines, confirmed = [] }: RecordedOf<'ShipmentVoided'>['data']) => {
  const policies = new Map(confirmed.map(({ confirmationId, revenuePolicy }) => [confirmationId, revenuePolicy]));
  const pairs = Map.groupBy(lines, ({ confirmationId }) => costWaitsIn(policies.get(confirmationId)));
  return [...pairs].map(([pair, ofPair]) => ({ pair, cost: costOf(ofPair) }));
};

/** Goods beyond the order that had been given away. */
export const giftsBack = ({ resolutions = [] }: RecordedOf<'ShipmentVoided'>['data']) => {
  const gifts = resolutions.filter(({ outcome }) => outcome === 'GIFT');
  const pairs = Map.groupBy(gifts, ({ revenuePolicy }) => costWaitsIn(revenuePolicy));
  return [...pairs].map(([pair, ofPair]) => ({ pair, cost: costOf(ofPair) }));
};

/** By where their cost waited; that of goods that were given away had become goodwill. */
export const lostGoods = (lines: RecordedOf<'ShipmentLossSettled'>['data']['lines']) => {
  const waiting = lines.filter(({ beyond }) => beyond !== 'GIFT');
  const pairs = Map.groupBy(waiting, ({ revenuePolicy }) => costWaitsIn(revenuePolicy));
  return [...pairs].map(([pair, ofPair]) => ({
    pair,
    cost: costOf(ofPair.map((line) => ({ cost: line.unbilledCost }))),
  }));
};

/** Goods that were lost before they were earned: neither their revenue nor their cost waits any more. */
export const creditedGoods = ({
  lines,
  issueDate: day,
  currency,
  invoiceId: document,
}: RecordedOf<'CreditMemoIssued'>['data']): readonly Entry[] => {
  const waiting = lines.filter(({ deferred }) => deferred !== undefined);
  if (waiting.length === 0) return [];
  const of = { kind: 'CREDITED', day, currency, document } as const;
  const sum = (amount: (line: (typeof waiting)[number]) => string | undefined): bigint =>
    waiting.reduce((all, line) => all + BigInt(amount(line) ?? '0'), 0n);
  return [
    { pair: 'DEFERRED_REVENUE', ...of, amount: -sum((line) => line.deferred) },
    { pair: costWaitsIn('ON_DELIVERY'), ...of, amount: -sum((line) => line.cost) },
  ];
};
