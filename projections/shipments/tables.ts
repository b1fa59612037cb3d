import type { Table } from '../table.ts';
import type { ShipmentRows } from './rows.ts';

const reflects = ['bu', 'position', 'updated_at'] as const;

export const shipmentTables: { readonly [Name in keyof ShipmentRows]: Table<ShipmentRows[Name]> } = {
  shipments: {
    name: 'shipment',
    columns: [
      'shipment_id',
      'order_id',
      'node',
      'kind',
      'state',
      'revision',
      'release_id',
      'sold_to',
      'ship_to',
      'planned_at',
      'shipped_at',
      'carrier',
      'tracking',
      'freight',
      'confirmations',
      'void_reason',
      'currency',
      'lag_seconds',
      'created_position',
      ...reflects,
    ],
    key: ['shipment_id'],
    group: 'shipment_id',
  },
  lines: {
    name: 'shipment_line',
    columns: [
      'shipment_id',
      'shipment_line_id',
      'order_id',
      'line_id',
      'item',
      'reservation_id',
      'planned',
      'picked',
      'shipped',
      'overshipped',
      'shorted',
      'stopped',
      'lots',
      'serials',
      'unit_cost',
      'cost',
      ...reflects,
    ],
    key: ['shipment_id', 'shipment_line_id'],
    group: 'shipment_id',
  },
};
