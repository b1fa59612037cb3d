import { isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { CreditMemoCommand } from '../../domain/invoice/creditCommands.ts';
import { creditOf } from '../../domain/invoice/creditMemos.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { lossKey } from '../../domain/orderToCash/losses.ts';
import type { OfLoss } from '../../domain/orderToCash/lossSteps.ts';
import { minQty, qty, qtyText } from '../../domain/quantity.ts';
import type { SettledLoss } from '../../domain/shipment/lossEvents.ts';
import type { Loss } from '../../domain/shipment/lossState.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { creditLimitOf, creditNeed } from '../calls/creditApproval.ts';
import { derivedUlid } from '../eventIds.ts';
import { agreedTo } from './returnCredits.ts';
import { shipmentStream, tellShipment } from './shipmentStream.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

type Draft = Extract<CreditMemoCommand, { readonly type: 'DraftCreditMemo' }>;

/** Of these lost goods what is on the invoice and was credited by nobody. */
const creditLines = ({ issued, credits }: InvoiceState, lines: readonly SettledLoss[]): Draft['lines'] => {
  const credited = (invoiceLineId: string): bigint =>
    credits
      .flatMap(({ memo }) => memo.lines)
      .reduce((sum, line) => sum + (line.invoiceLineId === invoiceLineId ? qty(line.qty) : 0n), 0n);
  return lines.flatMap(({ shipmentLineId, billedQty }) => {
    let left = qty(billedQty);
    const billed = (issued?.lines ?? []).filter((line) => line.shipmentLineId === shipmentLineId);
    return billed.flatMap(({ invoiceLineId, qty: whole }) => {
      const size = minQty(left, qty(whole) - credited(invoiceLineId));
      if (size <= 0n) return [];
      left -= size;
      return [{ invoiceLineId, qty: qtyText(size) }];
    });
  });
};

/** There is one for each loss and invoice, however often this runs. */
const draftOf = (run: Run, of: OfLoss, loss: Loss, invoice: InvoiceState): Draft | undefined => {
  const { shipmentId, lossId, liability } = { ...of, ...loss };
  const invoiceId = invoice.issued?.invoiceId ?? '';
  const creditMemoId = derivedUlid(`loss-credit:${lossKey(of)}:${invoiceId}`);
  const billed = (loss.settled ?? []).filter((line) => line.invoiceId === invoiceId);
  const lines = creditLines(invoice, billed);
  const isUnearned = billed.some(({ unearned }) => unearned);
  if (invoice.voided || lines.length === 0 || creditOf(invoice, creditMemoId) !== undefined) return undefined;
  const about = {
    creditMemoId,
    cause: 'LOSS',
    reason: `Loss ${lossId}`,
    loss: { shipmentId, lossId, liability, ...(isUnearned ? ({ unearned: true } as const) : {}) },
  } as const;
  const limit = creditLimitOf(run.catalog.current(), of.bu, invoice);
  return { type: 'DraftCreditMemo', ...about, lines, charges: [], limit, by: run.contextOf(creditMemoId).actor.id };
};

/** With the approval it needs; undefined: it waits for that, which wakes the loss again. */
const approved = async (run: Run, draft: Draft, invoice: InvoiceState): Promise<Draft | undefined> => {
  const expected = invoiceDecider.decide(draft, invoice);
  if (!isRefusal(expected) || expected.refused !== 'APPROVAL_REQUIRED') return draft;
  const approvalId = await agreedTo(run, creditNeed(invoice, draft, expected, []));
  return approvalId === undefined ? undefined : { ...draft, approvalId };
};

/**
 * Drafts what is to be given back for what of a loss was billed. How much that is is decided in the stream of the invoice,
 * under an id that is counted there: a run that is repeated, or two at once, give nothing back twice.
 */
export const creditLoss: StepScript<'creditLoss'> = async (run, of) => {
  const { state } = await run.load(shipmentDecider, shipmentStream(of));
  const loss = state.losses.find(({ lossId }) => lossId === of.lossId);
  // Who has the goods after all is not credited for them; what was drafted before that a person looks at.
  if (loss === undefined || loss.found) return;
  const invoiceIds = new Set((loss.settled ?? []).flatMap(({ invoiceId }) => invoiceId ?? []));
  for (const invoiceId of invoiceIds) {
    const stream = streamName('invoice', of.bu, invoiceId);
    const { state: invoice } = await run.load(invoiceDecider, stream);
    const draft = draftOf(run, of, loss, invoice);
    const command = draft && (await approved(run, draft, invoice));
    if (command === undefined) continue;
    const answer = await run.ask(invoiceDecider, stream, command, `${command.creditMemoId}:draft`);
    // Somebody credited the invoice in this moment and it takes a second person now, which is found out by looking again.
    if (answer.kind === 'refused') throw new StepRefused(answer.refusal, stream);
  }
};

export const recordLossCredit: StepScript<'recordLossCredit'> = async (run, { invoiceId, creditMemoId, ...of }) => {
  const { state } = await run.load(invoiceDecider, streamName('invoice', of.bu, invoiceId));
  const issued = creditOf(state, creditMemoId)?.issued;
  if (issued?.loss === undefined) throw new Error(`credit memo ${creditMemoId} is not issued for a loss`);
  const { liability } = issued.loss;
  const lines = issued.lines.flatMap(({ shipmentLineId, orderLineId: lineId, qty: amount, ...line }) =>
    (line.costs ?? [line]).map(({ item, itemGroup, cost = '0' }, index) => ({
      ...{ shipmentLineId, lineId, item, itemGroup, cost },
      // Of a kit the goods are counted once.
      qty: index === 0 ? amount : '0',
    })),
  );
  const command = { type: 'RecordLossCredit', lossId: of.lossId, creditMemoId, invoiceId, liability, lines } as const;
  await tellShipment(run, of, command, `${run.intentId}:credited`);
};
