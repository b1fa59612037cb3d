import type { ReturnCommand } from '../../../domain/returns/commands.ts';
import type { Disposition } from '../../../domain/returns/events.ts';
import { returnDecider } from '../../../domain/returns/returns.ts';
import type { ReturnablePart } from '../../../domain/shipment/events.ts';
import { scenarioOf } from '../stock/scenario.ts';

export const { given, stateAfter } = scenarioOf(returnDecider);

type Of<T extends ReturnCommand['type']> = Extract<ReturnCommand, { readonly type: T }>;

export const head = { rmaId: 'RMA-1', bu: 'ACME', orderId: 'O1', shipmentId: 'S1', node: 'DC-EAST' } as const;

/** `qty` goods of a confirmation of so many at that cost. */
export const part = (fromQty: string, qty: string, unitCost = '6.00', leftQty = '7', leftCost = '4200') => ({
  ...{ fromQty, qty, unitCost, leftFromQty: '0', leftQty, leftCost },
});

export const authorise = (qty = '2', parts: readonly ReturnablePart[] = [part('0', qty)]): Of<'AuthoriseReturn'> => ({
  ...head,
  type: 'AuthoriseReturn',
  ...{ soldTo: 'C-1001', currency: 'USD', authorisedBy: 'kim', authorisedAt: '2026-03-10T10:00:00.000Z' },
  expiresOn: '2026-04-09',
  sale: { channel: 'portal', customerGroup: 'RETAIL' },
  lines: [{ shipmentLineId: '10', lineId: '10', item: 'BRG-6204', qty, reason: 'NO_LONGER_NEEDED', parts }],
});

export const receipt = (receiptId: string, qty: string, shipmentLineId: string | null = '10'): Of<'RecordReceipt'> => ({
  type: 'RecordReceipt',
  ...{ receiptId, contentSha256: `sha-${receiptId}-${qty}`, receivedAt: '2026-03-12T10:00:00.000Z' },
  lines: [{ shipmentLineId, item: shipmentLineId === null ? 'BELT-A42' : 'BRG-6204', qty }],
});

export const inspection = (
  inspectionId: string,
  qty: string,
  disposition: Disposition,
  from?: 'QUARANTINE',
  inspectedBy = 'lee',
): Of<'Inspect'> => ({
  type: 'Inspect',
  ...{
    inspectionId,
    contentSha256: `sha-${inspectionId}-${qty}`,
    inspectedAt: '2026-03-12T11:00:00.000Z',
    inspectedBy,
  },
  lines: [{ shipmentLineId: '10', qty, disposition, ...(from === undefined ? {} : { from }) }],
});

export const close = (today = '2026-03-20'): Of<'CloseReturn'> => ({
  type: 'CloseReturn',
  closedBy: 'kim',
  reason: 'done',
  today,
});
