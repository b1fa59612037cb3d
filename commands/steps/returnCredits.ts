import { isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { CreditMemoCommand } from '../../domain/invoice/creditCommands.ts';
import type { CreditMemoIssued } from '../../domain/invoice/creditEvents.ts';
import { restockingFee } from '../../domain/invoice/creditMemo.ts';
import { creditOf } from '../../domain/invoice/creditMemos.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { minor, minorText, spread } from '../../domain/money.ts';
import { ulidOfUuid } from '../../domain/orderToCash/documentIds.ts';
import { qty } from '../../domain/quantity.ts';
import { returnCreditOf, type SentGoods } from '../../domain/returns/credits.ts';
import { returnDecider } from '../../domain/returns/returns.ts';
import type { ReturnState } from '../../domain/returns/state.ts';
import type { ShipmentConfirmed } from '../../domain/shipment/events.ts';
import type { Excess } from '../../domain/shipment/overshipmentEvents.ts';
import { sentBy } from '../../domain/shipment/returnSpans.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import { approvalCalls, approvalStatus, type NeedsApproval } from '../calls/approvals.ts';
import { billedResolutions, billingOf } from '../calls/billedGoods.ts';
import { creditLimitOf, creditNeed } from '../calls/creditApproval.ts';
import { derivedUlid } from '../eventIds.ts';
import { recognise } from './revenueScripts.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

type Draft = Extract<CreditMemoCommand, { readonly type: 'DraftCreditMemo' }>;

/** Asks once a day until somebody answers; a "no" is the end of it, and what is given back then is decided by hand. */
export const agreedTo = async (run: Run, need: NeedsApproval): Promise<string | undefined> => {
  if ((await approvalStatus(run, need)) === 'DENIED') return undefined;
  const asked = await approvalCalls(run).requireApproval(need, run.contextOf(`${run.intentId}:approval`));
  return asked.kind === 'done' ? asked.value.approvalId : undefined;
};

/** The next credit memo of the return for this invoice: there is one of each number, however often this runs. */
const nextDraft = (run: Run, bu: string, ofReturn: ReturnState, invoice: InvoiceState, sent: readonly SentGoods[]) => {
  const rmaId = ofReturn.authorised?.rmaId ?? '';
  const earlier = invoice.credits.filter(({ memo }) => memo.returnId === rmaId).length;
  const id = derivedUlid(`return-credit:${rmaId}:${invoice.issued?.invoiceId}:${earlier + 1}`);
  const request = returnCreditOf(ofReturn, invoice, sent, id);
  const limit = creditLimitOf(run.catalog.current(), bu, invoice);
  return request && ({ type: 'DraftCreditMemo', ...request, limit, by: run.contextOf(id).actor.id } as const);
};

/** With the approval it needs; undefined: it waits for that, which wakes the return again. */
const approved = async (run: Run, draft: Draft, invoice: InvoiceState, authorisedBy: string) => {
  const expected = invoiceDecider.decide(draft, invoice);
  if (!isRefusal(expected) || expected.refused !== 'APPROVAL_REQUIRED') return draft;
  const approvalId = await agreedTo(run, creditNeed(invoice, draft, expected, [authorisedBy]));
  return approvalId === undefined ? undefined : { ...draft, approvalId };
};

const creditOfInvoice = async (
  run: Run,
  bu: string,
  ofReturn: ReturnState,
  of: { readonly invoiceId: string; readonly sent: readonly SentGoods[] },
): Promise<void> => {
  const stream = streamName('invoice', bu, of.invoiceId);
  const { state } = await run.load(invoiceDecider, stream);
  const draft = nextDraft(run, bu, ofReturn, state, of.sent);
  const command = draft && (await approved(run, draft, state, ofReturn.authorised?.authorisedBy ?? ''));
  if (command === undefined) return;
  const answer = await run.ask(invoiceDecider, stream, command, `${command.creditMemoId}:draft`);
  // Somebody credited the invoice in this moment and it takes a second person now, which is found out by looking again.
  if (answer.kind === 'refused') throw new StepRefused(answer.refusal, stream);
};

/**
 * Goods beyond the order are the last of their confirmation: what was ordered of it is on another invoice. `found`: before any of
 * them were lost.
 */
const beyondOrder = (
  sent: readonly SentGoods[],
  lines: readonly { readonly shipmentLineId: string; readonly qty: string }[],
  found: Pick<Excess, 'parts'> | undefined,
): readonly SentGoods[] =>
  sent.flatMap((goods) => {
    const isOf = ({ shipmentLineId }: { readonly shipmentLineId: string }): boolean =>
      shipmentLineId === goods.shipmentLineId;
    const [whole, part] = [lines.find(isOf), found?.parts.find(isOf)];
    if (whole === undefined || part === undefined) return [];
    return [{ ...goods, billedBefore: qty(whole.qty) - qty(part.qty) }];
  });

/** What the customer sends back or keeps had reached him, whether or not a carrier ever said so. */
const recogniseReturned = async (
  run: Run,
  shipment: ShipmentState,
  { bu, revenuePolicy }: ShipmentConfirmed['data'],
  of: { readonly invoiceId: string; readonly inspectedAt: string | undefined },
): Promise<void> => {
  const { invoiceId, inspectedAt = run.clock() } = of;
  if (revenuePolicy === 'ON_DELIVERY') await recognise(run, { bu, invoiceId }, inspectedAt, shipment);
};

/**
 * Drafts what is to be given back for everything that was looked at and is on no credit memo yet. How much of an invoice
 * that is is decided in the stream of the invoice, under an id that is counted there: a run that is repeated, or two at
 * once, give nothing back twice.
 */
export const creditReturn: StepScript<'creditReturn'> = async (run, { bu, rmaId, inspectedAt }) => {
  const { state: ofReturn } = await run.load(returnDecider, streamName('return', bu, rmaId));
  const stream = streamName('shipment', bu, ofReturn.authorised?.shipmentId ?? '');
  const { state: shipment } = await run.load(shipmentDecider, stream);
  const isInspected = ({ shipmentLineId, leftFromQty }: SentGoods): boolean =>
    ofReturn.lines.some(
      (line) => line.shipmentLineId === shipmentLineId && line.pieces.some((each) => each.leftFromQty === leftFromQty),
    );
  const billing = await billingOf(run, { stream });
  for (const { eventId, data } of billing.confirmations) {
    const sent = sentBy(shipment, data.confirmationId).filter(isInspected);
    if (sent.length === 0) continue;
    await recogniseReturned(run, shipment, data, { invoiceId: ulidOfUuid(eventId), inspectedAt });
    await creditOfInvoice(run, bu, ofReturn, { invoiceId: ulidOfUuid(eventId), sent });
    for (const more of billedResolutions(billing).filter((each) => each.data.confirmationId === data.confirmationId)) {
      const invoiceId = ulidOfUuid(more.eventId);
      await recogniseReturned(run, shipment, data, { invoiceId, inspectedAt });
      const known = shipment.overshipments.find(
        ({ resolution }) => resolution?.resolutionId === more.data.resolutionId,
      );
      await creditOfInvoice(run, bu, ofReturn, { invoiceId, sent: beyondOrder(sent, data.lines, known?.found) });
    }
  }
};

/** What the return is told of its credit memo; the fee falls on the lines that have one, by their net price (R4). */
const creditedBy = (
  { creditMemoId, invoiceId, number, issueDate, currency, ...issued }: CreditMemoIssued['data'],
  of: ReturnState,
) => {
  const { totals, lines, charges } = issued;
  const fees = charges.filter(({ code }) => code === restockingFee);
  const fee = fees.reduce((sum, { amount }) => sum - minor(amount), 0n);
  const hasFee = new Set(of.lines.flatMap((line) => (line.restockingPct === undefined ? [] : line.shipmentLineId)));
  const shares = spread(
    fee,
    lines.map(({ shipmentLineId, net }) => (hasFee.has(shipmentLineId) ? minor(net) : 0n)),
  );
  return {
    ...{ creditMemoId, invoiceId, number, issueDate, currency, total: totals.total, restockingFee: minorText(fee) },
    lines: lines.map(({ shipmentLineId, orderLineId: lineId, qty, net, tax }, index) => ({
      ...{ shipmentLineId, lineId, qty, net, tax },
      ...(shares[index] !== undefined && shares[index] !== 0n && { fee: minorText(shares[index]) }),
    })),
  };
};

export const recordReturnCredit: StepScript<'recordReturnCredit'> = async (
  run,
  { bu, rmaId, invoiceId, creditMemoId },
) => {
  const { state } = await run.load(invoiceDecider, streamName('invoice', bu, invoiceId));
  const issued = creditOf(state, creditMemoId)?.issued;
  if (issued == null) throw new Error(`credit memo ${creditMemoId} is not issued`);
  const stream = streamName('return', bu, rmaId);
  const { state: ofReturn } = await run.load(returnDecider, stream);
  const command = { type: 'RecordCredit', credit: creditedBy(issued, ofReturn) } as const;
  await run.tell(returnDecider, stream, command, `${run.intentId}:credited`);
};
