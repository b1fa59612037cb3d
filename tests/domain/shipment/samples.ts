import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import { shipmentDecider } from '../../../domain/shipment/shipment.ts';
import { scenarioOf } from '../stock/scenario.ts';

export const { given, stateAfter } = scenarioOf(shipmentDecider);

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;

export const head = { shipmentId: 'S1', orderId: 'O1', bu: 'ACME', node: 'DC-EAST' } as const;

export const line = (lineId: string, qty: string, reservationId = `r-${lineId}`) => ({
  lineId,
  item: 'BRG-6204',
  qty,
  reservationId,
});

export const plan = (...lines: Of<'PlanShipment'>['lines']): Of<'PlanShipment'> => ({
  ...head,
  type: 'PlanShipment',
  releaseId: 'L1',
  shipTo: { id: 'MAIN' },
  lines,
});

export const left = (lineId: string, qty: string, unitCost = '6.00', serials: readonly string[] = []) => ({
  lineId,
  qty,
  lots: ['L7'],
  serials,
  unitCost,
});

export const confirm = (confirmationId: string, ...lines: Of<'ConfirmShipment'>['lines']): Of<'ConfirmShipment'> => ({
  type: 'ConfirmShipment',
  confirmationId,
  contentSha256: `sha-${confirmationId}`,
  soldTo: 'C-1001',
  shippedAt: '2026-03-02T10:00:00.000Z',
  tracking: [],
  currency: 'USD',
  lines,
});

export const short = (shortageId: string, lineId: string, qty: string): Of<'ReportShort'> => ({
  type: 'ReportShort',
  shortageId,
  lines: [{ lineId, qty, cause: 'NOT_FOUND' }],
});

export const pick = (pickId: string, lineId: string, qty: string): Of<'RecordPick'> => ({
  type: 'RecordPick',
  pickId,
  lines: [{ lineId, qty }],
});
export const stop = (changeId: string, lineId: string, qty: string): Of<'Reduce'> => ({
  type: 'Reduce',
  changeId,
  lines: [{ lineId, qty }],
});
export const voided: ShipmentCommand = { type: 'VoidShipment', reason: 'WRONG_ADDRESS' };
