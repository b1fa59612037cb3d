import type { DropShipCommand } from '../../domain/dropShip/commands.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { Violation } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import type { SupplierAcknowledgement, SupplierBill, SupplierShipNotice } from './supplierDocuments.ts';

// What a supplier says as commands: the same words make the same command. Quantities in base units.

export const dropShipStream = ({ bu, poId }: { readonly bu: string; readonly poId: string }) =>
  streamName('dropship', bu, poId);

export const acknowledgementCommand = (said: SupplierAcknowledgement): DropShipCommand => {
  const { acknowledgementId, supplierReference, accepted, refused } = said;
  const content = {
    acknowledgementId,
    accepted: accepted.map(({ lineId, qty, shipDate }) => ({
      lineId,
      qty,
      ...(shipDate === undefined ? {} : { shipDate }),
    })),
    refused: refused.map(({ lineId, qty, code }) => ({ lineId, qty, code })),
    ...(supplierReference === undefined ? {} : { supplierReference }),
  };
  return { type: 'RecordAcknowledgement', ...content, contentSha256: contentSha256(content) };
};

export const shipNoticeCommand = (said: SupplierShipNotice): DropShipCommand => {
  const { supplierAsn, shippedAt, carrier, tracking } = said;
  const lines = said.lines.map(({ lineId, qty, lots, serials }) => ({ lineId, qty, lots, serials }));
  const content = { supplierAsn, shippedAt, tracking, lines, ...(carrier === undefined ? {} : { carrier }) };
  return { type: 'RecordShipNotice', ...content, contentSha256: contentSha256(content) };
};

export const billCommand = (said: SupplierBill): DropShipCommand => {
  const { billId, billDate, currency } = said;
  const lines = said.lines.map(({ lineId, qty, amount }) => ({ lineId, qty, amount }));
  const content = { billId, billDate, currency, lines };
  return { type: 'MatchBill', ...content, contentSha256: contentSha256(content) };
};

/** The day decides the accounting period, as a moment of shipping does. */
export const billDateViolation = (pointer: string, billDate: string, now: string): Violation | undefined =>
  claimedTimeViolation(pointer, `${billDate}T00:00:00.000Z`, now);
