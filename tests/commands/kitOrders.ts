import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { line, orderInput, receive, stockAt } from './facts.ts';
import { bu, releases, world } from './newUnits.ts';
import { must } from './world.ts';

// An order for kits of two rings and one tube of grease, its goods, and where its books are read.

export const kitLine = (qty: string, lineId = '10') => line(lineId, 'KIT-SEAL', qty);

export const stock = async (node: string, rings: string, grease: string, unit = bu) => {
  if (rings !== '0') await receive(world, unit, node, 'SEAL-RING', rings, `R-${unit}-${node}-${rings}`);
  if (grease !== '0') await receive(world, unit, node, 'GREASE-50', grease, `G-${unit}-${node}-${grease}`);
};

export const submit = async (changes: Parameters<typeof orderInput>[1]) => {
  const input = orderInput(bu, { charges: [], ...changes });
  const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
  await world.settle();
  return orderId;
};

type Left = { readonly item?: string; readonly qty: string };

export const confirm = async (orderId: string, confirmationId: string, ...lines: readonly Left[]) => {
  const [release] = await releases();
  const shipmentId = release?.shipmentId ?? '';
  const shippedAt = '2026-11-23T14:00:00.000Z';
  const confirmed = lines.map((left) => ({ orderId, lineId: '10', uom: 'EA', lots: [], serials: [], ...left }));
  await must(
    world
      .app()
      .confirmShipment(
        { shipmentId, confirmationId, shippedAt, tracking: [], lines: confirmed },
        world.as('warehouse'),
      ),
  );
  await world.settle();
  return shipmentId;
};

export const positions = async (node: string) => ({
  rings: await stockAt(world, bu, node, 'SEAL-RING'),
  grease: await stockAt(world, bu, node, 'GREASE-50'),
});

export const openBooks = async (unit: string): Promise<void> => {
  await must(world.app().publishAccountMap({ ...demoAccountMap, bu: unit }, world.as('finance')));
  await must(world.app().publishPostingRules({ ...demoPostingRules, bu: unit }, world.as('finance')));
  await must(world.app().openPeriod({ bu: unit, ledger: 'PRIMARY', period: '202611' }, world.as('finance')));
};

const followed = ['master_data', 'orders', 'inventory', 'shipments', 'gl_staging', 'subledgers', 'lineage'];

export const readModels = async () => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections.filter(({ name }) => followed.includes(name)))
    await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};
