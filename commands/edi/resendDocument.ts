import { madeDocumentsDecider } from '../../domain/edi/madeDocuments.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { acknowledgementOf, partnerOf } from '../../domain/masterData/partners.ts';
import type { Outcome } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { toDomain } from '../codec.ts';
import { eventAt, receiptOf, type StreamReader } from '../deciding/readStream.ts';
import { derivedUlid } from '../eventIds.ts';
import { done, refusedAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { type MakePorts, makeDocument } from './makeDocument.ts';
import { keptPayload, type PayloadReads } from './payloads.ts';

/** Where a document lies in what its partner was sent; it never changes. */
export type DocumentPlace = {
  readonly bu: string;
  readonly partner: string;
  readonly soldTo: string;
  readonly controlNumber: number;
};

/** The same document under another number, as text. Pure. */
export type DocumentRenumberer = (
  text: string,
  written: { readonly controlNumber: number; readonly at: string },
) => string;

export type ResendInput = DocumentPlace & { readonly documentId: string; readonly reason: string };

export type ResentDocument = {
  readonly documentId: string;
  readonly controlNumber: number;
  readonly payloadSha256: string;
  readonly resends: string;
};

export type ResendCalls = {
  /** Undefined: there is no such document, or not yet. */
  readonly documentPlace: (documentId: string) => Promise<DocumentPlace | undefined>;
  /**
   * Another document with the content of this one. Under one context it is one document, however often it is asked for. Refused
   * PAYLOAD_ERASED. Throws `LogUnavailable`.
   */
  readonly resendDocument: (input: ResendInput, context: CommandContext) => Promise<Outcome<ResentDocument>>;
};

export type ResendPorts = Omit<MakePorts, 'payloads' | 'vault'> & {
  readonly payloads: MakePorts['payloads'] & PayloadReads['payloads'];
  readonly vault: MakePorts['vault'] & PayloadReads['vault'];
  readonly catalog: Pick<AppPorts['catalog'], 'current'>;
  readonly renumber: DocumentRenumberer;
  readonly place: ResendCalls['documentPlace'];
};

type Made = RecordedOf<'PartnerDocumentMade'>;

const streamOf = ({ bu, partner }: DocumentPlace) => streamName(madeDocumentsDecider.category, bu, partner);

/** Numbers have no gaps, so the number says where in its stream the event lies. */
const madeAs = async (store: StreamReader, of: DocumentPlace, controlNumber: number): Promise<Made> => {
  const recorded = await eventAt(store, streamOf(of), controlNumber - 1);
  const event = recorded === undefined ? undefined : toDomain(recorded);
  if (event?.type !== 'PartnerDocumentMade' || event.data.controlNumber !== controlNumber)
    throw new Error(`${streamOf(of)} has no document ${controlNumber}`);
  return event;
};

const resend = async (
  ports: ResendPorts,
  { documentId: resends, reason, ...place }: ResendInput,
  context: CommandContext,
): Promise<Outcome<ResentDocument>> => {
  const { data } = await madeAs(ports.store, place, place.controlNumber);
  const { documentId: _, controlNumber, payloadSha256, acknowledgeWithinHours: __, begunAfter: ___, ...about } = data;
  const bytes = await keptPayload(ports, { ...about, sha256: payloadSha256 });
  if (bytes === undefined)
    return refusedAs('PAYLOAD_ERASED', `The bytes of document ${resends} are not kept any more: nothing can be sent.`);
  const partner = partnerOf(ports.catalog.current(), place.bu, place.partner);
  const documentId = derivedUlid(`resent document/${context.commandId}`);
  const made = await makeDocument(
    ports,
    {
      ...{ ...about, documentId, resends: { documentId: resends, controlNumber, reason } },
      ...(about.acknowledges && partner !== undefined && acknowledgementOf(partner)),
      write: (number) => ports.renumber(bytes.toString('utf8'), { controlNumber: number, at: context.occurredAt }),
    },
    context,
  );
  const receipt = receiptOf(await madeAs(ports.store, place, made.controlNumber));
  return done({ documentId, ...made, resends }, { ...receipt, commandId: context.commandId });
};

export const resendCalls = (ports: ResendPorts): ResendCalls => ({
  documentPlace: ports.place,
  resendDocument: (input, context) => resend(ports, input, context),
});
