import { localClock } from '../calendar.ts';
import type { RecordedDomainEvent } from '../events.ts';
import type { BusinessUnitDefined } from '../masterData/events.ts';
import { accrualRecorded, accrualReversed } from './accrualTemplates.ts';
import { correctionTypes } from './correctionEvents.ts';
import { corrected } from './correctionTemplates.ts';
import { costCorrected } from './costTemplates.ts';
import { creditMemoIssued } from './creditTemplates.ts';
import { supplierBillMatched } from './dropShipTemplates.ts';
import { invoiceIssued, invoiceVoided } from './invoiceTemplates.ts';
import { lossReassigned, lossSettled } from './lossTemplates.ts';
import { overshipmentResolved } from './overshipmentTemplates.ts';
import { revenueRecognised, revenueReversed } from './recognitionTemplates.ts';
import { returnInspected } from './returnTemplates.ts';
import { depositPaid, depositUsed, paymentRecorded, writtenOff } from './settlementTemplates.ts';
import { freightCost, shipmentConfirmed, shipmentVoided, stockAdjusted } from './stockTemplates.ts';
import { acceptancesVoided, taxMismatchAccepted } from './taxTemplates.ts';
import type { Posting } from './template.ts';
import { stockTransferred, transferClosed } from './transferTemplates.ts';

export const postedEventTypes = [
  'ShipmentConfirmed',
  'ShipmentVoided',
  'OvershipmentResolved',
  'ShipmentLossSettled',
  'ShipmentLossReassigned',
  'InvoiceIssued',
  'InvoiceVoided',
  'RevenueRecognised',
  'RevenueReversed',
  'CreditMemoIssued',
  'TaxMismatchAccepted',
  'DepositReceived',
  'DepositRefunded',
  'DepositApplied',
  'DepositReleased',
  'PaymentRecorded',
  'InvoiceWrittenOff',
  'WriteOffReversed',
  'StockAdjusted',
  'CostCorrected',
  'StockTransferred',
  'TransferClosed',
  'ReturnInspected',
  'SupplierBillMatched',
  'AccrualRecorded',
  'AccrualReversed',
  ...correctionTypes,
] as const;

/** What an event posts, in whichever books, before rules, accounts and periods. Days are those of the books that are asked about. */
export const postingsOf = (
  event: RecordedDomainEvent,
  { timeZone }: BusinessUnitDefined['data'],
): readonly Posting[] => {
  switch (event.type) {
    case 'ShipmentConfirmed': {
      const { day } = localClock(event.data.shippedAt, timeZone);
      return [...shipmentConfirmed(event.data, day), freightCost(event.data, day)];
    }
    case 'ShipmentVoided':
      return shipmentVoided(event.data, localClock(event.metadata.occurredAt, timeZone).day);
    case 'OvershipmentResolved':
      return overshipmentResolved(event.data, localClock(event.data.resolvedAt, timeZone).day);
    case 'ShipmentLossSettled':
      return lossSettled(event.data, localClock(event.metadata.occurredAt, timeZone).day);
    case 'ShipmentLossReassigned':
      return lossReassigned(event.data, localClock(event.metadata.occurredAt, timeZone).day);
    case 'InvoiceIssued':
      return [invoiceIssued(event.data)];
    case 'InvoiceVoided':
      return [invoiceVoided(event.data), ...acceptancesVoided(event.data)];
    case 'RevenueRecognised':
      return [revenueRecognised(event.data)];
    case 'RevenueReversed':
      return [revenueReversed(event.data)];
    case 'CreditMemoIssued':
      return [creditMemoIssued(event.data)];
    case 'TaxMismatchAccepted':
      return [taxMismatchAccepted(event.data)];
    case 'DepositReceived':
      return [depositPaid(event.data, localClock(event.data.receivedAt, timeZone).day, 1n)];
    case 'DepositRefunded':
      return [depositPaid(event.data, event.data.refundedOn, -1n)];
    case 'DepositApplied':
      return [depositUsed(event.data, 1n)];
    case 'DepositReleased':
      return [depositUsed(event.data, -1n)];
    case 'PaymentRecorded':
      return [paymentRecorded(event.data, localClock(event.data.paidAt, timeZone).day)];
    case 'InvoiceWrittenOff':
      return [writtenOff(event.data, event.data.writtenOffOn, 1n)];
    case 'WriteOffReversed':
      return [writtenOff(event.data, event.data.day, -1n)];
    case 'StockAdjusted':
      return [stockAdjusted(event.data, localClock(event.metadata.occurredAt, timeZone).day)];
    case 'CostCorrected':
      return [costCorrected(event.data, localClock(event.metadata.occurredAt, timeZone).day)];
    case 'StockTransferred':
      return [stockTransferred(event.data, localClock(event.metadata.occurredAt, timeZone).day)];
    case 'TransferClosed':
      return [transferClosed(event.data, localClock(event.metadata.occurredAt, timeZone).day)];
    case 'ReturnInspected':
      return returnInspected(event.data, localClock(event.data.inspectedAt, timeZone).day);
    case 'SupplierBillMatched':
      return [supplierBillMatched(event.data)];
    case 'AccrualRecorded':
      return [accrualRecorded(event.data)];
    case 'AccrualReversed':
      return [accrualReversed(event.data)];
    case 'GlRestageRequested':
    case 'GlReversalRequested':
    case 'GlRepostRequested':
      return corrected(event);
    default:
      return [];
  }
};

/**
 * The source events whose journals an event takes back or corrects: what became of them must be known to post it. Of an
 * accrual nothing can have become before its reversal, which lies in the same append.
 */
export const correctedSources = (event: RecordedDomainEvent): readonly string[] => {
  switch (event.type) {
    case 'InvoiceVoided':
      return [event.data.issuedEventId, ...(event.data.taxAccepted ?? []).map(({ eventId }) => eventId)];
    case 'RevenueReversed':
      return [event.data.recognisedEventId];
    case 'ShipmentVoided':
      return [...(event.data.confirmed ?? []), ...(event.data.resolutions ?? [])].map(({ eventId }) => eventId);
    case 'GlRestageRequested':
    case 'GlReversalRequested':
    case 'GlRepostRequested':
      return [event.data.source.eventId];
    default:
      return [];
  }
};
