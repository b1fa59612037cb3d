import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Proposed, StoredEvent } from './storage.ts';

const decoder = new TextDecoder();

export const nameOf = (identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string =>
  decoder.decode(identifier?.getStreamName_asU8());

export const identifierOf = (name: string): InstanceType<typeof shared.StreamIdentifier> => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name).toString('base64'));
  return identifier;
};

type Uuid = InstanceType<typeof shared.UUID>;

const halves = (uuid: Uuid): string => {
  const structured = uuid.getStructured();
  const half = (text: string | undefined) =>
    BigInt.asUintN(64, BigInt(text ?? '0'))
      .toString(16)
      .padStart(16, '0');
  const hex = half(structured?.getMostSignificantBits()) + half(structured?.getLeastSignificantBits());
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const uuidText = (uuid: Uuid | undefined): string => {
  if (uuid === undefined) return '';
  return uuid.hasString() ? uuid.getString() : halves(uuid);
};

type Message = {
  readonly getId: () => Uuid | undefined;
  readonly getMetadataMap: () => { readonly get: (key: string) => string | undefined };
  readonly getData_asU8: () => Uint8Array;
  readonly getCustomMetadata_asU8: () => Uint8Array;
};

/** An event as the client sent it, on either of the two ways to append. */
export const proposedOf = (message: Message): Proposed => ({
  id: uuidText(message.getId()),
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? 'application/octet-stream',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

export const eventMessage = (event: StoredEvent): streams.ReadResp => {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(event.id);
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(event.position.toString());
  recorded.setPreparePosition(event.position.toString());
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', event.createdTicks.toString());
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(event.position.toString());
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  return answer;
};

export const checkpointMessage = (position: bigint): streams.ReadResp => {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(position.toString());
  checkpoint.setPreparePosition(position.toString());
  const answer = new streams.ReadResp();
  answer.setCheckpoint(checkpoint);
  return answer;
};

export const caughtUpMessage = (): streams.ReadResp => {
  const answer = new streams.ReadResp();
  answer.setCaughtUp(new streams.ReadResp.CaughtUp());
  return answer;
};

export const confirmationMessage = (id: string): streams.ReadResp => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(id);
  const answer = new streams.ReadResp();
  answer.setConfirmation(confirmation);
  return answer;
};

export const notFoundMessage = (stream: string): streams.ReadResp => {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifierOf(stream));
  const answer = new streams.ReadResp();
  answer.setStreamNotFound(missing);
  return answer;
};

type Failure = Partial<StatusObject> & { readonly code: status };

const failure = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Failure => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
};

export const failures = {
  notReady: failure(status.UNAVAILABLE, 'Server Is Not Ready'),
  cancelled: failure(status.CANCELLED, 'The call was cancelled by the server'),
  timeout: failure(status.ABORTED, 'Commit phase timeout.'),
  invalid: (details: string) => failure(status.INVALID_ARGUMENT, details),
  accessDenied: failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  tooLarge: (bytes: number) =>
    failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytes} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(bytes),
    }),
  notLeader: (port: number) =>
    failure(status.NOT_FOUND, `Leader info available at 127.0.0.1:${port}`, {
      exception: 'not-leader',
      'leader-endpoint-host': '127.0.0.1',
      'leader-endpoint-port': String(port),
    }),
};
