import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { createOutboundDocuments } from '../../commands/edi/outboundDocuments.ts';
import { troubleOf } from '../../commands/trouble.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** What EDI partners are sent of orders, goods and invoices. */
export const partnerDocuments = ({ database, personal, writeSide, logger }: Parts): Worker => {
  const { tail: feed, checkpoints, stuckBoard, controls, pool } = database;
  const { executor, catalog, store } = writeSide;
  return createOutboundDocuments({
    ...{ feed, checkpoints, stuckBoard, controls, executor, catalog, store },
    ...{ vault: personal.vault, payloads: createPayloadStore(pool), write: writeDocument, clock: systemClock },
    onError: (error, failures) => logger.warn({ err: error, failures }, 'documents for partners could not be made'),
    onStuck: ({ error, ...stuck }) => {
      // An order that is being sourced is nothing to look into.
      if (troubleOf(error).kind === 'STUCK')
        logger.error({ ...stuck, err: error }, 'a document for a partner cannot be made');
    },
  }).run;
};
