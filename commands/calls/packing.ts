import { inComponents } from '../../domain/shipment/kits.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ContentChecks, Outcome, Violation } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { FactPorts } from './callPorts.ts';
import { findStream } from './findStream.ts';
import type { WithRevision } from './inputs.ts';
import { findPlanned } from './plannedShipment.ts';
import { notByWarehouse, type Shipment } from './shipmentFacts.ts';
import { type Keyed, linesInBase, partOf } from './shipments.ts';

/** What a warehouse packed. `item` of a line names a component where the line is a kit. */
export type PackInput = {
  readonly shipmentId: string;
  readonly packId: string;
  readonly cartons: readonly {
    readonly cartonId: string;
    readonly sscc?: string;
    readonly tracking?: string;
    readonly weight?: { readonly value: string; readonly unit: 'KG' | 'LB' };
    readonly lines: readonly (Keyed & { readonly lots: readonly string[]; readonly serials: readonly string[] })[];
  }[];
};

export type PackCalls = {
  /** Refuses CARTON_PACKED, SERIAL_PACKED, PACK_EXCEEDS_PLANNED, SHIPMENT_VOIDED, BUSINESS_KEY_REUSED. */
  readonly recordPack: (
    input: PackInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly shipmentId: string }>>;
};

const cartonsInBase = (ports: FactPorts, shipment: Shipment, cartons: PackInput['cartons']) => {
  const violations: Violation[] = [];
  const inBase = cartons.map((carton, index) => {
    const found = linesInBase(ports, shipment, carton.lines, `/cartons/${index}/lines`);
    violations.push(...found.violations);
    return { ...carton, lines: found.inBase };
  });
  return { violations, inBase };
};

const recordPack =
  (ports: FactPorts): PackCalls['recordPack'] =>
  async ({ shipmentId, packId, cartons, ifMatch }, context) => {
    const shipment = await findPlanned(ports, shipmentId);
    if (shipment === undefined) return noSuch('shipment', shipmentId);
    const refusal = notByWarehouse(shipment);
    if (refusal !== undefined) return refusal;
    const { violations, inBase } = cartonsInBase(ports, shipment, cartons);
    if (violations.length > 0) return invalid(violations);
    const packed = inBase.map((carton) => ({
      ...carton,
      lines: inComponents(
        shipment.state.lines,
        carton.lines.map((line) => ({ ...partOf(line, shipment), lots: line.lots, serials: line.serials })),
      ),
    }));
    const hash = contentSha256({ packId, cartons: packed });
    const command = { type: 'RecordPack', packId, contentSha256: hash, cartons: packed } as const;
    const work = { decider: shipmentDecider, stream: shipment.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ shipmentId }));
  };

export const packCalls = (ports: FactPorts): PackCalls => ({ recordPack: recordPack(ports) });

export const packChecks = (ports: FactPorts): Pick<ContentChecks, 'cartons'> => ({
  cartons: async (shipmentId, cartons) => {
    const shipment = await findStream(ports, shipmentDecider, shipmentId);
    return shipment === undefined ? [] : cartonsInBase(ports, shipment, cartons).violations;
  },
});
