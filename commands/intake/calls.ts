import { streamName } from '../../domain/eventLog.ts';
import type { ImportKind } from '../../domain/intake/columns.ts';
import type { ImportReceived } from '../../domain/intake/events.ts';
import { headerViolations } from '../../domain/intake/header.ts';
import { type ImportState, importDecider } from '../../domain/intake/intake.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { Outcome, Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, violation } from '../outcome.ts';
import type { CommandContext, ImportBoard } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';
import { type FilePorts, type KeptFile, keepFile } from './keepFile.ts';

export type ImportInput = {
  readonly bu: string;
  readonly kind: ImportKind;
  readonly dryRun: boolean;
  readonly file: KeptFile;
};

export type AskedImport = { readonly received: ImportReceived['data']; readonly state: ImportState };

export type ImportCalls = {
  readonly keepFile: (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => Promise<KeptFile>;
  /** Of a file that came to no import: its request was refused, or is the repetition of another. Throws `LogUnavailable`. */
  readonly releaseFile: (file: Pick<KeptFile, 'uploadId'>) => Promise<void>;
  /** A worker takes its rows. The same command again is the same import. Throws `LogUnavailable`. */
  readonly requestImport: (input: ImportInput, context: CommandContext) => Promise<Outcome<AskedImport>>;
  /** What was taken stays. Refuses NOT_FOUND, and IMPORT_STATE for one that is over. */
  readonly cancelImport: (
    input: { readonly importId: string; readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly importId: string }>>;
};

type Ports = Pick<AppPorts, 'executor' | 'catalog'> & FilePorts & { readonly board: Pick<ImportBoard, 'open'> };

export const importStream = (importId: string) => streamName(importDecider.category, operationsUnit, importId);

const fileViolations = ({ kind, file }: ImportInput): readonly Violation[] => {
  if (file.bytes === 0) return [violation('/content', 'REQUIRED', 'The file is empty.')];
  if (!file.isUtf8) return [violation('/content', 'FORMAT_INVALID', 'The file is not in UTF-8.')];
  return file.header === null
    ? [violation('/content', 'FORMAT_INVALID', 'The first line of the file cannot be read as CSV.')]
    : headerViolations(kind, file.header);
};

const violationsOf = async ({ catalog }: Ports, input: ImportInput): Promise<readonly Violation[]> => {
  const unknown = await missingIn(catalog, (known) =>
    businessUnitOf(known, input.bu) === undefined
      ? [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${input.bu}.`)]
      : [],
  );
  return [...unknown, ...fileViolations(input)];
};

const request =
  (ports: Ports): ImportCalls['requestImport'] =>
  async (input, context) => {
    const { bu: businessUnit, kind, dryRun, file } = input;
    const violations = await violationsOf(ports, input);
    if (violations.length > 0) return invalid(violations);
    const importId = context.commandId;
    // Before the log knows of it: a file without an import goes a day later, an import without its file cannot be taken. Who
    // tries again after a kill sends the same bytes once more; the first are kept, whether the log knows of them or not.
    const namesPeople = kind === 'customers';
    const uploadId = await ports.board.open(importId, { uploadId: file.uploadId, namesPeople });
    const data = {
      ...{ bu: operationsUnit, importId, businessUnit, kind, dryRun },
      ...{ payloadSha256: file.sha256, bytes: file.bytes, uploadId, requestedBy: context.actor.id },
    };
    const work = {
      decider: importDecider,
      stream: importStream(importId),
      command: { type: 'ReceiveImport', ...data } as const,
    };
    return carryOut(ports.executor, work, context, ({ state }) => ({ received: state.received ?? data, state }));
  };

export const importCalls = (ports: Ports): ImportCalls => ({
  keepFile: keepFile(ports),
  releaseFile: ({ uploadId }) => ports.files.removeUnnamed(uploadId),
  requestImport: request(ports),
  cancelImport: ({ importId, reason, ifMatch }, context) => {
    const command = { type: 'CancelImport', reason, cancelledBy: context.actor.id } as const;
    const work = { decider: importDecider, stream: importStream(importId), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ importId }));
  },
});
