import { randomUUID } from 'node:crypto';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import cluster from '@eventstore/db-client/generated/gossip_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials, type sendUnaryData, type UntypedHandleCall } from '@grpc/grpc-js';
import { type AppendContext, makeAppend, makeBatchAppend } from './appends.ts';
import { type Faults, noFaults } from './faults.ts';
import { failures } from './messages.ts';
import { makeRead } from './reads.ts';
import { openStorage, type Storage } from './storage.ts';

type TestServerOptions = {
  /** Where the events are kept; absent: in memory. */
  readonly file?: string;
  readonly port?: number;
  /** Another node's events: a cluster of two. */
  readonly shared?: Storage;
  /** Writes system events of its own this often, as the real server does. 0: only some at the start. */
  readonly statsEveryMs?: number;
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer };
  /** Asked for on every call when given: Basic, as the real server takes it over TLS. */
  readonly user?: { readonly name: string; readonly password: string };
};

const memberOf = (port: number) => {
  const address = new cluster.EndPoint();
  address.setAddress('127.0.0.1');
  address.setPort(port);
  const id = new shared.UUID();
  id.setString('00000000-0000-4000-8000-000000000001');
  const member = new cluster.MemberInfo();
  member.setInstanceId(id);
  member.setTimeStamp(String(Date.now()));
  member.setState(cluster.MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  member.setHttpEndPoint(address);
  return member;
};

const supported = (): InstanceType<typeof features.SupportedMethods> => {
  const methods = new features.SupportedMethods();
  methods.setEventStoreServerVersion('24.10.0.0');
  for (const name of ['append', 'batchappend', 'read']) {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName(name);
    methods.addMethods(method);
  }
  return methods;
};

/** Refuses a call without the right user, as the server does when it is not insecure. */
const guarded = (user: TestServerOptions['user'], handler: unknown): UntypedHandleCall => {
  const inner = handler as (call: unknown, reply: unknown) => void;
  if (user === undefined) return inner as UntypedHandleCall;
  const wanted = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  return ((
    call: { metadata: { get: (key: string) => unknown[] }; emit: (name: string, e: unknown) => void },
    reply: unknown,
  ) => {
    if (call.metadata.get('authorization')[0] === wanted) return inner(call, reply);
    if (typeof reply === 'function') reply(failures.accessDenied);
    else call.emit('error', failures.accessDenied);
  }) as unknown as UntypedHandleCall;
};

const writeStats = (storage: Storage): void => {
  const nothing = { contentType: 'application/json', data: Buffer.from('{"proc":{}}'), metadata: Buffer.from('') };
  storage.append('$stats-127.0.0.1:2113', 'any', [{ id: randomUUID(), type: '$statsCollected', ...nothing }]);
};

const listen = (server: Server, port: number, tls: TestServerOptions['tls']): Promise<number> =>
  new Promise((resolve, reject) => {
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }]);
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });

export type TestServer = {
  readonly connectionString: string;
  readonly port: () => number;
  readonly storage: () => Storage;
  readonly faults: Faults;
  /** Cuts every connection; new ones are taken at once. */
  readonly cut: () => void;
  readonly openReads: () => number;
  /** Refuses everything until `start`. */
  readonly stop: () => Promise<void>;
  /** Reads the file again and listens on the same port. */
  readonly start: () => Promise<void>;
  /** The port of another member of the cluster, to which the fault `not-leader` sends the client. */
  readonly leadsTo: (port: number) => void;
  readonly close: () => Promise<void>;
};

/**
 * A server that speaks EventStoreDB's gRPC protocol well enough for the official client: append, batch append, read,
 * subscribe, features, gossip. It is what we believe of the real one, so the same tests run against a real one too.
 */
export const startTestServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const faults = noFaults();
  let storage = options.shared ?? openStorage(options.file);
  if (storage.all.length === 0) writeStats(storage);
  const stats = options.statsEveryMs ? setInterval(() => writeStats(storage), options.statsEveryMs) : undefined;
  let server = new Server();
  let port = options.port ?? 0;
  let leaderPort: number | undefined;
  let openReads = (): number => 0;
  const cut = (): void => server.drain(`127.0.0.1:${port}`, 0);

  const start = async (): Promise<void> => {
    // The real server's transport allows 100 calls per connection: one more waits without a word.
    server = new Server({ 'grpc.max_concurrent_streams': 100, 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
    const context: AppendContext = { storage, faults, cut, leaderPort: () => leaderPort ?? port };
    const read = makeRead({ storage, faults });
    openReads = read.open;
    const unsupported = guarded(undefined, (_call: unknown, reply: sendUnaryData<never>) =>
      reply(failures.invalid('a ledger deletes nothing')),
    );
    server.addService(StreamsService, {
      read: guarded(options.user, read.handle),
      append: guarded(options.user, makeAppend(context)),
      batchAppend: guarded(options.user, makeBatchAppend(context)),
      delete: unsupported,
      tombstone: unsupported,
    });
    server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, reply: sendUnaryData<unknown>) => reply(null, supported()),
    });
    server.addService(GossipService, {
      read: (_call: unknown, reply: sendUnaryData<unknown>) => {
        const info = new cluster.ClusterInfo();
        info.addMembers(memberOf(leaderPort ?? port));
        reply(null, info);
      },
    });
    port = await listen(server, port, options.tls);
  };

  const stop = async (): Promise<void> => {
    server.forceShutdown();
    if (options.shared === undefined) storage.close();
  };

  await start();
  return {
    connectionString: `esdb://127.0.0.1:${port}?tls=${options.tls !== undefined}`,
    port: () => port,
    storage: () => storage,
    faults,
    cut,
    openReads: () => openReads(),
    stop,
    start: async () => {
      storage = openStorage(options.file);
      await start();
    },
    leadsTo: (other) => {
      leaderPort = other;
    },
    close: async () => {
      clearInterval(stats);
      await stop();
    },
  };
};
