import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { type AdviceFeedPorts, createAdviceFeed } from '../../commands/edi/adviceFeed.ts';
import { withEdiWarehouses } from '../../commands/edi/ediWarehouses.ts';
import type { Wms } from '../../commands/partnerPorts.ts';
import type { WmsLookup } from '../../commands/ports.ts';
import { documentAnswer } from '../../projections/partnerDocuments/queries.ts';
import type { Parts } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** All warehouses: those whose partner speaks EDI, and the others. */
export const allWarehouses = ({
  database,
  personal,
  writeSide,
  partners,
}: Pick<Parts, 'database' | 'personal' | 'writeSide' | 'partners'>): Wms => {
  const { executor, store, catalog } = writeSide;
  return withEdiWarehouses(partners.wms, {
    ...{ executor, store, catalog, vault: personal.vault, payloads: createPayloadStore(database.pool) },
    ...{ write: writeDocument, clock: systemClock },
    answerTo: (documentId) => orLogUnavailable(() => documentAnswer(database.projectionDb, documentId)),
  });
};

/** Shipping advices as those who may only look read them. */
export const adviceLookup = (ports: AdviceFeedPorts): Pick<WmsLookup, 'system' | 'messages' | 'understand'> => {
  const { system, messages, understand } = createAdviceFeed(ports);
  return { system, understand, messages: (cursor, signal) => messages(cursor, 0, signal) };
};
