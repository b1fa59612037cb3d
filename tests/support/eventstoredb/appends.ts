import shared from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import { failures, identifierOf, nameOf, proposedOf } from './messages.ts';
import type { AppendOutcome, ExpectedRevision, Proposed, Storage } from './storage.ts';

export type AppendContext = {
  readonly storage: Storage;
  readonly faults: Faults;
  /** Cuts every connection at once. */
  readonly cut: () => void;
  readonly leaderPort: () => number;
};

/** The default of servers up to 25.0. */
const appendBytesMax = 1024 * 1024;
const lateMs = 1_000;

const sizeOf = (proposed: readonly Proposed[]): number =>
  proposed.reduce((sum, { type, data, metadata }) => sum + type.length * 2 + data.length + metadata.length, 0);

const expectedOf = (options: streams.AppendReq.Options): ExpectedRevision => {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
};

const answerOf = (outcome: AppendOutcome, expected: ExpectedRevision): streams.AppendResp => {
  const answer = new streams.AppendResp();
  if (outcome.kind !== 'wrong-expected-version') {
    const success = new streams.AppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(outcome.position.toString());
    position.setPreparePosition(outcome.position.toString());
    success.setPosition(position);
    answer.setSuccess(success);
    return answer;
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (typeof expected === 'bigint') wrong.setExpectedRevision(expected.toString());
  else wrong.setExpectedNoStream(new shared.Empty());
  if (outcome.current === -1) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  answer.setWrongExpectedVersion(wrong);
  return answer;
};

type Reply = sendUnaryData<streams.AppendResp>;

const complete = (
  context: AppendContext,
  stream: string,
  expected: ExpectedRevision,
  events: Proposed[],
  reply: Reply,
) => {
  const { storage, faults, cut } = context;
  if (sizeOf(events) > appendBytesMax) return reply(failures.tooLarge(appendBytesMax));
  const write = (): AppendOutcome => storage.append(stream, expected, events);
  const fault = faults.append();
  switch (fault) {
    case 'cut-before':
      return cut();
    case 'cut-after':
      write();
      return cut();
    case 'unavailable':
      return reply(failures.notReady);
    case 'timeout':
      write();
      return reply(failures.timeout);
    case 'not-leader':
      return reply(failures.notLeader(context.leaderPort()));
    case 'hang-before':
      return undefined;
    case 'hang-after':
      return void write();
    case 'late':
      return void setTimeout(write, lateMs);
    case 'wrong-revision-after':
      write();
      return reply(null, answerOf({ kind: 'wrong-expected-version', current: 999_999 }, expected));
    case 'wrong-revision':
      return reply(null, answerOf({ kind: 'wrong-expected-version', current: 999_999 }, expected));
    default:
      return reply(null, answerOf(write(), expected));
  }
};

/** Streams.Append: options first, then the events, one answer. */
export const makeAppend =
  (context: AppendContext) =>
  (call: ServerReadableStream<streams.AppendReq, streams.AppendResp>, reply: Reply): void => {
    let options: streams.AppendReq.Options | undefined;
    const events: Proposed[] = [];
    call.on('data', (request: streams.AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(proposedOf(message));
    });
    call.on('error', () => {});
    call.on('end', () => {
      if (options === undefined) return reply(failures.invalid('no options'));
      complete(context, nameOf(options.getStreamIdentifier()), expectedOf(options), events, reply);
    });
  };

const batchExpected = (options: streams.BatchAppendReq.Options): ExpectedRevision => {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
};

/** A short field of bytes on the wire. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);

/** google.rpc.Status with one google.protobuf.Any, for which the client ships no class of its own. */
const statusOf = (type: string, detail: Uint8Array): statusPb.Status => {
  const any = Buffer.concat([field(1, Buffer.from(`type.googleapis.com/${type}`)), field(2, detail)]);
  return statusPb.Status.deserializeBinary(field(3, any));
};

const batchAnswer = (outcome: AppendOutcome): streams.BatchAppendResp => {
  const answer = new streams.BatchAppendResp();
  if (outcome.kind !== 'wrong-expected-version') {
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(outcome.position.toString());
    position.setPreparePosition(outcome.position.toString());
    success.setPosition(position);
    answer.setSuccess(success);
    return answer;
  }
  const wrong = new shared.WrongExpectedVersion();
  if (outcome.current >= 0) wrong.setCurrentStreamRevision(String(outcome.current));
  answer.setError(statusOf('event_store.client.WrongExpectedVersion', wrong.serializeBinary()));
  return answer;
};

type Pending = { readonly options: streams.BatchAppendReq.Options; readonly events: Proposed[] };

/** Streams.BatchAppend: many appends in pieces over one call; exactly one answer per correlation id. */
export const makeBatchAppend =
  ({ storage }: AppendContext) =>
  (call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>): void => {
    const pending = new Map<string, Pending>();
    call.on('data', (request: streams.BatchAppendReq) => {
      const key = Buffer.from(request.getCorrelationId()?.serializeBinary() ?? []).toString('hex');
      const options = request.getOptions() ?? pending.get(key)?.options;
      if (options === undefined) return;
      const batch = pending.get(key) ?? { options, events: [] };
      pending.set(key, batch);
      batch.events.push(...request.getProposedMessagesList().map(proposedOf));
      if (!request.getIsFinal()) return;
      pending.delete(key);
      const stream = nameOf(options.getStreamIdentifier());
      const answer = batchAnswer(storage.append(stream, batchExpected(options), batch.events));
      answer.setCorrelationId(request.getCorrelationId());
      answer.setStreamIdentifier(identifierOf(stream));
      call.write(answer);
    });
    call.on('error', () => {});
    call.on('end', () => call.end());
  };
