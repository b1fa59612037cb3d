import { z } from 'zod';
import type { Erp, PartnerRefusal } from '../../../commands/partnerPorts.ts';
import { badResponse, notRepresentable, type Send } from '../../http/answers.ts';
import { importAnswerBytesMax } from '../lookup.ts';
import { type ErpWire, holdsChange, type SafeCallOptions, safeCalls, sha256 } from '../safeCalls.ts';
import {
  changedOrderAnswer,
  journalImportRequest,
  salesOrderAnswer,
  salesOrderChange,
  salesOrderRequest,
} from '../schema.ts';
import { toChangedOrder, toJournalImport, toSalesOrder } from '../translate.ts';
import { answerIn, callWith, envelopeOf, soapAsking } from './calls.ts';
import type { SoapVersion } from './envelope.ts';
import { findImport, findOrder, foundImport } from './lookup.ts';
import type { Fields, SoapOperation } from './messages.ts';
import { canBeXml } from './xml.ts';

export type SoapErpOptions = SafeCallOptions & {
  /** Name of this ERP in events and cross-references. */
  readonly system: string;
  readonly version: SoapVersion;
  /** To the address of the service itself. */
  readonly send: Send;
  /** Limit of one try of a journal import, which is large. */
  readonly importTimeoutMs?: number;
};

const madeOrder = z.looseObject({ salesOrder: salesOrderAnswer });
const changedOrder = z.looseObject({ salesOrder: changedOrderAnswer });

type Envelope = { readonly kind: 'envelope'; readonly body: string };

/** Text that XML has no way to write is refused here: sent, it would make the whole message unreadable. */
const enveloped = (version: SoapVersion, operation: SoapOperation, fields: Fields): Envelope | PartnerRefusal => {
  const body = envelopeOf(version, operation, fields);
  if (canBeXml(body)) return { kind: 'envelope', body };
  const detail = 'Does not fit the format of the ERP: a character that XML cannot hold';
  return { kind: 'refused', code: 'NOT_REPRESENTABLE', detail };
};

const soapWire = ({ system, version, send, importTimeoutMs = 60_000 }: SoapErpOptions): ErpWire => {
  const lookup = { system, version, ask: soapAsking(version, send) };
  return {
    system,
    findOrder: (bu, orderId) => findOrder(lookup, bu, orderId),
    findImport: (bu, batchId) => findImport(lookup, bu, batchId),
    createOrder: async (order) => {
      const operation = 'createOrder';
      const request = salesOrderRequest.safeParse(toSalesOrder(order));
      if (!request.success) return notRepresentable('the ERP', request.error);
      const written = enveloped(version, operation, { salesOrder: request.data });
      if (written.kind === 'refused') return written;
      return send({ ...callWith(version, operation, written.body), repeatable: false }, (answer) => {
        const made = answerIn({ system, version, operation }, madeOrder, answer);
        if (made.kind === 'refused') return made;
        const { number, externalDocumentNumber } = made.data.salesOrder;
        if (externalDocumentNumber !== order.orderId)
          throw badResponse(system, operation, 'answered for another order');
        return { kind: 'registered', erpNumber: number };
      });
    },
    changeOrder: async (order) => {
      const operation = 'changeOrder';
      const request = salesOrderChange.safeParse(toChangedOrder(order));
      if (!request.success) return notRepresentable('the ERP', request.error);
      const written = enveloped(version, operation, { number: order.erpNumber, salesOrder: request.data });
      if (written.kind === 'refused') return written;
      return send({ ...callWith(version, operation, written.body), repeatable: true }, (answer) => {
        const changed = answerIn({ system, version, operation }, changedOrder, answer);
        if (changed.kind === 'refused') return changed;
        if (!holdsChange(changed.data.salesOrder, order))
          throw badResponse(system, operation, 'answered for another order, or an older state of it');
        return { kind: 'changed' };
      });
    },
    writeImport: (batch) => {
      const request = journalImportRequest.safeParse(toJournalImport(batch));
      if (!request.success) return notRepresentable('the ERP', request.error);
      const written = enveloped(version, 'importJournals', request.data);
      if (written.kind === 'refused') return written;
      const ours = sha256(written.body);
      return { kind: 'written', body: written.body, isOurs: (hash) => hash === ours };
    },
    sendImport: async (body) => {
      const operation = 'importJournals';
      const limits = { timeoutMs: importTimeoutMs, answerBytesMax: importAnswerBytesMax };
      return send({ ...callWith(version, operation, body), ...limits, repeatable: false }, (answer) => {
        const taken = answerIn({ system, version, operation }, foundImport, answer);
        return taken.kind === 'refused' ? taken : { kind: 'taken', found: taken.data.journalImport };
      });
    },
  };
};

/** An ERP that is called by SOAP, document/literal; `erp.wsdl` has its messages. */
export const createSoapErp = (options: SoapErpOptions): Erp => safeCalls(soapWire(options), options);
