import { type ErpBook, PartnerUnavailable, type UntakenOrder } from '../../commands/partnerPorts.ts';
import { badResponse, type HttpAnswer, read, refusalOf, type Send } from '../http/answers.ts';
import {
  errorAnswer,
  journalImportTotals,
  postedDocumentList,
  type SalesOrderStatus,
  type SalesOrderStatusRequest,
  salesOrderStatusList,
  toldOrderStatus,
  untakenStatusList,
} from './schema.ts';
import { refusalCode, toHeldOrder, toOrderStatus, toPostedBatch, toPostedDocument } from './translate.ts';

export type ErpBookOptions = { readonly system: string; readonly send: Send };

/** A hundred orders may have many lines. */
const statusBytesMax = 32 * 1024 * 1024;
const documentBytesMax = 4 * 1024 * 1024;

/** An ERP that has no such address cannot be asked for it, today; any other no makes no sense. */
const isOffered = (system: string, operation: string, { status, body }: HttpAnswer): boolean => {
  if (status === 404) return false;
  if (status === 200) return true;
  throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
};

/** What is finer than a minor unit is no amount of a ledger. */
const inMinorUnits = <T>(system: string, operation: string, translate: () => T): T => {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badResponse(system, operation, 'an amount is finer than a minor unit');
  }
};

/** Why they refuse a whole call; a page that is no error of theirs is told by its status. */
const refusedAs = (system: string, operation: string, { status, body }: HttpAnswer): string => {
  try {
    return refusalOf(system, operation, errorAnswer, body).code;
  } catch (error) {
    if (!(error instanceof PartnerUnavailable)) throw error;
    return `ANSWERED_${status}`;
  }
};

type Told = readonly UntakenOrder[] | { readonly refused: string } | undefined;

/** One order that they choke on makes them refuse all that came with it: which one it is, is found by halves. */
const byHalves = async (
  orders: readonly SalesOrderStatus[],
  tell: (part: readonly SalesOrderStatus[]) => Promise<Told>,
): Promise<readonly UntakenOrder[] | undefined> => {
  const told = await tell(orders);
  if (told === undefined || !('refused' in told)) return told;
  const [first] = orders;
  if (first === undefined) return [];
  if (orders.length === 1) return [{ orderId: first.externalDocumentNumber, code: told.refused }];
  const middle = Math.ceil(orders.length / 2);
  const before = await byHalves(orders.slice(0, middle), tell);
  const behind = before && (await byHalves(orders.slice(middle), tell));
  return behind && [...before, ...behind];
};

const orderCalls = ({ system, send }: ErpBookOptions): Pick<ErpBook, 'orders' | 'tellOrders'> => ({
  orders: (bu, orderIds, signal) => {
    const operation = 'orderStatuses';
    const query = new URLSearchParams({ company: bu, externalDocumentNumbers: orderIds.join(',') });
    const path = `/api/v1/salesOrderStatuses?${query}`;
    const asked = { operation, method: 'GET', path, repeatable: true, answerBytesMax: statusBytesMax } as const;
    return send({ ...asked, signal }, (answer) => {
      if (!isOffered(system, operation, answer)) return undefined;
      const { value } = read(system, operation, salesOrderStatusList, answer.body);
      const wanted = new Set(orderIds);
      if (value.some(({ externalDocumentNumber }) => !wanted.has(externalDocumentNumber)))
        throw badResponse(system, operation, 'answered for another order');
      return value.map(toHeldOrder);
    });
  },
  tellOrders: async (bu, orders, signal) => {
    const operation = 'tellOrderStatuses';
    const value = orders.map(toOrderStatus);
    const fitting = value.filter((status) => toldOrderStatus.safeParse(status).success);
    const unfit = value
      .filter((status) => !fitting.includes(status))
      .map(({ externalDocumentNumber }) => ({ orderId: externalDocumentNumber, code: 'NOT_REPRESENTABLE' }));
    if (fitting.length === 0) return unfit;
    const untaken = await byHalves(fitting, (part) => {
      const body = JSON.stringify({ company: bu, value: [...part] } satisfies SalesOrderStatusRequest);
      const sent = { operation, method: 'POST', path: '/api/v1/salesOrderStatuses', body, repeatable: true } as const;
      return send({ ...sent, signal }, (answer): Told => {
        if (answer.status >= 400 && answer.status !== 404) return { refused: refusedAs(system, operation, answer) };
        if (!isOffered(system, operation, answer)) return undefined;
        return read(system, operation, untakenStatusList, answer.body).value.map(
          ({ externalDocumentNumber, errorCode }) => ({
            ...{ orderId: externalDocumentNumber, code: refusalCode(errorCode) },
          }),
        );
      });
    });
    return untaken && [...unfit, ...untaken];
  },
});

const journalCalls = ({ system, send }: ErpBookOptions): Pick<ErpBook, 'batches' | 'documents'> => ({
  batches: (bu, batchIds, signal) => {
    const operation = 'journalImportTotals';
    const path = `/api/v1/journalImportTotals?${new URLSearchParams({ company: bu, batchIds: batchIds.join(',') })}`;
    return send({ operation, method: 'GET', path, repeatable: true, signal }, (answer) => {
      if (!isOffered(system, operation, answer)) return undefined;
      const { value } = read(system, operation, journalImportTotals, answer.body);
      return inMinorUnits(system, operation, () => value.map(toPostedBatch));
    });
  },
  documents: (bu, batchId, after, signal) => {
    const operation = 'postedDocuments';
    const query = new URLSearchParams({ company: bu, after });
    const path = `/api/v1/journalImports/${encodeURIComponent(batchId)}/documents?${query}`;
    const asked = { operation, method: 'GET', path, repeatable: true, answerBytesMax: documentBytesMax } as const;
    return send({ ...asked, signal }, ({ status, body }) => {
      if (status !== 200) throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
      const { value, next } = read(system, operation, postedDocumentList, body);
      const places = [after, ...value.map(({ journalId }) => journalId)];
      if (places.some((place, index) => index > 0 && (place < (places[index - 1] ?? '') || place === after)))
        throw badResponse(system, operation, 'not by journal');
      if (next !== null && next !== places.at(-1))
        throw badResponse(system, operation, 'there is more, and no way to it');
      const documents = inMinorUnits(system, operation, () => value.map(toPostedDocument));
      return { documents, next: value.length === 0 ? null : next };
    });
  },
});

/** An ERP by REST, which can be asked what it has in its books and told how far orders are. */
export const createErpBook = (options: ErpBookOptions): ErpBook => ({
  system: options.system,
  ...orderCalls(options),
  ...journalCalls(options),
});
