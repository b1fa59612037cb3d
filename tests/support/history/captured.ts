import { bu, currency, draft, type History, streamOf } from './draft.ts';
import { intent } from './intents.ts';
import { freight, type LinePlan, type OrderPlan, requestedDate, shipTo } from './plan.ts';

const hash = 'f2cce343bc431e1ea48558fdbb541628a362f847f961f7262fa03d045187e81a';
const charges = [{ code: 'FREIGHT', amount: freight }];
const contract = { sequence: 1, kind: 'CONTRACT', ratePct: '8' } as const;

const submittedLine = ({ lineId, item, qty }: LinePlan) => ({
  lineId,
  item,
  kind: 'STOCK' as const,
  qty,
  baseUom: 'EA',
  entered: { qty, uom: 'EA' },
  conversion: { from: 'EA', to: 'EA', num: '1', den: '1' },
});

const pricedLine = ({ lineId, gross, discount, net }: LinePlan) => ({
  lineId,
  unitPrice: '12.50',
  listPrice: '12.50',
  priceSource: 'CONTRACT' as const,
  contractId: 'CT-1',
  discounts: [{ ...contract, amount: discount }],
  gross,
  discount,
  net,
});

const acceptedLine = ({ lineId, item, qty }: LinePlan) => ({
  lineId,
  item,
  baseUom: 'EA',
  qty,
  unitPrice: '12.50',
  discounts: [contract],
});

const headOf = ({ orderId, customer, customerPo }: OrderPlan) => ({
  orderId,
  bu,
  channel: 'portal',
  customerPo,
  soldTo: customer,
  billTo: customer,
  shipTo,
  currency,
  requestedDate,
  shipComplete: false,
  allowSplit: true,
});

/** Taken, checked, priced, within the credit limit, accepted, known to the ERP. */
export function* captured(plan: OrderPlan): History {
  const { orderId, customer, lines, gross, discount, net } = plan;
  const stream = streamOf('order', orderId);
  const masterData = Object.fromEntries(lines.map(({ item }) => [`item:${item}`, 1]));
  const [, , priced] = yield [
    draft(stream, 'OrderSubmitted', {
      ...headOf(plan),
      allowSubstitute: false,
      charges,
      lines: lines.map(submittedLine),
      contentSha256: hash,
    }),
    draft(stream, 'OrderValidated', { orderId, masterData: { ...masterData, [`customer:${customer}`]: 1 } }),
    draft(stream, 'OrderPriced', {
      orderId,
      bu,
      soldTo: customer,
      currency,
      priceListId: 'LIST-USD',
      priceListVersion: 1,
      lines: lines.map(pricedLine),
      charges,
      totals: { gross, discount, charges: freight, net },
    }),
  ];
  yield [
    draft(streamOf('credit', customer), 'CreditReserved', {
      bu,
      customer,
      currency,
      orderId,
      amount: net,
      exposure: net,
      override: false,
    }),
  ];
  yield [intent(plan, priced, 'OrderPriced', 'capture')];
  const [accepted] = yield [
    draft(stream, 'OrderAccepted', {
      ...headOf(plan),
      charges,
      lines: lines.map(acceptedLine),
      acceptedTotal: net,
      acceptedAt: priced?.recordedAt ?? '',
    }),
  ];
  yield [intent(plan, accepted, 'OrderAccepted', 'allocate')];
  const [registered] = yield [
    draft(stream, 'ErpOrderRegistered', { orderId, erpSystem: 'erp', erpNumber: `SO-${100_000 + plan.n}` }),
  ];
  yield [intent(plan, registered, 'ErpOrderRegistered', 'release', { openErpGate: true })];
}
