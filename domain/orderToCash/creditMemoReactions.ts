import type { RecordedOf } from '../events.ts';
import type { CreditedLoss } from '../invoice/creditEvents.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { taxLane, taxRetryDelayMs } from './invoiceReactions.ts';
import { lossLane } from './losses.ts';
import type { OrderToCashState } from './memory.ts';
import type { Answer } from './onceEach.ts';
import { returnLane } from './returns.ts';
import type { OfCreditMemo } from './stepPayloads.ts';

const ofCreditMemo = ({ orderId, bu, invoiceId, creditMemoId }: OfCreditMemo): OfCreditMemo => ({
  ...{ orderId, bu, invoiceId, creditMemoId },
});

export const onCreditDrafted = ({ data }: RecordedOf<'CreditMemoDrafted'>): Answer => ({
  intents: [{ step: 'issueCreditMemo', lane: data.orderId, payload: ofCreditMemo(data) }],
  memory: {},
});

const lossCredited = (of: OfCreditMemo, { shipmentId, lossId }: CreditedLoss) => {
  const lane = lossLane({ shipmentId, lossId });
  return { step: 'recordLossCredit', lane, payload: { ...of, shipmentId, lossId } } as const;
};

export const onCreditIssued = ({ data }: RecordedOf<'CreditMemoIssued'>): NonNullable<Answer> => {
  const of = ofCreditMemo(data);
  const { soldTo: customer, currency, totals, returnId: rmaId, loss } = data;
  return {
    intents: [
      { step: 'commitCreditTax', lane: taxLane(data.orderId, data.creditMemoId), payload: of },
      { step: 'afterCreditMemo', lane: data.orderId, payload: { ...of, customer, currency, amount: totals.total } },
      ...(rmaId === undefined
        ? []
        : [{ step: 'recordReturnCredit', lane: returnLane(rmaId), payload: { ...of, rmaId } } as const]),
      ...(loss === undefined ? [] : [lossCredited(of, loss)]),
    ],
    memory: {},
  };
};

export const onCreditTaxFailed = (state: OrderToCashState, { data }: RecordedOf<'CreditTaxCommitFailed'>): Answer => {
  const key = `commitCreditTax ${data.creditMemoId}`;
  const before = valueAt(state.failures, key) ?? 0;
  const lane = taxLane(data.orderId, data.creditMemoId);
  return {
    intents: [{ step: 'commitCreditTax', lane, delayMs: taxRetryDelayMs(before), payload: ofCreditMemo(data) }],
    memory: { failures: { key, count: before + 1 } },
  };
};
