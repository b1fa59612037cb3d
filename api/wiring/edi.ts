import { renumberDocument } from '../../adapters/edi/documents/renumber.ts';
import { writeAcknowledgement } from '../../adapters/edi/inbound/acknowledgement.ts';
import { openInterchange } from '../../adapters/edi/inbound/envelope.ts';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { orderNumberKey } from '../../commands/calls/capture.ts';
import { type InboundCalls, type InboundPorts, inboundCalls } from '../../commands/edi/receiveInterchange.ts';
import { type ResendCalls, type ResendPorts, resendCalls } from '../../commands/edi/resendDocument.ts';
import type { ClaimReads } from '../../commands/ports.ts';
import { partnerDocumentPlace } from '../../projections/partnerDocuments/queries.ts';
import { understoodOrder, understoodOrderChange } from '../orderBody.ts';
import type { Database } from './database.ts';
import type { Personal } from './personal.ts';
import type { WriteSide } from './writeSide.ts';

type Ports = {
  readonly executor: InboundPorts['executor'];
  readonly store: InboundPorts['store'];
  readonly catalog: InboundPorts['catalog'];
  readonly application: Pick<
    WriteSide['application'],
    'submitOrder' | 'addLines' | 'changeLine' | 'cancelOrder' | 'recordStockSnapshot' | 'contentChecks'
  >;
};

/** The order that has a number of its customer, by the key that keeps it for ever. */
export const orderOfPoIn =
  (claims: ClaimReads): InboundPorts['orderOfPo'] =>
  async (of) => {
    const { scope, key } = orderNumberKey(of);
    return (await claims.held(scope, key))?.commandId;
  };

/** What partners send in X12. */
export const makeInboundCalls = (
  { pool, claims }: Pick<Database, 'pool'> & { readonly claims: ClaimReads },
  { vault }: { readonly vault: Pick<Personal['vault'], 'sealsFor'> },
  { executor, store, catalog, application }: Ports,
): InboundCalls =>
  inboundCalls({
    ...{ executor, store, catalog, vault },
    payloads: createPayloadStore(pool),
    x12: { open: openInterchange, acknowledge: writeAcknowledgement },
    ...{ submitOrder: application.submitOrder, understand: understoodOrder },
    ...{ addLines: application.addLines, changeLine: application.changeLine, cancelOrder: application.cancelOrder },
    understandChange: understoodOrderChange,
    recordStockSnapshot: application.recordStockSnapshot,
    checkStockSnapshot: application.contentChecks.stockSnapshot,
    orderOfPo: orderOfPoIn(claims),
  });

/** Documents for partners that somebody has sent again. */
export const makeResendCalls = (
  { pool, projectionDb }: Pick<Database, 'pool' | 'projectionDb'>,
  { vault }: Pick<Personal, 'vault'>,
  { executor, catalog, store }: Pick<ResendPorts, 'executor' | 'catalog' | 'store'>,
): ResendCalls =>
  resendCalls({
    ...{ executor, catalog, store, vault, payloads: createPayloadStore(pool), renumber: renumberDocument },
    place: (documentId) => orLogUnavailable(() => partnerDocumentPlace(projectionDb, documentId)),
  });
