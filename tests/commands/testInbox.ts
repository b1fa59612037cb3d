import type { Kysely } from 'kysely';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { createWmsClient } from '../../adapters/wms/client.ts';
import type { Application } from '../../commands/application.ts';
import { createWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import type { WarehouseInboxPorts } from '../../commands/inbox/warehouseInboxPorts.ts';
import { applyToCatalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { quickHttp } from '../adapters/http/peer.ts';
import { startFeedServer } from './feedServer.ts';

/** What becomes of a message in the application. */
export type End = 'taken' | 'refused' | 'killed' | 'killed after it';

const catalog = applyToCatalog(emptyCatalog, {
  type: 'BusinessUnitDefined',
  data: { ...demoBusinessUnit, version: 1 },
});
const { signal } = new AbortController();

/** Takes what it is not told to end otherwise, and says at the end of `taken` what it took, repeats too. */
const takingInto = (taken: string[], endOf: (id: string) => End): Pick<Application, 'takeWarehouseMessage'> => ({
  takeWarehouseMessage: async (_bu, { messageId, shipmentId }) => {
    const end = endOf(messageId);
    if (end === 'refused') return { kind: 'refused', refusal: { refused: 'SHORT_EXCEEDS_OPEN', detail: 'Too much.' } };
    if (end !== 'killed') taken.push(messageId);
    if (end !== 'taken') throw new Error('killed');
    const receipt = { commandId: messageId, stream: 's', revision: 0, position: '1', recordedAt: '' };
    return { kind: 'done', value: { shipmentId }, receipt };
  },
});

let systems = 0;

/** A warehouse of a name of its own, whose feed says what the test has it say, and inboxes that read it. */
export const startTestWarehouse = async (db: Kysely<never>) => {
  systems += 1;
  const system = `wms-${systems}`;
  const consumer = `warehouse-inbox:${system}`;
  const feed = await startFeedServer();
  const { send } = quickHttp(feed.url);
  const wms = createWmsClient({ system, send, sendFeed: send });
  return {
    ...{ consumer, feed, wms },
    /** One worker's inbox. */
    inbox: (taken: string[], endOf: (id: string) => End = () => 'taken', over: Partial<WarehouseInboxPorts> = {}) =>
      createWarehouseInbox({
        ...{ wms, application: takingInto(taken, endOf), catalog: { current: () => catalog } },
        checkpoints: createCheckpoints(db),
        stuckBoard: createStuckBoard(db),
        parked: createParkedMessages(db),
        discards: createMessageDiscards(db),
        clock: () => '2026-11-23T09:00:00.000Z',
        retryBaseMs: 5,
        onError: (error) => {
          throw error;
        },
        ...over,
      }),
    kept: () => createParkedMessages(db).read(consumer),
    cursor: () => createCheckpoints(db).read(consumer),
    close: () => feed.close(),
  };
};

export type TestWarehouse = Awaited<ReturnType<typeof startTestWarehouse>>;

/** Steps of the inbox until something is so; what never becomes so ends with the test's own time. */
export const stepUntil = async (
  { step }: { readonly step: (signal: AbortSignal) => Promise<unknown> },
  isSo: () => boolean | Promise<boolean>,
): Promise<void> => {
  do await step(signal);
  while (!(await isSo()));
};

export const once = (taken: readonly string[]): readonly string[] => [...new Set(taken)];
