import { streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { acceptancesOf } from '../../domain/invoice/taxDifferences.ts';
import { businessDay } from '../businessDay.ts';
import { acceptedTaxOf } from '../calls/taxDifferences.ts';
import { findEvent } from '../deciding/readStream.ts';
import { Later } from '../workers/trouble.ts';
import { withholdNumber } from './issueInvoice.ts';
import { takeRevenueBack } from './revenueScripts.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

type Voided = Parameters<StepScript<'afterShipmentVoid'>>[1];

/** Dated with the goods' return, but never before the issue that it reverses. */
const voidIssued = async (run: Run, { bu, voidedAt }: Voided, invoiceId: string): Promise<void> => {
  const stream = streamName('invoice', bu, invoiceId);
  const issued = await findEvent(run.store, stream, 'InvoiceIssued');
  if (issued === undefined) throw new Error(`invoice ${invoiceId} is issued and was never issued`);
  const { eventId: issuedEventId, position: issuedPosition, data } = issued;
  const day = businessDay(run, bu, voidedAt ?? run.clock());
  const voidDate = day < data.issueDate ? data.issueDate : day;
  const { state } = await run.load(invoiceDecider, stream);
  const taxAccepted = await acceptedTaxOf(run.store, { stream, state });
  const command = {
    type: 'VoidInvoice',
    reason: 'SHIPMENT_VOIDED',
    voidDate,
    issuedEventId,
    issuedPosition,
    taxAccepted,
  } as const;
  const answer = await run.ask(invoiceDecider, stream, command, `${run.intentId}:void:${invoiceId}`);
  // Somebody else voided it first, or an earlier run of this step.
  if (answer.kind !== 'refused' || answer.state.voided) return;
  if (acceptancesOf(answer.state, undefined).length > taxAccepted.length)
    throw new Later(`tax of invoice ${invoiceId} was accepted in this moment`);
  throw new StepRefused(answer.refusal, stream);
};

/**
 * Nothing of a voided shipment stays billed. Its void was accepted while none of its invoices was issued; one that was
 * issued in that very moment, in another stream, is voided now. This runs in the order's own lane, as drafting and
 * issuing do: every draft there can be is there, and none is issued afterwards.
 */
export const takeBackInvoices = async (run: Run, voided: Voided): Promise<void> => {
  const { bu, orderId, shipmentId, voidedAt, invoiceIds = [] } = voided;
  const voidDate = businessDay(run, bu, voidedAt ?? run.clock());
  for (const invoiceId of invoiceIds) {
    await withholdNumber(run, { bu, orderId, invoiceId });
    const command = { type: 'WithdrawDraft', reason: 'SHIPMENT_VOIDED', shipmentId, voidDate } as const;
    const stream = streamName('invoice', bu, invoiceId);
    const answer = await run.ask(invoiceDecider, stream, command, `${run.intentId}:withdraw:${invoiceId}`);
    if (answer.kind === 'refused') await voidIssued(run, voided, invoiceId);
    await takeRevenueBack(run, { bu, invoiceId }, voidDate);
  }
};
