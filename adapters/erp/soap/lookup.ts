import { z } from 'zod';
import { PartnerUnavailable } from '../../../commands/partnerPorts.ts';
import type { ErpLookup } from '../../../commands/ports.ts';
import { badResponse } from '../../http/answers.ts';
import { listOf } from '../../http/wire.ts';
import { type JournalImportAnswer, journalImportAnswer, salesOrderAnswer } from '../schema.ts';
import { answerIn, type SoapAsk } from './calls.ts';
import type { SoapVersion } from './envelope.ts';

export type SoapLookupOptions = {
  readonly system: string;
  readonly version: SoapVersion;
  readonly ask: SoapAsk;
};

const foundOrders = z.looseObject({ salesOrders: listOf(salesOrderAnswer, 1_000) });
export const foundImport = z.looseObject({ journalImport: journalImportAnswer });

/** As `../lookup.ts`: throws AMBIGUOUS when two orders carry our reference. */
export const findOrder = (
  { system, version, ask }: SoapLookupOptions,
  bu: string,
  orderId: string,
  signal?: AbortSignal,
): Promise<{ readonly erpNumber: string } | undefined> => {
  const operation = 'findOrder';
  const fields = { company: bu, externalDocumentNumber: orderId };
  return ask({ operation, fields, signal }, (answer) => {
    const read = answerIn({ system, version, operation }, foundOrders, answer);
    if (read.kind === 'refused') throw badResponse(system, operation, read.code);
    const ours = read.data.salesOrders.filter((found) => found.externalDocumentNumber === orderId);
    if (ours.length > 1) {
      const detail = `${system}: ${ours.length} orders carry the reference ${orderId}`;
      throw new PartnerUnavailable(system, detail, { class: 'AMBIGUOUS' });
    }
    return ours[0] && { erpNumber: ours[0].number };
  });
};

/** Batches are numbered anew in every business unit, so the company is part of the question. */
export const findImport = (
  { system, version, ask }: SoapLookupOptions,
  bu: string,
  batchId: string,
  signal?: AbortSignal,
): Promise<JournalImportAnswer | undefined> => {
  const operation = 'findJournalImport';
  return ask({ operation, fields: { company: bu, batchId }, signal }, (answer) => {
    const read = answerIn({ system, version, operation }, foundImport, answer);
    if (read.kind === 'refused') {
      if (read.code === 'BATCH_NOT_FOUND') return undefined;
      throw badResponse(system, operation, read.code);
    }
    const { journalImport } = read.data;
    if (journalImport.batchId !== batchId) throw badResponse(system, operation, 'answered for another batch');
    return journalImport;
  });
};

/** What the ERP holds of ours, for those who may only look. */
export const createSoapLookup = (options: SoapLookupOptions): ErpLookup => ({
  order: (bu, orderId, signal) => findOrder(options, bu, orderId, signal),
  journalImport: async (bu, batchId, signal) => {
    const found = await findImport(options, bu, batchId, signal);
    return found && { fileSha256: found.fileSha256, finished: found.status === 'Completed' };
  },
});
