import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { createOutboundDocuments } from '../../commands/edi/outboundDocuments.ts';
import { troubleOf } from '../../commands/workers/trouble.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { stockReads } from './stockAdvice.ts';
import { systemClock } from './writeSide.ts';

/** What EDI partners are sent of orders, goods, invoices and stock. */
export const partnerDocuments = ({ database, personal, writeSide, logger }: Parts): Worker => {
  const { tail: feed, checkpoints, stuckBoard, controls, pool } = database;
  const { waitingAnswers: waiting, unmadeDocuments: unmade, messageDiscards: discards } = database;
  const { executor, catalog, store } = writeSide;
  return createOutboundDocuments({
    ...{ feed, checkpoints, stuckBoard, controls, executor, catalog, store, waiting, unmade, discards },
    stock: stockReads(database.projectionDb).stock,
    ...{ vault: personal.vault, payloads: createPayloadStore(pool), write: writeDocument, clock: systemClock },
    onError: (error, failures) => logger.warn({ err: error, failures }, 'documents for partners could not be made'),
    onStuck: ({ error, ...stuck }) => {
      // An order that is being sourced is nothing to look into.
      if (troubleOf(error).kind === 'STUCK')
        logger.error({ ...stuck, err: error }, 'a document for a partner cannot be made');
    },
  }).run;
};
