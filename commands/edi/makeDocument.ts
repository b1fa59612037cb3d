import { documentBeginningDecider } from '../../domain/edi/documentBeginning.ts';
import {
  type Made,
  type MakeDocument,
  madeDocumentsDecider,
  madeUnbegun,
  nextControlNumber,
} from '../../domain/edi/madeDocuments.ts';
import { ediMediaType, type PartnerDocumentMade } from '../../domain/edi/madeEvents.ts';
import { LogUnavailable, type StreamName, streamName } from '../../domain/eventLog.ts';
import { toDomain } from '../codec.ts';
import type { StreamReader } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { keepPayload, type PayloadPorts } from './payloads.ts';

export type MakePorts = PayloadPorts & {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly store: StreamReader;
};

/** `write` is asked again where somebody else got the number meanwhile; it is pure. */
export type DocumentToMake = Omit<PartnerDocumentMade['data'], 'controlNumber' | 'payloadSha256' | 'begunAfter'> & {
  readonly write: (controlNumber: number) => string;
};

/** Whoever makes documents for one partner at the same time takes turns; each turn one of them is done. */
const attemptsMax = 50;

type Beginning = { readonly afterNumber: number; readonly isNew: boolean };

/** Where the partner's numbers were when this document was first set about. */
const begin = async (
  { executor }: MakePorts,
  { bu, partner, documentId }: DocumentToMake,
  last: number,
  context: CommandContext,
): Promise<Beginning> => {
  const stream = streamName(documentBeginningDecider.category, bu, documentId);
  const command = { type: 'BeginDocument', bu, partner, documentId, afterNumber: last } as const;
  const named = alsoAs(context, `${context.commandId}:${documentId}:begun`);
  const executed = await executor.execute(documentBeginningDecider, stream, command, named, { isNew: true });
  if (executed.kind !== 'done') throw new Error(`a beginning of ${documentId} is never refused`);
  return {
    afterNumber: executed.state.afterNumber ?? last,
    isNew: executed.events.length > 0 && !executed.duplicate,
  };
};

/** Looks for a document behind a number; answers with it, or with the last number that there is. Throws `LogUnavailable`. */
export const lookBehind = async (
  store: StreamReader,
  stream: StreamName,
  number: number,
  documentId: string,
): Promise<Made | number> => {
  let last = number;
  // Number n is at revision n - 1.
  for await (const recorded of store.read(stream, number)) {
    const event = toDomain(recorded);
    if (event.type !== 'PartnerDocumentMade') continue;
    const { controlNumber, payloadSha256 } = event.data;
    if (event.data.documentId === documentId) return { controlNumber, payloadSha256 };
    last = controlNumber;
  }
  return last;
};

/** Its text under a number; of one that cannot be written any more, what was made of it while it could be. */
const writeAhead = async (
  { executor, store }: MakePorts,
  sent: StreamName,
  { bu, documentId, write }: DocumentToMake,
  controlNumber: number,
): Promise<string | Made> => {
  try {
    return write(controlNumber);
  } catch (error) {
    const stream = streamName(documentBeginningDecider.category, bu, documentId);
    const { afterNumber } = (await executor.load(documentBeginningDecider, stream)).state;
    const found = afterNumber === null ? undefined : await lookBehind(store, sent, afterNumber, documentId);
    if (found === undefined || typeof found === 'number') throw error;
    return found;
  }
};

/**
 * Makes a document for a partner, once for its id: its beginning, its bytes, then the event that has their hash and number.
 * Killed in between, bytes lie there that nobody names, and the next attempt goes on. What cannot be written is not begun, so
 * trying it again does not look behind an ever older beginning. Throws what `write` throws, and `LogUnavailable`.
 */
export const makeDocument = async (
  ports: MakePorts,
  toMake: DocumentToMake,
  context: CommandContext,
): Promise<Made> => {
  const { write, ...document } = toMake;
  const { bu, partner, soldTo, documentId } = document;
  const stream = streamName(madeDocumentsDecider.category, bu, partner);
  const { state } = await ports.executor.load(madeDocumentsDecider, stream);
  const unbegun = madeUnbegun(state, documentId);
  if (unbegun !== undefined) return unbegun;
  const first = await writeAhead(ports, stream, toMake, nextControlNumber(state));
  if (typeof first !== 'string') return first;
  const { afterNumber: begunAfter, isNew } = await begin(ports, toMake, state.last, context);
  let last = begunAfter;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    if (attempt > 0 || !isNew) {
      const found = await lookBehind(ports.store, stream, last, documentId);
      if (typeof found !== 'number') return found;
      last = found;
    }
    const controlNumber = nextControlNumber({ last });
    const bytes = Buffer.from(isNew && attempt === 0 ? first : write(controlNumber), 'utf8');
    const payloadSha256 = await keepPayload(ports, bytes, { bu, soldTo, mediaType: ediMediaType });
    const command: MakeDocument = { type: 'MakeDocument', ...document, begunAfter, controlNumber, payloadSha256 };
    const source = { ...context.source, payloadSha256 };
    const executed = await ports.executor.execute(madeDocumentsDecider, stream, command, {
      ...alsoAs(context, `${context.commandId}:${documentId}`),
      source,
    });
    // A repetition wrote other bytes than those that are recorded: these are looked for.
    if (executed.kind === 'done' && executed.events.length > 0 && !executed.duplicate)
      return { controlNumber, payloadSha256 };
  }
  throw new LogUnavailable(`${stream} is written by others all the time`);
};
