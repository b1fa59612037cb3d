import type { z } from 'zod';
import { toDomain } from '../../commands/codec.ts';
import { importStream } from '../../commands/intake/calls.ts';
import type { ImportEvent, ImportReceived } from '../../domain/intake/events.ts';
import { type ImportState, importDecider } from '../../domain/intake/intake.ts';
import type { ImportedRows } from '../../projections/imports.ts';
import { requireScope } from '../authorise.ts';
import { csvHead, csvRows } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { readTold } from '../evidence/damage.ts';
import { HttpProblem } from '../problem.ts';
import { type Call, command, type Immutable, longCommand, type Route, read } from '../route.ts';
import {
  cancelImportBody,
  importBody,
  importCancelled,
  importParams,
  importRequested,
  importView,
  refusedRowList,
  refusedRowsQuery,
  uploadedImport,
} from '../schemas/imports.ts';

const tag = 'Master data';

type Received = ImportReceived['data'];

const noRows = { rows: 0, created: 0, changed: 0, unchanged: 0, refused: 0 };

/** Once it is over the log says what became of its rows; before that, its worker. */
const rowsOf = ({ completed }: ImportState, progress: ImportedRows | undefined) => {
  const { rows, created, changed, unchanged, refused } = completed?.counts ?? progress ?? noRows;
  return { total: completed?.counts.rows ?? progress?.total ?? null, done: rows, created, changed, unchanged, refused };
};

const viewOf = (received: Received, state: ImportState, progress: ImportedRows | undefined) => {
  const { importId, businessUnit, kind, dryRun, payloadSha256, bytes, requestedBy } = received;
  const hasBegun = progress !== undefined && progress.total !== null;
  return {
    ...{ importId, bu: businessUnit, kind, dryRun },
    state: state.phase === 'WAITING' && hasBegun ? ('RUNNING' as const) : state.phase,
    problem: state.problem,
    rows: rowsOf(state, progress),
    ...{ payloadSha256, bytes, requestedBy },
    updatedAt: progress?.updatedAt ?? null,
  };
};

/** As the log has it; undefined where there is none, or it is of a business unit that the caller does not see. */
const found = async (importId: string, { scope }: Call, deps: ApiDeps) => {
  let state = importDecider.initial;
  for await (const recorded of readTold(deps.log.store, importStream(importId)))
    state = importDecider.evolve(state, toDomain(recorded) as ImportEvent);
  const { received } = state;
  const isHidden = received === null || (scope !== undefined && !scope.bus.includes(received.businessUnit));
  return isHidden ? undefined : { received, state };
};

const requestImport = longCommand({
  operation: 'requestImport',
  path: '/v1/imports',
  tag,
  summary: 'Send a file of items, customers or prices',
  description:
    'A CSV file (RFC 4180, UTF-8, commas, a header) is kept and answered at once; a worker takes its rows by the rules of `PUT /v1/items/…`, `PUT /v1/customers/…` and `PUT /v1/price-lists/…`, beside everything else and at a share of the machine. Rows stand for themselves: those that are wrong are listed, the others are taken. A file that cannot be read to its end has no effect. Columns are described in `docs/import-files.md`; one that the file has not leaves what is defined as it is. The same file again changes nothing.',
  body: importBody,
  upload: { mediaType: 'text/csv', body: uploadedImport },
  status: 202,
  answer: importRequested,
  refusals: [],
  creates: true,
  ask: async ({ body }, { principal, context, upload }, deps) => {
    const { bu, kind, dryRun } = body;
    requireScope(principal, { bu });
    const { keepFile, requestImport: request, releaseFile } = deps.operations;
    const file = upload ?? (await keepFile([Buffer.from(body.content, 'base64')]));
    const outcome = await request({ bu, kind, dryRun, file }, context);
    if (outcome.kind !== 'done') await releaseFile(file);
    return outcome;
  },
  tell: ({ received, state }, receipt) => ({
    body: { ...viewOf(received, state, undefined), receipt },
    location: `/v1/imports/${received.importId}`,
  }),
});

const readImport = read({
  operation: 'readImport',
  path: '/v1/imports/{importId}',
  tag,
  summary: 'How far an import is, and what became of its rows',
  params: importParams,
  answer: importView,
  models: ['event_index'],
  handle: async ({ params: { importId } }, call, deps) => {
    const known = await found(importId, call, deps);
    return known && viewOf(known.received, known.state, await deps.reads.importProgress(importId));
  },
});

/** Columns that an import does not read, so that the mended file can be sent as it is. */
const notes = [
  { name: '#row', type: 'count' },
  { name: '#errors', type: 'text' },
] as const;

type RefusedRows = Immutable<z.output<typeof refusedRowList>>;

/** The refused rows as they came, each with what is wrong with it. */
const asCsv = ({ columns, items }: Pick<RefusedRows, 'columns' | 'items'>): string => {
  // By place: a file may have two columns of notes under one name.
  const placed = columns.map((name, index) => ({ name, key: `${index}`, type: 'text' }));
  const written = placed.filter(({ name }) => !name.startsWith('#'));
  const rows = items.map(({ row, errors, cells }) => ({
    '#row': row,
    '#errors': errors.map(({ column, code, detail }) => `${column ?? 'row'}: ${code} ${detail}`).join(' | '),
    ...Object.fromEntries(written.map(({ key }) => [key, cells[Number(key)] ?? ''])),
  }));
  const keyed = written.map(({ key, type }) => ({ name: key, type }));
  return csvHead([...notes, ...written]) + csvRows([...notes, ...keyed], rows);
};

const listRefusedRows = read({
  operation: 'listRefusedRows',
  path: '/v1/imports/{importId}/refused-rows',
  tag,
  summary: 'The rows of an import that were refused, and why',
  description:
    'With `Accept: text/csv` a file to mend and to send again: `#row` and `#errors` are not read then. The next page is in `Link`.',
  params: importParams,
  query: refusedRowsQuery,
  answer: refusedRowList,
  models: ['event_index'],
  asCsv,
  handle: async ({ params: { importId }, query }, call, deps) =>
    (await found(importId, call, deps)) && deps.reads.refusedRows(importId, query),
});

const cancelImport = command({
  operation: 'cancelImport',
  path: '/v1/imports/{importId}/cancellations',
  tag,
  summary: 'Take no more rows of an import',
  description: 'What was taken stays.',
  params: importParams,
  body: cancelImportBody,
  status: 202,
  answer: importCancelled,
  refusals: [404, 409],
  ask: async ({ params, body }, call, deps) => {
    if ((await found(params.importId, call, deps)) === undefined)
      throw new HttpProblem('NOT_FOUND', 'There is no such import.', { retain: false });
    return deps.operations.cancelImport({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt) => ({ body: { ...value, receipt }, location: `/v1/imports/${value.importId}` }),
});

export const importRoutes: readonly Route[] = [requestImport, readImport, listRefusedRows, cancelImport];
