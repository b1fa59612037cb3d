import { businessUnits } from '../../domain/masterData/catalog.ts';
import type { Application } from '../application.ts';
import type { FeedMessage, Wms } from '../partnerPorts.ts';
import type { Clock, CommandContext } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';

class MessageRefused extends Error {
  override readonly name: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.name = code;
  }
}

/** What taking one message needs. */
export type TakingPorts = {
  readonly wms: Pick<Wms, 'system'>;
  readonly application: Pick<Application, 'takeWarehouseMessage'>;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  readonly clock: Clock;
};

const contextOf = ({ wms, clock }: TakingPorts, messageId: string): CommandContext => ({
  commandId: `${wms.system}:${messageId}`,
  occurredAt: clock(),
  correlationId: `${wms.system}:${messageId}`,
  causationId: `${wms.system}:${messageId}`,
  actor: { kind: 'PARTNER', id: wms.system, roles: ['warehouse'] },
  source: { system: wms.system, partnerId: wms.system },
});

/** Throws `MessageRefused` when no business unit takes it, with the first answer that was about the message itself. */
export const takeMessage = async (
  ports: TakingPorts,
  message: FeedMessage,
  seen: string | undefined,
): Promise<void> => {
  if (message.kind === 'NOT_UNDERSTOOD') throw new MessageRefused(message.kind, message.detail);
  let refusal = new MessageRefused(
    'SHIPMENT_NOT_PLANNED',
    `Shipment ${message.shipmentId} is not planned, or not yet.`,
  );
  for (const { bu } of businessUnits(ports.catalog.current())) {
    const context = contextOf(ports, message.messageId);
    const outcome = await ports.application.takeWarehouseMessage(bu, message, context, seen);
    if (outcome.kind === 'done') return;
    if (outcome.kind === 'invalid') {
      throw new MessageRefused('INVALID', outcome.violations.map(({ detail }) => detail).join(' '));
    }
    const { refused, detail } = outcome.refusal;
    if (refused !== 'SHIPMENT_NOT_PLANNED') refusal = new MessageRefused(refused, detail);
  }
  throw refusal;
};
