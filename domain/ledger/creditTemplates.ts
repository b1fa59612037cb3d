import type { CreditMemoIssued } from '../invoice/creditEvents.ts';
import { minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import { commonLineage, type Lineage } from './journal.ts';
import type { Role } from './roles.ts';
import { entry, type Posting } from './template.ts';

type Memo = CreditMemoIssued['data'];

const goodsRoles = {
  RETURN: 'SALES_RETURNS',
  PRICE: 'SALES_ALLOWANCE',
  GOODWILL: 'GOODWILL',
  FREIGHT: 'SALES_ALLOWANCE',
} as const satisfies Record<Memo['cause'], Role>;

const chargeRoles: Readonly<Record<string, Role>> = { FREIGHT: 'REVENUE_FREIGHT', RESTOCKING_FEE: 'RESTOCKING_FEE' };

/** T08 for goods that came back, T10 for everything else. What was paid is kept by the ERP, so all of it lowers AR_TRADE. */
export const creditMemoIssued = (memo: Memo): Posting => {
  const { orderId, invoiceId, shipTo, lines, charges } = memo;
  const whole: Facts = {
    ...{ node: memo.node, channel: memo.channel, customer: memo.soldTo, customerGroup: memo.customerGroup },
    ...(shipTo.region === undefined ? {} : { region: shipTo.region }),
  };
  const parts = lines.map((line) => {
    const { orderLineId, shipmentId, shipmentLineId, invoiceLineId, item, itemGroup } = line;
    const lineage: Lineage = { orderId, orderLineId, shipmentId, shipmentLineId, invoiceId, invoiceLineId };
    return { line, lineage, facts: { ...whole, item, itemGroup, reason: memo.cause } };
  });
  const none = { orderLineId: null, shipmentId: null, shipmentLineId: null, invoiceLineId: null };
  const all = parts.length === 0 ? { ...none, orderId, invoiceId } : commonLineage(parts.map(({ lineage }) => lineage));
  const taxed = new Map(parts.map((part) => [part.line.invoiceLineId, part]));
  return {
    templateId: memo.cause === 'RETURN' ? 'T08' : 'T10',
    ...{ documentRef: memo.number, declaredSource: null, orderId, shipmentId: all.shipmentId, invoiceId },
    ...{ currency: memo.currency, day: memo.issueDate, reversalOf: null },
    entries: [
      ...parts.map(({ line, facts, lineage }) =>
        entry(goodsRoles[memo.cause], 'DEBIT', minor(line.gross), facts, lineage),
      ),
      ...charges.map(({ code, amount }) =>
        entry(chargeRoles[code] ?? 'REVENUE_OTHER', 'DEBIT', minor(amount), { ...whole, reason: code }, all),
      ),
      ...memo.taxes.map(({ reference, jurisdiction, tax }) => {
        const { facts, lineage } = taxed.get(reference) ?? { facts: whole, lineage: all };
        return entry('TAX_PAYABLE', 'DEBIT', minor(tax), { ...facts, taxJurisdiction: jurisdiction }, lineage);
      }),
      ...parts.map(({ line, facts, lineage }) =>
        entry('SALES_DISCOUNT', 'CREDIT', minor(line.discount), facts, lineage),
      ),
      entry('AR_TRADE', 'CREDIT', minor(memo.totals.total), whole, all),
    ],
  };
};
