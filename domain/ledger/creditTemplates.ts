import type { CreditMemoIssued } from '../invoice/creditEvents.ts';
import { minor } from '../money.ts';
import { documentFacts, lineFacts, lineLineage, ofInvoice, taxEntries } from './invoiceTemplates.ts';
import { commonLineage } from './journal.ts';
import { roleOf } from './lossTemplates.ts';
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

/** What was a cost of sales is borne by the carrier or by us (T20, later). */
const lostEntries = (memo: Memo): readonly Entry[] =>
  memo.loss === undefined
    ? []
    : memo.lines.flatMap((line) =>
        (line.costs ?? [line]).flatMap(({ item, itemGroup, cost = '0' }) => {
          const facts = lineFacts(memo, { ...line, item, itemGroup });
          const borne = roleOf[memo.loss?.liability ?? 'OURS'];
          return [
            entry(borne, 'DEBIT', minor(cost), facts, lineLineage(memo, line)),
            entry('COGS', 'CREDIT', minor(cost), facts, lineLineage(memo, line)),
          ];
        }),
      );

/** T08 for goods that came back, T10 for everything else. What was paid is kept by the ERP, so all of it lowers AR_TRADE. */
export const creditMemoIssued = (memo: Memo): Posting => {
  const { orderId, invoiceId, lines, cause, issueDate: day } = memo;
  const facts = documentFacts(memo);
  const whole = { ...commonLineage(lines.map((line) => lineLineage(memo, line))), orderId, invoiceId };
  const perLine = (role: Role, side: Side, amount: (line: Memo['lines'][number]) => string): readonly Entry[] =>
    lines.map((line) =>
      entry(role, side, minor(amount(line)), { ...lineFacts(memo, line), reason: cause }, lineLineage(memo, line)),
    );
  const charges = memo.charges.map(({ code, amount }) =>
    entry(chargeRoles[code] ?? 'REVENUE_OTHER', 'DEBIT', minor(amount), { ...facts, reason: code }, whole),
  );
  const entries = [
    ...[...perLine(goodsRoles[cause], 'DEBIT', ({ gross }) => gross), ...charges],
    ...[...taxEntries(memo, 'DEBIT', whole), ...perLine('SALES_DISCOUNT', 'CREDIT', ({ discount }) => discount)],
    entry('AR_TRADE', 'CREDIT', minor(memo.totals.total), facts, whole),
    ...lostEntries(memo),
  ];
  return { templateId: cause === 'RETURN' ? 'T08' : 'T10', ...ofInvoice(memo), day, reversalOf: null, entries };
};
