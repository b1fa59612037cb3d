import type { CreditMemoIssued } from '../invoice/creditEvents.ts';
import { minor } from '../money.ts';
import { documentFacts, lineFacts, lineLineage, ofInvoice, taxEntries } from './invoiceTemplates.ts';
import { commonLineage } from './journal.ts';
import { roleOf } from './lossTemplates.ts';
import { costWaitsIn } from './revenuePolicy.ts';
import type { Role } from './roles.ts';
import { type Entry, entry, type Posting, type Side } from './template.ts';

type Memo = CreditMemoIssued['data'];

const goodsRoles = {
  RETURN: 'SALES_RETURNS',
  PRICE: 'SALES_ALLOWANCE',
  GOODWILL: 'GOODWILL',
  FREIGHT: 'SALES_ALLOWANCE',
  LOSS: 'SALES_ALLOWANCE',
} as const satisfies Record<Memo['cause'], Role>;

const chargeRoles: Readonly<Record<string, Role>> = { FREIGHT: 'REVENUE_FREIGHT', RESTOCKING_FEE: 'RESTOCKING_FEE' };

/** What was a cost of sales, or waited to be one, is borne by the carrier or by us (T20, later). */
const lostEntries = (memo: Memo): readonly Entry[] =>
  memo.loss === undefined
    ? []
    : memo.lines.flatMap((line) =>
        (line.costs ?? [line]).flatMap(({ item, itemGroup, cost = '0' }) => {
          const facts = lineFacts(memo, { ...line, item, itemGroup });
          const borne = roleOf[memo.loss?.liability ?? 'OURS'];
          const stoodIn = line.deferred === undefined ? 'COGS' : costWaitsIn('ON_DELIVERY');
          return [
            entry(borne, 'DEBIT', minor(cost), facts, lineLineage(memo, line)),
            entry(stoodIn, 'CREDIT', minor(cost), facts, lineLineage(memo, line)),
          ];
        }),
      );

/**
 * The revenue of goods that were lost before they were earned is deferred, and taken back from there. What had been allowed on
 * their price is given back with them and allowed no more.
 */
const deferredEntries = (memo: Memo): readonly Entry[] =>
  memo.lines.flatMap((line) => {
    if (line.deferred === undefined) return [];
    const [deferred, net] = [minor(line.deferred), minor(line.gross) - minor(line.discount)];
    const [facts, lineage] = [lineFacts(memo, line), lineLineage(memo, line)];
    return [
      entry('DEFERRED_REVENUE', 'DEBIT', deferred, facts, lineage),
      entry('SALES_ALLOWANCE', 'CREDIT', deferred - net, { ...facts, reason: memo.cause }, lineage),
    ];
  });

/** T08 for goods that came back, T10 for everything else. What was paid is kept by the ERP, so all of it lowers AR_TRADE. */
export const creditMemoIssued = (memo: Memo): Posting => {
  const { orderId, invoiceId, lines, cause, issueDate: day } = memo;
  const facts = documentFacts(memo);
  const earned = lines.filter(({ deferred }) => deferred === undefined);
  const whole = { ...commonLineage(lines.map((line) => lineLineage(memo, line))), orderId, invoiceId };
  const perLine = (role: Role, side: Side, amount: (line: Memo['lines'][number]) => string): readonly Entry[] =>
    earned.map((line) =>
      entry(role, side, minor(amount(line)), { ...lineFacts(memo, line), reason: cause }, lineLineage(memo, line)),
    );
  const charges = memo.charges.map(({ code, amount }) =>
    entry(chargeRoles[code] ?? 'REVENUE_OTHER', 'DEBIT', minor(amount), { ...facts, reason: code }, whole),
  );
  const entries = [
    ...[...perLine(goodsRoles[cause], 'DEBIT', ({ gross }) => gross), ...charges],
    ...[...taxEntries(memo, 'DEBIT', whole), ...perLine('SALES_DISCOUNT', 'CREDIT', ({ discount }) => discount)],
    entry('AR_TRADE', 'CREDIT', minor(memo.totals.total), facts, whole),
    ...[...deferredEntries(memo), ...lostEntries(memo)],
  ];
  return { templateId: cause === 'RETURN' ? 'T08' : 'T10', ...ofInvoice(memo), day, reversalOf: null, entries };
};
