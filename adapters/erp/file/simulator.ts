import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSimulator, SimulatedAnswer, SimulatorTools } from '../../http/simulatedPartner.ts';
import { closingRoute, type ErpSimulatorOptions, serveBooks } from '../simulator.ts';
import type { Desk } from '../simulatorDesk.ts';
import { folders, openFolders } from './handover.ts';
import { type FileRecord, fileOf, rowsIn } from './records.ts';

export type FileErpSimulatorOptions = ErpSimulatorOptions & {
  readonly folder: string;
  /** How long a file lies before it is looked at. */
  readonly lookEveryMs?: number;
};

type Fields = readonly string[];
const at = (fields: Fields | undefined, index: number): string => fields?.[index] ?? '';

const orderIn = (rows: readonly Fields[]) => {
  const of = (kind: string) => rows.filter(([found]) => found === kind);
  const header = of('ORDER')[0];
  const revision = Number(at(header, 4));
  return {
    number: at(header, 3),
    order: {
      ...{ company: at(header, 1), externalDocumentNumber: at(header, 2), customerPurchaseOrderNumber: at(header, 5) },
      ...{ customerNumber: at(header, 6), billToCustomerNumber: at(header, 7), shipToCode: at(header, 8) },
      ...{ currencyCode: at(header, 9), requestedDeliveryDate: at(header, 10) },
      ...(revision > 0 && { sourceRevision: revision }),
      lines: of('LINE').map(([, lineReference, itemNumber, quantity, unitOfMeasureCode, unitPrice, ...discounts]) => ({
        ...{ lineReference, itemNumber, quantity, unitOfMeasureCode, unitPrice, discountPercents: discounts },
      })),
      charges: of('CHARGE').map(([, chargeCode, amount]) => ({ chargeCode, amount })),
    },
  };
};

const batchIn = (rows: readonly Fields[]) => {
  const journals: { lines: unknown[] }[] = [];
  const controlTotals: unknown[] = [];
  for (const [kind, ...fields] of rows) {
    const [first, second, third, fourth, fifth, sixth, seventh] = fields;
    const amounts = { accountNumber: second, debitAmount: third, creditAmount: fourth };
    if (kind === 'LINE') journals.at(-1)?.lines.push({ lineNumber: Number(first), ...amounts });
    if (kind === 'TOTAL') controlTotals.push({ currencyCode: first, ...amounts });
    if (kind !== 'JOURNAL') continue;
    const references = { ...(sixth && { salesOrderReference: sixth }), ...(seventh && { invoiceReference: seventh }) };
    const head = { journalId: first, postingDate: second, journalTemplate: third, documentNumber: fourth };
    journals.push(Object.assign(head, { currencyCode: fifth, ...references, lines: [] }));
  }
  const [, batchId, company, ledger, period, contentSha256] = rows[0] ?? [];
  return { batchId, company, ledger, period, contentSha256, journals, controlTotals };
};

type Result = { readonly journalId: string } & Partial<Record<'documentNumber' | 'errorCode' | 'errorMessage', string>>;

const bodyOf = <T>({ body }: SimulatedAnswer): T => body as T;
const refusalIn = (kind: 'ORDER' | 'FILE', answer: SimulatedAnswer): FileRecord => {
  const { error } = bodyOf<{ readonly error: { readonly code: string; readonly message: string } }>(answer);
  return [kind, 'REJECTED', error.code, error.message];
};

const answerToOrder = (desk: Desk, tools: SimulatorTools, rows: readonly Fields[], text: string): FileRecord => {
  const { number, order } = orderIn(rows);
  const operation = number === '' ? 'createOrder' : 'changeOrder';
  const wish = tools.faultFor('refuse', operation, text);
  if (wish !== undefined) return ['ORDER', 'REJECTED', wish.code ?? 'RefusedOnRequest', 'Refused on request.'];
  const answer = number === '' ? desk.createOrder(order) : desk.changeOrder(number, order);
  if (answer.status < 400) return ['ORDER', 'ACCEPTED', bodyOf<{ readonly number: string }>(answer).number];
  // A file that was read before and whose answer did not get out: it is told again what came of it.
  const found = desk.findOrders(order.company, order.externalDocumentNumber);
  const [held] = bodyOf<{ readonly value: readonly { readonly number: string }[] }>(found).value;
  return answer.status === 409 && held !== undefined ? ['ORDER', 'ACCEPTED', held.number] : refusalIn('ORDER', answer);
};

const answerToBatch = (
  desk: Desk,
  tools: SimulatorTools,
  rows: readonly Fields[],
  text: string,
): readonly FileRecord[] => {
  const answer = desk.importJournals(batchIn(rows), text);
  if (answer.status >= 400) return [refusalIn('FILE', answer)];
  return bodyOf<{ readonly journals: readonly Result[] }>(answer).journals.map((journal): FileRecord => {
    const { journalId, documentNumber, errorCode = '', errorMessage = '' } = journal;
    if (tools.faultFor('malformed', 'acknowledge', journalId) !== undefined) return ['JOURNAL', journalId, 'POSTD'];
    return documentNumber === undefined
      ? ['JOURNAL', journalId, 'REJECTED', errorCode, errorMessage]
      : ['JOURNAL', journalId, 'POSTED', documentNumber];
  });
};

const answerTo = (desk: Desk, tools: SimulatorTools, text: string): readonly FileRecord[] => {
  const { rows, isComplete } = rowsIn(text);
  const fields = rows.flatMap((row) => (row.fields === undefined ? [] : [row.fields]));
  if (!isComplete || fields.length !== rows.length) return [['FILE', 'REJECTED', 'FileIncomplete', 'It is cut off.']];
  return fields[0]?.[0] === 'BATCH'
    ? answerToBatch(desk, tools, fields, text)
    : [answerToOrder(desk, tools, fields, text)];
};

/** Takes every file that lies there: answers it, then puts it away. Killed in between, it answers it once more, and alike. */
const lookOnce = async (folder: string, desk: Desk, tools: SimulatorTools): Promise<void> => {
  const names = (await readdir(join(folder, folders.out))).filter((name) => name.endsWith('.csv')).sort();
  for (const name of names) {
    const path = join(folder, folders.out, name);
    const answer = join(folder, folders.in, name.replace(/csv$/, 'ack'));
    await writeFile(`${answer}.new`, fileOf(answerTo(desk, tools, await readFile(path, 'utf8'))));
    await rename(`${answer}.new`, answer);
    await rename(path, join(folder, 'taken', name));
  }
};

/** The same distributor's ERP as `../simulator.ts`, which looks into a folder; by HTTP it has its control routes only. */
export const startFileErpSimulator = async (options: FileErpSimulatorOptions): Promise<RunningSimulator> => {
  const { folder, lookEveryMs = 50 } = options;
  await openFolders(folder);
  await mkdir(join(folder, 'taken'), { recursive: true });
  const stopping = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  const look = async (desk: Desk, tools: SimulatorTools): Promise<void> => {
    while (!stopping.signal.aborted) {
      // A folder that is taken away under it ends nothing: it looks again.
      await lookOnce(folder, desk, tools).catch(() => {});
      await sleep(lookEveryMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  const running = await serveBooks({ ...options, importDelayMs: 0 }, ({ desk, tools }) => {
    looking = Promise.resolve().then(() => look(desk, tools));
    return [closingRoute(tools)];
  });
  return {
    url: running.url,
    close: async () => {
      stopping.abort();
      await looking;
      await running.close();
    },
  };
};
