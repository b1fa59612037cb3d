import type { RecordedOf } from '../events.ts';
import type { InvoiceIssued } from '../invoice/events.ts';
import { minor, minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { OrderToCashState } from './memory.ts';
import type { Answer } from './onceEach.ts';
import type { InvoicedAmount } from './stepPayloads.ts';

/** Documents of one order do not wait for each other's tax. */
export const taxLane = (orderId: string, documentId: string): string => `${orderId}:tax:${documentId}`;

/** A tax engine that refused (a mapping is missing, a limit was hit) is asked again for days; people mend such things. */
const taxRetryDelaysMs = [60_000, 300_000, 900_000, 3_600_000] as const;
const taxRetryDelayMsMax = 3_600_000;

export const taxRetryDelayMs = (before: number): number => taxRetryDelaysMs[before] ?? taxRetryDelayMsMax;

const ofInvoice = ({
  orderId,
  bu,
  invoiceId,
}: {
  readonly orderId: string;
  readonly bu: string;
  readonly invoiceId: string;
}) => ({
  orderId,
  bu,
  invoiceId,
});

export const onDrafted = ({ data }: RecordedOf<'InvoiceDrafted'>): Answer => ({
  intents: [{ step: 'calculateTax', lane: taxLane(data.orderId, data.invoiceId), payload: ofInvoice(data) }],
  memory: {},
});

export const onTaxFailed = (
  state: OrderToCashState,
  { type, data }: RecordedOf<'TaxCalculationFailed'> | RecordedOf<'TaxCommitFailed'>,
): Answer => {
  const step = type === 'TaxCalculationFailed' ? 'calculateTax' : 'commitTax';
  const key = `${step} ${data.invoiceId}`;
  const before = valueAt(state.failures, key) ?? 0;
  const delayMs = taxRetryDelayMs(before);
  return {
    intents: [{ step, lane: taxLane(data.orderId, data.invoiceId), delayMs, payload: ofInvoice(data) }],
    memory: { failures: { key, count: before + 1 } },
  };
};

/** In the lane of the document, so that it is asked after what was to be told there before. */
export const onTaxCheckRequested = ({ data }: RecordedOf<'TaxCheckRequested'>): Answer => {
  const { orderId, bu, invoiceId, creditMemoId } = data;
  const payload = { orderId, bu, invoiceId, ...(creditMemoId !== undefined && { creditMemoId }) };
  const lane = taxLane(orderId, creditMemoId ?? invoiceId);
  return { intents: [{ step: 'checkTax', lane, payload }], memory: {} };
};

export const onTaxCalculated = ({ data }: RecordedOf<'TaxCalculated'>): Answer => ({
  intents: [{ step: 'issueInvoice', lane: data.orderId, payload: ofInvoice(data) }],
  memory: {},
});

/** Invoice lines of one order line (several gaps may be billed together) count as one step of progress. */
const byOrderLine = (
  lines: InvoiceIssued['data']['lines'],
): readonly { readonly lineId: string; readonly qty: string }[] => {
  const sums = new Map<string, bigint>();
  for (const line of lines) sums.set(line.orderLineId, (sums.get(line.orderLineId) ?? 0n) + qty(line.qty));
  return [...sums].map(([lineId, sum]) => ({ lineId, qty: qtyText(sum) }));
};

const netOf = ({ totals }: InvoiceIssued['data']): string => minorText(minor(totals.total) - minor(totals.tax));

const invoicedAmount = ({ data, metadata }: RecordedOf<'InvoiceIssued'>): InvoicedAmount => {
  const { soldTo: customer, currency, totals } = data;
  return { customer, currency, amount: totals.total, net: netOf(data), issuedAt: metadata.occurredAt };
};

export const onIssued = (event: RecordedOf<'InvoiceIssued'>): NonNullable<Answer> => ({
  intents: [
    {
      step: 'commitTax',
      lane: taxLane(event.data.orderId, event.data.invoiceId),
      payload: ofInvoice(event.data),
    },
    {
      step: 'afterInvoice',
      lane: event.data.orderId,
      payload: {
        ...ofInvoice(event.data),
        lines: byOrderLine(event.data.lines),
        receivable: invoicedAmount(event),
      },
    },
  ],
  memory: {},
});

export const onInvoiceVoided = ({ data }: RecordedOf<'InvoiceVoided'>): NonNullable<Answer> => {
  const { taxEngine: engine, taxDocCode: docCode, lines, soldTo: customer, currency } = data.issued;
  return {
    intents: [
      {
        step: 'voidTax',
        lane: taxLane(data.orderId, data.invoiceId),
        payload: { ...ofInvoice(data), engine, docCode },
      },
      {
        step: 'afterInvoiceVoid',
        lane: data.orderId,
        payload: {
          ...ofInvoice(data),
          lines: byOrderLine(lines),
          receivable: { customer, currency, net: netOf(data.issued) },
        },
      },
    ],
    memory: { voidedInvoice: data.invoiceId },
  };
};
