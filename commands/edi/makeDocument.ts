import {
  type Made,
  type MakeDocument,
  madeDocument,
  madeDocumentsDecider,
  nextControlNumber,
} from '../../domain/edi/madeDocuments.ts';
import type { PartnerDocumentMade } from '../../domain/edi/madeEvents.ts';
import { LogUnavailable, streamName } from '../../domain/eventLog.ts';
import type { Executor } from '../handle.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { keepPayload, type PayloadPorts } from './payloads.ts';

export type MakePorts = PayloadPorts & { readonly executor: Pick<Executor, 'execute' | 'load'> };

/** `write` is asked again where somebody else got the number meanwhile; it is pure. */
export type DocumentToMake = Omit<PartnerDocumentMade['data'], 'controlNumber' | 'payloadSha256'> & {
  readonly write: (controlNumber: number) => string;
};

export const ediMediaType = 'application/edi-x12';

/** Whoever makes documents for one partner at the same time takes turns; each turn one of them is done. */
const attemptsMax = 50;

/**
 * Makes a document for a partner, once for its id: bytes first, then the event that has their hash and number. Killed in
 * between, bytes lie there that nobody names, and the next attempt goes on. Throws `LogUnavailable`.
 */
export const makeDocument = async (
  ports: MakePorts,
  { write, ...document }: DocumentToMake,
  context: CommandContext,
): Promise<Made> => {
  const { bu, partner, soldTo, documentId } = document;
  const stream = streamName(madeDocumentsDecider.category, bu, partner);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const { state } = await ports.executor.load(madeDocumentsDecider, stream);
    const made = madeDocument(state, documentId);
    if (made !== undefined) return made;
    const controlNumber = nextControlNumber(state);
    const bytes = Buffer.from(write(controlNumber), 'utf8');
    const payloadSha256 = await keepPayload(ports, bytes, { bu, soldTo, mediaType: ediMediaType });
    const command: MakeDocument = { type: 'MakeDocument', ...document, controlNumber, payloadSha256 };
    const source = { ...context.source, payloadSha256 };
    const executed = await ports.executor.execute(madeDocumentsDecider, stream, command, {
      ...alsoAs(context, `${context.commandId}:${documentId}`),
      source,
    });
    const now = executed.kind === 'done' ? madeDocument(executed.state, documentId) : undefined;
    if (now !== undefined) return now;
  }
  throw new LogUnavailable(`${stream} is written by others all the time`);
};
